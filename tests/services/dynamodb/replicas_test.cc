#include <catch2/catch.hpp>

#include "core/strings.h"
#include "support/dynamodb.h"

namespace cloudemu::test {

using namespace dynamodb;

namespace {

/// A table in us-east-1, and what other regions see.
struct Group : DynamoDb {
  Group() { table("tab", "p"); }
  std::string in(std::string_view place, std::string_view operation, std::string_view input) {
    std::string here = std::exchange(region, std::string(place));
    std::string body = ok(operation, input);
    region = here;
    return body;
  }
  std::string item_in(std::string_view place, std::string_view key) {
    return in(place, "GetItem", concat("{'TableName':'tab','Key':{'p':{'S':'", key, "'}}}"));
  }
  std::string update(std::string_view replica_update) {
    return ok("UpdateTable", concat("{'TableName':'tab','ReplicaUpdates':[", replica_update, "]}"));
  }
  void add(std::string_view place) { update(concat("{'Create':{'RegionName':'", place, "'}}")); }
  bool describes(std::string_view place, std::string_view text) {
    return in(place, "DescribeTable", "{'TableName':'tab'}").find(text) != std::string::npos;
  }
};

}  // namespace

TEST_CASE("Replicas: a write in one region is a write in all, whichever it is", "[dynamodb][replicas]") {
  Group db;
  db.add("eu-west-1");
  db.add("ap-south-1");
  CHECK(db.describes("us-east-1",
                     "'GlobalTableVersion':'2019.11.21','Replicas':[{'RegionName':'eu-west-1','ReplicaStatus':'ACTIVE'},"
                     "{'RegionName':'ap-south-1','ReplicaStatus':'ACTIVE'}]"));
  CHECK(db.describes("ap-south-1",
                     "'Replicas':[{'RegionName':'eu-west-1','ReplicaStatus':'ACTIVE'},{'RegionName':'us-east-1',"
                     "'ReplicaStatus':'ACTIVE'}]"));
  db.put("tab", "{'p':{'S':'a'},'x':{'N':'1'}}");
  db.require_events(3);
  CHECK(db.item_in("eu-west-1", "a") == "{'Item':{'p':{'S':'a'},'x':{'N':'1'}}}");
  db.in("eu-west-1", "PutItem", "{'TableName':'tab','Item':{'p':{'S':'a'},'x':{'N':'2'}}}");
  CHECK(db.item_in("us-east-1", "a") == "{'Item':{'p':{'S':'a'},'x':{'N':'2'}}}");
  CHECK(db.item_in("ap-south-1", "a") == "{'Item':{'p':{'S':'a'},'x':{'N':'2'}}}");
  db.in("ap-south-1", "DeleteItem", "{'TableName':'tab','Key':{'p':{'S':'a'}}}");
  CHECK(db.item_in("us-east-1", "a") == "{}");
  CHECK(db.item_in("eu-west-1", "a") == "{}");
}

TEST_CASE("Replicas: a new one gets what is there, in slices, while writes go on", "[dynamodb][replicas][jobs]") {
  Group db;
  db.put_many("tab", 1500, [](int i) { return concat("{'p':{'S':'", i, "'},'x':{'N':'", i, "'}}"); });
  db.add("eu-west-1");
  CHECK(db.describes("us-east-1", "{'RegionName':'eu-west-1','ReplicaStatus':'CREATING'}"));
  db.put("tab", "{'p':{'S':'7'},'x':{'S':'new'}}");
  db.in("eu-west-1", "PutItem", "{'TableName':'tab','Item':{'p':{'S':'8'},'x':{'S':'newer'}}}");
  db.ok("DeleteItem", "{'TableName':'tab','Key':{'p':{'S':'9'}}}");
  db.world.run_jobs();
  CHECK(db.describes("us-east-1", "{'RegionName':'eu-west-1','ReplicaStatus':'ACTIVE'}"));
  CHECK(db.in("eu-west-1", "Scan", "{'TableName':'tab','Select':'COUNT'}") == "{'Count':1499,'ScannedCount':1499}");
  CHECK(db.item_in("eu-west-1", "7") == "{'Item':{'p':{'S':'7'},'x':{'S':'new'}}}");
  CHECK(db.item_in("us-east-1", "8") == "{'Item':{'p':{'S':'8'},'x':{'S':'newer'}}}");
  CHECK(db.item_in("eu-west-1", "1500") == "{'Item':{'p':{'S':'1500'},'x':{'N':'1500'}}}");
}

TEST_CASE("Replicas: long items that change little, batches and transactions arrive", "[dynamodb][replicas]") {
  Group db;
  db.add("eu-west-1");
  std::string filler(20'000, 'f');
  db.put("tab", concat("{'p':{'S':'a'},'f':{'S':'", filler, "'}}"));
  db.ok("UpdateItem",
        "{'TableName':'tab','Key':{'p':{'S':'a'}},'UpdateExpression':'SET x = :x','ExpressionAttributeValues':{':x':{'N':'2'}}}");
  CHECK(db.item_in("eu-west-1", "a") == concat("{'Item':{'p':{'S':'a'},'f':{'S':'", filler, "'},'x':{'N':'2'}}}"));
  db.ok("TransactWriteItems",
        "{'TransactItems':[{'Put':{'TableName':'tab','Item':{'p':{'S':'b'}}}},{'Delete':{'TableName':'tab','Key':{'p':{'S':'a'}}}}]}");
  CHECK(db.item_in("eu-west-1", "b") == "{'Item':{'p':{'S':'b'}}}");
  CHECK(db.item_in("eu-west-1", "a") == "{}");
}

TEST_CASE("Replicas: a batch of which the copies are more than a call may write arrives whole, by jobs", "[dynamodb][replicas][jobs]") {
  Group db;
  constexpr std::string_view kPlaces[] = {"eu-west-1", "eu-west-2", "eu-west-3", "ap-south-1"};
  for (std::string_view place : kPlaces) db.add(place);
  auto batch = [&](char filler) {
    std::string puts;
    for (int i = 0; i < 25; ++i) {
      append(puts, i == 0 ? "" : ",", "{'PutRequest':{'Item':{'p':{'S':'", i, "'},'f':{'S':'", std::string(390'000, filler), "'}}}}");
    }
    db.ok("BatchWriteItem", concat("{'RequestItems':{'tab':[", puts, "]}}"));
  };
  batch('x');
  db.world.run_jobs();
  batch('y');
  // Small items, and what is deleted, do not wait.
  db.ok("DeleteItem", "{'TableName':'tab','Key':{'p':{'S':'3'}}}");
  db.put("tab", "{'p':{'S':'4'}}");
  CHECK(db.item_in("eu-west-3", "3") == "{}");
  CHECK(db.item_in("eu-west-3", "4") == "{'Item':{'p':{'S':'4'}}}");
  db.world.run_jobs();
  std::string changed = std::string(390'000, 'y');
  for (std::string_view place : kPlaces) {
    CHECK(db.item_in(place, "3") == "{}");
    CHECK(db.item_in(place, "4") == "{'Item':{'p':{'S':'4'}}}");
    for (int i : {0, 7, 24}) {
      bool is_whole = db.item_in(place, std::to_string(i)) == concat("{'Item':{'p':{'S':'", i, "'},'f':{'S':'", changed, "'}}}");
      CHECK(is_whole);
    }
  }
}

TEST_CASE("Replicas: of large items that two regions write, the last one wins everywhere", "[dynamodb][replicas][jobs]") {
  Group db;
  db.add("eu-west-1");
  db.add("ap-south-1");
  auto input = [](char filler) {
    return concat("{'TableName':'tab','Item':{'p':{'S':'a'},'f':{'S':'", std::string(30'000, filler), "'}}}");
  };
  auto check = [&](char filler) {
    db.world.run_jobs();
    std::string expected = concat("{'Item':{'p':{'S':'a'},'f':{'S':'", std::string(30'000, filler), "'}}}");
    for (std::string_view place : {"us-east-1", "eu-west-1", "ap-south-1"}) CHECK((db.item_in(place, "a") == expected));
  };
  // Enough jobs that not all of them are done within the calls that start them.
  std::string many;
  for (int i = 0; i < 25; ++i) {
    append(many, i == 0 ? "" : ",", "{'PutRequest':{'Item':{'p':{'S':'", i, "'},'f':{'S':'", std::string(390'000, 'm'), "'}}}}");
  }
  db.ok("BatchWriteItem", concat("{'RequestItems':{'tab':[", many, "]}}"));
  db.ok("PutItem", input('1'));
  db.in("eu-west-1", "PutItem", input('2'));
  check('2');
  db.in("ap-south-1", "PutItem", input('3'));
  db.ok("PutItem", input('4'));
  db.in("eu-west-1", "PutItem", input('5'));
  db.in("ap-south-1", "PutItem", input('6'));
  check('6');
  db.ok("PutItem", input('7'));
  db.in("ap-south-1", "DeleteItem", "{'TableName':'tab','Key':{'p':{'S':'a'}}}");
  db.ok("PutItem", input('8'));
  check('8');
}

