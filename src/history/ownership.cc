#include "history/ownership.h"

#include <algorithm>
#include <array>

#include "core/encoding.h"
#include "core/strings.h"
#include "history/data_dir.h"
#include "log/recovery.h"

namespace cloudemu::history {

namespace {

constexpr std::array<std::string_view, 6> kOurNames = {"LOCK", "blobs", "log", "seeded", "snapshots", "tls"};

bool is_hidden(std::string_view name) { return name.starts_with('.') || name == "lost+found"; }

bool is_ours(std::string_view name) {
  return std::find(kOurNames.begin(), kOurNames.end(), name) != kOurNames.end() || name.starts_with("state.db");
}

bool is_of_a_log(std::string_view name) {
  // Segments, and what was moved aside of them.
  return log::segment_base(name.substr(0, 24)).has_value() || name == log::kRefusedNote;
}

bool is_of_blobs(std::string_view name) { return name == "tmp" || name == "unsynced" || is_hex_of(name, 1); }

/// The first name in a directory that is neither hidden nor `known`.
template <class Known>
Result<std::string> stranger(log::FileSystem& files, const std::string& directory, Known known) {
  for (const std::string& name : TRY(files.list(directory))) {
    if (!is_hidden(name) && !known(name)) return name;
  }
  return std::string();
}

}  // namespace

Result<void> check_is_ours(log::FileSystem& files, const std::string& data_dir) {
  if (!TRY(log::list_segments(files, log_directory(data_dir))).empty()) return {};
  std::string found = TRY(stranger(files, data_dir, is_ours));
  if (found.empty()) {
    found = TRY(stranger(files, log_directory(data_dir), is_of_a_log));
    if (!found.empty()) found = "log/" + found;
  }
  if (found.empty()) {
    found = TRY(stranger(files, data_dir + "/blobs", is_of_blobs));
    if (!found.empty()) found = "blobs/" + found;
  }
  if (found.empty()) return {};
  return fail(Errc::foreign, concat(data_dir, " is not empty and is no data directory of CloudEmu (it holds ", found,
                                    "); name an empty or a new directory with --data-dir"));
}

}  // namespace cloudemu::history
