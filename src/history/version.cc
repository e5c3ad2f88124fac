#include "history/version.h"

#include "core/strings.h"
#include "log/frame.h"

namespace cloudemu::history {

std::string version_text(std::string_view program) {
  static constexpr char kText[] = CLOUDEMU_COMMIT;
  constexpr std::string_view kCommit(kText);
  return concat(program, " ", CLOUDEMU_VERSION, kCommit.empty() ? "" : ", commit ", kCommit, ", log format ", log::kFormatVersion);
}

}  // namespace cloudemu::history
