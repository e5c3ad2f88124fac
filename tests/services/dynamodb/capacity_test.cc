#include <catch2/catch.hpp>

#include "core/strings.h"
#include "support/dynamodb.h"

/// ReturnConsumedCapacity and ReturnItemCollectionMetrics.
namespace cloudemu::test {

namespace {

struct Capacity : DynamoDb {
  Capacity() {
    table("tab", "p");
    table("indexed", "p", "r",
          "'AttributeDefinitions':[{'AttributeName':'p','AttributeType':'S'},{'AttributeName':'r','AttributeType':'S'},"
          "{'AttributeName':'x',"
          "'AttributeType':'S'}],'GlobalSecondaryIndexes':[{'IndexName':'gsi','KeySchema':[{'AttributeName':'x','"
          "KeyType':'HASH'}],'Projection':"
          "{'ProjectionType':'KEYS_ONLY'}}],'LocalSecondaryIndexes':[{'IndexName':'lsi','KeySchema':[{'AttributeName':'"
          "p','KeyType':'HASH'},"
          "{'AttributeName':'x','KeyType':'RANGE'}],'Projection':{'ProjectionType':'ALL'}}]");
  }
  /// ConsumedCapacity of a call, without the rest.
  std::string consumed(std::string_view operation, std::string_view members, std::string_view detail = "TOTAL") {
    std::string body = ok(operation, concat("{", members, ",'ReturnConsumedCapacity':'", detail, "'}"));
    size_t at = body.find("'ConsumedCapacity':");
    return at == std::string::npos ? "none" : body.substr(at + 19, body.size() - at - 20);
  }
  void put_bytes(size_t bytes) {
    // 'p' and its value, 'x', and the rest.
    put("tab", concat("{'p':{'S':'k'},'x':{'S':'", std::string(bytes - 3, 'x'), "'}}"));
  }
};

std::string units(std::string_view count) { return concat("{'TableName':'tab','CapacityUnits':", count, "}"); }
constexpr std::string_view kGet = "'TableName':'tab','Key':{'p':{'S':'k'}}";

}  // namespace

TEST_CASE("Capacity: a read of 4 KB costs a unit, half of it if it may be old", "[dynamodb][capacity]") {
  Capacity db;
  CHECK(db.consumed("GetItem", kGet) == units("0.5"));
  CHECK(db.consumed("GetItem", kGet, "NONE") == "none");
  db.put_bytes(4096);
  CHECK(db.consumed("GetItem", kGet) == units("0.5"));
  CHECK(db.consumed("GetItem", concat(kGet, ",'ConsistentRead':true")) == units("1.0"));
  db.put_bytes(4097);
  CHECK(db.consumed("GetItem", kGet) == units("1.0"));
  CHECK(db.consumed("GetItem", concat(kGet, ",'ConsistentRead':true")) == units("2.0"));
  CHECK(db.consumed("GetItem", kGet, "INDEXES") == "{'TableName':'tab','CapacityUnits':1.0,'Table':{'CapacityUnits':1.0}}");
}

TEST_CASE("Capacity: a write of 1 KB costs a unit, by the larger of old and new", "[dynamodb][capacity]") {
  Capacity db;
  auto put = [&](size_t bytes) {
    return db.consumed("PutItem", concat("'TableName':'tab','Item':{'p':{'S':'k'},'x':{'S':'", std::string(bytes - 3, 'x'), "'}}"));
  };
  CHECK(put(1024) == units("1.0"));
  CHECK(put(1025) == units("2.0"));
  CHECK(put(10) == units("2.0"));
  CHECK(put(10) == units("1.0"));
  CHECK(db.consumed("DeleteItem", kGet) == units("1.0"));
  CHECK(db.consumed("DeleteItem", kGet) == units("1.0"));
  CHECK(db.consumed("UpdateItem", kGet) == units("1.0"));
}

TEST_CASE("Capacity: an index costs if its entry changes", "[dynamodb][capacity][index]") {
  Capacity db;
  auto put = [&](std::string_view more) {
    return db.consumed("PutItem", concat("'TableName':'indexed','Item':{'p':{'S':'k'},'r':{'S':'1'}", more, "}"), "INDEXES");
  };
  CHECK(put("") == "{'TableName':'indexed','CapacityUnits':1.0,'Table':{'CapacityUnits':1.0}}");
  CHECK(put(",'x':{'S':'a'}") ==
        "{'TableName':'indexed','CapacityUnits':3.0,'Table':{'CapacityUnits':1.0},'GlobalSecondaryIndexes':{'gsi':{'"
        "CapacityUnits':1.0}},"
        "'LocalSecondaryIndexes':{'lsi':{'CapacityUnits':1.0}}}");
  CHECK(put(",'x':{'S':'a'},'y':{'S':'b'}") ==
        "{'TableName':'indexed','CapacityUnits':2.0,'Table':{'CapacityUnits':1.0},'LocalSecondaryIndexes':{'lsi':{'"
        "CapacityUnits':1.0}}}");
  // A new key: one entry goes, another comes.
  CHECK(put(",'x':{'S':'b'},'y':{'S':'b'}") ==
        "{'TableName':'indexed','CapacityUnits':5.0,'Table':{'CapacityUnits':1.0},'GlobalSecondaryIndexes':{'gsi':{'"
        "CapacityUnits':2.0}},"
        "'LocalSecondaryIndexes':{'lsi':{'CapacityUnits':2.0}}}");
}

TEST_CASE("Capacity: a query costs by the sum of what it reads, a scan something in every partition", "[dynamodb][capacity]") {
  Capacity db;
  constexpr std::string_view kQuery =
      "'TableName':'indexed','KeyConditionExpression':'p = :p','ExpressionAttributeValues':{':p':{'S':'k'}}";
  std::string three = "{'TableName':'indexed','CapacityUnits':";
  CHECK(db.consumed("Query", kQuery) == concat(three, "0.5}"));
  for (int i = 0; i < 3; ++i) db.put("indexed", concat("{'p':{'S':'k'},'r':{'S':'", i, "'},'y':{'S':'", std::string(2000, 'y'), "'}}"));
  CHECK(db.consumed("Query", kQuery) == concat(three, "1.0}"));
  CHECK(db.consumed("Query", concat(kQuery, ",'ConsistentRead':true")) == concat(three, "2.0}"));
  CHECK(db.consumed("Query", concat(kQuery, ",'Limit':1")) == concat(three, "0.5}"));
  CHECK(db.consumed("Scan", "'TableName':'tab'") == units("2.0"));
  CHECK(db.consumed("Scan", "'TableName':'tab','ConsistentRead':true") == units("4.0"));
}

TEST_CASE("Capacity: batches list tables, transactions cost double", "[dynamodb][capacity]") {
  Capacity db;
  CHECK(db.consumed("BatchGetItem", "'RequestItems':{'tab':{'Keys':[{'p':{'S':'a'}},{'p':{'S':'b'}}]}}") == concat("[", units("1.0"), "]"));
  CHECK(db.consumed("BatchWriteItem", "'RequestItems':{'tab':[{'PutRequest':{'Item':{'p':{'S':'a'}}}}]}") ==
        concat("[", units("1.0"), "]"));
  CHECK(db.consumed("TransactWriteItems", "'TransactItems':[{'Put':{'TableName':'tab','Item':{'p':{'S':'a'}}}}]") ==
        "[{'TableName':'tab','CapacityUnits':2.0,'WriteCapacityUnits':2.0}]");
  CHECK(db.consumed("TransactGetItems", "'TransactItems':[{'Get':{'TableName':'tab','Key':{'p':{'S':'a'}}}}]") ==
        "[{'TableName':'tab','CapacityUnits':2.0,'ReadCapacityUnits':2.0}]");
}

TEST_CASE("Capacity: a transaction costs double, but not what it changes in indexes", "[dynamodb][capacity][transaction][index]") {
  Capacity db;
  CHECK(db.consumed("TransactWriteItems",
                    "'TransactItems':[{'Put':{'TableName':'indexed','Item':{'p':{'S':'k'},'r':{'S':'1'},'x':{'S':'a'}}}}]", "INDEXES") ==
        "[{'TableName':'indexed','CapacityUnits':4.0,'WriteCapacityUnits':4.0,'Table':{'WriteCapacityUnits':2.0,'CapacityUnits':2.0},"
        "'GlobalSecondaryIndexes':{'gsi':{'WriteCapacityUnits':1.0,'CapacityUnits':1.0}},"
        "'LocalSecondaryIndexes':{'lsi':{'WriteCapacityUnits':1.0,'CapacityUnits':1.0}}}]");
}

TEST_CASE("Capacity: a table that was named by its ARN is called so", "[dynamodb][capacity][arn]") {
  Capacity db;
  std::string arn = "arn:aws:dynamodb:us-east-1:000000000000:table/tab";
  std::string read = concat("{'TableName':'", arn, "','CapacityUnits':0.5}"),
              written = concat("{'TableName':'", arn, "','CapacityUnits':1.0}");
  CHECK(db.consumed("GetItem", concat("'TableName':'", arn, "','Key':{'p':{'S':'k'}}")) == read);
  CHECK(db.consumed("PutItem", concat("'TableName':'", arn, "','Item':{'p':{'S':'k'}}")) == written);
  CHECK(db.consumed("Query", concat("'TableName':'", arn,
                                    "','KeyConditionExpression':'p = :p','ExpressionAttributeValues':{':p':{'S':'k'}}")) == read);
  CHECK(db.consumed("BatchGetItem", concat("'RequestItems':{'", arn, "':{'Keys':[{'p':{'S':'a'}}]}}")) == concat("[", read, "]"));
  CHECK(db.consumed("BatchWriteItem", concat("'RequestItems':{'", arn, "':[{'PutRequest':{'Item':{'p':{'S':'a'}}}}]}")) ==
        concat("[", written, "]"));
  CHECK(db.consumed("TransactWriteItems", concat("'TransactItems':[{'Put':{'TableName':'", arn, "','Item':{'p':{'S':'a'}}}}]")) ==
        concat("[{'TableName':'", arn, "','CapacityUnits':2.0,'WriteCapacityUnits':2.0}]"));
}

TEST_CASE("Item collections: of a transaction by table, mere checks aside", "[dynamodb][capacity][transaction]") {
  Capacity db;
  std::string key = "'Key':{'p':{'S':'k'},'r':{'S':'1'}}";
  std::string actions = concat("{'Put':{'TableName':'tab','Item':{'p':{'S':'a'}}}},",
                               "{'Put':{'TableName':'indexed','Item':{'p':{'S':'a'},'r':{'S':'1'}}}},", "{'Delete':{'TableName':'indexed',",
                               key, "}},", "{'ConditionCheck':{'TableName':'indexed','Key':{'p':{'S':'k'},'r':{'S':'2'}},",
                               "'ConditionExpression':'attribute_not_exists(p)'}}");
  CHECK(db.ok("TransactWriteItems", concat("{'TransactItems':[", actions, "],'ReturnItemCollectionMetrics':'SIZE'}")) ==
        "{'ItemCollectionMetrics':{'indexed':[{'ItemCollectionKey':{'p':{'S':'a'}},'SizeEstimateRangeGB':[0.0,1.0]},"
        "{'ItemCollectionKey':{'p':{'S':'k'}},'SizeEstimateRangeGB':[0.0,1.0]}]}}");
}

TEST_CASE("Item collections: each is told once, however many of its items are written", "[dynamodb][capacity][batch]") {
  Capacity db;
  auto put = [](std::string_view key) {
    return concat("{'PutRequest':{'Item':{'p':{'S':'", key.substr(0, 1), "'},'r':{'S':'", key, "'}}}}");
  };
  std::string puts = concat(put("k1"), ",", put("a"), ",", put("k2"));
  CHECK(db.ok("BatchWriteItem", concat("{'RequestItems':{'indexed':[", puts, "]},'ReturnItemCollectionMetrics':'SIZE'}")) ==
        "{'UnprocessedItems':{},'ItemCollectionMetrics':{'indexed':[{'ItemCollectionKey':{'p':{'S':'k'}},'SizeEstimateRangeGB':[0.0,1.0]},"
        "{'ItemCollectionKey':{'p':{'S':'a'}},'SizeEstimateRangeGB':[0.0,1.0]}]}}");
}

TEST_CASE("Item collections: measured for tables with local indexes", "[dynamodb][capacity]") {
  Capacity db;
  CHECK(db.ok("PutItem", "{'TableName':'indexed','Item':{'p':{'S':'k'},'r':{'S':'1'}},'ReturnItemCollectionMetrics':'SIZE'}") ==
        "{'ItemCollectionMetrics':{'ItemCollectionKey':{'p':{'S':'k'}},'SizeEstimateRangeGB':[0.0,1.0]}}");
  CHECK(db.ok("PutItem", "{'TableName':'tab','Item':{'p':{'S':'k'}},'ReturnItemCollectionMetrics':'SIZE'}") == "{}");
}

}  // namespace cloudemu::test
