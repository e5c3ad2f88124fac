#include "events/codec.h"

#include <unordered_map>

#include "core/time_format.h"
#include "events/fields.h"

namespace cloudemu {

std::string request_id_text(uint64_t id) {
  std::string out(16, '0');
  for (size_t i = 16; i-- > 0; id >>= 4) out[i] = "0123456789ABCDEF"[id & 15];
  return out;
}

namespace codec {

namespace {

using events::FieldReader;
using events::FieldWriter;
using events::JsonMembers;

using Decode = bool (*)(std::string_view data, Event& event);

struct Known {
  int version;
  Decode decode;
};

template <class T>
bool decode_as(std::string_view data, Event& event) {
  FieldReader reader(data);
  T::describe(event.emplace<T>(), reader);
  return reader.ok();
}

template <size_t... I>
std::unordered_map<std::string_view, Known> make_known(std::index_sequence<I...>) {
  std::unordered_map<std::string_view, Known> known;
  (known.emplace(std::variant_alternative_t<I, EventKinds>::kType,
                 Known{std::variant_alternative_t<I, EventKinds>::kVersion, decode_as<std::variant_alternative_t<I, EventKinds>>}),
   ...);
  return known;
}

const std::unordered_map<std::string_view, Known>& known_types() {
  static const auto known = make_known(std::make_index_sequence<std::variant_size_v<EventKinds>>());
  return known;
}

std::optional<TimeMs> read_time(std::string_view text) {
  if (text.size() < 2) return std::nullopt;
  return parse_iso8601(text.substr(1, text.size() - 2));
}

auto damaged(std::string_view line) { return fail(Errc::corrupt, concat("not an event line: ", line.substr(0, 120))); }

}  // namespace

void append_line(std::string& out, const Envelope& envelope) { append_line(out, envelope, envelope.event); }

void append_line(std::string& out, const Envelope& envelope, const Event& event) {
  append(out, "{\"seq\":", envelope.sequence, ",\"time\":\"");
  append_iso8601(out, envelope.wall_time);
  out.push_back('"');
  if (envelope.time != envelope.wall_time) {
    out.append(",\"vtime\":\"");
    append_iso8601(out, envelope.time);
    out.push_back('"');
  }
  std::visit(
      [&]<class T>(const T& fact) {
        append(out, ",\"type\":\"", T::kType, "\",\"v\":", T::kVersion);
        append(out, ",\"req\":\"", request_id_text(envelope.request_id), '"');
        if (envelope.cause != 0 && envelope.cause != envelope.call_begins) append(out, ",\"cause\":", envelope.cause);
        JsonWriter json(out);
        FieldWriter writer(json);
        if (envelope.call) {
          out.append(",\"call\":");
          json.begin_object();
          CallInfo::describe(*envelope.call, writer);
          json.end_object();
        }
        out.append(",\"data\":{");
        JsonWriter data(out);
        FieldWriter data_writer(data);
        T::describe(fact, data_writer);
      },
      event);
  out.append("}}\n");
}

std::string line(const Envelope& envelope) {
  std::string out;
  append_line(out, envelope);
  out.pop_back();
  return out;
}

Result<Envelope> read_line(std::string_view line, WithCall with_call) {
  JsonMembers members;
  if (!members.parse(line, "data")) return damaged(line);
  auto text = [&](std::string_view name) { return members.find(name).value_or(std::string_view()); };
  Envelope envelope;
  auto sequence = parse_integer<uint64_t>(text("seq"));
  auto time = read_time(text("time"));
  if (!sequence || !time) return damaged(line);
  envelope.sequence = *sequence;
  envelope.wall_time = *time;
  envelope.time = read_time(text("vtime")).value_or(*time);
  std::string_view type = text("type");
  if (type.size() < 2) return damaged(line);
  type = type.substr(1, type.size() - 2);
  auto version = parse_integer<int>(text("v"));
  std::string_view request = text("req");
  if (request.size() == 18) {
    std::from_chars(request.data() + 1, request.data() + 17, envelope.request_id, 16);
  }
  if (auto cause = members.find("cause")) {
    auto number = parse_integer<uint64_t>(*cause);
    if (!number) return damaged(line);
    envelope.cause = *number;
  }
  if (auto call = members.find("call")) {
    envelope.call_begins = envelope.sequence;
    if (with_call == WithCall::yes) {
      FieldReader reader(*call);
      CallInfo::describe(envelope.call.emplace(), reader);
      if (!reader.ok()) return damaged(line);
    }
  }
  auto known = known_types().find(type);
  if (known == known_types().end() || !version || *version > known->second.version) {
    return fail(Errc::foreign, concat("written by a newer CloudEmu: event ", envelope.sequence, " is of type ", type, " version ",
                                      version.value_or(0), ", which this program does not know"));
  }
  if (!known->second.decode(text("data"), envelope.event)) return damaged(line);
  return envelope;
}

Result<Envelope> LineReader::read(std::string_view line) {
  Envelope envelope = TRY(read_line(line, with_call_));
  if (envelope.call_begins != 0) {
    call_begins_ = envelope.call_begins;
  } else {
    envelope.call_begins = call_begins_;
    if (envelope.cause == 0) envelope.cause = call_begins_;
  }
  return envelope;
}

std::string_view type_name(const Event& event) {
  return std::visit([]<class T>(const T&) { return T::kType; }, event);
}

std::vector<std::string_view> type_names() {
  return []<size_t... I>(std::index_sequence<I...>) {
    return std::vector<std::string_view>{std::variant_alternative_t<I, EventKinds>::kType...};
  }
  (std::make_index_sequence<std::variant_size_v<EventKinds>>());
}

}  // namespace codec
}  // namespace cloudemu
