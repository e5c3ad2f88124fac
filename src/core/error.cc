#include "core/error.h"

#include <cerrno>
#include <cstring>

namespace cloudemu {

Error io_error(std::string what) {
  int code = errno;
  Errc kind = Errc::io;
  if (code == ENOSPC || code == EDQUOT || code == EFBIG) kind = Errc::disk_full;
  if (code == EMFILE || code == ENFILE) kind = Errc::no_descriptors;
  return Error{kind, std::move(what) + ": " + std::strerror(code)};
}

}  // namespace cloudemu
