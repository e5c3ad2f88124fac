#pragma once
#include <functional>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "app/engine.h"
#include "app/request_log.h"
#include "core/stopwatch.h"
#include "net/handler.h"
#include "protocol/http_message.h"
#include "services/environment.h"

namespace cloudemu {

/// The daemon's own paths, /_cloudemu/... and LocalStack's where they exist. JSON in and out. Described in docs/control.md.
class Control {
 public:
  struct Facts {
    std::string version, sync, data_dir;
    bool persistent = false;
    /// Commands come from this machine, or prove that they may: with a signature, or with the token if there is one.
    bool guarded = false;
    std::string token = {};
    bool eager_services = false;  ///< LocalStack's health says "running" of services that nobody has called yet
  };
  Control(Engine& engine, const Environment& environment, Facts facts)
      : engine_(engine),
        environment_(environment),
        facts_(std::move(facts)),
        started_us_(monotonic_us()),
        requests_(engine.clock().real()) {}

  /// True for paths that are not AWS's.
  static bool claims(const http::Request& request);

  /// True for paths that everybody may read: they say that the daemon is well.
  static bool is_open(const http::Request& request);
  static http::Response forbidden(std::string_view why);

  /// Refuses whom the head alone shows to have no right to command. Whoever signs is looked at when the body is there.
  std::optional<http::Response> admit(const http::Request& request) const;
  void serve(net::ConnectionId id, const http::Request& request);

  /// A request that was answered without a call: refused at the door, or no request at all. `what`: "POST /_cloudemu/reset".
  void note(std::string what, std::string_view peer, int status, std::string_view why);
  RequestLog& requests() { return requests_; }

  /// To be called when time may have become due: goes on with a change of the clock that is being worked off.
  void work_off();
  bool working() const { return !settling_.empty(); }

 private:
  void health(net::ConnectionId id);
  void localstack_health(net::ConnectionId id);
  void localstack_info(net::ConnectionId id);
  void show_requests(net::ConnectionId id, const http::Request& request);
  void show_clock(net::ConnectionId id, int status = 200);
  void change_clock(net::ConnectionId id, const http::Request& request);
  void reset(net::ConnectionId id, const http::Request& request);
  void reply(net::ConnectionId id, int status, std::string json);
  void refuse(net::ConnectionId id, int status, std::string_view message);
  CallInfo info(std::string_view operation, const http::Request& request) const;
  bool is_trusted(const http::Request& request) const;
  bool is_signed(const http::Request& request) const;

  Engine& engine_;
  const Environment& environment_;
  Facts facts_;
  const uint64_t started_us_;
  RequestLog requests_;
  std::unordered_map<net::ConnectionId, RequestRecord> asked_;  // what is owed a reply; it is noted with it
  std::vector<net::ConnectionId> settling_;                     // asked for a change of the clock; answered when all is worked off
};

}  // namespace cloudemu
