#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "core/clock.h"
#include "log/file.h"
#include "log/frame.h"

namespace cloudemu::history {

/// The last event of a log; 0 if it is empty. Reads only; the log may be in use.
Result<log::Sequence> last_sequence(log::FileSystem& files, const std::string& log_directory);

/// The last event at or before a wall-clock time, 0 if all are later.
Result<log::Sequence> sequence_at(log::FileSystem& files, const std::string& log_directory, TimeMs time);

/// A point in history, as people write it:
///   1234          an event            HEAD, HEAD~10   the last event (also @), ten before it
///   @TIME         the last event at or before an ISO 8601 time (UTC unless it says otherwise)
///   @-5m          ... before now; units s m h d w
///   req:ID        the last event of a request, by (the beginning of) its request id
/// Error: Errc::bad_input for what cannot be read, Errc::not_found for what is not in the log.
Result<log::Sequence> resolve(log::FileSystem& files, const std::string& log_directory, std::string_view coordinate, TimeMs now);

/// Whether a coordinate names a time, and so the events after it.
bool names_time(std::string_view coordinate);

/// "90", "45s", "1h30m", "2d", "250ms", "PT1H30M": milliseconds, at most some thousand years.
std::optional<TimeMs> parse_duration(std::string_view text);

}  // namespace cloudemu::history
