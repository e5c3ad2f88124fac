#pragma once
#include <string>
#include <string_view>

#include "core/clock.h"
#include "protocol/http_message.h"
#include "services/iam/evaluate.h"
#include "services/principal.h"

/// What every service tells policies of a request.
/// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
namespace cloudemu::iam {

/// "arn:aws:iam::111122223333:root", in the partition of a region.
std::string root_arn(std::string_view region, std::string_view account);
/// That of the account, or the user or the session of a role that calls.
std::string caller_arn(const Principal& principal);

/// Whether somebody may do what he wants with what `owner` has, unless a policy on it denies it: it is his own, and no session limits him.
bool owns(const Principal& principal, std::string_view owner);

/// A caller as policies name it. `canonical_user` may stay empty where the service knows no such ids.
Caller caller_of(const Principal& principal, std::string canonical_user = {});

/// The global condition keys. Services add their own by a class of theirs.
class CallContext : public Context {
 public:
  /// All arguments must outlive the context. `owner`: the account that the resource belongs to.
  CallContext(const Principal& principal, const Caller& caller, const http::Request& http, TimeMs now, std::string_view owner)
      : principal_(principal), caller_(caller), http_(http), now_(now), owner_(owner) {}

  std::optional<Values> find(std::string_view key) const override;

 protected:
  const http::Request& http() const { return http_; }
  TimeMs now() const { return now_; }
  std::string_view owner() const { return owner_; }
  static Values one(std::string_view value) { return {std::string(value)}; }

 private:
  std::optional<Values> find_caller(std::string_view name) const;
  std::optional<Values> find_request(std::string_view name) const;
  static std::optional<Values> find_session(const system::SessionScope& session, std::string_view name);

  const Principal& principal_;
  const Caller& caller_;
  const http::Request& http_;
  TimeMs now_;
  std::string_view owner_;
};

/// The tags of a request or of a resource, as "aws:requesttag/KEY", "aws:resourcetag/KEY" or "aws:tagkeys" ask for them.
std::optional<std::string> tag_value(const std::vector<std::pair<std::string, std::string>>& tags, std::string_view key);

}  // namespace cloudemu::iam
