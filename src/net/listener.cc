#include "net/listener.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>

#include "core/strings.h"
#include "net/port_owner.h"

namespace cloudemu::net {

namespace {

constexpr int kBacklog = 1024;

bool is_v6(std::string_view host) { return host.find(':') != std::string_view::npos; }

/// Whether nobody listens at the file of a Unix socket any more: whoever made it was killed.
bool is_abandoned(const std::string& path) {
  std::error_code unknown;
  if (!std::filesystem::is_socket(path, unknown)) return false;
  int probe = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (probe < 0) return false;
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path.copy(address.sun_path, sizeof address.sun_path - 1);
  bool refused = ::connect(probe, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 && errno == ECONNREFUSED;
  ::close(probe);
  return refused;
}

auto in_use(const Endpoint& endpoint) {
  if (!endpoint.path.empty()) return fail(Errc::busy, concat(endpoint.path, " is in use by another process, or is no socket"));
  std::string owner = port_owner(endpoint.port);
  return fail(Errc::busy, concat("port ", endpoint.port, " on ", endpoint.host, " is in use by ", owner.empty() ? "another process" : owner,
                                 "; stop it or choose --port"));
}

/// Errc::not_found: this machine has no such address.
auto cannot_listen(const Endpoint& endpoint, int error) {
  bool absent = error == UV_EADDRNOTAVAIL || error == UV_EAFNOSUPPORT;
  return fail(absent ? Errc::not_found : Errc::io, concat("cannot listen on ", endpoint_text(endpoint), ": ", uv_strerror(error)));
}

}  // namespace

std::string endpoint_text(const Endpoint& endpoint) {
  if (!endpoint.path.empty()) return concat(kUnixPrefix, endpoint.path);
  return is_v6(endpoint.host) ? concat("[", endpoint.host, "]:", endpoint.port) : concat(endpoint.host, ":", endpoint.port);
}

bool has_v4(const std::vector<Endpoint>& endpoints, int port) {
  return std::any_of(endpoints.begin(), endpoints.end(),
                     [&](const Endpoint& e) { return e.path.empty() && e.port == port && !is_v6(e.host); });
}

Listener::Listener(uv_loop_t* loop, SocketKind kind, OnConnection on_connection) : kind_(kind), on_connection_(std::move(on_connection)) {
  socket_.init(loop, kind);
  socket_.handle.data = this;
}

Result<UvOwned<Listener>> Listener::open(uv_loop_t* loop, const Endpoint& endpoint, bool v6_only, OnConnection on_connection) {
  auto kind = endpoint.path.empty() ? SocketKind::tcp : SocketKind::unix_domain;
  auto listener = make_uv<Listener>(loop, kind, std::move(on_connection));
  TRY(kind == SocketKind::tcp ? listener->bind(endpoint, v6_only) : listener->bind_file(endpoint));
  TRY(listener->listen(endpoint));
  return listener;
}

Result<void> Listener::bind(const Endpoint& endpoint, bool v6_only) {
  sockaddr_storage address{};
  bool v6 = is_v6(endpoint.host);
  int error = v6 ? uv_ip6_addr(endpoint.host.c_str(), endpoint.port, reinterpret_cast<sockaddr_in6*>(&address))
                 : uv_ip4_addr(endpoint.host.c_str(), endpoint.port, reinterpret_cast<sockaddr_in*>(&address));
  if (error != 0) return fail(Errc::bad_input, concat(endpoint.host, " is not an IP address; listen on one, or on localhost"));
  error = uv_tcp_bind(&socket_.tcp, reinterpret_cast<sockaddr*>(&address), v6 && v6_only ? UV_TCP_IPV6ONLY : 0);
  if (error != 0) return cannot_listen(endpoint, error);
  return {};
}

Result<void> Listener::bind_file(const Endpoint& endpoint) {
  if (endpoint.path.size() >= sizeof sockaddr_un{}.sun_path) {
    return fail(Errc::bad_input,
                concat(endpoint.path, " is too long for a Unix socket: at most ", sizeof sockaddr_un{}.sun_path - 1, " bytes"));
  }
  if (is_abandoned(endpoint.path)) ::unlink(endpoint.path.c_str());
  int error = uv_pipe_bind(&socket_.pipe, endpoint.path.c_str());
  if (error == UV_EADDRINUSE) return in_use(endpoint);
  if (error != 0) return cannot_listen(endpoint, error);
  return {};
}

Result<void> Listener::listen(const Endpoint& endpoint) {
  int error = uv_listen(uv_stream(), kBacklog, [](uv_stream_t* stream, int status) {
    auto* self = static_cast<Listener*>(stream->data);
    if (status == 0) self->on_connection_(*self);
  });
  if (error == UV_EADDRINUSE) return in_use(endpoint);
  if (error != 0) return cannot_listen(endpoint, error);  // an address that is not there is noticed by now
  endpoint_ = endpoint;
  if (kind_ != SocketKind::tcp) return {};
  sockaddr_storage address{};
  int size = sizeof address;
  uv_tcp_getsockname(&socket_.tcp, reinterpret_cast<sockaddr*>(&address), &size);
  bool v6 = is_v6(endpoint.host);
  endpoint_.port = ntohs(v6 ? reinterpret_cast<sockaddr_in6*>(&address)->sin6_port : reinterpret_cast<sockaddr_in*>(&address)->sin_port);
  return {};
}

}  // namespace cloudemu::net
