#pragma once
#include <string>

#include "log/file.h"

namespace cloudemu::log {

/// Rewrites a sealed segment with larger, harder compressed frames and a seek table: copies, reads the copy back and compares the
/// chain, then puts it in the place of the original. Readers of the original go on undisturbed. May run beside the writer.
/// A segment that is repacked already is left alone.
Result<void> repack_segment(FileSystem& files, const std::string& path);

}  // namespace cloudemu::log
