#include "services/s3/post_policy.h"

#include <algorithm>
#include <set>
#include <vector>

#include "core/encoding.h"
#include "core/json_writer.h"
#include "core/strings.h"
#include "core/time_format.h"
#include "protocol/json.h"
#include "services/s3/errors.h"

namespace cloudemu::s3 {

namespace {

using json::Value;

constexpr std::string_view kRange = "content-length-range";

AwsError invalid_policy(std::string_view why) { return {"InvalidPolicyDocument", 400, concat("Invalid Policy: ", why)}; }
AwsError invalid_json() { return invalid_policy("Invalid JSON."); }
AwsError not_allowed(std::string_view why) { return access_denied(concat("Invalid according to Policy: ", why)); }

/// One condition as it stands: `{"acl": "private"}` is `["eq", "$acl", "private"]`.
struct Condition {
  std::string operation, first, second;

  /// As AWS writes it.
  std::string text() const {
    std::string out;
    JsonWriter json(out);
    json.begin_array().string(operation).string(first).string(second).end_array();
    return replace_all(out, "\",\"", "\", \"");
  }
};

std::string text_of(Value value) { return value.is_string() ? std::string(value.string()) : value.text(); }

AwsResult<Condition> parse_condition(Value value) {
  if (value.is_object()) {
    if (value.size() != 1) {
      return fail(invalid_policy("Invalid Simple-Condition: Simple-Conditions must have exactly one property specified."));
    }
    auto member = *value.members().begin();
    if (member.value.is_null()) return fail(invalid_json());
    if (!member.value.is_string()) return fail(invalid_policy("Invalid Simple-Condition: value must be a string."));
    return Condition{"eq", concat("$", member.name), std::string(member.value.string())};
  }
  if (!value.is_array()) return fail(invalid_policy("Invalid Condition: must be a List or an Object."));
  if (value.size() == 0) return fail(invalid_policy("Invalid Condition: missing operation identifier."));
  for (Value part : value.elements()) {
    if (part.is_number() && !part.is_integer()) return fail(invalid_json());
  }
  if (value.size() != 3) return fail(invalid_policy("Invalid Condition: wrong number of arguments."));
  Condition condition{lower(value.at(0).string()), text_of(value.at(1)), text_of(value.at(2))};
  bool is_known = condition.operation == "eq" || condition.operation == "starts-with" || condition.operation == kRange;
  if (!is_known) return fail(invalid_policy(concat("Invalid Condition: unknown operation '", text_of(value.at(0)), "'.")));
  auto is_negative = [](std::string_view text) { return parse_integer<int64_t>(text).value_or(0) < 0; };
  bool is_range = !is_negative(condition.first) && !is_negative(condition.second);
  if (condition.operation == kRange && !is_range) return fail(invalid_policy(concat("Invalid ", kRange, ": bounds must not be negative.")));
  return condition;
}

/// The value of Content-Type may be a list, each of which must begin so.
bool begins_with(std::string_view field, std::string_view value, std::string_view prefix) {
  if (field != "content-type") return value.starts_with(prefix);
  std::vector<std::string_view> all = split(value, ',');
  return std::all_of(all.begin(), all.end(), [&](std::string_view one) { return trim(one).starts_with(prefix); });
}

AwsResult<void> check_field(const Condition& condition, const PostedForm& form) {
  AwsError failed = not_allowed(concat("Policy Condition failed: ", condition.text()));
  if (!condition.first.starts_with('$')) return fail(failed);
  std::string field = lower(std::string_view(condition.first).substr(1));
  auto value = form.value(field);
  if (!value) return fail(failed);
  bool is_met = condition.operation == "eq" ? *value == condition.second : begins_with(field, *value, condition.second);
  if (!is_met) return fail(failed);
  return {};
}

AwsResult<void> check_size(const Condition& condition, uint64_t bytes) {
  auto min = parse_integer<uint64_t>(condition.first), max = parse_integer<uint64_t>(condition.second);
  if (!min || !max) return fail(not_allowed(concat("Policy Condition failed: ", condition.text())));
  if (bytes > *max) return fail(entity_too_large(bytes, *max));
  if (bytes < *min) return fail(entity_too_small(bytes, *min));
  return {};
}

/// Fields that need no condition.
bool is_exempt(std::string_view name) {
  constexpr std::string_view kExempt[] = {"awsaccesskeyid", "file", "policy", "signature", "x-amz-signature"};
  return name.starts_with("x-ignore-") || std::find(std::begin(kExempt), std::end(kExempt), name) != std::end(kExempt);
}

struct Policy {
  TimeMs expires_at = 0;
  std::vector<Condition> conditions;
};

AwsResult<Policy> parse(std::string_view text) {
  std::string packed(text);
  std::erase_if(packed, is_space);  // base64 of some makers comes in lines
  auto decoded = unbase64(packed);
  if (!decoded || !is_utf8(*decoded)) return fail(invalid_json());
  auto document = json::Document::parse(*decoded);
  if (!document || !document->root().is_object()) return fail(invalid_json());
  for (auto [name, value] : document->root().members()) {
    if (name != "expiration" && name != "conditions") return fail(invalid_policy(concat("Unexpected: '", lower(name), "'")));
  }
  Value expiration = document->root()["expiration"], conditions = document->root()["conditions"];
  if (!expiration) return fail(invalid_policy("Policy missing expiration."));
  if (!conditions) return fail(invalid_policy("Policy missing conditions."));
  auto expires_at = parse_iso8601(expiration.string());
  bool is_utc = expiration.string().find('T') != std::string_view::npos && expiration.string().ends_with('Z');
  if (!expires_at || !is_utc) return fail(invalid_policy(concat("Invalid 'expiration' value: '", text_of(expiration), "'")));
  if (!conditions.is_array()) return fail(invalid_policy("Invalid 'conditions' value: must be a List."));
  Policy policy{.expires_at = *expires_at, .conditions = {}};
  for (Value condition : conditions.elements()) policy.conditions.push_back(TRY(parse_condition(condition)));
  return policy;
}

}  // namespace

AwsResult<void> check_post_policy(std::string_view text, const PostedForm& form) {
  Policy policy = TRY(parse(text));
  if (form.now >= policy.expires_at) return fail(not_allowed("Policy expired."));
  std::set<std::string> covered;
  for (const Condition& condition : policy.conditions) {
    if (condition.operation == kRange) continue;
    TRY(check_field(condition, form));
    covered.insert(lower(condition.first));
  }
  for (const std::string& name : form.names) {
    std::string field = lower(name);
    if (!is_exempt(field) && !covered.contains(concat("$", field))) return fail(not_allowed(concat("Extra input fields: ", name)));
  }
  for (const Condition& condition : policy.conditions) {
    if (condition.operation == kRange) TRY(check_size(condition, form.file_bytes));
  }
  return {};
}

}  // namespace cloudemu::s3
