#pragma once
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "control/request_log.h"
#include "engine/engine.h"
#include "net/handler.h"
#include "protocol/http_message.h"

/// The daemon's own paths, one file per family; routes.cc lists them, docs/control.md describes them.
namespace cloudemu::control {

/// What the daemon says of itself, and how it is set.
struct Facts {
  std::string version, sync, data_dir;
  bool persistent = false;
  /// Commands come from this machine, or prove that they may: with a signature, or with the token if there is one.
  bool guarded = false;
  std::string token = {};
  /// LocalStack's answer about the scripts of a stage ("ready"), or of all ("").
  std::function<std::string(std::string_view stage)> init_scripts = [](std::string_view) { return std::string("{}"); };
  /// What TLS clients are to trust, in PEM.
  std::function<Result<std::string>()> ca_pem = [] { return Result<std::string>(); };
  std::function<void()> stop = [] {};  ///< ends the daemon in order
  bool eager_services = false;         ///< LocalStack's health says "running" of services that nobody has called yet
};

/// The reply to a control request: a status and a document, which is JSON unless `headers` say otherwise.
struct Reply {
  int status = 200;
  std::string body = {};
  http::Headers headers = {{"Content-Type", "application/json"}};
};

/// What the families work on. All of it belongs to Control.
struct Context {
  Engine& engine;
  const Facts facts;
  RequestLog requests;
  const uint64_t started_us;
  /// Those who are answered when all that is due was done, and what they get then.
  struct Settling {
    net::ConnectionId id;
    Reply (*reply)(Context& context);
  };
  std::vector<Settling> settling = {};
  uint64_t expired_items_told = 0;  ///< see delete_expired_items()
  std::string features = {};        ///< members of a JSON object that somebody left with LocalStack's health
};

/// Answers a request. Nothing: the family will reply later, by Control::work_off().
using Handler = std::optional<Reply> (*)(Context& context, net::ConnectionId id, const http::Request& request);

/// {"error": message}
Reply refusal(int status, std::string_view message);

/// What the log says of a command: which one it was, and who gave it.
CallInfo info(std::string_view operation, const http::Request& request);

}  // namespace cloudemu::control
