#include "core/strings.h"
#include "services/dynamodb/canonical.h"
#include "services/dynamodb/expression/legacy.h"
#include "services/dynamodb/key_range.h"
#include "services/dynamodb/operations.h"
#include "services/dynamodb/page.h"
#include "services/dynamodb/write_request.h"

namespace cloudemu::dynamodb {

namespace {

using Predicates = std::vector<expression::KeyPredicate>;

struct QueryRequest {
  PageRequest page;
  Predicates predicates;
};

/// KeyConditions may go together with expressions, but not with the one that replaces it.
AwsResult<void> check_query_parameters(json::Value input) {
  constexpr static std::string_view kLegacy[] = {"AttributesToGet", "QueryFilter", "ConditionalOperator", "KeyConditions"};
  constexpr static std::string_view kExpressions[] = {"ProjectionExpression", "FilterExpression", "KeyConditionExpression"};
  constexpr static std::string_view kWithValues[] = {"FilterExpression", "KeyConditionExpression"};
  std::span<const std::string_view> legacy(kLegacy);
  if (!input["KeyConditionExpression"].is_string()) legacy = legacy.first(3);
  return check_parameters(input, {.legacy = legacy, .expressions = kExpressions, .with_values = kWithValues});
}

AwsResult<Predicates> read_predicates(json::Value input, expression::Placeholders& placeholders) {
  json::Value text = input["KeyConditionExpression"], conditions = input["KeyConditions"];
  if (text.is_string()) return expression::parse_key_condition(text.string(), placeholders);
  if (!conditions.is_object()) {
    return fail(validation("Either the KeyConditions or KeyConditionExpression parameter must be specified in the request."));
  }
  Predicates predicates = TRY(expression::read_key_conditions(conditions));
  if (predicates.empty()) return fail(validation("Conditions can be of length 1 or 2 only"));
  return predicates;
}

/// What the key says belongs into the key conditions.
AwsResult<void> check_filter_attributes(const Stretch& stretch, const PageRequest& request, bool is_legacy) {
  if (!request.filter) return {};
  AwsResult<void> result;
  KeySchema schema = stretch.schema();
  expression::for_each_path(*request.filter, [&](const expression::Path& path) {
    if (!result || !schema.find(path.attribute())) return;
    result = fail(validation(concat(is_legacy ? "QueryFilter" : "Filter Expression",
                                    " can only contain non-primary key attributes: Primary key attribute: ", path.attribute())));
  });
  return result;
}

/// "{p=AttributeValue: {S:a}}"
std::string shown_key(json::Value key) {
  std::string out;
  for (auto [name, value] : key.members()) {
    auto tree = canonical_value(value);
    if (!tree) continue;
    append(out, out.empty() ? "" : ", ", name, "=AttributeValue: {", type_code(tree->type), ":", tree->text, "}");
  }
  return concat('{', out, '}');
}

AwsResult<void> start_after(const QueryRange& range, json::Value sent, Stretch& stretch) {
  bool is_table = !stretch.index;
  if (is_table && stretch.table->description.range && range.single_item) {
    return fail(validation("The query can return at most one row and cannot be restarted"));
  }
  size_t given = sent.size(), wanted = stretch.schema().size();
  if (is_table && given == wanted && !stretch.table->description.range && start_key(stretch, sent)) {
    return fail(validation(concat("The provided exclusive start key is invalid: ExclusiveStartKey: ", shown_key(sent))));
  }
  auto key = start_key(stretch, sent);
  if (!key) {
    return fail(is_table && given == wanted ? key_mismatch() : validation("The provided starting key is invalid"));
  }
  if (!key->starts_with(range.partition)) {
    return fail(validation("The provided starting key is outside query boundaries based on provided conditions"));
  }
  if (*key < range.from || *key >= range.to) {
    return fail(validation("The provided starting key does not match the range key predicate"));
  }
  if (stretch.range.forward) stretch.range.from = *key + '\0';
  else stretch.range.to = *key;
  return {};
}

AwsResult<Outcome> read_stretch(const DynamoDbReadModel& state, const Call& call, QueryRequest& query) {
  json::Value input = call.input, sent_key = input["ExclusiveStartKey"];
  const PageRequest& request = query.page;
  Stretch stretch = TRY(find_stretch(state, call, request));
  QueryRange range = TRY(query_range(stretch.schema(), query.predicates));
  TRY(check_filter_attributes(stretch, request, input["QueryFilter"].is_object()));
  TRY(check_key_paths(stretch.table->description, request));
  json::Value forward = input["ScanIndexForward"];
  stretch.range = {.from = range.from, .to = range.to, .forward = !forward || forward.is_null() || is_true(forward)};
  if (sent_key.is_object()) TRY(start_after(range, sent_key, stretch));
  Page page = read_page(state, stretch, request);
  // A range of a single item of the table has no further page, and a key to go on from would be refused.
  if (!stretch.index && range.single_item) page.last_key.clear();
  return outcome_of(page_response(stretch, request, page, 1));
}

}  // namespace

/// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Query.html
AwsResult<Rest> query(json::Value input) {
  if (input["KeyConditionExpression"].is_string() && input["KeyConditionExpression"].string().empty()) {
    return fail(validation("Invalid KeyConditionExpression: The expression can not be empty;"));
  }
  TRY(check_query_parameters(input));
  expression::Placeholders placeholders;
  PageRequest page = TRY(read_page_request(input, "QueryFilter", placeholders));
  Predicates predicates = TRY(read_predicates(input, placeholders));
  TRY(placeholders.check_all_used());
  return with(QueryRequest{std::move(page), std::move(predicates)}, read_stretch);
}

}  // namespace cloudemu::dynamodb
