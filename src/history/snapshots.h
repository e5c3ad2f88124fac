#pragma once
#include <optional>
#include <string>
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
  std::string digest;  ///< of all rows, see sqlite::state_digest
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

/// The snapshots of a data directory. Disposable: a missing or broken one only costs time.
class SnapshotStore {
 public:
  SnapshotStore(log::FileSystem& files, std::string directory) : files_(files), directory_(std::move(directory)) {}

  /// Their sequences, ascending.
  Result<std::vector<log::Sequence>> list() const;
  /// The newest that this program can use and that is not newer than `until`.
  Result<std::optional<Snapshot>> newest(log::Sequence until) const;
  /// The database in it, unpacked. Error: Errc::corrupt.
  Result<std::string> load(const Snapshot& snapshot) const;
  /// Copies the last commit of the state file at `state_path`, which may be in use; on a thread of its own. Nothing is written if
  /// there is one of that sequence already. Returns the sequence.
  Result<log::Sequence> write(const std::string& state_path);
  Result<void> remove(log::Sequence sequence) { return files_.remove(path(sequence)); }
  /// Thins out the older ones until at most `count` are left.
  Result<void> thin(size_t count);

 private:
  std::string path(log::Sequence sequence) const;
  Result<Snapshot> read_header(log::Sequence sequence) const;

  log::FileSystem& files_;
  std::string directory_;
};

}  // namespace cloudemu::history