TEST_CASE("Replicas: what overrides say is told", "[dynamodb][replicas]") {
  Group db;
  db.update(
      "{'Create':{'RegionName':'eu-west-1','OnDemandThroughputOverride':{'MaxReadRequestUnits':7},"
      "'TableClassOverride':'STANDARD_INFREQUENT_ACCESS'}}");
  CHECK(db.describes("us-east-1", "'ReplicaStatus':'ACTIVE','OnDemandThroughputOverride':{'MaxReadRequestUnits':7},"));
  db.update("{'Update':{'RegionName':'eu-west-1','OnDemandThroughputOverride':{'MaxReadRequestUnits':9}}}");
  CHECK(db.describes("us-east-1", "'OnDemandThroughputOverride':{'MaxReadRequestUnits':9}"));
  CHECK(db.describes("eu-west-1", "'OnDemandThroughput':{'MaxReadRequestUnits':9}"));
  CHECK(db.describes("eu-west-1", "'TableClassSummary':{'TableClass':'STANDARD_INFREQUENT_ACCESS'}"));
}

TEST_CASE("Replicas: what overrides say, the replica's table has, and no other", "[dynamodb][replicas][index]") {
  Group db;
  db.ok("CreateTable",
        "{'TableName':'cap','KeySchema':[{'AttributeName':'p','KeyType':'HASH'}],'AttributeDefinitions':[{'AttributeName':'p',"
        "'AttributeType':'S'}],'ProvisionedThroughput':{'ReadCapacityUnits':5,'WriteCapacityUnits':4},'GlobalSecondaryIndexes':["
        "{'IndexName':'gsi','KeySchema':[{'AttributeName':'p','KeyType':'HASH'}],'Projection':{'ProjectionType':'ALL'},"
        "'ProvisionedThroughput':{'ReadCapacityUnits':3,'WriteCapacityUnits':2}}]}");
  db.ok(
      "UpdateTable",
      "{'TableName':'cap','ReplicaUpdates':[{'Create':{'RegionName':'eu-west-1','KMSMasterKeyId':'key','ProvisionedThroughputOverride':"
      "{'ReadCapacityUnits':9},'GlobalSecondaryIndexes':[{'IndexName':'gsi','ProvisionedThroughputOverride':{'ReadCapacityUnits':8}}]}}]}");
  db.ok("UpdateTable", "{'TableName':'cap','ReplicaUpdates':[{'Create':{'RegionName':'ap-south-1'}}]}");
  auto reads = [&](std::string_view place) {
    std::string described = db.in(place, "DescribeTable", "{'TableName':'cap'}"), found;
    for (size_t at = 0; (at = described.find("'NumberOfDecreasesToday'", at)) != std::string::npos; ++at) {
      std::string_view units = std::string_view(described).substr(described.find("'ReadCapacityUnits'", at));
      append(found, units.substr(0, units.find('}')), ' ');
    }
    return found;
  };
  constexpr std::string_view kWrites = ",'WriteCapacityUnits':4 'ReadCapacityUnits':";
  CHECK(reads("us-east-1") == concat("'ReadCapacityUnits':5", kWrites, "3,'WriteCapacityUnits':2 "));
  CHECK(reads("eu-west-1") == concat("'ReadCapacityUnits':9", kWrites, "8,'WriteCapacityUnits':2 "));
  CHECK(reads("ap-south-1") == reads("us-east-1"));
  CHECK(db.in("eu-west-1", "DescribeTable", "{'TableName':'cap'}")
            .find("'SSEDescription':{'Status':'ENABLED','SSEType':'KMS','KMSMasterKeyArn':'arn:aws:kms:eu-west-1:000000000000:key/key'}") !=
        std::string::npos);
  // From wherever the group changes: reads of one's own stay with whom they are.
  db.ok("UpdateTable", "{'TableName':'cap','ProvisionedThroughput':{'ReadCapacityUnits':6,'WriteCapacityUnits':7}}");
  CHECK(reads("eu-west-1").starts_with("'ReadCapacityUnits':9,'WriteCapacityUnits':7 "));
  db.in("eu-west-1", "UpdateTable", "{'TableName':'cap','ProvisionedThroughput':{'ReadCapacityUnits':12,'WriteCapacityUnits':10}}");
  CHECK(reads("us-east-1").starts_with("'ReadCapacityUnits':6,'WriteCapacityUnits':10 "));
  db.ok("UpdateTable", "{'TableName':'cap','ProvisionedThroughput':{'ReadCapacityUnits':6,'WriteCapacityUnits':11}}");
  CHECK(reads("eu-west-1").starts_with("'ReadCapacityUnits':12,'WriteCapacityUnits':11 "));
  db.in("ap-south-1", "UpdateTable",
        "{'TableName':'cap','ReplicaUpdates':[{'Update':{'RegionName':'eu-west-1','ProvisionedThroughputOverride':"
        "{'ReadCapacityUnits':11}}}]}");
  db.ok("UpdateTable", "{'TableName':'cap','ProvisionedThroughput':{'ReadCapacityUnits':1,'WriteCapacityUnits':1}}");
  CHECK(reads("eu-west-1").starts_with("'ReadCapacityUnits':11,'WriteCapacityUnits':1 "));
}

