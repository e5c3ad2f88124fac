#include "control/control.h"

#include "control/clock.h"
#include "control/routes.h"
#include "core/stopwatch.h"
#include "core/strings.h"
#include "services/sqs/peek.h"

namespace cloudemu {

namespace {

/// How long a slice of overdue work may keep the loop from its requests.
constexpr uint64_t kSliceMs = 3;

http::Response response_of(control::Reply reply) {
  return http::Response{.status = reply.status, .headers = std::move(reply.headers), .body = std::move(reply.body)};
}

}  // namespace

Control::Control(Engine& engine, const Environment& environment, Facts facts)
    : context_{.engine = engine, .facts = std::move(facts), .requests = RequestLog(engine.clock().real()), .started_us = monotonic_us()},
      admission_(engine, environment, context_.facts.token) {}

bool Control::claims(const http::Request& request) {
  if (sqs::is_peek_path(request.path)) return false;
  return request.path.starts_with("/_cloudemu/") || request.path.starts_with("/_localstack/") || request.path.starts_with("/_aws/");
}

bool Control::is_open(const http::Request& request) {
  const control::Route* route = control::find_route(request);
  return route && route->access == control::Access::everybody;
}

http::Response Control::forbidden(std::string_view why) { return response_of(control::refusal(403, why)); }

std::optional<http::Response> Control::admit(const http::Request& request) const {
  if (!context_.facts.guarded || is_open(request) || admission_.is_trusted(request) || request.find("authorization")) return std::nullopt;
  return forbidden("control paths want a signature of a known access key, the header x-cloudemu-token, or a call from this machine itself");
}

void Control::serve(net::ConnectionId id, const http::Request& request) {
  const control::Route* route = control::find_route(request);
  bool is_open = route && route->access == control::Access::everybody;
  if (context_.facts.guarded && !is_open && !admission_.is_trusted(request) && !admission_.is_signed(request)) {
    return context_.engine.reply_when_durable(id, forbidden("the signature is not that of a known access key"));
  }
  if (!route || route->listed == control::Listed::yes) {
    asked_[id] = {.began_us = monotonic_us(),
                  .bytes_in = request.body.size(),
                  .operation = concat(request.method, " ", request.path),
                  .source = request.peer};
  }
  if (!route) return reply(id, control::refusal(404, concat("there is nothing at ", request.method, " ", request.path)));
  if (auto done = route->serve(context_, id, request)) return reply(id, std::move(*done));
  work_off();
}

void Control::reply(net::ConnectionId id, control::Reply reply) {
  if (auto asked = asked_.extract(id); !asked.empty()) {
    RequestRecord& record = asked.mapped();
    record.status = reply.status;
    record.bytes_out = reply.body.size();
    record.sequence = context_.engine.state().applied();
    context_.requests.note(std::move(record));
  }
  context_.engine.reply_when_durable(id, response_of(std::move(reply)));
}

void Control::note(std::string what, std::string_view peer, int status, std::string_view why) {
  context_.requests.note(
      {.began_us = monotonic_us(), .status = status, .operation = std::move(what), .error = std::string(why), .source = std::string(peer)});
}

void Control::work_off() {
  Engine& engine = context_.engine;
  if (!engine.has_kept_slices()) return;
  engine.run_due(engine.clock().now(), kSliceMs);
  engine.end_polls();
  if (engine.has_due(engine.clock().now())) return;  // more to do, in another slice
  for (const auto& [id, settled] : std::exchange(context_.settling, {})) reply(id, settled(context_));
}

}  // namespace cloudemu
