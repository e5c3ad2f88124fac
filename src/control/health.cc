#include "control/health.h"

#include "core/json_writer.h"
#include "core/time_format.h"

namespace cloudemu::control {

std::optional<Reply> health(Context& context, net::ConnectionId, const http::Request&) {
  Engine& engine = context.engine;
  const Facts& facts = context.facts;
  Reply reply;
  JsonWriter json(reply.body);
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

std::optional<Reply> show_ca(Context& context, net::ConnectionId, const http::Request&) {
  auto pem = context.facts.ca_pem();
  if (!pem) return refusal(500, pem.error().context);
  return Reply{.body = std::move(*pem), .headers = {{"Content-Type", "application/x-pem-file"}}};
}

}  // namespace cloudemu::control