TEST_CASE("Replicas: of a table with a key of its own each names one", "[dynamodb][replicas]") {
  Group db;
  constexpr std::string_view kLacks =
      "ValidationException: One or more parameter values were invalid: KMSMasterKeyId must be specified for each replica.";
  auto refused = [&](std::string_view members) { return db.refusal("UpdateTable", concat("{'TableName':'tab',", members, "}")); };
  constexpr std::string_view kEncrypt = "'SSESpecification':{'Enabled':true,'SSEType':'KMS','KMSMasterKeyId':'here'}";
  db.add("eu-west-1");
  std::string there = "{'Update':{'RegionName':'eu-west-1','KMSMasterKeyId':'there'}}";
  std::string here = "{'Update':{'RegionName':'us-east-1','KMSMasterKeyId':'here'}}";
  for (std::string_view members : {std::string(kEncrypt), concat(kEncrypt, ",'ReplicaUpdates':[", there, "]")}) {
    CHECK(refused(members) ==
          "ValidationException: Invalid operation: Customer Managed CMKs on Global Table Version 2019.11.21 replicas cannot be updated "
          "through SSESpecification parameter and can only be updated through ReplicaUpdates parameter");
  }
  CHECK(refused(concat("'ReplicaUpdates':[", here, "]")) == kLacks);
  db.update(concat(there, ",", here));
  CHECK(db.describes("us-east-1", "'KMSMasterKeyArn':'arn:aws:kms:us-east-1:000000000000:key/here'"));
  db.update("{'Update':{'RegionName':'us-east-1','KMSMasterKeyId':'another'}}");
  CHECK(db.describes("eu-west-1", "'KMSMasterKeyId':'another'"));
  db.update(here);
  CHECK(db.describes("eu-west-1", "'SSEDescription':{'Status':'ENABLED','SSEType':'KMS','KMSMasterKeyArn':'arn:aws:kms:eu-west-1:"));
  CHECK(db.describes("eu-west-1", "{'RegionName':'us-east-1','ReplicaStatus':'ACTIVE','KMSMasterKeyId':'here'}"));
  CHECK(refused("'ReplicaUpdates':[{'Create':{'RegionName':'ap-south-1'}}]") == kLacks);
  db.update("{'Create':{'RegionName':'ap-south-1','KMSMasterKeyId':'k'}}");
  db.update("{'Delete':{'RegionName':'eu-west-1'}}");
}

