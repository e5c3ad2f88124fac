#pragma once
#include "events/fields.h"
#include "protocol/aws_error.h"
#include "services/query/input.h"

namespace cloudemu::sqs {

/// The tags of a queue with others added, sorted by key. Error: InvalidParameterValue.
/// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-queues.html
AwsResult<events::StringMap> merge_tags(events::StringMap tags, const query::TextMap& given, std::string_view queue);

}  // namespace cloudemu::sqs
