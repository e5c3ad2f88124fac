#include <algorithm>
#include <catch2/catch.hpp>

#include "core/strings.h"
#include "support/dynamodb.h"

/// Secondary indexes: what is in them, what they show, and what cannot be written because of them.
namespace cloudemu::test {

using namespace cloudemu::dynamodb;

namespace {

constexpr std::string_view kDefinitions =
    "'AttributeDefinitions':[{'AttributeName':'p','AttributeType':'S'},{'AttributeName':'r','AttributeType':'N'},{'"
    "AttributeName':'x','AttributeType':'S'},"
    "{'AttributeName':'y','AttributeType':'N'}]";

std::string key_schema(std::string_view hash, std::string_view range) {
  return concat("'KeySchema':[{'AttributeName':'", hash, "','KeyType':'HASH'}",
                range.empty() ? "" : concat(",{'AttributeName':'", range, "','KeyType':'RANGE'}"), "]");
}

std::string index(std::string_view name, std::string_view hash, std::string_view range, std::string_view projection) {
  return concat("{'IndexName':'", name, "',", key_schema(hash, range), ",'Projection':{", projection, "}}");
}

struct Indexes : DynamoDb {
  Indexes() {
    table("tab", "p", "r:N",
          concat(kDefinitions, ",'GlobalSecondaryIndexes':[", index("all", "x", "y", "'ProjectionType':'ALL'"), ",",
                 index("keys", "x", "", "'ProjectionType':'KEYS_ONLY'"), ",",
                 index("some", "x", "", "'ProjectionType':'INCLUDE','NonKeyAttributes':['a']"), "],'LocalSecondaryIndexes':[",
                 index("local", "p", "y", "'ProjectionType':'KEYS_ONLY'"), "]"));
  }
  std::string by_x(std::string_view name, std::string_view x, std::string_view more = "") {
    return pages("Query",
                 concat("{'TableName':'tab','IndexName':'", name,
                        "','KeyConditionExpression':'x = :x','ExpressionAttributeValues':{':x':{'S':'", x, "'}}", more, "}"),
                 "r");
  }
  std::string scan(std::string_view name) { return pages("Scan", concat("{'TableName':'tab','IndexName':'", name, "'}"), "r"); }
  std::string refused(std::string_view item) { return refusal("PutItem", concat("{'TableName':'tab','Item':", item, "}")); }
};

}  // namespace

TEST_CASE("Indexes: entries come, move and go with their items", "[dynamodb][index]") {
  Indexes db;
  db.put("tab", "{'p':{'S':'k'},'r':{'N':'1'},'x':{'S':'a'},'y':{'N':'2'}}");
  CHECK(db.event<ItemPut>().indexes.size() == 4);
  db.put("tab", "{'p':{'S':'k'},'r':{'N':'2'},'x':{'S':'a'},'y':{'N':'1'}}");
  CHECK(db.by_x("all", "a") == "2 1");
  db.ok("UpdateItem",
        "{'TableName':'tab','Key':{'p':{'S':'k'},'r':{'N':'1'}},'UpdateExpression':'SET y = "
        ":y','ExpressionAttributeValues':{':y':{'N':'0'}}}");
  CHECK(db.by_x("all", "a") == "1 2");
  db.ok("UpdateItem",
        "{'TableName':'tab','Key':{'p':{'S':'k'},'r':{'N':'1'}},'UpdateExpression':'SET x = "
        ":x','ExpressionAttributeValues':{':x':{'S':'b'}}}");
  CHECK(db.by_x("all", "a") == "2");
  CHECK(db.by_x("all", "b") == "1");
  db.ok("UpdateItem", "{'TableName':'tab','Key':{'p':{'S':'k'},'r':{'N':'1'}},'UpdateExpression':'REMOVE x'}");
  CHECK(db.by_x("all", "b").empty());
  db.ok("DeleteItem", "{'TableName':'tab','Key':{'p':{'S':'k'},'r':{'N':'2'}}}");
  CHECK(db.scan("all").empty());
  CHECK(db.scan("keys").empty());
  CHECK(db.scan("local") == "1");
}

TEST_CASE("Indexes: an item that lacks a key attribute is not in them", "[dynamodb][index]") {
  Indexes db;
  db.put("tab", "{'p':{'S':'k'},'r':{'N':'1'}}");
  CHECK(db.event<ItemPut>().indexes.empty());
  db.put("tab", "{'p':{'S':'k'},'r':{'N':'2'},'x':{'S':'a'}}");
  db.put("tab", "{'p':{'S':'k'},'r':{'N':'3'},'y':{'N':'1'}}");
  CHECK(db.scan("all").empty());
  CHECK(db.scan("keys") == "2");
  CHECK(db.scan("local") == "3");
}

TEST_CASE("Indexes: many items may have one key; pages do not lose any", "[dynamodb][index][pages]") {
  Indexes db;
  for (int i = 1; i <= 7; ++i) db.put("tab", concat("{'p':{'S':'k'},'r':{'N':'", i, "'},'x':{'S':'a'},'y':{'N':'1'}}"));
  CHECK(db.by_x("all", "a").size() == 13);
  std::string forward = db.by_x("all", "a", ",'Limit':2"), backward = db.by_x("all", "a", ",'Limit':2,'ScanIndexForward':false");
  for (char c = '1'; c <= '7'; ++c) {
    CHECK(std::count(forward.begin(), forward.end(), c) == 1);
    CHECK(std::count(backward.begin(), backward.end(), c) == 1);
  }
}

TEST_CASE("Indexes: where a page may start: at both keys, no less and no more", "[dynamodb][index][pages]") {
  Indexes db;
  db.put("tab", "{'p':{'S':'k'},'r':{'N':'1'},'x':{'S':'a'},'y':{'N':'1'}}");
  std::string query =
      "{'TableName':'tab','IndexName':'all','KeyConditionExpression':'x = "
      ":x','ExpressionAttributeValues':{':x':{'S':'a'}},'Limit':1";
  CHECK(db.ok("Query", query + "}").ends_with("'LastEvaluatedKey':{'x':{'S':'a'},'y':{'N':'1'},'p':{'S':'k'},'r':{'N':'1'}}}"));
  auto start = [&](std::string_view key) { return concat(query, ",'ExclusiveStartKey':", key, "}"); };
  CHECK(db.refusal("Query", start("{'x':{'S':'a'},'y':{'N':'1'}}")) == "ValidationException: The provided starting key is invalid");
  CHECK(db.refusal("Query", start("{'p':{'S':'k'},'r':{'N':'1'}}")) == "ValidationException: The provided starting key is invalid");
  CHECK(db.refusal("Query", start("{'x':{'S':'a'},'y':{'N':'1'},'p':{'S':'k'},'r':{'N':'1'},'z':{'S':'a'}}")) ==
        "ValidationException: The provided starting key is invalid");
  CHECK(db.refusal("Query", start("{'x':{'S':'b'},'y':{'N':'1'},'p':{'S':'k'},'r':{'N':'1'}}")) ==
        "ValidationException: The provided starting key is outside query boundaries based on provided conditions");
  for (std::string_view key : {"{}", "{'p':{'S':'k'},'r':{'N':'1'}}", "{'x':{'S':'a'},'y':{'N':'1'},'p':{'S':'k'},'r':{'S':'1'}}"}) {
    CHECK(db.refusal("Scan", concat("{'TableName':'tab','IndexName':'all','ExclusiveStartKey':", key, "}")) ==
          "ValidationException: The provided starting key is invalid");
  }
}

TEST_CASE("Indexes: they show what they project", "[dynamodb][index][projection]") {
  Indexes db;
  db.put("tab", "{'p':{'S':'k'},'r':{'N':'1'},'x':{'S':'a'},'y':{'N':'2'},'a':{'S':'A'},'b':{'S':'B'}}");
  auto query = [&](std::string_view index, std::string_view more = "") {
    return concat("{'TableName':'tab','IndexName':'", index,
                  "','KeyConditionExpression':'x = :x','ExpressionAttributeValues':{':x':{'S':'a'}}", more, "}");
  };
  auto shows = [&](std::string_view item) { return concat("{'Count':1,'Items':[", item, "],'ScannedCount':1}"); };
  CHECK(db.ok("Query", query("all")) == shows("{'p':{'S':'k'},'r':{'N':'1'},'x':{'S':'a'},'y':{'N':'2'},'a':{'S':'A'},'b':{'S':'B'}}"));
  CHECK(db.ok("Query", query("keys")) == shows("{'p':{'S':'k'},'r':{'N':'1'},'x':{'S':'a'}}"));
  CHECK(db.ok("Query", query("some")) == shows("{'p':{'S':'k'},'r':{'N':'1'},'x':{'S':'a'},'a':{'S':'A'}}"));
  CHECK(db.ok("Query", query("some", ",'ProjectionExpression':'a'")) == shows("{'a':{'S':'A'}}"));
  CHECK(db.ok("Query", query("keys", ",'Select':'ALL_PROJECTED_ATTRIBUTES'")) == shows("{'p':{'S':'k'},'r':{'N':'1'},'x':{'S':'a'}}"));
  CHECK(db.refusal("Query", query("keys", ",'Select':'ALL_ATTRIBUTES'")) ==
        "ValidationException: One or more parameter values were invalid: Select type ALL_ATTRIBUTES is not supported "
        "for global secondary index "
        "keys because its projection type is not ALL");
  CHECK(db.refusal("Query", query("keys", ",'ProjectionExpression':'a, x, b'")) ==
        "ValidationException: One or more parameter values were invalid: Global secondary index keys does not project "
        "[a, b]");
  // What it does not hold cannot be filtered by either, and is told in other words.
  auto filtered = [&](std::string_view filter) {
    return concat("{'TableName':'tab','IndexName':'keys','KeyConditionExpression':'x = :x','ExpressionAttributeValues':{':x':{'S':'a'}},",
                  filter, "}");
  };
  CHECK(db.refusal("Query", filtered("'FilterExpression':'a = :x OR y = r OR a = b'")) ==
        "ValidationException: One or more parameter values were invalid: Secondary index keys does not project one or more "
        "filter attributes: [a, y, b]");
  CHECK(db.refusal("Scan", "{'TableName':'tab','IndexName':'some','ScanFilter':{'b':{'ComparisonOperator':'NULL'}}}") ==
        "ValidationException: One or more parameter values were invalid: Secondary index some does not project one or more "
        "filter attributes: [b]");
  CHECK(db.refusal("Query", query("all", ",'ConsistentRead':true")) ==
        "ValidationException: Consistent reads are not supported on global secondary indexes");
}

TEST_CASE("Indexes: a local one fetches from the table what it does not project", "[dynamodb][index][projection]") {
  Indexes db;
  db.put("tab", "{'p':{'S':'k'},'r':{'N':'1'},'y':{'N':'2'},'a':{'S':'A'}}");
  auto query = [&](std::string_view more) {
    return db.ok("Query", concat("{'TableName':'tab','IndexName':'local','KeyConditionExpression':'p = "
                                 ":p','ExpressionAttributeValues':{':p':{'S':'k'}},"
                                 "'ConsistentRead':true",
                                 more, "}"));
  };
  auto shows = [&](std::string_view item) { return concat("{'Count':1,'Items':[", item, "],'ScannedCount':1}"); };
  CHECK(query("") == shows("{'p':{'S':'k'},'r':{'N':'1'},'y':{'N':'2'}}"));
  CHECK(query(",'Select':'ALL_ATTRIBUTES'") == shows("{'p':{'S':'k'},'r':{'N':'1'},'y':{'N':'2'},'a':{'S':'A'}}"));
  CHECK(query(",'ProjectionExpression':'a'") == shows("{'a':{'S':'A'}}"));
  CHECK(db.ok("Query",
              "{'TableName':'tab','IndexName':'local','KeyConditionExpression':'p = :p','FilterExpression':'a <> :p',"
              "'ExpressionAttributeValues':{':p':{'S':'k'}}}") == shows("{'p':{'S':'k'},'r':{'N':'1'},'y':{'N':'2'}}"));
}

TEST_CASE("Indexes: filters name no keys of the index, but may name those of the table", "[dynamodb][index]") {
  Indexes db;
  db.put("tab", "{'p':{'S':'k'},'r':{'N':'1'},'x':{'S':'a'}}");
  std::string query =
      "{'TableName':'tab','IndexName':'keys','KeyConditionExpression':'x = "
      ":x','ExpressionAttributeValues':{':x':{'S':'a'}},'FilterExpression':";
  CHECK(db.refusal("Query", query + "'x = p'}") ==
        "ValidationException: Filter Expression can only contain non-primary key attributes: Primary key attribute: x");
  CHECK(db.ok("Query", query + "'attribute_exists(p)'}").find("'Count':1") != std::string::npos);
}

TEST_CASE("Indexes: of those that an item does not fit, the first by name is told", "[dynamodb][index][errors]") {
  DynamoDb db;
  auto index = [](std::string_view name) {
    return concat("{'IndexName':'", name, "','KeySchema':[{'AttributeName':'x','KeyType':'HASH'}],'Projection':{'ProjectionType':'ALL'}}");
  };
  db.table("tab", "p", {},
           concat("'AttributeDefinitions':[{'AttributeName':'p','AttributeType':'S'},{'AttributeName':'x','AttributeType':'S'}],"
                  "'GlobalSecondaryIndexes':[",
                  index("zzz"), ",", index("aaa"), "]"));
  CHECK(db.refusal("PutItem", "{'TableName':'tab','Item':{'p':{'S':'k'},'x':{'N':'1'}}}").ends_with("Actual: N IndexName: aaa"));
}

TEST_CASE("Indexes: their key attributes have to be of their type, and not empty", "[dynamodb][index][errors]") {
  Indexes db;
  constexpr std::string_view kInvalid = "ValidationException: One or more parameter values were invalid: ";
  CHECK(db.refused("{'p':{'S':'k'},'r':{'N':'1'},'x':{'N':'1'}}") ==
        concat(kInvalid, "Type mismatch for Index Key x Expected: S Actual: N IndexName: all"));
  CHECK(db.refused("{'p':{'S':'k'},'r':{'N':'1'},'y':{'NULL':true}}") ==
        concat(kInvalid, "Type mismatch for Index Key y Expected: N Actual: NULL IndexName: all"));
  CHECK(db.refused("{'p':{'S':'k'},'r':{'N':'1'},'x':{'S':''}}") ==
        "ValidationException: One or more parameter values are not valid. A value specified for a secondary index key "
        "is not supported. The "
        "AttributeValue for a key attribute cannot contain an empty string value. IndexName: all, IndexKey: x");
  CHECK(db.refused(concat("{'p':{'S':'k'},'r':{'N':'1'},'x':{'S':'", std::string(2049, 'x'), "'}}")) ==
        concat(kInvalid, "Size of hashkey has exceeded the maximum size limit of2048 bytes"));
  db.put("tab", concat("{'p':{'S':'k'},'r':{'N':'1'},'x':{'S':'", std::string(2048, 'x'), "'}}"));
  auto update = [&](std::string_view value) {
    return db.refusal("UpdateItem", concat("{'TableName':'tab','Key':{'p':{'S':'k'},'r':{'N':'1'}},'UpdateExpression':'SET x = :x',"
                                           "'ExpressionAttributeValues':{':x':",
                                           value, "}}"));
  };
  CHECK(update("{'S':''}") ==
        "ValidationException: One or more parameter values are not valid. The update expression attempted to update a "
        "secondary index key to a "
        "value that is not supported. The AttributeValue for a key attribute cannot contain an empty string value.");
  CHECK(update("{'N':'1'}") == concat(kInvalid, "Type mismatch for Index Key x Expected: S Actual: N IndexName: all"));
  CHECK(db.refusal("UpdateItem",
                   "{'TableName':'tab','Key':{'p':{'S':'k'},'r':{'N':'1'}},'UpdateExpression':'SET x.a = :x',"
                   "'ExpressionAttributeValues':{':x':{'S':'a'}}}") ==
        "ValidationException: Key attributes must be scalars; list random access '[]' and map lookup '.' are not "
        "allowed: IndexKey: x");
}

TEST_CASE("Indexes: of several attributes in each part of the key", "[dynamodb][index][multi_attribute]") {
  DynamoDb db;
  std::string schema =
      "'KeySchema':[{'AttributeName':'a','KeyType':'HASH'},{'AttributeName':'b','KeyType':'HASH'},{'AttributeName':'c',"
      "'KeyType':'RANGE'},"
      "{'AttributeName':'d','KeyType':'RANGE'}]";
  std::string definitions = "'AttributeDefinitions':[{'AttributeName':'p','AttributeType':'S'}";
  for (char name : {'a', 'b', 'c'}) append(definitions, ",{'AttributeName':'", name, "','AttributeType':'S'}");
  append(definitions, ",{'AttributeName':'d','AttributeType':'N'}]");
  db.table("tab", "p", "",
           concat(definitions, ",'GlobalSecondaryIndexes':[{'IndexName':'many',", schema, ",'Projection':{'ProjectionType':'ALL'}}]"));
  auto put = [&](std::string_view p, std::string_view a, std::string_view b, std::string_view c, int d) {
    db.put("tab", concat("{'p':{'S':'", p, "'},'a':{'S':'", a, "'},'b':{'S':'", b, "'},'c':{'S':'", c, "'},'d':{'N':'", d, "'}}"));
  };
  put("1", "a", "b", "x", 10);
  put("2", "a", "b", "x", 9);
  put("3", "a", "b", "w", 99);
  put("4", "ab", "c", "x", 1);
  db.put("tab", "{'p':{'S':'5'},'a':{'S':'a'},'b':{'S':'b'},'c':{'S':'x'}}");  // without d: not in the index
  std::string values = "':a':{'S':'a'},':b':{'S':'b'}";
  auto input = [&](std::string_view condition, std::string_view more) {
    return concat("{'TableName':'tab','IndexName':'many','KeyConditionExpression':'", condition, "','ExpressionAttributeValues':{", values,
                  more, "}}");
  };
  auto found = [&](std::string_view condition, std::string_view more) { return db.pages("Query", input(condition, more), "p"); };
  CHECK(found("a = :a AND b = :b", "") == "3 2 1");
  CHECK(found("a = :a AND b = :b AND c = :c", ",':c':{'S':'x'}") == "2 1");
  CHECK(found("a = :a AND b = :b AND c > :c", ",':c':{'S':'w'}") == "2 1");
  CHECK(found("d < :d AND c = :c AND b = :b AND a = :a", ",':c':{'S':'x'},':d':{'N':'10'}") == "2");
  constexpr std::string_view kUnsupported = "ValidationException: Query key condition not supported";
  CHECK(db.refusal("Query",
                   "{'TableName':'tab','IndexName':'many','KeyConditionExpression':'a = "
                   ":a','ExpressionAttributeValues':{':a':{'S':'a'}}}")
            .starts_with(kUnsupported));
  CHECK(db.refusal("Query", input("a = :a AND b > :b", "")).starts_with(kUnsupported));
  CHECK(db.refusal("Query", input("a = :a AND b = :b AND d = :d", ",':d':{'N':'1'}")).starts_with(kUnsupported));
  CHECK(db.refusal("Query", input("a = :a AND b = :b AND c > :c AND d = :d", ",':c':{'S':'w'},':d':{'N':'1'}")).starts_with(kUnsupported));
}

}  // namespace cloudemu::test
