#pragma once
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "commands.h"
#include "events/subject.h"
#include "history/log_lines.h"
#include "places.h"
#include "projections/state.h"

namespace cloudemu::tool {

/// What is left of a name that neither the log nor the state before it knows.
inline constexpr std::string_view kForgotten = "(no longer in the log)";

/// What a table or queue is called.
struct Origin {
  std::string name = std::string(kForgotten);
  Place place = {};
  struct Attribute {
    std::string name, type;
  };
  Attribute hash = {}, range = {};  ///< of the key of a table
};

/// What a job does, and to what; nothing of a kind that this program does not know.
struct StartedJob {
  std::string kind;
  std::optional<cloudemu::Subject> on;
};

/// Tables, queues, messages and jobs stand in events as numbers, which are the sequences of the events that made them: their names are looked up
/// there. Where such an event was compacted away, or lies before the beginning of a fork, the state before the first event that is left
/// knows the name; it is opened the first time that it is asked.
class Origins {
 public:
  Origins(Context& context, history::LogLines& lines) : context_(context), lines_(lines) {}

  /// Of a table, a queue, or a pile of messages, which is numbered by the event that made it: a queue, or its purging.
  const Origin& of(log::Sequence number);
  /// The id of a message, by its number: the sequence of the event that brought it to its queue.
  std::string message(log::Sequence number);
  /// The key of a multipart upload that an event ended.
  const std::string& upload_key(const std::string& upload, log::Sequence ended);
  /// By the sequence of the event that started it.
  std::optional<StartedJob> job(log::Sequence number);

 private:
  std::string line_of(log::Sequence sequence);
  State* before();
  bool is_before(log::Sequence sequence);
  std::optional<std::string> message_before(log::Sequence number);
  Origin read(log::Sequence number);
  Origin read_before(log::Sequence number);
  std::string read_upload_key(const std::string& upload, log::Sequence ended);

  Context& context_;
  history::LogLines& lines_;
  std::map<log::Sequence, Origin> known_;
  std::map<std::string, std::string> upload_keys_;
  bool looked_before_ = false;
  std::unique_ptr<State> before_;
};

}  // namespace cloudemu::tool
