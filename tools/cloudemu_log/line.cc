#include "line.h"

#include "core/strings.h"
#include "log/reader.h"
#include "output.h"

namespace cloudemu::tool {

using events::JsonMembers;

namespace {

std::string text_of(JsonMembers& members, std::string_view name) {
  std::string value;
  auto raw = members.find(name);
  if (!raw) return value;
  if (!events::read_json_string(*raw, value)) value = *raw;  // numbers as they stand
  return value;
}

}  // namespace

std::optional<Line> Line::parse(std::string_view text) {
  JsonMembers members;
  if (!members.parse(text)) return std::nullopt;
  Line line;
  line.text = text;
  line.sequence = parse_integer<log::Sequence>(text_of(members, "seq")).value_or(0);
  line.time = text_of(members, "time");
  line.virtual_time = text_of(members, "vtime");
  line.type = text_of(members, "type");
  line.request = text_of(members, "req");
  if (auto call = members.find("call")) {
    JsonMembers info;
    if (!info.parse(*call)) return std::nullopt;
    line.operation = text_of(info, "op");
    line.account = text_of(info, "account");
    line.region = text_of(info, "region");
    line.agent = text_of(info, "agent");
  }
  line.data = members.find("data").value_or(std::string_view("{}"));
  return line;
}

const Subjects::Origin& Subjects::origin(log::Sequence created) {
  auto known = origins_.find(created);
  if (known != origins_.end()) return known->second;
  Origin& found = origins_[created];
  found.name = concat("#", created);  // in case its event was compacted away
  auto reader = log::LogReader::open(files_, log_directory_, created);
  if (!reader) return found;
  auto batch = reader->next();
  if (!batch || !*batch) return found;
  auto line = Line::parse(std::string_view((*batch)->lines).substr(0, (*batch)->lines.find('\n')));
  JsonMembers data, description, attribute;
  if (!line || !data.parse(line->data)) return found;
  if (auto name = text_of(data, "name"); !name.empty()) found.name = name;
  auto described = data.find("description");
  if (!described || !description.parse(*described)) return found;
  found.name = text_of(description, "name");
  if (auto hash = description.find("hash"); hash && attribute.parse(*hash)) found.hash = text_of(attribute, "name");
  if (auto range = description.find("range"); range && attribute.parse(*range)) found.range = text_of(attribute, "name");
  return found;
}

Subjects::Subject Subjects::of_item(JsonMembers& data) {
  Subject subject;
  const Origin& table = origin(parse_integer<log::Sequence>(text_of(data, "table")).value_or(0));
  subject.table = table.name;
  auto document = data.find("item");
  if (!document) document = data.find("key_attributes");
  JsonMembers item;
  if (!document || !item.parse(*document)) return subject;
  auto hash = item.find(table.hash);
  if (hash) subject.key = *hash;
  if (auto range = item.find(table.range); range && !table.range.empty()) append(subject.key, " ", *range);
  return subject;
}

Subjects::Subject Subjects::of(const Line& line) {
  JsonMembers data;
  Subject subject;
  if (!data.parse(line.data)) return subject;
  if (data.find("bucket")) {
    subject.bucket = text_of(data, "bucket");
    subject.key = text_of(data, "key");
    if (auto size = parse_integer<uint64_t>(text_of(data, "size"))) subject.detail = human_bytes(*size);
    std::string version = text_of(data, "version");
    if (!version.empty() && version != "null") append(subject.detail, subject.detail.empty() ? "" : ", ", "version ", version);
    if (std::string setting = text_of(data, "setting"); !setting.empty()) subject.detail = setting;
  } else if (data.find("table")) {
    subject = of_item(data);
  } else if (data.find("queue")) {
    subject.queue = origin(parse_integer<log::Sequence>(text_of(data, "queue")).value_or(0)).name;
    subject.key = text_of(data, "message");
    subject.detail = text_of(data, "cause");
    if (std::string id = text_of(data, "message_id"); !id.empty()) subject.detail = id;
  } else if (line.type == "ddb.TableCreated") {
    subject.table = origin(line.sequence).name;
  } else if (line.type == "sqs.QueueCreated") {
    subject.queue = text_of(data, "name");
  } else if (line.data.size() > 2) {
    subject.detail = line.data;
  }
  return subject;
}

std::string Subjects::Subject::text() const {
  std::string out = concat(bucket, table, queue);
  if (!key.empty()) append(out, bucket.empty() ? " " : "/", key);
  if (!detail.empty()) append(out, out.empty() ? "" : "  ", detail);
  return out;
}

}  // namespace cloudemu::tool
