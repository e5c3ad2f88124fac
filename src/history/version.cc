#include "history/version.h"

#include "core/strings.h"
#include "log/frame.h"

namespace cloudemu::history {

std::string version_text(std::string_view program) {
  constexpr std::string_view kCommit = CLOUDEMU_COMMIT;
  return concat(program, " ", CLOUDEMU_VERSION, kCommit.empty() ? "" : ", commit ", kCommit, ", log format ", log::kFormatVersion);
}

}  // namespace cloudemu::history
