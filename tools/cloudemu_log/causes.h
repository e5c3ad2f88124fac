#pragma once
#include <string>
#include <vector>

#include "history/log_lines.h"

/// What led to an event, and what followed from it.
namespace cloudemu::tool {

/// Its cause, its cause's cause and so on, the last first. An event of a client's call has none, or the first of the call; what was
/// compacted away ends the chain. Error: what reading the log may meet.
Result<std::vector<log::Sequence>> causes_of(history::LogLines& lines, log::Sequence sequence);

/// An event that followed, from the event itself (depth 1) or from one that did.
struct Follower {
  log::Sequence sequence;
  size_t depth;
};
struct Followers {
  std::vector<Follower> events;  ///< in the order of the log
  bool complete = true;          ///< false: there may be more
};
/// At most `count` of them, looked for among the million events that come after. Error: likewise.
Result<Followers> followers_of(log::FileSystem& files, const std::string& directory, history::LogLines& lines, log::Sequence sequence,
                               size_t count);

/// The cause of an event, whether its line says so or leaves it out; 0: none.
Result<log::Sequence> cause_of(history::LogLines& lines, log::Sequence sequence);

}  // namespace cloudemu::tool
