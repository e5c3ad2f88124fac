#include <algorithm>
#include <catch2/catch.hpp>

#include "core/strings.h"
#include "support/dynamodb.h"

/// UpdateTable: billing, settings, streams, and global indexes that come and go.
namespace cloudemu::test {

using namespace cloudemu::dynamodb;

namespace {

constexpr std::string_view kInvalid = "ValidationException: One or more parameter values were invalid: ";

struct Updated : DynamoDb {
  Updated() { table("tab", "p"); }
  std::string update(std::string_view members) { return ok("UpdateTable", concat("{'TableName':'tab',", members, "}")); }
  std::string refused(std::string_view members) { return refusal("UpdateTable", concat("{'TableName':'tab',", members, "}")); }
  std::string described() { return ok("DescribeTable", "{'TableName':'tab'}"); }
  bool describes(std::string_view part) { return described().find(part) != std::string::npos; }
};

std::string defined(std::string_view name, std::string_view type) {
  return concat("'AttributeDefinitions':[{'AttributeName':'", name, "','AttributeType':'", type, "'}],");
}
std::string created(std::string_view name, std::string_view hash, std::string_view more = "") {
  return concat("{'Create':{'IndexName':'", name, "','KeySchema':[{'AttributeName':'", hash,
                "','KeyType':'HASH'}],'Projection':{'ProjectionType':'ALL'}", more, "}}");
}
std::string deleted(std::string_view name) { return concat("{'Delete':{'IndexName':'", name, "'}}"); }
std::string changes(std::string_view list) { return concat("'GlobalSecondaryIndexUpdates':[", list, "]"); }

}  // namespace

TEST_CASE("UpdateTable: from on-demand to provisioned and back, capacity reads 0 again", "[dynamodb][update_table]") {
  Updated db;
  std::string body = db.update("'BillingMode':'PROVISIONED','ProvisionedThroughput':{'ReadCapacityUnits':5,'WriteCapacityUnits':3}");
  CHECK(body.find("'TableStatus':'UPDATING'") != std::string::npos);
  CHECK(db.describes("'BillingModeSummary':{'BillingMode':'PROVISIONED','LastUpdateToPayPerRequestDateTime':1795406400.000}"));
  CHECK(db.describes("'NumberOfDecreasesToday':0,'ReadCapacityUnits':5,'WriteCapacityUnits':3"));
  CHECK(db.refused("'BillingMode':'PROVISIONED'") ==
        concat(kInvalid, "ProvisionedThroughput must be specified when BillingMode is PROVISIONED"));
  db.world.advance(1500);
  db.update("'BillingMode':'PAY_PER_REQUEST'");
  CHECK(db.describes("'BillingModeSummary':{'BillingMode':'PAY_PER_REQUEST','LastUpdateToPayPerRequestDateTime':1795406401.500}"));
  CHECK(db.describes("'ReadCapacityUnits':0,'WriteCapacityUnits':0"));
  CHECK(db.refused("'BillingMode':'PROVISIONED'") ==
        concat(kInvalid, "ProvisionedThroughput must be specified when BillingMode is PROVISIONED"));
  CHECK(db.refused("'ProvisionedThroughput':{'ReadCapacityUnits':5,'WriteCapacityUnits':3}") ==
        concat(kInvalid, "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST"));
}

TEST_CASE("UpdateTable: an index of an on-demand table takes no throughput", "[dynamodb][update_table][index]") {
  Updated db;
  db.update(concat(defined("x", "S"), changes(created("idx", "x"))));
  CHECK(db.refused(changes("{'Update':{'IndexName':'idx','ProvisionedThroughput':{'ReadCapacityUnits':1,'WriteCapacityUnits':1}}}")) ==
        concat(kInvalid,
               "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified for index: idx when BillingMode is PAY_PER_REQUEST"));
}

TEST_CASE("UpdateTable: throughput goes up and down, and has to change", "[dynamodb][update_table]") {
  Updated db;
  db.update("'BillingMode':'PROVISIONED','ProvisionedThroughput':{'ReadCapacityUnits':5,'WriteCapacityUnits':3}");
  db.update("'ProvisionedThroughput':{'ReadCapacityUnits':4,'WriteCapacityUnits':3}");
  CHECK(db.describes("'LastDecreaseDateTime':1795406400.000,'NumberOfDecreasesToday':1,'ReadCapacityUnits':4,'WriteCapacityUnits':3"));
  db.update("'ProvisionedThroughput':{'ReadCapacityUnits':4,'WriteCapacityUnits':9}");
  CHECK(db.describes("'LastIncreaseDateTime':1795406400.000,'LastDecreaseDateTime':1795406400.000,'NumberOfDecreasesToday':1"));
  CHECK(db.refused("'ProvisionedThroughput':{'ReadCapacityUnits':4,'WriteCapacityUnits':9}") ==
        "ValidationException: The provisioned throughput for the table will not change. The requested value equals the "
        "current value. Current "
        "ReadCapacityUnits provisioned for the table: 4. Requested ReadCapacityUnits: 4. Current WriteCapacityUnits "
        "provisioned for the table: 9. "
        "Requested WriteCapacityUnits: 9. Refer to the Amazon DynamoDB Developer Guide for current limits and how to "
        "request higher limits.");
}

TEST_CASE("UpdateTable: something has to be asked for", "[dynamodb][update_table][errors]") {
  Updated db;
  CHECK(db.refusal("UpdateTable", "{'TableName':'tab'}") ==
        "ValidationException: At least one of ProvisionedThroughput, BillingMode, UpdateStreamEnabled, "
        "GlobalSecondaryIndexUpdates or "
        "SSESpecification or ReplicaUpdates is required");
  CHECK(db.refusal("UpdateTable", "{'TableName':'nil','DeletionProtectionEnabled':true}") ==
        "ResourceNotFoundException: Requested resource not found: Table: nil not found");
}

TEST_CASE("UpdateTable: settings", "[dynamodb][update_table]") {
  Updated db;
  std::string body = db.update("'DeletionProtectionEnabled':true,'SSESpecification':{'Enabled':true}");
  CHECK(body.find("'SSEDescription':{'Status':'UPDATING'}") != std::string::npos);
  db.update("'TableClass':'STANDARD_INFREQUENT_ACCESS'");
  CHECK(db.refused("'TableClass':'STANDARD','DeletionProtectionEnabled':false") ==
        concat(kInvalid, "TableClass modification must be the only operation in the request"));
  CHECK(db.refused("'TableClass':'junk'") ==
        "ValidationException: Invalid table-class parameter provided. Please try again with a valid table-class value: [STANDARD, "
        "STANDARD_INFREQUENT_ACCESS].");
  CHECK(db.describes("'DeletionProtectionEnabled':true"));
  CHECK(db.describes("'TableClassSummary':{'TableClass':'STANDARD_INFREQUENT_ACCESS','LastUpdateDateTime':"));
  CHECK(db.describes("'SSEDescription':{'Status':'ENABLED'"));
  db.update("'DeletionProtectionEnabled':false");
  db.ok("DeleteTable", "{'TableName':'tab'}");
}

TEST_CASE("UpdateTable: a maximum for on-demand throughput changes by its members, and -1 takes one away", "[dynamodb][update_table]") {
  Updated db;
  db.update("'OnDemandThroughput':{'MaxReadRequestUnits':20,'MaxWriteRequestUnits':15}");
  db.update("'OnDemandThroughput':{'MaxReadRequestUnits':40}");
  CHECK(db.describes("'OnDemandThroughput':{'MaxReadRequestUnits':40,'MaxWriteRequestUnits':15}"));
  std::string body = db.update("'OnDemandThroughput':{'MaxReadRequestUnits':-1}");
  CHECK(body.find("'OnDemandThroughput':{'MaxReadRequestUnits':-1,'MaxWriteRequestUnits':15}") != std::string::npos);
  CHECK(db.describes("'OnDemandThroughput':{'MaxWriteRequestUnits':15}"));
  CHECK(db.update("'DeletionProtectionEnabled':false").find("MaxReadRequestUnits") == std::string::npos);
  db.update("'OnDemandThroughput':{'MaxWriteRequestUnits':-1}");
  CHECK_FALSE(db.describes("OnDemandThroughput"));
  for (std::string_view units : {"0", "-2"}) {
    CHECK(db.refused(concat("'OnDemandThroughput':{'MaxReadRequestUnits':1,'MaxWriteRequestUnits':", units, "}")) ==
          concat(kInvalid, "Requested MaxWriteRequestUnits for OnDemandThroughput for table is outside of valid range"));
  }
}

TEST_CASE("UpdateTable: an index has its maximum as a table has", "[dynamodb][update_table][index]") {
  Updated db;
  auto index = [](std::string_view maximum) {
    return changes(concat("{'Update':{'IndexName':'idx','OnDemandThroughput':{", maximum, "}}}"));
  };
  auto create = [](std::string_view units) {
    return concat(defined("x", "S"), changes(created("idx", "x", concat(",'OnDemandThroughput':{'MaxReadRequestUnits':", units, "}"))));
  };
  constexpr std::string_view kRange = "Requested MaxReadRequestUnits for OnDemandThroughput for index idx is outside of valid range";
  CHECK(db.refused(create("0")) == concat(kInvalid, kRange));
  db.update(create("20"));
  CHECK(db.refused(index("'MaxReadRequestUnits':-2")) == concat(kInvalid, kRange));
  db.update(index("'MaxWriteRequestUnits':15"));
  CHECK(db.describes("'OnDemandThroughput':{'MaxReadRequestUnits':20,'MaxWriteRequestUnits':15}"));
  std::string body = db.update(index("'MaxReadRequestUnits':-1"));
  CHECK(body.find("'OnDemandThroughput':{'MaxReadRequestUnits':-1,'MaxWriteRequestUnits':15}") != std::string::npos);
  CHECK(db.describes("'OnDemandThroughput':{'MaxWriteRequestUnits':15}"));
}

TEST_CASE("UpdateTable: with provisioned billing there is no maximum, of table or index", "[dynamodb][update_table]") {
  Updated db;
  constexpr std::string_view kUnits = "'ProvisionedThroughput':{'ReadCapacityUnits':5,'WriteCapacityUnits':3}";
  db.update(concat(defined("x", "S"), changes(created("idx", "x", ",'OnDemandThroughput':{'MaxReadRequestUnits':8}"))));
  db.update("'OnDemandThroughput':{'MaxReadRequestUnits':7}");
  std::string provisioned =
      concat("'BillingMode':'PROVISIONED',", kUnits, ",", changes(concat("{'Update':{'IndexName':'idx',", kUnits, "}}")));
  constexpr std::string_view kNot =
      "MaxWriteRequestUnits for OnDemandThroughput cannot be specified when the table BillingMode is PROVISIONED";
  CHECK(db.refused(concat(provisioned, ",'OnDemandThroughput':{'MaxWriteRequestUnits':1}")) == concat(kInvalid, kNot));
  db.update(provisioned);
  CHECK_FALSE(db.describes("OnDemandThroughput"));
  // Before it is asked whether the number is right; and what counts is how the table will be billed.
  CHECK(db.refused("'OnDemandThroughput':{'MaxWriteRequestUnits':0}") == concat(kInvalid, kNot));
  CHECK(db.refused("'OnDemandThroughput':{'MaxWriteRequestUnits':1,'MaxReadRequestUnits':1}")
            .starts_with(concat(kInvalid, "MaxReadRequestUnits for OnDemandThroughput")));
  db.update("'BillingMode':'PAY_PER_REQUEST','OnDemandThroughput':{'MaxWriteRequestUnits':1}");
  CHECK(db.describes("'OnDemandThroughput':{'MaxWriteRequestUnits':1}"));
}

TEST_CASE("UpdateTable: warm throughput rises, each member by itself", "[dynamodb][update_table]") {
  Updated db;
  constexpr std::string_view kLower = " is lower than current WarmThroughput, decreasing WarmThroughput is not supported";
  db.update("'WarmThroughput':{'ReadUnitsPerSecond':20000,'WriteUnitsPerSecond':5000}");
  std::string body = db.update("'WarmThroughput':{'ReadUnitsPerSecond':20001}");
  CHECK(body.find("'WarmThroughput':{'ReadUnitsPerSecond':20001,'Status':'UPDATING','WriteUnitsPerSecond':5000}") != std::string::npos);
  constexpr std::string_view kBoth = "'WarmThroughput':{'ReadUnitsPerSecond':20001,'Status':'ACTIVE','WriteUnitsPerSecond':5000}";
  CHECK(db.describes(kBoth));
  db.update("'WarmThroughput':{'ReadUnitsPerSecond':20001,'WriteUnitsPerSecond':5000}");
  CHECK(db.refused("'WarmThroughput':{'ReadUnitsPerSecond':20000,'WriteUnitsPerSecond':4000}") ==
        concat(kInvalid, "Requested ReadUnitsPerSecond for WarmThroughput for table", kLower));
  CHECK(db.refused("'WarmThroughput':{'ReadUnitsPerSecond':30000,'WriteUnitsPerSecond':4999}") ==
        concat(kInvalid, "Requested WriteUnitsPerSecond for WarmThroughput for table", kLower));
  CHECK(db.refused("'WarmThroughput':{'ReadUnitsPerSecond':-1}") ==
        concat(kInvalid, "Requested ReadUnitsPerSecond for WarmThroughput for table is outside of valid range"));
  CHECK(db.refused("'WarmThroughput':{}").starts_with(concat(kInvalid, "At least one of ReadUnitsPerSecond and WriteUnitsPerSecond")));
  CHECK(db.describes(kBoth));
}

TEST_CASE("UpdateTable: an index's warm throughput rises from what AWS gives it unasked", "[dynamodb][update_table][index]") {
  Updated db;
  auto warm = [](std::string_view units) { return changes(concat("{'Update':{'IndexName':'idx','WarmThroughput':{", units, "}}}")); };
  db.update(concat(defined("x", "S"), changes(created("idx", "x"))));
  CHECK(db.refused(warm("'ReadUnitsPerSecond':11999")) ==
        concat(kInvalid,
               "Requested ReadUnitsPerSecond for WarmThroughput for index idx is lower than current WarmThroughput, decreasing "
               "WarmThroughput is not supported"));
  std::string body = db.update(warm("'WriteUnitsPerSecond':4001"));
  CHECK(body.find("'WarmThroughput':{'ReadUnitsPerSecond':12000,'Status':'UPDATING','WriteUnitsPerSecond':4001}") != std::string::npos);
  CHECK(db.describes("'WarmThroughput':{'ReadUnitsPerSecond':12000,'Status':'ACTIVE','WriteUnitsPerSecond':4001}"));
  CHECK(db.refused(warm("")).starts_with(kInvalid));
}

TEST_CASE("UpdateTable: another key leaves an encrypted table encrypted", "[dynamodb][update_table]") {
  Updated db;
  CHECK(db.refused("'SSESpecification':{'Enabled':true,'SSEType':'AES256'}") == concat(kInvalid, "SSEType AES256 is not supported"));
  db.update("'SSESpecification':{'KMSMasterKeyId':'1234'}");  // encrypts nothing by itself
  CHECK_FALSE(db.describes("SSEDescription"));
  db.update("'SSESpecification':{'Enabled':true,'SSEType':'KMS','KMSMasterKeyId':'1234'}");
  db.update("'SSESpecification':{'KMSMasterKeyId':'5678'}");
  constexpr std::string_view kDescribed =
      "'SSEDescription':{'Status':'ENABLED','SSEType':'KMS','KMSMasterKeyArn':'arn:aws:kms:us-east-1:000000000000:key/5678'}";
  CHECK(db.describes(kDescribed));
  for (std::string_view again : {"'SSEType':'KMS'", "'KMSMasterKeyId':'5678'", "'Enabled':true,'SSEType':'KMS','KMSMasterKeyId':'5678'"}) {
    CHECK(db.refused(concat("'SSESpecification':{", again, "}")) ==
          concat(kInvalid,
                 "Table is already encrypted with given KMSMasterKeyId. Use KMSMasterKeyId parameter if you want to change Master Key"));
  }
  CHECK(db.describes(kDescribed));
  std::string body = db.update("'SSESpecification':{'Enabled':false}");
  CHECK(body.find("'SSEDescription':{'Status':'UPDATING'}") != std::string::npos);
  CHECK_FALSE(db.describes("SSEDescription"));
  CHECK(db.refused("'SSESpecification':{'Enabled':true,'KMSMasterKeyId':'1'}") ==
        concat(kInvalid, "SSEType KMS is required if KMSMasterKeyId is specified"));
}

TEST_CASE("UpdateTable: streams go on and off; each has a label of its own", "[dynamodb][update_table]") {
  Updated db;
  db.update("'StreamSpecification':{'StreamEnabled':true,'StreamViewType':'KEYS_ONLY'}");
  CHECK(
      db.describes("'StreamSpecification':{'StreamEnabled':true,'StreamViewType':'KEYS_ONLY'},'LatestStreamLabel':'"
                   "2026-11-23T04:00:00.000'"));
  CHECK(db.refused("'StreamSpecification':{'StreamEnabled':true,'StreamViewType':'NEW_IMAGE'}") ==
        "ValidationException: Table already has an enabled stream: TableName: tab");
  db.update("'StreamSpecification':{'StreamEnabled':false}");
  CHECK_FALSE(db.describes("StreamSpecification"));
  CHECK(db.describes("'LatestStreamLabel':'2026-11-23T04:00:00.000'"));
  CHECK(db.refused("'StreamSpecification':{'StreamEnabled':false}") ==
        "ValidationException: Table has no stream to disable: TableName: tab");
  db.world.advance(1000);
  db.update("'StreamSpecification':{'StreamEnabled':true,'StreamViewType':'KEYS_ONLY'}");
  CHECK(db.describes("'LatestStreamLabel':'2026-11-23T04:00:01.000'"));
}

TEST_CASE("UpdateTable: a new index holds what was there, as far as it can be a key", "[dynamodb][update_table][index]") {
  Updated db;
  db.put("tab", "{'p':{'S':'1'},'x':{'S':'a'}}");
  db.put("tab", "{'p':{'S':'2'},'x':{'N':'1'}}");
  db.put("tab", "{'p':{'S':'3'},'x':{'S':''}}");
  db.put("tab", "{'p':{'S':'4'}}");
  db.put("tab", concat("{'p':{'S':'5'},'x':{'S':'", std::string(2049, 'x'), "'}}"));
  std::string body = db.update(concat(defined("x", "S"), changes(created("gsi", "x"))));
  CHECK(body.find("'IndexStatus':'CREATING','Backfilling':false") != std::string::npos);
  db.require_events(5);
  CHECK(std::get<IndexFilled>(db.world.events()[2]).entries.size() == 1);
  CHECK(db.describes("'IndexStatus':'ACTIVE'"));
  CHECK_FALSE(db.describes("Backfilling"));
  CHECK(db.pages("Scan", "{'TableName':'tab','IndexName':'gsi'}", "p") == "1");
  CHECK(db.refusal("PutItem", "{'TableName':'tab','Item':{'p':{'S':'6'},'x':{'N':'1'}}}") ==
        concat(kInvalid, "Type mismatch for Index Key x Expected: S Actual: N IndexName: gsi"));
  // An item that cannot be in the index may still be updated elsewhere.
  db.ok("UpdateItem",
        "{'TableName':'tab','Key':{'p':{'S':'2'}},'UpdateExpression':'SET y = "
        ":y','ExpressionAttributeValues':{':y':{'S':'b'}}}");
  db.update(changes(deleted("gsi")));
  CHECK_FALSE(db.describes("gsi"));
  db.put("tab", "{'p':{'S':'6'},'x':{'N':'1'}}");
}

TEST_CASE("UpdateTable: index changes that cannot be", "[dynamodb][update_table][index][errors]") {
  Updated db;
  db.update(concat(defined("x", "S"), changes(created("gsi", "x"))));
  CHECK(db.refused(concat(defined("x", "S"), changes(created("gsi", "x")))) ==
        "ValidationException: Attempting to create an index which already exists");
  CHECK(db.refused(concat(defined("x", "S"), changes(concat(created("one", "x"), ",", created("two", "x"))))) ==
        "LimitExceededException: Subscriber limit exceeded: Only 1 online index can be created or deleted "
        "simultaneously per table");
  CHECK(db.refused(changes("{}")) ==
        concat(kInvalid,
               "One of GlobalSecondaryIndexUpdate.Update, GlobalSecondaryIndexUpdate.Create, GlobalSecondaryIndexUpdate.Delete must not be "
               "null"));
  CHECK(db.refused(changes("{'Update':{'IndexName':'gsi'},'Delete':{'IndexName':'gsi'}}")) ==
        concat(kInvalid, "Exactly one of Create, Update or Delete must be specified in a GlobalSecondaryIndexUpdate"));
  CHECK(db.refused(changes(deleted("nil"))).starts_with("ResourceNotFoundException: Requested resource not found"));
  CHECK(db.refused(changes(concat(deleted("gsi"), ",", deleted("gsi")))) ==
        concat(kInvalid, "Only one global secondary index update per index is allowed simultaneously. Index: gsi"));
  CHECK(db.refused(concat(defined("x", "N"), changes(created("other", "x"))))
            .starts_with(concat(kInvalid,
                                "Attributes cannot be redefined. Please check that your attribute has the same type as "
                                "previously defined.")));
  CHECK(db.refused(changes(created("other", "x")))
            .starts_with(concat(kInvalid, "Some index key attributes are not defined in AttributeDefinitions.")));
  std::string two =
      "{'Create':{'IndexName':'other','KeySchema':[{'AttributeName':'x','KeyType':'HASH'},{'AttributeName':'w','KeyType':'RANGE'}],"
      "'Projection':{'ProjectionType':'ALL'}}}";
  CHECK(db.refused(concat(defined("x", "S"), changes(two))) ==
        "ValidationException: Invalid KeySchema: Some index key attribute have no definition");
  CHECK(db.refused(concat(defined("x", "S"),
                          changes(created("other", "x", ",'ProvisionedThroughput':{'ReadCapacityUnits':1,'WriteCapacityUnits':1}")))) ==
        concat(kInvalid,
               "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified for index: other when BillingMode is PAY_PER_REQUEST"));
}

TEST_CASE("UpdateTable: throughput of an index", "[dynamodb][update_table][index]") {
  Updated db;
  db.update("'BillingMode':'PROVISIONED','ProvisionedThroughput':{'ReadCapacityUnits':5,'WriteCapacityUnits':3}");
  CHECK(db.refused(concat(defined("x", "S"), changes(created("gsi", "x")))) ==
        concat(kInvalid, "Both ReadCapacityUnits and WriteCapacityUnits must be specified for index: gsi"));
  db.update(
      concat(defined("x", "S"), changes(created("gsi", "x", ",'ProvisionedThroughput':{'ReadCapacityUnits':1,'WriteCapacityUnits':2}"))));
  std::string change = changes("{'Update':{'IndexName':'gsi','ProvisionedThroughput':{'ReadCapacityUnits':7,'WriteCapacityUnits':2}}}");
  db.update(change);
  CHECK(db.describes("'ReadCapacityUnits':7,'WriteCapacityUnits':2"));
  CHECK(db.refused(change).starts_with("ValidationException: The provisioned throughput for the index gsi will not change."));
  db.update("'BillingMode':'PAY_PER_REQUEST'");
  CHECK_FALSE(db.describes("'ReadCapacityUnits':7"));
  std::string back = "'BillingMode':'PROVISIONED','ProvisionedThroughput':{'ReadCapacityUnits':5,'WriteCapacityUnits':3}";
  CHECK(db.refused(back) == concat(kInvalid, "ProvisionedThroughput must be specified for index: gsi"));
  db.update(concat(back, ",", change));
  CHECK(db.describes("'ReadCapacityUnits':7"));
}

}  // namespace cloudemu::test