TEST_CASE("Replicas: indexes, billing and time to live are the same in all regions", "[dynamodb][replicas][ttl][index]") {
  Group db;
  db.add("eu-west-1");
  db.put("tab", "{'p':{'S':'a'},'x':{'S':'k'}}");
  db.ok("UpdateTable",
        "{'TableName':'tab','AttributeDefinitions':[{'AttributeName':'x','AttributeType':'S'}],'GlobalSecondaryIndexUpdates':"
        "[{'Create':{'IndexName':'gsi','KeySchema':[{'AttributeName':'x','KeyType':'HASH'}],'Projection':{'ProjectionType':'ALL'}}}]}");
  db.put("tab", "{'p':{'S':'b'},'x':{'S':'k'}}");
  CHECK(db.in("eu-west-1", "Scan", "{'TableName':'tab','IndexName':'gsi','Select':'COUNT'}") == "{'Count':2,'ScannedCount':2}");
  db.in("eu-west-1", "UpdateTimeToLive", "{'TableName':'tab','TimeToLiveSpecification':{'AttributeName':'t','Enabled':true}}");
  CHECK(db.ok("DescribeTimeToLive", "{'TableName':'tab'}").find("ENABLED") != std::string::npos);
  db.put("tab", concat("{'p':{'S':'c'},'t':{'N':'", db.world.clock().time / 1000 + 10, "'}}"));
  db.world.advance(10 * kSecondMs);
  CHECK(db.item_in("us-east-1", "c") == "{}");
  CHECK(db.item_in("eu-west-1", "c") == "{}");
  db.ok("UpdateTable", "{'TableName':'tab','GlobalSecondaryIndexUpdates':[{'Delete':{'IndexName':'gsi'}}]}");
  CHECK_FALSE(db.describes("eu-west-1", "'gsi'"));
}

