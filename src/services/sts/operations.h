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

/// Managed policies are named, and not known here: they limit nothing. ProvidedContexts, which only IAM's Identity Center gives out, are not
/// looked at.
struct AssumeRoleInput : MfaInput {
  query::Text role_arn, session_name, external_id, policy, source_identity;
  query::Integer duration_s;
  std::vector<PolicyArnInput> policy_arns;
  std::vector<TagInput> tags;
  query::TextList transitive_tags;
  template <class Self, class Members>
  static void describe(Self& self, Members& members) {
    MfaInput::describe(self, members);
    members("RoleArn", self.role_arn);
    members("RoleSessionName", self.session_name);
    members("ExternalId", self.external_id);
    members("Policy", self.policy);
    members("SourceIdentity", self.source_identity);
    members("DurationSeconds", self.duration_s);
    members.list("PolicyArns", "PolicyArns.member", self.policy_arns);
    members.list("Tags", "Tags.member", self.tags);
    members.list("TransitiveTagKeys", "TransitiveTagKeys.member", self.transitive_tags);
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
AwsResult<Outcome> get_caller_identity(const State& state, const Call& call, const GetCallerIdentityInput& input);
AwsResult<Outcome> get_session_token(const State& state, const Call& call, const GetSessionTokenInput& input);

}  // namespace cloudemu::sts
