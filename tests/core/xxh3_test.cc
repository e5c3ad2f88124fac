#include <catch2/catch.hpp>

#include "core/bytes.h"
#include "core/digest.h"

namespace cloudemu::test {

TEST_CASE("XXH3: the quick way of this processor gives what the library gives, at every length", "[core]") {
  std::string bytes;
  for (size_t i = 0; i < 70'000; ++i) bytes.push_back(static_cast<char>(i * 31 + i / 7));
  std::string_view all = bytes;
  auto same = [&](size_t length) {
    std::string expected = digest(DigestKind::xxhash3, all.substr(0, length));  // big-endian
    std::string got;
    put_le(got, xxh3(all.substr(0, length)));
    return std::equal(got.rbegin(), got.rend(), expected.begin(), expected.end());
  };
  size_t wrong = 0;
  for (size_t length = 0; length < 3000; ++length) wrong += same(length) ? 0 : 1;
  for (size_t length = 65'000; length < 66'000; ++length) wrong += same(length) ? 0 : 1;
  CHECK(wrong == 0);
}

}  // namespace cloudemu::test
