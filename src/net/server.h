#pragma once
#include <algorithm>
#include <functional>
#include <list>
#include <memory>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "core/clock.h"
#include "core/result.h"
#include "net/connection.h"
#include "net/handler.h"
#include "net/limits.h"
#include "net/listener.h"
#include "net/tls.h"
#include "net/turnstile.h"
#include "net/uv_handle.h"
#include "net/work_queue.h"

namespace cloudemu::net {

/// An HTTP/1.1 server on a libuv loop: listens, owns the connections, stops gracefully. It knows HTTP, not AWS.
class Server {
 public:
  /// Listens on all of `endpoints`; one that this machine does not have is left out as long as another remains (see `left_out`).
  /// `handler`, `work` and `clock` must outlive the server.
  /// Errors: Errc::bad_input for what is no IP address, Errc::busy when a port is taken, Errc::io otherwise.
  static Result<std::unique_ptr<Server>> listen(uv_loop_t* loop, const std::vector<Endpoint>& endpoints, Handler& handler, WorkQueue& work,
                                                const Clock& clock);
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  /// Where it listens, in the order asked for, with the ports that were free.
  const std::vector<Endpoint>& endpoints() const { return endpoints_; }
  /// Addresses that were needed and that this machine does not have, each with the reason.
  const std::vector<std::string>& left_out() const { return left_out_; }
  /// The port of the first that has one; 0 if none has.
  int port() const;
  void set_connections_max(size_t count) { connections_max_ = count; }

  /// Whether the client of a connection can still take a reply: neither has it closed, nor has its end of the connection. Asks the
  /// system (one call), which knows before the loop has read it. One that has gone is closed, and Handler::client_left() called.
  bool check_client(ConnectionId id);

  /// Answers the request under way on a connection; nothing happens if the client has left.
  void respond(ConnectionId id, http::Response response);

  /// Writes the replies that were given since the last time. To be called each turn before the loop sleeps, which is up to the owner
  /// because other work of a turn may have to come first. True if there were any: requests that waited behind them may have been
  /// served. Many replies in a row wake each client's reader once, not once a reply.
  bool flush();
  bool has_replies() const { return !unwritten_.empty(); }

  /// Takes no more connections, lets replies under way go out (kDrainMs at most), then calls `stopped`.
  void stop(std::function<void()> stopped);

  /// From now on clients may speak TLS, on the same ports. `tls` must outlive the server.
  void speak_tls(TlsServer& tls) { tls_ = &tls; }
  /// Called when a TLS handshake has failed; `why` is the library's word for it, or the client's.
  std::function<void(std::string_view peer, std::string_view why)> on_tls_failure;

  // For Connection only.
  Handler& handler() { return handler_; }
  WorkQueue& work() { return work_; }
  const std::string& date();
  char* read_buffer() { return read_buffer_.get(); }
  /// How much of it a connection may fill that has read in `last_turn` before: less where there are many connections, since each may
  /// have to keep what it read. 0: it has had its share of this turn, and others are to have theirs.
  size_t read_share(uint64_t& last_turn) const;
  void note_read(size_t bytes) { turn_read_bytes_ += bytes; }
  /// As large as that one, for what comes out of it.
  std::span<char> plain_buffer();
  TlsServer* tls() { return tls_; }
  Turnstile& handshakes() { return handshakes_; }
  uint64_t now_ms() const { return uv_now(loop_); }
  Connection* find(ConnectionId id);
  void forget(ConnectionId id);
  /// The body of a connection takes `after` bytes of memory instead of `before`. If all take too much, the slowest are given up.
  void count_body(size_t before, size_t after);
  void flush_later(ConnectionId id) { unwritten_.push_back(id); }
  /// A connection waits for a request from now on.
  void became_idle(Connection& connection) { by_idleness_.splice(by_idleness_.end(), by_idleness_, connection.idle_place); }
  bool stopping() const { return stopped_ != nullptr; }

 private:
  struct Sweeper;

  Server(uv_loop_t* loop, Handler& handler, WorkQueue& work, const Clock& clock);
  Result<void> listen_on_all(const std::vector<Endpoint>& endpoints);
  void on_connection(Listener& listener);
  bool make_room();
  void sweep();
  void check_stopped();

  uv_loop_t* loop_;
  Handler& handler_;
  WorkQueue& work_;
  Turnstile handshakes_;
  TlsServer* tls_ = nullptr;
  const Clock& clock_;
  std::vector<UvOwned<Listener>> listeners_;
  std::vector<Endpoint> endpoints_;
  std::vector<std::string> left_out_;
  UvOwned<Sweeper> sweeper_;
  std::vector<ConnectionId> unwritten_, writing_;
  std::unordered_map<ConnectionId, UvOwned<Connection>> connections_;
  std::list<Connection*> by_idleness_;  // longest idle first; some of them are busy, make_room() sees
  ConnectionId next_id_ = 1;
  size_t bodies_bytes_ = 0;
  uint64_t turn_ = 1;  ///< of the loop
  size_t turn_read_bytes_ = 0;
  size_t connections_max_ = kConnectionsMax;
  std::unique_ptr<char[]> read_buffer_, plain_buffer_;
  TimeMs date_second_ = -1;
  std::string date_;
  std::function<void()> stopped_;
  uint64_t stop_deadline_ms_ = 0;
};

}  // namespace cloudemu::net
