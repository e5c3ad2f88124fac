#pragma once
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "net/socket.h"
#include "net/uv_handle.h"

namespace cloudemu::net {

/// Where to listen: an address and a port, or the file of a Unix socket.
struct Endpoint {
  std::string host;       ///< an IP address, without brackets
  int port = 0;           ///< 0: a free one, the same for all endpoints that ask for a free one
  bool needed = true;     ///< false: a machine that has no such address (no IPv6) can do without, and without a word
  std::string path = {};  ///< of a Unix socket; empty: host and port

  bool operator==(const Endpoint&) const = default;
};

/// What the text of a Unix socket begins with.
inline constexpr std::string_view kUnixPrefix = "unix:";
/// "127.0.0.1:4566", "[::1]:4566", "unix:/run/cloudemu.sock"
std::string endpoint_text(const Endpoint& endpoint);
/// An IPv4 address of that port is asked for besides: then "::" must not take it, too.
bool has_v4(const std::vector<Endpoint>& endpoints, int port);

/// A socket that takes connections.
class Listener {
 public:
  using OnConnection = std::function<void(Listener& listener)>;
  /// Listens. A Unix socket that a process left behind is taken over.
  /// Errors: Errc::bad_input for what is no IP address, or a path that is too long or no socket; Errc::busy when somebody else listens
  /// there, whom the sentence names; Errc::not_found when this machine has no such address; Errc::io otherwise.
  static Result<UvOwned<Listener>> open(uv_loop_t* loop, const Endpoint& endpoint, bool v6_only, OnConnection on_connection);

  Listener(uv_loop_t* loop, SocketKind kind, OnConnection on_connection);
  SocketKind kind() const { return kind_; }
  /// With the port that was free.
  const Endpoint& endpoint() const { return endpoint_; }
  uv_handle_t* uv_handle() { return &socket_.handle; }
  uv_stream_t* uv_stream() { return &socket_.stream; }

 private:
  Result<void> bind(const Endpoint& endpoint, bool v6_only);
  Result<void> bind_file(const Endpoint& endpoint);
  Result<void> listen(const Endpoint& endpoint);

  const SocketKind kind_;
  Socket socket_;
  Endpoint endpoint_;
  OnConnection on_connection_;
};

}  // namespace cloudemu::net
