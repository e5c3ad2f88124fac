#include "projections/sqs_read_model.h"

#include <algorithm>

#include "core/strings.h"
#include "projections/row_json.h"

namespace cloudemu::sqs {

using projections::from_json;
using sqlite::Statement;

namespace {

constexpr std::string_view kMessageColumns =
    "s.id, b.message_id, b.body, b.attributes, b.system_attributes, b.message_group, b.deduplication, b.sent_at, s.state, "
    "s.due_at, s.expires_at, s.receives, s.first_received_at, s.receipt_handle";

Message read_message(const sqlite::Query& row) {
  return Message{.id = row.integer(0),
                 .message_id = row.text(1),
                 .body = row.text(2),
                 .attributes = row.text(3),
                 .system_attributes = from_json<events::StringMap>(row.bytes(4)),
                 .group = row.text(5),
                 .deduplication = row.text(6),
                 .sent_at = row.integer(7),
                 .state = static_cast<MessageState>(row.integer(8)),
                 .due_at = row.integer(9),
                 .expires_at = row.integer(10),
                 .receives = row.integer(11),
                 .first_received_at = row.integer(12),
                 .receipt_handle = row.text(13)};
}

}  // namespace

SqsReadModel::SqsReadModel(sqlite::Database& d, SqsProjection& projection)
    : database_(d),
      projection_(projection),
      find_queue_(d,
                  "SELECT id, attributes, tags, created_at, modified_at, purged_at FROM sqs_queue "
                  "WHERE account = ? AND region = ? AND name = ?"),
      queue_names_(d,
                   "SELECT name FROM sqs_queue WHERE account = ? AND region = ? AND name >= ? AND name > ? ORDER BY name"),
      deleted_at_(d, "SELECT deleted_at FROM sqs_deleted_queue WHERE account = ? AND region = ? AND name = ?"),
      all_queues_(d, "SELECT id FROM sqs_queue ORDER BY id") {}

void SqsReadModel::forget_if_changed() const {
  if (changes_ == projection_.catalog_changes()) return;
  queues_.clear();
  open_queues_.clear();
  changes_ = projection_.catalog_changes();
}

const Queue* SqsReadModel::find_queue(std::string_view account, std::string_view region, std::string_view name) const {
  forget_if_changed();
  std::string key = concat(account, '/', region, '/', name);
  auto known = queues_.find(key);
  if (known != queues_.end()) return &known->second;
  auto row = find_queue_.query(account, region, name);
  if (!row.next()) return nullptr;
  Queue queue{.id = row.integer(0),
              .account = std::string(account),
              .region = std::string(region),
              .name = std::string(name),
              .attributes = from_json<events::StringMap>(row.bytes(1)),
              .tags = from_json<events::StringMap>(row.bytes(2)),
              .created_at = row.integer(3),
              .modified_at = row.integer(4),
              .purged_at = row.integer(5)};
  return &queues_.emplace(std::move(key), std::move(queue)).first->second;
}

std::vector<std::string> SqsReadModel::queue_names(std::string_view account, std::string_view region,
                                                   std::string_view prefix, std::string_view after, size_t limit) const {
  std::vector<std::string> names;
  auto row = queue_names_.query(account, region, prefix, after);
  while (names.size() < limit && row.next() && row.bytes(0).starts_with(prefix)) names.push_back(row.text(0));
  return names;
}

std::optional<TimeMs> SqsReadModel::deleted_at(std::string_view account, std::string_view region,
                                               std::string_view name) const {
  auto row = deleted_at_.query(account, region, name);
  if (!row.next()) return std::nullopt;
  return row.integer(0);
}

std::vector<int64_t> SqsReadModel::all_queues() const {
  std::vector<int64_t> ids;
  for (auto row = all_queues_.query(); row.next();) ids.push_back(row.integer(0));
  return ids;
}

SqsReadModel::OpenQueue& SqsReadModel::open(int64_t queue) const {
  forget_if_changed();
  auto known = open_queues_.find(queue);
  if (known != open_queues_.end()) return known->second;
  std::string states = SqsProjection::state_table(queue);
  std::string joined = concat("SELECT ", kMessageColumns, " FROM ", states, " s JOIN ", SqsProjection::body_table(queue),
                              " b ON b.id = s.id WHERE ");
  OpenQueue opened{
      .visible = Statement(database_, concat(joined, "s.state = 0 ORDER BY s.id LIMIT ?")),
      .message = Statement(database_, concat(joined, "s.id = ?")),
      .messages = Statement(database_, concat(joined, "true ORDER BY s.id LIMIT ?")),
      .first_due = Statement(database_, concat("SELECT min(due_at) FROM ", states, " WHERE state <> 0")),
      // Messages are numbered as they come, and all of a queue live equally long: the first one expires first.
      .first_expiry = Statement(database_, concat("SELECT expires_at FROM ", states, " ORDER BY id LIMIT 1")),
      .due = Statement(database_, concat("SELECT id, state, due_at FROM ", states,
                                         " WHERE state <> 0 AND due_at <= ? ORDER BY due_at, id LIMIT ?")),
      .expired = Statement(database_, concat("SELECT id, state, expires_at FROM ", states, " ORDER BY id LIMIT ?"))};
  return open_queues_.emplace(queue, std::move(opened)).first->second;
}

std::vector<Message> SqsReadModel::visible(int64_t queue, size_t limit) const {
  std::vector<Message> found;
  for (auto row = open(queue).visible.query(limit); row.next();) found.push_back(read_message(row));
  return found;
}

std::optional<Message> SqsReadModel::message(int64_t queue, int64_t message) const {
  auto row = open(queue).message.query(message);
  if (!row.next()) return std::nullopt;
  return read_message(row);
}

std::vector<Message> SqsReadModel::messages(int64_t queue, size_t limit) const {
  std::vector<Message> found;
  for (auto row = open(queue).messages.query(limit); row.next();) found.push_back(read_message(row));
  return found;
}

std::optional<TimeMs> SqsReadModel::next_due(int64_t queue) const {
  OpenQueue& opened = open(queue);
  std::optional<TimeMs> next;
  if (auto row = opened.first_due.query(); row.next() && !row.is_null(0)) next = row.integer(0);
  if (auto row = opened.first_expiry.query(); row.next()) next = std::min(next.value_or(INT64_MAX), row.integer(0));
  return next;
}

std::vector<SqsReadModel::Due> SqsReadModel::due(int64_t queue, TimeMs until, size_t limit) const {
  std::vector<Due> found;
  for (auto row = open(queue).due.query(until, limit); row.next();) {
    found.push_back({row.integer(0), static_cast<MessageState>(row.integer(1)), row.integer(2)});
  }
  return found;
}

std::vector<SqsReadModel::Due> SqsReadModel::expired(int64_t queue, TimeMs until, size_t limit) const {
  std::vector<Due> found;
  for (auto row = open(queue).expired.query(limit); row.next() && row.integer(2) <= until;) {
    found.push_back({row.integer(0), static_cast<MessageState>(row.integer(1)), row.integer(2)});
  }
  return found;
}

}  // namespace cloudemu::sqs
