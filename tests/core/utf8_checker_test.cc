#include "core/utf8_checker.h"

#include <catch2/catch.hpp>
#include <string>

#include "core/strings.h"

namespace cloudemu::test {

TEST_CASE("Utf8Checker: says of pieces what is_utf8 says of the whole", "[core]") {
  const std::string texts[] = {"",
                               "abc",
                               "\xC3\xA4",
                               "a\xE2\x82\xAC"
                               "b",
                               "\xF0\x9F\x90\x88",
                               "\xC3",
                               "\xE2\x82",
                               "\xF0\x9F\x90",
                               "\xFF",
                               "a\x80",
                               "\xC0\xAF",
                               "\xED\xA0\x80",
                               "\xE2\xC3\xA4",
                               "\xC3\xA4\xC3",
                               "\xE2\x82\xC3\xA9",
                               "\xF0\x9F\x90\x88\xF0\x9F\x90\x88",
                               "\x80",
                               "\xF8\x88\x80\x80\x80"};
  for (const std::string& text : texts) {
    for (size_t step = 1; step <= text.size() + 1; ++step) {
      CAPTURE(text, step);
      Utf8Checker checker;
      for (size_t at = 0; at < text.size(); at += step) checker.feed(std::string_view(text).substr(at, step));
      CHECK(checker.is_utf8() == is_utf8(text));
    }
  }
}

}  // namespace cloudemu::test
