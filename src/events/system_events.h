#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/clock.h"
#include "events/fields.h"

namespace cloudemu::system {

/// The virtual clock was set: it shows real time plus `offset_ms`, or stands still at `frozen_at`.
struct ClockChanged {
  static constexpr std::string_view kType = "sys.ClockChanged";
  static constexpr int kVersion = 1;
  int64_t offset_ms = 0;
  std::optional<TimeMs> frozen_at;

  bool operator==(const ClockChanged&) const = default;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("offset_ms", self.offset_ms);
    fields("frozen_at", self.frozen_at);
  }
};

/// Everything of every account was dropped (POST /_cloudemu/reset). The log before it stays.
struct StateReset {
  static constexpr std::string_view kType = "sys.StateReset";
  static constexpr int kVersion = 1;

  bool operator==(const StateReset&) const = default;
  template <class Self, class Fields>
  static void describe(Self&, Fields&) {}
};

/// What policies ask of temporary credentials.
/// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html
struct SessionScope {
  std::string policy;                        ///< a document, without which nothing may be done; empty: none limits the session
  events::StringMap tags;                    ///< aws:PrincipalTag
  std::vector<std::string> transitive_tags;  ///< the keys of those that sessions have which this one begins
  std::string source_identity;
  bool mfa = false;  ///< a device was named

  bool operator==(const SessionScope&) const = default;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("policy", self.policy);
    fields("tags", self.tags);
    fields("transitive_tags", self.transitive_tags);
    fields("source_identity", self.source_identity);
    fields("mfa", self.mfa);
  }
};

/// STS handed out temporary credentials.
struct SessionIssued {
  static constexpr std::string_view kType = "sts.SessionIssued";
  static constexpr int kVersion = 1;
  std::string access_key, secret_key, token;
  std::string account;
  std::string arn;  ///< who the session is, for GetCallerIdentity
  std::string user_id;
  TimeMs expires_at = 0;
  SessionScope scope;

  bool operator==(const SessionIssued&) const = default;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("access_key", self.access_key);
    fields("secret_key", self.secret_key);
    fields("token", self.token);
    fields("account", self.account);
    fields("arn", self.arn);
    fields("user_id", self.user_id);
    fields("expires_at", self.expires_at);
    fields("scope", self.scope);
  }
};

}  // namespace cloudemu::system
