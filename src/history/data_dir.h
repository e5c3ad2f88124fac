#pragma once
#include <string>

namespace cloudemu::history {

/// Where data goes when nothing is said: $XDG_DATA_HOME/cloudemu, else ~/.local/share/cloudemu (XDG base directory specification),
/// else cloudemu-data in the present directory.
std::string default_data_dir();

/// Where the parts of a data directory are.
inline std::string log_directory(const std::string& data_dir) { return data_dir + "/log"; }
inline std::string blob_directory(const std::string& data_dir) { return data_dir + "/blobs"; }
inline std::string snapshot_directory(const std::string& data_dir) { return data_dir + "/snapshots"; }
/// States of the past that are being served: disposable, swept at each start.
inline std::string past_directory(const std::string& data_dir) { return data_dir + "/past"; }
inline std::string fork_directory(const std::string& data_dir) { return data_dir + "/forks"; }
inline std::string state_path(const std::string& data_dir) { return data_dir + "/state.db"; }

}  // namespace cloudemu::history
