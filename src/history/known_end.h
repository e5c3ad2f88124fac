#pragma once
#include <string>
#include <vector>

#include "log/recovery.h"

namespace cloudemu::history {

/// Changes with every start of the machine: a file that was not synced before that cannot be trusted.
std::string machine_boot_id(log::FileSystem& files);

/// How far the log has gone at least: snapshots hold only events that were on the disk when they were written; so does a state that was
/// closed in order, or that the present run of the machine wrote (`boot_id`). What cannot be read, or not believed, knows nothing.
Result<log::KnownEnd> known_end(log::FileSystem& files, const std::string& data_dir, const std::string& boot_id);

/// The files of the data directory that hold events after `last`: of no use to a log that ends there.
Result<std::vector<std::string>> files_beyond(log::FileSystem& files, const std::string& data_dir, log::Sequence last);

}  // namespace cloudemu::history
