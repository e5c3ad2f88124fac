#pragma once
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "events/json_cursor.h"
#include "log/file.h"
#include "log/frame.h"

namespace cloudemu::tool {

/// An event line, taken apart without understanding its type: so that events of later versions can be shown, too.
struct Line {
  log::Sequence sequence = 0;
  std::string time, virtual_time, type, request;
  std::string operation, account, region, agent;  ///< of the first event of a call
  std::string_view data;                          ///< JSON, in the text that was parsed
  std::string_view text;

  static std::optional<Line> parse(std::string_view text);
};

/// What an event is about, in words. Tables and queues stand in events as numbers, which are the sequences of the events that
/// made them: their names are looked up there.
class Subjects {
 public:
  Subjects(log::FileSystem& files, std::string log_directory) : files_(files), log_directory_(std::move(log_directory)) {}

  struct Subject {
    std::string bucket, table, queue;  ///< at most one is set
    std::string key;                   ///< object key, item key, message number
    std::string detail;                ///< size, version, cause ...
    std::string text() const;          ///< "photos/cat.jpg  12 KiB"
  };
  Subject of(const Line& line);

 private:
  struct Origin {  ///< of a table or queue
    std::string name;
    std::string hash, range;  ///< key attributes of a table
  };
  const Origin& origin(log::Sequence created);
  Subject of_item(events::JsonMembers& data);

  log::FileSystem& files_;
  std::string log_directory_;
  std::map<log::Sequence, Origin> origins_;
};

}  // namespace cloudemu::tool
