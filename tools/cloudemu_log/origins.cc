#include "origins.h"

#include "core/strings.h"
#include "events/job_kinds.h"
#include "events/json_cursor.h"
#include "history/past.h"
#include "line.h"
#include "members.h"

namespace cloudemu::tool {

using events::JsonMembers;

namespace {

/// A message may have moved from queue to queue, each time under a new number.
constexpr int kMovesMax = 1000;

Origin::Attribute read_attribute(JsonMembers& description, std::string_view part) {
  JsonMembers attribute;
  auto raw = description.find(part);
  if (!raw || !attribute.parse(*raw)) return {};
  return {text_of(attribute, "name"), text_of(attribute, "type")};
}

}  // namespace

/// The state before the first event that is left; null if there is none, or it cannot be had.
State* Origins::before() {
  if (looked_before_) return before_.get();
  looked_before_ = true;
  auto first = lines_.first();
  if (!first || *first <= 1) return nullptr;
  if (auto state = history::open_past(context_.files, context_.data_dir, *first - 1)) before_ = std::move(*state);
  return before_.get();
}

bool Origins::is_before(log::Sequence sequence) { return sequence > 0 && sequence < lines_.first().value_or(1) && before(); }

/// Empty where the log does not have it any more.
std::string Origins::line_of(log::Sequence sequence) {
  if (sequence == 0) return {};
  auto stretch = lines_.around(sequence);
  return stretch ? std::string((*stretch)->line(sequence)) : std::string();
}

const Origin& Origins::of(log::Sequence number) {
  auto known = known_.find(number);
  if (known == known_.end()) known = known_.emplace(number, is_before(number) ? read_before(number) : read(number)).first;
  return known->second;
}

Origin Origins::read_before(log::Sequence number) {
  Origin found;
  auto id = static_cast<int64_t>(number);
  if (const dynamodb::Table* table = before_->dynamodb().find_table(id)) {
    const dynamodb::TableDescription& description = table->description;
    found.name = description.name;
    found.place = {table->account, table->region};
    found.hash = {description.hash.name, description.hash.type};
    if (description.range) found.range = {description.range->name, description.range->type};
    return found;
  }
  sqlite::Statement queue(before_->database(), "SELECT name, account, region FROM sqs_queue WHERE id = ?1 OR pile = ?1");
  if (auto row = queue.query(id); row.next()) return {.name = row.text(0), .place = {row.text(1), row.text(2)}};
  return found;
}

Origin Origins::read(log::Sequence number) {
  Origin found;
  std::string text = line_of(number);
  auto line = Line::parse(text);
  JsonMembers data, description;
  if (!line || !data.parse(line->data)) return found;
  if (line->type == "sqs.QueuePurged") return of(number_of(data, "queue"));
  found.place = {text_of(data, "account"), text_of(data, "region")};
  if (auto name = text_of(data, "name"); !name.empty()) found.name = name;
  auto described = data.find("description");
  if (!described || !description.parse(*described)) return found;
  found.name = text_of(description, "name");
  found.hash = read_attribute(description, "hash");
  found.range = read_attribute(description, "range");
  return found;
}

std::optional<std::string> Origins::message_before(log::Sequence number) {
  if (!is_before(number)) return std::nullopt;
  sqlite::Statement message(before_->database(), "SELECT message_id FROM sqs_body WHERE id = ?");
  auto row = message.query(static_cast<int64_t>(number));
  return row.next() ? std::optional(row.text(0)) : std::nullopt;
}

std::string Origins::message(log::Sequence number) {
  for (int moves = 0; moves < kMovesMax; ++moves) {
    if (auto id = message_before(number)) return *id;
    std::string text = line_of(number);
    auto line = Line::parse(text);
    JsonMembers data;
    if (!line || !data.parse(line->data)) break;
    if (auto id = text_of(data, "message_id"); !id.empty()) return id;
    number = number_of(data, "message");
  }
  return std::string(kForgotten);
}

std::optional<StartedJob> Origins::job(log::Sequence number) {
  if (is_before(number)) {
    auto job = before_->jobs().find(static_cast<int64_t>(number));
    return job ? std::optional(StartedJob{job->kind, job->subject}) : std::nullopt;
  }
  std::string text = line_of(number);
  auto line = Line::parse(text);
  JsonMembers data;
  if (!line || !data.parse(line->data)) return std::nullopt;
  std::string kind = text_of(data, "kind");
  return StartedJob{kind, jobs::subject_of(kind, static_cast<int64_t>(number_of(data, "subject")))};
}

const std::string& Origins::upload_key(const std::string& upload, log::Sequence ended) {
  auto known = upload_keys_.find(upload);
  if (known == upload_keys_.end()) known = upload_keys_.emplace(upload, read_upload_key(upload, ended)).first;
  return known->second;
}

/// The events of an upload name it by an id that tells no sequence: the last one before its end is looked for.
std::string Origins::read_upload_key(const std::string& upload, log::Sequence ended) {
  if (before()) {
    sqlite::Statement begun(before_->database(), "SELECT key FROM s3_upload WHERE upload = ?");
    if (auto row = begun.query(upload); row.next()) return row.text(0);
  }
  const std::string id = concat("\"upload\":\"", upload, '"');
  auto first = lines_.first();
  for (log::Sequence last = ended - 1; first && last >= *first && last > 0;) {
    auto stretch = lines_.around(last);
    if (!stretch) break;
    for (log::Sequence n = last; n >= (*stretch)->first && n > 0; --n) {
      if ((*stretch)->line(n).find(id) == std::string_view::npos) continue;
      auto line = Line::parse((*stretch)->line(n));
      JsonMembers data;
      if (!line || !data.parse(line->data) || text_of(data, "upload") != upload) continue;
      if (auto key = text_of(data, "key"); !key.empty()) return key;
    }
    last = (*stretch)->first - 1;
  }
  return {};
}

}  // namespace cloudemu::tool