TEST_CASE("Replicas: each region has a stream of its own, which knows no other writer", "[dynamodb][replicas][streams]") {
  Group db;
  db.add("eu-west-1");
  CHECK(db.describes("us-east-1", "'StreamSpecification':{'StreamEnabled':true,'StreamViewType':'NEW_AND_OLD_IMAGES'}"));
  CHECK(db.describes("eu-west-1", "'LatestStreamArn':'arn:aws:dynamodb:eu-west-1:000000000000:table/tab/stream/"));
  CHECK(db.refusal("UpdateTable", "{'TableName':'tab','StreamSpecification':{'StreamEnabled':false}}") ==
        "ValidationException: One or more parameter values were invalid: Disabling Stream is not allowed for a Global Table replica.");
}

TEST_CASE("Replicas: one that is deleted, by either way, is not written to any more", "[dynamodb][replicas]") {
  Group db;
  db.add("eu-west-1");
  db.add("ap-south-1");
  db.put("tab", "{'p':{'S':'a'}}");
  db.update("{'Delete':{'RegionName':'eu-west-1'}}");
  db.world.run_jobs();
  CHECK_FALSE(db.describes("us-east-1", "eu-west-1"));
  CHECK_FALSE(db.describes("ap-south-1", "eu-west-1"));
  db.in("ap-south-1", "DeleteTable", "{'TableName':'tab'}");
  db.world.run_jobs();
  CHECK_FALSE(db.describes("us-east-1", "Replicas"));
  db.put("tab", "{'p':{'S':'b'}}");
  db.require_events(1);
  CHECK(db.in("ap-south-1", "ListTables", "{}") == "{'TableNames':[]}");
}

