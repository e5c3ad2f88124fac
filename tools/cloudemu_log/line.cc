#include "line.h"

#include "core/encoding.h"
#include "core/strings.h"
#include "events/job_kinds.h"
#include "item_key.h"
#include "text.h"

namespace cloudemu::tool {

using events::JsonMembers;

namespace {

constexpr std::string_view kDefaultAccount = "000000000000";
/// What is left of a name whose event was compacted away.
constexpr std::string_view kForgotten = "(no longer in the log)";
/// A message may have moved from queue to queue, each time under a new number.
constexpr int kMovesMax = 1000;

std::string text_of(JsonMembers& members, std::string_view name) {
  std::string value;
  auto raw = members.find(name);
  if (!raw) return value;
  if (!events::read_json_string(*raw, value)) value = *raw;  // numbers as they stand
  return value;
}

log::Sequence number_of(JsonMembers& members, std::string_view name) {
  return parse_integer<log::Sequence>(text_of(members, name)).value_or(0);
}

std::string unless_default(const std::string& account) { return account == kDefaultAccount ? std::string() : account; }

/// "arn:aws:sqs:us-east-1:000000000000:jobs" -> "jobs"
std::string name_in_arn(const std::string& arn) { return arn.substr(arn.rfind(':') + 1); }

void add_detail(std::string& detail, std::string_view more) { append(detail, detail.empty() || more.empty() ? "" : ", ", more); }

}  // namespace

std::optional<Line> Line::parse(std::string_view text) {
  JsonMembers members;
  if (!members.parse(text)) return std::nullopt;
  Line line;
  line.text = text;
  line.sequence = number_of(members, "seq");
  line.time = text_of(members, "time");
  line.virtual_time = text_of(members, "vtime");
  line.type = text_of(members, "type");
  line.request = text_of(members, "req");
  line.cause = number_of(members, "cause");
  if (auto call = members.find("call")) {
    JsonMembers info;
    if (!info.parse(*call)) return std::nullopt;
    line.operation = text_of(info, "op");
    line.account = text_of(info, "account");
    line.region = text_of(info, "region");
    line.access_key = text_of(info, "key");
    line.agent = text_of(info, "agent");
    line.source = text_of(info, "source");
  }
  line.data = members.find("data").value_or(std::string_view("{}"));
  return line;
}

std::string_view without_secrets(std::string_view text, std::string& store) {
  if (text.find("\"sts.SessionIssued\"") == std::string_view::npos) return text;
  JsonMembers members, data;
  auto line = Line::parse(text);
  if (!line || line->type != "sts.SessionIssued" || !data.parse(line->data)) return text;
  store.clear();
  size_t done = 0;
  for (const JsonMembers::Member& member : data.all()) {
    if (member.name != "\"secret_key\"" && member.name != "\"token\"") continue;
    auto begin = static_cast<size_t>(member.value.data() - text.data());
    append(store, text.substr(done, begin - done), "\"(hidden)\"");
    done = begin + member.value.size();
  }
  append(store, text.substr(done));
  return store;
}

std::string_view with_cause(std::string_view text, const Line& line, log::Sequence cause, std::string& store) {
  size_t after = text.find(concat("\"req\":\"", line.request, '"'));
  if (cause == 0 || line.cause != 0 || after == std::string_view::npos) return text;
  after += line.request.size() + 8;
  store = concat(text.substr(0, after), ",\"cause\":", cause, text.substr(after));
  return store;
}

log::Sequence first_of_call(const history::LogLines::Stretch& stretch, log::Sequence sequence) {
  while (sequence > stretch.first) {
    auto line = Line::parse(stretch.line(sequence));
    if (!line || line->begins_call()) break;
    --sequence;
  }
  return sequence;
}

/// Empty where the log does not have it any more.
std::string Subjects::line_of(log::Sequence sequence) {
  if (sequence == 0) return {};
  auto stretch = lines_.around(sequence);
  return stretch ? std::string((*stretch)->line(sequence)) : std::string();
}

const Subjects::Origin& Subjects::origin(log::Sequence created) {
  auto known = origins_.find(created);
  if (known == origins_.end()) known = origins_.emplace(created, read_origin(created)).first;
  return known->second;
}

Subjects::Origin Subjects::read_origin(log::Sequence created) {
  Origin found{.name = std::string(kForgotten)};
  std::string text = line_of(created);
  auto line = Line::parse(text);
  JsonMembers data, description, attribute;
  if (!line || !data.parse(line->data)) return found;
  // A pile of messages is numbered by the event that made it: a queue, or its purging.
  if (line->type == "sqs.QueuePurged") return read_origin(number_of(data, "queue"));
  found.account = unless_default(text_of(data, "account"));
  if (auto name = text_of(data, "name"); !name.empty()) found.name = name;
  auto described = data.find("description");
  if (!described || !description.parse(*described)) return found;
  found.name = text_of(description, "name");
  auto read_attribute = [&](std::string_view part) -> Origin::Attribute {
    auto raw = description.find(part);
    if (!raw || !attribute.parse(*raw)) return {};
    return {text_of(attribute, "name"), text_of(attribute, "type")};
  };
  found.hash = read_attribute("hash");
  found.range = read_attribute("range");
  return found;
}

/// The id of a message, by its number: the sequence of the event that brought it to its queue.
std::string Subjects::message(log::Sequence number) {
  for (int moves = 0; moves < kMovesMax; ++moves) {
    std::string text = line_of(number);
    auto line = Line::parse(text);
    JsonMembers data;
    if (!line || !data.parse(line->data)) break;
    if (auto id = text_of(data, "message_id"); !id.empty()) return id;
    number = number_of(data, "message");
  }
  return std::string(kForgotten);
}

/// The first of several, and how many more there are.
void Subjects::name_messages(std::string_view numbers, Subject& subject) {
  constexpr size_t kNamed = 3;
  std::vector<std::string_view> all;
  if (!events::split_json_array(numbers, all)) return;
  for (size_t i = 0; i < all.size() && (i < kNamed || ids_ == Ids::all); ++i) {
    std::string id = message(parse_integer<log::Sequence>(all[i]).value_or(0));
    if (i < kNamed) append(subject.key, i == 0 ? "" : ", ", id);
    if (ids_ == Ids::all) subject.messages.push_back(std::move(id));
  }
  if (all.size() > kNamed) append(subject.key, " and ", all.size() - kNamed, " more");
}

Subjects::Subject Subjects::of_object(JsonMembers& data) const {
  Subject subject;
  subject.bucket = text_of(data, "bucket");
  subject.account = unless_default(text_of(data, "owner"));
  subject.key = text_of(data, "key");
  if (auto size = parse_integer<uint64_t>(text_of(data, "size"))) subject.detail = human_bytes(*size);
  std::string version = text_of(data, "version");
  if (!version.empty() && version != "null") add_detail(subject.detail, concat("version ", version));
  add_detail(subject.detail, text_of(data, "setting"));
  return subject;
}

Subjects::Subject Subjects::of_item(JsonMembers& data) {
  Subject subject;
  const Origin& table = origin(number_of(data, "table"));
  subject.table = table.name;
  subject.account = table.account;
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

Subjects::Subject Subjects::of_queue(const Line& line, JsonMembers& data) {
  Subject subject;
  const Origin& queue = origin(number_of(data, "queue"));
  subject.queue = queue.name;
  subject.account = queue.account;
  subject.detail = text_of(data, "cause");
  add_detail(subject.detail, text_of(data, "status"));
  if (auto target = number_of(data, "target"); target > 0) subject.target = origin(target).name;
  if (auto arn = text_of(data, "target_arn"); !arn.empty()) subject.target = name_in_arn(arn);
  if (!subject.target.empty()) add_detail(subject.detail, concat("to ", subject.target));
  if (line.type == "sqs.MessageReceived") {
    auto receives = number_of(data, "receives");
    if (receives > 1) add_detail(subject.detail, concat("received ", receives, " times"));
  }
  if (auto several = data.find("messages")) name_messages(*several, subject);
  else if (auto number = number_of(data, "message"); number > 0) subject.key = message(number);
  else subject.key = text_of(data, "message_id");
  return subject;
}

/// A job is one thing: each of its events names it, what it does, and to what.
Subjects::Subject Subjects::of_job(const Line& line, JsonMembers& data) {
  Subject subject;
  subject.job = line.type == "job.Started" ? line.sequence : number_of(data, "job");
  std::string text = subject.job == line.sequence ? std::string(line.text) : line_of(subject.job);
  auto start = Line::parse(text);
  JsonMembers started;
  subject.detail = concat("job ", subject.job);
  if (start && started.parse(start->data)) {
    std::string kind = text_of(started, "kind");
    append(subject.detail, " ", kind);
    auto on = jobs::subject_of(kind, static_cast<int64_t>(number_of(started, "subject")));
    const Origin& origin = this->origin(on ? static_cast<log::Sequence>(on->id) : 0);
    if (on) (on->kind == cloudemu::Subject::Kind::table ? subject.table : subject.queue) = origin.name;
    subject.account = origin.account;
  }
  if (line.type == "job.Started") return subject;
  add_detail(subject.detail, text_of(data, "status"));
  add_detail(subject.detail, concat(number_of(data, "done"), " done"));
  return subject;
}

Subjects::Subject Subjects::of(const Line& line) {
  JsonMembers data;
  Subject subject;
  if (!data.parse(line.data)) return subject;
  if (line.type.starts_with("job.")) return of_job(line, data);
  if (data.find("bucket")) return of_object(data);
  if (data.find("table")) return of_item(data);
  if (data.find("queue")) return of_queue(line, data);
  bool is_table = line.type == "ddb.TableCreated", is_queue = line.type == "sqs.QueueCreated";
  if (is_table || is_queue) {
    const Origin& created = origin(line.sequence);
    (is_table ? subject.table : subject.queue) = created.name;
    subject.account = created.account;
  } else if (line.type == "sts.SessionIssued") {
    subject.key = text_of(data, "access_key");
    subject.detail = text_of(data, "arn");
  } else if (line.data.size() > 2) {
    subject.detail = line.data;
  }
  return subject;
}

std::string Subjects::Subject::text() const {
  std::string name = concat(bucket, table, queue);
  std::string out = account.empty() || name.empty() ? name : concat(account, ":", name);
  // Ids of messages are long and say little: what happened goes before them.
  if (!queue.empty() && !detail.empty()) return concat(out, " (", detail, ")", key.empty() ? "" : " ", key);
  if (!key.empty()) append(out, out.empty() ? "" : bucket.empty() ? " " : "/", key);
  if (!detail.empty()) append(out, out.empty() ? "" : "  ", detail);
  return out;
}

}  // namespace cloudemu::tool
