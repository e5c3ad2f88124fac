#include "core/sliced_crc.h"

#include <catch2/catch.hpp>
#include <string>

#include "core/crc32.h"

namespace cloudemu::test {

// The programs that packages carry have no ISA-L: what they write, others must read.
TEST_CASE("SlicedCrc: the same as ISA-L's, whatever the length and the pieces", "[core][crc]") {
  SlicedCrc plain(kCrc32Polynomial), castagnoli(kCrc32cPolynomial);
  auto by_tables = [](const SlicedCrc& crc, std::string_view bytes, uint32_t before) {
    return ~static_cast<uint32_t>(crc.update(~before, bytes));
  };
  std::string bytes;
  for (size_t size = 0; size <= 100; ++size) {
    CAPTURE(size);
    CHECK(by_tables(plain, bytes, 0) == crc32(bytes));
    CHECK(by_tables(castagnoli, bytes, 0) == crc32c(bytes));
    std::string_view first = std::string_view(bytes).substr(0, size / 3), rest = std::string_view(bytes).substr(size / 3);
    CHECK(by_tables(plain, rest, by_tables(plain, first, 0)) == crc32(bytes));
    CHECK(by_tables(castagnoli, rest, by_tables(castagnoli, first, 0)) == crc32c(bytes));
    bytes.push_back(static_cast<char>(size * 37 + 11));
  }
  CHECK(by_tables(plain, "123456789", 0) == 0xCBF43926);
  CHECK(by_tables(castagnoli, "123456789", 0) == 0xE3069283);
}

}  // namespace cloudemu::test
