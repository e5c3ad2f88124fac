#include "contents.h"

#include "core/json_writer.h"
#include "core/time_format.h"
#include "events/field_json.h"

namespace cloudemu::tool {

namespace {

/// A member that is left out where it is empty.
void add(JsonWriter& json, std::string_view name, std::string_view text) {
  if (!text.empty()) json.field(name, text);
}
void add_json(JsonWriter& json, std::string_view name, std::string_view value) {
  if (!value.empty()) json.raw_field(name, value);
}
void add_time(JsonWriter& json, std::string_view name, TimeMs time) {
  if (time > 0) json.field(name, iso8601(time));
}

void add_attributes(JsonWriter& json, const s3::ObjectAttributes& a) {
  for (const auto& [name, value] : a.headers) json.field(name, value);
  add_json(json, "metadata", events::to_json(a.metadata));
  add(json, "storage class", a.storage_class);
  if (a.encryption != s3::Encryption{}) json.raw_field("encryption", events::to_json(a.encryption));
  if (a.acl) json.raw_field("acl", a.acl->empty() ? "[]" : events::to_json(*a.acl));
  add(json, "owner", a.owner);
  add(json, "retention", a.lock.mode);
  add_time(json, "retained until", a.lock.retain_until);
  add(json, "legal hold", a.lock.legal_hold);
  if (a.restore) {
    add_time(json, "restored at", a.restore->completes_at);
    add_time(json, "restored until", a.restore->expires_at);
  }
  add(json, "replication", a.replication);
}

}  // namespace

std::string content_of(const State& state, const s3::ObjectVersion& object, bool is_current) {
  constexpr size_t kAnnotations = 10'000;  // more than an object can have
  std::string out;
  JsonWriter json(out);
  json.begin_object().field("size", object.size);
  add(json, "etag", object.etag);
  json.field("modified", iso8601(object.modified_at)).field("current", is_current);
  add_json(json, "tags", events::to_json(object.tags));
  add_attributes(json, object.attributes);
  for (const s3::Annotation& annotation : state.s3().annotations(object.id, "", "", kAnnotations)) {
    json.field(concat("annotation ", annotation.name), annotation.etag);
  }
  json.end_object();
  return out;
}

std::string content_of(const State& state, const s3::Upload& upload) {
  constexpr size_t kParts = 10'000;
  std::string out;
  JsonWriter json(out);
  json.begin_object().field("started", iso8601(upload.started_at)).field("initiator", upload.initiator);
  add_json(json, "tags", events::to_json(upload.tags));
  add_attributes(json, upload.attributes);
  for (const s3::UploadedPart& uploaded : state.s3().parts(upload.id, 0, kParts)) {
    json.key(concat("part ", uploaded.part.number)).begin_object();
    json.field("size", uploaded.part.size).field("etag", uploaded.part.etag).field("modified", iso8601(uploaded.modified_at));
    json.end_object();
  }
  json.end_object();
  return out;
}

std::string content_of(const sqs::Queue& queue, const sqs::Message& message) {
  std::string out;
  JsonWriter json(out);
  json.begin_object().field("state", word_for(message.state));
  // Of a delayed message of a FIFO queue the delay of the queue is not in it.
  bool is_exact = message.state == sqs::MessageState::in_flight || !queue.settings.fifo;
  if (is_exact) add_time(json, "visible at", message.due_at);
  json.field("received", message.receives);
  add(json, "group", message.group);
  json.end_object();
  return out;
}

std::string content_of(const dynamodb::Backup& backup) {
  std::string out;
  JsonWriter json(out);
  json.begin_object().field("arn", backup.facts.arn).field("type", backup.facts.kind);
  json.field("items", backup.facts.items).field("bytes", backup.facts.bytes).field("created", iso8601(backup.facts.created_at));
  add_time(json, "expires", backup.facts.expires_at);
  json.end_object();
  return out;
}

std::string_view word_for(sqs::MessageState state) {
  constexpr std::string_view kWords[] = {"visible", "in flight", "delayed"};
  return kWords[static_cast<int>(state)];
}

}  // namespace cloudemu::tool
