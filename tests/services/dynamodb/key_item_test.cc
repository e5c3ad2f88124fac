#include "services/dynamodb/key_item.h"

#include <catch2/catch.hpp>

#include "core/strings.h"
#include "services/dynamodb/key_schema.h"
#include "services/dynamodb/number.h"
#include "support/dynamodb.h"

namespace cloudemu::test {

using namespace dynamodb;

TEST_CASE("Numbers: their ordered bytes say which number they are", "[dynamodb][number]") {
  for (std::string_view text : {"0",
                                "1",
                                "-1",
                                "9",
                                "10",
                                "99",
                                "100",
                                "-100",
                                "0.1",
                                "0.01",
                                "-0.001",
                                "12345.678",
                                "-12345.678",
                                "7.5",
                                "99999999999999999999999999999999999999",
                                "-99999999999999999999999999999999999999",
                                "1E125",
                                "-1E125",
                                "1E-130",
                                "-1E-130",
                                "9.9999999999999999999999999999999999999E+125",
                                "1234567890123456789012345678901234567.8",
                                "0.00123",
                                "50",
                                "5000",
                                "0.5"}) {
    INFO(text);
    auto number = Number::parse(text);
    REQUIRE(number);
    CHECK(Number::of_ordered_bytes(number->ordered_bytes()).text() == number->text());
    CHECK(Number::of_ordered_bytes(number->ordered_bytes()) == *number);
  }
}

TEST_CASE("Ordering keys: what they were made of can be read off them", "[dynamodb][ordering_key]") {
  TableDescription table{.hash = {"p", "S"}, .range = KeyAttribute{"r", "N"}};
  IndexDescription index{.number = 1, .name = "i", .global = true, .hash = {{"x", "B"}, {"r", "N"}}, .range = {{"y", "S"}}};
  Value bytes = Value::string(std::string("\0\1\0\xFF", 4));
  bytes.type = Type::binary;
  Item item{{"y", Value::string("")},
            {"p", Value::string(std::string("a\0b", 3))},
            {"other", Value::string("z")},
            {"x", bytes},
            {"r", Value::number("-1.5")}};
  item[0].value = Value::string("\u00e9");
  auto key = key_of_item(table, Attributes(item));
  REQUIRE(key);
  auto shown = [](const Item& i) {
    std::string out;
    append_item(out, i);
    return DynamoDb::shown(out);
  };
  CHECK(shown(item_of_key(table, nullptr, *key, KeyOrder::table_first)) == "{'p':{'S':'a\\u0000b'},'r':{'N':'-1.5'}}");
  auto entry = index_key(table, index, Attributes(item));
  REQUIRE(entry);
  CHECK(shown(item_of_key(table, &index, *entry, KeyOrder::index_first)) ==
        "{'x':{'B':'AAEA/w=='},'r':{'N':'-1.5'},'y':{'S':'\u00e9'},'p':{'S':'a\\u0000b'}}");
  CHECK(shown(item_of_key(table, &index, *entry, KeyOrder::table_first)) ==
        "{'p':{'S':'a\\u0000b'},'r':{'N':'-1.5'},'x':{'B':'AAEA/w=='},'y':{'S':'\u00e9'}}");
}

namespace {

struct Pages : DynamoDb {
  explicit Pages(std::string_view projection) {
    table("tab", "p", "r:N",
          concat("'AttributeDefinitions':[{'AttributeName':'p','AttributeType':'S'},{'AttributeName':'r','AttributeType':'N'},"
                 "{'AttributeName':'x','AttributeType':'S'}],'GlobalSecondaryIndexes':[{'IndexName':'gsi','KeySchema':["
                 "{'AttributeName':'x','KeyType':'HASH'}],'Projection':{",
                 projection, "}}]"));
  }
};

}  // namespace

TEST_CASE("A page of a KEYS_ONLY index: keys alone, filters on them, a key to go on from", "[dynamodb][query][index]") {
  Pages db("'ProjectionType':'KEYS_ONLY'");
  for (int i = 1; i <= 4; ++i) {
    db.put("tab", concat("{'p':{'S':'k'},'other':{'S':'", std::string(1000, 'x'), "'},'r':{'N':'", i, "'},'x':{'S':'a'}}"));
  }
  // Entries of one key stand in the order of a hash of the table's key.
  std::string scan = "{'TableName':'tab','IndexName':'gsi'";
  CHECK(db.ok("Scan", scan + ",'Limit':1}") ==
        "{'Count':1,'Items':[{'p':{'S':'k'},'r':{'N':'2'},'x':{'S':'a'}}],'ScannedCount':1,"
        "'LastEvaluatedKey':{'x':{'S':'a'},'p':{'S':'k'},'r':{'N':'2'}}}");
  CHECK(db.ok("Scan", scan +
                          ",'FilterExpression':'r > :v','ExpressionAttributeNames':{'#p':'p'},'ExpressionAttributeValues':{':v':{'N':'3'}},"
                          "'ProjectionExpression':'#p, r'}") == "{'Count':1,'Items':[{'p':{'S':'k'},'r':{'N':'4'}}],'ScannedCount':4}");
  CHECK(db.ok("Scan", scan + ",'FilterExpression':'r > :v','ExpressionAttributeValues':{':v':{'N':'2'}},'Select':'COUNT'}") ==
        "{'Count':2,'ScannedCount':4}");
  CHECK(db.pages("Scan", scan + ",'Limit':3}", "r") == "2 4 3 | 1");
}

TEST_CASE("A page ends after 10,000 items, and after 2 MB that had to be looked into", "[dynamodb][scan][limits]") {
  SECTION("items") {
    Pages db("'ProjectionType':'KEYS_ONLY'");
    int64_t table = db.world.state().dynamodb().find_table("000000000000", "us-east-1", "tab")->id;
    std::vector<Event> items;
    for (int i = 0; i < 10'001; ++i) {
      std::string key = concat("hash0000k", std::string("\0\1", 2), std::to_string(100'000 + i), std::string("\0\1", 2));
      items.push_back(ItemPut{.table = table, .key = {key}, .item = {R"({"p":{"S":"k"}})"}, .size = 10});
    }
    db.world.given(std::move(items));
    std::string body = db.ok("Scan", "{'TableName':'tab','Select':'COUNT'}");
    CHECK(body.starts_with("{'Count':10000,'ScannedCount':10000,'LastEvaluatedKey':"));
  }
  SECTION("bytes") {
    Pages db("'ProjectionType':'INCLUDE','NonKeyAttributes':['y']");
    for (int i = 1; i <= 6; ++i) {
      db.put("tab",
             concat("{'p':{'S':'k'},'other':{'S':'", std::string(400'000, 'x'), "'},'r':{'N':'", i, "'},'x':{'S':'a'},'y':{'S':'b'}}"));
    }
    CHECK(db.pages("Scan", "{'TableName':'tab','IndexName':'gsi'}", "r") == "6 5 2 4 3 1 |");
  }
}

}  // namespace cloudemu::test
