#pragma once
#include <cstdint>
#include <string_view>

namespace cloudemu {

// Both by ISA-L where there is one to link (crc32_isal.cc), else by tables (crc32_sliced.cc).

/// CRC-32 of gzip and zip (RFC 1952, 8). `before`: that of the bytes before these.
uint32_t crc32(std::string_view bytes, uint32_t before = 0);

/// CRC-32C, Castagnoli's (RFC 3720, B.4).
uint32_t crc32c(std::string_view bytes, uint32_t before = 0);

}  // namespace cloudemu
