#include "app/control.h"

#include "core/digest.h"
#include "core/encoding.h"
#include "core/json_writer.h"
#include "core/stopwatch.h"
#include "core/strings.h"
#include "core/time_format.h"
#include "history/coordinate.h"
#include "protocol/json.h"
#include "protocol/sigv4.h"
#include "protocol/uri.h"
#include "services/auth.h"

namespace cloudemu {

namespace {

/// How long a slice of overdue work may keep the loop from its requests.
constexpr uint64_t kSliceMs = 5;
/// Far enough for every test, near enough that no time overflows.
constexpr TimeMs kClockMax = 32'503'680'000'000;  // 3000-01-01

std::optional<TimeMs> duration_of(const json::Value& value) {
  if (value.is_string()) return history::parse_duration(value.string());
  if (!value.is_number() || value.number() < 0 || value.number() > 1e11) return std::nullopt;
  return static_cast<TimeMs>(value.number() * 1000);
}

}  // namespace

bool Control::claims(const http::Request& request) {
  return request.path.starts_with("/_cloudemu/") || request.path.starts_with("/_localstack/") || request.path.starts_with("/_aws/");
}

bool Control::is_open(const http::Request& request) {
  if (request.method != "GET" && request.method != "HEAD") return false;
  return request.path == "/_cloudemu/health" || request.path == "/_localstack/health" || request.path == "/_localstack/info";
}

http::Response Control::forbidden(std::string_view why) {
  http::Response response{.status = 403, .body = {}};
  JsonWriter(response.body).begin_object().field("error", why).end_object();
  response.set("Content-Type", "application/json");
  return response;
}

/// The address that a call comes from cannot be made up, as a Host can: without its answers no connection comes to be.
bool Control::is_trusted(const http::Request& request) const {
  std::string_view peer = request.peer;
  if (peer.starts_with("::ffff:")) peer.remove_prefix(7);
  if (peer == "::1" || peer.starts_with("127.")) return true;
  return !facts_.token.empty() && sigv4::equal_signatures(request.header("x-cloudemu-token"), facts_.token);
}

/// Signed as for any service, with a key that is known.
bool Control::is_signed(const http::Request& request) const {
  auto scope = sigv4::scope_of(request);
  if (!scope) return false;
  // S3 signs what a header says of the body, and leaves it to the upload to compare.
  bool body_matches = scope->service != "s3" || request.body.empty() || request.header("x-amz-content-sha256") == hex(sha256(request.body));
  if (!body_matches) return false;
  Environment strict{.auth = AuthMode::verify, .credentials = environment_.credentials};
  QueryParameters query = QueryParameters::parse(request.query);
  AuthInput input{.http = request, .query = query, .service = scope->service, .body = request.body};
  return authenticate(input, strict, engine_.state(), engine_.moment()).has_value();
}

std::optional<http::Response> Control::admit(const http::Request& request) const {
  if (!facts_.guarded || is_open(request) || is_trusted(request) || request.find("authorization")) return std::nullopt;
  return forbidden("control paths want a signature of a known access key, the header x-cloudemu-token, or a call from this machine itself");
}

void Control::serve(net::ConnectionId id, const http::Request& request) {
  if (facts_.guarded && !is_open(request) && !is_trusted(request) && !is_signed(request)) {
    return engine_.reply_when_durable(id, forbidden("the signature is not that of a known access key"));
  }
  bool get = request.method == "GET" || request.method == "HEAD", post = request.method == "POST";
  // Whoever asks how things are, again and again, is not what the log of requests is for.
  if (request.path == "/_cloudemu/requests" && get) return show_requests(id, request);
  if (request.path == "/_localstack/info" && get) return localstack_info(id);
  if (request.path == "/_cloudemu/health" && get) return health(id);
  if (request.path == "/_localstack/health" && get) return localstack_health(id);
  asked_[id] = {.began_us = monotonic_us(),
                .bytes_in = request.body.size(),
                .operation = concat(request.method, " ", request.path),
                .source = request.peer};
  if (request.path == "/_cloudemu/clock" && get) return show_clock(id);
  if (request.path == "/_cloudemu/clock" && post) return change_clock(id, request);
  if (request.path == "/_cloudemu/reset" && post) return reset(id, request);
  refuse(id, 404, concat("there is nothing at ", request.method, " ", request.path));
}

void Control::reply(net::ConnectionId id, int status, std::string json) {
  if (auto asked = asked_.extract(id); !asked.empty()) {
    RequestRecord& record = asked.mapped();
    record.status = status;
    record.bytes_out = json.size();
    record.sequence = engine_.state().applied();
    requests_.note(std::move(record));
  }
  http::Response response{.status = status, .body = std::move(json)};
  response.set("Content-Type", "application/json");
  engine_.reply_when_durable(id, std::move(response));
}

void Control::refuse(net::ConnectionId id, int status, std::string_view message) {
  std::string body;
  JsonWriter(body).begin_object().field("error", message).end_object();
  reply(id, status, std::move(body));
}

CallInfo Control::info(std::string_view operation, const http::Request& request) const {
  return CallInfo{
      .operation = std::string(operation), .user_agent = std::string(request.header("user-agent").substr(0, 256)), .source = request.peer};
}

void Control::health(net::ConnectionId id) {
  std::string body;
  JsonWriter json(body);
  json.begin_object();
  json.field("status", engine_.log().failed() ? "read-only" : "running");
  json.field("version", facts_.version);
  json.key("services").begin_object();
  for (const char* service : {"s3", "dynamodb", "sqs", "sts"}) json.field(service, "running");
  json.end_object();
  json.field("persistent", facts_.persistent);
  if (facts_.persistent) json.field("data_dir", facts_.data_dir).field("sync", facts_.sync);
  json.field("sequence", engine_.log().last_sequence());
  json.field("durable", engine_.log().durable());
  json.field("disk", engine_.disk_full() ? "full" : "ok");
  json.field("log", engine_.log().failed() ? engine_.log().failure()->context : std::string("ok"));
  json.field("time", iso8601(engine_.clock().now()));
  json.end_object();
  reply(id, 200, std::move(body));
}

/// With spaces where LocalStack's has them: scripts wait for `"s3": "available"` or `"s3": "running"`, and LocalStack says the first of a
/// service that nobody has called yet.
void Control::localstack_health(net::ConnectionId id) {
  std::string services;
  for (const char* service : {"dynamodb", "dynamodbstreams", "s3", "sqs", "sts"}) {
    bool runs = facts_.eager_services || requests_.has_served(service);
    append(services, services.empty() ? "" : ", ", "\"", service, "\": \"", runs ? "running" : "available", "\"");
  }
  reply(id, 200, concat("{\"services\": {", services, "}, \"edition\": \"community\", \"version\": \"", facts_.version, "\"}"));
}

void Control::localstack_info(net::ConnectionId id) {
  TimeMs now = engine_.clock().real().now();
  reply(id, 200,
        concat("{\"version\": \"", facts_.version, "\", \"edition\": \"community\", \"is_license_activated\": false, ",
               "\"system\": \"linux\", \"is_docker\": false, \"server_time_utc\": \"", iso8601(now).substr(0, 19),
               "\", \"uptime\": ", (monotonic_us() - started_us_) / 1'000'000, "}"));
}

void Control::show_requests(net::ConnectionId id, const http::Request& request) {
  constexpr size_t kShown = 100;
  QueryParameters query = QueryParameters::parse(request.query);
  std::string_view last = query.get("last");
  auto count = last.empty() ? kShown : parse_integer<size_t>(last);
  if (!count) return refuse(id, 400, concat("expected a number: /_cloudemu/requests?last=", kShown));
  reply(id, 200, requests_.json(*count));
}

void Control::note(std::string what, std::string_view peer, int status, std::string_view why) {
  requests_.note(
      {.began_us = monotonic_us(), .status = status, .operation = std::move(what), .error = std::string(why), .source = std::string(peer)});
}

void Control::show_clock(net::ConnectionId id, int status) {
  std::string body;
  JsonWriter json(body);
  const VirtualClock& clock = engine_.clock();
  json.begin_object();
  json.field("now", iso8601(clock.now()));
  json.field("frozen", clock.setting().frozen_at.has_value());
  json.field("offset_ms", clock.now() - clock.real().now());
  json.field("real", iso8601(clock.real().now()));
  json.end_object();
  reply(id, status, std::move(body));
}

void Control::change_clock(net::ConnectionId id, const http::Request& request) {
  auto document = json::Document::parse(request.body);
  constexpr std::string_view kUsage =
      "expected one of {\"advance\": SECONDS or \"1h30m\"}, {\"set\": TIME}, {\"freeze\": true or TIME}, {\"resume\": true}, "
      "{\"reset\": true}";
  if (!document || document->root().size() != 1) return refuse(id, 400, kUsage);
  VirtualClock& clock = engine_.clock();
  TimeMs real = clock.real().now(), now = clock.now();
  system::ClockSetting setting = clock.setting();
  auto [name, value] = *document->root().members().begin();
  bool is_true = value.boolean();
  auto move_to = [&](TimeMs time) {
    if (setting.frozen_at) setting.frozen_at = time;
    else setting.offset_ms = time - real;
  };
  if (name == "advance") {
    auto by = duration_of(value);
    if (!by) return refuse(id, 400, kUsage);
    move_to(now + *by);
  } else if (name == "set" || (name == "freeze" && value.is_string())) {
    auto time = parse_iso8601(value.string());
    if (!time) return refuse(id, 400, kUsage);
    if (name == "freeze") setting.frozen_at = *time;
    else move_to(*time);
  } else if (name == "freeze" && is_true) {
    setting.frozen_at = now;
  } else if (name == "resume" && is_true) {
    setting = {.offset_ms = now - real, .frozen_at = std::nullopt};
  } else if (name == "reset" && is_true) {
    setting = {};
  } else {
    return refuse(id, 400, kUsage);
  }
  TimeMs target = setting.frozen_at.value_or(real + setting.offset_ms);
  if (target < 0 || target > kClockMax) return refuse(id, 400, "the clock goes from 1970 to 3000");
  std::vector<Event> events;
  events.push_back(system::ClockChanged{.offset_ms = setting.offset_ms, .frozen_at = setting.frozen_at});
  if (!engine_.append_own(info("SetClock", request), std::move(events))) return refuse(id, 503, "the log takes no writes");
  clock.set(setting);
  settling_.push_back(id);
  work_off();
}

void Control::work_off() {
  auto next = engine_.run_due(engine_.clock().now(), kSliceMs);
  engine_.end_polls();
  if (next && *next <= engine_.clock().now()) return;  // more to do, in another slice
  for (net::ConnectionId id : std::exchange(settling_, {})) show_clock(id);
}

void Control::reset(net::ConnectionId id, const http::Request& request) {
  std::vector<Event> events;
  events.push_back(system::StateReset{});
  if (!engine_.append_own(info("Reset", request), std::move(events))) return refuse(id, 503, "the log takes no writes");
  engine_.reload();
  reply(id, 200, "{\"reset\":true}");
}

}  // namespace cloudemu
