#include "services/s3/policy_document.h"

#include <algorithm>
#include <string>
#include <vector>

#include "core/strings.h"
#include "protocol/json.h"
#include "services/s3/errors.h"

namespace cloudemu::s3 {

namespace {

using json::Value;

constexpr size_t kPolicyBytesMax = 20 * 1024;
constexpr std::string_view kDocumentFields[] = {"Version", "Id", "Statement"};
constexpr std::string_view kStatementFields[] = {"Sid",       "Effect",   "Principal",   "NotPrincipal", "Action",
                                                 "NotAction", "Resource", "NotResource", "Condition"};
/// Actions on what is in a bucket: their resource is arn:aws:s3:::bucket/key. Those of other names that begin with "s3:" act on it.
// clang-format off
constexpr std::string_view kObjectActions[] = {
    "AbortMultipartUpload", "BypassGovernanceRetention", "DeleteObject", "DeleteObjectTagging", "DeleteObjectVersion",
    "DeleteObjectVersionTagging", "GetObject", "GetObjectAcl", "GetObjectAttributes", "GetObjectLegalHold", "GetObjectRetention",
    "GetObjectTagging", "GetObjectTorrent", "GetObjectVersion", "GetObjectVersionAcl", "GetObjectVersionAttributes",
    "GetObjectVersionForReplication", "GetObjectVersionTagging", "GetObjectVersionTorrent", "InitiateReplication",
    "ListMultipartUploadParts", "ObjectOwnerOverrideToBucketOwner", "PutObject", "PutObjectAcl", "PutObjectLegalHold",
    "PutObjectRetention", "PutObjectTagging", "PutObjectVersionAcl", "PutObjectVersionTagging", "ReplicateDelete",
    "ReplicateObject", "ReplicateTags", "RestoreObject", "UpdateObjectEncryption"};
// clang-format on
/// Keys of conditions that narrow a statement down, when they are compared with fixed values.
// clang-format off
constexpr std::string_view kNarrowingKeys[] = {
    "aws:sourcearn",        "aws:sourcevpc",     "aws:sourcevpce",        "aws:sourceaccount",         "aws:sourceowner",
    "aws:sourceip",         "aws:userid",        "aws:principalaccount",  "aws:principalarn",          "aws:principalorgid",
    "aws:principalorgpaths", "aws:sourceorgid",  "aws:sourceorgpaths",    "s3:dataaccesspointarn",     "s3:dataaccesspointaccount",
    "s3:x-amz-server-side-encryption-aws-kms-key-id"};
// clang-format on

template <size_t N>
bool contains(const std::string_view (&list)[N], std::string_view value) {
  return std::find(std::begin(list), std::end(list), value) != std::end(list);
}

/// One string, or an array of strings: nothing for anything else.
std::optional<std::vector<std::string_view>> strings(Value value) {
  if (value.is_string()) return std::vector<std::string_view>{value.string()};
  if (!value.is_array()) return std::nullopt;
  std::vector<std::string_view> all;
  for (Value element : value.elements()) {
    if (!element.is_string()) return std::nullopt;
    all.push_back(element.string());
  }
  return all;
}

bool is_account_principal(std::string_view text) {
  bool is_account = text.size() == 12 && std::all_of(text.begin(), text.end(), is_digit);
  return text == "*" || is_account || text.starts_with("arn:");
}

bool is_principal(Value principal) {
  if (principal.is_string()) return principal.string() == "*";
  if (!principal.is_object() || principal.size() == 0) return false;
  for (auto [kind, value] : principal.members()) {
    auto names = strings(value);
    if (!names || names->empty()) return false;
    if (kind == "AWS" && !std::all_of(names->begin(), names->end(), is_account_principal)) return false;
    if (kind != "AWS" && kind != "Service" && kind != "Federated" && kind != "CanonicalUser") return false;
  }
  return true;
}

/// "s3:Get*": a known kind of name, as far as can be told without the list of all that AWS may add.
bool is_action(std::string_view action) {
  if (action == "*") return true;
  auto [service, name] = split_once(action, ':');
  bool is_name = !name.empty() && std::all_of(name.begin(), name.end(), [](char c) { return is_alnum(c) || c == '*' || c == '?'; });
  return is_name && equals_ignoring_case(service, "s3");
}

/// The part of an S3 ARN that begins with the bucket's name: "bucket/key*"; nothing for other ARNs.
std::optional<std::string_view> arn_tail(std::string_view resource) {
  auto parts = split(resource, ':');
  if (parts.size() < 6 || parts[0] != "arn" || !parts[1].starts_with("aws") || parts[2] != "s3") return std::nullopt;
  return resource.substr(static_cast<size_t>(parts[5].data() - resource.data()));
}

/// Whether a pattern with `*` and `?` can match `text`. Linear but for one way back, so no pattern can make it slow.
bool matches(std::string_view pattern, std::string_view text) {
  size_t p = 0, t = 0, star = std::string_view::npos, star_text = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      star_text = t;
    } else if (p < pattern.size() && (pattern[p] == '?' || pattern[p] == text[t])) {
      ++p, ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++star_text;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', p) == std::string_view::npos;
}

struct Resources {
  bool bucket = false, objects = false;
};

/// Whether the resources are this bucket's, and what of it they are.
AwsResult<Resources> check_resources(const std::vector<std::string_view>& resources, std::string_view bucket) {
  Resources found;
  for (std::string_view resource : resources) {
    auto tail = resource == "*" ? std::optional<std::string_view>("*") : arn_tail(resource);
    if (!tail || !matches(tail->substr(0, tail->find('/')), bucket)) return fail(malformed_policy("Policy has invalid resource"));
    size_t slash = tail->find('/');
    if (slash == std::string_view::npos) found.bucket = true;
    if (slash != std::string_view::npos || tail->ends_with("*")) found.objects = true;
  }
  return found;
}

/// An action that can act on nothing of what the statement names: only told of names without wildcards.
AwsResult<void> check_reach(const std::vector<std::string_view>& actions, const Resources& resources) {
  for (std::string_view action : actions) {
    if (action.find_first_of("*?") != std::string_view::npos) continue;
    bool on_objects = contains(kObjectActions, split_once(action, ':').second);
    if (on_objects ? !resources.objects : !resources.bucket) {
      return fail(malformed_policy("Action does not apply to any resource(s) in statement"));
    }
  }
  return {};
}

AwsResult<void> check_statement(Value statement, std::string_view bucket) {
  if (!statement.is_object()) return fail(malformed_policy("Invalid policy syntax."));
  for (auto [name, value] : statement.members()) {
    if (!contains(kStatementFields, name)) return fail(malformed_policy(concat("Unknown field ", name)));
  }
  Value effect = statement["Effect"];
  if (!effect) return fail(malformed_policy("Missing required field Effect"));
  if (effect.string() != "Allow" && effect.string() != "Deny") {
    return fail(malformed_policy(concat("Invalid effect: ", effect.string())));
  }
  Value principal = statement["Principal"] ? statement["Principal"] : statement["NotPrincipal"];
  if (!principal) return fail(malformed_policy("Missing required field Principal"));
  if (!is_principal(principal)) return fail(malformed_policy("Invalid principal in policy"));
  Value action = statement["Action"] ? statement["Action"] : statement["NotAction"];
  if (!action) return fail(malformed_policy("Missing required field Action"));
  auto actions = strings(action);
  if (!actions || !std::all_of(actions->begin(), actions->end(), is_action)) {
    return fail(malformed_policy("Policy has invalid action"));
  }
  Value resource = statement["Resource"] ? statement["Resource"] : statement["NotResource"];
  if (!resource) return fail(malformed_policy("Missing required field Resource"));
  auto resources = strings(resource);
  if (!resources || resources->empty()) return fail(malformed_policy("Policy has invalid resource"));
  Value condition = statement["Condition"];
  if (condition && !condition.is_object()) return fail(malformed_policy("Invalid policy syntax."));
  if (!statement["Resource"]) return {};
  Resources reach = TRY(check_resources(*resources, bucket));
  if (statement["Action"]) TRY(check_reach(*actions, reach));
  return {};
}

bool is_everyone(Value principal) {
  if (principal.is_string()) return principal.string() == "*";
  auto names = strings(principal["AWS"]);
  return names && std::find(names->begin(), names->end(), "*") != names->end();
}

bool is_fixed(std::string_view key, std::string_view value) {
  if (key == "aws:sourceip") return value != "0.0.0.0/0" && value != "::/0";
  return value.find_first_of("*?$") == std::string_view::npos;
}

bool is_narrowed(Value condition) {
  for (auto [comparison, operands] : condition.members()) {
    for (auto [name, value] : operands.members()) {
      std::string key = lower(name);
      auto values = strings(value);
      if (!values || comparison.starts_with("StringNot") || comparison.starts_with("Not")) continue;
      bool all_fixed = std::all_of(values->begin(), values->end(), [&](auto text) { return is_fixed(key, text); });
      if (all_fixed && contains(kNarrowingKeys, key)) return true;
    }
  }
  return false;
}

/// One statement may stand without an array around it.
std::vector<Value> statements(Value document) {
  Value value = document["Statement"];
  if (value.is_object()) return {value};
  std::vector<Value> all;
  for (Value element : value.elements()) all.push_back(element);
  return all;
}

}  // namespace

AwsResult<void> check_policy(std::string_view document, std::string_view bucket) {
  constexpr std::string_view kNotJson = "Policies must be valid JSON and the first byte must be '{'";
  if (document.empty() || document.front() != '{') return fail(malformed_policy(std::string(kNotJson)));
  if (document.size() > kPolicyBytesMax) {
    return fail(AwsError{"PolicyTooLarge", 400, "Normalized policy document exceeds the maximum allowed size of 20480 bytes."});
  }
  auto parsed = json::Document::parse(document);
  if (!parsed) return fail(malformed_policy("This policy contains invalid Json"));
  Value root = parsed->root();
  Value version = root["Version"];
  if (version && version.string() != "2012-10-17" && version.string() != "2008-10-17") {
    return fail(malformed_policy("The policy must contain a valid version string"));
  }
  if (!root["Statement"]) return fail(malformed_policy("Missing required field Statement"));
  for (auto [name, value] : root.members()) {
    if (!contains(kDocumentFields, name)) return fail(malformed_policy(concat("Unknown field ", name)));
  }
  auto all = statements(root);
  if (all.empty()) return fail(malformed_policy("Could not parse the policy: Statement is empty!"));
  for (Value statement : all) TRY(check_statement(statement, bucket));
  return {};
}

bool is_public_policy(std::string_view document) {
  auto parsed = json::Document::parse(document);
  if (!parsed) return false;
  auto all = statements(parsed->root());
  return std::any_of(all.begin(), all.end(), [](Value statement) {
    return statement["Effect"].string() == "Allow" && is_everyone(statement["Principal"]) && !is_narrowed(statement["Condition"]);
  });
}

}  // namespace cloudemu::s3
