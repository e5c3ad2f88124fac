#pragma once
#include <string>
#include <string_view>

#include "projections/sqs_read_model.h"
#include "protocol/aws_error.h"

/// The documents that say where messages go that were received too often, and who may send them there.
/// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html
namespace cloudemu::sqs {

struct RedrivePolicy {
  std::string text;  ///< as it was given, without blanks: numbers stay numbers and strings strings, which Terraform compares
  std::string dead_letter_arn;
  int64_t receives_max = 0;
};

/// Errors: InvalidParameterValue. The dead-letter queue must be there, and of the kind of the source.
AwsResult<RedrivePolicy> parse_redrive_policy(const SqsReadModel& state, std::string_view text, bool fifo);
/// The text without blanks. Error: InvalidParameterValue.
AwsResult<std::string> parse_redrive_allow_policy(std::string_view text);
/// The text without blanks. Error: InvalidAttributeValue.
AwsResult<std::string> parse_policy(std::string_view text);

}  // namespace cloudemu::sqs
