#include <catch2/catch.hpp>

#include "core/strings.h"
#include "support/dynamodb.h"
#include "support/temporary_directory.h"

/// Backups, restores, point-in-time recovery.
namespace cloudemu::test {

using namespace dynamodb;

namespace {

struct Backups : DynamoDb {
  Backups() { table("tab", "p"); }
  void fill(int count) {
    put_many("tab", count, [](int i) { return concat("{'p':{'S':'", i, "'},'v':{'N':'", i, "'}}"); });
  }
  std::string arn_in(const std::string& reply, std::string_view member = "BackupArn") {
    std::string open = concat("'", member, "':'");
    size_t at = reply.find(open);
    REQUIRE(at != std::string::npos);
    return reply.substr(at + open.size(), reply.find('\'', at + open.size()) - at - open.size());
  }
  std::string backup(std::string_view name = "one") {
    return arn_in(ok("CreateBackup", concat("{'TableName':'tab','BackupName':'", name, "'}")));
  }
  std::string restore_input(std::string_view arn, std::string_view target, std::string_view more = "") {
    return concat("{'BackupArn':'", arn, "','TargetTableName':'", target, "'", more, "}");
  }
  void restore(std::string_view arn, std::string_view target) {
    ok("RestoreTableFromBackup", restore_input(arn, target));
    world.run_jobs();
  }
  std::string count(std::string_view table) {
    std::string reply = ok("Scan", concat("{'TableName':'", table, "','Select':'COUNT'}"));
    return reply.substr(9, reply.find(',') - 9);
  }
  std::string value(std::string_view table, std::string_view key) { return item(table, concat("{'p':{'S':'", key, "'}}")); }
  int64_t versions() {
    sqlite::Statement count(world.store().state().database(), "SELECT count(*) FROM ddb_version");
    auto row = count.query();
    return row.next() ? row.integer(0) : -1;
  }
};

}  // namespace

TEST_CASE("A backup holds what was there, whatever becomes of its table", "[dynamodb][backup]") {
  Backups db;
  db.fill(10);
  std::string arn = db.backup();
  db.put("tab", "{'p':{'S':'1'},'v':{'S':'changed'}}");
  db.put("tab", "{'p':{'S':'1'},'v':{'S':'changed again'}}");
  db.ok("DeleteItem", "{'TableName':'tab','Key':{'p':{'S':'2'}}}");
  db.put("tab", "{'p':{'S':'2'},'v':{'S':'back'}}");
  db.put("tab", "{'p':{'S':'new'}}");
  CHECK(db.versions() == 2);
  db.restore(arn, "copy");
  CHECK(db.count("copy") == "10");
  CHECK(db.value("copy", "1") == "{'p':{'S':'1'},'v':{'N':'1'}}");
  CHECK(db.value("copy", "2") == "{'p':{'S':'2'},'v':{'N':'2'}}");
  CHECK(db.value("copy", "new") == "");
  CHECK(db.value("tab", "1") == "{'p':{'S':'1'},'v':{'S':'changed again'}}");
  db.ok("DeleteTable", "{'TableName':'tab'}");
  db.world.run_jobs();
  db.restore(arn, "tab");
  CHECK(db.count("tab") == "10");
}

TEST_CASE("A table is restored into another region, which says how it is encrypted", "[dynamodb][backup]") {
  Backups db;
  db.fill(3);
  std::string backup = db.backup(), table = "arn:aws:dynamodb:us-east-1:000000000000:table/tab";
  db.ok("UpdateContinuousBackups", "{'TableName':'tab','PointInTimeRecoverySpecification':{'PointInTimeRecoveryEnabled':true}}");
  std::string latest = concat("{'SourceTableArn':'", table, "','TargetTableName':'past','UseLatestRestorableTime':true");
  constexpr std::string_view kPlain = ",'SSESpecificationOverride':{'Enabled':false}";
  constexpr std::string_view kLacks =
      "ValidationException: One or more parameter values were invalid: SSESpecificationOverride must be specified when a table is restored "
      "to another region";
  db.region = "eu-west-1";
  CHECK(db.refusal("RestoreTableFromBackup", db.restore_input(backup, "copy")) == kLacks);
  CHECK(db.refusal("RestoreTableToPointInTime", concat(latest, "}")) == kLacks);
  std::string reply = db.ok("RestoreTableFromBackup", db.restore_input(backup, "copy", kPlain));
  CHECK(reply.find("'TableArn':'arn:aws:dynamodb:eu-west-1:000000000000:table/copy'") != std::string::npos);
  CHECK(reply.find(concat("'SourceTableArn':'", table, "'")) != std::string::npos);
  db.ok("RestoreTableToPointInTime", concat(latest, kPlain, "}"));
  db.world.run_jobs();
  CHECK(db.count("copy") == "3");
  CHECK(db.count("past") == "3");
  // Seen is a backup in its own region only, and nobody reaches into another account.
  CHECK(db.refusal("DescribeBackup", concat("{'BackupArn':'", backup, "'}")).starts_with("BackupNotFoundException: "));
  db.access_key = "111111111111";
  CHECK(db.refusal("RestoreTableFromBackup", db.restore_input(backup, "copy", kPlain)).starts_with("BackupNotFoundException: "));
  CHECK(db.refusal("RestoreTableToPointInTime", concat(latest, kPlain, "}")) == "TableNotFoundException: Table not found: tab");
}

TEST_CASE("What a deleted backup alone needed goes; what another needs stays", "[dynamodb][backup]") {
  Backups db;
  db.fill(3);
  std::string first = db.backup("first");
  db.put("tab", "{'p':{'S':'1'},'v':{'S':'second'}}");
  std::string second = db.backup("second");
  db.put("tab", "{'p':{'S':'1'},'v':{'S':'third'}}");
  db.put("tab", "{'p':{'S':'2'},'v':{'S':'third'}}");
  CHECK(db.versions() == 3);
  CHECK(db.ok("DeleteBackup", concat("{'BackupArn':'", first, "'}")).find("'BackupStatus':'DELETED'") != std::string::npos);
  db.world.run_jobs();
  CHECK(db.versions() == 2);
  db.restore(second, "copy");
  CHECK(db.value("copy", "1") == "{'p':{'S':'1'},'v':{'S':'second'}}");
  db.ok("DeleteBackup", concat("{'BackupArn':'", second, "'}"));
  db.world.run_jobs();
  CHECK(db.versions() == 0);
  CHECK(db.refusal("DescribeBackup", concat("{'BackupArn':'", second, "'}")) ==
        concat("BackupNotFoundException: Backup not found: ", second));
}

TEST_CASE("A large table is restored in slices: it is CREATING meanwhile, and its backup in use", "[dynamodb][backup][jobs]") {
  Backups db;
  db.fill(1500);
  std::string arn = db.backup();
  std::string reply = db.ok("RestoreTableFromBackup", db.restore_input(arn, "copy"));
  CHECK(reply.find("'TableStatus':'CREATING'") != std::string::npos);
  CHECK(reply.find("'RestoreInProgress':true") != std::string::npos);
  CHECK(db.ok("DescribeTable", "{'TableName':'copy'}").find("'TableStatus':'CREATING'") != std::string::npos);
  CHECK(db.refusal("PutItem", "{'TableName':'copy','Item':{'p':{'S':'x'}}}").starts_with("ResourceNotFoundException"));
  CHECK(db.refusal("DeleteTable", "{'TableName':'copy'}").starts_with("ResourceInUseException"));
  CHECK(db.refusal("DeleteBackup", concat("{'BackupArn':'", arn, "'}")).starts_with("BackupInUseException"));
  for (int i = 1; i <= 100; ++i) db.put("tab", concat("{'p':{'S':'", i, "'},'v':{'S':'late'}}"));
  db.world.run_jobs();
  CHECK(db.count("copy") == "1500");
  for (int i = 1; i <= 100; ++i) CHECK(db.value("copy", std::to_string(i)) == concat("{'p':{'S':'", i, "'},'v':{'N':'", i, "'}}"));
  reply = db.ok("DescribeTable", "{'TableName':'copy'}");
  CHECK(reply.find("'TableStatus':'ACTIVE'") != std::string::npos);
  CHECK(reply.find("'RestoreInProgress':false") != std::string::npos);
  db.ok("DeleteBackup", concat("{'BackupArn':'", arn, "'}"));
}

TEST_CASE("A restored table keeps the indexes that the overrides list, and answers by them", "[dynamodb][backup]") {
  Backups db;
  db.table("wide", "p", "",
           "'AttributeDefinitions':[{'AttributeName':'p','AttributeType':'S'},{'AttributeName':'x','AttributeType':'S'}],"
           "'GlobalSecondaryIndexes':[{'IndexName':'gsi','KeySchema':[{'AttributeName':'x','KeyType':'HASH'}],"
           "'Projection':{'ProjectionType':'ALL'}}]");
  db.put("wide", "{'p':{'S':'a'},'x':{'S':'y'}}");
  std::string arn = db.arn_in(db.ok("CreateBackup", "{'TableName':'wide','BackupName':'one'}"));
  db.restore(arn, "copy");
  CHECK(db.ok("Scan", "{'TableName':'copy','IndexName':'gsi','Select':'COUNT'}") == "{'Count':1,'ScannedCount':1}");
  db.ok("RestoreTableFromBackup", db.restore_input(arn, "bare", ",'GlobalSecondaryIndexOverride':[]"));
  CHECK(db.ok("DescribeTable", "{'TableName':'bare'}").find("GlobalSecondaryIndexes") == std::string::npos);
  CHECK(db.refusal("RestoreTableFromBackup",
                   db.restore_input(arn, "third", ",'ProvisionedThroughputOverride':{'ReadCapacityUnits':1,'WriteCapacityUnits':1}"))
            .ends_with("can be specified when BillingMode is PAY_PER_REQUEST"));
  CHECK(db.refusal("RestoreTableFromBackup", db.restore_input(arn, "copy")) == "TableAlreadyExistsException: Table already exists: copy");
}

TEST_CASE("An override of an index repeats what the index is", "[dynamodb][backup][errors]") {
  Backups db;
  db.table("wide", "p", "s",
           "'AttributeDefinitions':[{'AttributeName':'p','AttributeType':'S'},{'AttributeName':'s','AttributeType':'S'},"
           "{'AttributeName':'x','AttributeType':'S'}],"
           "'GlobalSecondaryIndexes':[{'IndexName':'gsi','KeySchema':[{'AttributeName':'x','KeyType':'HASH'}],"
           "'Projection':{'ProjectionType':'INCLUDE','NonKeyAttributes':['a','b']}}],"
           "'LocalSecondaryIndexes':[{'IndexName':'lsi','KeySchema':[{'AttributeName':'p','KeyType':'HASH'},"
           "{'AttributeName':'x','KeyType':'RANGE'}],'Projection':{'ProjectionType':'ALL'}}]");
  std::string arn = db.arn_in(db.ok("CreateBackup", "{'TableName':'wide','BackupName':'one'}"));
  auto restore = [&](std::string_view kind, std::string_view index) {
    return db.restore_input(arn, "copy", concat(",'", kind, "SecondaryIndexOverride':[", index, "]"));
  };
  auto gsi = [](std::string_view name, std::string_view key, std::string_view projection) {
    return concat("{'IndexName':'", name, "','KeySchema':[{'AttributeName':'", key, "','KeyType':'HASH'}],'Projection':{", projection,
                  "}}");
  };
  constexpr std::string_view kInvalid = "ValidationException: One or more parameter values were invalid: ";
  constexpr std::string_view kIncluded = "'ProjectionType':'INCLUDE','NonKeyAttributes':['b','a']";
  CHECK(db.refusal("RestoreTableFromBackup", restore("Global", gsi("gsi", "s", kIncluded))) ==
        concat(kInvalid, "The KeySchema of the index gsi is not the one that it has in the source table"));
  CHECK(db.refusal("RestoreTableFromBackup", restore("Global", gsi("gsi", "x", "'ProjectionType':'ALL'"))) ==
        concat(kInvalid, "The Projection of the index gsi is not the one that it has in the source table"));
  CHECK(db.refusal("RestoreTableFromBackup", restore("Local", gsi("lsi", "p", "'ProjectionType':'ALL'"))) ==
        concat(kInvalid, "The KeySchema of the index lsi is not the one that it has in the source table"));
  CHECK(db.refusal("RestoreTableFromBackup", restore("Global", gsi("new", "x", kIncluded))) ==
        concat(kInvalid, "The index new is not one of the source table"));
  db.ok("RestoreTableFromBackup", restore("Global", gsi("gsi", "x", kIncluded)));
}

TEST_CASE("A backup tells of encryption and of maxima; a table restored as a provisioned one has none", "[dynamodb][backup]") {
  Backups db;
  db.table("wide", "p", "",
           "'AttributeDefinitions':[{'AttributeName':'p','AttributeType':'S'},{'AttributeName':'x','AttributeType':'S'}],"
           "'OnDemandThroughput':{'MaxReadRequestUnits':7},'SSESpecification':{'Enabled':true,'SSEType':'KMS','KMSMasterKeyId':'1234'},"
           "'GlobalSecondaryIndexes':[{'IndexName':'gsi','KeySchema':[{'AttributeName':'x','KeyType':'HASH'}],"
           "'Projection':{'ProjectionType':'ALL'},'OnDemandThroughput':{'MaxWriteRequestUnits':8}}]");
  std::string arn = db.arn_in(db.ok("CreateBackup", "{'TableName':'wide','BackupName':'one'}"));
  std::string described = db.ok("DescribeBackup", concat("{'BackupArn':'", arn, "'}"));
  for (std::string_view part :
       {"'OnDemandThroughput':{'MaxReadRequestUnits':7}", "'OnDemandThroughput':{'MaxWriteRequestUnits':8}",
        "'SSEDescription':{'Status':'ENABLED','SSEType':'KMS','KMSMasterKeyArn':'arn:aws:kms:us-east-1:000000000000:key/1234'}"}) {
    CHECK(described.find(part) != std::string::npos);
  }
  CHECK(db.ok("DescribeBackup", concat("{'BackupArn':'", db.backup(), "'}")).find("SSEDescription") == std::string::npos);
  constexpr std::string_view kProvisioned =
      ",'BillingModeOverride':'PROVISIONED','ProvisionedThroughputOverride':{'ReadCapacityUnits':1,'WriteCapacityUnits':1}";
  CHECK(db.refusal("RestoreTableFromBackup",
                   db.restore_input(arn, "copy", concat(kProvisioned, ",'OnDemandThroughputOverride':{'MaxReadRequestUnits':1}"))) ==
        "ValidationException: One or more parameter values were invalid: MaxReadRequestUnits for OnDemandThroughput cannot be specified "
        "when table BillingMode is PROVISIONED.");
  db.ok("RestoreTableFromBackup", db.restore_input(arn, "copy", kProvisioned));
  db.ok("RestoreTableFromBackup", db.restore_input(arn, "same", ",'OnDemandThroughputOverride':{'MaxWriteRequestUnits':3}"));
  CHECK(db.ok("DescribeTable", "{'TableName':'copy'}").find("OnDemandThroughput") == std::string::npos);
  CHECK(db.ok("DescribeTable", "{'TableName':'same'}").find("{'MaxReadRequestUnits':7,'MaxWriteRequestUnits':3}") != std::string::npos);
}

TEST_CASE("An override of an index says what the index is to have", "[dynamodb][backup]") {
  Backups db;
  db.table("wide", "p", "",
           "'AttributeDefinitions':[{'AttributeName':'p','AttributeType':'S'},{'AttributeName':'x','AttributeType':'S'}],"
           "'GlobalSecondaryIndexes':[{'IndexName':'gsi','KeySchema':[{'AttributeName':'x','KeyType':'HASH'}],"
           "'Projection':{'ProjectionType':'ALL'}}]");
  std::string arn = db.arn_in(db.ok("CreateBackup", "{'TableName':'wide','BackupName':'one'}"));
  auto restore = [&](std::string_view target, std::string_view rates, std::string_view table) {
    return db.restore_input(
        arn, target,
        concat(table, ",'GlobalSecondaryIndexOverride':[{'IndexName':'gsi',",
               "'KeySchema':[{'AttributeName':'x','KeyType':'HASH'}],'Projection':{'ProjectionType':'ALL'}", rates, "}]"));
  };
  constexpr std::string_view kUnits = ",'ProvisionedThroughput':{'ReadCapacityUnits':3,'WriteCapacityUnits':4}";
  constexpr std::string_view kProvisioned =
      ",'BillingModeOverride':'PROVISIONED','ProvisionedThroughputOverride':{'ReadCapacityUnits':1,'WriteCapacityUnits':2}";
  db.ok("RestoreTableFromBackup", restore("own", kUnits, kProvisioned));
  db.ok("RestoreTableFromBackup", restore("like", "", kProvisioned));
  db.ok("RestoreTableFromBackup", restore("most", ",'OnDemandThroughput':{'MaxReadRequestUnits':5}", ""));
  auto of_index = [&](std::string_view table) {
    std::string text = db.ok("DescribeTable", concat("{'TableName':'", table, "'}"));
    size_t at = text.find("'GlobalSecondaryIndexes'");
    return text.substr(at, text.find("}]", text.find("'Projection'", at)) - at);
  };
  CHECK(of_index("own").find("'ReadCapacityUnits':3,'WriteCapacityUnits':4") != std::string::npos);
  CHECK(of_index("like").find("'ReadCapacityUnits':1,'WriteCapacityUnits':2") != std::string::npos);
  CHECK(db.ok("DescribeTable", "{'TableName':'most'}").find("'MaxReadRequestUnits':5") != std::string::npos);
  CHECK(db.refusal("RestoreTableFromBackup", restore("none", kUnits, "")) ==
        "ValidationException: One or more parameter values were invalid: ProvisionedThroughput should not be specified for index: gsi when "
        "BillingMode is PAY_PER_REQUEST");
}

TEST_CASE("ListBackups: by table, type and page", "[dynamodb][backup]") {
  Backups db;
  std::string first = db.backup("first");
  db.world.advance(1000);
  std::string second = db.backup("second");
  std::string page = db.ok("ListBackups", "{'TableName':'tab','Limit':1}");
  CHECK(db.arn_in(page) == first);
  CHECK(db.arn_in(page, "LastEvaluatedBackupArn") == first);
  page = db.ok("ListBackups", concat("{'ExclusiveStartBackupArn':'", first, "'}"));
  CHECK(db.arn_in(page) == second);
  CHECK(page.find("LastEvaluated") == std::string::npos);
  CHECK(db.ok("ListBackups", "{'BackupType':'SYSTEM'}") == "{'BackupSummaries':[]}");
  CHECK(db.refusal("CreateBackup", "{'TableName':'nowhere','BackupName':'one'}") == "TableNotFoundException: Table not found: nowhere");
  CHECK(db.ok("DescribeBackup", concat("{'BackupArn':'", first, "'}")).find("'BackupStatus':'AVAILABLE','BackupType':'USER'") !=
        std::string::npos);
}

TEST_CASE("Without a log the present can be recovered, and a deleted table, but nothing earlier", "[dynamodb][backup]") {
  Backups db;
  db.fill(3);
  auto restore = [](std::string_view what) { return concat("{'SourceTableName':'tab','TargetTableName':'copy',", what, "}"); };
  CHECK(db.refusal("RestoreTableToPointInTime", restore("'UseLatestRestorableTime':true")) ==
        "PointInTimeRecoveryUnavailableException: Point in time recovery is not enabled for table 'tab'");
  db.ok("UpdateContinuousBackups", "{'TableName':'tab','PointInTimeRecoverySpecification':{'PointInTimeRecoveryEnabled':true}}");
  db.ok("RestoreTableToPointInTime", restore("'UseLatestRestorableTime':true"));
  db.world.run_jobs();
  CHECK(db.count("copy") == "3");
  CHECK(db.versions() == 0);
  CHECK(db.ok("ListBackups", "{}") == "{'BackupSummaries':[]}");
  CHECK(db.refusal("RestoreTableToPointInTime", "{'SourceTableName':'tab','TargetTableName':'old','RestoreDateTime':1}")
            .starts_with("InvalidRestoreTimeException"));
  db.ok("DeleteTable", "{'TableName':'tab'}");
  db.world.run_jobs();
  std::string deleted = db.arn_in(db.ok("ListBackups", "{'BackupType':'SYSTEM'}"));
  db.restore(deleted, "again");
  CHECK(db.count("again") == "3");
}

TEST_CASE("What the system keeps of a deleted table goes after 35 days", "[dynamodb][backup][time]") {
  Backups db;
  db.fill(30);
  db.ok("UpdateContinuousBackups", "{'TableName':'tab','PointInTimeRecoverySpecification':{'PointInTimeRecoveryEnabled':true}}");
  db.ok("DeleteTable", "{'TableName':'tab'}");
  db.world.run_jobs();
  CHECK(db.versions() == 30);
  db.world.advance(35 * kDayMs - 1);
  CHECK(db.arn_in(db.ok("ListBackups", "{'BackupType':'SYSTEM'}")) != "");
  CHECK(db.versions() == 30);
  db.world.advance(1);
  db.world.run_jobs();
  CHECK(db.ok("ListBackups", "{'BackupType':'SYSTEM'}") == "{'BackupSummaries':[]}");
  CHECK(db.versions() == 0);
}

TEST_CASE("Without a log the earliest moment to restore is the present", "[dynamodb][backup]") {
  Backups db;
  db.ok("UpdateContinuousBackups", "{'TableName':'tab','PointInTimeRecoverySpecification':{'PointInTimeRecoveryEnabled':true}}");
  db.world.advance(10'000);
  std::string now = std::to_string(db.world.clock().time / 1000);
  CHECK(db.ok("DescribeContinuousBackups", "{'TableName':'tab'}")
            .find(concat("'EarliestRestorableDateTime':", now, ".000,'LatestRestorableDateTime':", now, ".000")) != std::string::npos);
}

namespace {

/// A table on a data directory, whose log is there to be read.
struct Past {
  Past() : world({.data_dir = directory.path() + "/data", .sync = log::SyncMode::no}, 5) {
    ok("CreateTable",
       "{'TableName':'tab','BillingMode':'PAY_PER_REQUEST','AttributeDefinitions':[{'AttributeName':'p','AttributeType':'S'}],"
       "'KeySchema':[{'AttributeName':'p','KeyType':'HASH'}]}");
    ok("UpdateContinuousBackups", "{'TableName':'tab','PointInTimeRecoverySpecification':{'PointInTimeRecoveryEnabled':true}}");
  }
  std::string ok(std::string_view operation, std::string_view input) {
    Reply reply = world.send(json_call("dynamodb", concat("DynamoDB_20120810.", operation), replace_all(input, "'", "\"")));
    INFO(reply.body);
    REQUIRE(reply.status == 200);
    return DynamoDb::shown(reply.body);
  }
  void put(std::string_view value) { ok("PutItem", concat("{'TableName':'tab','Item':{'p':{'S':'a'},'v':{'S':'", value, "'}}}")); }
  void restore(TimeMs at, std::string_view target) {
    ok("RestoreTableToPointInTime", concat("{'SourceTableName':'tab','TargetTableName':'", target, "','RestoreDateTime':", at / 1000, "}"));
    world.run_jobs();
  }
  std::string item(std::string_view table) { return ok("GetItem", concat("{'TableName':'", table, "','Key':{'p':{'S':'a'}}}")); }

  TemporaryDirectory directory;
  World world;
};

}  // namespace

TEST_CASE("RestoreTableToPointInTime: the table as it was at that second, from the log", "[dynamodb][backup][past]") {
  Past db;
  TimeMs start = db.world.clock().time;
  db.put("first");
  db.world.advance(10'000);
  db.put("second");
  db.world.advance(10'000);
  db.ok("DeleteItem", "{'TableName':'tab','Key':{'p':{'S':'a'}}}");
  db.world.advance(10'000);
  db.restore(start + 5'000, "one");
  db.restore(start + 15'000, "two");
  db.restore(start + 25'000, "three");
  CHECK(db.item("one") == "{'Item':{'p':{'S':'a'},'v':{'S':'first'}}}");
  CHECK(db.item("two") == "{'Item':{'p':{'S':'a'},'v':{'S':'second'}}}");
  CHECK(db.item("three") == "{}");
  CHECK(db.ok("DescribeTable", "{'TableName':'one'}").find("'RestoreInProgress':false") != std::string::npos);
}

}  // namespace cloudemu::test
