#include "services/dynamodb/expression/legacy.h"

#include <algorithm>

#include "core/strings.h"
#include "services/dynamodb/canonical.h"

namespace cloudemu::dynamodb::expression {

namespace {

using Op = Condition::Op;
using Constants = std::vector<Constant>;

/// What the values of a comparison may be.
enum class Operands { any, ordered, text, scalar };

struct Comparison {
  std::string_view name;
  Op op;
  size_t min, max;  // values
  Operands operands;
};
constexpr size_t kNoLimit = SIZE_MAX;
constexpr Comparison kComparisons[] = {{"EQ", Op::equal, 1, 1, Operands::any},
                                       {"NE", Op::not_equal, 1, 1, Operands::any},
                                       {"LE", Op::less_equal, 1, 1, Operands::ordered},
                                       {"LT", Op::less, 1, 1, Operands::ordered},
                                       {"GE", Op::greater_equal, 1, 1, Operands::ordered},
                                       {"GT", Op::greater, 1, 1, Operands::ordered},
                                       {"BETWEEN", Op::between, 2, 2, Operands::ordered},
                                       {"IN", Op::in, 1, kNoLimit, Operands::ordered},
                                       {"NULL", Op::attribute_not_exists, 0, 0, Operands::any},
                                       {"NOT_NULL", Op::attribute_exists, 0, 0, Operands::any},
                                       {"BEGINS_WITH", Op::begins_with, 1, 1, Operands::text},
                                       {"CONTAINS", Op::contains, 1, 1, Operands::scalar},
                                       {"NOT_CONTAINS", Op::contains, 1, 1, Operands::scalar}};

const Comparison& comparison_of(json::Value name) {
  // The shape admits no other names.
  return *std::find_if(std::begin(kComparisons), std::end(kComparisons) - 1,
                       [&](const Comparison& comparison) { return comparison.name == name.string(); });
}

bool is_allowed(Operands operands, Type type) {
  switch (operands) {
    case Operands::any: return true;
    case Operands::ordered: return type == Type::string || type == Type::number || type == Type::binary;
    case Operands::text: return type == Type::string || type == Type::binary;
    case Operands::scalar: return type <= Type::binary || type == Type::boolean || type == Type::null;
  }
  return false;
}

AwsResult<void> check_values(const Comparison& comparison, const Constants& values) {
  if (values.size() < comparison.min || values.size() > comparison.max) {
    return fail(invalid_values(concat("Invalid number of argument(s) for the ", comparison.name, " ComparisonOperator")));
  }
  auto same_type = [&](const Constant& value) { return value->type == values.front()->type; };
  if (!std::all_of(values.begin(), values.end(), same_type)) {
    return fail(invalid_values("AttributeValues inside AttributeValueList must be of same type"));
  }
  for (const Constant& value : values) {
    if (is_allowed(comparison.operands, value->type)) continue;
    return fail(invalid_values(
        concat("ComparisonOperator ", comparison.name, " is not valid for ", type_code(value->type), " AttributeValue type")));
  }
  if (comparison.op == Op::between) {
    auto order = compare(*values[0], *values[1]);
    if (order && *order > 0) {
      return fail(validation("The BETWEEN condition was provided a range where the lower bound is greater than the upper bound"));
    }
  }
  return {};
}

AwsResult<Constants> read_values(json::Value list) {
  Constants values;
  for (json::Value element : list.elements()) values.push_back(std::make_shared<const Value>(TRY(canonical_value(element))));
  return values;
}

Condition make_condition(std::string_view attribute, const Comparison& comparison, Constants values) {
  Condition condition;
  condition.op = comparison.op;
  condition.operands.push_back(Operand::of_attribute(attribute));
  for (Constant& value : values) condition.operands.push_back(Operand::of(std::move(value)));
  if (comparison.name != "NOT_CONTAINS") return condition;
  // False for an absent attribute.
  Condition there{.op = Op::attribute_exists, .operands = {Operand::of_attribute(attribute)}, .parts = {}};
  Condition not_in{.op = Op::negation, .operands = {}, .parts = {std::move(condition)}};
  return {.op = Op::all, .operands = {}, .parts = {std::move(there), std::move(not_in)}};
}

AwsError unfit(std::string_view what, std::string_view attribute) { return invalid_values(concat(what, " for Attribute: ", attribute)); }

AwsResult<Condition> expected_without_operator(std::string_view attribute, json::Value sent) {
  json::Value value = sent["Value"], exists = sent["Exists"];
  bool has_value = value && !value.is_null(), has_exists = exists && !exists.is_null();
  if (sent["AttributeValueList"].is_array()) {
    return fail(unfit("AttributeValueList can only be used with a ComparisonOperator", attribute));
  }
  bool must_exist = !has_exists || is_true(exists);
  if (must_exist && !has_value) {
    return fail(unfit(concat("Value must be provided when Exists is ", has_exists ? "true" : "null"), attribute));
  }
  if (!must_exist && has_value) return fail(unfit("Value cannot be used when Exists is false", attribute));
  if (!must_exist) return Condition{.op = Op::attribute_not_exists, .operands = {Operand::of_attribute(attribute)}, .parts = {}};
  Constants values{std::make_shared<const Value>(TRY(canonical_value(value)))};
  return make_condition(attribute, kComparisons[0], std::move(values));
}

AwsResult<Condition> expected(std::string_view attribute, json::Value sent) {
  json::Value op = sent["ComparisonOperator"], value = sent["Value"], list = sent["AttributeValueList"];
  bool has_value = value && !value.is_null();
  if (has_value && list.is_array()) return fail(unfit("Value and AttributeValueList cannot be used together", attribute));
  if (!op.is_string()) return expected_without_operator(attribute, sent);
  if (sent["Exists"] && !sent["Exists"].is_null()) {
    return fail(unfit("Exists and ComparisonOperator cannot be used together", attribute));
  }
  const Comparison& comparison = comparison_of(op);
  if (comparison.min > 0 && !has_value && !list.is_array()) {
    return fail(unfit(concat("Value or AttributeValueList must be used with ComparisonOperator: ", comparison.name), attribute));
  }
  Constants values = TRY(read_values(list));
  if (has_value) values.push_back(std::make_shared<const Value>(TRY(canonical_value(value))));
  TRY(check_values(comparison, values));
  return make_condition(attribute, comparison, std::move(values));
}

AwsResult<Op> joined_by(json::Value conditions, json::Value conditional_operator) {
  if (!conditional_operator.is_string()) return Op::all;
  if (conditions.size() == 0) return fail(invalid_values("ConditionalOperator cannot be used without Filter or Expected"));
  if (conditions.size() == 1) {
    return fail(invalid_values("ConditionalOperator can only be used when Filter or Expected has two or more elements"));
  }
  return conditional_operator.string() == "OR" ? Op::any : Op::all;
}

template <class ReadOne>
AwsResult<Condition> read_all(json::Value conditions, json::Value conditional_operator, ReadOne read_one) {
  Condition whole;
  whole.op = TRY(joined_by(conditions, conditional_operator));
  for (auto [attribute, sent] : conditions.members()) {
    if (sent.is_null()) continue;
    whole.parts.push_back(TRY(read_one(attribute, sent)));
  }
  return whole;
}

struct Filter {
  const Comparison& comparison;
  Constants values;
};

AwsResult<Filter> filter(json::Value sent) {
  const Comparison& comparison = comparison_of(sent["ComparisonOperator"]);
  Constants values = TRY(read_values(sent["AttributeValueList"]));
  TRY(check_values(comparison, values));
  return Filter{comparison, std::move(values)};
}

AwsResult<UpdateAction> attribute_update(std::string_view attribute, json::Value sent) {
  if (const char* flaw = attribute_name_flaw(attribute)) return fail(validation(flaw));
  std::string_view action = sent["Action"].is_string() ? sent["Action"].string() : "PUT";
  UpdateAction update{.op = UpdateAction::Op::set, .path = Path::of_attribute(attribute), .value = {}, .constant = {}};
  if (!sent["Value"].is_object()) {
    if (action != "DELETE") {
      return fail(invalid_values("Only DELETE action is allowed when no attribute value is specified"));
    }
    update.op = UpdateAction::Op::remove;
    return update;
  }
  auto value = std::make_shared<const Value>(TRY(canonical_value(sent["Value"])));
  Type type = value->type;
  if (action == "PUT") {
    update.value.constant = std::move(value);
    return update;
  }
  update.constant = std::move(value);
  if (action == "DELETE") {
    update.op = UpdateAction::Op::delete_members;
    if (!is_set(type)) return fail(invalid_values(concat("DELETE action with value is not supported for the type ", type_code(type))));
    return update;
  }
  update.op = UpdateAction::Op::add_or_append;
  if (type != Type::number && type != Type::list && !is_set(type)) {
    return fail(invalid_values(concat("ADD action is not supported for the type ", type_code(type))));
  }
  return update;
}

}  // namespace

AwsResult<Condition> read_expected(json::Value all, json::Value conditional_operator) {
  return read_all(all, conditional_operator, expected);
}

AwsResult<Condition> read_filter(json::Value all, json::Value conditional_operator) {
  return read_all(all, conditional_operator, [](std::string_view attribute, json::Value sent) -> AwsResult<Condition> {
    Filter read = TRY(filter(sent));
    return make_condition(attribute, read.comparison, std::move(read.values));
  });
}

AwsResult<std::vector<KeyPredicate>> read_key_conditions(json::Value conditions) {
  std::vector<KeyPredicate> predicates;
  for (auto [attribute, sent] : conditions.members()) {
    if (sent.is_null()) continue;
    Filter read = TRY(filter(sent));
    Op op = read.comparison.op;
    bool indexable = op == Op::equal || (op >= Op::less && op <= Op::between) || op == Op::begins_with;
    if (!indexable) return fail(validation("Attempted conditional constraint is not an indexable operation"));
    predicates.push_back({.attribute = std::string(attribute),
                          .op = op,
                          .operand = read.values[0],
                          .upper = read.values.size() > 1 ? read.values[1] : nullptr});
  }
  return predicates;
}

AwsResult<Update> read_attribute_updates(json::Value updates) {
  Update update;
  update.is_legacy = true;
  for (auto [attribute, sent] : updates.members()) {
    if (sent.is_null()) continue;
    update.actions.push_back(TRY(attribute_update(attribute, sent)));
  }
  return update;
}

}  // namespace cloudemu::dynamodb::expression
