// The key attributes in an ordering key.
#include "cloudemu_log/item_key.h"

#include <catch2/catch.hpp>

#include "services/dynamodb/number.h"
#include "services/dynamodb/ordering_key.h"

namespace cloudemu::test {

using namespace dynamodb;

TEST_CASE("Tool: what stands in an ordering key", "[tool]") {
  std::string key(kHashBytes, 'h');
  append_part(key, std::string("a\0b", 3));
  CHECK(tool::item_key(key, "S", "") == "{\"S\":\"a\\u0000b\"}");
  CHECK(tool::item_key(key, "B", "") == "{\"B\":\"YQBi\"}");
  append_part(key, Number::parse("-12.50")->ordered_bytes());
  CHECK(tool::item_key(key, "S", "N") == "{\"S\":\"a\\u0000b\"} {\"N\":\"-12.5\"}");
  for (size_t size = 0; size < key.size(); ++size) (void)tool::item_key(std::string_view(key).substr(0, size), "S", "N");
  for (std::string number :
       {std::string(), std::string("\x01"), std::string("\x01\x66"), std::string("\xC1\xFF"), std::string(40, '\x05')}) {
    std::string bad(kHashBytes, 'h');
    append_part(bad, number);
    CHECK(tool::item_key(bad, "N", "") == "{\"N\":\"?\"}");
  }
  for (std::string text : {"0", "1", "-1", "99999999999999999999999999999999999999", "1e-130", "-9.9e125"}) {
    std::string good(kHashBytes, 'h');
    append_part(good, Number::parse(text)->ordered_bytes());
    CHECK(tool::item_key(good, "N", "") == "{\"N\":\"" + Number::parse(text)->text() + "\"}");
  }
  CHECK(tool::item_key("short", "S", "N").empty());
  CHECK(tool::item_key(std::string(100, '\0'), "N", "N").empty());
}

}  // namespace cloudemu::test
