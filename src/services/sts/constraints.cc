#include "services/sts/constraints.h"

#include <algorithm>

#include "core/strings.h"

namespace cloudemu::sts {

AwsError access_denied(std::string message) { return {"AccessDenied", 403, std::move(message)}; }

AwsError invalid_parameter_value(std::string message) { return {"InvalidParameterValue", 400, std::move(message)}; }

AwsError malformed_policy_document(std::string message) { return {"MalformedPolicyDocument", 400, std::move(message)}; }

AwsError validation_error(std::string message) { return {"ValidationError", 400, std::move(message)}; }

void Constraints::add(std::string_view value, std::string_view member, std::string constraint) {
  append(flaws_, count_ == 0 ? "" : "; ", "Value ", value, " at '", member, "' failed to satisfy constraint: Member must ", constraint);
  ++count_;
}

Constraints& Constraints::required(std::string_view member, const query::Text& value) {
  if (!value) add("null", member, "not be null");
  return *this;
}

Constraints& Constraints::text(std::string_view member, const query::Text& value, const Pattern& pattern, Lengths lengths) {
  if (!value) return *this;
  std::string quoted = concat('\'', *value, '\'');
  // A pattern that ends in + wants one character at least.
  bool matches = std::all_of(value->begin(), value->end(), pattern.allows) && !(value->empty() && pattern.told.ends_with('+'));
  if (!matches) add(quoted, member, concat("satisfy regular expression pattern: ", pattern.told));
  size_t length = utf8_length(*value);
  if (length < lengths.min) add(quoted, member, concat("have length greater than or equal to ", lengths.min));
  if (length > lengths.max) add(quoted, member, concat("have length less than or equal to ", lengths.max));
  return *this;
}

Constraints& Constraints::count(std::string_view member, size_t elements, size_t max, std::string_view shown) {
  if (elements > max) add(concat("'[", shown, "]'"), member, concat("have length less than or equal to ", max));
  return *this;
}

Constraints& Constraints::range(std::string_view member, const query::Integer& value, int64_t min, int64_t max) {
  if (!value) return *this;
  std::string quoted = concat('\'', *value, '\'');
  if (*value < min) add(quoted, member, concat("have value greater than or equal to ", min));
  if (*value > max) add(quoted, member, concat("have value less than or equal to ", max));
  return *this;
}

AwsResult<void> Constraints::check() const {
  if (count_ == 0) return {};
  return fail(validation_error(concat(count_, count_ == 1 ? " validation error" : " validation errors", " detected: ", flaws_)));
}

}  // namespace cloudemu::sts
