// Policies: whatever the document, it is read or refused, and what was read can be evaluated, in bounded time, the same way twice.
#include <string>

#include "fuzz.h"
#include "services/iam/evaluate.h"

namespace {

using namespace cloudemu;

/// A request that has a value for whatever is asked: texts, numbers, times and addresses by turns, several of some, none of others.
class AnyContext final : public iam::Context {
 public:
  explicit AnyContext(std::string_view value) : value_(value) {}
  std::optional<Values> find(std::string_view key) const override {
    switch (key.size() % 5) {
      case 0: return std::nullopt;
      case 1: return Values{std::string(value_)};
      case 2: return Values{"10.1.2.3", "2026-11-23T04:00:00Z", "7", "true"};
      case 3: return Values{};
      default: return Values{std::string(key)};
    }
  }

 private:
  std::string_view value_;
};

void evaluate(const iam::Policy& policy, std::string_view text) {
  const iam::Caller callers[] = {
      {},
      {.account = "111122223333", .arn = "arn:aws:iam::111122223333:root", .user_id = "111122223333", .canonical_user = "c"},
      {.account = "111122223333",
       .arn = "arn:aws:sts::111122223333:assumed-role/reader/monday",
       .user_id = "AROAREADER:monday",
       .canonical_user = "c"}};
  AnyContext context(text.substr(0, 2048));
  for (const iam::Caller& caller : callers) {
    for (std::string_view resource : {"arn:aws:s3:::photos/cat.jpg", "arn:aws:dynamodb:us-east-1:111122223333:table/t", ""}) {
      iam::Question question{.caller = caller, .action = "s3:GetObject", .resource = resource, .context = context};
      iam::Effort first, second;
      fuzz::require(iam::evaluate(policy, question, first) == iam::evaluate(policy, question, second));
    }
  }
  for (const iam::Statement& statement : policy.statements) {
    for (const iam::Pattern& pattern : statement.resources.any_of) {
      // A text without wildcards and variables matches itself.
      iam::Effort effort;
      bool is_plain = pattern.text().find_first_of("*?$") == std::string::npos;
      auto none = [](std::string_view) { return std::optional<std::string>(); };
      if (is_plain) fuzz::require(pattern.matches(pattern.text(), none, effort) || effort.exhausted());
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string_view text = fuzz::bytes(data, size);
  for (iam::PolicyOf of : {iam::PolicyOf::resource, iam::PolicyOf::session}) {
    if (auto policy = iam::parse_policy(text, of)) evaluate(*policy, text);
  }
  return 0;
}
