#include "services/dynamodb/expression/placeholders.h"

#include <algorithm>

#include "core/strings.h"
#include "services/dynamodb/canonical.h"

namespace cloudemu::dynamodb::expression {

namespace {

bool is_key(std::string_view key, char sigil) {
  if (key.size() < 2 || key.front() != sigil) return false;
  return std::all_of(key.begin() + 1, key.end(), [](char c) { return is_alnum(c) || c == '_'; });
}

AwsError bad_key(std::string_view parameter, std::string_view key) {
  return validation(concat(parameter, " contains invalid key: Syntax error; key: \"", key, "\""));
}

AwsError bad_value(std::string_view parameter, std::string_view flaw, std::string_view key) {
  return validation(concat(parameter, " contains invalid value: ", flaw, " for key ", key));
}

template <class Definitions>
auto find_definition(Definitions& definitions, std::string_view key) {
  return std::find_if(definitions.begin(), definitions.end(), [&](const auto& d) { return d.key == key; });
}

template <class Definitions>
AwsResult<void> check_used(std::string_view parameter, const Definitions& definitions) {
  std::string unused;
  for (const auto& definition : definitions) {
    if (!definition.used && unused.size() < kShownBytesMax) append(unused, unused.empty() ? "" : ", ", definition.key);
  }
  if (unused.empty()) return {};
  return fail(validation(concat("Value provided in ", parameter, " unused in expressions: keys: {", unused, "}")));
}

/// Flaws that AWS finds before it looks at the expressions, so that it does not know what the value is for.
bool is_found_early(const std::string& flaw) {
  return flaw.ends_with("may not be empty") || flaw.ends_with("should not be empty") || flaw.starts_with("Nesting Levels") ||
         flaw.starts_with("Attribute name is too large");
}

}  // namespace

AwsResult<Placeholders> Placeholders::read(json::Value names, json::Value values, Wrap wrap) {
  Placeholders placeholders;
  if (names.is_object()) TRY(placeholders.read_names(names));
  if (values.is_object()) TRY(placeholders.read_values(values, wrap));
  return placeholders;
}

AwsResult<void> Placeholders::read_names(json::Value names) {
  constexpr std::string_view kParameter = "ExpressionAttributeNames";
  if (names.size() == 0) return fail(validation(concat(kParameter, " must not be empty")));
  for (auto [key, name] : names.members()) {
    if (!is_key(key, '#')) return fail(bad_key(kParameter, key));
    if (const char* flaw = attribute_name_flaw(name.string())) {
      return fail(name.string().empty() ? bad_value(kParameter, flaw, key) : validation(flaw));
    }
    names_.push_back({std::string(key), std::string(name.string())});
  }
  return {};
}

AwsResult<void> Placeholders::read_values(json::Value values, Wrap wrap) {
  constexpr std::string_view kParameter = "ExpressionAttributeValues";
  if (values.size() == 0) return fail(validation(concat(kParameter, " must not be empty")));
  for (auto [key, value] : values.members()) {
    if (!is_key(key, ':')) return fail(bad_key(kParameter, key));
  }
  for (auto [key, sent] : values.members()) {
    auto value = canonical_value(sent);
    if (!value) {
      bool bare = wrap == Wrap::numbers_only && is_found_early(value.error().message);
      return fail(bare ? std::move(value.error()) : bad_value(kParameter, value.error().message, key));
    }
    values_.push_back({std::string(key), std::make_shared<const Value>(std::move(*value))});
  }
  return {};
}

const std::string* Placeholders::name(std::string_view key) {
  auto found = find_definition(names_, key);
  if (found == names_.end()) return nullptr;
  found->used = true;
  return &found->meaning;
}

Constant Placeholders::value(std::string_view key) {
  auto found = find_definition(values_, key);
  if (found == values_.end()) return nullptr;
  found->used = true;
  return found->meaning;
}

AwsResult<void> Placeholders::check_all_used() const {
  TRY(check_used("ExpressionAttributeNames", names_));
  return check_used("ExpressionAttributeValues", values_);
}

}  // namespace cloudemu::dynamodb::expression
