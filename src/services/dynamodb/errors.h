#pragma once
#include <string>
#include <string_view>

#include "protocol/aws_error.h"
#include "services/dynamodb/number.h"

/// DynamoDB's refusals, worded as AWS words them:
/// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html
namespace cloudemu::dynamodb {

/// Messages show what is wrong, but not megabytes of it.
inline constexpr size_t kShownBytesMax = 32 * 1024;

AwsError validation(std::string message);
/// "One or more parameter values were invalid: ..."
AwsError invalid_values(std::string_view what);
/// "One or more parameter values are not valid. ..."
AwsError not_valid_values(std::string_view what);
/// Whether it is one of the latter, which AWS gives for empty values only.
bool is_empty_value(const AwsError& error);
/// The request's JSON is not of the operation's form. Without a message for text that is no JSON at all.
AwsError serialization(std::string message = {});
AwsError unknown_operation();
AwsError not_implemented(std::string_view operation);
AwsError bad_number(NumberFlaw flaw, std::string_view text);

/// For calls that read and write items.
AwsError resource_not_found();
/// For calls that deal with tables.
AwsError table_not_found(std::string_view name);
AwsError table_in_use(std::string message);
AwsError limit_exceeded(std::string message);
AwsError conditional_check_failed();
/// Of PartiQL's INSERT.
AwsError duplicate_item();
/// A key that does not have the table's attributes and types.
AwsError key_mismatch();
AwsError item_too_large();
AwsError updated_item_too_large();

/// PutItem, UpdateItem and DeleteItem report what they find before they look for the table as a list of one, since 2025.
AwsError as_list_of_one(AwsError error);

/// The error type as it stands in the body: with the namespace of the layer of AWS that gives it.
std::string qualified(std::string_view code);

}  // namespace cloudemu::dynamodb
