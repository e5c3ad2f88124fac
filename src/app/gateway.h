#pragma once
#include <memory>

#include "app/door.h"
#include "app/upload_sink.h"
#include "control/control.h"
#include "net/handler.h"
#include "net/work_queue.h"
#include "realm/realm.h"
#include "services/environment.h"

namespace cloudemu {

/// Between HTTP and the engine: keeps strangers out, makes calls of requests, and directs each body to where its call wants it.
class Gateway final : public net::Handler {
 public:
  Gateway(Realm& realm, Control& control, const Environment& environment, Entropy& entropy, net::WorkQueue& work, Door door)
      : realm_(realm),
        engine_(realm.engine()),
        control_(control),
        environment_(environment),
        entropy_(entropy),
        work_(work),
        door_(std::move(door)) {}

  net::Admission admit(net::ConnectionId id, const http::SharedRequest& request) override;
  void serve(net::ConnectionId id, const http::SharedRequest& request, net::Admission admission) override;
  void refuse_body(net::ConnectionId id, net::Admission admission, net::BodyFault fault) override;
  http::Response malformed(int status, std::string_view reason) override;
  bool client_left(net::ConnectionId id) override;

 private:
  struct Exchange;

  std::optional<http::Response> refuse_stranger(const http::Request& request, PendingCall* call, net::Admission& admission) const;

  Realm& realm_;
  Engine& engine_;
  Control& control_;
  const Environment& environment_;
  Entropy& entropy_;
  net::WorkQueue& work_;
  std::shared_ptr<UploadsUnderWay> uploads_ = std::make_shared<UploadsUnderWay>();
  const Door door_;
};

}  // namespace cloudemu
