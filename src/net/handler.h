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
  uint64_t body_bytes_max = 0;     ///< collect the body, up to this size, into Request::body
  std::unique_ptr<BodySink> sink;  ///< or: hand the body to this
  bool refused = false;            ///< or: the body is not wanted; serve() is called at once
  http::Headers reply_headers;     ///< added to whatever reply the request gets
  std::shared_ptr<void> context;   ///< the handler's own; comes back with serve()
};

/// Why a body is not taken, or not to its end.
enum class BodyFault {
  too_large,  ///< beyond Admission::body_bytes_max
  overloaded  ///< all bodies together take too much memory
};

/// Answers requests. A connection has at most one request under way, so its id names the request too.
class Handler {
 public:
  virtual ~Handler() = default;
  /// The head of a request is there. Whoever keeps the pointer keeps the request, whatever becomes of its connection.
  virtual Admission admit(ConnectionId id, const http::SharedRequest& request) = 0;
  /// All of the request is there, or it was refused; `admission` is what admit() gave. Answer with Server::respond, now or later.
  virtual void serve(ConnectionId id, const http::SharedRequest& request, Admission admission) = 0;
  /// What is still to come of the body is not taken: answer as in serve().
  virtual void refuse_body(ConnectionId id, Admission admission, BodyFault fault) = 0;
  /// The reply to bytes that are no HTTP request.
  virtual http::Response malformed(int status, std::string_view reason) = 0;
  /// The client closed its side while a reply is owed. Returns whether one will still come; if not, respond() need not be called.
  virtual bool client_left(ConnectionId id) = 0;
};

}  // namespace cloudemu::net
