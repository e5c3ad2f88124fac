#include "subjects.h"

#include "core/encoding.h"
#include "core/strings.h"
#include "item_key.h"
#include "members.h"
#include "text.h"

namespace cloudemu::tool {

using events::JsonMembers;

namespace {

/// "arn:aws:sqs:us-east-1:000000000000:jobs" -> "jobs"
std::string name_in_arn(const std::string& arn) { return arn.substr(arn.rfind(':') + 1); }

void add_detail(std::string& detail, std::string_view more) { append(detail, detail.empty() || more.empty() ? "" : ", ", more); }

/// "12 KiB"; empty where it is not said.
std::string size_in(JsonMembers& members) {
  auto size = parse_integer<uint64_t>(text_of(members, "size"));
  return size ? human_bytes(*size) : std::string();
}

}  // namespace

/// The first of several, and how many more there are.
void Subjects::name_messages(std::string_view numbers, Subject& subject) {
  constexpr size_t kNamed = 3;
  std::vector<std::string_view> all;
  if (!events::split_json_array(numbers, all)) return;
  for (size_t i = 0; i < all.size() && (i < kNamed || ids_ == Ids::all); ++i) {
    std::string id = origins_.message(parse_integer<log::Sequence>(all[i]).value_or(0));
    if (i < kNamed) append(subject.key, i == 0 ? "" : ", ", id);
    if (ids_ == Ids::all) subject.messages.push_back(std::move(id));
  }
  if (all.size() > kNamed) append(subject.key, " and ", all.size() - kNamed, " more");
}

Subject Subjects::of_object(const Line& line, JsonMembers& data) {
  Subject subject;
  subject.bucket = text_of(data, "bucket");
  subject.place = {text_of(data, "owner"), text_of(data, "region")};
  subject.key = text_of(data, "key");
  subject.detail = size_in(data);
  std::string version = text_of(data, "version");
  if (!version.empty() && version != "null") add_detail(subject.detail, concat("version ", version));
  add_detail(subject.detail, text_of(data, "setting"));
  JsonMembers part;
  if (auto uploaded = data.find("part"); uploaded && part.parse(*uploaded)) {
    add_detail(subject.detail, concat("part ", text_of(part, "number")));
    add_detail(subject.detail, size_in(part));
  }
  if (line.type == "s3.UploadEnded") {
    subject.key = origins_.upload_key(text_of(data, "upload"), line.sequence);
    add_detail(subject.detail, text_of(data, "completed") == "true" ? "completed" : "aborted");
  }
  return subject;
}

Subject Subjects::of_item(JsonMembers& data) {
  Subject subject;
  const Origin& table = origins_.of(number_of(data, "table"));
  subject.table = table.name;
  subject.place = table.place;
  auto document = data.find("item");
  if (!document) document = data.find("key_attributes");
  if (!document) {  // of an item of which only a part was written
    auto key = unbase64(text_of(data, "key"));
    if (key && !key->empty()) subject.key = item_key(*key, table.hash.type, table.range.type);
    return subject;
  }
  subject.key = key_of_item(*document, table.hash.name, table.range.name);
  return subject;
}

Subject Subjects::of_queue(const Line& line, JsonMembers& data) {
  Subject subject;
  const Origin& queue = origins_.of(number_of(data, data.find("queue") ? "queue" : "pile"));
  subject.queue = queue.name;
  subject.place = queue.place;
  subject.detail = text_of(data, "cause");
  add_detail(subject.detail, text_of(data, "status"));
  if (auto target = number_of(data, "target"); target > 0) subject.target = origins_.of(target).name;
  if (auto arn = text_of(data, "target_arn"); !arn.empty()) subject.target = name_in_arn(arn);
  if (!subject.target.empty()) add_detail(subject.detail, concat("to ", subject.target));
  if (line.type == "sqs.MessageReceived") {
    auto receives = number_of(data, "receives");
    if (receives > 1) add_detail(subject.detail, concat("received ", receives, " times"));
  }
  if (auto several = data.find("messages")) name_messages(*several, subject);
  else if (auto number = number_of(data, "message"); number > 0) subject.key = origins_.message(number);
  else subject.key = text_of(data, "message_id");
  return subject;
}

/// A job is one thing: each of its events names it, what it does, and to what.
Subject Subjects::of_job(const Line& line, JsonMembers& data) {
  Subject subject;
  subject.job = line.type == "job.Started" ? line.sequence : number_of(data, "job");
  subject.detail = concat("job ", subject.job);
  if (auto job = origins_.job(subject.job)) {
    append(subject.detail, " ", job->kind);
    const Origin& origin = origins_.of(job->on ? static_cast<log::Sequence>(job->on->id) : 0);
    if (job->on) (job->on->kind == cloudemu::Subject::Kind::table ? subject.table : subject.queue) = origin.name;
    subject.place = origin.place;
  }
  if (line.type == "job.Started") return subject;
  add_detail(subject.detail, text_of(data, "status"));
  add_detail(subject.detail, concat(number_of(data, "done"), " done"));
  return subject;
}

Subject Subjects::of(const Line& line) {
  JsonMembers data;
  Subject subject;
  if (!data.parse(line.data)) return subject;
  if (line.type.starts_with("job.")) return of_job(line, data);
  if (data.find("bucket")) return of_object(line, data);
  if (data.find("table")) return of_item(data);
  if (data.find("queue") || data.find("pile")) return of_queue(line, data);
  subject.place = {text_of(data, "account"), text_of(data, "region")};
  bool is_table = line.type == "ddb.TableCreated", is_queue = line.type == "sqs.QueueCreated";
  if (is_table || is_queue) {
    (is_table ? subject.table : subject.queue) = origins_.of(line.sequence).name;
  } else if (line.type == "ddb.TokenUsed") {
    subject.detail = concat("token ", text_of(data, "token"));
  } else if (line.type == "sts.SessionIssued") {
    subject.key = text_of(data, "access_key");
    subject.detail = text_of(data, "arn");
  } else if (line.data.size() > 2) {
    subject.detail = line.data;
  }
  return subject;
}

std::string Subject::text() const {
  // Names of buckets are the same everywhere.
  Place shown{place.account, bucket.empty() ? place.region : std::string()};
  std::string name = concat(bucket, table, queue);
  std::string out = name.empty() ? name : name_in(shown, name);
  // Ids of messages are long and say little: what happened goes before them.
  if (!queue.empty() && !detail.empty()) return concat(out, " (", detail, ")", key.empty() ? "" : " ", key);
  if (!key.empty()) append(out, out.empty() ? "" : bucket.empty() ? " " : "/", key);
  if (!detail.empty()) append(out, out.empty() ? "" : "  ", detail);
  return out;
}

}  // namespace cloudemu::tool
