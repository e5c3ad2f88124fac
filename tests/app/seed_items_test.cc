// Files to seed DynamoDB from, in the forms that the AWS CLI writes.
#include "app/seed_items.h"

#include <catch2/catch.hpp>

#include "core/strings.h"

namespace cloudemu::test {

namespace {

/// "Operation body | Operation body", with ' for ".
std::string shown(const Result<std::vector<SeedRequest>>& requests) {
  if (!requests) return "refused: " + requests.error().context;
  std::string all;
  for (const SeedRequest& request : *requests) {
    append(all, all.empty() ? "" : " | ", request.operation, ' ', replace_all(request.body, "\"", "'"));
  }
  return all;
}
std::string json(std::string_view text) { return replace_all(std::string(text), "'", "\""); }
std::string items(std::string_view text) { return shown(items_in(json(text), "orders")); }
std::string definitions(std::string_view text) { return shown(definitions_in(json(text))); }

}  // namespace

TEST_CASE("Seeds: what describe-table says makes the table, on demand and without what only AWS sets", "[app][seed]") {
  constexpr const char* kMade =
      "CreateTable {'TableName':'orders','AttributeDefinitions':[{'AttributeName':'id','AttributeType':'S'}],"
      "'KeySchema':[{'AttributeName':'id','KeyType':'HASH'}],'BillingMode':'PAY_PER_REQUEST'}";
  std::string table =
      "{'TableName':'orders','TableStatus':'ACTIVE','ItemCount':7,'AttributeDefinitions':[{'AttributeName':'id','AttributeType':'S'}],"
      "'KeySchema':[{'AttributeName':'id','KeyType':'HASH'}],'ProvisionedThroughput':{'ReadCapacityUnits':5,'WriteCapacityUnits':5}}";
  CHECK(definitions("{'Table':" + table + "}") == kMade);
  CHECK(definitions("{'TableDescription':" + table + "}") == kMade);
  CHECK(definitions(table) == kMade);
  CHECK(items("{'Table':" + table + "}") == "");
  CHECK_THAT(
      definitions("{'Table':{'TableName':'t','KeySchema':[],'GlobalSecondaryIndexes':[{'IndexName':'i','KeySchema':[],'Projection':{},"
                  "'IndexStatus':'ACTIVE'}],'StreamSpecification':{'StreamEnabled':true,'StreamViewType':'KEYS_ONLY'}}}"),
      Catch::Contains("'GlobalSecondaryIndexes':[{'IndexName':'i','KeySchema':[],'Projection':{}}]") &&
          Catch::Contains("'StreamSpecification':{'StreamEnabled':true,'StreamViewType':'KEYS_ONLY'}"));
}

TEST_CASE("Seeds: items of scans, of exports and of batches, 25 to a request", "[app][seed]") {
  CHECK(items("{'Items':[{'id':{'S':'1'}},{'id':{'S':'2'}}],'Count':2}") ==
        "BatchWriteItem {'RequestItems':{'orders':[{'PutRequest':{'Item':{'id':{'S':'1'}}}},{'PutRequest':{'Item':{'id':{'S':'2'}}}}]}}");
  CHECK(items("{'Items':[]}") == "");
  constexpr const char* kOne = "BatchWriteItem {'RequestItems':{'orders':[{'PutRequest':{'Item':{'id':{'N':'1'}}}}]}}";
  CHECK(items("{'Item':{'id':{'N':'1'}}}") == kOne);
  CHECK(items("\n{'Item':\n  {'id':{'N':'1'}}}\n") == kOne);
  CHECK(items("{'orders':[{'PutRequest':{'Item':{'id':{'N':'1'}}}}]}") == kOne);
  CHECK(items("{'RequestItems':{'orders':[{'PutRequest':{'Item':{'id':{'N':'1'}}}}]}}") == kOne);
  for (auto [count, requests] : {std::pair(25, 1), {26, 2}, {50, 2}, {51, 3}}) {
    std::string lines;
    for (int i = 0; i < count; ++i) append(lines, "{'Item':{'id':{'N':'", i, "'}}}\n");
    CHECK(items_in(json(lines), "orders")->size() == static_cast<size_t>(requests));
  }
}

TEST_CASE("Seeds: what holds nothing for DynamoDB is refused with where it is wrong", "[app][seed]") {
  CHECK_THAT(items("{'name':'package','version':'1.0.0'}"), Catch::StartsWith("refused: it holds neither a table's definition nor items"));
  CHECK_THAT(items("{'Item':{'id':{'N':'1'}}}\n{'Item':"), Catch::StartsWith("refused: line 2: "));
  CHECK_THAT(items("{'Item':{'id':{'N':'1'}}}\n{'Key':{}}"), Catch::StartsWith("refused: line 2 is not"));
  CHECK_THAT(items("not JSON"), Catch::StartsWith("refused: "));
  CHECK_THAT(items(""), Catch::StartsWith("refused: "));
  CHECK(definitions("not JSON") == "");
}

}  // namespace cloudemu::test
