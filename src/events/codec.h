#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "events/envelope.h"

/// Events to and from the JSON lines of the log; see docs/log_format.md.
namespace cloudemu::codec {

/// Appends one line with its newline.
void append_line(std::string& out, const Envelope& envelope);
/// Likewise, for an event that is not in its envelope yet: `envelope.event` is not looked at.
void append_line(std::string& out, const Envelope& envelope, const Event& event);
std::string line(const Envelope& envelope);

/// Whether the call that stands on the first event of each is wanted, too. Replaying has no use for it.
enum class WithCall { yes, no };

/// Reads one line, without its newline. Older versions of an event are upcast to the present one.
/// Error: Errc::corrupt, or Errc::foreign for a type or version that this program does not know.
Result<Envelope> read_line(std::string_view line, WithCall with_call = WithCall::yes);

std::string_view type_name(const Event& event);
/// All type names, in the order of the variant.
std::vector<std::string_view> type_names();

}  // namespace cloudemu::codec
