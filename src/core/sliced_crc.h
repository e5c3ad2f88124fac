#pragma once
#include <array>
#include <cstdint>
#include <memory>
#include <string_view>

namespace cloudemu {

/// Polynomials, reflected: bit 31 is the coefficient of x^0.
inline constexpr uint32_t kCrc32Polynomial = 0xEDB88320;
inline constexpr uint32_t kCrc32cPolynomial = 0x82F63B78;

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
