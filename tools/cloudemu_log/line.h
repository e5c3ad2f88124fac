#pragma once
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "events/json_cursor.h"
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

/// What an event is about, in words. Tables, queues and messages stand in events as numbers, which are the sequences of the events
/// that made them: their names are looked up there.
class Subjects {
 public:
  /// An event can be about thousands of messages: to look up all their ids costs time, and people read the first few.
  enum class Ids { first, all };
  explicit Subjects(history::LogLines& lines, Ids ids = Ids::first) : lines_(lines), ids_(ids) {}

  struct Subject {
    std::string bucket, table, queue;   ///< at most one is set
    std::string target;                 ///< the other queue of a message that moved
    std::string key;                    ///< object key, item key, message id; of several messages the first ones
    std::vector<std::string> messages;  ///< the ids of all, if that was asked for
    std::string detail;                 ///< size, version, cause ...
    log::Sequence job = 0;              ///< of an event of a job's own: the job
    std::string account;                ///< the owner's, where it is not the default one
    std::string text() const;           ///< "photos/cat.jpg  12 KiB"
  };
  Subject of(const Line& line);

 private:
  struct Origin {  ///< of a table or queue
    std::string name;
    std::string account;
    struct Attribute {
      std::string name, type;
    };
    Attribute hash, range;  ///< of the key of a table
  };
  std::string line_of(log::Sequence sequence);
  const Origin& origin(log::Sequence created);
  Origin read_origin(log::Sequence created);
  std::string message(log::Sequence number);
  void name_messages(std::string_view numbers, Subject& subject);
  Subject of_object(events::JsonMembers& data) const;
  Subject of_item(events::JsonMembers& data);
  Subject of_queue(const Line& line, events::JsonMembers& data);
  Subject of_job(const Line& line, events::JsonMembers& data);

  history::LogLines& lines_;
  Ids ids_;
  std::map<log::Sequence, Origin> origins_;
};

}  // namespace cloudemu::tool
