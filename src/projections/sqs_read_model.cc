#include "projections/sqs_read_model.h"

#include <algorithm>

#include "core/check.h"
#include "core/strings.h"
#include "events/field_json.h"

namespace cloudemu::sqs {

using events::from_json;
using sqlite::Statement;

/// The queries on the messages of one queue. INDEXED BY says what each lives by: without it SQLite, which does not know how full
/// the tables are, might walk over a million messages that are in flight.
struct SqsReadModel::OpenQueue {
  OpenQueue(sqlite::Database& d, int64_t queue, bool fifo);

  Statement message, whole_message, first_due, due, front, first_early, early;
  Statement visible;                                  // standard
  Statement groups, messages_of, duplicate, attempt;  // FIFO
};

SqsReadModel::OpenQueue::OpenQueue(sqlite::Database& d, int64_t queue, bool fifo) {
  TableNames names(queue);
  auto states = [&](std::string_view index) { return concat(names.states, " s INDEXED BY ", names.states, index); };
  std::string joined = concat("SELECT ", kMessageColumns, " FROM ");
  std::string bodies = concat(" CROSS JOIN ", names.bodies, " b ON b.id = s.id ");
  message = Statement(d, concat("SELECT state, receives, received_at, due_at FROM ", names.states, " WHERE id = ?"));
  whole_message = Statement(d, concat(joined, names.states, " s", bodies, "WHERE s.id = ?"));
  first_due = Statement(d, concat("SELECT due_at FROM ", states("_due"), " WHERE state <> 0 ORDER BY due_at LIMIT 1"));
  due = Statement(
      d, concat("SELECT id, state, due_at FROM ", states("_due"), " WHERE state <> 0 AND due_at <= ? ORDER BY due_at, id LIMIT ?"));
  front = Statement(d, concat("SELECT id, early, enqueued_at FROM ", names.states, " ORDER BY id LIMIT ?"));
  first_early = Statement(d, concat("SELECT enqueued_at FROM ", states("_early"), " WHERE early <> 0 ORDER BY enqueued_at LIMIT 1"));
  early =
      Statement(d, concat("SELECT id FROM ", states("_early"), " WHERE early <> 0 AND enqueued_at <= ? ORDER BY enqueued_at, id LIMIT ?"));
  if (!fifo) {
    visible = Statement(d, concat(joined, states("_visible"), bodies, "WHERE s.state = 0 ORDER BY s.id"));
    return;
  }
  groups = Statement(d, concat("SELECT id FROM ", names.groups, " INDEXED BY ", names.groups, "_turn WHERE turn <> 0 ORDER BY turn"));
  messages_of = Statement(d, concat(joined, states("_group"), bodies, "WHERE s.message_group = ? ORDER BY s.id"));
  duplicate = Statement(d, concat("SELECT message_id, number FROM ", names.duplicates, " WHERE key = ? AND until > ?"));
  attempt =
      Statement(d, concat("SELECT messages, visible_at FROM ", names.attempts, " WHERE attempt = ?1 AND until > ?2 AND visible_at > ?2"));
}

SqsReadModel::SqsReadModel(sqlite::Database& d, SqsProjection& projection)
    : database_(d),
      projection_(projection),
      find_queue_(d,
                  "SELECT id, attributes, settings, tags, created_at, modified_at, purged_at FROM sqs_queue "
                  "WHERE account = ? AND region = ? AND name = ?"),
      queue_names_(d, "SELECT name FROM sqs_queue WHERE account = ? AND region = ? AND name >= ? ORDER BY name"),
      dead_letter_sources_(d,
                           "SELECT name FROM sqs_queue INDEXED BY sqs_queue_source WHERE dead_letter_arn = ?1 AND "
                           "dead_letter_arn <> '' AND account = ?2 AND region = ?3 AND name > ?4 ORDER BY name LIMIT ?5"),
      deleted_at_(d, "SELECT deleted_at FROM sqs_deleted_queue WHERE account = ? AND region = ? AND name = ?") {}

SqsReadModel::~SqsReadModel() = default;

void SqsReadModel::forget_if_changed() const {
  if (changes_ == projection_.catalog_changes()) return;
  queues_.clear();
  changes_ = projection_.catalog_changes();
  if (deletions_ == projection_.deletions()) return;
  open_queues_.clear();
  deletions_ = projection_.deletions();
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
              .account = std::string(account),
              .region = std::string(region),
              .name = std::string(name),
              .attributes = from_json<events::StringMap>(row.bytes(1)),
              .settings = from_json<QueueSettings>(row.bytes(2)),
              .tags = from_json<events::StringMap>(row.bytes(3)),
              .created_at = row.integer(4),
              .modified_at = row.integer(5),
              .purged_at = row.integer(6)};
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

SqsReadModel::OpenQueue& SqsReadModel::open(int64_t queue) const {
  forget_if_changed();
  auto known = open_queues_.find(queue);
  if (known != open_queues_.end()) return *known->second;
  if (open_queues_.size() >= SqsProjection::kOpenQueuesMax) open_queues_.clear();
  auto opened = std::make_unique<OpenQueue>(database_, queue, projection_.settings(queue).fifo);
  return *open_queues_.emplace(queue, std::move(opened)).first->second;
}

void SqsReadModel::visit_receivable(int64_t queue, const std::function<bool(const Message&)>& visit) const {
  if (counters(queue).visible == 0) return;
  OpenQueue& opened = open(queue);
  if (projection_.settings(queue).fifo) return visit_groups(opened, visit);
  auto row = opened.visible.query();
  while (row.next() && visit(read_message(row))) {
  }
}

void SqsReadModel::visit_groups(OpenQueue& queue, const std::function<bool(const Message&)>& visit) const {
  auto group = queue.groups.query();
  while (group.next()) {
    auto row = queue.messages_of.query(group.integer(0));
    while (row.next()) {
      Message message = read_message(row);
      if (message.state != MessageState::visible) break;
      if (!visit(message)) return;
    }
  }
}

std::optional<MessageStatus> SqsReadModel::message(int64_t queue, int64_t message) const {
  auto row = open(queue).message.query(message);
  if (!row.next()) return std::nullopt;
  return MessageStatus{static_cast<MessageState>(row.integer(0)), row.integer(1), row.integer(2), row.integer(3)};
}

void SqsReadModel::visit_message(int64_t queue, int64_t message, const std::function<void(const Message&)>& visit) const {
  auto row = open(queue).whole_message.query(message);
  CHECK_INVARIANT(row.next());
  visit(read_message(row));
}

std::optional<Duplicate> SqsReadModel::duplicate(const Queue& queue, std::string_view group, std::string_view deduplication,
                                                 TimeMs now) const {
  auto row = open(queue.id).duplicate.query(duplicate_key(queue.settings, group, deduplication), now);
  if (!row.next()) return std::nullopt;
  return Duplicate{row.text(0), row.integer(1)};
}

std::optional<ReceiveAttempt> SqsReadModel::receive_attempt(int64_t queue, std::string_view attempt, TimeMs now) const {
  auto row = open(queue).attempt.query(attempt, now);
  if (!row.next()) return std::nullopt;
  return ReceiveAttempt{from_json<std::vector<int64_t>>(row.bytes(0)), row.integer(1)};
}

void SqsReadModel::visit_messages(int64_t queue, const std::function<bool(const Message&)>& visit) const {
  TableNames names(queue);
  Statement all(database_,
                concat("SELECT ", kMessageColumns, " FROM ", names.states, " s JOIN ", names.bodies, " b ON b.id = s.id ORDER BY s.id"));
  auto row = all.query();
  while (row.next() && visit(read_message(row))) {
  }
}

std::optional<TimeMs> SqsReadModel::next_due(int64_t queue) const {
  OpenQueue& opened = open(queue);
  std::optional<TimeMs> next;
  auto note = [&](TimeMs at) { next = std::min(next.value_or(at), at); };
  if (auto row = opened.first_due.query(); row.next()) note(row.integer(0));
  // The first message expires no later than any behind it, but for those that are marked as early.
  if (auto row = opened.front.query(1); row.next()) note(row.integer(2) + retention_ms(queue));
  if (auto row = opened.first_early.query(); row.next()) note(row.integer(0) + retention_ms(queue));
  if (auto task = running_task(queue)) note(task->next_at());
  return next;
}

std::vector<SqsReadModel::Due> SqsReadModel::due(int64_t queue, TimeMs until, size_t limit) const {
  std::vector<Due> found;
  for (auto row = open(queue).due.query(until, limit); row.next();) {
    found.push_back({row.integer(0), static_cast<MessageState>(row.integer(1)), row.integer(2)});
  }
  return found;
}

/// A message is marked as early if, when it came, one that was enqueued later was there already. So the others are in order, and
/// behind a message that has not expired (early or not) no unmarked one has. A walk from the front, and one along the index of the
/// marked ones, finds all: no index has to be kept of the many that come in order.
std::vector<int64_t> SqsReadModel::expired(int64_t queue, TimeMs now, size_t limit) const {
  std::vector<int64_t> found;
  OpenQueue& opened = open(queue);
  TimeMs until = now - retention_ms(queue);
  for (auto row = opened.front.query(limit); row.next() && row.integer(2) <= until;) {
    if (row.integer(1) == 0) found.push_back(row.integer(0));
  }
  for (auto row = opened.early.query(until, limit - found.size()); row.next();) found.push_back(row.integer(0));
  return found;
}

}  // namespace cloudemu::sqs
