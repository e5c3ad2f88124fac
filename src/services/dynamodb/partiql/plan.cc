#include "services/dynamodb/partiql/plan.h"

#include <algorithm>

#include "core/strings.h"

namespace cloudemu::dynamodb::partiql {

namespace {

using expression::Condition;
using expression::KeyPredicate;
using expression::Operand;
using Op = Condition::Op;

/// The conditions that must all hold.
void flatten(const Condition& condition, std::vector<Condition>& parts) {
  if (condition.op != Op::all) return parts.push_back(condition);
  for (const Condition& part : condition.parts) flatten(part, parts);
}

std::vector<Condition> parts_of(const std::optional<Condition>& where) {
  std::vector<Condition> parts;
  if (where) flatten(*where, parts);
  return parts;
}

std::optional<Condition> joined(std::vector<Condition> parts) {
  if (parts.empty()) return std::nullopt;
  if (parts.size() == 1) return std::move(parts.front());
  return Condition{.op = Op::all, .operands = {}, .parts = std::move(parts)};
}

bool is_attribute(const Operand& operand, std::string_view name) {
  return operand.path.steps.size() == 1 && operand.path.attribute() == name && !operand.is_size;
}

bool is_constant(const Operand& operand) { return !operand.is_path() && operand.constant && !operand.is_size; }

AwsResult<void> check_type(const KeyAttribute& attribute, const Value& value) {
  if (type_code(value.type) == attribute.type) return {};
  return fail(validation("Key attribute's data type should match its data type in table's schema."));
}

/// What a condition says about a key attribute, if it is something that the key can answer.
std::optional<KeyPredicate> predicate_of(const Condition& condition, std::string_view attribute) {
  const std::vector<Operand>& operands = condition.operands;
  if (!expression::is_key_operator(condition.op)) return std::nullopt;
  if (is_attribute(operands[0], attribute) && std::all_of(operands.begin() + 1, operands.end(), is_constant)) {
    return KeyPredicate{.attribute = std::string(attribute),
                        .op = condition.op,
                        .operand = operands[1].constant,
                        .upper = operands.size() > 2 ? operands[2].constant : nullptr};
  }
  bool may_mirror = operands.size() == 2 && condition.op != Op::begins_with;
  if (!may_mirror || !is_constant(operands[0]) || !is_attribute(operands[1], attribute)) return std::nullopt;
  return KeyPredicate{
      .attribute = std::string(attribute), .op = expression::mirrored(condition.op), .operand = operands[0].constant, .upper = nullptr};
}

/// Takes the first of `parts` that says something about an attribute, and is wanted.
template <class Wanted>
std::optional<KeyPredicate> take(std::vector<Condition>& parts, std::string_view attribute, const Wanted& wanted) {
  for (auto part = parts.begin(); part != parts.end(); ++part) {
    auto predicate = predicate_of(*part, attribute);
    if (!predicate || !wanted(*predicate)) continue;
    parts.erase(part);
    return predicate;
  }
  return std::nullopt;
}

bool is_equality(const KeyPredicate& predicate) { return predicate.op == Op::equal; }

/// The values that a condition allows an attribute: of "a IN [1, 2]" and of "a = 1 OR a = 2". Empty: it says something else.
std::vector<expression::Constant> choices_of(const Condition& condition, std::string_view attribute) {
  std::vector<expression::Constant> choices;
  if (condition.op == Op::in && is_attribute(condition.operands[0], attribute) &&
      std::all_of(condition.operands.begin() + 1, condition.operands.end(), is_constant)) {
    for (size_t i = 1; i < condition.operands.size(); ++i) choices.push_back(condition.operands[i].constant);
  }
  if (condition.op != Op::any) return choices;
  for (const Condition& part : condition.parts) {
    auto predicate = predicate_of(part, attribute);
    if (!predicate || predicate->op != Op::equal) return {};
    choices.push_back(predicate->operand);
  }
  return choices;
}

/// The values of the partition key, where it has one attribute; each once, in order.
AwsResult<std::vector<expression::Constant>> take_choices(std::vector<Condition>& parts, const KeyAttribute& hash) {
  for (auto part = parts.begin(); part != parts.end(); ++part) {
    std::vector<expression::Constant> choices = choices_of(*part, hash.name);
    if (choices.empty()) continue;
    for (const expression::Constant& choice : choices) TRY(check_type(hash, *choice));
    auto before = [](const expression::Constant& a, const expression::Constant& b) {
      auto order = compare(*a, *b);
      return order && *order < 0;
    };
    auto same = [](const expression::Constant& a, const expression::Constant& b) { return equal(*a, *b); };
    std::stable_sort(choices.begin(), choices.end(), before);
    choices.erase(std::unique(choices.begin(), choices.end(), same), choices.end());
    parts.erase(part);
    return choices;
  }
  return std::vector<expression::Constant>();
}

/// Conditions on the sort key: equalities from the left, and behind them one of another kind.
AwsResult<std::vector<KeyPredicate>> take_range(std::vector<Condition>& parts, const KeySchema& schema) {
  std::vector<KeyPredicate> predicates;
  for (const KeyAttribute& attribute : schema.range) {
    auto usable = [&](const KeyPredicate& predicate) { return predicate.op != Op::begins_with || attribute.type != "N"; };
    auto found = take(parts, attribute.name, is_equality);
    if (!found) found = take(parts, attribute.name, usable);
    if (!found) break;
    TRY(check_type(attribute, *found->operand));
    if (found->upper) TRY(check_type(attribute, *found->upper));
    predicates.push_back(std::move(*found));
    if (!is_equality(predicates.back())) break;
  }
  return predicates;
}

/// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ql-reference.select.html
AwsResult<void> apply_order(const KeySchema& schema, const Statement& statement, ReadPlan& plan) {
  if (statement.order.empty()) return {};
  if (!statement.where) return fail(validation("Must have WHERE clause in the statement when using ORDER BY clause."));
  if (plan.scans) {
    return fail(validation("Must have at least one non-optional hash key condition in WHERE clause when using ORDER BY clause."));
  }
  bool orders_hash = false;
  for (const OrderKey& key : statement.order) {
    if (!schema.find(key.attribute)) {
      return fail(validation(concat("Variable reference ", key.attribute, " in ORDER BY clause must be part of the primary key.")));
    }
    bool is_hash = std::any_of(schema.hash.begin(), schema.hash.end(), [&](const KeyAttribute& a) { return a.name == key.attribute; });
    if (is_hash && key.descending && !orders_hash) std::reverse(plan.ranges.begin(), plan.ranges.end());
    orders_hash = orders_hash || is_hash;
    if (!is_hash) plan.forward = !key.descending;
  }
  if (plan.ranges.size() > 1 && !orders_hash) {
    return fail(validation("Must have hash key in ORDER BY clause when more than one hash key condition specified in WHERE clause."));
  }
  return {};
}

/// The ranges that a query reads; none if the condition does not say the partition key.
AwsResult<std::vector<QueryRange>> ranges_of(const KeySchema& schema, std::vector<Condition>& parts) {
  std::vector<Condition> left = parts;
  std::vector<KeyPredicate> hash;
  std::vector<expression::Constant> choices;
  for (const KeyAttribute& attribute : schema.hash) {
    if (auto found = take(left, attribute.name, is_equality)) {
      TRY(check_type(attribute, *found->operand));
      hash.push_back(std::move(*found));
      continue;
    }
    if (schema.hash.size() == 1) choices = TRY(take_choices(left, attribute));
    if (choices.empty()) return std::vector<QueryRange>();
  }
  std::vector<KeyPredicate> range = TRY(take_range(left, schema));
  parts = std::move(left);
  auto with = [&](std::vector<KeyPredicate> predicates) {
    predicates.insert(predicates.end(), range.begin(), range.end());
    return query_range(schema, predicates);
  };
  std::vector<QueryRange> ranges;
  if (choices.empty()) ranges.push_back(TRY(with(std::move(hash))));
  for (const expression::Constant& choice : choices) {
    ranges.push_back(TRY(with({KeyPredicate{.attribute = schema.hash[0].name, .op = Op::equal, .operand = choice, .upper = nullptr}})));
  }
  return ranges;
}

}  // namespace

AwsResult<ReadPlan> plan_read(const KeySchema& schema, const Statement& statement) {
  ReadPlan plan;
  std::vector<Condition> parts = parts_of(statement.where);
  plan.ranges = TRY(ranges_of(schema, parts));
  plan.scans = plan.ranges.empty();
  plan.filter = joined(std::move(parts));
  TRY(apply_order(schema, statement, plan));
  return plan;
}

AwsResult<std::optional<ItemPlan>> plan_item(const KeySchema& schema, const std::optional<Condition>& where) {
  std::vector<Condition> parts = parts_of(where);
  ItemPlan plan;
  for (std::span<const KeyAttribute> attributes : {schema.hash, schema.range}) {
    for (const KeyAttribute& attribute : attributes) {
      auto found = take(parts, attribute.name, is_equality);
      if (!found) return std::optional<ItemPlan>();
      TRY(check_type(attribute, *found->operand));
      plan.key.push_back({attribute.name, *found->operand});
    }
  }
  plan.rest = joined(std::move(parts));
  return std::optional(std::move(plan));
}

}  // namespace cloudemu::dynamodb::partiql
