#pragma once
#include <memory>
#include <string>

#include "core/result.h"

namespace cloudemu::log {

/// Keeps a second process out of a data directory. The kernel drops the lock when the process ends, however it ends.
class LockFile {
 public:
  /// Error: Errc::busy, naming the process that holds it.
  static Result<std::unique_ptr<LockFile>> acquire(const std::string& path);
  ~LockFile();

 private:
  explicit LockFile(int descriptor) : descriptor_(descriptor) {}
  int descriptor_;
};

}  // namespace cloudemu::log
