#include <catch2/catch.hpp>

#include "core/strings.h"
#include "support/dynamodb.h"

/// What is in a deleted table or index goes in slices.
namespace cloudemu::test {

using namespace dynamodb;

namespace {

struct Dropping : DynamoDb {
  Dropping() { make(); }
  void make() {
    table("tab", "p", "",
          "'AttributeDefinitions':[{'AttributeName':'p','AttributeType':'S'},{'AttributeName':'x','AttributeType':'S'}],"
          "'GlobalSecondaryIndexes':[{'IndexName':'gsi','KeySchema':[{'AttributeName':'x','KeyType':'HASH'}],"
          "'Projection':{'ProjectionType':'ALL'}}]");
  }
  void fill(int count) {
    put_many("tab", count, [](int i) { return concat("{'p':{'S':'", i, "'},'x':{'S':'a'}}"); });
  }
  std::string remove_index = "{'TableName':'tab','GlobalSecondaryIndexUpdates':[{'Delete':{'IndexName':'gsi'}}]}";
  /// Rows of the whole database, by table of the schema.
  int64_t rows(std::string_view table) {
    sqlite::Statement count(const_cast<State&>(world.state()).database(), concat("SELECT count(*) FROM ", table));
    auto row = count.query();
    return row.next() ? row.integer(0) : -1;
  }
};

constexpr std::string_view kTab = "{'TableName':'tab'}";

}  // namespace

TEST_CASE("A deleted table of few items is gone when the call returns", "[dynamodb][delete_table][jobs]") {
  Dropping db;
  db.fill(400);
  db.ok("DeleteTable", kTab);
  CHECK(db.refusal("DescribeTable", kTab) == "ResourceNotFoundException: Requested resource not found: Table: tab not found");
  CHECK(db.rows("ddb_item") == 0);
  CHECK(db.rows("ddb_entry") == 0);
  CHECK(db.rows("ddb_index") == 0);
  CHECK(db.rows("ddb_table") == 0);
}

TEST_CASE("A deleted table of many items is DELETING until its job is done", "[dynamodb][delete_table][jobs]") {
  Dropping db;
  db.fill(1500);
  db.put("tab", "{'p':{'S':'no index'}}");
  CHECK(db.ok("DeleteTable", kTab).find("'TableStatus':'DELETING'") != std::string::npos);
  CHECK(db.ok("DescribeTable", kTab).find("'TableStatus':'DELETING'") != std::string::npos);
  CHECK(db.ok("ListTables", "{}") == "{'TableNames':['tab']}");
  CHECK(db.refusal("DeleteTable", kTab) ==
        "ResourceInUseException: Attempt to change a resource which is still in use: Table is being deleted: tab");
  CHECK(db.refusal("CreateTable",
                   "{'TableName':'tab','BillingMode':'PAY_PER_REQUEST','KeySchema':[{'AttributeName':'p','KeyType':'HASH'}],"
                   "'AttributeDefinitions':[{'AttributeName':'p','AttributeType':'S'}]}") ==
        "ResourceInUseException: Table already exists: tab");
  CHECK(db.refusal("GetItem", "{'TableName':'tab','Key':{'p':{'S':'1'}}}") == "ResourceNotFoundException: Requested resource not found");
  CHECK(db.refusal("PutItem", "{'TableName':'tab','Item':{'p':{'S':'1'}}}") == "ResourceNotFoundException: Requested resource not found");
  db.world.run_jobs();
  CHECK(db.refusal("DescribeTable", kTab) == "ResourceNotFoundException: Requested resource not found: Table: tab not found");
  CHECK(db.rows("ddb_item") == 0);
  CHECK(db.rows("ddb_entry") == 0);
  CHECK(db.rows("ddb_index") == 0);
  CHECK(db.rows("job") == 0);
  db.make();
  db.fill(3);
  CHECK(db.ok("Scan", "{'TableName':'tab','Select':'COUNT'}") == "{'Count':3,'ScannedCount':3}");
}

TEST_CASE("Entries of a deleted index go in slices; its name is free at once", "[dynamodb][update_table][index][jobs]") {
  Dropping db;
  db.fill(1500);
  db.ok("UpdateTable", db.remove_index);
  CHECK(db.rows("ddb_entry") == 500);
  CHECK(db.refusal("Scan", "{'TableName':'tab','IndexName':'gsi'}") ==
        "ValidationException: The table does not have the specified index: gsi");
  // Written meanwhile: such items have no entries in it, but some have old ones there.
  for (int i = 1; i <= 300; ++i) db.ok("DeleteItem", concat("{'TableName':'tab','Key':{'p':{'S':'", i, "'}}}"));
  db.fill(100);
  SECTION("alone") { db.world.run_jobs(); }
  SECTION("while the table is deleted, too") {
    db.ok("DeleteTable", kTab);
    db.world.run_jobs();
    CHECK(db.rows("ddb_item") == 0);
  }
  CHECK(db.rows("ddb_entry") == 0);
  CHECK(db.rows("ddb_index") == 0);
}

TEST_CASE("Logs of earlier versions: what a table held went with its TableDeleted", "[dynamodb][delete_table][jobs]") {
  Dropping db;
  db.fill(20);
  int64_t table = db.world.state().dynamodb().find_table("000000000000", "us-east-1", "tab")->id;
  db.world.given({TableDeleted{.table = table, .name = "tab"}});
  CHECK(db.rows("ddb_item") + db.rows("ddb_entry") + db.rows("ddb_index") + db.rows("ddb_table") == 0);
}

TEST_CASE("An account has 2,500 tables in a region", "[dynamodb][create_table][limits]") {
  DynamoDb db;
  std::vector<Event> tables;
  for (int i = 0; i < 2500; ++i) {
    TableDescription description{.name = concat("table-", i), .attributes = {{"p", "S"}}, .hash = {"p", "S"}};
    tables.push_back(TableCreated{.account = "000000000000", .region = "us-east-1", .description = std::move(description)});
  }
  db.world.given(std::move(tables));
  CHECK(db.refusal("CreateTable",
                   "{'TableName':'one-more','BillingMode':'PAY_PER_REQUEST','KeySchema':[{'AttributeName':'p','KeyType':'HASH'}],"
                   "'AttributeDefinitions':[{'AttributeName':'p','AttributeType':'S'}]}") ==
        "LimitExceededException: Subscriber limit exceeded: There is a limit of 2500 tables per subscriber");
  db.ok("DeleteTable", "{'TableName':'table-7'}");
  db.table("one-more", "p");
  db.region = "eu-west-1";
  db.table("elsewhere", "p");
}

}  // namespace cloudemu::test
