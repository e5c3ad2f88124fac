#pragma once
#include <cstdint>
#include <string_view>

namespace cloudemu {

/// CRC-64/NVME, the checksum S3 gives to every object that brings none (NVM Express command set specification, 5.2.1.3.4).
/// ISA-L 2.30 lacks the polynomial and Boost.CRC goes byte by byte; this goes 16 bytes at a time.
uint64_t crc64nvme(std::string_view bytes, uint64_t before = 0);

}  // namespace cloudemu
