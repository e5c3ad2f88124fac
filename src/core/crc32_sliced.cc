#include "core/crc32.h"
#include "core/sliced_crc.h"

namespace cloudemu {

namespace {

uint32_t complemented(const SlicedCrc& crc, std::string_view bytes, uint32_t before) {
  return ~static_cast<uint32_t>(crc.update(~before, bytes));
}

}  // namespace

uint32_t crc32(std::string_view bytes, uint32_t before) {
  static const SlicedCrc crc(kCrc32Polynomial);
  return complemented(crc, bytes, before);
}

uint32_t crc32c(std::string_view bytes, uint32_t before) {
  static const SlicedCrc crc(kCrc32cPolynomial);
  return complemented(crc, bytes, before);
}

}  // namespace cloudemu
