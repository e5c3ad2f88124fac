#pragma once
#include <string>
#include <utility>

namespace cloudemu {

/// What kind of thing went wrong in the world outside (never the client's fault, see protocol/aws_error.h for that).
enum class Errc {
  io,             ///< the operating system refused
  disk_full,      ///< no space left, or less than the reserve
  corrupt,        ///< stored bytes fail their checks
  foreign,        ///< a directory or file that is not ours, or of a later version
  busy,           ///< held by another process
  bad_input,      ///< an argument or a document that makes no sense
  not_found,      ///< what was asked for is not there
  no_descriptors  ///< too many open files
};

/// A failure of the world, with a sentence that names the file, sequence or offset and, where there is one, the remedy.
struct Error {
  Errc code;
  std::string context;
};

/// Whether the cause is a shortage that may pass: of space or of descriptors.
inline bool passes(const Error& error) { return error.code == Errc::disk_full || error.code == Errc::no_descriptors; }

/// Error for the current `errno`, e.g. io_error("cannot open /data/log").
Error io_error(std::string what);

}  // namespace cloudemu
