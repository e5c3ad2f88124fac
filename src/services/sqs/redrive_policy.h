#pragma once
#include <string>
#include <string_view>

#include "projections/sqs_read_model.h"
#include "protocol/aws_error.h"
#include "services/sqs/queue_url.h"

/// The documents that say where messages go that were received too often, and who may send them there.
/// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html
namespace cloudemu::sqs {

struct RedrivePolicy {
  std::string text;  ///< as it was given, without blanks: numbers stay numbers and strings strings, which Terraform compares
  std::string dead_letter_arn;
  int64_t receives_max = 0;
};

/// Errors: InvalidParameterValue. The dead-letter queue must be there, of the account, region and kind of the source, and let it.
AwsResult<RedrivePolicy> parse_redrive_policy(const SqsReadModel& state, std::string_view text, const QueueName& source);
/// The text without blanks, and without what is null. Error: InvalidParameterValue.
AwsResult<std::string> parse_redrive_allow_policy(std::string_view text);

}  // namespace cloudemu::sqs
