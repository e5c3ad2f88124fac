#pragma once
#include <string>
#include <string_view>

#include "protocol/aws_error.h"

/// The document that says who else may do what to a queue.
/// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-using-identity-based-policies.html
namespace cloudemu::sqs {

/// What is refused is no action that could be allowed. `shown`: as the refusal names it, "SQS:SendMessageBatch".
AwsError unknown_action(std::string_view shown);

/// The text as AWS gives it back: without blanks, with a version, and with the root's ARN for an account's number.
/// Errors: InvalidAttributeValue, InvalidParameterValue (an action that is none of SQS's), OverLimit.
AwsResult<std::string> parse_policy(std::string_view text, std::string_view region);

}  // namespace cloudemu::sqs
