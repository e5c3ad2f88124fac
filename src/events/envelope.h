#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/clock.h"
#include "events/event.h"

namespace cloudemu {

/// Who called what; stands on the first event of a call.
struct CallInfo {
  std::string operation;  ///< "PutItem"; of the processor's own calls "Timer:..."
  std::string account;
  std::string region;
  std::string access_key;
  std::string user_agent;
  std::string source;  ///< address of the client

  bool operator==(const CallInfo&) const = default;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("op", self.operation);
    fields("account", self.account);
    fields("region", self.region);
    fields("key", self.access_key);
    fields("agent", self.user_agent);
    fields("source", self.source);
  }
};

/// An event and what the log says about it.
struct Envelope {
  uint64_t sequence = 0;
  TimeMs wall_time = 0;  ///< when it was decided
  TimeMs time = 0;       ///< by the virtual clock, which the rules go by
  uint64_t request_id = 0;
  uint64_t call_begins = 0;  ///< sequence of the first event of its call; 0: not known
  /// Sequence of the event that brought it about: of a reaction what it reacts to, else the first event of its call; of the first event
  /// of a job's slice the job's start. 0: a client did, or time; or the log does not go back that far.
  uint64_t cause = 0;
  std::optional<CallInfo> call;  ///< of the first event of a call
  Event event;
};

/// "4F0C2D6A51B7E390": how a request id stands in the log and begins in every protocol's header.
std::string request_id_text(uint64_t id);

}  // namespace cloudemu
