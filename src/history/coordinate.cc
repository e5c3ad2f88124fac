#include "history/coordinate.h"

#include <algorithm>

#include "core/strings.h"
#include "core/time_format.h"
#include "history/replay.h"
#include "history/request_id.h"
#include "log/reader.h"
#include "log/recovery.h"

namespace cloudemu::history {

namespace {

constexpr int64_t kDurationSecondsMax = 100'000'000'000;

Result<log::Sequence> checked(log::Sequence sequence, log::Sequence last) {
  if (sequence <= last) return sequence;
  return fail(Errc::not_found, concat("there is no event ", sequence, "; the log ends with event ", last));
}

/// The last event in a segment that is not sealed; 0 if there is none.
Result<log::Sequence> last_in(const std::string& path, const log::File& file) {
  log::SegmentReader reader(file);
  log::Sequence last = 0;
  while (true) {
    auto frame = reader.next();
    if (!frame) return fail(log::in_file(path, frame.error()));
    if (!*frame) return last;
    last = (*frame)->header.last_sequence();
  }
}

}  // namespace

std::optional<TimeMs> parse_duration(std::string_view text) {
  if (text.starts_with("P")) text.remove_prefix(1);
  TimeMs total = 0;
  bool any = false;
  while (!text.empty()) {
    if (text.front() == 'T') {
      text.remove_prefix(1);
      continue;
    }
    size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
    auto count = parse_integer<int64_t>(text.substr(0, digits));
    if (!count) return std::nullopt;
    text.remove_prefix(digits);
    TimeMs unit = kSecondMs;
    if (text.starts_with("ms")) {
      unit = 1;
      text.remove_prefix(2);
    } else if (!text.empty()) {
      switch (to_lower(text.front())) {
        case 's': unit = kSecondMs; break;
        case 'm': unit = 60 * kSecondMs; break;
        case 'h': unit = 3600 * kSecondMs; break;
        case 'd': unit = kDayMs; break;
        case 'w': unit = 7 * kDayMs; break;
        default: return std::nullopt;
      }
      text.remove_prefix(1);
    }
    if (*count > kDurationSecondsMax * kSecondMs / unit) return std::nullopt;
    total += *count * unit;
    any = true;
  }
  return any ? std::optional(total) : std::nullopt;
}

Result<log::Sequence> last_sequence(log::FileSystem& files, const std::string& log_directory) {
  std::vector<std::string> names = TRY(log::list_segments(files, log_directory));
  // A segment that was begun just now may still be empty.
  for (auto name = names.rbegin(); name != names.rend(); ++name) {
    std::string path = concat(log_directory, "/", *name);
    auto file = TRY(files.open(path, log::OpenMode::read));
    if (auto footer = TRY(log::read_footer(*file))) return footer->last_sequence;
    log::Sequence last = TRY(last_in(path, *file));
    if (last > 0) return last;
  }
  return 0;
}

Result<log::Sequence> sequence_at(log::FileSystem& files, const std::string& log_directory, TimeMs time) {
  // The segment: the last that begins at or before the time.
  log::Sequence from = 0;
  for (const std::string& name : TRY(log::list_segments(files, log_directory))) {
    std::string path = concat(log_directory, "/", name);
    auto file = TRY(files.open(path, log::OpenMode::read));
    log::SegmentReader reader(*file);
    auto read = reader.next();
    if (!read) return fail(log::in_file(path, read.error()));
    const auto& first = *read;
    if (!first || (from != 0 && first->header.wall_time > time)) break;
    from = first->header.first_sequence;
    // Within it, the last entry of its index whose frame ended before the time.
    if (auto footer = TRY(log::read_footer(*file))) {
      for (const log::Footer::Entry& entry : footer->entries) {
        if (entry.wall_time < time) from = entry.first_sequence;
      }
    }
  }
  if (from == 0) return 0;
  log::Sequence found = from - 1;
  TRY(for_each_event(files, log_directory, from, [&](Envelope& envelope, std::string_view) {
    if (envelope.wall_time > time) return false;
    found = envelope.sequence;
    return true;
  }));
  return found;
}

bool names_time(std::string_view coordinate) { return coordinate.starts_with("@") && coordinate != "@"; }

Result<log::Sequence> resolve(log::FileSystem& files, const std::string& log_directory, std::string_view coordinate, TimeMs now) {
  log::Sequence last = TRY(last_sequence(files, log_directory));
  auto unreadable = [&] {
    return fail(Errc::bad_input,
                concat("cannot read the coordinate ", coordinate, ": use 1234, HEAD, HEAD~10, @2026-11-23T10:00:00Z, @-5m or req:ID"));
  };
  if (coordinate == "HEAD" || coordinate == "@") return last;
  if (coordinate == "HEAD^" || coordinate == "HEAD~") return last - std::min<log::Sequence>(last, 1);  // as git has it
  if (coordinate.starts_with("HEAD~")) {
    auto back = parse_integer<log::Sequence>(coordinate.substr(5));
    if (!back) return unreadable();
    return last - std::min(last, *back);
  }
  if (coordinate.starts_with("req:")) return last_of_request(files, log_directory, coordinate.substr(4));
  if (coordinate.starts_with("@-")) {
    auto ago = parse_duration(coordinate.substr(2));
    if (!ago) return unreadable();
    return sequence_at(files, log_directory, now - *ago);
  }
  if (coordinate.starts_with("@")) {
    auto time = parse_iso8601(coordinate.substr(1));
    if (!time) return unreadable();
    return sequence_at(files, log_directory, *time);
  }
  auto sequence = parse_integer<log::Sequence>(coordinate);
  if (!sequence) return unreadable();
  return checked(*sequence, last);
}

}  // namespace cloudemu::history
