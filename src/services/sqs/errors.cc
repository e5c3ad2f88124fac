#include "services/sqs/errors.h"

#include "core/strings.h"
#include "services/sqs/limits.h"

namespace cloudemu::sqs {

namespace {

constexpr std::string_view kPrefix = "AWS.SimpleQueueService.";

/// Members of an error that says which value is invalid.
constexpr std::string_view kParameter = "Parameter", kReason = "Reason";

AwsError prefixed(std::string_view code, int status, std::string message) { return {concat(kPrefix, code), status, std::move(message)}; }

struct Renamed {
  std::string_view code, type;
};
/// What is called differently in JSON, less the prefix. Those in the namespace "coral" come from AWS's framework, not from SQS.
constexpr Renamed kRenamed[] = {
    {"AccessDenied", "com.amazon.coral.service#AccessDeniedException"},
    {"ExpiredToken", "com.amazon.coral.service#ExpiredTokenException"},
    {"IncompleteSignature", "com.amazon.coral.service#IncompleteSignatureException"},
    {"InternalFailure", "com.amazon.coral.service#InternalFailure"},
    {"InvalidAction", "com.amazon.coral.service#UnknownOperationException"},
    {"InvalidClientTokenId", "com.amazon.coral.service#UnrecognizedClientException"},
    {"InvalidParameterValue", "com.amazon.coral.service#InvalidParameterValueException"},
    {"MalformedInput", "com.amazon.coral.service#SerializationException"},
    {"MissingParameter", "com.amazon.coral.service#MissingRequiredParameterException"},
    {"NonExistentQueue", "com.amazonaws.sqs#QueueDoesNotExist"},
    {"QueueAlreadyExists", "com.amazonaws.sqs#QueueNameExists"},
    {"ServiceUnavailable", "com.amazon.coral.service#ServiceUnavailableException"},
    {"SignatureDoesNotMatch", "com.amazon.coral.service#InvalidSignatureException"},
};

}  // namespace

std::string json_error_type(std::string_view code) {
  if (code.starts_with(kPrefix)) code.remove_prefix(kPrefix.size());
  for (const Renamed& renamed : kRenamed) {
    if (renamed.code == code) return std::string(renamed.type);
  }
  return concat("com.amazonaws.sqs#", code);
}

AwsError batch_entry_ids_not_distinct(std::string_view id) {
  return prefixed("BatchEntryIdsNotDistinct", 400, concat("Id ", id, " repeated."));
}

AwsError batch_request_too_long(int64_t bytes) {
  return prefixed("BatchRequestTooLong", 400,
                  concat("Batch requests cannot be longer than ", kBatchBytesMax, " bytes. You have sent ", bytes, " bytes."));
}

AwsError empty_batch_request(std::string_view entry) {
  return prefixed("EmptyBatchRequest", 400, concat("There should be at least one ", entry, " in the request."));
}

AwsError invalid_address(std::string_view url) {
  return {"InvalidAddress", 404, concat("The address ", url, " is not valid for this endpoint.")};
}

AwsError invalid_attribute_name(std::string message) { return {"InvalidAttributeName", 400, std::move(message)}; }

AwsError unknown_attribute(std::string_view name) { return invalid_attribute_name(concat("Unknown Attribute ", name, ".")); }

AwsError invalid_attribute_value(std::string_view name, std::string_view reason) {
  AwsError error{"InvalidAttributeValue", 400, concat("Invalid value for the parameter ", name, ".")};
  if (!reason.empty()) append(error.message, " Reason: ", reason);
  return error;
}

AwsError invalid_batch_entry_id() {
  return prefixed("InvalidBatchEntryId", 400,
                  "A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 "
                  "letters long.");
}

AwsError invalid_message_contents(std::string message) { return {"InvalidMessageContents", 400, std::move(message)}; }

AwsError invalid_parameter_value(std::string message) { return {"InvalidParameterValue", 400, std::move(message)}; }

AwsError invalid_value(std::string_view value, std::string_view parameter, std::string_view reason) {
  return invalid_parameter_value(concat("Value ", value, " for parameter ", parameter, " is invalid. Reason: ", reason))
      .with(std::string(kParameter), std::string(parameter))
      .with(std::string(kReason), std::string(reason));
}

AwsError missing_parameter(std::string_view parameter) {
  return {"MissingParameter", 400, concat("The request must contain the parameter ", parameter, ".")};
}

AwsError non_existent_queue(query::Shape shape) {
  return prefixed("NonExistentQueue", 400,
                  concat("The specified queue does not exist", shape == query::Shape::json ? "." : " for this wsdl version."));
}

AwsError over_limit(std::string message) { return {"OverLimit", 403, std::move(message)}; }

AwsError purge_queue_in_progress(std::string_view queue) {
  return prefixed("PurgeQueueInProgress", 403, concat("Only one PurgeQueue operation on ", queue, " is allowed every 60 seconds."));
}

AwsError queue_already_exists(std::string_view attribute) {
  return {"QueueAlreadyExists", 400, concat("A queue already exists with the same name and a different value for attribute ", attribute)};
}

AwsError queue_deleted_recently() {
  return prefixed("QueueDeletedRecently", 400,
                  "You must wait 60 seconds after deleting a queue before you can create another with the same name.");
}

AwsError receipt_handle_is_invalid(std::string_view handle) {
  return {"ReceiptHandleIsInvalid", 404, concat("The input receipt handle \"", handle, "\" is not a valid receipt handle.")};
}

AwsError receipt_handle_of_another_queue(std::string_view handle) {
  return {"ReceiptHandleIsInvalid", 404, concat("The receipt handle \"", handle, "\" is not valid for this queue.")};
}

AwsError resource_not_found(std::string message) { return {"ResourceNotFoundException", 404, std::move(message)}; }

AwsError too_many_entries(size_t entries) {
  return prefixed("TooManyEntriesInBatchRequest", 400,
                  concat("Maximum number of entries per request are ", kBatchEntriesMax, ". You have sent ", entries, "."));
}

AwsError unsupported_operation(std::string message) { return prefixed("UnsupportedOperation", 400, std::move(message)); }

/// Recorded from AWS, whose own clients compare these texts: https://github.com/aws/aws-sdk-js/issues/3187,
/// https://github.com/smaskalik/sqsmover/issues/54
AwsError in_batch(AwsError error) {
  for (auto& [name, value] : error.members) {
    if (name == kParameter && value == "ReceiptHandle") error.code = "ReceiptHandleIsInvalid";
    if (name != kReason) continue;
    error.message = std::move(value);
    if (error.message.ends_with('.')) error.message.pop_back();
  }
  return error;
}

}  // namespace cloudemu::sqs
