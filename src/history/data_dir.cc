#include "history/data_dir.h"

#include <cstdlib>

namespace cloudemu::history {

std::string default_data_dir() {
  auto environment = [](const char* name) {
    const char* value = std::getenv(name);
    return std::string(value ? value : "");
  };
  if (std::string base = environment("XDG_DATA_HOME"); !base.empty()) return base + "/cloudemu";
  std::string home = environment("HOME");
  return home.empty() ? "cloudemu-data" : home + "/.local/share/cloudemu";
}

}  // namespace cloudemu::history