TEST_CASE("Replicas: what is refused", "[dynamodb][replicas]") {
  Group db;
  auto refused = [&](std::string_view update) {
    return db.refusal("UpdateTable", concat("{'TableName':'tab','ReplicaUpdates':[", update, "]}"));
  };
  CHECK(refused("{'Create':{'RegionName':'us-east-1'}}") ==
        "ValidationException: Cannot add, delete, or update the local region through ReplicaUpdates. Use CreateTable, DeleteTable, or "
        "UpdateTable as required.");
  CHECK(refused("{'Delete':{'RegionName':'eu-west-1'}}") ==
        "ValidationException: Replica specified in the Replica Update or Delete action of the request was not found");
  constexpr std::string_view kOwnKey = "{'Update':{'RegionName':'us-east-1','KMSMasterKeyId':'here'}}";
  constexpr std::string_view kOwnClass =
      "{'Update':{'RegionName':'us-east-1','KMSMasterKeyId':'here','TableClassOverride':'STANDARD_INFREQUENT_ACCESS'}}";
  CHECK(refused(kOwnKey).starts_with("ValidationException: Cannot add, delete, or update the local region through ReplicaUpdates."));
  db.add("eu-west-1");
  CHECK(refused(kOwnClass).starts_with("ValidationException: Cannot add, delete, or update the local region through ReplicaUpdates."));
  CHECK(refused("{'Create':{'RegionName':'eu-west-1'}}") ==
        "ValidationException: Failed to create a the new replica of table with name: 'tab' because one or more replicas already existed as "
        "tables.");
  constexpr std::string_view kInvalid = "ValidationException: One or more parameter values were invalid: ";
  CHECK(refused("{'Create':{'RegionName':'eu-west-2'}},{'Create':{'RegionName':'eu-west-3'}}") ==
        "ValidationException: Update table operation with more than one create or delete replica action is not supported");
  for (std::string_view wrong : {"{}", "{'Create':{'RegionName':'eu-west-2'},'Delete':{'RegionName':'eu-west-1'}}"}) {
    CHECK(refused(wrong) == concat(kInvalid, "Exactly one of Create, Update or Delete must be specified in a ReplicationGroupUpdate"));
  }
  CHECK(refused("{'Update':{'RegionName':'eu-west-1','KMSMasterKeyId':''}}") ==
        "ValidationException: 1 validation error detected: Value '' at 'replicaUpdates.1.member.update.kMSMasterKeyId' failed to satisfy "
        "constraint: Member must have length greater than or equal to 1");
  CHECK(refused("{'Update':{'RegionName':'eu-west-1','TableClassOverride':'junk'}}")
            .starts_with("ValidationException: Invalid table-class parameter provided."));
  CHECK(refused("{'Create':{'RegionName':'moon-east-1'}}").starts_with("ValidationException: One or more parameter values were invalid: "));
}

