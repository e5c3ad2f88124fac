#pragma once
#include <optional>
#include <string>

#include "commands.h"
#include "log/recovery.h"

/// A log that ends before what others know of it: events were acknowledged, and are gone.
namespace cloudemu::tool {

/// What state and snapshots know of the end of the log.
Result<log::KnownEnd> known_end(Context& context);

/// A sentence where the log ends earlier; nothing if all is well.
std::optional<std::string> lost_end(const log::KnownEnd& known, log::Sequence last);

}  // namespace cloudemu::tool
