// What the engine does with calls that are too much for one turn of the loop: worker threads take their bodies apart, and what they bring
// about happens in parts.
#include "core/release.h"
#include "engine/engine.h"

namespace cloudemu {

namespace {

/// What one call may bring about at once is in bodies of up to so many bytes (4 MB of items, as JSON); larger ones are for calls in parts.
constexpr size_t kLineRoomBytesMax = 6 << 20;

}  // namespace

/// A call whose client has gone meanwhile is forgotten, as if it had gone before the end of its request. What it brings about is about
/// as much as its body: the memory for its lines comes from the worker, too, since the system takes milliseconds to give it.
void Engine::prepare(net::ConnectionId connection, std::unique_ptr<PendingCall> call) {
  struct Large {
    std::unique_ptr<PendingCall> call;
    log::LineRoom room;
  };
  auto large = std::make_shared<Large>(Large{std::move(call), {}});
  size_t bytes = large->call->request().body.size();
  if (!options_.persistent || bytes > kLineRoomBytesMax) bytes = 0;
  auto work = [large, bytes] {
    large->call->prepare();
    if (bytes > 0) large->room = log::LineRoom(bytes);
  };
  auto decide = [this, connection, large] {
    if (!is_there(connection)) return let_go(std::move(large->call));
    line_room_ = std::move(large->room);
    run(connection, std::move(large->call), Patience::some);
    line_room_ = {};
  };
  options_.in_turn([this, connection] { return is_there(connection); }, work, decide);
}

/// What was taken apart beside the loop takes milliseconds to go, too.
void Engine::let_go(std::unique_ptr<PendingCall> call) {
  if (options_.in_background && call->is_heavy()) release_elsewhere(std::shared_ptr<PendingCall>(std::move(call)), options_.in_background);
}

/// Others, whose replies wait for all that the log has been given, get theirs before the next part.
void Engine::continue_later(net::ConnectionId connection, std::unique_ptr<PendingCall> call) {
  call->note_part_done();
  if (!options_.in_background) return run(connection, std::move(call), Patience::some);
  in_parts_.push_back({state_.applied(), connection, std::move(call)});
  continue_next();
}

void Engine::continue_next() {
  if (in_parts_.empty() || continuing_ || commit_waits_) return;
  if (options_.persistent && log_.durable() < in_parts_.front().sequence) return;
  continuing_ = true;
  auto go_on = [this] {
    continuing_ = false;
    if (!in_parts_.empty()) continue_now();
    continue_next();
  };
  options_.in_background([] {}, go_on);  // that is, in a later turn of the loop
}

void Engine::continue_now() {
  InParts next = std::move(in_parts_.front());
  in_parts_.pop_front();
  run(next.connection, std::move(next.call), Patience::some);
}

}  // namespace cloudemu
