#include <catch2/catch.hpp>

#include "core/strings.h"
#include "support/dynamodb.h"

namespace cloudemu::test {

using namespace dynamodb;

namespace {

struct Expiring : DynamoDb {
  explicit Expiring(std::string_view more = {}) { table("tab", "p", {}, more); }
  void enable(std::string_view attribute = "t") { set(attribute, "true"); }
  void disable(std::string_view attribute = "t") { set(attribute, "false"); }
  void set(std::string_view attribute, std::string_view enabled) {
    ok("UpdateTimeToLive",
       concat("{'TableName':'tab','TimeToLiveSpecification':{'AttributeName':'", attribute, "','Enabled':", enabled, "}}"));
  }
  /// An item that expires so many seconds from the beginning on.
  void put_for(std::string_view key, int64_t seconds) { put("tab", concat("{'p':{'S':'", key, "'},'t':{'N':'", start_s + seconds, "'}}")); }
  std::string keys() { return pages("Scan", "{'TableName':'tab'}", "p"); }

  int64_t start_s = world.clock().time / 1000;
};

}  // namespace

TEST_CASE("Time to live: an item goes when its time is over", "[dynamodb][ttl][time]") {
  Expiring db;
  db.enable();
  db.put_for("a", 10);
  db.put_for("b", 20);
  db.world.advance(10 * kSecondMs - 1);
  CHECK_FALSE(db.item("tab", "{'p':{'S':'a'}}").empty());
  db.world.advance(1);
  CHECK(db.event<ItemDeleted>().expired);
  CHECK(db.item("tab", "{'p':{'S':'a'}}").empty());
  CHECK(db.keys() == "b");
  db.world.advance(kDayMs);
  CHECK(db.keys().empty());
}

TEST_CASE("Time to live: only a number expires, and nothing that was over for five years", "[dynamodb][ttl][time]") {
  Expiring db;
  db.enable();
  for (std::string_view value : {"{'S':'1'}", "{'NS':['1']}", "{'N':'0'}", "{'N':'-5'}", "{'N':'1E40'}", "{'N':'0.5'}"}) {
    db.put("tab", concat("{'p':{'S':'kept'},'t':", value, "}"));
    db.world.advance(kDayMs);
    CHECK_FALSE(db.item("tab", "{'p':{'S':'kept'}}").empty());
  }
  int64_t now_s = db.world.clock().time / 1000, five_years_s = 5 * 365 * 86'400;
  db.put("tab", concat("{'p':{'S':'old'},'t':{'N':'", now_s - five_years_s - 1, "'}}"));
  db.put("tab", concat("{'p':{'S':'young'},'t':{'N':'", now_s - five_years_s, "'}}"));
  db.put("tab", concat("{'p':{'S':'fraction'},'t':{'N':'", now_s, ".75'}}"));
  db.world.advance(0);
  CHECK(db.item("tab", "{'p':{'S':'young'}}").empty());
  CHECK(db.item("tab", "{'p':{'S':'fraction'}}").empty());
  db.world.advance(kDayMs);
  CHECK_FALSE(db.item("tab", "{'p':{'S':'old'}}").empty());
}

TEST_CASE("Time to live: a write moves it, or takes it away", "[dynamodb][ttl][time]") {
  Expiring db;
  db.enable();
  db.put_for("later", 10);
  db.put_for("never", 10);
  db.put_for("sooner", 1000);
  auto set = [&](std::string_view key, std::string_view expression, int64_t seconds) {
    db.ok("UpdateItem", concat("{'TableName':'tab','Key':{'p':{'S':'", key, "'}},'UpdateExpression':'", expression,
                               "','ExpressionAttributeValues':{':t':{'N':'", db.start_s + seconds, "'}}}"));
  };
  set("later", "SET t = :t", 100);
  set("sooner", "SET t = :t", 5);
  db.ok("UpdateItem", "{'TableName':'tab','Key':{'p':{'S':'never'}},'UpdateExpression':'REMOVE t'}");
  db.world.advance(5 * kSecondMs);
  CHECK(db.item("tab", "{'p':{'S':'sooner'}}").empty());
  db.world.advance(94 * kSecondMs);
  CHECK_FALSE(db.item("tab", "{'p':{'S':'later'}}").empty());
  db.world.advance(kSecondMs);
  CHECK(db.keys() == "never");
  db.world.advance(365 * kDayMs);
  CHECK(db.keys() == "never");
}

TEST_CASE("Time to live: switched on, it holds for the items that are there; switched off, for none", "[dynamodb][ttl][time][jobs]") {
  Expiring db;
  db.put_many("tab", 3000, [&](int i) { return concat("{'p':{'S':'", i, "'},'t':{'N':'", db.start_s + i, "'}}"); });
  db.enable();
  CHECK(db.ok("DescribeTimeToLive", "{'TableName':'tab'}") ==
        "{'TimeToLiveDescription':{'AttributeName':'t','TimeToLiveStatus':'ENABLING'}}");
  db.world.advance(100 * kSecondMs);
  CHECK(db.world.events().empty());
  db.world.run_jobs();
  CHECK(db.ok("DescribeTimeToLive", "{'TableName':'tab'}") ==
        "{'TimeToLiveDescription':{'AttributeName':'t','TimeToLiveStatus':'ENABLED'}}");
  db.world.advance(0);
  db.require_events(100);
  db.world.advance(1900 * kSecondMs);
  CHECK(db.ok("Scan", "{'TableName':'tab','Select':'COUNT'}") == "{'Count':1000,'ScannedCount':1000}");
  db.disable();
  db.world.run_jobs();
  db.world.advance(kDayMs);
  CHECK(db.ok("Scan", "{'TableName':'tab','Select':'COUNT'}") == "{'Count':1000,'ScannedCount':1000}");
  db.enable("other");
  db.world.run_jobs();
  db.world.advance(kDayMs);
  CHECK(db.ok("Scan", "{'TableName':'tab','Select':'COUNT'}") == "{'Count':1000,'ScannedCount':1000}");
}

TEST_CASE("Time to live: the items leave their secondary indexes, and the table can be deleted", "[dynamodb][ttl][time][index]") {
  Expiring db;
  db.ok("UpdateTable",
        "{'TableName':'tab','AttributeDefinitions':[{'AttributeName':'t','AttributeType':'N'}],'GlobalSecondaryIndexUpdates':"
        "[{'Create':{'IndexName':'gsi','KeySchema':[{'AttributeName':'t','KeyType':'HASH'}],'Projection':{'ProjectionType':'ALL'}}}]}");
  db.enable();
  db.put_for("a", 10);
  db.put_for("b", 20);
  CHECK(db.ok("Scan", "{'TableName':'tab','IndexName':'gsi','Select':'COUNT'}") == "{'Count':2,'ScannedCount':2}");
  db.world.advance(10 * kSecondMs);
  CHECK(db.ok("Scan", "{'TableName':'tab','IndexName':'gsi','Select':'COUNT'}") == "{'Count':1,'ScannedCount':1}");
  CHECK(db.ok("DescribeTable", "{'TableName':'tab'}").find("'IndexName':'gsi'") != std::string::npos);
  db.ok("DeleteTable", "{'TableName':'tab'}");
  db.world.run_jobs();
  db.world.advance(kDayMs);
  db.table("tab", "p");
  CHECK(db.keys().empty());
}

TEST_CASE("Time to live: the stream says that the service deleted the item", "[dynamodb][ttl][time][streams]") {
  Expiring db("'StreamSpecification':{'StreamEnabled':true,'StreamViewType':'OLD_IMAGE'}");
  db.enable();
  db.put_for("a", 10);
  db.world.advance(10 * kSecondMs);
  CHECK(db.event<ItemDeleted>().streamed_until == db.world.clock().time + kDayMs);
  std::string table = db.ok("DescribeTable", "{'TableName':'tab'}");
  auto ask = [&](std::string_view operation, std::string_view input) {
    return db.ok(concat("DynamoDBStreams_20120810.", operation), input);
  };
  size_t at = table.find("'LatestStreamArn':'") + 19;
  std::string arn = table.substr(at, table.find('\'', at) - at);
  std::string stream = ask("DescribeStream", concat("{'StreamArn':'", arn, "'}"));
  at = stream.find("'ShardId':'") + 11;
  std::string shard = stream.substr(at, stream.find('\'', at) - at);
  std::string iterator =
      ask("GetShardIterator", concat("{'StreamArn':'", arn, "','ShardId':'", shard, "','ShardIteratorType':'TRIM_HORIZON'}"));
  at = iterator.find("':'") + 3;
  std::string records = ask("GetRecords", concat("{'ShardIterator':'", iterator.substr(at, iterator.find('\'', at) - at), "'}"));
  CHECK(records.find("'eventName':'REMOVE'") != std::string::npos);
  CHECK(records.find("'OldImage':{'p':{'S':'a'}") != std::string::npos);
  CHECK(records.find("'userIdentity':{'Type':'Service','PrincipalId':'dynamodb.amazonaws.com'}") != std::string::npos);
}

TEST_CASE("Time to live: what is over when it is written goes after it came", "[dynamodb][ttl][time][streams]") {
  Expiring db;
  db.put_for("early", -60);
  db.world.advance(5 * kSecondMs);
  db.enable();
  db.world.advance(0);
  CHECK(db.keys().empty());
  db.put_for("a", -10);
  CHECK(db.event<ItemPut>().expires_at == db.world.clock().time);
  db.world.advance(0);
  CHECK(db.keys().empty());
}

TEST_CASE("Time to live: a thousand items that expire at once go in slices", "[dynamodb][ttl][time]") {
  Expiring db;
  db.enable();
  db.put_many("tab", 1200, [&](int i) { return concat("{'p':{'S':'", i, "'},'t':{'N':'", db.start_s + 10, "'}}"); });
  db.world.advance(10 * kSecondMs);
  db.require_events(1200);
  CHECK(db.keys().empty());
}

}  // namespace cloudemu::test
