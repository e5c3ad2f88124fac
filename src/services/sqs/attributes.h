#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "projections/sqs_read_model.h"
#include "protocol/aws_error.h"
#include "services/query/input.h"
#include "services/sqs/queue_url.h"

/// The attributes of queues: which exist, which values they take, what they mean together.
/// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html
namespace cloudemu::sqs {

inline constexpr query::MapNames kAttributeMap{"Attribute", "Name", "Value"};

/// All attributes of a queue after some were given.
struct AttributeSet {
  events::StringMap attributes;  ///< those that were set, sorted by name
  QueueSettings settings;
};

/// Attributes given for a queue that is to be. Errors: InvalidAttributeName, InvalidAttributeValue, InvalidParameterValue.
AwsResult<AttributeSet> create_attributes(const SqsReadModel& state, const query::TextMap& given, const QueueName& queue);
/// Attributes given for a queue that is.
AwsResult<AttributeSet> change_attributes(const SqsReadModel& state, const query::TextMap& given, const Queue& queue);

/// The name of the first attribute in which a queue differs from `wanted`, of those that were `given`.
std::optional<std::string_view> first_difference(const Queue& queue, const query::TextMap& given, const AttributeSet& wanted);

/// The names of all attributes, sorted.
const std::vector<std::string_view>& attribute_names();
/// The value of one; nothing where it is not set and has no default.
std::optional<std::string> attribute_value(const Queue& queue, const QueueCounters& counters, std::string_view name);

}  // namespace cloudemu::sqs
