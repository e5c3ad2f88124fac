#pragma once
#include <cstddef>
#include <cstdint>

namespace cloudemu {

/// What a piece of long work has room for, in units: an item is one, and each KiB of it is another. So a piece takes about as long
/// whether its items are small or large; how many units a piece gets, the engine decides by how long the last ones took.
class Room {
 public:
  static constexpr size_t kUnitBytes = 1024;

  explicit Room(size_t units) : units_(units) {}

  /// Takes room for an item; false: there is none left. The first item always fits.
  bool take(size_t bytes) {
    if (taken_ > 0 && taken_ >= units_) return false;
    taken_ += 1 + bytes / kUnitBytes;
    return true;
  }
  int64_t taken() const { return static_cast<int64_t>(taken_); }

 private:
  size_t units_, taken_ = 0;
};

}  // namespace cloudemu
