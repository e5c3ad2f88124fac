#pragma once
#include <functional>
#include <string_view>
#include <vector>

#include "services/dynamodb/expression/path.h"
#include "services/dynamodb/expression/placeholders.h"

/// Condition and filter expressions, and the legacy parameters that mean the same.
/// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.OperatorsAndFunctions.html
namespace cloudemu::dynamodb::expression {

/// What is compared: an attribute of the item, a constant of the request, or the size of either.
struct Operand {
  Path path;  ///< empty: a constant
  Constant constant;
  bool is_size = false;

  static Operand of_attribute(std::string_view name) { return {.path = Path::of_attribute(name), .constant = {}}; }
  static Operand of(Constant value) { return {.path = {}, .constant = std::move(value)}; }
  bool is_path() const { return !path.steps.empty(); }
};

struct Condition {
  enum class Op {
    all,
    any,
    negation,
    equal,
    not_equal,
    less,
    less_equal,
    greater,
    greater_equal,
    between,
    in,
    attribute_exists,
    attribute_not_exists,
    attribute_type,
    begins_with,
    contains
  };
  Op op = Op::all;
  std::vector<Operand> operands;  ///< of comparisons and functions, in the order they are written
  std::vector<Condition> parts;   ///< of all, any and negation
};

/// How error messages call an operation: "=", "BETWEEN", "begins_with".
std::string_view name_of(Condition::Op op);

/// Whether an item (an empty one stands for none) meets a condition.
bool holds(const Condition& condition, const Item& item);
/// Likewise; adds to `effort` what it took, in comparisons of small values.
bool holds(const Condition& condition, const Item& item, size_t& effort);

/// Reads a ConditionExpression, FilterExpression or KeyConditionExpression; `kind` says which in error messages.
AwsResult<Condition> parse_condition(std::string_view kind, std::string_view text, Placeholders& placeholders);

/// All paths in a condition.
void for_each_path(const Condition& condition, const std::function<void(const Path&)>& visit);

}  // namespace cloudemu::dynamodb::expression
