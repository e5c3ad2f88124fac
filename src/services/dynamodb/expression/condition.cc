#include "services/dynamodb/expression/condition.h"

#include <algorithm>
#include <cstring>
#include <iterator>

#include "core/strings.h"

namespace cloudemu::dynamodb::expression {

namespace {

/// The value of an operand; it may have to be made first.
class Evaluated {
 public:
  Evaluated(const Operand& operand, const Item& item) {
    value_ = operand.is_path() ? resolve(operand.path, item) : operand.constant.get();
    if (operand.is_size && value_) measure();
  }
  Evaluated(const Evaluated&) = delete;
  Evaluated& operator=(const Evaluated&) = delete;

  const Value* get() const { return value_; }

 private:
  void measure() {
    size_t size = 0;
    switch (value_->type) {
      case Type::string:
      case Type::binary: size = value_->text.size(); break;
      case Type::map: size = value_->map.size(); break;
      case Type::list:
      case Type::string_set:
      case Type::number_set:
      case Type::binary_set: size = value_->elements.size(); break;
      default: value_ = nullptr; return;
    }
    made_ = Value::number(std::to_string(size));
    value_ = &made_;
  }

  const Value* value_;
  Value made_;
};

bool begins_with(const Value& value, const Value& prefix) {
  if (value.type != prefix.type || (value.type != Type::string && value.type != Type::binary)) return false;
  return value.text.starts_with(prefix.text);
}

/// In the time of both lengths, where std::string::find() takes their product: an item may have 400 KB, and so may what is looked for.
bool is_within(std::string_view part, std::string_view text) {
  return part.empty() || memmem(text.data(), text.size(), part.data(), part.size()) != nullptr;
}

bool contains(const Value& container, const Value& part) {
  if (container.type == Type::string || container.type == Type::binary) {
    return part.type == container.type && is_within(part.text, container.text);
  }
  bool is_set = dynamodb::is_set(container.type);
  if (is_set && part.type != member_type(container.type)) return false;
  if (!is_set && container.type != Type::list) return false;
  return std::any_of(container.elements.begin(), container.elements.end(), [&](const Value& element) { return equal(element, part); });
}

using Op = Condition::Op;

bool in_order(Op op, std::strong_ordering order) {
  switch (op) {
    case Op::less: return order < 0;
    case Op::less_equal: return order <= 0;
    case Op::greater: return order > 0;
    default: return order >= 0;
  }
}

/// Absent operands make every comparison false but "not equal", which even two absent ones are.
bool compare_operands(Op op, const Value* a, const Value* b) {
  if (op == Op::not_equal) return !a || !b || !equal(*a, *b);
  if (!a || !b) return false;
  if (op == Op::equal) return equal(*a, *b);
  auto order = compare(*a, *b);
  return order && in_order(op, *order);
}

/// What a condition takes beyond one comparison of small values.
size_t extra_effort(const Condition& condition, const Value* first) {
  constexpr size_t kTextBytes = 128;  // are searched in the time of one comparison
  size_t effort = 0;
  if (condition.op == Op::in) effort += condition.operands.size();
  if (condition.operands[0].is_size) effort += 2;
  if (condition.op == Op::contains && first) effort += first->text.size() / kTextBytes + first->elements.size();
  return effort;
}

bool apply_function(Op op, const Condition& condition, const Value* first, const Item& item) {
  if (op == Op::attribute_exists) return first != nullptr;
  if (op == Op::attribute_not_exists) return first == nullptr;
  Evaluated second(condition.operands[1], item);
  if (!first || !second.get()) return false;
  switch (op) {
    case Op::attribute_type: return type_code(first->type) == second.get()->text;
    case Op::begins_with: return begins_with(*first, *second.get());
    default: return contains(*first, *second.get());
  }
}

}  // namespace

std::string_view name_of(Op op) {
  constexpr std::string_view kNames[] = {"AND",
                                         "OR",
                                         "NOT",
                                         "=",
                                         "<>",
                                         "<",
                                         "<=",
                                         ">",
                                         ">=",
                                         "BETWEEN",
                                         "IN",
                                         "attribute_exists",
                                         "attribute_not_exists",
                                         "attribute_type",
                                         "begins_with",
                                         "contains"};
  return kNames[static_cast<size_t>(op)];
}

bool holds(const Condition& condition, const Item& item) {
  size_t effort = 0;
  return holds(condition, item, effort);
}

bool holds(const Condition& condition, const Item& item, size_t& effort) {
  auto part_holds = [&](const Condition& part) { return holds(part, item, effort); };
  switch (condition.op) {
    case Op::all: return std::all_of(condition.parts.begin(), condition.parts.end(), part_holds);
    case Op::any: return std::any_of(condition.parts.begin(), condition.parts.end(), part_holds);
    case Op::negation: return !holds(condition.parts.front(), item, effort);
    default: break;
  }
  Evaluated first(condition.operands[0], item);
  effort += 1 + extra_effort(condition, first.get());
  if (condition.op >= Op::attribute_exists) return apply_function(condition.op, condition, first.get(), item);
  if (condition.op == Op::in) {
    return std::any_of(std::next(condition.operands.begin()), condition.operands.end(),
                       [&](const Operand& operand) { return compare_operands(Op::equal, first.get(), Evaluated(operand, item).get()); });
  }
  Evaluated second(condition.operands[1], item);
  if (condition.op != Op::between) return compare_operands(condition.op, first.get(), second.get());
  Evaluated third(condition.operands[2], item);
  return compare_operands(Op::greater_equal, first.get(), second.get()) && compare_operands(Op::less_equal, first.get(), third.get());
}

void for_each_path(const Condition& condition, const std::function<void(const Path&)>& visit) {
  for (const Operand& operand : condition.operands) {
    if (operand.is_path()) visit(operand.path);
  }
  for (const Condition& part : condition.parts) for_each_path(part, visit);
}

}  // namespace cloudemu::dynamodb::expression
