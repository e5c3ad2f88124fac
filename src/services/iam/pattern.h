#pragma once
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Texts of policies that may hold wildcards and policy variables, and what they match.
/// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html#reference_policies_elements_resource_wildcards
/// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
namespace cloudemu::iam {

/// How many characters one call may compare with patterns. Whoever may write a policy may write one of which each pattern nearly matches
/// everywhere; such a policy must not hold up other callers. Whatever people write stays far below this.
class Effort {
 public:
  /// Some ten milliseconds of comparing: 2 to 6 ns a step.
  static constexpr uint64_t kStepsMax = 4'000'000;

  explicit Effort(uint64_t steps_max = kStepsMax) : steps_max_(steps_max) {}

  void spend(uint64_t steps) { spent_ += steps; }
  bool exhausted() const { return spent_ > steps_max_; }

 private:
  uint64_t steps_max_;
  uint64_t spent_ = 0;
};

/// The value of a policy variable, asked by its name as the policy spells it; nothing if the request has none (or several).
using Variables = std::function<std::optional<std::string>(std::string_view name)>;

/// One text of a policy.
class Pattern {
 public:
  struct Syntax {
    bool wildcards = false;  ///< `*` and `?` stand for characters
    bool variables = false;  ///< ${...} is replaced
    bool folded = false;     ///< ASCII letters match in either case
  };

  Pattern(std::string_view text, Syntax syntax);

  /// As the policy has it.
  const std::string& text() const { return text_; }

  /// Whether the whole of `text` matches. False if a variable has no value and no default, and when the effort is exhausted.
  bool matches(std::string_view text, const Variables& variables, Effort& effort) const;
  /// The same for ARNs: each of the six parts between colons is matched by itself; parts that the pattern leaves out match anything.
  bool matches_arn(std::string_view arn, const Variables& variables, Effort& effort) const;
  /// The text with its variables replaced; nothing if one has no value.
  std::optional<std::string> expand(const Variables& variables) const;

 private:
  /// Bytes, or one of the wildcards, which no byte equals.
  using Tokens = std::u16string;
  struct Variable {
    size_t at;  ///< in tokens_: before this one
    std::string name;
    std::optional<std::string> fallback;
  };

  void compile(std::string_view text);
  size_t compile_variable(std::string_view text);
  std::optional<Tokens> tokens_with(const Variables& variables) const;
  bool matches_tokens(std::u16string_view pattern, std::string_view text, Effort& effort) const;

  std::string text_;
  Syntax syntax_;
  Tokens tokens_;
  std::vector<Variable> variables_;
};

}  // namespace cloudemu::iam
