#pragma once
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

/// Session policies and tags are taken, and change nothing: permissions are not evaluated.
struct AssumeRoleInput {
  query::Text role_arn, session_name, external_id, policy, source_identity;
  query::Integer duration_s;
  template <class Self, class Members>
  static void describe(Self& self, Members& members) {
    members("RoleArn", self.role_arn);
    members("RoleSessionName", self.session_name);
    members("ExternalId", self.external_id);
    members("Policy", self.policy);
    members("SourceIdentity", self.source_identity);
    members("DurationSeconds", self.duration_s);
  }
};

struct GetSessionTokenInput {
  query::Integer duration_s;
  template <class Self, class Members>
  static void describe(Self& self, Members& members) {
    members("DurationSeconds", self.duration_s);
  }
};

AwsResult<Outcome> assume_role(const State& state, const Call& call, const AssumeRoleInput& input);
AwsResult<Outcome> get_caller_identity(const State& state, const Call& call, const GetCallerIdentityInput& input);
AwsResult<Outcome> get_session_token(const State& state, const Call& call, const GetSessionTokenInput& input);

}  // namespace cloudemu::sts
