#include <algorithm>

#include "core/account_id.h"
#include "core/digest.h"
#include "core/strings.h"
#include "services/iam/call_context.h"
#include "services/iam/policy.h"
#include "services/sts/constraints.h"
#include "services/sts/operations.h"

namespace cloudemu::sts {

namespace {

constexpr std::string_view kBase32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
constexpr std::string_view kBase64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr int64_t kDurationMinS = 900;
constexpr int64_t kRoleDurationMaxS = 43'200, kRoleDurationDefaultS = 3600, kChainedDurationMaxS = 3600;
constexpr int64_t kTokenDurationMaxS = 129'600, kTokenDurationDefaultS = 43'200;

bool is_name_character(char c) { return is_alnum(c) || std::string_view("_+=,.@-").find(c) != std::string_view::npos; }
bool is_external_id_character(char c) { return is_name_character(c) || c == ':' || c == '/'; }
bool is_text_character(char c) { return static_cast<unsigned char>(c) >= 0x20 || c == '\t' || c == '\n' || c == '\r'; }

constexpr Constraints::Pattern kName{"[\\w+=,.@-]*", is_name_character};
constexpr Constraints::Pattern kExternalId{"[\\w+=,.@:\\/-]*", is_external_id_character};
constexpr Constraints::Pattern kText{"[\\u0009\\u000A\\u000D\\u0020-\\u007E\\u0085\\u00A0-\\uD7FF\\uE000-\\uFFFD\\u10000-\\u10FFFF]+",
                                     is_text_character};

/// "arn:aws:iam::123456789012:role/path/name", taken apart.
struct Role {
  std::string_view partition, account, name;
};
std::optional<Role> parse_role(std::string_view arn) {
  std::vector<std::string_view> parts = split(arn, ':');
  if (parts.size() != 6 || parts[0] != "arn" || !parts[1].starts_with("aws") || parts[2] != "iam" || !parts[3].empty()) {
    return std::nullopt;
  }
  constexpr std::string_view kKind = "role/";
  std::string_view name = parts[5].substr(parts[5].rfind('/') + 1);
  if (!is_account_id(parts[4]) || !parts[5].starts_with(kKind) || name.empty()) return std::nullopt;
  return Role{parts[1], parts[4], name};
}

/// A session policy names no principals, which is all that it differs from others in.
AwsResult<void> check_session_policy(std::string_view document) {
  using Kind = iam::PolicyFlaw::Kind;
  auto policy = iam::parse_policy(document);
  if (policy || (policy.error().kind == Kind::missing_field && policy.error().detail == "Principal")) return {};
  return fail(
      malformed_policy_document(policy.error().kind == Kind::not_json ? "This policy contains invalid Json" : "Syntax errors in policy."));
}

/// "AROA" and 17 characters: the same for the same role at all times, as if the role had been created once.
std::string role_id(std::string_view arn) {
  std::string id = "AROA";
  for (char c : sha256(arn).substr(0, 17)) id.push_back(kBase32[static_cast<unsigned char>(c) & 31]);
  return id;
}

bool is_session(const Principal& principal) { return principal.access_key.starts_with("ASIA"); }

std::string caller_id(const Principal& caller) { return caller.user_id.empty() ? caller.account : caller.user_id; }

system::SessionIssued issue(const Call& call, int64_t duration_s) {
  Entropy& entropy = call.moment.entropy;
  // Temporary keys begin with ASIA, and tokens in a way that people know them by.
  return {.access_key = concat("ASIA", entropy.text(16, kBase32)),
          .secret_key = entropy.text(40, kBase64),
          .token = concat("FwoGZXIvYXdzE", entropy.text(199, kBase64)),
          .account = {},
          .arn = {},
          .user_id = {},
          .expires_at = call.now() / kSecondMs * kSecondMs + duration_s * kSecondMs};
}

void write_credentials(query::ReplyWriter& reply, const system::SessionIssued& session) {
  reply.begin_object("Credentials")
      .text("AccessKeyId", session.access_key)
      .text("SecretAccessKey", session.secret_key)
      .text("SessionToken", session.token)
      .time("Expiration", session.expires_at)
      .end_object();
}

Answer answer(const Call& call, query::ReplyWriter& reply, system::SessionIssued session) {
  std::vector<Event> events;
  events.push_back(std::move(session));
  return call.answer(reply, std::move(events));
}

}  // namespace

/// https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
AwsResult<Outcome> get_caller_identity(const State&, const Call& call, const GetCallerIdentityInput&) {
  query::ReplyWriter reply = call.reply();
  reply.text("Arn", iam::caller_arn(call.principal)).text("UserId", caller_id(call.principal)).text("Account", call.principal.account);
  return call.answer(reply);
}

/// https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
/// Every role is taken to be there, with a maximum session duration of 12 hours, and to trust whoever asks.
AwsResult<Outcome> assume_role(const State&, const Call& call, const AssumeRoleInput& input) {
  TRY(Constraints()
          .required("roleArn", input.role_arn)
          .required("roleSessionName", input.session_name)
          .text("roleArn", input.role_arn, kText, {20, 2048})
          .text("roleSessionName", input.session_name, kName, {2, 64})
          .range("durationSeconds", input.duration_s, kDurationMinS, kRoleDurationMaxS)
          .text("policy", input.policy, kText, {1, 2048})
          .text("externalId", input.external_id, kExternalId, {2, 1224})
          .text("sourceIdentity", input.source_identity, kName, {2, 64})
          .check());
  if (input.policy) TRY(check_session_policy(*input.policy));
  auto role = parse_role(*input.role_arn);
  if (!role) return fail(validation_error("Request ARN is invalid"));
  int64_t duration_s = input.duration_s.value_or(kRoleDurationDefaultS);
  bool chained = call.principal.arn.find(":assumed-role/") != std::string::npos;
  if (chained && duration_s > kChainedDurationMaxS) {
    return fail(validation_error("The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining"));
  }
  system::SessionIssued session = issue(call, duration_s);
  session.account = role->account;
  session.arn = concat("arn:", role->partition, ":sts::", role->account, ":assumed-role/", role->name, '/', *input.session_name);
  session.user_id = concat(role_id(*input.role_arn), ':', *input.session_name);

  query::ReplyWriter reply = call.reply();
  reply.begin_object("AssumedRoleUser").text("AssumedRoleId", session.user_id).text("Arn", session.arn).end_object();
  write_credentials(reply, session);
  if (input.source_identity) reply.text("SourceIdentity", *input.source_identity);
  return answer(call, reply, std::move(session));
}

/// https://docs.aws.amazon.com/STS/latest/APIReference/API_GetSessionToken.html
/// Whoever asks is taken to be an IAM user: an account's root would get no more than an hour.
AwsResult<Outcome> get_session_token(const State&, const Call& call, const GetSessionTokenInput& input) {
  TRY(Constraints().range("durationSeconds", input.duration_s, kDurationMinS, kTokenDurationMaxS).check());
  if (is_session(call.principal)) return fail(access_denied("Cannot call GetSessionToken with session credentials"));
  system::SessionIssued session = issue(call, input.duration_s.value_or(kTokenDurationDefaultS));
  session.account = call.principal.account;
  session.arn = iam::caller_arn(call.principal);
  session.user_id = caller_id(call.principal);
  query::ReplyWriter reply = call.reply();
  write_credentials(reply, session);
  return answer(call, reply, std::move(session));
}

}  // namespace cloudemu::sts
