#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace cloudemu {

/// How much of a kind of long work is done at once, in units (items, messages, KiB): as much as takes about a millisecond, whatever a unit
/// costs, and however busy the machine is.
class Pace {
 public:
  static constexpr uint64_t kPieceUs = 1000;
  static constexpr size_t kUnitsMin = 8;

  /// Begins with as much as is ever done at once.
  explicit Pace(size_t units_max) : units_max_(units_max), units_(units_max) {}

  size_t units() const { return units_; }

  /// A piece of `done` units (0: nobody counted them) took so long.
  void note(int64_t done, uint64_t took_us) {
    bool was_full = done == 0 || static_cast<size_t>(done) >= units_ / 2;
    if (took_us > kPieceUs) units_ = std::max(kUnitsMin, static_cast<size_t>(units_ * kPieceUs / took_us));
    else if (took_us < kPieceUs / 2 && was_full) units_ = std::min(units_max_, units_ * 2);
  }

 private:
  size_t units_max_, units_;
};

}  // namespace cloudemu
