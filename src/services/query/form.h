#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/http_message.h"

namespace cloudemu::query {

/// Whether the body is a form, says its content type. Tools such as curl call every body one.
bool is_form(const http::Request& request);

/// The parameters of a request in AWS's Query protocol, found by name. Lists and maps are spelled with numbers in the names:
/// "AttributeName.1", "Tag.2.Key". The number of a single item may be left out: "AttributeName", "Tag.Key"
/// (https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-making-api-requests-xml.html).
class Form {
 public:
  Form() = default;
  /// Reads the query string of a URL and the form in a body; both may hold parameters, the query string wins.
  Form(std::string_view query_string, std::string_view body);

  /// False: some name or value is not UTF-8.
  bool is_text() const { return is_text_; }
  std::optional<std::string_view> find(std::string_view name) const;
  /// The items of a list or map: what their parameters are called or begin with. First `name` itself, if there is a parameter "name" or
  /// "name.Member"; then "name.n" in the order of the numbers. A `name` without a value is a list of nothing.
  std::vector<std::string> items(std::string_view name) const;

 private:
  struct Parameter {
    std::string name, value;
  };
  std::vector<Parameter> parameters_;  // sorted by name
  bool is_text_ = true;
};

}  // namespace cloudemu::query
