#include "causes.h"

#include <algorithm>
#include <map>

#include "core/strings.h"
#include "events/json_cursor.h"
#include "line.h"
#include "log/reader.h"

namespace cloudemu::tool {

namespace {

constexpr uint64_t kLookedAtMax = 1'000'000;

/// What a line says before its data.
struct Head {
  bool begins_call = false;
  log::Sequence cause = 0;
};

Head head_of(std::string_view line) {
  events::JsonMembers members;
  if (!members.parse(line, "data")) return {};
  auto cause = members.find("cause");
  return {.begins_call = members.find("call").has_value(), .cause = cause ? parse_integer<log::Sequence>(*cause).value_or(0) : 0};
}

}  // namespace

Result<log::Sequence> cause_of(history::LogLines& lines, log::Sequence sequence) {
  auto stretch = TRY(lines.around(sequence));
  Head head = head_of(stretch->line(sequence));
  if (head.cause != 0 || head.begins_call) return head.cause;
  log::Sequence first = first_of_call(*stretch, sequence);
  return first == sequence ? 0 : first;
}

Result<std::vector<log::Sequence>> causes_of(history::LogLines& lines, log::Sequence sequence) {
  std::vector<log::Sequence> chain;
  log::Sequence first = TRY(lines.first());
  for (log::Sequence cause = TRY(cause_of(lines, sequence)); cause >= first && cause < sequence; cause = TRY(cause_of(lines, sequence))) {
    chain.push_back(cause);
    sequence = cause;
  }
  return chain;
}

Result<Followers> followers_of(log::FileSystem& files, const std::string& directory, history::LogLines& lines, log::Sequence sequence,
                               size_t count) {
  Followers found;
  std::map<log::Sequence, size_t> depths{{sequence, 0}};
  log::Sequence call_begins = first_of_call(*TRY(lines.around(sequence)), sequence);
  auto reader = TRY(log::LogReader::open(files, directory, call_begins));
  log::Sequence n = call_begins;
  while (auto batch = TRY(reader.next())) {
    n = batch->first_sequence;
    for (std::string_view rest = batch->lines; !rest.empty(); ++n) {
      size_t end = rest.find('\n');
      Head head = head_of(rest.substr(0, end));
      rest.remove_prefix(end + 1);
      if (head.begins_call) call_begins = n;
      else if (head.cause == 0) head.cause = call_begins;
      auto cause = n > sequence ? depths.find(head.cause) : depths.end();
      if (cause == depths.end()) continue;
      if (found.events.size() == count) return found.complete = false, found;
      size_t depth = cause->second + 1;
      found.events.push_back({n, depth});
      depths.emplace(n, depth);
    }
    if (n > sequence + kLookedAtMax) return found.complete = false, found;
  }
  return found;
}

}  // namespace cloudemu::tool
