#include "app/gateway.h"

#include "app/upload_sink.h"
#include "core/strings.h"
#include "services/dispatch.h"

namespace cloudemu {

namespace {

constexpr uint64_t kControlBytesMax = 1 << 20;

}  // namespace

/// What a request has become. Without a call it is for the control surface.
struct Gateway::Exchange {
  std::unique_ptr<PendingCall> call;
  UploadSink* sink = nullptr;  // owned by the Admission
};

net::Admission Gateway::admit(net::ConnectionId, http::Request& request) {
  auto exchange = std::make_shared<Exchange>();
  net::Admission admission{.body_bytes_max = kControlBytesMax, .context = exchange};
  if (Control::claims(request)) {
    admission.refusal = control_.admit(request);
    return admission;
  }
  Moment moment = engine_.moment();
  exchange->call = open_call(request, environment_, engine_.state(), entropy_.next());
  admission.refusal = exchange->call->admit(engine_.state(), moment);
  if (admission.refusal) return admission;
  BodyPlan plan = exchange->call->body_plan();
  admission.body_bytes_max = plan.bytes_max;
  if (plan.upload) {
    if (engine_.disk_full()) {
      admission.refusal = exchange->call->unavailable(Unavailable::disk_full);
      return admission;
    }
    auto sink = std::make_unique<UploadSink>(std::move(*plan.upload), blobs_, work_);
    exchange->sink = sink.get();
    admission.sink = std::move(sink);
  }
  return admission;
}

void Gateway::serve(net::ConnectionId id, http::Request& request, net::Admission admission) {
  auto exchange = std::static_pointer_cast<Exchange>(admission.context);
  if (!exchange->call) return control_.serve(id, request);
  if (exchange->sink) exchange->call->set_upload(exchange->sink->take());
  engine_.run(id, std::move(exchange->call));
}

http::Response Gateway::body_too_large(const net::Admission& admission) {
  auto exchange = std::static_pointer_cast<Exchange>(admission.context);
  if (exchange && exchange->call) return exchange->call->body_too_large();
  return malformed(413, "the body is too large");
}

http::Response Gateway::overloaded(const net::Admission& admission) {
  auto exchange = std::static_pointer_cast<Exchange>(admission.context);
  if (exchange && exchange->call) return exchange->call->unavailable(Unavailable::overloaded);
  return malformed(503, "too many request bodies are under way, try again");
}

http::Response Gateway::malformed(int status, std::string_view reason) {
  http::Response response{.status = status, .body = concat(reason, "\n"), .close = true};
  response.set("Content-Type", "text/plain");
  return response;
}

}  // namespace cloudemu
