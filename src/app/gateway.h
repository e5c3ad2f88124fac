#pragma once
#include <memory>

#include "app/control.h"
#include "app/engine.h"
#include "log/blob_store.h"
#include "net/handler.h"
#include "net/work_queue.h"
#include "services/environment.h"

namespace cloudemu {

/// Between HTTP and the engine: makes calls of requests, and sees to it that each body gets where its call wants it.
class Gateway final : public net::Handler {
 public:
  Gateway(Engine& engine, Control& control, const Environment& environment, Entropy& entropy, log::BlobStore& blobs, net::WorkQueue& work)
      : engine_(engine), control_(control), environment_(environment), entropy_(entropy), blobs_(blobs), work_(work) {}

  net::Admission admit(net::ConnectionId id, http::Request& request) override;
  void serve(net::ConnectionId id, http::Request& request, net::Admission admission) override;
  http::Response body_too_large(const net::Admission& admission) override;
  http::Response overloaded(const net::Admission& admission) override;
  http::Response malformed(int status, std::string_view reason) override;
  bool client_left(net::ConnectionId id) override { return engine_.client_left(id); }

 private:
  struct Exchange;

  Engine& engine_;
  Control& control_;
  const Environment& environment_;
  Entropy& entropy_;
  log::BlobStore& blobs_;
  net::WorkQueue& work_;
};

}  // namespace cloudemu
