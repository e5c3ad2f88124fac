#include "lost_end.h"

#include "core/strings.h"
#include "history/known_end.h"
#include "log/event_range.h"
#include "text.h"

namespace cloudemu::tool {

Result<log::KnownEnd> known_end(Context& context) {
  return history::known_end(context.files, context.data_dir, history::machine_boot_id(context.files));
}

std::optional<std::string> lost_end(const log::KnownEnd& known, log::Sequence last) {
  if (known.sequence <= last) return std::nullopt;
  uint64_t count = known.sequence - last;
  return concat(log::event_range(last + 1, known.sequence), count == 1 ? ", which was acknowledged, is" : ", which were acknowledged, are",
                " lost (", counted(count, "event"), "): the log ends with event ", last, ", but ", known.source, " knows event ",
                known.sequence);
}

}  // namespace cloudemu::tool
