// What commands of cloudemu-log are about.
#include "cloudemu_log/selection.h"

#include <catch2/catch.hpp>

#include "cloudemu_log/item_key.h"

namespace cloudemu::test {

using tool::Selection;

TEST_CASE("Tool: addresses of objects, items and messages", "[tool]") {
  auto is = [](std::string_view text, Selection::Kind kind, std::string_view name, std::string_view part) {
    auto parsed = tool::parse_address(text);
    return parsed && parsed->kind == kind && parsed->name == name && parsed->part == part;
  };
  CHECK(is("s3://photos/a/b c", Selection::Kind::bucket, "photos", "a/b c"));
  CHECK(is("s3://photos", Selection::Kind::bucket, "photos", ""));
  CHECK(is("dynamodb://orders/{\"S\":\"a\"}", Selection::Kind::table, "orders", "{\"S\":\"a\"}"));
  CHECK(is("sqs://jobs/0f3a", Selection::Kind::queue, "jobs", "0f3a"));
  for (std::string_view text : {"", "photos", "s3:/photos", "s3://", "s3:///x", "http://photos/x", "S3://photos"}) {
    auto parsed = tool::parse_address(text);
    REQUIRE_FALSE(parsed);
    CHECK(parsed.error().code == Errc::bad_input);
  }
}

TEST_CASE("Tool: a selection is words or an address", "[tool]") {
  auto parsed = tool::parse_selection("buckets", "photos", "2026/");
  REQUIRE(parsed);
  CHECK(parsed->covers(Selection::Kind::bucket, "photos"));
  CHECK_FALSE(parsed->covers(Selection::Kind::bucket, "other"));
  CHECK_FALSE(parsed->covers(Selection::Kind::table, "photos"));
  CHECK(tool::parse_selection("", "", "")->covers(Selection::Kind::queue, "any"));
  CHECK(tool::parse_selection("sqs://jobs/1", "", "")->part == "1");
  CHECK_FALSE(tool::parse_selection("sqs://jobs/1", "x", ""));
  CHECK_FALSE(tool::parse_selection("lake", "", ""));
  CHECK_FALSE(tool::parse_selection("s", "", ""));
}

TEST_CASE("Tool: an item is named by its values, or those of its partition key", "[tool]") {
  const std::string kKey = R"({"S":"a/\"b"} {"N":"-1.5"})";
  CHECK(tool::key_parts(kKey).values == std::vector<std::string>{"a/\"b", "-1.5"});
  CHECK(tool::key_parts(kKey).attributes == std::vector<std::string>{R"({"S":"a/\"b"})", R"({"N":"-1.5"})"});
  CHECK(tool::is_item_name(R"({"S":"a/\"b"}/{"N":"-1.5"})", kKey));
  CHECK(tool::is_item_name(R"({"S":"a/\"b"})", kKey));
  CHECK_FALSE(tool::is_item_name(R"({"S":"a"})", kKey));
  CHECK(tool::is_item_name(kKey, kKey));
  CHECK(tool::is_item_name("a/\"b", kKey));
  CHECK(tool::is_item_name("a/\"b/-1.5", kKey));
  CHECK_FALSE(tool::is_item_name("a", kKey));
  CHECK_FALSE(tool::is_item_name("-1.5", kKey));
  CHECK(tool::key_of_item(R"({"x":{"S":"1"},"pk":{"S":"a"}})", "pk", "") == R"({"S":"a"})");
  CHECK(tool::key_of_item("no JSON", "pk", "").empty());
  for (size_t size = 0; size < kKey.size(); ++size) (void)tool::key_parts(std::string_view(kKey).substr(0, size));  // whatever a log holds
}

}  // namespace cloudemu::test
