// What cloudemu-log makes of texts.
#include "cloudemu_log/text.h"

#include <catch2/catch.hpp>

namespace cloudemu::test {

using namespace tool;

TEST_CASE("Tool: nothing that a terminal would act on is left in a text", "[tool]") {
  CHECK(printable("cat.jpg") == "cat.jpg");
  CHECK(printable("a\x1b[31mb\nc\td\x7f") == "a\\x1b[31mb\\nc\\td\\x7f");
  CHECK(printable("caf\xc3\xa9") == "caf\xc3\xa9");
  CHECK(printable("\xff\xc3") == "\\xff\\xc3");
  CHECK(printable("\xc2\x9b") == "\\u009b");  // C1: some terminals take it for ESC [
  CHECK(printable("a\xe2\x80\xae"
                  "b") == "a\\u202eb");                      // right-to-left override
  CHECK(printable("\xf3\xa0\x81\x81") == "\\udb40\\udc41");  // a tag character
}

TEST_CASE("Tool: JSON stays the same document", "[tool]") {
  CHECK(printable_json("{\"a\":1}") == "{\"a\":1}");
  CHECK(printable_json("\"a\x7f\xc2\x9b\xe2\x80\xae\xff\"") == "\"a\\u007f\\u009b\\u202e\\u00ff\"");
  CHECK(printable_json("\"\xe7\x8c\xab\"") == "\"\xe7\x8c\xab\"");
}

TEST_CASE("Tool: texts are cut by the columns they take", "[tool]") {
  const std::string cats = "\xe7\x8c\xab\xe7\x8c\xab\xe7\x8c\xab";  // three wide characters
  CHECK(display_width("abc") == 3);
  CHECK(display_width(cats) == 6);
  CHECK(display_width("e\xcc\x81") == 1);  // e and a combining accent
  CHECK(fit("abcdef", 6) == "abcdef");
  CHECK(fit("abcdef", 5) == "abcd\xe2\x80\xa6");
  CHECK(fit("abcdef", 0) == "abcdef");
  CHECK(fit(cats, 6) == cats);
  for (size_t width = 1; width < 6; ++width) CHECK(display_width(fit(cats, width)) <= width);
  CHECK(padded(cats, 8) == cats + "  ");
}

TEST_CASE("Tool: JSON for eyes", "[tool]") {
  CHECK(pretty_json("{\"a\":[1,{\"b\":\"x,y\"}],\"c\":{},\"d\":[]}") ==
        "{\n  \"a\": [\n    1,\n    {\n      \"b\": \"x,y\"\n    }\n  ],\n  \"c\": {},\n  \"d\": []\n}");
  CHECK(pretty_json("{ \"a b\" : [ ] ,\n \"c\":\t{ \"d\": 1 } }") == "{\n  \"a b\": [],\n  \"c\": {\n    \"d\": 1\n  }\n}");
  const std::string at_limit(120, 'x');
  CHECK(pretty_json("\"" + at_limit + "\"") == "\"" + at_limit + "\"");
  CHECK(pretty_json("\"" + at_limit + "y\"") == "\"" + at_limit + "\xe2\x80\xa6 (121 characters; all with --json)\"");
}

TEST_CASE("Tool: one is one, and more are more", "[tool]") {
  CHECK(counted(0, "event") == "0 events");
  CHECK(counted(1, "event") == "1 event");
}

}  // namespace cloudemu::test
