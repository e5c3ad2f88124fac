#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "core/clock.h"

namespace cloudemu {

/// "2026-11-23T03:53:00.123Z"
std::string iso8601(TimeMs time);
void append_iso8601(std::string& out, TimeMs time);
/// "20261123T035300Z", as in x-amz-date.
std::string iso8601_basic(TimeMs time);
/// "Mon, 23 Nov 2026 03:53:00 GMT" (RFC 9110 section 5.6.7)
std::string http_date(TimeMs time);

/// ISO 8601, extended or basic, with or without fraction; zone `Z`, an offset, or none (UTC).
std::optional<TimeMs> parse_iso8601(std::string_view text);
/// The three forms of RFC 9110 section 5.6.7.
std::optional<TimeMs> parse_http_date(std::string_view text);

}  // namespace cloudemu
