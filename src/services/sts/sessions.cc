#include <algorithm>

#include "core/account_id.h"
#include "core/digest.h"
#include "core/region.h"
#include "core/strings.h"
#include "services/iam/call_context.h"
#include "services/sts/constraints.h"
#include "services/sts/operations.h"
#include "services/sts/session_scope.h"
#include "services/sts/web_identity.h"

namespace cloudemu::sts {

namespace {

constexpr std::string_view kBase32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
constexpr std::string_view kBase64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr int64_t kDurationMinS = 900;
constexpr int64_t kRoleDurationMaxS = 43'200, kRoleDurationDefaultS = 3600, kChainedDurationMaxS = 3600;
constexpr int64_t kTokenDurationMaxS = 129'600, kTokenDurationDefaultS = 43'200;

bool is_name_character(char c) { return is_alnum(c) || std::string_view("_+=,.@-").find(c) != std::string_view::npos; }
bool is_external_id_character(char c) { return is_name_character(c) || c == ':' || c == '/'; }
bool is_word_character(char c) { return is_alnum(c) || c == '_'; }
bool is_serial_number_character(char c) { return is_external_id_character(c); }

constexpr Constraints::Pattern kName{"[\\w+=,.@-]*", is_name_character};
constexpr Constraints::Pattern kSerialNumber{"[\\w+=/:,.@-]*", is_serial_number_character};
constexpr Constraints::Pattern kAccessKey{"[\\w]*", is_word_character};
constexpr Constraints::Pattern kCode{"[\\d]*", is_digit};
constexpr Constraints::Pattern kExternalId{"[\\w+=,.@:\\/-]*", is_external_id_character};

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

/// "AROA" and 17 characters: the same for the same role at all times, as if the role had been created once.
std::string role_id(std::string_view arn) {
  std::string id = "AROA";
  for (char c : sha256(arn).substr(0, 17)) id.push_back(kBase32[static_cast<unsigned char>(c) & 31]);
  return id;
}

bool is_session(const Principal& principal) { return principal.access_key.starts_with("ASIA"); }

/// Both or none. Error: AccessDenied. No code is a wrong one, since there is no device to ask.
AwsResult<bool> has_device(const MfaInput& input) {
  if (input.serial_number.has_value() == input.code.has_value()) return input.code.has_value();
  return fail(access_denied("MultiFactorAuthentication failed, must provide both MFA serial number and one time pass code."));
}

void check_device(Constraints& constraints, const MfaInput& input) {
  constraints.text("serialNumber", input.serial_number, kSerialNumber, {9, 256}).text("tokenCode", input.code, kCode, {6, 6});
}

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
          .expires_at = call.now() / kSecondMs * kSecondMs + duration_s * kSecondMs,
          .scope = {}};
}

void write_credentials(query::ReplyWriter& reply, const system::SessionIssued& session) {
  reply.begin_object("Credentials")
      .text("AccessKeyId", session.access_key)
      .text("SecretAccessKey", session.secret_key)
      .text("SessionToken", session.token)
      .time("Expiration", session.expires_at)
      .end_object();
}

/// What all ways to a role ask for.
void check_role(Constraints& constraints, const auto& input) {
  constraints.required("roleArn", input.role_arn)
      .required("roleSessionName", input.session_name)
      .text("roleArn", input.role_arn, kText, {20, 2048})
      .text("roleSessionName", input.session_name, kName, {2, 64})
      .range("durationSeconds", input.duration_s, kDurationMinS, kRoleDurationMaxS);
}

AwsResult<system::SessionIssued> role_session(const Call& call, const auto& input) {
  auto role = parse_role(*input.role_arn);
  if (!role) return fail(validation_error("Request ARN is invalid"));
  system::SessionIssued session = issue(call, input.duration_s.value_or(kRoleDurationDefaultS));
  session.account = role->account;
  session.arn = concat("arn:", role->partition, ":sts::", role->account, ":assumed-role/", role->name, '/', *input.session_name);
  session.user_id = concat(role_id(*input.role_arn), ':', *input.session_name);
  return session;
}

void write_packed_size(query::ReplyWriter& reply, const LimitsInput& limits) {
  if (int64_t packed = packed_percent(limits); packed > 0) reply.integer("PackedPolicySize", packed);
}

