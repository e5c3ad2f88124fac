#pragma once
#include <cstdint>
#include <string>

#include "core/clock.h"
#include "events/fields.h"

/// The facts of Amazon SQS's queues. `queue` is the number that the queue got when it was created: the sequence of its QueueCreated.
namespace cloudemu::sqs {

using events::RawJson;
using events::StringMap;

/// The values that a queue's attributes give it, defaults filled in: what rules and time go by.
struct QueueSettings {
  bool fifo = false;
  bool content_based_deduplication = false;
  bool group_deduplication = false;  ///< ids need only be unique in their group; as the queue was created, for good
  int64_t visibility_timeout_s = 0;
  int64_t delay_s = 0;
  int64_t wait_s = 0;  ///< of a receive that does not say how long to wait
  int64_t retention_s = 0;
  int64_t message_bytes_max = 0;
  std::string dead_letter_arn;  ///< of the RedrivePolicy; empty: none
  int64_t receives_max = 0;     ///< maxReceiveCount of the RedrivePolicy

  bool operator==(const QueueSettings&) const = default;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("fifo", self.fifo);
    fields("content_based_deduplication", self.content_based_deduplication);
    fields("group_deduplication", self.group_deduplication);
    fields("visibility_timeout_s", self.visibility_timeout_s);
    fields("delay_s", self.delay_s);
    fields("wait_s", self.wait_s);
    fields("retention_s", self.retention_s);
    fields("message_bytes_max", self.message_bytes_max);
    fields("dead_letter_arn", self.dead_letter_arn);
    fields("receives_max", self.receives_max);
  }
};

struct QueueCreated {
  static constexpr std::string_view kType = "sqs.QueueCreated";
  static constexpr int kVersion = 1;
  std::string account;
  std::string region;
  std::string name;
  StringMap attributes;  ///< those that were given, by name
  QueueSettings settings;
  StringMap tags;
  TimeMs created_at = 0;

  bool operator==(const QueueCreated&) const = default;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("account", self.account);
    fields("region", self.region);
    fields("name", self.name);
    fields("attributes", self.attributes);
    fields("settings", self.settings);
    fields("tags", self.tags);
    fields("created_at", self.created_at);
  }
};

struct QueueDeleted {
  static constexpr std::string_view kType = "sqs.QueueDeleted";
  static constexpr int kVersion = 1;
  int64_t queue = 0;
  std::string name;
  TimeMs deleted_at = 0;
  bool cleared_by_job = false;  ///< its messages, out of sight, go with LeftoversCleared; else with this event

  bool operator==(const QueueDeleted&) const = default;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("queue", self.queue);
    fields("name", self.name);
    fields("deleted_at", self.deleted_at);
    fields("cleared_by_job", self.cleared_by_job);
  }
};

/// `attributes` and `settings` are complete, from now on.
struct QueueUpdated {
  static constexpr std::string_view kType = "sqs.QueueUpdated";
  static constexpr int kVersion = 1;
  int64_t queue = 0;
  StringMap attributes;
  QueueSettings settings;
  /// The delay of a FIFO queue changed, which holds for the messages that are still delayed, too: they become visible `delay_s` of
  /// the new settings after they were sent.
  bool delays_again = false;
  TimeMs modified_at = 0;

  bool operator==(const QueueUpdated&) const = default;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("queue", self.queue);
    fields("attributes", self.attributes);
    fields("settings", self.settings);
    fields("delays_again", self.delays_again);
    fields("modified_at", self.modified_at);
  }
};

/// `tags` is the complete set from now on.
struct QueueTagged {
  static constexpr std::string_view kType = "sqs.QueueTagged";
  static constexpr int kVersion = 1;
  int64_t queue = 0;
  StringMap tags;

  bool operator==(const QueueTagged&) const = default;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("queue", self.queue);
    fields("tags", self.tags);
  }
};

/// All messages are gone, and with them what is known of duplicates and of receives. What comes after lies in a new pile, whose number is
/// the sequence of this event; the queue's first pile has the number of the queue.
struct QueuePurged {
  static constexpr std::string_view kType = "sqs.QueuePurged";
  static constexpr int kVersion = 1;
  int64_t queue = 0;
  TimeMs purged_at = 0;
  bool cleared_by_job = false;  ///< as of QueueDeleted

  bool operator==(const QueuePurged&) const = default;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("queue", self.queue);
    fields("purged_at", self.purged_at);
    fields("cleared_by_job", self.cleared_by_job);
  }
};

/// What a purged or deleted queue left behind goes bit by bit: the first rows of a pile that nobody can see any more.
struct LeftoversCleared {
  static constexpr std::string_view kType = "sqs.LeftoversCleared";
  static constexpr int kVersion = 1;
  int64_t pile = 0;
  int64_t rows = 0;  ///< messages in their order, then what is known of duplicates, then of receives

  bool operator==(const LeftoversCleared&) const = default;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("pile", self.pile);
    fields("rows", self.rows);
  }
};

}  // namespace cloudemu::sqs
