#pragma once
#include <string>
#include <string_view>

namespace cloudemu::history {

/// What `PROGRAM --version` prints: "cloudemu 0.1.0, commit 4f2a9c81d0e3, log format 1". Built outside of `make packages` it names no commit.
std::string version_text(std::string_view program);

}  // namespace cloudemu::history
