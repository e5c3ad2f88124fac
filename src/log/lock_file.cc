#include "log/lock_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include "core/strings.h"

namespace cloudemu::log {

Result<std::unique_ptr<LockFile>> LockFile::acquire(const std::string& path) {
  int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (descriptor < 0) return fail(io_error(concat("cannot open ", path)));
  std::unique_ptr<LockFile> lock(new LockFile(descriptor));
  if (::flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
    char holder[32] = "";
    ssize_t size = ::pread(descriptor, holder, sizeof holder - 1, 0);
    std::string_view pid = trim(std::string_view(holder, size > 0 ? static_cast<size_t>(size) : 0));
    return fail(Errc::busy, concat(path, " is held by another cloudemu (process ", pid, "); stop it, or use another --data-dir"));
  }
  std::string pid = concat(::getpid(), "\n");
  if (::ftruncate(descriptor, 0) != 0 || ::pwrite(descriptor, pid.data(), pid.size(), 0) < 0) {
    return fail(io_error(concat("cannot write ", path)));
  }
  return lock;
}

LockFile::~LockFile() { ::close(descriptor_); }

}  // namespace cloudemu::log
