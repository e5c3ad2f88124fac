#include "control/clock.h"

#include "core/json_writer.h"
#include "core/strings.h"
#include "core/time_format.h"
#include "history/coordinate.h"
#include "protocol/json.h"

namespace cloudemu::control {

namespace {

/// Far enough for every test, near enough that no time overflows.
constexpr TimeMs kClockMax = 32'503'680'000'000;  // 3000-01-01
constexpr double kAdvanceSecondsMax = 1e11;

constexpr std::string_view kUsage =
    "expected one of {\"advance\": SECONDS or \"1h30m\"}, {\"set\": TIME}, {\"freeze\": true or TIME}, {\"resume\": true}, "
    "{\"reset\": true}";

/// What is wrong with a command, as far as it can be told more precisely.
std::string_view flaw_of(std::string_view name, const json::Value& value) {
  bool is_negative = value.is_number() ? value.number() < 0 : value.string().starts_with('-');
  if (name == "advance" && is_negative) return "\"advance\" only goes forward: {\"set\": TIME} goes back";
  return kUsage;
}

std::optional<TimeMs> duration_of(const json::Value& value) {
  if (value.is_string()) return history::parse_duration(value.string());
  if (!value.is_number() || value.number() < 0 || value.number() > kAdvanceSecondsMax) return std::nullopt;
  return static_cast<TimeMs>(value.number() * 1000);
}

/// The setting that a command asks for; nothing for a malformed command.
std::optional<ClockSetting> setting_of(std::string_view name, const json::Value& value, const VirtualClock& clock) {
  TimeMs real = clock.real().now(), now = clock.now();
  ClockSetting setting = clock.setting();
  auto moved_to = [&](TimeMs time) {
    if (setting.frozen_at) setting.frozen_at = time;
    else setting.offset_ms = time - real;
    return setting;
  };
  bool is_true = value.boolean();
  if (name == "advance") {
    auto by = duration_of(value);
    return by ? std::optional(moved_to(now + *by)) : std::nullopt;
  }
  if (name == "set" || (name == "freeze" && value.is_string())) {
    auto time = parse_iso8601(value.string());
    if (!time) return std::nullopt;
    if (name == "set") return moved_to(*time);
    setting.frozen_at = *time;
    return setting;
  }
  if (name == "freeze" && is_true) {
    setting.frozen_at = now;
    return setting;
  }
  if (name == "resume" && is_true) return ClockSetting{.offset_ms = now - real, .frozen_at = std::nullopt};
  if (name == "reset" && is_true) return ClockSetting{};
  return std::nullopt;
}

}  // namespace

Reply clock_reply(const VirtualClock& clock) {
  Reply reply;
  JsonWriter json(reply.body);
  json.begin_object();
  json.field("now", iso8601(clock.now()));
  json.field("frozen", clock.setting().frozen_at.has_value());
  json.field("offset_ms", clock.now() - clock.real().now());
  json.field("real", iso8601(clock.real().now()));
  json.end_object();
  return reply;
}

std::optional<Reply> show_clock(Context& context, net::ConnectionId, const http::Request&) { return clock_reply(context.engine.clock()); }

std::optional<Reply> change_clock(Context& context, net::ConnectionId id, const http::Request& request) {
  auto document = json::Document::parse(request.body);
  if (!document || !document->root().is_object() || document->root().size() == 0) return refusal(400, kUsage);
  if (document->root().size() > 1) return refusal(400, concat("one command at a time: ", kUsage));
  VirtualClock& clock = context.engine.clock();
  auto [name, value] = *document->root().members().begin();
  auto setting = setting_of(name, value, clock);
  if (!setting) return refusal(400, flaw_of(name, value));
  TimeMs target = setting->frozen_at.value_or(clock.real().now() + setting->offset_ms);
  if (target < 0 || target > kClockMax) return refusal(400, "the clock goes from 1970 to 3000");
  std::vector<Event> events;
  events.push_back(system::ClockChanged{.offset_ms = setting->offset_ms, .frozen_at = setting->frozen_at});
  if (!context.engine.append_own(info("SetClock", request), std::move(events))) return refusal(503, "the log takes no writes");
  clock.set(context.engine.state().system().clock());
  context.settling.push_back({id, [](Context& settled) { return clock_reply(settled.engine.clock()); }});
  return std::nullopt;
}

}  // namespace cloudemu::control