void write_role_session(query::ReplyWriter& reply, const system::SessionIssued& session, const LimitsInput& limits) {
  reply.begin_object("AssumedRoleUser").text("AssumedRoleId", session.user_id).text("Arn", session.arn).end_object();
  write_credentials(reply, session);
  write_packed_size(reply, limits);
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
  Constraints constraints;
  check_role(constraints, input);
  constraints.text("externalId", input.external_id, kExternalId, {2, 1224}).text("sourceIdentity", input.source_identity, kName, {2, 64});
  check_limits(constraints, input);
  check_transitive_tags(constraints, input.transitive_tags);
  check_device(constraints, input);
  TRY(constraints.check());
  if (is_session(call.principal) && input.duration_s.value_or(0) > kChainedDurationMaxS) {
    return fail(validation_error("The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining."));
  }
  system::SessionIssued session = TRY(role_session(call, input));
  session.scope = TRY(session_scope(input, call.principal.session.get()));
  session.scope.mfa = TRY(has_device(input));

  query::ReplyWriter reply = call.reply();
  write_role_session(reply, session, input);
  if (!session.scope.source_identity.empty()) reply.text("SourceIdentity", session.scope.source_identity);
  return answer(call, reply, std::move(session));
}

/// https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html
/// Likewise, and whoever issued the token is believed. Issuers' clocks are real ones.
AwsResult<Outcome> assume_role_with_web_identity(const State&, const Call& call, const AssumeRoleWithWebIdentityInput& input) {
  Constraints constraints;
  check_role(constraints, input);
  constraints.required("webIdentityToken", input.token)
      .text("webIdentityToken", input.token, kText, {4, 20'000})
      .text("providerId", input.provider_id, kText, {4, 2048});
  check_limits(constraints, input);
  TRY(constraints.check());
  WebIdentity identity = TRY(read_web_identity(*input.token, input.provider_id, call.moment.real_now));
  system::SessionIssued session = TRY(role_session(call, input));
  session.scope = TRY(session_scope(input));

  query::ReplyWriter reply = call.reply();
  reply.text("SubjectFromWebIdentityToken", identity.subject);
  if (!identity.audience.empty()) reply.text("Audience", identity.audience);
  write_role_session(reply, session, input);
  reply.text("Provider", identity.provider);
  return answer(call, reply, std::move(session));
}

/// https://docs.aws.amazon.com/STS/latest/APIReference/API_GetFederationToken.html
AwsResult<Outcome> get_federation_token(const State&, const Call& call, const GetFederationTokenInput& input) {
  Constraints constraints;
  constraints.required("name", input.name)
      .text("name", input.name, kName, {2, 32})
      .range("durationSeconds", input.duration_s, kDurationMinS, kTokenDurationMaxS);
  check_limits(constraints, input);
  TRY(constraints.check());
  if (is_session(call.principal)) return fail(access_denied("Cannot call GetFederationToken with session credentials"));
  system::SessionIssued session = issue(call, input.duration_s.value_or(kTokenDurationDefaultS));
  session.account = call.principal.account;
  session.arn = concat("arn:", partition_of(call.principal.region), ":sts::", call.principal.account, ":federated-user/", *input.name);
  session.user_id = concat(call.principal.account, ':', *input.name);
  session.scope = TRY(session_scope(input));
  // "If you do not pass a policy, the resulting federated user session has no permissions."
  if (session.scope.policy.empty() && input.policy_arns.empty()) session.scope.policy = R"({"Version":"2012-10-17","Statement":[]})";

  query::ReplyWriter reply = call.reply();
  write_credentials(reply, session);
  reply.begin_object("FederatedUser").text("FederatedUserId", session.user_id).text("Arn", session.arn).end_object();
  write_packed_size(reply, input);
  return answer(call, reply, std::move(session));
}

/// https://docs.aws.amazon.com/STS/latest/APIReference/API_GetAccessKeyInfo.html
AwsResult<Outcome> get_access_key_info(const State& state, const Call& call, const GetAccessKeyInfoInput& input) {
  TRY(Constraints().required("accessKeyId", input.access_key).text("accessKeyId", input.access_key, kAccessKey, {16, 128}).check());
  auto session = state.system().session(*input.access_key);
  query::ReplyWriter reply = call.reply();
  reply.text("Account", session ? session->account : call.environment.credentials.account_of(*input.access_key));
  return call.answer(reply);
}

/// https://docs.aws.amazon.com/STS/latest/APIReference/API_GetSessionToken.html
/// Whoever asks is taken to be an IAM user: an account's root would get no more than an hour.
AwsResult<Outcome> get_session_token(const State&, const Call& call, const GetSessionTokenInput& input) {
  Constraints constraints;
  constraints.range("durationSeconds", input.duration_s, kDurationMinS, kTokenDurationMaxS);
  check_device(constraints, input);
  TRY(constraints.check());
  if (is_session(call.principal)) return fail(access_denied("Cannot call GetSessionToken with session credentials"));
  system::SessionIssued session = issue(call, input.duration_s.value_or(kTokenDurationDefaultS));
  session.account = call.principal.account;
  session.arn = iam::caller_arn(call.principal);
  session.user_id = caller_id(call.principal);
  session.scope.mfa = TRY(has_device(input));
  query::ReplyWriter reply = call.reply();
  write_credentials(reply, session);
  return answer(call, reply, std::move(session));
}

}  // namespace cloudemu::sts
