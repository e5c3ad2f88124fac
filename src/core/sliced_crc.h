#pragma once
#include <array>
#include <cstdint>
#include <memory>
#include <string_view>

namespace cloudemu {

/// A reflected CRC of at most 64 bits by tables, 16 bytes at a time: M. Kounavis, F. Berry, "A Systematic Approach to Building High
/// Performance Software-Based CRC Generators" (2005).
class SlicedCrc {
 public:
  /// `polynomial`: reflected, without its highest term.
  explicit SlicedCrc(uint64_t polynomial);

  /// The register after `bytes`. In: the register before. Complements are the caller's.
  uint64_t update(uint64_t crc, std::string_view bytes) const;

 private:
  static constexpr size_t kSlices = 16;
  using Tables = std::array<std::array<uint64_t, 256>, kSlices>;
  std::unique_ptr<Tables> tables_;
};

}  // namespace cloudemu
