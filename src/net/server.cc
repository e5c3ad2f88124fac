#include "net/server.h"

#include <algorithm>

#include "core/strings.h"
#include "core/time_format.h"
#include "net/limits.h"

namespace cloudemu::net {

namespace {

/// A port that is free on one address may be taken on the next: then another is tried for all.
constexpr int kFreePortTries = 20;

}  // namespace

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
    : loop_(loop),
      handler_(handler),
      work_(work),
      handshakes_(work, kHandshakesAtOnce),
      clock_(clock),
      read_buffer_(std::make_unique_for_overwrite<char[]>(kReadBufferBytes)) {}

Server::~Server() = default;

Result<std::unique_ptr<Server>> Server::listen(uv_loop_t* loop, const std::vector<Endpoint>& endpoints, Handler& handler, WorkQueue& work,
                                               const Clock& clock) {
  std::unique_ptr<Server> server(new Server(loop, handler, work, clock));
  bool any_port = std::any_of(endpoints.begin(), endpoints.end(), [](const Endpoint& e) { return e.port == 0 && e.path.empty(); });
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
    bool any_port = endpoint.port == 0 && endpoint.path.empty();
    bool v6_only = has_v4(endpoints, endpoint.port);
    if (any_port) endpoint.port = free_port;
    auto listener = Listener::open(loop_, endpoint, v6_only, [this](Listener& one) { on_connection(one); });
    if (listener) {
      if (any_port) free_port = (*listener)->endpoint().port;
      endpoints_.push_back((*listener)->endpoint());
      listeners_.push_back(std::move(*listener));
      continue;
    }
    if (listener.error().code != Errc::not_found) return fail(listener.error());
    if (endpoint.needed) left_out_.push_back(listener.error().context);
    last = listener.error();
  }
  if (listeners_.empty()) return fail(Errc::io, last ? last->context : "there is no address to listen on");
  return {};
}

void Server::on_connection(Listener& listener) {
  ConnectionId id = next_id_++;
  auto connection = make_uv<Connection>(id, *this, loop_, listener.kind());
  if (uv_accept(listener.uv_stream(), connection->uv_stream()) != 0) return;
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

int Server::port() const {
  auto found = std::find_if(endpoints_.begin(), endpoints_.end(), [](const Endpoint& endpoint) { return endpoint.path.empty(); });
  return found == endpoints_.end() ? 0 : found->port;
}

size_t Server::read_share(uint64_t& last_turn) const {
  bool is_first = std::exchange(last_turn, turn_) != turn_;
  if (turn_read_bytes_ >= kTurnReadBytesMax) return is_first ? kReadBytesMin : 0;
  return std::clamp(kBodiesBytesMax / (4 * std::max<size_t>(connections_.size(), 1)), kReadBytesMin, kReadBufferBytes);
}

std::span<char> Server::plain_buffer() {
  if (!plain_buffer_) plain_buffer_ = std::make_unique_for_overwrite<char[]>(kReadBufferBytes);
  return {plain_buffer_.get(), kReadBufferBytes};
}

bool Server::check_client(ConnectionId id) {
  Connection* connection = find(id);
  return connection && connection->check_client();
}

void Server::respond(ConnectionId id, http::Response response) {
  if (Connection* connection = find(id)) connection->respond(std::move(response));
}

bool Server::flush() {
  ++turn_;
  turn_read_bytes_ = 0;
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
