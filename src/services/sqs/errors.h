#pragma once
#include <cstdint>
#include <string_view>

#include "protocol/aws_error.h"
#include "services/query/reply.h"

/// The errors of Amazon SQS, to AWS's letter. `code` is the one of the Query protocol; the JSON protocol has other names for
/// some: json_error_type().
/// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/CommonErrors.html
namespace cloudemu::sqs {

/// "com.amazonaws.sqs#QueueDoesNotExist" for "AWS.SimpleQueueService.NonExistentQueue".
std::string json_error_type(std::string_view code);

AwsError batch_entry_ids_not_distinct(std::string_view id);
AwsError batch_request_too_long(int64_t bytes);
/// `entry`: the type of the entries, "SendMessageBatchRequestEntry".
AwsError empty_batch_request(std::string_view entry);
AwsError invalid_address(std::string_view url);
AwsError invalid_attribute_name(std::string message);
AwsError unknown_attribute(std::string_view name);
/// "Invalid value for the parameter DelaySeconds."; followed by the reason, if one is given.
AwsError invalid_attribute_value(std::string_view name, std::string_view reason = {});
AwsError invalid_batch_entry_id();
AwsError invalid_message_contents(std::string message);
AwsError invalid_parameter_value(std::string message);
/// "Value 11 for parameter MaxNumberOfMessages is invalid. Reason: ..." Parameter and reason are kept as members, for in_batch().
AwsError invalid_value(std::string_view value, std::string_view parameter, std::string_view reason);
AwsError missing_parameter(std::string_view parameter);
/// The two protocols word it differently.
AwsError non_existent_queue(query::Shape shape);
AwsError over_limit(std::string message);
AwsError purge_queue_in_progress(std::string_view queue);
AwsError queue_already_exists(std::string_view attribute);
AwsError queue_deleted_recently();
AwsError receipt_handle_is_invalid(std::string_view handle);
AwsError receipt_handle_of_another_queue(std::string_view handle);
AwsError resource_not_found(std::string message);
AwsError too_many_entries(size_t entries);
AwsError unsupported_operation(std::string message);

/// What an error is called and how it is worded where it is that of one entry of a batch: the bare reason that a value is refused for.
AwsError in_batch(AwsError error);

}  // namespace cloudemu::sqs
