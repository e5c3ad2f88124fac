#include <isa-l/crc.h>

#include "core/crc32.h"

namespace cloudemu {

namespace {

/// ISA-L's signatures lack const; it only reads.
unsigned char* raw(std::string_view bytes) { return reinterpret_cast<unsigned char*>(const_cast<char*>(bytes.data())); }

}  // namespace

uint32_t crc32(std::string_view bytes, uint32_t before) { return crc32_gzip_refl(before, raw(bytes), bytes.size()); }

uint32_t crc32c(std::string_view bytes, uint32_t before) { return ~crc32_iscsi(raw(bytes), static_cast<int>(bytes.size()), ~before); }

}  // namespace cloudemu
