#include "history/known_end.h"

#include "core/strings.h"
#include "history/past.h"
#include "history/snapshots.h"
#include "history/state_file.h"
#include "projections/state.h"

namespace cloudemu::history {

namespace {

std::optional<Checkpoint> checkpoint_of_state(log::FileSystem& files, const std::string& data_dir) {
  StateFile file(files, state_path(data_dir));
  if (!file.exists() || !file.check()) return std::nullopt;
  return State::checkpoint_in(file.path());
}

}  // namespace

std::string machine_boot_id(log::FileSystem& files) {
  auto file = files.open("/proc/sys/kernel/random/boot_id", log::OpenMode::read);
  if (!file) return "unknown";
  std::string text(64, '\0');  // files of /proc say that they are empty
  text.resize((*file)->read_at(0, text).value_or(0));
  return std::string(trim(text));
}

Result<log::KnownEnd> known_end(log::FileSystem& files, const std::string& data_dir, const std::string& boot_id) {
  log::KnownEnd known;
  if (auto checkpoint = checkpoint_of_state(files, data_dir); checkpoint && (checkpoint->clean || checkpoint->boot_id == boot_id)) {
    known = {checkpoint->sequence, state_path(data_dir)};
  }
  SnapshotStore snapshots(files, snapshot_directory(data_dir));
  for (log::Sequence sequence : TRY(snapshots.list())) {
    if (sequence > known.sequence && snapshots.read_header(sequence)) known = {sequence, snapshots.path(sequence)};
  }
  return known;
}

Result<std::vector<std::string>> files_beyond(log::FileSystem& files, const std::string& data_dir, log::Sequence last) {
  std::vector<std::string> found;
  if (auto checkpoint = checkpoint_of_state(files, data_dir); checkpoint && checkpoint->sequence > last) {
    for (const char* suffix : {"", "-wal", "-shm"}) {
      if (std::string path = state_path(data_dir) + suffix; files.exists(path)) found.push_back(path);
    }
  }
  SnapshotStore snapshots(files, snapshot_directory(data_dir));
  for (log::Sequence sequence : TRY(snapshots.list())) {
    if (sequence > last) found.push_back(snapshots.path(sequence));
  }
  return found;
}

}  // namespace cloudemu::history
