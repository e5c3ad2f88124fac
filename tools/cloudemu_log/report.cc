#include "commands.h"
#include "output.h"

namespace cloudemu::tool {

int report(const Error& error) {
  note(error.context);
  switch (error.code) {
    case Errc::corrupt: return kDamaged;
    case Errc::foreign: return kNewer;
    case Errc::bad_input: return kUsage;
    case Errc::not_found: return kDifference;
    default: return kIo;
  }
}

}  // namespace cloudemu::tool
