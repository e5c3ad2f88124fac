#pragma once
#include <list>
#include <memory>
#include <optional>
#include <set>
#include <unordered_map>
#include <utility>
#include <vector>

#include "net/handler.h"
#include "services/pending_call.h"

namespace cloudemu {

/// Long polls that wait: parked calls by subject, first come first served. A poll ends when its time is over by the virtual clock (so
/// that advancing it ends polls) or by the real one (so that freezing it does not hang clients), whichever comes first.
class Waiters {
 public:
  struct Parked {
    net::ConnectionId connection;
    std::unique_ptr<PendingCall> call;
    Subject subject;
    TimeMs virtual_deadline;
    uint64_t real_deadline_ms;  ///< by monotonic_ms()
  };

  void park(Parked parked);
  /// The longest waiting call on its subject goes back to where it was.
  void park_again(Parked parked);
  /// Takes out the longest waiting call on a subject.
  std::optional<Parked> take_first(Subject subject);
  /// Takes out one whose time is over.
  std::optional<Parked> take_due(TimeMs virtual_now, uint64_t real_now_ms);
  /// Takes out any one.
  std::optional<Parked> take_any();
  /// The client left. False if it was not waiting.
  bool drop(net::ConnectionId connection);

  bool waits(net::ConnectionId connection) const { return parked_.contains(connection); }
  std::vector<Subject> subjects() const;
  bool any_on(Subject subject) const { return by_subject_.contains(subject); }
  std::optional<uint64_t> first_real_deadline_ms() const;

 private:
  void insert(Parked parked);
  Parked take(net::ConnectionId connection);

  std::unordered_map<net::ConnectionId, Parked> parked_;
  std::unordered_map<Subject, std::list<net::ConnectionId>> by_subject_;
  std::set<std::pair<TimeMs, net::ConnectionId>> by_virtual_;
  std::set<std::pair<uint64_t, net::ConnectionId>> by_real_;
};

}  // namespace cloudemu
