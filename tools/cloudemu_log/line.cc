#include "line.h"

#include "core/strings.h"
#include "events/json_cursor.h"
#include "members.h"

namespace cloudemu::tool {

using events::JsonMembers;

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

}  // namespace cloudemu::tool
