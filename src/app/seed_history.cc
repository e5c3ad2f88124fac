#include "app/seed_history.h"

#include <algorithm>

#include "core/strings.h"
#include "history/coordinate.h"
#include "history/data_dir.h"
#include "history/fork.h"
#include "log/file.h"
#include "log/recovery.h"

namespace cloudemu {

bool is_history(const std::string& seed) {
  log::PosixFileSystem files;
  auto segments = log::list_segments(files, history::log_directory(seed));
  return segments && !segments->empty();
}

Result<std::string> begin_with_history(const std::vector<std::string>& seeds, const std::string& data_dir) {
  auto seed = std::find_if(seeds.begin(), seeds.end(), is_history);
  if (seed == seeds.end() || (!data_dir.empty() && is_history(data_dir))) return std::string();
  if (data_dir.empty()) {
    return fail(Errc::bad_input, concat("the seed ", *seed, " is a data directory, and seeds only another one: name that with --data-dir"));
  }
  log::PosixFileSystem files;
  log::Sequence last = TRY(history::last_sequence(files, history::log_directory(*seed)));
  if (last > 0) TRY(history::fork(files, *seed, last, data_dir));
  return *seed;
}

}  // namespace cloudemu
