#include <catch2/catch.hpp>

#include "core/strings.h"
#include "support/dynamodb.h"

/// CreateTable, DescribeTable, ListTables, DeleteTable.
namespace cloudemu::test {

using namespace cloudemu::dynamodb;

namespace {

constexpr std::string_view kInvalid = "ValidationException: One or more parameter values were invalid: ";

std::string attribute(std::string_view name, std::string_view type) {
  return concat("{'AttributeName':'", name, "','AttributeType':'", type, "'}");
}
std::string key(std::string_view name, std::string_view type) { return concat("{'AttributeName':'", name, "','KeyType':'", type, "'}"); }

const std::string kP = concat("'AttributeDefinitions':[", attribute("p", "S"), "],'KeySchema':[", key("p", "HASH"), "]");
const std::string kPR = concat("'AttributeDefinitions':[", attribute("p", "S"), ",", attribute("r", "N"), "],'KeySchema':[",
                               key("p", "HASH"), ",", key("r", "RANGE"), "]");
constexpr std::string_view kOnDemand = "'BillingMode':'PAY_PER_REQUEST'";

struct Tables : DynamoDb {
  std::string create(std::string_view members) { return ok("CreateTable", concat("{'TableName':'tab',", members, "}")); }
  std::string refused(std::string_view members) {
    return refusal("CreateTable", concat("{'TableName':'tab',", members, ",", kOnDemand, "}"));
  }
};

/// CreateTable on a table p, r with these indexes.
std::string indexed(std::string_view kind, std::string_view indexes, std::string_view definitions) {
  return concat("'AttributeDefinitions':[", definitions, "],'KeySchema':[", key("p", "HASH"), ",", key("r", "RANGE"), "],'", kind, "':[",
                indexes, "]");
}
std::string index(std::string_view name, std::string_view keys, std::string_view projection = "'ProjectionType':'ALL'") {
  return concat("{'IndexName':'", name, "','KeySchema':[", keys, "],'Projection':{", projection, "}}");
}
const std::string kPRX = concat(attribute("p", "S"), ",", attribute("r", "N"), ",", attribute("x", "S"));

}  // namespace

TEST_CASE("CreateTable: an on-demand table", "[dynamodb][tables]") {
  Tables db;
  std::string body = db.create(concat(kPR, ",", kOnDemand));
  const auto& event = db.event<TableCreated>();
  CHECK(body == concat("{'TableDescription':{'AttributeDefinitions':[", attribute("p", "S"), ",", attribute("r", "N"), "],'KeySchema':[",
                       key("p", "HASH"), ",", key("r", "RANGE"),
                       "],'TableName':'tab','TableStatus':'CREATING','CreationDateTime':1795406400.000,'ProvisionedThroughput':{",
                       "'NumberOfDecreasesToday':0,'ReadCapacityUnits':0,'WriteCapacityUnits':0},'TableSizeBytes':0,'ItemCount':0,",
                       "'TableArn':'arn:aws:dynamodb:us-east-1:000000000000:table/tab','TableId':'", event.description.table_id,
                       "','BillingModeSummary':{'BillingMode':'PAY_PER_REQUEST'},'DeletionProtectionEnabled':false}}"));
  CHECK(event.description.table_id.size() == 36);
  CHECK(db.ok("DescribeTable", "{'TableName':'tab'}") ==
        concat("{'Table':{'AttributeDefinitions':[", attribute("p", "S"), ",", attribute("r", "N"), "],'KeySchema':[", key("p", "HASH"),
               ",", key("r", "RANGE"),
               "],'TableName':'tab','TableStatus':'ACTIVE','CreationDateTime':1795406400.000,'ProvisionedThroughput':{",
               "'NumberOfDecreasesToday':0,'ReadCapacityUnits':0,'WriteCapacityUnits':0},'TableSizeBytes':0,'ItemCount':0,",
               "'TableArn':'arn:aws:dynamodb:us-east-1:000000000000:table/tab','TableId':'", event.description.table_id,
               "','BillingModeSummary':{'BillingMode':'PAY_PER_REQUEST','LastUpdateToPayPerRequestDateTime':1795406400.000}"
               ",",
               "'DeletionProtectionEnabled':false,'WarmThroughput':{'ReadUnitsPerSecond':12000,'Status':'ACTIVE','"
               "WriteUnitsPerSecond':4000}}}"));
}

TEST_CASE("AttributeDefinitions are told in the order of their names, as bytes", "[dynamodb][tables][index]") {
  Tables db;
  db.create(concat("'AttributeDefinitions':[", attribute("p", "S"), ",", attribute("b", "N"), ",", attribute("Z", "S"), "],'KeySchema':[",
                   key("p", "HASH"), ",", key("b", "RANGE"), "],", kOnDemand, ",'LocalSecondaryIndexes':[{'IndexName':'idx','KeySchema':[",
                   key("p", "HASH"), ",", key("Z", "RANGE"), "],'Projection':{'ProjectionType':'ALL'}}]"));
  std::string sorted = concat("'AttributeDefinitions':[", attribute("Z", "S"), ",", attribute("b", "N"), ",", attribute("p", "S"), "]");
  CHECK(db.ok("DescribeTable", "{'TableName':'tab'}").find(sorted) != std::string::npos);
}

TEST_CASE("CreateTable: a provisioned table has its throughput and no billing summary", "[dynamodb][tables]") {
  Tables db;
  std::string body = db.create(concat(kP, ",'ProvisionedThroughput':{'ReadCapacityUnits':5,'WriteCapacityUnits':3}"));
  CHECK(body.find("'ProvisionedThroughput':{'NumberOfDecreasesToday':0,'ReadCapacityUnits':5,'WriteCapacityUnits':3}") !=
        std::string::npos);
  CHECK(body.find("BillingModeSummary") == std::string::npos);
}

TEST_CASE("CreateTable: indexes, stream, encryption, class and protection are described", "[dynamodb][tables]") {
  Tables db;
  std::string body = db.create(concat(
      indexed("GlobalSecondaryIndexes", index("gsi", key("x", "HASH"), "'ProjectionType':'INCLUDE','NonKeyAttributes':['a','b']"), kPRX),
      ",'LocalSecondaryIndexes':[", index("lsi", concat(key("p", "HASH"), ",", key("x", "RANGE"))), "],", kOnDemand,
      ",'StreamSpecification':{'StreamEnabled':true,'StreamViewType':'NEW_IMAGE'},'SSESpecification':{'Enabled':true},"
      "'TableClass':'STANDARD_INFREQUENT_ACCESS','DeletionProtectionEnabled':true"));
  auto has = [&](std::string_view part) { return body.find(part) != std::string::npos; };
  CHECK(
      has("'GlobalSecondaryIndexes':[{'IndexName':'gsi','KeySchema':[{'AttributeName':'x','KeyType':'HASH'}],'"
          "Projection':{'ProjectionType':'INCLUDE',"
          "'NonKeyAttributes':['a','b']},'IndexSizeBytes':0,'ItemCount':0,'IndexArn':'arn:aws:dynamodb:us-east-1:"
          "000000000000:table/tab/index/gsi',"
          "'IndexStatus':'CREATING','ProvisionedThroughput':{'NumberOfDecreasesToday':0,'ReadCapacityUnits':0,'"
          "WriteCapacityUnits':0}}]"));
  CHECK(
      has("'LocalSecondaryIndexes':[{'IndexName':'lsi','KeySchema':[{'AttributeName':'p','KeyType':'HASH'},{'"
          "AttributeName':'x','KeyType':'RANGE'}],"
          "'Projection':{'ProjectionType':'ALL'},'IndexSizeBytes':0,'ItemCount':0,"
          "'IndexArn':'arn:aws:dynamodb:us-east-1:000000000000:table/tab/index/lsi'}]"));
  CHECK(
      has("'StreamSpecification':{'StreamEnabled':true,'StreamViewType':'NEW_IMAGE'},'LatestStreamLabel':'2026-11-"
          "23T04:00:00.000',"
          "'LatestStreamArn':'arn:aws:dynamodb:us-east-1:000000000000:table/tab/stream/2026-11-23T04:00:00.000'"));
  CHECK(
      has("'SSEDescription':{'Status':'ENABLED','SSEType':'KMS','KMSMasterKeyArn':'arn:aws:kms:us-east-1:000000000000:"
          "key/"));
  CHECK(has("'TableClassSummary':{'TableClass':'STANDARD_INFREQUENT_ACCESS'}"));
  CHECK(has("'DeletionProtectionEnabled':true"));
  CHECK(db.refusal("DeleteTable", "{'TableName':'tab'}") ==
        "ValidationException: Resource cannot be deleted as it is currently protected against deletion. Disable "
        "deletion protection first.");
}

TEST_CASE("CreateTable: a table may be named by its ARN, if it is to be the caller's", "[dynamodb][tables]") {
  DynamoDb db;
  auto create = [&](std::string_view place, std::string_view name) {
    return concat("{'TableName':'arn:aws:dynamodb:", place, ":table/", name, "',", kP, ",", kOnDemand, "}");
  };
  std::string body = db.ok("CreateTable", create("us-east-1:000000000000", "tab"));
  CHECK(body.find("'TableName':'tab'") != std::string::npos);
  CHECK(db.ok("ListTables", "{}") == "{'TableNames':['tab']}");
  CHECK(db.refusal("CreateTable", create("us-east-1:000000000000", "tab")) == "ResourceInUseException: Table already exists: tab");
  CHECK(db.refusal("CreateTable", create("eu-west-1:000000000000", "tab")).starts_with("ValidationException"));
  CHECK(db.refusal("CreateTable", create("us-east-1:111111111111", "tab")).starts_with("AccessDeniedException"));
  CHECK(db.refusal("CreateTable", create("us-east-1:000000000000", "x")).starts_with("ValidationException: Invalid TableArn"));
}

TEST_CASE("CreateTable: warm throughput is not below what a table has anyway", "[dynamodb][tables][errors]") {
  Tables db;
  auto warm = [](std::string_view units) { return concat(",'WarmThroughput':{", units, "}"); };
  constexpr std::string_view kLower = " is lower than current WarmThroughput, decreasing WarmThroughput is not supported";
  CHECK(db.refused(concat(kP, warm("'ReadUnitsPerSecond':11999,'WriteUnitsPerSecond':4000"))) ==
        concat(kInvalid, "Requested ReadUnitsPerSecond for WarmThroughput for table", kLower));
  std::string global = concat("{'IndexName':'gsi','KeySchema':[", key("p", "HASH"), "],'Projection':{'ProjectionType':'ALL'}",
                              warm("'WriteUnitsPerSecond':3999"), "}");
  CHECK(db.refused(concat(kP, ",'GlobalSecondaryIndexes':[", global, "]")) ==
        concat(kInvalid, "Requested WriteUnitsPerSecond for WarmThroughput for index gsi", kLower));
  // With provisioned billing it goes by the capacity.
  db.create(concat(kP, ",'ProvisionedThroughput':{'ReadCapacityUnits':5,'WriteCapacityUnits':5}",
                   warm("'ReadUnitsPerSecond':5000,'WriteUnitsPerSecond':2000")));
  CHECK(db.refused(concat(kP, ",'TableClass':'junk'")) ==
        "ValidationException: Invalid table-class parameter provided. Please try again with a valid table-class value: [STANDARD, "
        "STANDARD_INFREQUENT_ACCESS].");
}

TEST_CASE("CreateTable: a name is taken once", "[dynamodb][tables][errors]") {
  Tables db;
  db.create(concat(kP, ",", kOnDemand));
  CHECK(db.refused(kP) == "ResourceInUseException: Table already exists: tab");
  db.region = "eu-west-1";
  db.create(concat(kP, ",", kOnDemand));
}

TEST_CASE("CreateTable: names", "[dynamodb][tables][limits]") {
  DynamoDb db;
  auto create = [&](std::string_view name) { return concat("{'TableName':'", name, "',", kP, ",", kOnDemand, "}"); };
  db.ok("CreateTable", create("a.b"));
  db.ok("CreateTable", create(std::string(255, 'n')));
  constexpr std::string_view kLength = "ValidationException: TableName must be at least 3 characters long and at most 255 characters long";
  CHECK(db.refusal("CreateTable", create("ab")) == kLength);
  CHECK(db.refusal("CreateTable", create("")) == kLength);
  CHECK(db.refusal("CreateTable", create(std::string(256, 'n'))) == kLength);
  CHECK(db.refusal("CreateTable", concat("{", kP, ",", kOnDemand, "}")) ==
        "ValidationException: The parameter 'TableName' is required but was not present in the request");
  CHECK(db.refusal("CreateTable", create("a;b")) ==
        "ValidationException: 1 validation error detected: Value 'a;b' at 'tableName' failed to satisfy constraint: "
        "Member must satisfy regular "
        "expression pattern: [a-zA-Z0-9_.-]+");
  for (std::string_view operation : {"DescribeTable", "DeleteTable", "UpdateTable"}) {
    CHECK(db.refusal(operation, "{'TableName':'ab'}") == kLength);
    CHECK(db.refusal(operation, "{}") == "ValidationException: The parameter 'TableName' is required but was not present in the request");
  }
}

TEST_CASE("CreateTable: what is required, and of what form", "[dynamodb][tables][errors]") {
  Tables db;
  CHECK(db.refusal("CreateTable", "{'TableName':'tab'}") ==
        "ValidationException: 2 validation errors detected: Value null at 'attributeDefinitions' failed to satisfy "
        "constraint: Member must not be "
        "null; Value null at 'keySchema' failed to satisfy constraint: Member must not be null");
  CHECK(db.refused("'AttributeDefinitions':[{'AttributeName':'p','AttributeType':'X'}],'KeySchema':[{'AttributeName':'"
                   "p','KeyType':'hash'}]") ==
        "ValidationException: 2 validation errors detected: Value 'X' at 'attributeDefinitions.1.member.attributeType' "
        "failed to satisfy "
        "constraint: Member must satisfy enum value set: [B, N, S]; Value 'hash' at 'keySchema.1.member.keyType' "
        "failed to satisfy constraint: "
        "Member must satisfy enum value set: [HASH, RANGE]");
  CHECK(db.refused("'AttributeDefinitions':[],'KeySchema':[]") ==
        "ValidationException: 1 validation error detected: Value '[]' at 'keySchema' failed to satisfy constraint: "
        "Member must have length greater "
        "than or equal to 1");
  CHECK(db.refused(concat("'AttributeDefinitions':[{'AttributeName':'", std::string(256, 'p'), "','AttributeType':'S'}],'KeySchema':[",
                          key("p", "HASH"), "]")) ==
        concat("ValidationException: 1 validation error detected: Value '", std::string(256, 'p'),
               "' at 'attributeDefinitions.1.member.attributeName' failed to satisfy constraint: Member must have "
               "length less than or equal to 255"));
}

TEST_CASE("CreateTable: at most ten violations are told", "[dynamodb][tables][errors]") {
  Tables db;
  std::string definitions;
  for (int i = 0; i < 11; ++i) append(definitions, i ? "," : "", "{'AttributeName':'a','AttributeType':'", i, "'}");
  CHECK(db.refused(concat("'AttributeDefinitions':[", definitions, "],'KeySchema':[]"))
            .starts_with("ValidationException: 10 validation errors detected: "));
}

TEST_CASE("CreateTable: the key", "[dynamodb][tables][errors]") {
  Tables db;
  std::string p = attribute("p", "S"), r = attribute("r", "N");
  auto refused = [&](std::string_view definitions, std::string_view keys) {
    return db.refused(concat("'AttributeDefinitions':[", definitions, "],'KeySchema':[", keys, "]"));
  };
  CHECK(refused(p, key("p", "RANGE")) == "ValidationException: Invalid KeySchema: The first KeySchemaElement is not a HASH key type");
  CHECK(refused(concat(p, ",", r), concat(key("p", "HASH"), ",", key("r", "HASH"))) ==
        "ValidationException: Invalid KeySchema: The second KeySchemaElement is not a RANGE key type");
  CHECK(refused(p, concat(key("p", "HASH"), ",", key("p", "RANGE"))) ==
        "ValidationException: Both the Hash Key and the Range Key element in the KeySchema have the same name");
  CHECK(refused(p, key("q", "HASH")) ==
        concat(kInvalid, "Some index key attributes are not defined in AttributeDefinitions. Keys: [q], AttributeDefinitions: [p]"));
  CHECK(refused(p, concat(key("p", "HASH"), ",", key("r", "RANGE"))) ==
        "ValidationException: Invalid KeySchema: Some index key attribute have no definition");
  CHECK(db.refused(concat("'AttributeDefinitions':[", p, ",", r, "],'KeySchema':[", key("c", "HASH"), "],'GlobalSecondaryIndexes':[",
                          index("gsi", key("p", "HASH")), "]")) ==
        concat(kInvalid, "Some index key attributes are not defined in AttributeDefinitions. Keys: [c], AttributeDefinitions: [p, r]"));
  CHECK(refused(concat(p, ",", r), key("p", "HASH")) ==
        concat(kInvalid,
               "Number of attributes in KeySchema does not exactly match number of attributes defined in "
               "AttributeDefinitions"));
  CHECK(refused(concat(p, ",", p), key("p", "HASH")) == "ValidationException: Attribute Name is duplicated: p");
  CHECK(refused(concat(p, ",", r), concat(key("p", "HASH"), ",", key("r", "RANGE"), ",", key("r", "RANGE")))
            .ends_with("at 'keySchema' failed to satisfy constraint: Member must have length less than or equal to 2"));
}

TEST_CASE("CreateTable: billing", "[dynamodb][tables][errors]") {
  Tables db;
  constexpr std::string_view kThroughput = ",'ProvisionedThroughput':{'ReadCapacityUnits':1,'WriteCapacityUnits':1}";
  CHECK(db.refused(concat(kP, kThroughput)) ==
        concat(kInvalid, "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST"));
  for (std::string_view mode : {"", ",'BillingMode':'PROVISIONED'"}) {
    CHECK(db.refusal("CreateTable", concat("{'TableName':'tab',", kP, mode, "}")) ==
          concat(kInvalid, "ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED"));
  }
  CHECK(db.refusal("CreateTable",
                   concat("{'TableName':'tab',", kP, ",'ProvisionedThroughput':{'ReadCapacityUnits':0,'WriteCapacityUnits':-1}}")) ==
        "ValidationException: 2 validation errors detected: Value '-1' at 'provisionedThroughput.writeCapacityUnits' "
        "failed to satisfy constraint: "
        "Member must have value greater than or equal to 1; Value '0' at 'provisionedThroughput.readCapacityUnits' "
        "failed to satisfy constraint: "
        "Member must have value greater than or equal to 1");
  CHECK(db.refusal("CreateTable", concat("{'TableName':'tab',", kP,
                                         ",'ProvisionedThroughput':{'ReadCapacityUnits':1000000000001,'WriteCapacityUnits':1}}")) ==
        "ValidationException: Given value 1000000000001 for ReadCapacityUnits is out of bounds");
}

TEST_CASE("CreateTable: local indexes", "[dynamodb][tables][errors]") {
  Tables db;
  auto refused = [&](std::string_view indexes) { return db.refused(indexed("LocalSecondaryIndexes", indexes, kPRX)); };
  std::string good = concat(key("p", "HASH"), ",", key("x", "RANGE"));
  CHECK(refused("") == concat(kInvalid, "List of LocalSecondaryIndexes is empty"));
  CHECK(refused(index("lsi", concat(key("r", "HASH"), ",", key("x", "RANGE")))) ==
        concat(kInvalid,
               "Index KeySchema does not have the same leading hash key as table KeySchema for index: lsi. index hash "
               "key: r, table hash "
               "key: p"));
  CHECK(refused(index("lsi", key("p", "HASH"))) == concat(kInvalid, "Index KeySchema does not have a range key for index: lsi"));
  CHECK(refused(index("lsi", concat(key("p", "HASH"), ",", key("q", "RANGE")))) ==
        concat(kInvalid,
               "Some index key attributes are not defined in AttributeDefinitions. Keys: [p, q], AttributeDefinitions: "
               "[p, r, x]"));
  CHECK(refused(concat(index("lsi", good), ",", index("lsi", good))) == concat(kInvalid, "Duplicate index name: lsi"));
  CHECK(db.refused(concat(kP, ",'LocalSecondaryIndexes':[", index("lsi", good), "]")) ==
        concat(kInvalid, "Table KeySchema does not have a range key, which is required when specifying a LocalSecondaryIndex"));
  std::string five;
  for (int i = 0; i < 5; ++i) append(five, i ? "," : "", index(concat("lsi", i), good));
  CHECK(refused(concat(five, ",", index("lsi5", good))) ==
        concat(kInvalid, "Number of LocalSecondaryIndexes exceeds per-table limit of 5"));
  db.create(concat(indexed("LocalSecondaryIndexes", five, kPRX), ",", kOnDemand));
}

TEST_CASE("CreateTable: global indexes", "[dynamodb][tables][errors]") {
  Tables db;
  auto refused = [&](std::string_view indexes) { return db.refused(indexed("GlobalSecondaryIndexes", indexes, kPRX)); };
  std::string x = key("x", "HASH");
  CHECK(refused("") == concat(kInvalid, "List of GlobalSecondaryIndexes is empty"));
  CHECK(db.refusal("CreateTable", concat("{'TableName':'tab',", indexed("GlobalSecondaryIndexes", index("gsi", x), kPRX),
                                         ",'ProvisionedThroughput':{'ReadCapacityUnits':1,'WriteCapacityUnits':1}}")) ==
        concat(kInvalid, "ProvisionedThroughput is not specified for index: gsi"));
  CHECK(refused(index("gsi", key("q", "HASH"))) ==
        concat(kInvalid,
               "Some index key attributes are not defined in AttributeDefinitions. Keys: [q], AttributeDefinitions: "
               "[p, r, x]"));
  CHECK(refused(index("gsi", key("p", "HASH"))) ==
        concat(kInvalid, "Some AttributeDefinitions are not used. AttributeDefinitions: [p, r, x], keys used: [p, r]"));
  CHECK(refused(index("gsi", key("x", "RANGE"))) ==
        "ValidationException: Invalid KeySchema: The first KeySchemaElement is not a HASH key type");
  CHECK(refused(index("gsi", concat(x, ",", key("x", "RANGE")))) ==
        "ValidationException: Both the Hash Key and the Range Key element in the KeySchema have the same name");
  CHECK(refused(index("gsi", x, "")) == concat(kInvalid, "Unknown ProjectionType: null"));
  CHECK(refused(index("gsi", x, "'ProjectionType':'ALL','NonKeyAttributes':['a']")) ==
        concat(kInvalid, "ProjectionType is ALL, but NonKeyAttributes is specified"));
  CHECK(refused(index("gsi", x, "'ProjectionType':'INCLUDE'")) ==
        concat(kInvalid, "ProjectionType is INCLUDE, but NonKeyAttributes is not specified"));
  CHECK(refused(concat(index("gsi", x), ",", index("gsi", x))) == concat(kInvalid, "Duplicate index name: gsi"));
  CHECK(refused("{'IndexName':'g','KeySchema':[],'Projection':null}").starts_with("ValidationException: 3 validation errors detected: "));
  std::string twenty;
  for (int i = 0; i < 20; ++i) append(twenty, i ? "," : "", index(concat("gsi", i), x));
  CHECK(refused(concat(twenty, ",", index("gsi20", x))) ==
        concat(kInvalid, "GlobalSecondaryIndex count exceeds the per-table limit of 20"));
  db.create(concat(indexed("GlobalSecondaryIndexes", twenty, kPRX), ",", kOnDemand));
}

TEST_CASE("CreateTable: a global index has at most four attributes in each part of its key", "[dynamodb][tables][limits]") {
  Tables db;
  std::string definitions = attribute("p", "S"), hashes, ranges;
  for (int i = 0; i < 5; ++i) {
    append(definitions, ",", attribute(concat("h", i), "S"), ",", attribute(concat("r", i), "S"));
    append(hashes, i ? "," : "", key(concat("h", i), "HASH"));
    append(ranges, i ? "," : "", key(concat("r", i), "RANGE"));
  }
  auto create = [&](std::string_view keys) {
    return concat("'AttributeDefinitions':[", definitions, "],'KeySchema':[", key("p", "HASH"), "],'GlobalSecondaryIndexes':[",
                  index("gsi", keys), "]");
  };
  CHECK(db.refused(create(hashes)) ==
        "ValidationException: Invalid KeySchema: The KeySchema exceeds the maximum allowed number of HASH key attributes");
  CHECK(db.refused(create(concat(key("h0", "HASH"), ",", ranges))) ==
        "ValidationException: Invalid KeySchema: The KeySchema exceeds the maximum allowed number of RANGE key attributes");
  CHECK(db.refused(create(concat(key("h0", "HASH"), ",", key("r0", "RANGE"), ",", key("h1", "HASH")))) ==
        "ValidationException: Invalid KeySchema: All HASH key attributes must precede RANGE key attributes in the KeySchema");
}

TEST_CASE("CreateTable: warm throughput that was asked for is told, and still to come", "[dynamodb][tables]") {
  Tables db;
  CHECK(db.create(concat(kP, ",", kOnDemand, ",'WarmThroughput':{'ReadUnitsPerSecond':20000}"))
            .find("'WarmThroughput':{'ReadUnitsPerSecond':20000,'Status':'UPDATING','WriteUnitsPerSecond':4000}") != std::string::npos);
  CHECK(db.ok("DescribeTable", "{'TableName':'tab'}")
            .find("'WarmThroughput':{'ReadUnitsPerSecond':20000,'Status':'ACTIVE','WriteUnitsPerSecond':4000}") != std::string::npos);
}

TEST_CASE("CreateTable: on-demand throughput is for on-demand billing, and in range", "[dynamodb][tables][errors]") {
  Tables db;
  constexpr std::string_view kUnits = "'ProvisionedThroughput':{'ReadCapacityUnits':1,'WriteCapacityUnits':1}";
  CHECK(db.refusal("CreateTable", concat("{'TableName':'tab',", kP, ",", kUnits, ",'OnDemandThroughput':{'MaxReadRequestUnits':0}}")) ==
        concat(kInvalid, "MaxReadRequestUnits for OnDemandThroughput cannot be specified when table BillingMode is PROVISIONED."));
  CHECK(db.refused(concat(kP, ",'OnDemandThroughput':{'MaxReadRequestUnits':0}")) ==
        concat(kInvalid, "Requested MaxReadRequestUnits for OnDemandThroughput for table is outside of valid range"));
  auto with_index = [](std::string_view more) {
    return indexed("GlobalSecondaryIndexes",
                   concat("{'IndexName':'gsi','KeySchema':[", key("x", "HASH"), "],'Projection':{'ProjectionType':'ALL'},", more, "}"),
                   kPRX);
  };
  CHECK(db.refused(with_index("'OnDemandThroughput':{'MaxWriteRequestUnits':0}")) ==
        concat(kInvalid, "Requested MaxWriteRequestUnits for OnDemandThroughput for index gsi is outside of valid range"));
  CHECK(db.refused(with_index("'WarmThroughput':{}")).starts_with(concat(kInvalid, "At least one of ReadUnitsPerSecond")));
  CHECK(db.refused(concat(kP, ",'WarmThroughput':{'WriteUnitsPerSecond':-1}")) ==
        concat(kInvalid, "Requested WriteUnitsPerSecond for WarmThroughput for table is outside of valid range"));
  db.create(concat(with_index("'OnDemandThroughput':{'MaxWriteRequestUnits':9}"), ",", kOnDemand));
  CHECK(db.ok("DescribeTable", "{'TableName':'tab'}").find("'OnDemandThroughput':{'MaxWriteRequestUnits':9}") != std::string::npos);
}

TEST_CASE("CreateTable: AES256 is no kind of encryption that can be asked for", "[dynamodb][tables][errors]") {
  Tables db;
  CHECK(db.refused(concat(kP, ",'SSESpecification':{'Enabled':true,'SSEType':'AES256'}")) ==
        concat(kInvalid, "SSEType AES256 is not supported"));
}

TEST_CASE("CreateTable: streams are named with what they show", "[dynamodb][tables][errors]") {
  Tables db;
  CHECK(db.refused(concat(kP, ",'StreamSpecification':{'StreamEnabled':true}")) ==
        concat(kInvalid, "Table is being created with a stream enabled, UpdateViewType must be specified"));
  CHECK(db.refused(concat(kP, ",'StreamSpecification':{'StreamEnabled':false,'StreamViewType':'NEW_IMAGE'}")) ==
        concat(kInvalid, "Table is being created with a stream disabled, UpdateViewType should not be specified"));
}

TEST_CASE("ListTables: names in order, up to a hundred at once", "[dynamodb][tables]") {
  DynamoDb db;
  for (int i = 0; i < 101; ++i) db.table(concat("t", 100 + i), "p");
  CHECK(db.ok("ListTables", "{'Limit':2}") == "{'LastEvaluatedTableName':'t101','TableNames':['t100','t101']}");
  CHECK(db.ok("ListTables", "{'ExclusiveStartTableName':'t198'}") == "{'TableNames':['t199','t200']}");
  CHECK(db.ok("ListTables", "{'ExclusiveStartTableName':'t1985'}") == "{'TableNames':['t199','t200']}");
  CHECK(db.ok("ListTables", "{}").starts_with("{'LastEvaluatedTableName':'t199','TableNames':["));
  CHECK(db.ok("ListTables", "{'Limit':2,'ExclusiveStartTableName':'t198'}") == "{'TableNames':['t199','t200']}");
  constexpr std::string_view kDetected = "ValidationException: 1 validation error detected: ";
  CHECK(db.refusal("ListTables", "{'Limit':0}") ==
        concat(kDetected, "Value '0' at 'limit' failed to satisfy constraint: Member must have value greater than or equal to 1"));
  CHECK(db.refusal("ListTables", "{'Limit':101}") ==
        concat(kDetected, "Value '101' at 'limit' failed to satisfy constraint: Member must have value less than or equal to 100"));
}

TEST_CASE("DeleteTable: the table and its items are gone; its name is free", "[dynamodb][tables]") {
  Tables db;
  db.create(concat(kP, ",", kOnDemand));
  db.put("tab", "{'p':{'S':'k'}}");
  std::string body = db.ok("DeleteTable", "{'TableName':'tab'}");
  CHECK(body.find("'TableStatus':'DELETING'") != std::string::npos);
  for (std::string_view absent : {"KeySchema", "AttributeDefinitions", "CreationDateTime"}) CHECK(body.find(absent) == std::string::npos);
  CHECK(db.refusal("DescribeTable", "{'TableName':'tab'}") ==
        "ResourceNotFoundException: Requested resource not found: Table: tab not found");
  CHECK(db.refusal("DeleteTable", "{'TableName':'tab'}") ==
        "ResourceNotFoundException: Requested resource not found: Table: tab not found");
  CHECK(db.ok("ListTables", "{}") == "{'TableNames':[]}");
  db.create(concat(kP, ",", kOnDemand));
  CHECK(db.item("tab", "{'p':{'S':'k'}}").empty());
}

TEST_CASE("DescribeTable: counts and sizes are exact", "[dynamodb][tables]") {
  Tables db;
  db.create(
      concat(indexed("GlobalSecondaryIndexes", index("gsi", key("x", "HASH"), "'ProjectionType':'KEYS_ONLY'"), kPRX), ",", kOnDemand));
  auto totals = [&] {
    std::string body = db.ok("DescribeTable", "{'TableName':'tab'}");
    auto at = body.find("'TableSizeBytes':"), index_at = body.find("'IndexSizeBytes':");
    return concat(body.substr(at, body.find(",'TableArn'") - at), ",", body.substr(index_at, body.find(",'IndexArn'") - index_at));
  };
  db.put("tab", "{'p':{'S':'k'},'r':{'N':'1'},'x':{'S':'abc'},'y':{'S':'0123456789'}}");
  db.put("tab", "{'p':{'S':'k'},'r':{'N':'2'}}");
  CHECK(totals() == "'TableSizeBytes':25,'ItemCount':2,'IndexSizeBytes':9,'ItemCount':1");
  db.put("tab", "{'p':{'S':'k'},'r':{'N':'1'},'x':{'S':'a'}}");
  CHECK(totals() == "'TableSizeBytes':12,'ItemCount':2,'IndexSizeBytes':7,'ItemCount':1");
  db.ok("DeleteItem", "{'TableName':'tab','Key':{'p':{'S':'k'},'r':{'N':'1'}}}");
  CHECK(totals() == "'TableSizeBytes':5,'ItemCount':1,'IndexSizeBytes':0,'ItemCount':0");
}

TEST_CASE("Tables: more of them than statements are kept for", "[dynamodb][tables][limits]") {
  DynamoDb db;
  constexpr int kTables = 300;
  for (int round = 0; round < 2; ++round) {
    for (int i = 0; i < kTables; ++i) {
      if (round == 0) db.table(concat("t", i + 100), "p");
      db.put(concat("t", i + 100), concat("{'p':{'S':'", round, "'}}"));
    }
  }
  for (int i = 0; i < kTables; ++i) {
    CHECK(db.item(concat("t", i + 100), "{'p':{'S':'1'}}") == "{'p':{'S':'1'}}");
    CHECK(db.ok("DescribeTable", concat("{'TableName':'t", i + 100, "'}")).find("'ItemCount':2") != std::string::npos);
  }
}

}  // namespace cloudemu::test
