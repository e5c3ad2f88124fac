#include <algorithm>
#include <catch2/catch.hpp>
#include <set>

#include "core/digest.h"
#include "core/strings.h"
#include "support/dynamodb.h"

/// Scan: order, pages, segments, filters.
namespace cloudemu::test {

namespace {

struct Scans : DynamoDb {
  Scans() { table("tab", "p"); }
  void fill(int count) {
    for (int i = 0; i < count; ++i) put("tab", concat("{'p':{'S':'", i, "'}}"));
  }
  std::string keys(std::string_view more = "") {
    return pages("Scan", concat("{'TableName':'tab'", more.empty() ? "" : ",", more, "}"), "p");
  }
};

std::vector<std::string> words(std::string_view text) {
  std::vector<std::string> out;
  for (std::string_view word : split(text, ' ')) {
    if (!word.empty() && word != "|") out.emplace_back(word);
  }
  return out;
}

}  // namespace

TEST_CASE("Scan: items come in the order of their keys' hashes", "[dynamodb][scan]") {
  Scans db;
  db.fill(50);
  std::vector<std::string> expected;
  for (int i = 0; i < 50; ++i) expected.push_back(std::to_string(i));
  std::sort(expected.begin(), expected.end(),
            [](const std::string& a, const std::string& b) { return md5(concat("Outliers", a)) < md5(concat("Outliers", b)); });
  CHECK(words(db.keys()) == expected);
  CHECK(words(db.keys("'Limit':7")) == expected);
}

TEST_CASE("Scan: a partition's items stay together, in order of the range key", "[dynamodb][scan]") {
  DynamoDb db;
  db.table("tab", "p", "r:N");
  for (int p = 0; p < 5; ++p) {
    for (int r : {3, 1, 2}) db.put("tab", concat("{'p':{'S':'", p, "'},'r':{'N':'", r, "'}}"));
  }
  CHECK(db.pages("Scan", "{'TableName':'tab'}", "r") == "1 2 3 1 2 3 1 2 3 1 2 3 1 2 3");
}

TEST_CASE("Scan: segments share all items among them, none twice", "[dynamodb][scan][segments]") {
  Scans db;
  db.fill(200);
  for (int total : {1, 2, 3, 16, 5000}) {
    std::multiset<std::string> seen;
    for (int segment = 0; segment < total; segment += 1) {
      if (total == 5000 && segment % 100 != 0) continue;
      for (const std::string& key : words(db.keys(concat("'Segment':", segment, ",'TotalSegments':", total, ",'Limit':9"))))
        seen.insert(key);
    }
    if (total == 5000) continue;
    CHECK(seen.size() == 200);
    CHECK(std::set<std::string>(seen.begin(), seen.end()).size() == 200);
  }
}

TEST_CASE("Scan: with more segments than slices of the hash, every item is in one", "[dynamodb][scan][segments]") {
  Scans db;
  db.fill(3);
  size_t found = 0;
  for (int segment = 0; segment < 5000; ++segment) {
    found += words(db.keys(concat("'Segment':", segment, ",'TotalSegments':5000"))).size();
  }
  CHECK(found == 3);
}

TEST_CASE("Scan: Segment and TotalSegments", "[dynamodb][scan][segments][errors]") {
  Scans db;
  auto refused = [&](std::string_view more) { return db.refusal("Scan", concat("{'TableName':'tab',", more, "}")); };
  CHECK(refused("'Segment':0") ==
        "ValidationException: The TotalSegments parameter is required but was not present in the request when Segment "
        "parameter is present");
  CHECK(refused("'TotalSegments':2") ==
        "ValidationException: The Segment parameter is required but was not present in the request when parameter "
        "TotalSegments is present");
  CHECK(refused("'Segment':3,'TotalSegments':3") ==
        "ValidationException: The Segment parameter is zero-based and must be less than parameter TotalSegments: "
        "Segment: 3 is not less than "
        "TotalSegments: 3");
  CHECK(refused("'Segment':-1,'TotalSegments':1000001") ==
        "ValidationException: 2 validation errors detected: Value '1000001' at 'totalSegments' failed to satisfy "
        "constraint: Member must have value "
        "less than or equal to 1000000; Value '-1' at 'segment' failed to satisfy constraint: Member must have value "
        "greater than or equal to 0");
  db.put("tab", "{'p':{'S':'0'}}");
  bool upper = md5("Outliers0")[0] & 0x80;
  CHECK(refused(concat("'Segment':", upper ? 0 : 1, ",'TotalSegments':2,'ExclusiveStartKey':{'p':{'S':'0'}}")) ==
        concat("ValidationException: The provided starting key is invalid: Invalid ExclusiveStartKey. Please use "
               "ExclusiveStartKey with correct "
               "Segment. TotalSegments: 2 Segment: ",
               upper ? 0 : 1));
}

TEST_CASE("Scan: a page ends at 1 MB", "[dynamodb][scan][pages]") {
  Scans db;
  std::string large(300'000, 'x');
  for (int i = 0; i < 5; ++i) db.put("tab", concat("{'p':{'S':'", i, "'},'x':{'S':'", large, "'}}"));
  std::string all = db.keys();
  CHECK(words(all).size() == 5);
  CHECK(std::count(all.begin(), all.end(), '|') == 1);
}

TEST_CASE("Scan: a page ends where its filter has cost a lot; all pages together hold everything", "[dynamodb][scan][pages][limits]") {
  Scans db;
  db.fill(2000);
  std::string filter = "'FilterExpression':'p <> :v";
  for (int i = 0; i < 149; ++i) append(filter, " AND p <> :v");
  append(filter, "','ExpressionAttributeValues':{':v':{'S':'7'}}");
  std::string page = db.ok("Scan", concat("{'TableName':'tab',", filter, "}"));
  CHECK(page.find("'LastEvaluatedKey'") != std::string::npos);
  CHECK(page.find("'ScannedCount':1316,") != std::string::npos);  // 150 comparisons with each, and two values
  auto all = words(db.keys(filter));
  CHECK(std::set<std::string>(all.begin(), all.end()).size() == 1999);
  CHECK(all.size() == 1999);
}

TEST_CASE("Scan: filters, projections and counts", "[dynamodb][scan]") {
  Scans db;
  db.put("tab", "{'p':{'S':'a'},'n':{'N':'1'}}");
  db.put("tab", "{'p':{'S':'b'},'n':{'N':'2'}}");
  CHECK(db.ok("Scan",
              "{'TableName':'tab','FilterExpression':'n > "
              ":v','ExpressionAttributeValues':{':v':{'N':'1'}},'ProjectionExpression':'n'}") ==
        "{'Count':1,'Items':[{'n':{'N':'2'}}],'ScannedCount':2}");
  CHECK(db.ok("Scan", "{'TableName':'tab','Select':'COUNT'}") == "{'Count':2,'ScannedCount':2}");
  // A filter may be on the key, but not look into it.
  CHECK(db.ok("Scan", "{'TableName':'tab','FilterExpression':'p = :v','ExpressionAttributeValues':{':v':{'S':'b'}}}").find("'Count':1") !=
        std::string::npos);
  CHECK(db.refusal("Scan", "{'TableName':'tab','FilterExpression':'p.x = n'}") ==
        "ValidationException: Key attributes must be scalars; list random access '[]' and map lookup '.' are not "
        "allowed: Key: p");
  CHECK(db.refusal("Scan", "{'TableName':'tab','ProjectionExpression':'n, p[0]'}") ==
        "ValidationException: Key attributes must be scalars; list random access '[]' and map lookup '.' are not "
        "allowed: Key: p");
  CHECK(db.refusal("Scan", "{'TableName':'tab','FilterExpression':''}") ==
        "ValidationException: Invalid FilterExpression: The expression can not be empty;");
  CHECK(db.refusal("Scan", "{'TableName':'tab','Select':'SPECIFIC_ATTRIBUTES'}") ==
        "ValidationException: Must specify the AttributesToGet or ProjectionExpression when choosing to get "
        "SPECIFIC_ATTRIBUTES");
}

TEST_CASE("Scan: where a page may start", "[dynamodb][scan][errors]") {
  Scans db;
  constexpr std::string_view kInvalid =
      "ValidationException: The provided starting key is invalid: The provided key element does not match the schema";
  CHECK(db.refusal("Scan", "{'TableName':'tab','ExclusiveStartKey':{'q':{'S':'a'}}}") == kInvalid);
  CHECK(db.refusal("Scan", "{'TableName':'tab','ExclusiveStartKey':{}}") == kInvalid);
  CHECK(db.refusal("Scan", "{'TableName':'tab','ExclusiveStartKey':{'p':{'N':'1'}}}") == kInvalid);
  CHECK(db.ok("Scan", "{'TableName':'tab','ExclusiveStartKey':{'p':{'S':'absent'}}}") == "{'Count':0,'Items':[],'ScannedCount':0}");
}

}  // namespace cloudemu::test
