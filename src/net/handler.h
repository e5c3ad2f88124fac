#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>

#include "protocol/http_message.h"

/// The seam between HTTP and what answers it.
namespace cloudemu::net {

using ConnectionId = uint64_t;

/// Takes a request body piece by piece, on the loop's thread.
class BodySink {
 public:
  virtual ~BodySink() = default;
  /// Takes a piece. False: full for now; the sender is held back until the sink calls `drained`.
  virtual bool write(std::string_view piece) = 0;
  /// The body is complete. Calls `done` (now or later) when all of it is dealt with; the sink keeps what went wrong.
  virtual void finish(std::function<void()> done) = 0;
  /// How much of the body it has in memory now.
  virtual size_t held_bytes() const { return 0; }
  std::function<void()> drained;
};

/// What becomes of a request, decided when its head is there.
struct Admission {
  uint64_t body_bytes_max = 0;            ///< collect the body, up to so many bytes, into Request::body
  std::unique_ptr<BodySink> sink;         ///< or: hand the body to this
  std::optional<http::Response> refusal;  ///< or: answer at once; the body is not wanted
  std::shared_ptr<void> context;          ///< the handler's own; comes back with serve()
};

/// Answers requests. A connection has at most one request under way, so its id names the request too.
class Handler {
 public:
  virtual ~Handler() = default;
  /// The head of a request is there.
  virtual Admission admit(ConnectionId id, http::Request& request) = 0;
  /// All of the request is there; `admission` is what admit() gave. Answer with Server::respond, now or later; `request` lives until
  /// then.
  virtual void serve(ConnectionId id, http::Request& request, Admission admission) = 0;
  /// The reply to a body beyond Admission::body_bytes_max.
  virtual http::Response body_too_large(const Admission& admission) = 0;
  /// The reply to a body that is given up because all bodies together take too much memory.
  virtual http::Response overloaded(const Admission& admission) = 0;
  /// The reply to bytes that are no HTTP request.
  virtual http::Response malformed(int status, std::string_view reason) = 0;
  /// The client closed its side while a reply is owed. Returns whether one will still come; if not, respond() need not be called.
  virtual bool client_left(ConnectionId id) = 0;
};

}  // namespace cloudemu::net
