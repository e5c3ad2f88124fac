#pragma once
#include <optional>
#include <string>
#include <unordered_map>

#include "control/admission.h"
#include "control/context.h"
#include "services/environment.h"

namespace cloudemu {

/// The daemon's own paths, /_cloudemu/... and LocalStack's where they exist: who may call them, which family answers, and the note of it
/// in the log of requests.
class Control {
 public:
  using Facts = control::Facts;
  Control(Engine& engine, const Environment& environment, Facts facts);

  /// True for paths that are not AWS's.
  static bool claims(const http::Request& request);

  /// True for paths that everybody may read.
  static bool is_open(const http::Request& request);
  static http::Response forbidden(std::string_view why);

  /// Refuses whom the head alone shows to have no right to command. Whoever signs is looked at when the body is there.
  std::optional<http::Response> admit(const http::Request& request) const;
  void serve(net::ConnectionId id, const http::Request& request);

  /// A request that was answered without a call: refused at the door, or no request at all. `what`: "POST /_cloudemu/reset".
  void note(std::string what, std::string_view peer, int status, std::string_view why);
  RequestLog& requests() { return context_.requests; }

  /// To be called when time may have become due: goes on with a change of the clock that is being worked off.
  void work_off();
  bool working() const { return !context_.settling.empty(); }

 private:
  void reply(net::ConnectionId id, control::Reply reply);

  control::Context context_;
  control::Admission admission_;
  std::unordered_map<net::ConnectionId, RequestRecord> asked_;  // what is owed a reply; it is noted with it
};

}  // namespace cloudemu
