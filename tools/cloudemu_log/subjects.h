#pragma once
#include <string>
#include <vector>

#include "events/json_cursor.h"
#include "line.h"
#include "origins.h"

namespace cloudemu::tool {

/// What an event is about, in words.
struct Subject {
  std::string bucket, table, queue;   ///< at most one is set
  std::string target;                 ///< the other queue of a message that moved
  std::string key;                    ///< object key, item key, message id; of several messages the first ones
  std::vector<std::string> messages;  ///< the ids of all, if that was asked for
  std::string detail;                 ///< size, version, cause ...
  log::Sequence job = 0;              ///< of an event of a job's own: the job
  Place place;                        ///< whose the table or queue is, and where; empty where the event does not tell
  std::string text() const;           ///< "photos/cat.jpg  12 KiB"
};

class Subjects {
 public:
  /// An event can be about thousands of messages: to look up all their ids costs time, and people read the first few.
  enum class Ids { first, all };
  Subjects(Context& context, history::LogLines& lines, Ids ids = Ids::first) : origins_(context, lines), ids_(ids) {}

  Subject of(const Line& line);

 private:
  void name_messages(std::string_view numbers, Subject& subject);
  Subject of_object(const Line& line, events::JsonMembers& data);
  Subject of_item(events::JsonMembers& data);
  Subject of_queue(const Line& line, events::JsonMembers& data);
  Subject of_job(const Line& line, events::JsonMembers& data);

  Origins origins_;
  Ids ids_;
};

}  // namespace cloudemu::tool
