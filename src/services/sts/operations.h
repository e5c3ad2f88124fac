#pragma once
#include <vector>

#include "services/query/call.h"

/// AWS Security Token Service: what SDKs and Terraform ask before they begin.
/// https://docs.aws.amazon.com/STS/latest/APIReference/API_Operations.html
namespace cloudemu::sts {

using query::Call;

/// STS as a service with its table.
const query::Service& service();

struct GetCallerIdentityInput {
  template <class Self, class Members>
  static void describe(Self&, Members&) {}
};

struct TagInput {
  query::Text key, value;
  template <class Self, class Members>
  static void describe(Self& self, Members& members) {
    members("Key", self.key);
    members("Value", self.value);
  }
};

struct PolicyArnInput {
  query::Text arn;
  template <class Self, class Members>
  static void describe(Self& self, Members& members) {
    members("arn", self.arn);
  }
};

/// A device that makes one-time codes.
struct MfaInput {
  query::Text serial_number, code;
  template <class Self, class Members>
  static void describe(Self& self, Members& members) {
    members("SerialNumber", self.serial_number);
    members("TokenCode", self.code);
  }
};

/// What a session is to be limited to. Managed policies are named, and not known here: they limit nothing.
struct LimitsInput {
  query::Text policy;
  std::vector<PolicyArnInput> policy_arns;
  std::vector<TagInput> tags;  ///< none where an operation does not take them
  template <class Self, class Members>
  static void describe(Self& self, Members& members) {
    describe_policies(self, members);
    members.list("Tags", "Tags.member", self.tags);
  }
  template <class Self, class Members>
  static void describe_policies(Self& self, Members& members) {
    members("Policy", self.policy);
    members.list("PolicyArns", "PolicyArns.member", self.policy_arns);
  }
};

/// ProvidedContexts, which only IAM's Identity Center gives out, are not looked at.
struct AssumeRoleInput : MfaInput, LimitsInput {
  query::Text role_arn, session_name, external_id, source_identity;
  query::Integer duration_s;
  query::TextList transitive_tags;
  template <class Self, class Members>
  static void describe(Self& self, Members& members) {
    MfaInput::describe(self, members);
    LimitsInput::describe(self, members);
    members("RoleArn", self.role_arn);
    members("RoleSessionName", self.session_name);
    members("ExternalId", self.external_id);
    members("SourceIdentity", self.source_identity);
    members("DurationSeconds", self.duration_s);
    members.list("TransitiveTagKeys", "TransitiveTagKeys.member", self.transitive_tags);
  }
};

struct AssumeRoleWithWebIdentityInput : LimitsInput {
  query::Text role_arn, session_name, token, provider_id;
  query::Integer duration_s;
  template <class Self, class Members>
  static void describe(Self& self, Members& members) {
    describe_policies(self, members);
    members("RoleArn", self.role_arn);
    members("RoleSessionName", self.session_name);
    members("WebIdentityToken", self.token);
    members("ProviderId", self.provider_id);
    members("DurationSeconds", self.duration_s);
  }
};

struct GetFederationTokenInput : LimitsInput {
  query::Text name;
  query::Integer duration_s;
  template <class Self, class Members>
  static void describe(Self& self, Members& members) {
    LimitsInput::describe(self, members);
    members("Name", self.name);
    members("DurationSeconds", self.duration_s);
  }
};

struct GetAccessKeyInfoInput {
  query::Text access_key;
  template <class Self, class Members>
  static void describe(Self& self, Members& members) {
    members("AccessKeyId", self.access_key);
  }
};

struct GetSessionTokenInput : MfaInput {
  query::Integer duration_s;
  template <class Self, class Members>
  static void describe(Self& self, Members& members) {
    MfaInput::describe(self, members);
    members("DurationSeconds", self.duration_s);
  }
};

AwsResult<Outcome> assume_role(const State& state, const Call& call, const AssumeRoleInput& input);
AwsResult<Outcome> assume_role_with_web_identity(const State& state, const Call& call, const AssumeRoleWithWebIdentityInput& input);
AwsResult<Outcome> get_access_key_info(const State& state, const Call& call, const GetAccessKeyInfoInput& input);
AwsResult<Outcome> get_caller_identity(const State& state, const Call& call, const GetCallerIdentityInput& input);
AwsResult<Outcome> get_federation_token(const State& state, const Call& call, const GetFederationTokenInput& input);
AwsResult<Outcome> get_session_token(const State& state, const Call& call, const GetSessionTokenInput& input);

}  // namespace cloudemu::sts
