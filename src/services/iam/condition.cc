#include "services/iam/condition.h"

#include <algorithm>
#include <charconv>

#include "core/encoding.h"
#include "core/strings.h"
#include "core/time_format.h"
#include "services/iam/ip_range.h"

namespace cloudemu::iam {

namespace {

struct OperatorName {
  std::string_view name;
  Comparison comparison;
  bool negated = false;
};
constexpr OperatorName kOperators[] = {
    {"ArnEquals", Comparison::arn_like},
    {"ArnLike", Comparison::arn_like},
    {"ArnNotEquals", Comparison::arn_like, true},
    {"ArnNotLike", Comparison::arn_like, true},
    {"BinaryEquals", Comparison::binary_equals},
    {"Bool", Comparison::boolean},
    {"DateEquals", Comparison::date_equals},
    {"DateGreaterThan", Comparison::date_greater},
    {"DateGreaterThanEquals", Comparison::date_greater_equals},
    {"DateLessThan", Comparison::date_less},
    {"DateLessThanEquals", Comparison::date_less_equals},
    {"DateNotEquals", Comparison::date_equals, true},
    {"IpAddress", Comparison::ip_address},
    {"NotIpAddress", Comparison::ip_address, true},
    {"Null", Comparison::null},
    {"NumericEquals", Comparison::numeric_equals},
    {"NumericGreaterThan", Comparison::numeric_greater},
    {"NumericGreaterThanEquals", Comparison::numeric_greater_equals},
    {"NumericLessThan", Comparison::numeric_less},
    {"NumericLessThanEquals", Comparison::numeric_less_equals},
    {"NumericNotEquals", Comparison::numeric_equals, true},
    {"StringEquals", Comparison::string_equals},
    {"StringEqualsIgnoreCase", Comparison::string_equals_ignoring_case},
    {"StringLike", Comparison::string_like},
    {"StringNotEquals", Comparison::string_equals, true},
    {"StringNotEqualsIgnoreCase", Comparison::string_equals_ignoring_case, true},
    {"StringNotLike", Comparison::string_like, true},
};

std::optional<double> parse_number(std::string_view text) {
  double value = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

/// A date as W3C's profile of ISO 8601 has it, down from a year alone, or seconds since 1970; as milliseconds.
/// https://www.w3.org/TR/NOTE-datetime
std::optional<double> parse_date(std::string_view text) {
  constexpr size_t kYear = 4, kMonth = 7, kMinuteEnd = 16;
  if (text.size() != kYear) {
    if (auto seconds = parse_number(text)) return *seconds * 1000;
  }
  std::string whole(text);
  if (whole.size() == kYear) whole += "-01";
  if (whole.size() == kMonth) whole += "-01";
  bool has_minutes_only = whole.size() > kMinuteEnd && whole[10] == 'T' && whole[13] == ':' && whole[kMinuteEnd] != ':';
  if (has_minutes_only) whole.insert(kMinuteEnd, ":00");
  auto time = parse_iso8601(whole);
  if (!time) return std::nullopt;
  return static_cast<double>(*time);
}

bool compare_order(Comparison comparison, double actual, double wanted) {
  switch (comparison) {
    case Comparison::numeric_equals:
    case Comparison::date_equals: return actual == wanted;
    case Comparison::numeric_less:
    case Comparison::date_less: return actual < wanted;
    case Comparison::numeric_less_equals:
    case Comparison::date_less_equals: return actual <= wanted;
    case Comparison::numeric_greater:
    case Comparison::date_greater: return actual > wanted;
    default: return actual >= wanted;
  }
}

bool compare_binary(std::string_view actual, std::string_view wanted) {
  auto a = unbase64(actual), b = unbase64(wanted);
  return a && b && *a == *b;
}

/// Comparisons that know neither wildcards nor parts.
bool compare_values(Comparison comparison, std::string_view actual, std::string_view wanted) {
  if (comparison == Comparison::boolean) return equals_ignoring_case(actual, wanted);
  if (comparison == Comparison::binary_equals) return compare_binary(actual, wanted);
  if (comparison == Comparison::ip_address) return is_in_range(actual, wanted);
  bool is_date = comparison >= Comparison::date_equals && comparison <= Comparison::date_greater_equals;
  auto a = is_date ? parse_date(actual) : parse_number(actual);
  auto b = is_date ? parse_date(wanted) : parse_number(wanted);
  return a && b && compare_order(comparison, *a, *b);
}

bool matches(Comparison comparison, const Pattern& wanted, std::string_view actual, const Variables& variables, Effort& effort) {
  switch (comparison) {
    case Comparison::string_equals:
    case Comparison::string_equals_ignoring_case:
    case Comparison::string_like: return wanted.matches(actual, variables, effort);
    case Comparison::arn_like: return wanted.matches_arn(actual, variables, effort);
    default: break;
  }
  auto text = wanted.expand(variables);
  return text && compare_values(comparison, actual, *text);
}

/// "true": the key must not be there.
bool is_null_met(const Condition& condition, bool exists) {
  return std::any_of(condition.values.begin(), condition.values.end(),
                     [&](const Pattern& value) { return equals_ignoring_case(value.text(), exists ? "false" : "true"); });
}

/// What holds of a request that lacks the key. Without a quantifier a negated comparison is then true.
/// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
bool holds_without_key(const Operator& op) {
  if (op.if_exists) return true;
  switch (op.quantifier) {
    case Operator::Quantifier::all: return true;
    case Operator::Quantifier::any: return false;
    case Operator::Quantifier::none: break;
  }
  return op.negated;
}

}  // namespace

std::string normal_key(std::string_view key) {
  size_t slash = key.find('/');
  std::string normal = lower(key.substr(0, slash));
  if (slash != std::string_view::npos) normal += key.substr(slash);
  return normal;
}

Variables variables_of(const Context& context) {
  return [&context](std::string_view name) -> std::optional<std::string> {
    auto values = context.find(normal_key(name));
    if (!values || values->size() != 1) return std::nullopt;
    return std::move(values->front());
  };
}

std::optional<Operator> parse_operator(std::string_view name) {
  constexpr std::string_view kAll = "ForAllValues:", kAny = "ForAnyValue:", kIfExists = "IfExists";
  Operator op{.comparison = Comparison::null};
  if (starts_with_ignoring_case(name, kAll)) {
    op.quantifier = Operator::Quantifier::all;
    name.remove_prefix(kAll.size());
  } else if (starts_with_ignoring_case(name, kAny)) {
    op.quantifier = Operator::Quantifier::any;
    name.remove_prefix(kAny.size());
  }
  if (name.size() > kIfExists.size() && equals_ignoring_case(name.substr(name.size() - kIfExists.size()), kIfExists)) {
    op.if_exists = true;
    name.remove_suffix(kIfExists.size());
  }
  auto known = std::find_if(std::begin(kOperators), std::end(kOperators),
                            [&](const OperatorName& row) { return equals_ignoring_case(row.name, name); });
  if (known == std::end(kOperators)) return std::nullopt;
  op.comparison = known->comparison;
  op.negated = known->negated;
  // "You can add IfExists to the end of any condition operator name except the Null condition"
  if (op.comparison == Comparison::null && (op.if_exists || op.quantifier != Operator::Quantifier::none)) return std::nullopt;
  return op;
}

Pattern::Syntax syntax_of(const Operator& op, bool variables) {
  bool is_pattern = op.comparison == Comparison::string_like || op.comparison == Comparison::arn_like;
  return {.wildcards = is_pattern, .variables = variables, .folded = op.comparison == Comparison::string_equals_ignoring_case};
}

bool is_met(const Condition& condition, const Context& context, Effort& effort) {
  const Operator& op = condition.op;
  auto values = context.find(condition.key);
  if (op.comparison == Comparison::null) return is_null_met(condition, values.has_value());
  bool empty_set = values && values->empty() && op.quantifier != Operator::Quantifier::none;
  if (!values || empty_set) return holds_without_key(op);
  Variables variables = variables_of(context);
  auto holds = [&](const std::string& actual) {
    bool found = std::any_of(condition.values.begin(), condition.values.end(),
                             [&](const Pattern& wanted) { return matches(op.comparison, wanted, actual, variables, effort); });
    return found != op.negated;
  };
  if (op.quantifier == Operator::Quantifier::all) return std::all_of(values->begin(), values->end(), holds);
  if (op.quantifier == Operator::Quantifier::any) return std::any_of(values->begin(), values->end(), holds);
  // A single comparison with several values: one that matches decides.
  return op.negated ? std::all_of(values->begin(), values->end(), holds) : std::any_of(values->begin(), values->end(), holds);
}

}  // namespace cloudemu::iam
