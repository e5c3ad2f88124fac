#include "services/s3/policy_keys.h"

#include <algorithm>
#include <span>

#include "core/strings.h"
#include "core/word_list.h"
#include "services/iam/ip_range.h"
#include "services/s3/errors.h"

namespace cloudemu::s3 {

namespace {

constexpr std::string_view kService = "s3:";

/// In lower case, as iam::normal_key() has them. Those that name a tag end with '/'.
// clang-format off
constexpr std::string_view kKeys[] = {
    "accessgrantscope", "accessgrantsinstancearn", "accessgrantslocationscope", "accesspointnetworkorigin", "accesspointtag/",
    "annotation-prefix", "authtype", "buckettag/", "dataaccesspointaccount", "dataaccesspointarn", "delimiter", "deliverysourcearn",
    "destinationregion", "existingjoboperation", "existingjobpriority", "existingobjecttag/", "if-match", "if-none-match",
    "inventoryaccessibleoptionalfields", "isreplicationpauserequest", "jobsuspendedcause", "locationconstraint", "logtype",
    "max-annotation-results", "max-keys", "object-lock-event-hold", "object-lock-event-hold-duration-days", "object-lock-legal-hold",
    "object-lock-mode", "object-lock-remaining-retention-days", "object-lock-retain-until-date", "objectcreationoperation", "prefix",
    "requestjoboperation", "requestjobpriority", "requestobjecttag/", "requestobjecttagkeys", "resourceaccount",
    "resourcearnbeingauthorized", "signatureage", "signatureversion", "tlsversion", "versionid"};
// clang-format on

bool is_known(std::string_view key) {
  // Keys of other services stand in bucket policies, too: "saml:aud", "cognito-identity.amazonaws.com:aud".
  if (!key.starts_with(kService)) return key.find(':') != std::string_view::npos;
  std::string_view name = key.substr(kService.size());
  if (name.starts_with("x-amz-")) return true;
  size_t slash = name.find('/');
  return contains(kKeys, slash == std::string_view::npos ? name : name.substr(0, slash + 1));
}

/// Which actions take part in a rule about a key.
struct Rule {
  std::string_view key;  ///< one that ends with '/' or '-' stands for all that begin so
  enum class Kind { only, all_but } kind;
  std::span<const std::string_view> actions;
};

constexpr std::string_view kListings[] = {"ListBucket", "ListBucketMultipartUploads", "ListBucketVersions"};
constexpr std::string_view kReads[] = {"GetObject", "GetObjectVersion"};
constexpr std::string_view kWithoutOldTags[] = {"BypassGovernanceRetention", "DeleteObject", "DeleteObjectVersion", "GetObjectLegalHold",
                                                "GetObjectRetention",        "PutObject",    "PutObjectLegalHold",  "PutObjectRetention"};
constexpr std::string_view kWithoutNewTags[] = {"PutObjectAcl", "PutObjectLegalHold", "PutObjectRetention"};
constexpr Rule kRules[] = {
    {"delimiter", Rule::Kind::only, kListings},
    {"existingobjecttag/", Rule::Kind::all_but, kWithoutOldTags},
    {"max-keys", Rule::Kind::only, kListings},
    {"prefix", Rule::Kind::only, kListings},
    {"requestobjecttag/", Rule::Kind::all_but, kWithoutNewTags},
    {"x-amz-acl", Rule::Kind::all_but, kReads},
    {"x-amz-copy-source", Rule::Kind::all_but, kReads},
    {"x-amz-grant-", Rule::Kind::all_but, kReads},
    {"x-amz-metadata-directive", Rule::Kind::all_but, kReads},
    {"x-amz-server-side-encryption", Rule::Kind::all_but, kReads},
    {"x-amz-server-side-encryption-", Rule::Kind::all_but, kReads},
};

bool is_about(const Rule& rule, std::string_view name) {
  bool is_prefix = rule.key.ends_with('/') || rule.key.ends_with('-');
  return is_prefix ? name.starts_with(rule.key) : name == rule.key;
}

/// Whether an action, "s3:GetObject", knows a key.
bool knows(std::string_view action, std::string_view key) {
  if (!key.starts_with(kService) || action.find_first_of("*?") != std::string_view::npos) return true;
  std::string_view name = split_once(action, ':').second;
  auto is_same = [&](std::string_view each) { return equals_ignoring_case(each, name); };
  return std::all_of(std::begin(kRules), std::end(kRules), [&](const Rule& rule) {
    if (!is_about(rule, key.substr(kService.size()))) return true;
    bool is_listed = std::any_of(rule.actions.begin(), rule.actions.end(), is_same);
    return is_listed == (rule.kind == Rule::Kind::only);
  });
}

/// A range of addresses, or a variable that will be one.
bool is_range_or_variable(const iam::Pattern& value) {
  return value.text().find('$') != std::string_view::npos || iam::is_ip_range(value.text());
}

}  // namespace

AwsResult<void> check_conditions(const iam::Statement& statement) {
  for (const iam::Condition& condition : statement.conditions) {
    if (!is_known(condition.key)) return fail(malformed_policy("Policy has an invalid condition key"));
    bool is_wrong = condition.op.comparison == iam::Comparison::ip_address &&
                    !std::all_of(condition.values.begin(), condition.values.end(), is_range_or_variable);
    if (is_wrong) return fail(malformed_policy("Invalid IP address in Conditions"));
    const auto& actions = statement.actions.any_of;
    bool fits = statement.actions.inverted || std::all_of(actions.begin(), actions.end(),
                                                          [&](const iam::Pattern& action) { return knows(action.text(), condition.key); });
    if (!fits) return fail(malformed_policy("Conditions do not apply to combination of actions and resources in statement"));
  }
  return {};
}

}  // namespace cloudemu::s3
