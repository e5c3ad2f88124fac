#include "control/health.h"

#include "core/json_writer.h"
#include "core/stopwatch.h"
#include "core/strings.h"
#include "core/time_format.h"

namespace cloudemu::control {

std::optional<Reply> health(Context& context, net::ConnectionId, const http::Request&) {
  Engine& engine = context.engine;
  const Facts& facts = context.facts;
  Reply reply;
  JsonWriter json(reply.json);
  json.begin_object();
  json.field("status", engine.log().failed() ? "read-only" : "running");
  json.field("version", facts.version);
  json.key("services").begin_object();
  for (const char* service : {"s3", "dynamodb", "sqs", "sts"}) json.field(service, "running");
  json.end_object();
  json.field("persistent", facts.persistent);
  if (facts.persistent) json.field("data_dir", facts.data_dir).field("sync", facts.sync);
  json.field("sequence", engine.log().last_sequence());
  json.field("durable", engine.log().durable());
  json.field("disk", engine.disk_full() ? "full" : "ok");
  json.field("log", engine.log().failed() ? engine.log().failure()->context : std::string("ok"));
  json.field("time", iso8601(engine.clock().now()));
  json.end_object();
  return reply;
}

/// With spaces where LocalStack's has them: scripts wait for `"s3": "available"` or `"s3": "running"`, and LocalStack says the first of a
/// service that nobody has called yet.
std::optional<Reply> localstack_health(Context& context, net::ConnectionId, const http::Request&) {
  std::string services;
  for (const char* service : {"dynamodb", "dynamodbstreams", "s3", "sqs", "sts"}) {
    bool runs = context.facts.eager_services || context.requests.has_served(service);
    append(services, services.empty() ? "" : ", ", "\"", service, "\": \"", runs ? "running" : "available", "\"");
  }
  return Reply{.json =
                   concat("{\"services\": {", services, "}, \"edition\": \"community\", \"version\": \"", context.facts.version, "\"}")};
}

std::optional<Reply> localstack_info(Context& context, net::ConnectionId, const http::Request&) {
  TimeMs now = context.engine.clock().real().now();
  uint64_t uptime_s = (monotonic_us() - context.started_us) / 1'000'000;
  return Reply{.json =
                   concat("{\"version\": \"", context.facts.version, "\", \"edition\": \"community\", \"is_license_activated\": false, ",
                          "\"system\": \"linux\", \"is_docker\": false, \"server_time_utc\": \"", iso8601(now).substr(0, 19),
                          "\", \"uptime\": ", uptime_s, "}")};
}

std::optional<Reply> localstack_init(Context& context, net::ConnectionId, const http::Request& request) {
  constexpr std::string_view kAll = "/_localstack/init";
  std::string_view stage = std::string_view(request.path).substr(kAll.size());
  return Reply{.json = context.facts.init_scripts(stage.substr(stage.empty() ? 0 : 1))};
}

}  // namespace cloudemu::control
