#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cloudemu::query {

/// The parameters of a request in AWS's Query protocol, found by name. Lists and maps are spelled with numbers in the names:
/// "AttributeName.1", "Tag.2.Key" (https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-making-api-requests-xml.html).
class Form {
 public:
  Form() = default;
  /// Of the query string of a URL and the form in a body, which both may hold parameters; the query string wins.
  Form(std::string_view query_string, std::string_view body);

  /// False: some name or value is not UTF-8.
  bool is_text() const { return is_text_; }
  std::optional<std::string_view> find(std::string_view name) const;
  /// The numbers n, ascending, for which there is a parameter "name.n" or one that begins with "name.n.".
  std::vector<uint32_t> numbers(std::string_view name) const;

 private:
  struct Parameter {
    std::string name, value;
  };
  std::vector<Parameter> parameters_;  // sorted by name
  bool is_text_ = true;
};

}  // namespace cloudemu::query
