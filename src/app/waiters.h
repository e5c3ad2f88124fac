#pragma once
#include <list>
#include <memory>
#include <optional>
#include <set>
#include <unordered_map>
#include <utility>
#include <vector>

#include "net/handler.h"
#include "services/call.h"

namespace cloudemu {

/// Long polls that wait: parked calls by queue, first come first served. A poll ends when its time is over by the virtual clock (so
/// that advancing it ends polls) or by the real one (so that freezing it does not hang clients), whichever comes first.
class Waiters {
 public:
  struct Parked {
    net::ConnectionId connection;
    std::unique_ptr<PendingCall> call;
    int64_t queue;
    TimeMs virtual_deadline;
    uint64_t real_deadline_ms;  ///< by monotonic_ms()
  };

  void park(Parked parked);
  /// The longest waiting call of its queue goes back to where it was.
  void park_again(Parked parked);
  /// Takes out the longest waiting call on a queue.
  std::optional<Parked> take_first(int64_t queue);
  /// Takes out one whose time is over.
  std::optional<Parked> take_due(TimeMs virtual_now, uint64_t real_now_ms);
  /// Takes out any one.
  std::optional<Parked> take_any();
  /// The client left. False if it was not waiting.
  bool drop(net::ConnectionId connection);

  bool waits(net::ConnectionId connection) const { return parked_.contains(connection); }
  std::vector<int64_t> queues() const;
  bool any_on(int64_t queue) const { return by_queue_.contains(queue); }
  std::optional<uint64_t> first_real_deadline_ms() const;

 private:
  void insert(Parked parked);
  Parked take(net::ConnectionId connection);

  std::unordered_map<net::ConnectionId, Parked> parked_;
  std::unordered_map<int64_t, std::list<net::ConnectionId>> by_queue_;
  std::set<std::pair<TimeMs, net::ConnectionId>> by_virtual_;
  std::set<std::pair<uint64_t, net::ConnectionId>> by_real_;
};

}  // namespace cloudemu
