#pragma once
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "app/engine.h"
#include "net/handler.h"
#include "protocol/http_message.h"

namespace cloudemu {

/// Names and addresses of this machine alone: "localhost", "127.0.0.1", "[::1]", "photos.localhost" ..., without a port.
bool is_loopback_name(std::string_view host);

/// The daemon's own paths, /_cloudemu/... and LocalStack's where they exist. JSON in and out. Described in docs/control.md.
class Control {
 public:
  struct Facts {
    std::string version, sync, data_dir;
    bool persistent = false;
    bool loopback_only = true;
  };
  Control(Engine& engine, Facts facts) : engine_(engine), facts_(std::move(facts)) {}

  /// True for paths that are not AWS's.
  static bool claims(const http::Request& request);

  /// Refuses what a browser was tricked into: a foreign Origin, or a Host that is not ours (DNS rebinding).
  std::optional<http::Response> admit(const http::Request& request) const;
  void serve(net::ConnectionId id, const http::Request& request);

  /// To be called when time may have become due: goes on with a change of the clock that is being worked off.
  void work_off();
  bool working() const { return !settling_.empty(); }

 private:
  void health(net::ConnectionId id);
  void localstack_health(net::ConnectionId id);
  void show_clock(net::ConnectionId id, int status = 200);
  void change_clock(net::ConnectionId id, const http::Request& request);
  void reset(net::ConnectionId id, const http::Request& request);
  void reply(net::ConnectionId id, int status, std::string json);
  void refuse(net::ConnectionId id, int status, std::string_view message);
  CallInfo info(std::string_view operation, const http::Request& request) const;

  Engine& engine_;
  Facts facts_;
  std::vector<net::ConnectionId> settling_;  // asked for a change of the clock; answered when all is worked off
};

}  // namespace cloudemu
