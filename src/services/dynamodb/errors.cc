#include "services/dynamodb/errors.h"

#include <algorithm>

#include "core/strings.h"

namespace cloudemu::dynamodb {

AwsError validation(std::string message) { return {"ValidationException", 400, std::move(message)}; }

AwsError invalid_values(std::string_view what) { return validation(concat("One or more parameter values were invalid: ", what)); }

constexpr std::string_view kNotValid = "One or more parameter values are not valid. ";

AwsError not_valid_values(std::string_view what) { return validation(concat(kNotValid, what)); }

bool is_empty_value(const AwsError& error) { return error.message.starts_with(kNotValid); }

AwsError serialization(std::string message) { return {"SerializationException", 400, std::move(message)}; }

AwsError unknown_operation() { return {"UnknownOperationException", 400, ""}; }

AwsError not_implemented(std::string_view operation) {
  return {"NotImplemented", 501, concat("The operation ", operation, " is not implemented.")};
}

AwsError bad_number(NumberFlaw flaw, std::string_view text) {
  switch (flaw) {
    case NumberFlaw::not_numeric:
      return validation(concat("The parameter cannot be converted to a numeric value", text.empty() ? "" : ": ", text));
    case NumberFlaw::too_precise: return validation("Attempting to store more than 38 significant digits in a Number");
    case NumberFlaw::overflow:
      return validation("Number overflow. Attempting to store a number with magnitude larger than supported range");
    case NumberFlaw::underflow:
      return validation("Number underflow. Attempting to store a number with magnitude smaller than supported range");
  }
  return validation({});
}

AwsError resource_not_found() { return {"ResourceNotFoundException", 400, "Requested resource not found"}; }

AwsError table_not_found(std::string_view name) {
  return {"ResourceNotFoundException", 400, concat("Requested resource not found: Table: ", name, " not found")};
}

AwsError table_in_use(std::string message) { return {"ResourceInUseException", 400, std::move(message)}; }

AwsError limit_exceeded(std::string message) { return {"LimitExceededException", 400, std::move(message)}; }

AwsError conditional_check_failed() { return {"ConditionalCheckFailedException", 400, "The conditional request failed"}; }

AwsError duplicate_item() { return {"DuplicateItemException", 400, "Duplicate primary key exists in table"}; }

AwsError key_mismatch() { return validation("The provided key element does not match the schema"); }

AwsError item_too_large() { return validation("Item size has exceeded the maximum allowed size"); }
AwsError updated_item_too_large() { return validation("Item size to update has exceeded the maximum allowed size"); }

AwsError as_list_of_one(AwsError error) {
  bool is_list = error.message.find(" detected: ") != std::string::npos && error.message.find(" validation error") < 4;
  if (error.code == "ValidationException" && !is_list) error.message.insert(0, "1 validation error detected: ");
  return error;
}

std::string qualified(std::string_view code) {
  constexpr std::string_view kFrontDoor[] = {
      "AccessDeniedException", "IncompleteSignatureException", "InvalidSignatureException", "MissingAuthenticationTokenException",
      "NotImplemented",        "SerializationException",       "UnknownOperationException", "UnrecognizedClientException",
      "ExpiredTokenException"};
  if (code == "ValidationException") return "com.amazon.coral.validate#ValidationException";
  bool at_front_door = std::find(std::begin(kFrontDoor), std::end(kFrontDoor), code) != std::end(kFrontDoor);
  return concat(at_front_door ? "com.amazon.coral.service#" : "com.amazonaws.dynamodb.v20120810#", code);
}

}  // namespace cloudemu::dynamodb
