#include "core/check.h"

#include <cstdio>
#include <cstdlib>

namespace cloudemu {

void fatal(std::string_view message, const char* file, int line) noexcept {
  std::fprintf(stderr, "cloudemu: fatal: %.*s (%s:%d)\n", static_cast<int>(message.size()), message.data(), file, line);
  std::abort();
}

}  // namespace cloudemu
