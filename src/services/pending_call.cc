#include "services/pending_call.h"

#include "core/encoding.h"

namespace cloudemu {

namespace {

/// Taken apart in about a millisecond, whatever it holds.
constexpr size_t kLightBodyBytes = 64 * 1024;
/// Of what a client says of itself, so much stands in the log.
constexpr size_t kUserAgentBytesMax = 256;

}  // namespace

bool PendingCall::is_heavy() {
  const std::string& body = request_->body;
  if (!heavy_) heavy_ = body.size() > kLightBodyBytes || (!body.empty() && request_->find("content-encoding"));
  return *heavy_;
}

CallInfo PendingCall::logged_info() const {
  CallInfo info = info_;
  info.user_agent = utf8_of_header(request_->header("user-agent"), kUserAgentBytesMax);
  return info;
}

std::string_view explain(Unavailable why) {
  switch (why) {
    case Unavailable::log_failed: return "The log takes no writes.";
    case Unavailable::disk_full: return "The disk is full.";
    case Unavailable::overloaded: return "The service is temporarily overloaded. Try again.";
    case Unavailable::state_failed: return "The state cannot be read at present; it is made anew from the log. Please try again.";
    case Unavailable::no_descriptors: return "Too many files are open. Please try again.";
    case Unavailable::too_large:
      return "The call is too large: what it changes would take more than 32 MiB or 262,144 events in the log. Nothing was changed; "
             "split it into smaller calls.";
  }
  return "";
}

}  // namespace cloudemu
