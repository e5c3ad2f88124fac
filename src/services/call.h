#pragma once
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/clock.h"
#include "core/digest.h"
#include "core/entropy.h"
#include "core/stopwatch.h"
#include "events/envelope.h"
#include "projections/state.h"
#include "protocol/aws_error.h"
#include "protocol/http_message.h"
#include "services/upload.h"

/// What passes between the engine and the services.
namespace cloudemu {

/// Who calls, and where.
struct Principal {
  std::string account = "000000000000";
  std::string region = "us-east-1";
  std::string access_key;  ///< empty: anonymous
  std::string arn;         ///< of an assumed role; empty: the account's root
  std::string user_id;
  bool proven = false;  ///< by a signature that was checked
};

/// Tells whether time still owes a queue something. Implemented by the engine's timers.
class DueTimes {
 public:
  virtual ~DueTimes() = default;
  virtual bool overdue(int64_t queue, TimeMs now) const = 0;
};

/// All that a rule may know besides the state: sampled once per call, so that rules are pure.
struct Moment {
  TimeMs now;       ///< by the virtual clock: what AWS's rules go by
  TimeMs real_now;  ///< by the machine's: what clients sign with
  Entropy& entropy;
  const DueTimes& due_times;
  bool may_wait = true;  ///< false: the last time of asking, a Wait will not be heard
};

/// "Ask again when something comes into this queue, or when the time is over": how a long poll is answered for now. Its events happen
/// all the same.
struct Wait {
  int64_t queue;
  TimeMs duration_ms;
  bool unfinished = false;  ///< not all was looked at: ask again in a later turn of the loop, whatever comes
};

/// A stretch of a body: of a blob, or (without a blob) the bytes themselves.
struct BodyExtent {
  std::string blob = {};
  uint64_t offset = 0;
  uint64_t length = 0;
  std::string bytes = {};

  bool operator==(const BodyExtent&) const = default;
};

/// Digests that a rule cannot do without, of bytes too many to take on the loop: a copy needs the MD5 of what it copies.
/// Without a kind the bytes are only read, which checks them: what is damaged must not be copied.
struct DigestRequest {
  std::vector<BodyExtent> extents;
  std::vector<DigestKind> kinds;
  std::string owner = {};  ///< what the bytes are of, for warnings: "s3://photos/cat.jpg"

  bool operator==(const DigestRequest&) const = default;
};
struct Digests {
  DigestRequest of;
  std::map<DigestKind, std::string> values;  ///< raw bytes
};

/// What a call comes to.
struct Outcome {
  std::vector<Event> events = {};
  http::Response response = {};
  std::vector<BodyExtent> body = {};  ///< the reply's body, instead of response.body
  /// The reply gives away what nobody else will get meanwhile (messages): only a client that is still there may have it.
  bool gives_away = false;
  std::optional<Wait> wait = {};
  /// Time has not yet done its work on this queue: the engine does it and asks again.
  std::optional<int64_t> settle = {};
  /// Digests are wanted: the engine has them computed on worker threads, gives them to the call and asks again.
  std::optional<DigestRequest> digests = {};
};

/// One event and the reply to it.
inline Outcome outcome_of(Event event, http::Response response) {
  Outcome outcome{.response = std::move(response)};
  outcome.events.push_back(std::move(event));
  return outcome;
}
inline Outcome outcome_of(http::Response response) { return Outcome{.response = std::move(response)}; }

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

  const CallInfo& info() const { return info_; }
  uint64_t request_id() const { return request_id_; }
  /// Where a streamed body went; set before decide().
  void set_upload(UploadedBody body) { upload_ = std::move(body); }
  /// What the last Outcome::digests asked for.
  void set_digests(Digests digests) { digests_ = std::move(digests); }

 protected:
  PendingCall(std::string_view service, uint64_t request_id) : service_(service), request_id_(request_id) {}

  http::SharedRequest request_;
  uint64_t began_us_ = 0;
  std::string_view service_;
  CallInfo info_;
  uint64_t request_id_;
  std::optional<UploadedBody> upload_;
  std::optional<Digests> digests_;
};

}  // namespace cloudemu
