#include "engine/waiters.h"

namespace cloudemu {

void Waiters::park(Parked parked) {
  by_subject_[parked.subject].push_back(parked.connection);
  insert(std::move(parked));
}

void Waiters::park_again(Parked parked) {
  by_subject_[parked.subject].push_front(parked.connection);
  insert(std::move(parked));
}

void Waiters::insert(Parked parked) {
  net::ConnectionId id = parked.connection;
  by_virtual_.emplace(parked.virtual_deadline, id);
  by_real_.emplace(parked.real_deadline_ms, id);
  parked_.emplace(id, std::move(parked));
}

Waiters::Parked Waiters::take(net::ConnectionId connection) {
  auto found = parked_.find(connection);
  Parked taken = std::move(found->second);
  parked_.erase(found);
  auto subject = by_subject_.find(taken.subject);
  subject->second.remove(connection);
  if (subject->second.empty()) by_subject_.erase(subject);
  by_virtual_.erase({taken.virtual_deadline, connection});
  by_real_.erase({taken.real_deadline_ms, connection});
  return taken;
}

std::optional<Waiters::Parked> Waiters::take_first(Subject subject) {
  auto waiting = by_subject_.find(subject);
  if (waiting == by_subject_.end()) return std::nullopt;
  return take(waiting->second.front());
}

std::optional<Waiters::Parked> Waiters::take_due(TimeMs virtual_now, uint64_t real_now_ms) {
  if (by_virtual_.empty()) return std::nullopt;
  if (by_virtual_.begin()->first <= virtual_now) return take(by_virtual_.begin()->second);
  if (by_real_.begin()->first <= real_now_ms) return take(by_real_.begin()->second);
  return std::nullopt;
}

std::optional<Waiters::Parked> Waiters::take_any() {
  if (parked_.empty()) return std::nullopt;
  return take(parked_.begin()->first);
}

bool Waiters::drop(net::ConnectionId connection) {
  if (!parked_.contains(connection)) return false;
  take(connection);
  return true;
}

std::vector<Subject> Waiters::subjects() const {
  std::vector<Subject> subjects;
  for (const auto& [subject, connections] : by_subject_) subjects.push_back(subject);
  return subjects;
}

std::optional<uint64_t> Waiters::first_real_deadline_ms() const {
  if (by_real_.empty()) return std::nullopt;
  return by_real_.begin()->first;
}

}  // namespace cloudemu
