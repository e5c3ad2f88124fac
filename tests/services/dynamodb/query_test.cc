#include <catch2/catch.hpp>

#include "core/strings.h"
#include "support/dynamodb.h"

/// Query: key conditions, order, pages, filters, Select.
namespace cloudemu::test {

namespace {

constexpr std::string_view kKeyCondition = "ValidationException: Invalid KeyConditionExpression: ";
constexpr std::string_view kInvalidCondition = "ValidationException: Invalid condition in KeyConditionExpression: ";

struct Queries : DynamoDb {
  Queries() {
    table("tab", "p", "r:N");
    table("hash", "p");
    table("text", "p", "r");
  }
  static std::string input(std::string_view condition, std::string_view values, std::string_view more = "",
                           std::string_view table = "tab") {
    return concat("{'TableName':'", table, "','KeyConditionExpression':'", condition, "'",
                  values.empty() ? "" : concat(",'ExpressionAttributeValues':{", values, "}"), more.empty() ? "" : ",", more, "}");
  }
  std::string ranges(std::string_view condition, std::string_view values, std::string_view more = "", std::string_view table = "tab") {
    return pages("Query", input(condition, values, more, table), "r");
  }
  std::string refused(std::string_view condition, std::string_view values, std::string_view more = "", std::string_view table = "tab") {
    return refusal("Query", input(condition, values, more, table));
  }
  /// Items k/1 to k/`count`, between items of other partitions.
  void fill(int count) {
    for (int i = 1; i <= count; ++i) {
      put("tab", concat("{'p':{'S':'k'},'r':{'N':'", i, "'},'even':{'BOOL':", i % 2 == 0 ? "true" : "false", "}}"));
      put("tab", concat("{'p':{'S':'other", i, "'},'r':{'N':'", i, "'}}"));
    }
  }
};

constexpr std::string_view kP = "':p':{'S':'k'}";

}  // namespace

TEST_CASE("Query: the items of a partition, in order of the range key", "[dynamodb][query]") {
  Queries db;
  for (std::string_view r : {"10", "-2", "9", "0.5", "0", "-1e10", "1e10"}) db.put("tab", concat("{'p':{'S':'k'},'r':{'N':'", r, "'}}"));
  db.put("tab", "{'p':{'S':'k2'},'r':{'N':'1'}}");
  CHECK(db.ranges("p = :p", kP) == "-10000000000 -2 0 0.5 9 10 10000000000");
  CHECK(db.ranges("p = :p", kP, "'ScanIndexForward':true") == "-10000000000 -2 0 0.5 9 10 10000000000");
  CHECK(db.ranges("p = :p", kP, "'ScanIndexForward':false") == "10000000000 10 9 0.5 0 -2 -10000000000");
  CHECK(db.ok("Query", Queries::input("p = :p", "':p':{'S':'absent'}")) == "{'Count':0,'Items':[],'ScannedCount':0}");
}

TEST_CASE("Query: strings are ordered by their UTF-8 bytes, binaries by unsigned ones", "[dynamodb][query]") {
  Queries db;
  for (std::string_view r : {"b", "a", "B", "aa", "\u00e9", "\\u0000", "a\\u0000", "~"})
    db.put("text", concat("{'p':{'S':'k'},'r':{'S':'", r, "'}}"));
  CHECK(db.ranges("p = :p", kP, "", "text") == std::string("\0 B a a\0 aa b ~ \u00e9", 18));
  db.table("bin", "p", "r:B");
  for (std::string_view r : {"gA==", "fw==", "AA==", "/w=="}) db.put("bin", concat("{'p':{'S':'k'},'r':{'B':'", r, "'}}"));
  CHECK(db.ranges("p = :p", kP, "", "bin") == "AA== fw== gA== /w==");
}

TEST_CASE("Query: conditions on the range key", "[dynamodb][query]") {
  Queries db;
  db.fill(6);
  auto with = [](std::string_view v) { return concat(kP, ",':v':{'N':'", v, "'}"); };
  CHECK(db.ranges("p = :p AND r = :v", with("3.00")) == "3");
  CHECK(db.ranges("p = :p AND r < :v", with("3")) == "1 2");
  CHECK(db.ranges("p = :p AND r <= :v", with("3")) == "1 2 3");
  CHECK(db.ranges("p = :p AND r > :v", with("3")) == "4 5 6");
  CHECK(db.ranges("p = :p AND r >= :v", with("3")) == "3 4 5 6");
  CHECK(db.ranges("p = :p AND :v < r", with("3")) == "4 5 6");
  CHECK(db.ranges(":v >= r AND :p = p", with("3")) == "1 2 3");
  CHECK(db.ranges("r BETWEEN :v AND :w AND p = :p", concat(with("2"), ",':w':{'N':'4'}")) == "2 3 4");
  CHECK(db.ranges("(p = :p) and (r BETWEEN :v AND :w)", concat(with("2"), ",':w':{'N':'4'}"), "'ScanIndexForward':false") == "4 3 2");
  for (std::string_view r : {"ab", "abc", "abd", "ac", "b"}) db.put("text", concat("{'p':{'S':'k'},'r':{'S':'", r, "'}}"));
  CHECK(db.ranges("p = :p AND begins_with(r, :v)", concat(kP, ",':v':{'S':'ab'}"), "", "text") == "ab abc abd");
}

TEST_CASE("Query: pages by Limit join to the whole, in both directions", "[dynamodb][query][pages]") {
  Queries db;
  db.fill(7);
  CHECK(db.ranges("p = :p", kP, "'Limit':3") == "1 2 3 | 4 5 6 | 7");
  CHECK(db.ranges("p = :p", kP, "'Limit':3,'ScanIndexForward':false") == "7 6 5 | 4 3 2 | 1");
  // Whether something follows is not known when the limit is reached.
  CHECK(db.ranges("p = :p", kP, "'Limit':7") == "1 2 3 4 5 6 7 |");
  CHECK(db.ranges("p = :p", kP, "'Limit':8") == "1 2 3 4 5 6 7");
  CHECK(db.ok("Query", Queries::input("p = :p", kP, "'Limit':1")) ==
        "{'Count':1,'Items':[{'p':{'S':'k'},'r':{'N':'1'},'even':{'BOOL':false}}],'ScannedCount':1,"
        "'LastEvaluatedKey':{'p':{'S':'k'},'r':{'N':'1'}}}");
}

TEST_CASE("Query: a page ends at 1 MB, in both directions", "[dynamodb][query][pages]") {
  Queries db;
  std::string large(300'000, 'x');
  for (int i = 1; i <= 9; ++i) db.put("tab", concat("{'p':{'S':'k'},'r':{'N':'", i, "'},'x':{'S':'", large, "'}}"));
  CHECK(db.ranges("p = :p", kP) == "1 2 3 4 | 5 6 7 8 | 9");
  CHECK(db.ranges("p = :p", kP, "'ScanIndexForward':false") == "9 8 7 6 | 5 4 3 2 | 1");
  // What is read counts, not what is returned.
  CHECK(db.ranges("p = :p", kP, "'ProjectionExpression':'r'") == "1 2 3 4 | 5 6 7 8 | 9");
}

TEST_CASE("Query: a filter chooses from what was read; Limit counts what was read", "[dynamodb][query]") {
  Queries db;
  db.fill(6);
  std::string values = concat(kP, ",':t':{'BOOL':true}");
  CHECK(db.ranges("p = :p", values, "'FilterExpression':'even = :t'") == "2 4 6");
  CHECK(db.ranges("p = :p", values, "'FilterExpression':'even = :t','Limit':3") == "2 | 4 6 |");
  CHECK(db.ok("Query", Queries::input("p = :p", values, "'FilterExpression':'even = :t','Select':'COUNT'")) ==
        "{'Count':3,'ScannedCount':6}");
  CHECK(db.refused("p = :p", values, "'FilterExpression':'r > p AND even = :t'") ==
        "ValidationException: Filter Expression can only contain non-primary key attributes: Primary key attribute: r");
  CHECK(db.refused("p = :p", values, "'FilterExpression':'#r = :t','ExpressionAttributeNames':{'#r':'p'}") ==
        "ValidationException: Filter Expression can only contain non-primary key attributes: Primary key attribute: p");
}

TEST_CASE("Query: Select", "[dynamodb][query]") {
  Queries db;
  db.fill(2);
  CHECK(db.ok("Query", Queries::input("p = :p", kP, "'Select':'COUNT'")) == "{'Count':2,'ScannedCount':2}");
  CHECK(db.ranges("p = :p", kP, "'Select':'ALL_ATTRIBUTES'") == "1 2");
  CHECK(db.ranges("p = :p", kP, "'Select':'SPECIFIC_ATTRIBUTES','ProjectionExpression':'r'") == "1 2");
  constexpr std::string_view kDetected = "ValidationException: 1 validation error detected: ";
  CHECK(db.refused("p = :p", kP, "'Select':'SPECIFIC_ATTRIBUTES'") ==
        concat(kDetected, "Must specify the AttributesToGet or ProjectionExpression when choosing to get SPECIFIC_ATTRIBUTES"));
  CHECK(db.refused("p = :p", kP, "'Select':'ALL_PROJECTED_ATTRIBUTES'") ==
        concat(kDetected, "ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName"));
  CHECK(db.refused("p = :p", kP, "'Select':'COUNT','ProjectionExpression':'r'") ==
        concat(kDetected, "Cannot specify the ProjectionExpression when choosing to get only the Count"));
  CHECK(db.refused("p = :p", kP, "'Select':'ALL_ATTRIBUTES','ProjectionExpression':'r'") ==
        concat(kDetected, "Cannot specify the ProjectionExpression when choosing to get ALL_ATTRIBUTES"));
  CHECK(db.refused("p = :p", kP, "'Select':'count'") ==
        concat(kDetected,
               "Value 'count' at 'select' failed to satisfy constraint: Member must satisfy enum value set: "
               "[SPECIFIC_ATTRIBUTES, "
               "COUNT, ALL_ATTRIBUTES, ALL_PROJECTED_ATTRIBUTES]"));
}

TEST_CASE("Query: key conditions that cannot be", "[dynamodb][query][errors]") {
  Queries db;
  std::string v = concat(kP, ",':v':{'N':'1'}");
  CHECK(db.refusal("Query", "{'TableName':'tab'}") ==
        "ValidationException: Either the KeyConditions or KeyConditionExpression parameter must be specified in the "
        "request.");
  CHECK(db.refused("", "") == concat(kKeyCondition, "The expression can not be empty;"));
  CHECK(db.refused("p = ", kP) == concat(kKeyCondition, "Syntax error; token: '<EOF>', near: '='"));
  CHECK(db.refused("r = :v", "':v':{'N':'1'}") == "ValidationException: Query condition missed key schema element: p");
  CHECK(db.refused("p = :p AND x = :v", v) == "ValidationException: Query condition missed key schema element: r");
  CHECK(db.refused("p > :p", kP) == "ValidationException: Query key condition not supported");
  CHECK(db.refused("begins_with(p, :p)", kP) == "ValidationException: Query key condition not supported");
  CHECK(db.refused("p = :p AND r > :v AND r < :v", v) ==
        "ValidationException: KeyConditionExpressions must only contain one condition per key");
  CHECK(db.refused("p = :p AND p = :p", kP) == "ValidationException: KeyConditionExpressions must only contain one condition per key");
  for (auto [condition, op] : std::initializer_list<std::pair<const char*, const char*>>{{"p = :p OR r = :v", "OR"},
                                                                                         {"p = :p AND NOT r = :v", "NOT"},
                                                                                         {"p = :p AND r <> :v", "<>"},
                                                                                         {"p = :p AND r IN (:v)", "IN"},
                                                                                         {"p = :p AND contains(r, :v)", "contains"}}) {
    CHECK(db.refused(condition, v) == concat("ValidationException: Invalid operator used in KeyConditionExpression: ", op));
  }
  CHECK(db.refused("p = :p AND attribute_exists(r)", kP) ==
        "ValidationException: Invalid operator used in KeyConditionExpression: attribute_exists");
  CHECK(db.refused("p = :p AND r = x", kP) == concat(kInvalidCondition, "Multiple attribute names used in one condition"));
  CHECK(db.refused("p = :p AND :v = :v", v) == concat(kInvalidCondition, "No key attribute specified"));
  CHECK(db.refused("p = :p AND begins_with(:v, r)", concat(kP, ",':v':{'S':'1'}")) ==
        concat(kInvalidCondition, "begins_with operator must have the key attribute as its first operand"));
  CHECK(db.refused("p = :p AND size(r) = :v", v) == concat(kKeyCondition, "KeyConditionExpressions cannot contain nested operations"));
  CHECK(db.refused("p = :p AND r.x = :v", v) ==
        concat(kKeyCondition, "KeyConditionExpressions cannot have conditions on nested attributes"));
  CHECK(db.refused("p = :p AND r = :v", concat(kP, ",':v':{'S':'1'}")) ==
        "ValidationException: One or more parameter values were invalid: Condition parameter type does not match "
        "schema type");
  CHECK(db.refused("p = :p", "':p':{'S':''}") ==
        "ValidationException: One or more parameter values are not valid. The AttributeValue for a key attribute "
        "cannot contain an empty "
        "string value. Key: p");
  CHECK(db.refused("p = :p", v) == "ValidationException: Value provided in ExpressionAttributeValues unused in expressions: keys: {:v}");
  CHECK(db.refused("p = :p", kP, "'IndexName':'nil'") == "ValidationException: The table does not have the specified index: nil");
  CHECK(db.refused("p = :p", concat("':p':{'S':'", std::string(2049, 'x'), "'}")) ==
        "ValidationException: One or more parameter values were invalid: Size of hashkey has exceeded the maximum size "
        "limit of2048 bytes");
}

TEST_CASE("Query: where a page may start", "[dynamodb][query][errors]") {
  Queries db;
  db.fill(5);
  auto start = [](std::string_view key) { return concat("'ExclusiveStartKey':", key); };
  auto v = [](std::string_view n) { return concat(kP, ",':v':{'N':'", n, "'}"); };
  // The item need not exist.
  CHECK(db.ranges("p = :p", kP, "") == "1 2 3 4 5");
  CHECK(db.ok("Query", Queries::input("p = :p", kP, start("{'p':{'S':'k'},'r':{'N':'4.5'}}"))).find("'Count':1") != std::string::npos);
  CHECK(db.refused("p = :p", kP, start("{'p':{'S':'k'}}")) == "ValidationException: The provided starting key is invalid");
  CHECK(db.refused("p = :p", kP, start("{'p':{'S':'k'},'r':{'N':'1'},'x':{'N':'1'}}")) ==
        "ValidationException: The provided starting key is invalid");
  CHECK(db.refused("p = :p", kP, start("{'p':{'S':'k'},'r':{'S':'1'}}")) ==
        "ValidationException: The provided key element does not match the schema");
  CHECK(db.refused("p = :p", kP, start("{'p':{'S':'q'},'r':{'N':'1'}}")) ==
        "ValidationException: The provided starting key is outside query boundaries based on provided conditions");
  CHECK(db.refused("p = :p AND r > :v", v("3"), start("{'p':{'S':'k'},'r':{'N':'2'}}")) ==
        "ValidationException: The provided starting key does not match the range key predicate");
  CHECK(db.refused("p = :p AND r = :v", v("3"), start("{'p':{'S':'k'},'r':{'N':'3'}}")) ==
        "ValidationException: The query can return at most one row and cannot be restarted");
  CHECK(db.refused("p = :p", kP, start("{'p':{'S':'k'},'r':{'N':'x'}}")) ==
        "ValidationException: The parameter cannot be converted to a numeric value: x");
  CHECK(db.refused("p = :p", kP, start("{'p':{'S':'k'},'r':{'NS':['1','1.0']}}")) ==
        "ValidationException: Input collection contains duplicates");
  CHECK(db.refused("p = :p", kP, start("{'p':{'S':'k'},'r':{'SS':[]}}")) ==
        "ValidationException: The provided starting key is invalid: One or more parameter values were invalid: An string set  may not be "
        "empty");
  CHECK(db.refused("p = :p", kP, start("{'p':{'S':'k'}}"), "hash") ==
        "ValidationException: The provided exclusive start key is invalid: ExclusiveStartKey: {p=AttributeValue: {S:k}}");
}

TEST_CASE("Query: a range of a single item has no further page", "[dynamodb][query]") {
  Queries db;
  db.fill(3);
  CHECK(db.ok("Query", Queries::input("p = :p AND r = :v", concat(kP, ",':v':{'N':'2'}"), "'Limit':1")).find("LastEvaluatedKey") ==
        std::string::npos);
  db.put("hash", "{'p':{'S':'k'}}");
  CHECK(db.ok("Query", Queries::input("p = :p", kP, "'Limit':1", "hash")).find("LastEvaluatedKey") == std::string::npos);
  // Of an index several items may have the very same key.
  CHECK(db.pages("Query", Queries::input("p = :p", kP, "'Limit':1"), "r") == "1 | 2 | 3 |");
}

TEST_CASE("Query: limits of its parameters", "[dynamodb][query][limits]") {
  Queries db;
  constexpr std::string_view kDetected = "ValidationException: 1 validation error detected: ";
  CHECK(db.refused("p = :p", kP, "'Limit':0") ==
        concat(kDetected, "Value '0' at 'limit' failed to satisfy constraint: Member must have value greater than or equal to 1"));
  CHECK(db.refused("p = :p", kP, "'IndexName':'ab'") ==
        concat(kDetected,
               "Value 'ab' at 'indexName' failed to satisfy constraint: Member must have length greater than or equal "
               "to 3"));
  CHECK(db.refused("p = :p", kP, concat("'IndexName':'", std::string(256, 'i'), "'"))
            .ends_with("failed to satisfy constraint: Member must have length less than or equal to 255"));
}

TEST_CASE("Query: expressions and what they replaced cannot be mixed", "[dynamodb][query][errors]") {
  Queries db;
  constexpr std::string_view kMixed =
      "ValidationException: Can not use both expression and non-expression parameters in the same request: "
      "Non-expression parameters: ";
  CHECK(db.refused("p = :p", kP, "'KeyConditions':{}") ==
        concat(kMixed, "{KeyConditions} Expression parameters: {KeyConditionExpression}"));
  CHECK(db.refused("p = :p", kP, "'QueryFilter':{}") == concat(kMixed, "{QueryFilter} Expression parameters: {KeyConditionExpression}"));
  CHECK(db.refused("p = :p", kP, "'AttributesToGet':['r'],'FilterExpression':'a = b'") ==
        concat(kMixed, "{AttributesToGet} Expression parameters: {FilterExpression, KeyConditionExpression}"));
}

}  // namespace cloudemu::test
