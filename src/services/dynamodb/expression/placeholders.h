#pragma once
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/json.h"
#include "services/dynamodb/errors.h"
#include "services/dynamodb/value.h"

namespace cloudemu::dynamodb::expression {

using Constant = std::shared_ptr<const Value>;

/// What #names and :values stand for in the expressions of one request, and which of them were used.
class Placeholders {
 public:
  /// How a flaw of a value is reported: with the name of the parameter and the key, or as it is.
  enum class Wrap { always, numbers_only };

  /// Reads ExpressionAttributeNames and ExpressionAttributeValues; either may be absent.
  static AwsResult<Placeholders> read(json::Value names, json::Value values, Wrap wrap = Wrap::always);

  /// The attribute name that "#x" stands for; null if undefined. Counts as a use.
  const std::string* name(std::string_view key);
  /// The value that ":x" stands for; null if undefined. Counts as a use.
  Constant value(std::string_view key);

  /// To be called when all expressions were read. Error: something defined was used nowhere.
  AwsResult<void> check_all_used() const;

 private:
  template <class T>
  struct Definition {
    std::string key;
    T meaning;
    bool used = false;
  };
  AwsResult<void> read_names(json::Value names);
  AwsResult<void> read_values(json::Value values, Wrap wrap);

  // In the order given, in which unused ones are listed.
  std::vector<Definition<std::string>> names_;
  std::vector<Definition<Constant>> values_;
};

}  // namespace cloudemu::dynamodb::expression
