#pragma once
#include <string_view>

namespace cloudemu {

/// Prints one sentence and aborts. For broken invariants of our own only; never reachable by what a client sends.
[[noreturn]] void fatal(std::string_view message, const char* file, int line) noexcept;

}  // namespace cloudemu

#define CLOUDEMU_FATAL(message) ::cloudemu::fatal((message), __FILE__, __LINE__)

/// An invariant, checked in every build.
#define CHECK_INVARIANT(condition) (static_cast<bool>(condition) ? void(0) : CLOUDEMU_FATAL("broken invariant: " #condition))
