#pragma once
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/json.h"
#include "support/world.h"

namespace cloudemu::test {

/// A client of DynamoDB for tests. In inputs and in what it gives back ' stands for ", so that expectations read
/// easily.
class DynamoDb {
 public:
  explicit DynamoDb(Environment environment = {}) : world(std::move(environment)) {}

  /// The request as it goes over the wire.
  Request request(std::string_view operation, std::string_view input) const;
  /// Checks what every reply has to have: CRC, request id, content type; and that a refusal changes nothing.
  Reply call(std::string_view operation, std::string_view input);

  /// The body of a call that must succeed.
  std::string ok(std::string_view operation, std::string_view input);
  /// "Code: message" of a call that must be refused with status 400; the error type must be in the namespace that AWS
  /// has it in.
  std::string refusal(std::string_view operation, std::string_view input);
  /// A body as it is shown in expectations.
  static std::string shown(std::string_view body);

  /// Makes an on-demand table. Keys are "name" or "name:type"; `more` are further members of CreateTable.
  void table(std::string_view name, std::string_view hash, std::string_view range = {}, std::string_view more = {});
  void put(std::string_view table, std::string_view item);
  /// Puts items number 1 to `count`, as `item` makes them, by the dozen.
  void put_many(std::string_view table, int count, const std::function<std::string(int)>& item);
  /// The item under a key; empty if there is none.
  std::string item(std::string_view table, std::string_view key);
  /// Calls an operation again and again, from where the last page ended, and gives one attribute of all items, joined
  /// by blanks; for each page but the first a "|" stands between.
  std::string pages(std::string_view operation, std::string_view input, std::string_view attribute);

  /// The only event of the last call, which must be of that kind.
  template <class T>
  const T& event() {
    require_events(1);
    return std::get<T>(world.events().front());
  }
  void require_events(size_t count);

  World world;
  std::string access_key = "test", region = "us-east-1";
  std::vector<std::pair<std::string, std::string>> headers;  ///< sent along
};

}  // namespace cloudemu::test
