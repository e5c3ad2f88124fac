#include "net/server.h"

#include <algorithm>

#include "core/strings.h"
#include "core/time_format.h"
#include "net/limits.h"

namespace cloudemu::net {

namespace {

/// A port that is free on one address may be taken on the next: then another is tried for all.
constexpr int kFreePortTries = 20;
constexpr int kBacklog = 1024;

bool is_v6(std::string_view host) { return host.find(':') != std::string_view::npos; }

/// An IPv4 address of that port is asked for besides: then "::" must not take it, too.
bool has_v4(const std::vector<Endpoint>& endpoints, int port) {
  return std::any_of(endpoints.begin(), endpoints.end(), [&](const Endpoint& e) { return e.port == port && !is_v6(e.host); });
}

}  // namespace

std::string endpoint_text(const Endpoint& endpoint) {
  return is_v6(endpoint.host) ? concat("[", endpoint.host, "]:", endpoint.port) : concat(endpoint.host, ":", endpoint.port);
}

struct Server::Listener {
  Listener(uv_loop_t* loop, Server& owner) : server(owner) {
    uv_tcp_init(loop, &tcp);
    tcp.data = this;
  }
  uv_handle_t* uv_handle() { return reinterpret_cast<uv_handle_t*>(&tcp); }
  Server& server;
  uv_tcp_t tcp;
};

struct Server::Sweeper {
  Sweeper(uv_loop_t* loop, Server& owner) : server(owner) {
    uv_timer_init(loop, &timer);
    timer.data = this;
  }
  uv_handle_t* uv_handle() { return reinterpret_cast<uv_handle_t*>(&timer); }
  Server& server;
  uv_timer_t timer;
};

Server::Server(uv_loop_t* loop, Handler& handler, WorkQueue& work, const Clock& clock)
    : loop_(loop), handler_(handler), work_(work), clock_(clock), read_buffer_(std::make_unique_for_overwrite<char[]>(kReadBufferBytes)) {}

Server::~Server() = default;

Result<std::unique_ptr<Server>> Server::listen(uv_loop_t* loop, const std::vector<Endpoint>& endpoints, Handler& handler, WorkQueue& work,
                                               const Clock& clock) {
  std::unique_ptr<Server> server(new Server(loop, handler, work, clock));
  bool any_port = std::any_of(endpoints.begin(), endpoints.end(), [](const Endpoint& e) { return e.port == 0; });
  auto listening = server->listen_on_all(endpoints);
  for (int tries = 1; any_port && !listening && listening.error().code == Errc::busy && tries < kFreePortTries; ++tries) {
    listening = server->listen_on_all(endpoints);
  }
  TRY(listening);
  server->sweeper_ = make_uv<Sweeper>(loop, *server);
  uv_timer_start(
      &server->sweeper_->timer, [](uv_timer_t* timer) { static_cast<Sweeper*>(timer->data)->server.sweep(); }, kSweepMs, kSweepMs);
  return server;
}

Result<void> Server::listen_on_all(const std::vector<Endpoint>& endpoints) {
  listeners_.clear();
  endpoints_.clear();
  left_out_.clear();
  int free_port = 0;
  std::optional<Error> last;
  for (Endpoint endpoint : endpoints) {
    bool any_port = endpoint.port == 0;
    bool v6_only = has_v4(endpoints, endpoint.port);
    if (any_port) endpoint.port = free_port;
    auto listening = listen_on(endpoint, v6_only);
    if (listening) {
      if (any_port) free_port = endpoints_.back().port;
      continue;
    }
    if (listening.error().code != Errc::not_found) return listening;
    if (endpoint.needed) left_out_.push_back(listening.error().context);
    last = listening.error();
  }
  if (listeners_.empty()) return fail(Errc::io, last ? last->context : "there is no address to listen on");
  return {};
}

/// Errc::not_found: the machine does not have such an address.
Result<void> Server::listen_on(const Endpoint& endpoint, bool v6_only) {
  auto listener = make_uv<Listener>(loop_, *this);
  uv_tcp_t* tcp = &listener->tcp;
  sockaddr_storage address{};
  bool v6 = is_v6(endpoint.host);
  int error = v6 ? uv_ip6_addr(endpoint.host.c_str(), endpoint.port, reinterpret_cast<sockaddr_in6*>(&address))
                 : uv_ip4_addr(endpoint.host.c_str(), endpoint.port, reinterpret_cast<sockaddr_in*>(&address));
  if (error != 0) return fail(Errc::bad_input, concat(endpoint.host, " is not an IP address; listen on one, or on localhost"));
  error = uv_tcp_bind(tcp, reinterpret_cast<sockaddr*>(&address), v6 && v6_only ? UV_TCP_IPV6ONLY : 0);
  if (error == 0) {
    error = uv_listen(reinterpret_cast<uv_stream_t*>(tcp), kBacklog, [](uv_stream_t* stream, int status) {
      auto* self = static_cast<Listener*>(stream->data);
      if (status == 0) self->server.on_connection(*self);
    });
  }
  if (error == UV_EADDRINUSE) {
    return fail(Errc::busy,
                concat("port ", endpoint.port, " on ", endpoint.host, " is in use by another process; stop it or choose --port"));
  }
  if (error != 0) {
    bool absent = error == UV_EADDRNOTAVAIL || error == UV_EAFNOSUPPORT;
    return fail(absent ? Errc::not_found : Errc::io, concat("cannot listen on ", endpoint_text(endpoint), ": ", uv_strerror(error)));
  }
  int size = sizeof address;
  uv_tcp_getsockname(tcp, reinterpret_cast<sockaddr*>(&address), &size);
  Endpoint listening = endpoint;
  listening.port = ntohs(v6 ? reinterpret_cast<sockaddr_in6*>(&address)->sin6_port : reinterpret_cast<sockaddr_in*>(&address)->sin_port);
  endpoints_.push_back(std::move(listening));
  listeners_.push_back(std::move(listener));
  return {};
}

void Server::on_connection(Listener& listener) {
  ConnectionId id = next_id_++;
  auto connection = make_uv<Connection>(id, *this, loop_);
  auto* stream = reinterpret_cast<uv_stream_t*>(&listener.tcp);
  if (uv_accept(stream, connection->uv_stream()) != 0) return;
  bool full = connections_.size() >= connections_max_ && !make_room();
  Connection* accepted = connections_.emplace(id, std::move(connection)).first->second.get();
  accepted->idle_place = by_idleness_.insert(by_idleness_.end(), accepted);
  accepted->start();
  if (full) accepted->turn_away(handler_.malformed(503, "too many connections"));
}

/// Closes the connection that has been idle longest. Busy ones that are met on the way go to the end: they will be idle later than all
/// that are behind them.
bool Server::make_room() {
  constexpr int kLooks = 512;  // however many are busy, a new connection costs no more
  for (int look = 0; look < kLooks && !by_idleness_.empty(); ++look) {
    Connection& first = *by_idleness_.front();
    if (first.is_idle(now_ms())) {
      first.close();
      return true;
    }
    became_idle(first);
  }
  return false;
}

bool Server::check_client(ConnectionId id) {
  Connection* connection = find(id);
  return connection && connection->check_client();
}

void Server::respond(ConnectionId id, http::Response response) {
  if (Connection* connection = find(id)) connection->respond(std::move(response));
}

bool Server::flush() {
  bool any = !unwritten_.empty();
  while (!unwritten_.empty()) {
    std::swap(unwritten_, writing_);
    for (ConnectionId id : writing_) {
      if (Connection* connection = find(id)) connection->flush();
    }
    writing_.clear();
  }
  return any;
}

Connection* Server::find(ConnectionId id) {
  auto found = connections_.find(id);
  return found == connections_.end() ? nullptr : found->second.get();
}

void Server::count_body(size_t before, size_t after) {
  bodies_bytes_ += after - before;
  if (after <= before) return;
  while (bodies_bytes_ > kBodiesBytesMax) {
    Connection* slowest = nullptr;
    for (const auto& [id, connection] : connections_) {
      if (!connection->has_unfinished_body()) continue;
      if (!slowest || connection->body_rate() < slowest->body_rate()) slowest = connection.get();
    }
    if (!slowest) return;
    slowest->give_up_body();
  }
}

void Server::forget(ConnectionId id) {
  auto found = connections_.find(id);
  by_idleness_.erase(found->second->idle_place);
  connections_.erase(found);
  check_stopped();
}

const std::string& Server::date() {
  TimeMs now = clock_.now();
  if (now / 1000 != date_second_) {
    date_second_ = now / 1000;
    date_ = http_date(now);
  }
  return date_;
}

void Server::sweep() {
  std::vector<ConnectionId> ids;
  ids.reserve(connections_.size());
  for (const auto& [id, connection] : connections_) ids.push_back(id);
  bool too_late = stopping() && now_ms() >= stop_deadline_ms_;
  for (ConnectionId id : ids) {
    Connection* connection = find(id);
    if (!connection) continue;
    if (too_late) connection->close();
    else connection->sweep(now_ms());
  }
}

void Server::stop(std::function<void()> stopped) {
  stopped_ = std::move(stopped);
  stop_deadline_ms_ = now_ms() + kDrainMs;
  listeners_.clear();
  std::vector<ConnectionId> ids;
  for (const auto& [id, connection] : connections_) ids.push_back(id);
  for (ConnectionId id : ids) {
    if (Connection* connection = find(id)) connection->close_when_idle();
  }
  check_stopped();
}

void Server::check_stopped() {
  if (!stopped_ || !connections_.empty()) return;
  sweeper_.reset();
  auto stopped = std::move(stopped_);
  stopped_ = nullptr;
  stopped();
}

}  // namespace cloudemu::net
