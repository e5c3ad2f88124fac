#include "core/error.h"

#include <cerrno>
#include <cstring>

namespace cloudemu {

Error io_error(std::string what) {
  int code = errno;
  Errc kind = code == ENOSPC || code == EDQUOT || code == EFBIG ? Errc::disk_full : Errc::io;
  return Error{kind, std::move(what) + ": " + std::strerror(code)};
}

}  // namespace cloudemu
