#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/aws_error.h"
#include "services/query/input.h"
#include "services/query/reply.h"

/// What is sent along with a message: attributes of the user's, and those of the system.
/// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html
namespace cloudemu::sqs {

inline constexpr query::MapNames kMessageAttributeMap{"MessageAttribute", "Name", "Value"};
inline constexpr query::MapNames kMessageSystemAttributeMap{"MessageSystemAttribute", "Name", "Value"};

struct MessageAttributeInput {
  query::Text data_type, string_value;
  query::Text binary_value;  ///< base64
  query::TextList string_list, binary_list;

  template <class Self, class Members>
  static void describe(Self& self, Members& members) {
    members("DataType", self.data_type);
    members("StringValue", self.string_value);
    members("BinaryValue", self.binary_value);
    members.list("StringListValues", "StringListValue", self.string_list);
    members.list("BinaryListValues", "BinaryListValue", self.binary_list);
  }
};

/// Attributes that passed every check.
struct MessageAttributes {
  std::string json;   ///< {"name":{"DataType":..,"StringValue":..}}, sorted by name; empty for none
  std::string md5;    ///< hexadecimal; empty for none
  int64_t bytes = 0;  ///< names, types and values together, as they count for the size of a message
};

/// Errors: InvalidParameterValue, UnsupportedOperation.
AwsResult<MessageAttributes> check_message_attributes(const query::MapOf<MessageAttributeInput>& given);

/// The only system attribute that may be sent is AWSTraceHeader.
struct SystemAttributes {
  std::string trace;
  std::string md5;  ///< empty for none
};
AwsResult<SystemAttributes> check_system_attributes(const query::MapOf<MessageAttributeInput>& given);

/// Which attributes a receive asks for: "All", ".*" and "*" mean all, "foo.*" those that begin with "foo"; what matches nothing is
/// ignored.
class AttributeFilter {
 public:
  explicit AttributeFilter(const query::TextList& names);
  bool none() const { return names_.empty() && prefixes_.empty() && !all_; }
  bool wants(std::string_view name) const;

 private:
  bool all_ = false;
  query::TextList names_, prefixes_;
};

/// Writes the attributes that the filter lets through, and their MD5 (which covers them alone), as members of a message.
void write_message_attributes(query::ReplyWriter& reply, std::string_view json, const AttributeFilter& filter);

/// The first character that may not be in a message: "#x7". Nothing if all may. The text is UTF-8.
/// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html#SQS-SendMessage-request-MessageBody
std::optional<std::string> forbidden_character(std::string_view text);
inline constexpr std::string_view kAllowedCharacters = "#x9 | #xA | #xD | [#x20-#xD7FF] | [#xE000-#xFFFD] | [#x10000-#x10FFFF]";

}  // namespace cloudemu::sqs
