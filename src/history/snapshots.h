#pragma once
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "log/file.h"
#include "log/frame.h"
#include "projections/sqlite.h"

namespace cloudemu::history {

/// A copy of the state as of some event. `snapshots/<sequence>.snap` is a zstd file: a skippable frame with this as JSON, then the
/// compressed SQLite database, so that `zstd -dc` gives the database.
struct Snapshot {
  log::Sequence sequence = 0;
  std::string chain;  ///< of the log after that event, hexadecimal
  int schema_version = 0;
  std::string digest;  ///< of all rows, see sqlite::state_digest; `cloudemu-log verify` compares
  uint64_t bytes = 0;  ///< of the database

  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("sequence", self.sequence);
    fields("chain", self.chain);
    fields("schema_version", self.schema_version);
    fields("digest", self.digest);
    fields("bytes", self.bytes);
  }
};

/// What the writing of a snapshot goes by.
struct SnapshotWriting {
  std::function<bool()> keep_going = {};                          ///< asked now and then
  std::function<Result<void>(log::Sequence)> log_is_synced = {};  ///< waits until an event is on the disk: no snapshot knows more than it
};

/// The snapshots of a data directory. Disposable: a missing or broken one only costs time. One thread at a time.
class SnapshotStore {
 public:
  SnapshotStore(log::FileSystem& files, std::string directory) : files_(files), directory_(std::move(directory)) {}

  /// Their sequences, ascending.
  Result<std::vector<log::Sequence>> list() const;
  /// The newest that this program can use and that is not newer than `until`.
  Result<std::optional<Snapshot>> newest(log::Sequence until) const;
  /// Unpacks the database in it, page by page, each checked. Error: Errc::corrupt, or what `sink` said.
  Result<void> unpack(const Snapshot& snapshot, const std::function<Result<void>(std::string_view piece)>& sink) const;
  /// The database in it, in memory.
  Result<sqlite::Database> open(const Snapshot& snapshot) const;

  /// Copies the last commit of the state file at `state_path`, which may be in use; on any thread. Nothing is written if
  /// there is one of that sequence already, and nothing is left behind by a failure. Returns the sequence. Error: Errc::disk_full, also
  /// if it would be, afterwards; Errc::busy if keep_going() said no.
  Result<log::Sequence> write(const std::string& state_path, const SnapshotWriting& writing = {});
  /// Unpacks it and compares the digest: says what is wrong, nothing if all is well or it is another version's.
  Result<std::optional<std::string>> find_damage(log::Sequence sequence) const;
  /// Removes what an interrupted write() left; for the start.
  Result<void> sweep();
  Result<void> remove(log::Sequence sequence) { return files_.remove(path(sequence)); }
  /// Thins out the older ones until at most `count` are left.
  Result<void> thin(size_t count);

  std::string path(log::Sequence sequence) const;
  /// Where a state can be built that is to be written; what is left there by an interruption goes with sweep().
  std::string scratch_path() const;
  /// What a snapshot says of itself. Error: Errc::corrupt.
  Result<Snapshot> read_header(log::Sequence sequence) const;

 private:
  Result<log::Sequence> write_from(const std::string& copy_path, const std::string& packed_path, const SnapshotWriting& writing);

  log::FileSystem& files_;
  std::string directory_;
};

}  // namespace cloudemu::history
