#pragma once
#include <string_view>

/// The regular expressions to which DynamoDB's model holds texts. Each is known by what it comes to: a test that takes as long as the text,
/// whatever the text.
namespace cloudemu::dynamodb {

struct Pattern {
  std::string_view expression;  ///< as refusals print it
  bool (*matches)(std::string_view text);
};

namespace patterns {

extern const Pattern kAccount, kBucket, kCsvDelimiter, kCsvHeader, kImportToken, kName, kPolicyName, kRoleArn, kToken;

}  // namespace patterns

}  // namespace cloudemu::dynamodb
