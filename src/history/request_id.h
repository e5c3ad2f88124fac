#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "log/file.h"
#include "log/frame.h"

namespace cloudemu::history {

/// The digits that the log keeps of a request id, or of its beginning: "4f0c2d6a-51b7-e390-..." -> "4F0C2D6A51B7E390". All of a
/// request's ids begin with these sixteen digits; a UUID has hyphens in between. Nothing for what is no request id.
std::optional<std::string> request_digits(std::string_view id);

/// The last event of a request, by (the beginning of) its id, in either case and with or without hyphens.
/// Error: Errc::bad_input for what is no request id or the beginning of several, Errc::not_found.
Result<log::Sequence> last_of_request(log::FileSystem& files, const std::string& log_directory, std::string_view id);

}  // namespace cloudemu::history
