#include "history/request_id.h"

#include <algorithm>

#include "core/strings.h"
#include "events/json_cursor.h"
#include "history/log_lines.h"

namespace cloudemu::history {

namespace {

/// As many as the log keeps.
constexpr size_t kDigits = 16;
/// Fewer say nothing: one of sixteen requests begins with "4".
constexpr size_t kDigitsMin = 4;

/// The request of a line, if it begins with these digits.
std::optional<std::string> request_of(std::string_view line, std::string_view digits) {
  events::JsonMembers members;
  std::string id;
  if (!members.parse(line)) return std::nullopt;
  auto raw = members.find("req");
  if (!raw || !events::read_json_string(*raw, id) || !id.starts_with(digits)) return std::nullopt;
  return id;
}

struct Found {
  log::Sequence sequence = 0;
  std::string id;
  std::string other;  ///< the digits are the beginning of that one, too
};

/// Looks through a stretch that is older than what was found. What looks like the id of a request may stand in an item as well.
void look(const LogLines::Stretch& stretch, std::string_view digits, Found& found) {
  log::Sequence last = 0;  // of the request, in here
  for (size_t at = stretch.text.find(digits); at != std::string::npos; at = stretch.text.find(digits, at + 1)) {
    auto after = std::upper_bound(stretch.starts.begin(), stretch.starts.end(), at);
    log::Sequence sequence = stretch.first + static_cast<log::Sequence>(after - stretch.starts.begin() - 1);
    auto id = request_of(stretch.line(sequence), digits);
    if (!id) continue;
    if (found.id.empty()) found.id = *id;
    if (*id == found.id) last = sequence;
    else found.other = std::move(*id);
    if (!found.other.empty()) return;
  }
  if (found.sequence == 0) found.sequence = last;
}

}  // namespace

std::optional<std::string> request_digits(std::string_view id) {
  std::string digits = upper(replace_all(id, "-", "")).substr(0, kDigits);
  if (digits.empty() || digits.find_first_not_of("0123456789ABCDEF") != std::string::npos) return std::nullopt;
  return digits;
}

Result<log::Sequence> last_of_request(log::FileSystem& files, const std::string& log_directory, std::string_view id) {
  auto digits = request_digits(id);
  if (!digits || digits->size() < kDigitsMin) {
    return fail(Errc::bad_input, concat("req:", id, " is not a request id: it begins with 4 to 16 hexadecimal digits"));
  }
  LogLines lines(files, log_directory);
  log::Sequence first = TRY(lines.first());
  Found found;
  for (log::Sequence last = TRY(lines.last()); last >= first;) {
    auto stretch = TRY(lines.around(last));
    look(*stretch, *digits, found);
    bool is_whole = digits->size() == kDigits;
    if (!found.other.empty() || (is_whole && found.sequence > 0)) break;
    last = stretch->first - 1;
  }
  if (!found.other.empty()) {
    return fail(Errc::bad_input, concat("req:", id, " is the beginning of several requests, such as ", found.id, " and ", found.other));
  }
  if (found.sequence == 0) return fail(Errc::not_found, concat("no event of request ", id, "; requests that change nothing leave none"));
  return found.sequence;
}

}  // namespace cloudemu::history
