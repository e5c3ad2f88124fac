#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "history/log_lines.h"

namespace cloudemu::tool {

/// An event line, taken apart without understanding its type: so that events of later versions can be shown, too.
struct Line {
  log::Sequence sequence = 0;
  log::Sequence cause = 0;  ///< 0: the line leaves it out
  std::string time, virtual_time, type, request;
  std::string operation, account, region, access_key, agent, source;  ///< of the first event of a call
  std::string_view data;                                              ///< JSON, in the text that was parsed
  std::string_view text;

  bool begins_call() const { return !operation.empty(); }
  static std::optional<Line> parse(std::string_view text);
};

/// The event line without what nobody should read over a shoulder: the secrets of sessions. `store` keeps the text if it is another.
std::string_view without_secrets(std::string_view text, std::string& store);

/// The line with its cause, where it leaves it out. `store` keeps the text if it is another.
std::string_view with_cause(std::string_view text, const Line& line, log::Sequence cause, std::string& store);

/// The first event of the call that an event belongs to: it says who called.
log::Sequence first_of_call(const history::LogLines::Stretch& stretch, log::Sequence sequence);

}  // namespace cloudemu::tool
