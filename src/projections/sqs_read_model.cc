#include "projections/sqs_read_model.h"

#include <algorithm>

#include "core/check.h"
#include "core/strings.h"
#include "events/field_json.h"

namespace cloudemu::sqs {

using events::from_json;
using sqlite::Statement;

/// INDEXED BY says what each query of messages lives by: without it SQLite, which does not know how full the tables are, might walk over a
/// million messages that are in flight.
SqsReadModel::SqsReadModel(sqlite::Database& d, SqsProjection& projection)
    : database_(d),
      projection_(projection),
      find_queue_(d,
                  "SELECT id, pile, attributes, settings, tags, created_at, modified_at, purged_at FROM sqs_queue "
                  "WHERE account = ? AND region = ? AND name = ?"),
      queue_names_(d, "SELECT name FROM sqs_queue WHERE account = ? AND region = ? AND name >= ? ORDER BY name"),
      dead_letter_sources_(d,
                           "SELECT name FROM sqs_queue INDEXED BY sqs_queue_source WHERE dead_letter_arn = ?1 AND "
                           "dead_letter_arn <> '' AND account = ?2 AND region = ?3 AND name > ?4 ORDER BY name LIMIT ?5"),
      deleted_at_(d, "SELECT deleted_at FROM sqs_deleted_queue WHERE account = ? AND region = ? AND name = ?"),
      message_(d, "SELECT state, receives, received_at, due_at FROM sqs_state WHERE pile = ? AND id = ?"),
      whole_message_(d, concat(select_messages("s"), "WHERE s.pile = ? AND s.id = ?")),
      first_due_(d,
                 "SELECT due_at FROM sqs_state INDEXED BY sqs_state_due WHERE pile = ? AND state = ? AND state <> 0 "
                 "ORDER BY due_at LIMIT 1"),
      due_(d,
           "SELECT id, due_at FROM sqs_state INDEXED BY sqs_state_due WHERE pile = ? AND state = ? AND state <> 0 AND due_at <= ? "
           "ORDER BY due_at, id LIMIT ?"),
      front_(d, "SELECT id, early, enqueued_at, bytes FROM sqs_state WHERE pile = ? ORDER BY id LIMIT ?"),
      first_early_(d,
                   "SELECT enqueued_at FROM sqs_state INDEXED BY sqs_state_early WHERE pile = ? AND early <> 0 "
                   "ORDER BY enqueued_at LIMIT 1"),
      early_(d,
             "SELECT id, bytes FROM sqs_state INDEXED BY sqs_state_early WHERE pile = ? AND early <> 0 AND enqueued_at <= ? "
             "ORDER BY enqueued_at, id LIMIT ?"),
      visible_(d, concat(select_messages("s INDEXED BY sqs_state_visible"),
                         "WHERE s.pile = ? AND s.state = 0 AND s.message_group = 0 ORDER BY s.id")),
      groups_(d, "SELECT id FROM sqs_group INDEXED BY sqs_group_turn WHERE pile = ? AND turn <> 0 ORDER BY turn"),
      messages_of_(
          d, concat(select_messages("s INDEXED BY sqs_state_group"), "WHERE s.message_group = ? AND s.message_group <> 0 ORDER BY s.id")),
      duplicate_(d, "SELECT message_id, number FROM sqs_duplicate WHERE pile = ? AND key = ? AND until > ?"),
      attempt_(d, "SELECT messages, visible_at FROM sqs_attempt WHERE pile = ?1 AND attempt = ?2 AND until > ?3 AND visible_at > ?3") {}

void SqsReadModel::forget_if_changed() const {
  if (changes_ == projection_.catalog_changes()) return;
  queues_.clear();
  changes_ = projection_.catalog_changes();
}

const Queue* SqsReadModel::find_queue(std::string_view account, std::string_view region, std::string_view name) const {
  forget_if_changed();
  key_.clear();
  append(key_, account, '/', region, '/', name);
  auto known = queues_.find(key_);
  if (known != queues_.end()) return &known->second;
  auto row = find_queue_.query(account, region, name);
  if (!row.next()) return nullptr;
  Queue queue{.id = row.integer(0),
              .pile = row.integer(1),
              .account = std::string(account),
              .region = std::string(region),
              .name = std::string(name),
              .attributes = from_json<events::StringMap>(row.bytes(2)),
              .settings = from_json<QueueSettings>(row.bytes(3)),
              .tags = from_json<events::StringMap>(row.bytes(4)),
              .created_at = row.integer(5),
              .modified_at = row.integer(6),
              .purged_at = row.integer(7)};
  return &queues_.emplace(key_, std::move(queue)).first->second;
}

std::vector<std::string> SqsReadModel::queue_names(std::string_view account, std::string_view region, std::string_view prefix,
                                                   std::string_view after, size_t limit) const {
  std::vector<std::string> names;
  // A blank is less than anything a name may hold: no name lies between "jobs" and "jobs ".
  std::string from = after >= prefix ? concat(after, ' ') : std::string(prefix);
  if (after.empty()) from = prefix;
  auto row = queue_names_.query(account, region, from);
  while (names.size() < limit && row.next() && row.bytes(0).starts_with(prefix)) names.push_back(row.text(0));
  return names;
}

std::vector<std::string> SqsReadModel::dead_letter_sources(std::string_view arn, std::string_view account, std::string_view region,
                                                           std::string_view after, size_t limit) const {
  std::vector<std::string> names;
  for (auto row = dead_letter_sources_.query(arn, account, region, after, limit); row.next();) names.push_back(row.text(0));
  return names;
}

std::optional<TimeMs> SqsReadModel::deleted_at(std::string_view account, std::string_view region, std::string_view name) const {
  auto row = deleted_at_.query(account, region, name);
  if (!row.next()) return std::nullopt;
  return row.integer(0);
}

void SqsReadModel::visit_receivable(int64_t queue, const std::function<bool(const Message&)>& visit) const {
  const Pile& pile = projection_.pile(queue);
  if (pile.counters.visible == 0) return;
  if (pile.fifo) return visit_groups(pile.id, visit);
  auto row = visible_.query(pile.id);
  while (row.next() && visit(read_message(row))) {
  }
}

void SqsReadModel::visit_groups(int64_t pile, const std::function<bool(const Message&)>& visit) const {
  auto group = groups_.query(pile);
  while (group.next()) {
    auto row = messages_of_.query(group.integer(0));
    while (row.next()) {
      Message message = read_message(row);
      if (message.state != MessageState::visible) break;
      if (!visit(message)) return;
    }
  }
}

std::optional<MessageStatus> SqsReadModel::message(int64_t queue, int64_t message) const {
  auto row = message_.query(pile(queue), message);
  if (!row.next()) return std::nullopt;
  return MessageStatus{static_cast<MessageState>(row.integer(0)), row.integer(1), row.integer(2), row.integer(3)};
}

void SqsReadModel::visit_message(int64_t queue, int64_t message, const std::function<void(const Message&)>& visit) const {
  auto row = whole_message_.query(pile(queue), message);
  row.must_find();
  visit(read_message(row));
}

std::optional<Duplicate> SqsReadModel::duplicate(const Queue& queue, std::string_view group, std::string_view deduplication,
                                                 TimeMs now) const {
  auto row = duplicate_.query(queue.pile, duplicate_key(queue.settings, group, deduplication), now);
  if (!row.next()) return std::nullopt;
  return Duplicate{row.text(0), row.integer(1)};
}

std::optional<ReceiveAttempt> SqsReadModel::receive_attempt(int64_t queue, std::string_view attempt, TimeMs now) const {
  auto row = attempt_.query(pile(queue), attempt, now);
  if (!row.next()) return std::nullopt;
  return ReceiveAttempt{from_json<std::vector<int64_t>>(row.bytes(0)), row.integer(1)};
}

void SqsReadModel::visit_messages(int64_t queue, const std::function<bool(const Message&)>& visit) const {
  Statement all(database_, concat(select_messages("s"), "WHERE s.pile = ? ORDER BY s.id"));
  auto row = all.query(pile(queue));
  while (row.next() && visit(read_message(row))) {
  }
}

TimeMs SqsReadModel::delay_ms(int64_t queue) const {
  const QueueSettings& settings = projection_.settings(queue);
  return settings.fifo ? settings.delay_s * kSecondMs : 0;
}

std::optional<TimeMs> SqsReadModel::next_due(int64_t queue) const {
  int64_t pile = this->pile(queue);
  std::optional<TimeMs> next;
  auto note = [&](sqlite::Query row, int column, TimeMs later) {
    if (!row.next()) return;
    TimeMs at = row.integer(column) + later;
    next = std::min(next.value_or(at), at);
  };
  note(first_due_.query(pile, static_cast<int>(MessageState::in_flight)), 0, 0);
  note(first_due_.query(pile, static_cast<int>(MessageState::delayed)), 0, delay_ms(queue));
  // The first message expires no later than any behind it, but for those that are marked as early.
  note(front_.query(pile, 1), 2, retention_ms(queue));
  note(first_early_.query(pile), 0, retention_ms(queue));
  return next;
}

std::vector<SqsReadModel::Due> SqsReadModel::due(int64_t queue, TimeMs until, size_t limit) const {
  std::vector<Due> found;
  auto find = [&](MessageState state, TimeMs delay) {
    auto row = due_.query(pile(queue), static_cast<int>(state), until - delay, limit - found.size());
    while (row.next()) found.push_back({row.integer(0), state, row.integer(1) + delay});
  };
  find(MessageState::in_flight, 0);
  find(MessageState::delayed, delay_ms(queue));
  return found;
}

/// A message is marked as early if, when it came, one that was enqueued later was there already. So the others are in order, and
/// behind a message that has not expired (early or not) no unmarked one has. A walk from the front, and one along the index of the
/// marked ones, finds all: no index has to be kept of the many that come in order.
std::vector<int64_t> SqsReadModel::expired(int64_t queue, TimeMs now, size_t limit) const {
  std::vector<int64_t> found;
  TimeMs until = now - retention_ms(queue);
  int64_t bytes = 0;
  auto take = [&](int64_t message, int64_t size) {
    found.push_back(message);
    bytes += size;
  };
  for (auto row = front_.query(pile(queue), limit); bytes < kBytesAtOnceMax && row.next() && row.integer(2) <= until;) {
    if (row.integer(1) == 0) take(row.integer(0), row.integer(3));
  }
  auto row = early_.query(pile(queue), until, limit - found.size());
  while (bytes < kBytesAtOnceMax && row.next()) take(row.integer(0), row.integer(1));
  return found;
}

}  // namespace cloudemu::sqs
