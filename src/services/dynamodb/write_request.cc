#include "services/dynamodb/write_request.h"

#include "core/strings.h"
#include "services/dynamodb/canonical.h"
#include "services/dynamodb/expression/legacy.h"
#include "services/dynamodb/expression/placeholders.h"

namespace cloudemu::dynamodb {

namespace {

using expression::Placeholders;

bool is_given(json::Value input, std::string_view name) { return input[name] && !input[name].is_null(); }

std::string given_of(json::Value input, std::span<const std::string_view> names) {
  std::string out;
  for (std::string_view name : names) {
    if (is_given(input, name)) append(out, out.empty() ? "" : ", ", name);
  }
  return out;
}

ReturnValues return_values_of(json::Value input) {
  std::string_view wanted = input["ReturnValues"].string();
  if (wanted == "ALL_OLD") return ReturnValues::all_old;
  if (wanted == "UPDATED_OLD") return ReturnValues::updated_old;
  if (wanted == "ALL_NEW") return ReturnValues::all_new;
  if (wanted == "UPDATED_NEW") return ReturnValues::updated_new;
  return ReturnValues::none;
}

/// Of PutItem and DeleteItem, which know no new values.
AwsResult<void> check_return_values(const WriteRequest& request) {
  if (request.return_values == ReturnValues::none || request.return_values == ReturnValues::all_old) return {};
  return fail(validation("ReturnValues can only be ALL_OLD or NONE"));
}

/// Members that the shape of such a request does not know must not be looked at: their types were not checked.
void read_common(json::Value input, WrittenIn in, WriteRequest& request) {
  if (in == WrittenIn::batch) return;
  request.table = input["TableName"].string();
  request.old_item_on_failure = input["ReturnValuesOnConditionCheckFailure"].string() == "ALL_OLD";
  if (in == WrittenIn::call) request.return_values = return_values_of(input);
}

AwsResult<void> read_legacy_condition(json::Value input, WriteRequest& request) {
  json::Value expected = input["Expected"], conditional_operator = input["ConditionalOperator"];
  if (!expected.is_object() && !conditional_operator.is_string()) return {};
  expression::Condition condition = TRY(expression::read_expected(expected, conditional_operator));
  if (!condition.parts.empty()) request.condition = std::move(condition);
  return {};
}

/// AWS reports an empty set in a value of a single call as such; in transactions it names the value.
AwsResult<Placeholders> read_placeholders(json::Value input, WrittenIn in) {
  return Placeholders::read(input["ExpressionAttributeNames"], input["ExpressionAttributeValues"],
                            in == WrittenIn::call ? Placeholders::Wrap::numbers_only : Placeholders::Wrap::always);
}

AwsResult<void> read_condition(json::Value input, Placeholders& placeholders, WriteRequest& request) {
  json::Value text = input["ConditionExpression"];
  if (!text.is_string()) return {};
  request.condition = TRY(expression::parse_condition("ConditionExpression", text.string(), placeholders));
  return {};
}

/// Condition, from whichever parameter it stands in. Transactions do not mind placeholders without an expression.
AwsResult<void> read_any_condition(json::Value input, WrittenIn in, WriteRequest& request) {
  if (in == WrittenIn::batch) return {};
  if (in == WrittenIn::call) TRY(read_legacy_condition(input, request));
  Placeholders placeholders = TRY(read_placeholders(input, in));
  TRY(read_condition(input, placeholders, request));
  if (in == WrittenIn::transaction && !is_given(input, "ConditionExpression")) return {};
  return placeholders.check_all_used();
}

AwsResult<void> check_put_parameters(json::Value input, WrittenIn in) {
  if (in != WrittenIn::call) return {};
  constexpr static std::string_view kLegacy[] = {"Expected", "ConditionalOperator"};
  constexpr static std::string_view kExpressions[] = {"ConditionExpression"};
  return check_parameters(input, {.legacy = kLegacy, .expressions = kExpressions, .with_values = kExpressions});
}

}  // namespace

AwsResult<void> check_not_mixed(std::string_view legacy, std::string_view expressions) {
  if (legacy.empty() || expressions.empty()) return {};
  return fail(
      validation(concat("Can not use both expression and non-expression parameters in the same request: "
                        "Non-expression parameters: {",
                        legacy, "} Expression parameters: {", expressions, "}")));
}

AwsResult<void> check_parameters(json::Value input, const ParameterRules& rules) {
  std::string legacy = given_of(input, rules.legacy), expressions = given_of(input, rules.expressions);
  TRY(check_not_mixed(legacy, expressions));
  if (is_given(input, "ExpressionAttributeNames") && expressions.empty()) {
    return fail(validation("ExpressionAttributeNames can only be specified when using expressions"));
  }
  bool knows_values = !rules.with_values.empty();
  if (knows_values && is_given(input, "ExpressionAttributeValues") && given_of(input, rules.with_values).empty()) {
    std::string names;
    for (std::string_view name : rules.with_values) append(names, names.empty() ? "" : " and ", name);
    return fail(validation(concat("ExpressionAttributeValues can only be specified when using expressions: ", names,
                                  rules.with_values.size() > 1 ? " are null" : " is null")));
  }
  return {};
}

AwsResult<PutRequest> read_put(json::Value input, WrittenIn in) {
  PutRequest request;
  read_common(input, in, request);
  TRY(check_put_parameters(input, in));
  request.sent = input["Item"];
  request.size = TRY(append_canonical_item(request.item, request.sent));
  TRY(check_return_values(request));
  if (in != WrittenIn::transaction && request.size > kItemBytesMax) return fail(item_too_large());
  TRY(read_any_condition(input, in, request));
  return request;
}

AwsResult<KeyedRequest> read_keyed(json::Value input, WrittenIn in) {
  KeyedRequest request;
  read_common(input, in, request);
  TRY(check_put_parameters(input, in));
  request.sent_key = input["Key"];
  TRY(append_canonical_item(request.key, request.sent_key));
  TRY(check_return_values(request));
  TRY(read_any_condition(input, in, request));
  return request;
}

AwsResult<UpdateRequest> read_update(json::Value input, WrittenIn in) {
  UpdateRequest request;
  read_common(input, in, request);
  if (in == WrittenIn::call) {
    constexpr static std::string_view kLegacy[] = {"AttributeUpdates", "Expected", "ConditionalOperator"};
    constexpr static std::string_view kExpressions[] = {"UpdateExpression", "ConditionExpression"};
    TRY(check_parameters(input, {.legacy = kLegacy, .expressions = kExpressions, .with_values = kExpressions}));
  }
  request.sent_key = input["Key"];
  TRY(append_canonical_item(request.key, request.sent_key));
  if (in == WrittenIn::call && input["AttributeUpdates"].is_object()) {
    request.update = TRY(expression::read_attribute_updates(input["AttributeUpdates"]));
  }
  if (in == WrittenIn::call) TRY(read_legacy_condition(input, request));
  Placeholders placeholders = TRY(read_placeholders(input, in));
  if (input["UpdateExpression"].is_string()) {
    request.update = TRY(expression::parse_update(input["UpdateExpression"].string(), placeholders));
  }
  TRY(read_condition(input, placeholders, request));
  TRY(placeholders.check_all_used());
  return request;
}

}  // namespace cloudemu::dynamodb
