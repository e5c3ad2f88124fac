#pragma once
#include <string>
#include <string_view>

#include "protocol/aws_error.h"
#include "services/query/input.h"

namespace cloudemu::sts {

AwsError access_denied(std::string message);
AwsError malformed_policy_document(std::string message);
AwsError validation_error(std::string message);

/// Collects what is wrong with a request, as AWS's framework does: all flaws of all members in one ValidationError,
/// "2 validation errors detected: Value '' at 'roleArn' failed to satisfy constraint: ...; Value ...".
class Constraints {
 public:
  struct Lengths {
    size_t min, max;
  };
  /// Which characters a text may consist of, and how AWS words that.
  struct Pattern {
    std::string_view told;
    bool (*allows)(char c);
  };

  Constraints& required(std::string_view member, const query::Text& value);
  /// Absent is fine.
  Constraints& text(std::string_view member, const query::Text& value, const Pattern& pattern, Lengths lengths);
  Constraints& range(std::string_view member, const query::Integer& value, int64_t min, int64_t max);
  /// Error: ValidationError, if there is any flaw.
  AwsResult<void> check() const;

 private:
  void add(std::string_view value, std::string_view member, std::string constraint);

  std::string flaws_;
  int count_ = 0;
};

}  // namespace cloudemu::sts
