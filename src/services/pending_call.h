#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "core/stopwatch.h"
#include "events/envelope.h"
#include "projections/state.h"
#include "protocol/http_message.h"
#include "services/moment.h"
#include "services/outcome.h"
#include "services/upload.h"

/// What passes between the engine and the services.
namespace cloudemu {

/// How a call wants its body.
struct BodyPlan {
  uint64_t bytes_max = 0;                 ///< collected whole, up to so many bytes
  std::optional<UploadPlan> upload = {};  ///< or streamed into an upload
};

/// Why the daemon itself cannot serve a call. All but a call that is too large may pass.
enum class Unavailable {
  log_failed,
  disk_full,
  overloaded,      ///< too many unfinished bodies
  state_failed,    ///< the state cannot be read
  no_descriptors,  ///< too many open files
  too_large        ///< the call would write more events at once than the log takes as one
};
/// A sentence for the client.
std::string_view explain(Unavailable why);

/// What a resource itself says to pages of other origins, whose browsers make a call for them.
struct PageAccess {
  http::Headers reply_headers = {};  ///< let the page read the reply; none if it may not
  bool lets_in = false;              ///< also a page that may not call this endpoint otherwise
};

/// One request, understood as a call of an operation. It can be asked more than once (a long poll is) and must then answer by the
/// state of that moment. It owns the http::Request it was made from: its connection may be gone before it.
class PendingCall {
 public:
  virtual ~PendingCall() = default;

  /// With the head alone: a refusal that need not wait for the body.
  virtual std::optional<http::Response> admit(const State& state, const Moment& moment) = 0;
  virtual BodyPlan body_plan() const = 0;
  /// Does what needs nothing but the request: takes its body apart. With the whole request there; decide() does it if nobody did before.
  virtual void prepare() {}
  /// Whether prepare() may take longer than others should wait for: it is then called on a worker thread.
  bool is_heavy();
  /// The rule. With the whole request there.
  virtual Outcome decide(const State& state, const Moment& moment) = 0;

  void own(http::SharedRequest request) {
    request_ = std::move(request);
    began_us_ = monotonic_us();
  }
  const http::Request& request() const { return *request_; }
  /// When the request's head was there, by monotonic_us().
  uint64_t began_us() const { return began_us_; }
  /// As people call it: "s3", "dynamodb", "sqs", "sts" ...; permanent text.
  std::string_view service() const { return service_; }

  /// Renderings in the call's own protocol.
  virtual http::Response body_too_large() const = 0;
  virtual http::Response unavailable(Unavailable why) const = 0;
  /// 403, whoever calls; `why` in a sentence.
  virtual http::Response forbidden(std::string_view why) const = 0;

  /// The rules of the resource for the page that the request says it comes from; nothing where there are none.
  virtual std::optional<PageAccess> page_access(const State&) const { return std::nullopt; }

  /// What it is about, for warnings: "s3://photos/cat.jpg".
  virtual std::string resource() const { return {}; }
  /// What is to be told of it in the request log, besides the reply; empty: nothing.
  virtual std::string_view remark() const { return {}; }

  /// Who calls what, but for the user agent.
  const CallInfo& info() const { return info_; }
  /// The same, whole, as it stands in the log.
  CallInfo logged_info() const;
  uint64_t request_id() const { return request_id_; }
  /// How many parts of what it does (Part) are done.
  size_t parts_done() const { return parts_done_; }
  void note_part_done() { ++parts_done_; }
  /// Where a streamed body went; set before decide().
  void set_upload(UploadedBody body) { upload_ = std::move(body); }
  /// What the last DigestRequest asked for.
  void set_digests(Digests digests) { digests_ = std::move(digests); }

 protected:
  PendingCall(std::string_view service, uint64_t request_id) : service_(service), request_id_(request_id) {}

  http::SharedRequest request_;
  uint64_t began_us_ = 0;
  std::string_view service_;
  CallInfo info_;
  uint64_t request_id_;
  size_t parts_done_ = 0;
  std::optional<bool> heavy_;
  std::optional<UploadedBody> upload_;
  std::optional<Digests> digests_;
};

}  // namespace cloudemu
