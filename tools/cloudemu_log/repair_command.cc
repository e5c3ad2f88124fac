// cloudemu-log repair: keeps the log up to the damage. The one verb that changes the log; it deletes nothing.
#include "commands.h"
#include "core/strings.h"
#include "history/past.h"
#include "log/lock_file.h"
#include "log/recovery.h"
#include "output.h"

namespace cloudemu::tool {

int run_repair(Context& context) {
  auto lock = log::LockFile::acquire(context.data_dir + "/LOCK");
  if (!lock) return report(lock.error());
  auto done = log::repair(context.files, history::log_directory(context.data_dir), context.now);
  if (!done) return report(done.error());
  if (done->empty()) print("nothing to repair: the log is whole\n");
  for (const std::string& sentence : *done) print(sentence + "\n");
  return kOk;
}

}  // namespace cloudemu::tool
