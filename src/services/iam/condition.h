#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "services/iam/pattern.h"

/// Conditions of policy statements.
/// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
namespace cloudemu::iam {

/// What is known of a request, by the names of condition keys.
class Context {
 public:
  using Values = std::vector<std::string>;

  virtual ~Context() = default;
  /// Nothing: the request has no such key. `key` as AWS spells it, in lower case up to the first '/', behind which a tag's key may stand:
  /// "aws:sourceip", "s3:existingobjecttag/Project".
  virtual std::optional<Values> find(std::string_view key) const = 0;
};

/// A key in the form that Context::find() takes, in whatever case the policy has it.
std::string normal_key(std::string_view key);
/// The values of policy variables: keys that have exactly one.
Variables variables_of(const Context& context);

enum class Comparison {
  string_equals,
  string_equals_ignoring_case,
  string_like,
  numeric_equals,
  numeric_less,
  numeric_less_equals,
  numeric_greater,
  numeric_greater_equals,
  date_equals,
  date_less,
  date_less_equals,
  date_greater,
  date_greater_equals,
  boolean,
  binary_equals,
  ip_address,
  arn_like,
  null
};

/// "ForAnyValue:StringNotLikeIfExists", taken apart.
struct Operator {
  enum class Quantifier { none, all, any };

  Comparison comparison;
  bool negated = false;
  bool if_exists = false;
  Quantifier quantifier = Quantifier::none;
};

/// Nothing if AWS has no such operator.
std::optional<Operator> parse_operator(std::string_view name);

/// One operator with one key: met if the key has one of the values.
struct Condition {
  Operator op;
  std::string key;              ///< normal_key()
  std::vector<Pattern> values;  ///< compiled as the operator wants it
};

/// How the values of a condition are to be compiled.
Pattern::Syntax syntax_of(const Operator& op, bool variables);

/// Whether a request meets a condition.
bool is_met(const Condition& condition, const Context& context, Effort& effort);

}  // namespace cloudemu::iam
