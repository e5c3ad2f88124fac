#pragma once
#include <memory>

#include "app/control.h"
#include "app/door.h"
#include "app/engine.h"
#include "log/blob_store.h"
#include "net/handler.h"
#include "net/work_queue.h"
#include "services/environment.h"

namespace cloudemu {

/// Between HTTP and the engine: keeps strangers out, makes calls of requests, and sees to it that each body gets where its call wants it.
class Gateway final : public net::Handler {
 public:
  Gateway(Engine& engine, Control& control, const Environment& environment, Entropy& entropy, log::BlobStore& blobs, net::WorkQueue& work,
          Door door)
      : engine_(engine),
        control_(control),
        environment_(environment),
        entropy_(entropy),
        blobs_(blobs),
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

  Engine& engine_;
  Control& control_;
  const Environment& environment_;
  Entropy& entropy_;
  log::BlobStore& blobs_;
  net::WorkQueue& work_;
  const Door door_;
};

}  // namespace cloudemu
