#pragma once
#include <cstdint>
#include <functional>
#include <string>

#include "log/file.h"
#include "log/frame.h"
#include "projections/state.h"

/// From the log back to states: replay, snapshots, past states. Shared by the daemon and the tools.
namespace cloudemu::history {

/// How far to replay, and who hears of it. A transaction is open: committing is the caller's business.
struct ReplayOptions {
  log::Sequence until = UINT64_MAX;                  ///< the last event to apply
  std::function<void(log::Sequence)> progress = {};  ///< now and then, with the last event applied
};

/// Applies the events after state.applied(), as far as the log goes or `until`. Reading and decoding run on another thread.
/// Error: Errc::corrupt, Errc::foreign, Errc::not_found (compacted away), Errc::disk_full.
Result<void> replay(log::FileSystem& files, const std::string& log_directory, State& state, const ReplayOptions& options);

/// The chain after an event (zero for 0).
Result<log::Chain> chain_at(log::FileSystem& files, const std::string& log_directory, log::Sequence sequence);

/// Reads events from `from` on and hands each to `visit` until it returns false or the log's present end.
Result<void> for_each_event(log::FileSystem& files, const std::string& log_directory, log::Sequence from,
                            const std::function<bool(Envelope&, std::string_view line)>& visit);

}  // namespace cloudemu::history
