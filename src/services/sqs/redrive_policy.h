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
  std::string dead_letter_arn;
  int64_t receives_max = 0;
};

/// Errors: InvalidParameterValue. The dead-letter queue must be there, of the account, region and kind of the source, and let it.
AwsResult<RedrivePolicy> parse_redrive_policy(const SqsReadModel& state, std::string_view text, const QueueName& source);
/// What the attribute RedrivePolicy of a queue shows; empty if it has none. AWS takes the count as a number or as a string, and always gives a
/// number, after the ARN: https://github.com/hashicorp/terraform/pull/5888
std::string redrive_policy_text(const QueueSettings& settings);
/// The text without blanks, and without what is null. Error: InvalidParameterValue.
AwsResult<std::string> parse_redrive_allow_policy(std::string_view text);

}  // namespace cloudemu::sqs
