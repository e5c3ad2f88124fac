#include "core/sliced_crc.h"

#include <cstring>

namespace cloudemu {

SlicedCrc::SlicedCrc(uint64_t polynomial) : tables_(std::make_unique<Tables>()) {
  Tables& t = *tables_;
  for (uint64_t byte = 0; byte < 256; ++byte) {
    uint64_t crc = byte;
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ ((crc & 1) ? polynomial : 0);
    t[0][byte] = crc;
  }
  for (size_t slice = 1; slice < kSlices; ++slice) {
    for (size_t byte = 0; byte < 256; ++byte) {
      uint64_t before = t[slice - 1][byte];
      t[slice][byte] = (before >> 8) ^ t[0][before & 0xFF];
    }
  }
}

uint64_t SlicedCrc::update(uint64_t crc, std::string_view bytes) const {
  const Tables& t = *tables_;
  const char* at = bytes.data();
  size_t left = bytes.size();
  for (; left >= kSlices; left -= kSlices, at += kSlices) {
    uint64_t low, high;
    std::memcpy(&low, at, 8);
    std::memcpy(&high, at + 8, 8);
    low ^= crc;
    crc = 0;
    for (unsigned i = 0; i < 8; ++i) {
      crc ^= t[15 - i][low >> (8 * i) & 0xFF] ^ t[7 - i][high >> (8 * i) & 0xFF];
    }
  }
  for (; left > 0; --left, ++at) crc = (crc >> 8) ^ t[0][(crc ^ static_cast<unsigned char>(*at)) & 0xFF];
  return crc;
}

}  // namespace cloudemu
