#pragma once
#include <string_view>

#include "services/iam/call_context.h"
#include "services/s3/authorise.h"

namespace cloudemu::s3 {

/// What S3 tells policies of a request.
/// https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html#amazons3-policy-keys
class PolicyContext final : public iam::CallContext {
 public:
  /// `bucket`: null where there is none yet. All arguments must outlive the context.
  PolicyContext(const S3ReadModel& state, const Call& call, const iam::Caller& caller, const Bucket* bucket, const Wish& wish)
      : CallContext(call.principal, caller, call.http, call.now, bucket ? bucket->owner : call.principal.account),
        state_(state),
        call_(call),
        bucket_(bucket),
        wish_(wish) {}

  std::optional<Values> find(std::string_view key) const override;

 private:
  /// How what is written is to be encrypted. The calls that go on with an upload cannot say so: what began it speaks for them.
  std::optional<Values> find_encryption(std::string_view name) const;
  std::optional<Values> find_signature(std::string_view name) const;
  std::optional<Values> find_lock(std::string_view name) const;
  std::optional<Values> find_tag(std::string_view name) const;
  std::optional<Values> header(std::string_view name) const;

  const S3ReadModel& state_;
  const Call& call_;
  const Bucket* bucket_;
  const Wish wish_;
};

}  // namespace cloudemu::s3
