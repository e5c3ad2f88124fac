#include <algorithm>
#include <catch2/catch.hpp>

#include "core/strings.h"
#include "support/dynamodb.h"

/// A global index that is added to a table with items is filled by a job, in slices.
namespace cloudemu::test {

using namespace dynamodb;

namespace {

constexpr std::string_view kCount = "{'TableName':'tab','IndexName':'gsi','Select':'COUNT'}";

std::string counted(int count) { return concat("{'Count':", count, ",'ScannedCount':", count, "}"); }

struct Filling : DynamoDb {
  Filling() { table("tab", "p"); }
  /// Items '1' to `count`, whose x says in which partition of the index they are.
  void fill(int count, std::string_view more = "") {
    put_many("tab", count, [&](int i) { return concat("{'p':{'S':'", i, "'},'x':{'S':'", i % 2 ? "odd" : "even", "'}", more, "}"); });
  }
  std::string create(std::string_view name = "gsi") {
    return concat("{'TableName':'tab','AttributeDefinitions':[{'AttributeName':'x','AttributeType':'S'}],",
                  "'GlobalSecondaryIndexUpdates':[{'Create':{'IndexName':'", name,
                  "','KeySchema':[{'AttributeName':'x','KeyType':'HASH'}],'Projection':{'ProjectionType':'KEYS_ONLY'}}}]}");
  }
  std::string remove(std::string_view name = "gsi") {
    return concat("{'TableName':'tab','GlobalSecondaryIndexUpdates':[{'Delete':{'IndexName':'", name, "'}}]}");
  }
  bool describes(std::string_view text) { return ok("DescribeTable", "{'TableName':'tab'}").find(text) != std::string::npos; }
  std::string partition(std::string_view x) {
    std::string query = concat("{'TableName':'tab','IndexName':'gsi','Select':'COUNT','KeyConditionExpression':'x = :x',",
                               "'ExpressionAttributeValues':{':x':{'S':'", x, "'}}}");
    return ok("Query", query);
  }
};

}  // namespace

TEST_CASE("A new index of a thousand items is there when the call returns", "[dynamodb][update_table][index][jobs]") {
  Filling db;
  db.fill(1000);
  db.ok("UpdateTable", db.create());
  CHECK(db.describes("'IndexStatus':'ACTIVE'"));
  CHECK(db.ok("Scan", kCount) == counted(1000));
  CHECK_FALSE(db.world.run_slice());
}

TEST_CASE("A new index of an empty table needs no job", "[dynamodb][update_table][index][jobs]") {
  Filling db;
  db.ok("UpdateTable", db.create());
  db.require_events(1);
  CHECK(db.describes("'IndexStatus':'ACTIVE'"));
}

TEST_CASE("A new index of many items is filled in slices, and refused to readers meanwhile", "[dynamodb][update_table][index][jobs]") {
  Filling db;
  db.fill(1500);
  db.ok("UpdateTable", db.create());
  CHECK(db.describes("'IndexStatus':'CREATING','Backfilling':true"));
  CHECK(db.refusal("Scan", kCount) == "ValidationException: Cannot read from backfilling global secondary index: gsi");
  CHECK(db.refusal("UpdateTable", db.create("other")) ==
        "LimitExceededException: Subscriber limit exceeded: Only 1 online index can be created or deleted simultaneously per table");
  size_t slices = 0;
  while (db.world.run_slice()) {
    ++slices;
    REQUIRE(db.world.events().size() >= 2);
    CHECK(std::get<IndexFilled>(db.world.events()[0]).entries.size() <= 200);
  }
  CHECK(slices >= 3);
  CHECK(std::get<jobs::JobEnded>(db.world.events().back()).status == "COMPLETED");
  CHECK(std::get<jobs::JobEnded>(db.world.events().back()).done == 1500);
  CHECK(db.describes("'IndexStatus':'ACTIVE'"));
  CHECK_FALSE(db.describes("Backfilling"));
  CHECK(db.ok("Scan", kCount) == counted(1500));
}

TEST_CASE("Writes while an index is filled: what is before the cursor and what is after it", "[dynamodb][update_table][index][jobs]") {
  Filling db;
  db.fill(1600);
  db.ok("UpdateTable", db.create());
  // Items are met in the order of a hash: of a hundred some were reached already, some were not.
  for (int i = 1; i <= 100; ++i) db.put("tab", concat("{'p':{'S':'", i, "'},'x':{'S':'moved'}}"));
  for (int i = 101; i <= 200; ++i) db.ok("DeleteItem", concat("{'TableName':'tab','Key':{'p':{'S':'", i, "'}}}"));
  for (int i = 201; i <= 300; ++i) db.put("tab", concat("{'p':{'S':'", i, "'}}"));
  for (int i = 1; i <= 100; ++i) db.put("tab", concat("{'p':{'S':'new", i, "'},'x':{'S':'new'}}"));
  REQUIRE(db.world.run_slice());
  for (int i = 301; i <= 400; ++i) db.put("tab", concat("{'p':{'S':'", i, "'},'x':{'S':'moved'}}"));
  db.world.run_jobs();
  CHECK(db.partition("moved") == counted(200));
  CHECK(db.partition("new") == counted(100));
  CHECK(db.partition("odd") == counted(600));
  CHECK(db.partition("even") == counted(600));
  CHECK(db.ok("Scan", kCount) == counted(1500));
  CHECK(db.describes("'ItemCount':1500,'IndexArn'"));
}

TEST_CASE("An index that goes while it is filled ends its job", "[dynamodb][update_table][index][jobs]") {
  Filling db;
  db.fill(1500);
  db.ok("UpdateTable", db.create());
  db.ok("UpdateTable", db.remove());
  auto ended = [&] {
    while (db.world.run_slice()) {
      for (const Event& event : db.world.events()) {
        if (auto* end = std::get_if<jobs::JobEnded>(&event); end && end->status == "CANCELLED") return true;
      }
    }
    return false;
  };
  CHECK(ended());
  db.ok("UpdateTable", db.create());
  db.world.run_jobs();
  CHECK(db.ok("Scan", kCount) == counted(1500));
  db.ok("UpdateTable", db.remove());
  db.ok("UpdateTable", db.create());
  CHECK(db.refusal("DeleteTable", "{'TableName':'tab'}") ==
        "ResourceInUseException: Attempt to change a resource which is still in use: Cannot delete table while indexes are being created, "
        "updated, or deleted.");
  db.ok("UpdateTable", db.remove());
  db.ok("DeleteTable", "{'TableName':'tab'}");
  CHECK(ended());
}

TEST_CASE("A slice is bounded by bytes as well", "[dynamodb][update_table][index][jobs][limits]") {
  Filling db;
  db.fill(12, concat(",'y':{'S':'", std::string(200'000, 'y'), "'}"));
  db.ok("UpdateTable", db.create());
  CHECK(db.describes("'IndexStatus':'CREATING'"));
  REQUIRE(db.world.run_slice());
  CHECK(std::get<IndexFilled>(db.world.events()[0]).entries.size() == 2);
  db.world.run_jobs();
  CHECK(db.ok("Scan", kCount) == counted(12));
}

}  // namespace cloudemu::test
