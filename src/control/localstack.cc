#include "control/localstack.h"

#include <utility>

#include "control/reset.h"
#include "core/json_writer.h"
#include "core/stopwatch.h"
#include "core/strings.h"
#include "core/time_format.h"
#include "protocol/json.h"
#include "protocol/url_scheme.h"

namespace cloudemu::control {

namespace {

Reply plain(std::string text) { return Reply{.body = std::move(text), .headers = {{"Content-Type", "text/plain; charset=utf-8"}}}; }

}  // namespace

/// With spaces where LocalStack's has them: scripts wait for `"s3": "available"` or `"s3": "running"`, and LocalStack says the first of a
/// service that nobody has called yet.
std::optional<Reply> localstack_health(Context& context, net::ConnectionId, const http::Request&) {
  std::string services;
  for (std::string_view service : kServiceNames) {
    bool runs = context.facts.eager_services || context.requests.has_served(service);
    append(services, services.empty() ? "" : ", ", "\"", service, "\": \"", runs ? "running" : "available", "\"");
  }
  std::string features = context.features.empty() ? std::string() : concat(", ", context.features);
  return Reply{.body = concat("{\"services\": {", services, "}, \"edition\": \"community\", \"version\": \"", context.facts.version, "\"",
                              features, "}")};
}

std::optional<Reply> localstack_info(Context& context, net::ConnectionId, const http::Request&) {
  TimeMs now = context.engine.clock().real().now();
  uint64_t uptime_s = (monotonic_us() - context.started_us) / 1'000'000;
  return Reply{.body =
                   concat("{\"version\": \"", context.facts.version, "\", \"edition\": \"community\", \"is_license_activated\": false, ",
                          "\"system\": \"linux\", \"is_docker\": false, \"server_time_utc\": \"", iso8601(now).substr(0, 19),
                          "\", \"uptime\": ", uptime_s, "}")};
}

std::optional<Reply> localstack_init(Context& context, net::ConnectionId, const http::Request& request) {
  constexpr std::string_view kAll = "/_localstack/init";
  std::string stage = lower(std::string_view(request.path).substr(kAll.size()));  // the answer names stages in capitals
  return Reply{.body = context.facts.init_scripts(std::string_view(stage).substr(stage.empty() ? 0 : 1))};
}

std::optional<Reply> localstack_plugins(Context&, net::ConnectionId, const http::Request&) {
  std::string plugins;
  for (std::string_view service : kServiceNames) {
    append(plugins, plugins.empty() ? "" : ", ", "{\"name\": \"", service, ":default\", \"is_initialized\": true, \"is_loaded\": true}");
  }
  return Reply{.body = concat("{\"localstack.aws.provider\": [", plugins, "]}")};
}

std::optional<Reply> localstack_config(Context& context, net::ConnectionId, const http::Request& request) {
  Reply reply;
  JsonWriter json(reply.body);
  json.begin_object().field("PERSISTENCE", context.facts.persistent);
  if (context.facts.persistent) json.field("DATA_DIR", context.facts.data_dir);
  json.field("EAGER_SERVICE_LOADING", context.facts.eager_services);
  json.field("LOCALSTACK_HOST", request.header("host")).field("USE_SSL", http::is_https(request));
  json.end_object();
  return reply;
}

std::optional<Reply> localstack_diagnose(Context& context, net::ConnectionId id, const http::Request& request) {
  Reply reply;
  JsonWriter json(reply.body);
  json.begin_object();
  json.key("version").begin_object().field("cloudemu", context.facts.version).end_object();
  json.key("info").raw(localstack_info(context, id, request)->body);
  json.key("health").raw(localstack_health(context, id, request)->body);
  json.key("config").raw(localstack_config(context, id, request)->body);
  json.key("plugins").raw(localstack_plugins(context, id, request)->body);
  json.key("init").raw(context.facts.init_scripts(""));
  json.end_object();
  return reply;
}

std::optional<Reply> localstack_command(Context& context, net::ConnectionId id, const http::Request& request) {
  auto document = json::Document::parse(request.body);
  std::string_view action = document ? document->root()["action"].string() : std::string_view();
  if (action == "restart") {
    if (context.facts.persistent) return plain("ok");
    auto refused = reset(context, id, request);
    return refused->status == 200 ? plain("ok") : *refused;
  }
  if (action != "kill") return refusal(400, "expected {\"action\": \"restart\"} or {\"action\": \"kill\"}");
  context.facts.stop();
  return plain("ok");
}

std::optional<Reply> localstack_note(Context& context, net::ConnectionId, const http::Request& request) {
  constexpr size_t kBytesMax = 64 << 10;
  auto document = json::Document::parse(request.body);
  if (!document || !document->root().is_object() || request.body.size() > kBytesMax) {
    return refusal(400, concat("expected a JSON object of at most ", kBytesMax, " bytes"));
  }
  std::string_view members = trim(request.body);
  context.features = trim(members.substr(1, members.size() - 2));
  return Reply{.body = "{\"status\": \"OK\"}"};
}

std::optional<Reply> delete_expired_items(Context& context, net::ConnectionId id, const http::Request&) {
  context.settling.push_back({id, [](Context& settled) {
                                uint64_t all = settled.engine.expired_items(), told = std::exchange(settled.expired_items_told, all);
                                return Reply{.body = concat("{\"ExpiredItems\": ", all - told, "}")};
                              }});
  return std::nullopt;
}

}  // namespace cloudemu::control