TEST_CASE("Global tables of 2017: tables that are there are joined, and replicate", "[dynamodb][replicas]") {
  Group db;
  constexpr std::string_view kStream = "'StreamSpecification':{'StreamEnabled':true,'StreamViewType':'NEW_AND_OLD_IMAGES'}";
  for (std::string_view place : {"us-east-1", "eu-west-1", "ap-south-1"}) {
    db.region = place;
    db.table("glob", "p", {}, kStream);
  }
  db.region = "us-east-1";
  CHECK(db.refusal("DescribeGlobalTable", "{'GlobalTableName':'glob'}") ==
        "GlobalTableNotFoundException: Global table with name 'glob' does not exist.");
  CHECK(db.refusal("CreateGlobalTable", "{'GlobalTableName':'tab','ReplicationGroup':[{'RegionName':'us-east-1'}]}") ==
        "ValidationException: Table: tab in region: us-east-1 must have a stream with the view type NEW_AND_OLD_IMAGES");
  std::string group = "'ReplicationGroup':[{'RegionName':'eu-west-1'},{'RegionName':'us-east-1'}]";
  CHECK(db.ok("CreateGlobalTable", concat("{'GlobalTableName':'glob',", group, "}")).find("'GlobalTableStatus':'CREATING'") !=
        std::string::npos);
  db.put("glob", "{'p':{'S':'a'}}");
  CHECK(db.in("eu-west-1", "GetItem", "{'TableName':'glob','Key':{'p':{'S':'a'}}}") == "{'Item':{'p':{'S':'a'}}}");
  CHECK(db.ok("ListGlobalTables", "{}") == concat("{'GlobalTables':[{'GlobalTableName':'glob',", group, "}]}"));
  db.ok("UpdateGlobalTable",
        "{'GlobalTableName':'glob','ReplicaUpdates':[{'Delete':{'RegionName':'eu-west-1'}},"
        "{'Create':{'RegionName':'ap-south-1'}}]}");
  db.put("glob", "{'p':{'S':'b'}}");
  CHECK(db.in("ap-south-1", "GetItem", "{'TableName':'glob','Key':{'p':{'S':'b'}}}") == "{'Item':{'p':{'S':'b'}}}");
  CHECK(db.in("eu-west-1", "GetItem", "{'TableName':'glob','Key':{'p':{'S':'b'}}}") == "{}");
  CHECK(db.refusal("UpdateGlobalTable", "{'GlobalTableName':'glob','ReplicaUpdates':[{'Delete':{'RegionName':'eu-west-1'}}]}") ==
        "ReplicaNotFoundException: Replica not found in region: eu-west-1");
  db.ok("UpdateGlobalTableSettings",
        "{'GlobalTableName':'glob','GlobalTableBillingMode':'PROVISIONED','GlobalTableProvisionedWriteCapacityUnits':7,"
        "'ReplicaSettingsUpdate':[{'RegionName':'ap-south-1','ReplicaProvisionedReadCapacityUnits':3}]}");
  CHECK(db.ok("DescribeGlobalTableSettings", "{'GlobalTableName':'glob'}")
            .find("'ReplicaProvisionedReadCapacityUnits':3,'ReplicaProvisionedWriteCapacityUnits':7") != std::string::npos);
  db.ok("UpdateGlobalTableSettings",
        "{'GlobalTableName':'glob','GlobalTableProvisionedWriteCapacityAutoScalingSettingsUpdate':{'MinimumUnits':2,'MaximumUnits':8},"
        "'ReplicaSettingsUpdate':[{'RegionName':'ap-south-1','ReplicaProvisionedReadCapacityAutoScalingSettingsUpdate':"
        "{'MinimumUnits':1,'MaximumUnits':5}}]}");
  std::string settings = db.ok("DescribeGlobalTableSettings", "{'GlobalTableName':'glob'}");
  constexpr std::string_view kScaled = "'ReplicaProvisionedWriteCapacityAutoScalingSettings':{'MinimumUnits':2,'MaximumUnits':8}";
  CHECK(settings.find(kScaled) != settings.rfind(kScaled));
  CHECK(settings.find(concat("'ReplicaProvisionedReadCapacityAutoScalingSettings':{'MinimumUnits':1,'MaximumUnits':5},", kScaled)) !=
        std::string::npos);
}

}  // namespace cloudemu::test
