#pragma once
#include <cstdint>
#include <string>

#include "core/clock.h"
#include "log/blob_store.h"
#include "log/file.h"
#include "log/frame.h"

namespace cloudemu {

/// Keeps the history in a data directory within limits, while the daemon runs: what `cloudemu-log compact` does, by whole segments.
class Retention {
 public:
  struct Limits {
    uint64_t log_bytes_max = UINT64_MAX;  ///< of all segments; the one that is written to stays whatever its size
    TimeMs age_max_ms = INT64_MAX;        ///< of the newest event of a segment
    bool any() const { return log_bytes_max != UINT64_MAX || age_max_ms != INT64_MAX; }
  };
  /// How often the limits are looked at.
  static constexpr uint64_t kIntervalMs = 10'000;

  Retention(log::FileSystem& files, std::string data_dir, log::BlobStore& blobs, const Clock& clock, Limits limits)
      : files_(files), data_dir_(std::move(data_dir)), blobs_(blobs), clock_(clock), limits_(limits) {}

  /// On the loop's thread, when all events that were appended stand in the log's files: whether run() is to be called.
  bool begin_if_due();
  /// Gives up what is beyond the limits. On a thread that nobody else uses for snapshots or segments.
  void run();

 private:
  Result<void> give_up();
  Result<log::Sequence> first_kept() const;

  log::FileSystem& files_;
  const std::string data_dir_;
  log::BlobStore& blobs_;
  const Clock& clock_;
  const Limits limits_;
  uint64_t next_ms_ = 0;
};

}  // namespace cloudemu
