#include "services/dynamodb/expression/key_condition.h"

#include <algorithm>

#include "core/strings.h"

namespace cloudemu::dynamodb::expression {

namespace {

using Op = Condition::Op;
constexpr std::string_view kKind = "KeyConditionExpression";

AwsError invalid_operator(Op op) { return validation(concat("Invalid operator used in KeyConditionExpression: ", name_of(op))); }

AwsError invalid_condition(std::string_view what) { return validation(concat("Invalid condition in KeyConditionExpression: ", what)); }

AwsResult<void> check_operands(const Condition& condition) {
  size_t paths = 0;
  for (const Operand& operand : condition.operands) {
    if (operand.is_size) return fail(validation(concat("Invalid ", kKind, ": KeyConditionExpressions cannot contain nested operations")));
    if (operand.path.is_nested()) {
      return fail(validation(concat("Invalid ", kKind, ": KeyConditionExpressions cannot have conditions on nested attributes")));
    }
    paths += operand.is_path() ? 1 : 0;
  }
  if (paths > 1) return fail(invalid_condition("Multiple attribute names used in one condition"));
  if (paths == 0) return fail(invalid_condition("No key attribute specified"));
  bool first = condition.operands.front().is_path();
  if (!first && (condition.op == Op::begins_with || condition.op == Op::between)) {
    return fail(invalid_condition(concat(name_of(condition.op), " operator must have the key attribute as its first operand")));
  }
  return {};
}

AwsResult<void> collect(Condition& condition, std::vector<KeyPredicate>& predicates) {
  if (condition.op == Op::all) {
    for (Condition& part : condition.parts) TRY(collect(part, predicates));
    return {};
  }
  if (!is_key_operator(condition.op)) return fail(invalid_operator(condition.op));
  TRY(check_operands(condition));
  std::vector<Operand>& operands = condition.operands;
  bool in_front = operands.front().is_path();
  const Operand& attribute = in_front ? operands[0] : operands[1];
  KeyPredicate predicate{.attribute = attribute.path.attribute(),
                         .op = in_front ? condition.op : mirrored(condition.op),
                         .operand = in_front ? operands[1].constant : operands[0].constant,
                         .upper = operands.size() > 2 ? operands[2].constant : nullptr};
  auto same = [&](const KeyPredicate& other) { return other.attribute == predicate.attribute; };
  if (std::any_of(predicates.begin(), predicates.end(), same)) {
    return fail(validation("KeyConditionExpressions must only contain one condition per key"));
  }
  predicates.push_back(std::move(predicate));
  return {};
}

}  // namespace

bool is_key_operator(Op op) { return op == Op::equal || (op >= Op::less && op <= Op::between) || op == Op::begins_with; }

Op mirrored(Op op) {
  switch (op) {
    case Op::less: return Op::greater;
    case Op::less_equal: return Op::greater_equal;
    case Op::greater: return Op::less;
    case Op::greater_equal: return Op::less_equal;
    default: return op;
  }
}

AwsResult<std::vector<KeyPredicate>> parse_key_condition(std::string_view text, Placeholders& placeholders) {
  Condition condition = TRY(parse_condition(kKind, text, placeholders));
  std::vector<KeyPredicate> predicates;
  TRY(collect(condition, predicates));
  return predicates;
}

}  // namespace cloudemu::dynamodb::expression
