#include "commands.h"
#include "core/strings.h"
#include "output.h"

namespace cloudemu::tool {

namespace {

constexpr std::string_view kHint =
    ". `cloudemu-log verify` says what is damaged, `cloudemu-log repair --dry-run` what could be kept of the log";

}  // namespace

int report(const Error& error) {
  // What the examination of a log found says the same, with the directory.
  bool wants_hint = error.code == Errc::corrupt && error.context.find(" repair") == std::string::npos;
  note(concat(error.context, wants_hint ? kHint : ""));
  switch (error.code) {
    case Errc::corrupt: return kDamaged;
    case Errc::foreign: return kNewer;
    case Errc::bad_input: return kUsage;
    case Errc::not_found: return kDifference;
    default: return kIo;
  }
}

}  // namespace cloudemu::tool
