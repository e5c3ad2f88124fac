#include "events/item_patch.h"

#include <catch2/catch.hpp>

#include "core/strings.h"
#include "support/dynamodb.h"

namespace cloudemu::test {

using events::make_patch;
using events::patched;

TEST_CASE("Patches: what changed, what came, what went", "[events][patch]") {
  std::string before = R"({"a":{"N":"1"},"b":{"S":"x"},"c":{"S":"y"}})";
  auto check = [&](std::string_view after, std::string_view patch) {
    CHECK(make_patch(before, after) == patch);
    CHECK(patched(before, patch) == after);
  };
  check(before, "{}");
  check(R"({"a":{"N":"2"},"b":{"S":"x"},"c":{"S":"y"}})", R"({"a":{"N":"2"}})");
  check(R"({"a":{"N":"1"},"c":{"S":"y"},"d":{"L":[]}})", R"({"b":null,"d":{"L":[]}})");
  check("{}", R"({"a":null,"b":null,"c":null})");
  CHECK(patched("{}", before) == before);
  // Another order cannot be said.
  CHECK(make_patch(before, R"({"b":{"S":"x"},"a":{"N":"1"},"c":{"S":"y"}})").empty());
}

TEST_CASE("UpdateItem: a long item that changes little is logged as what changed", "[dynamodb][update][patch]") {
  DynamoDb db;
  db.table("tab", "p");
  std::string large(380'000, 'x'), key = "'TableName':'tab','Key':{'p':{'S':'a'}}";
  auto update = [&](std::string_view text, std::string_view values = "") {
    return db.ok("UpdateItem", concat("{", key, ",'UpdateExpression':'", text, "'",
                                      values.empty() ? "" : concat(",'ExpressionAttributeValues':{", values, "}"), "}"));
  };
  update("SET x = :x", concat("':x':{'S':'", large, "'}"));
  CHECK(std::holds_alternative<dynamodb::ItemPut>(db.world.events()[0]));
  update("SET n = :n, m = :n", "':n':{'N':'1'}");
  CHECK(DynamoDb::shown(db.event<dynamodb::ItemPatched>().patch.text) == "{'n':{'N':'1'},'m':{'N':'1'}}");
  update("REMOVE n SET o = :n ADD m :n", "':n':{'N':'1'}");
  CHECK(DynamoDb::shown(db.event<dynamodb::ItemPatched>().patch.text) == "{'n':null,'m':{'N':'2'},'o':{'N':'1'}}");
  CHECK(db.item("tab", "{'p':{'S':'a'}}") == concat("{'p':{'S':'a'},'x':{'S':'", large, "'},'m':{'N':'2'},'o':{'N':'1'}}"));
  update("REMOVE x");
  CHECK(db.item("tab", "{'p':{'S':'a'}}") == "{'p':{'S':'a'},'m':{'N':'2'},'o':{'N':'1'}}");
}

}  // namespace cloudemu::test
