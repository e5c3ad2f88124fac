#pragma once
#include <string>
#include <string_view>

#include "protocol/aws_error.h"
#include "services/query/input.h"

namespace cloudemu::sts {

AwsError access_denied(std::string message);
AwsError invalid_parameter_value(std::string message);
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
  /// Of a list. `shown`: what the refusal shows of it; all of it may be megabytes.
  Constraints& count(std::string_view member, size_t elements, size_t max, std::string_view shown);
  Constraints& range(std::string_view member, const query::Integer& value, int64_t min, int64_t max);
  /// Error: ValidationError, if there is any flaw.
  AwsResult<void> check() const;

 private:
  void add(std::string_view value, std::string_view member, std::string constraint);

  std::string flaws_;
  int count_ = 0;
};

/// What texts of all kinds may consist of.
inline bool is_text_character(char c) { return static_cast<unsigned char>(c) >= 0x20 || c == '\t' || c == '\n' || c == '\r'; }
inline constexpr Constraints::Pattern kText{
    "[\\u0009\\u000A\\u000D\\u0020-\\u007E\\u0085\\u00A0-\\uD7FF\\uE000-\\uFFFD\\u10000-\\u10FFFF]+", is_text_character};

}  // namespace cloudemu::sts
