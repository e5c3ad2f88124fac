#pragma once
#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>

namespace cloudemu {

/// What time does something to, what calls wait for, and what jobs work on: a thing of some kind, by its number in the state. Never
/// written down as a whole: events name queues, tables and jobs by their numbers alone.
struct Subject {
  /// In this order things happen that are due at the same moment.
  enum class Kind : uint8_t {
    queue,  ///< of SQS
    pile,   ///< where a queue's messages lie, or lay
    table,  ///< of DynamoDB, with its streams, which outlive it
    job,    ///< by the sequence of its JobStarted
    bucket  ///< of S3
  };
  Kind kind = Kind::queue;
  int64_t id = 0;

  static constexpr Subject queue(int64_t id) { return {Kind::queue, id}; }
  static constexpr Subject table(int64_t id) { return {Kind::table, id}; }
  static constexpr Subject job(int64_t id) { return {Kind::job, id}; }
  static constexpr Subject bucket(int64_t id) { return {Kind::bucket, id}; }
  auto operator<=>(const Subject&) const = default;
};

}  // namespace cloudemu

template <>
struct std::hash<cloudemu::Subject> {
  size_t operator()(const cloudemu::Subject& subject) const noexcept {
    return std::hash<int64_t>()(subject.id * 8 + static_cast<int64_t>(subject.kind));
  }
};
