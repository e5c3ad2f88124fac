// Policies on tables: kept, and decisive for other accounts and by an explicit Deny for the owner's account, too.
#include <algorithm>
#include <catch2/catch.hpp>
#include <set>

#include "core/strings.h"
#include "services/dynamodb/operations.h"
#include "support/dynamodb.h"

namespace cloudemu::test {

namespace {

constexpr std::string_view kOwner = "111122223333", kOther = "444455556666";
const std::string kArn = "arn:aws:dynamodb:us-east-1:111122223333:table/tab";

/// Calls of kOwner unless `db.access_key` says otherwise; nobody proves who he is.
struct Fixture {
  explicit Fixture(iam::Mode mode = iam::Mode::enforce) : db(Environment{.policies = mode}) {
    db.access_key = kOwner;
    db.table("tab", "p", "s",
             "'GlobalSecondaryIndexes':[{'IndexName':'by-q','KeySchema':[{'AttributeName':'s','KeyType':'HASH'}],"
             "'Projection':{'ProjectionType':'ALL'}}]");
  }
  /// A statement with Effect, Action and so on; ' stands for ".
  std::string put(std::string_view effect, std::string_view principal, std::string_view actions, std::string_view condition = {},
                  std::string_view resource = "*") {
    std::string policy = concat(R"({\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\")", effect, R"(\",\"Principal\":)", principal,
                                R"(,\"Action\":)", actions, R"(,\"Resource\":\")", resource, R"(\")");
    if (!condition.empty()) append(policy, R"(,\"Condition\":)", condition);
    db.access_key = kOwner;
    return db.ok("PutResourcePolicy", concat("{'ResourceArn':'", kArn, "','Policy':'", policy, "}]}'}"));
  }
  int status(std::string_view account, std::string_view operation, std::string_view input) {
    db.access_key = account;
    return db.call(operation, replace_all(input, "$T", concat("'TableName':'", kArn, "'"))).status;
  }
  DynamoDb db;
};

const std::string kKey = "{'p':{'S':'k'},'s':{'S':'1'}}";
const std::string kFriends = R"({\"AWS\":\"arn:aws:iam::444455556666:root\"})";

}  // namespace

TEST_CASE("A stream has a policy of its own, by which others read it", "[dynamodb][iam][policy][streams]") {
  Fixture f;
  f.db.access_key = kOwner;
  std::string table =
      f.db.ok("UpdateTable", "{'TableName':'tab','StreamSpecification':{'StreamEnabled':true,'StreamViewType':'KEYS_ONLY'}}");
  size_t at = table.find("'LatestStreamArn':'") + 19;
  std::string arn = table.substr(at, table.find('\'', at) - at);
  const std::string describe = concat("{'StreamArn':'", arn, "'}"), resource = concat("'ResourceArn':'", arn, "'");
  auto describes_for = [&](std::string_view account) {
    f.db.access_key = account;
    return f.db.call("DynamoDBStreams_20120810.DescribeStream", describe).status == 200;
  };
  f.put("Allow", kFriends, R"(\"dynamodb:*\")");  // the table's own says nothing of its streams
  CHECK(describes_for(kOwner));
  CHECK_FALSE(describes_for(kOther));
  auto document = [](std::string_view effect) {
    return concat(
        R"({\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\")", effect, R"(\",\"Principal\":)", kFriends,
        R"(,\"Action\":[\"dynamodb:DescribeStream\",\"dynamodb:GetShardIterator\",\"dynamodb:GetRecords\"],\"Resource\":\"*\"}]})");
  };
  f.db.access_key = kOwner;
  CHECK(f.db.refusal("GetResourcePolicy", concat("{", resource, "}")).starts_with("PolicyNotFoundException"));
  std::string revision = f.db.ok("PutResourcePolicy", concat("{", resource, ",'Policy':'", document("Allow"), "'}"));
  CHECK(f.db.ok("GetResourcePolicy", concat("{", resource, "}")).find("dynamodb:GetRecords") != std::string::npos);
  CHECK(f.db.ok("PutResourcePolicy",
                concat("{", resource, ",'ConfirmRemoveSelfResourceAccess':true,'Policy':'", document("Allow"), "'}")) == revision);
  CHECK(describes_for(kOther));
  f.db.access_key = kOwner;
  f.db.ok("DeleteResourcePolicy", concat("{", resource, "}"));
  CHECK_FALSE(describes_for(kOther));
  f.db.access_key = kOwner;
  CHECK(f.db.refusal("PutResourcePolicy", concat("{'ResourceArn':'", arn, "0','Policy':'", document("Allow"), "'}"))
            .starts_with("ResourceNotFoundException"));
}

TEST_CASE("PutResourcePolicy, GetResourcePolicy, DeleteResourcePolicy: one document a table", "[dynamodb][iam][policy]") {
  Fixture f(iam::Mode::off);
  const std::string at = concat("'ResourceArn':'", kArn, "'");
  CHECK(f.db.refusal("GetResourcePolicy", "{" + at + "}") ==
        "PolicyNotFoundException: Resource-based policy not found for the provided ResourceArn: " + kArn);
  CHECK(f.db.ok("DeleteResourcePolicy", "{" + at + "}") == "{}");
  CHECK(f.db.refusal("DeleteResourcePolicy", "{" + at + ",'ExpectedRevisionId':'1'}").starts_with("PolicyNotFoundException"));
  std::string first = f.put("Allow", kFriends, R"(\"dynamodb:GetItem\")");
  CHECK(f.db.event<dynamodb::TableUpdated>().description.policy_revision == f.db.world.clock().time);
  CHECK(first == concat("{'RevisionId':'", f.db.world.clock().time, "'}"));
  // The same again is the same.
  CHECK(f.put("Allow", kFriends, R"(\"dynamodb:GetItem\")") == first);
  CHECK(f.db.world.events().empty());
  std::string second = f.put("Allow", kFriends, R"(\"dynamodb:Query\")");
  CHECK(second == concat("{'RevisionId':'", f.db.world.clock().time + 1, "'}"));
  CHECK_THAT(f.db.ok("GetResourcePolicy", "{" + at + "}"), Catch::Contains("dynamodb:Query") && Catch::Contains(second.substr(1)));
  const std::string policy = R"('Policy':'{\"Version\":\"2012-10-17\",\"Statement\":[]}')";
  CHECK(f.db.refusal("PutResourcePolicy", concat("{", at, ",", policy, "}"))
            .starts_with("ValidationException: One or more parameter values were invalid: Invalid policy document: "));
  CHECK(f.db.refusal("PutResourcePolicy", concat("{", at, ",'Policy':'nonsense'}")).starts_with("ValidationException"));
  CHECK(f.db.refusal("PutResourcePolicy", concat("{", at, "}")).starts_with("ValidationException: 1 validation error detected"));
  const std::string good = R"('Policy':'{\"Statement\":{\"Effect\":\"Allow\",\"Principal\":\"*\",\"Action\":\"*\",\"Resource\":\"*\"}}')";
  CHECK(f.db.refusal("PutResourcePolicy", concat("{", at, ",", good, ",'ExpectedRevisionId':'NO_POLICY'}")).starts_with("PolicyNotFound"));
  CHECK(f.db.refusal("PutResourcePolicy", concat("{", at, ",", good, ",'ExpectedRevisionId':'7'}")).starts_with("PolicyNotFound"));
  CHECK(f.db.call("PutResourcePolicy", concat("{", at, ",", good, ",'ExpectedRevisionId':'", f.db.world.clock().time + 1, "'}")).status ==
        200);
  CHECK(f.db.ok("DeleteResourcePolicy", "{" + at + "}") == concat("{'RevisionId':'", f.db.world.clock().time + 2, "'}"));
  CHECK(f.db.refusal("GetResourcePolicy", "{" + at + "}").starts_with("PolicyNotFoundException"));
  // A revision is never used again.
  CHECK(f.put("Allow", kFriends, R"(\"dynamodb:GetItem\")") == concat("{'RevisionId':'", f.db.world.clock().time + 3, "'}"));
}

TEST_CASE("PutResourcePolicy: actions have names that DynamoDB has, for what the policy is of", "[dynamodb][iam][policy][errors]") {
  Fixture f(iam::Mode::off);
  std::string table =
      f.db.ok("UpdateTable", "{'TableName':'tab','StreamSpecification':{'StreamEnabled':true,'StreamViewType':'KEYS_ONLY'}}");
  size_t at = table.find("'LatestStreamArn':'") + 19;
  const std::string stream = table.substr(at, table.find('\'', at) - at);
  auto put = [&](std::string_view arn, std::string_view actions) {
    return concat("{'ResourceArn':'", arn, R"(','Policy':'{\"Statement\":{\"Effect\":\"Allow\",\"Principal\":)", kFriends,
                  R"(,\"Action\":)", actions, R"(,\"Resource\":\"*\"}}'})");
  };
  auto refused = [&](std::string_view arn, std::string_view actions) { return f.db.refusal("PutResourcePolicy", put(arn, actions)); };
  constexpr std::string_view kInvalid =
      "ValidationException: One or more parameter values were invalid: Invalid policy document: The following action names are invalid: ";
  CHECK(refused(kArn, R"(\"dynamodb:Foo\")") == concat(kInvalid, "'dynamodb:Foo'"));
  CHECK(refused(kArn, R"(\"GetItem\")") == concat(kInvalid, "'GetItem'"));
  CHECK(refused(kArn, R"([\"dynamodb:GetItem\",\"dynamodb:GetRecords\",\"s3:GetObject\",\"dynamodb:GetRecords\"])") ==
        concat(kInvalid, "'dynamodb:GetRecords', 's3:GetObject'"));
  CHECK(refused(stream, R"([\"dynamodb:GetRecords\",\"dynamodb:ListStreams\",\"dynamodb:GetItem\"])") ==
        concat(kInvalid, "'dynamodb:ListStreams', 'dynamodb:GetItem'"));
  for (std::string_view actions :
       {R"(\"DynamoDB:getitem\")", R"([\"dynamodb:PartiQLSelect\",\"dynamodb:ConditionCheckItem\"])", R"(\"dynamodb:Foo*\")", R"(\"*\")"}) {
    CAPTURE(actions);
    f.db.ok("PutResourcePolicy", put(kArn, actions));
  }
  f.db.ok("PutResourcePolicy", put(stream, R"([\"dynamodb:DescribeStream\",\"dynamodb:GetShardIterator\",\"dynamodb:*\"])"));
}

TEST_CASE("PutResourcePolicy: 20 KiB, not one byte more", "[dynamodb][iam][policy][limits]") {
  Fixture f(iam::Mode::off);
  auto put = [&](size_t bytes) {
    std::string head = R"({\"Statement\":{\"Effect\":\"Allow\",\"Principal\":\"*\",\"Action\":\"*\",\"Resource\":\"*\",\"Sid\":\")",
                tail = R"(\"}})";
    size_t quotes = static_cast<size_t>(std::count(head.begin(), head.end(), '\\') + std::count(tail.begin(), tail.end(), '\\'));
    std::string policy = head + std::string(bytes - head.size() - tail.size() + quotes, 's') + tail;
    return f.db.call("PutResourcePolicy", concat("{'ResourceArn':'", kArn, "','Policy':'", policy, "'}"));
  };
  CHECK(put(20 * 1024).status == 200);
  CHECK_THAT(put(20 * 1024 + 1).body, Catch::Contains("LimitExceededException"));
}

TEST_CASE("CreateTable: with a policy", "[dynamodb][iam][policy]") {
  Fixture f;
  f.db.table(
      "other", "p", {},
      R"('ResourcePolicy':'{\"Statement\":{\"Effect\":\"Allow\",\"Principal\":\"*\",\"Action\":\"dynamodb:Scan\",\"Resource\":\"*\"}}')");
  f.db.access_key = kOther;
  CHECK(f.db.call("Scan", "{'TableName':'arn:aws:dynamodb:us-east-1:111122223333:table/other'}").status == 200);
  CHECK(f.db.call("DescribeTable", "{'TableName':'arn:aws:dynamodb:us-east-1:111122223333:table/other'}").status == 400);
}

TEST_CASE("Table policy: another account does what it is allowed, by each way that leads there", "[dynamodb][iam]") {
  Fixture f;
  f.db.put("tab", kKey);
  const std::string get = concat("{$T,'Key':", kKey, "}");
  CHECK(f.status(kOther, "GetItem", get) == 400);
  f.put("Allow", kFriends, R"([\"dynamodb:GetItem\",\"dynamodb:BatchGetItem\",\"dynamodb:PutItem\"])");
  CHECK(f.status(kOther, "GetItem", get) == 200);
  CHECK(f.status("777788889999", "GetItem", get) == 400);
  CHECK(f.status(kOther, "BatchGetItem", concat("{'RequestItems':{'", kArn, "':{'Keys':[", kKey, "]}}}")) == 200);
  CHECK(f.status(kOther, "TransactGetItems", concat("{'TransactItems':[{'Get':{$T,'Key':", kKey, "}}]}")) == 200);
  CHECK(f.status(kOther, "PutItem", concat("{$T,'Item':", kKey, "}")) == 200);
  CHECK(f.status(kOther, "DeleteItem", get) == 400);
  // A transaction needs what each of its members needs alone; a batch has an action of its own.
  const std::string put = concat("{'Put':{$T,'Item':", kKey, "}}"), remove = concat("{'Delete':{$T,'Key':{'p':{'S':'x'},'s':{'S':'x'}}}}");
  CHECK(f.status(kOther, "TransactWriteItems", concat("{'TransactItems':[", put, "]}")) == 200);
  CHECK(f.status(kOther, "TransactWriteItems", concat("{'TransactItems':[", put, ",", remove, "]}")) == 400);
  CHECK_THAT(f.db.refusal("TransactWriteItems",
                          replace_all(concat("{'TransactItems':[", put, ",", remove, "]}"), "$T", concat("'TableName':'", kArn, "'"))),
             Catch::Contains("perform: dynamodb:DeleteItem on resource: " + kArn));
  CHECK(f.status(kOther, "BatchWriteItem", concat("{'RequestItems':{'", kArn, "':[{'PutRequest':{'Item':", kKey, "}}]}}")) == 400);
  CHECK(f.status(kOther, "DeleteTable", "{$T}") == 400);
}

TEST_CASE("Table policy: an index is a resource of its own", "[dynamodb][iam]") {
  Fixture f;
  const std::string query = "{$T,'IndexName':'by-q','KeyConditionExpression':'s = :s','ExpressionAttributeValues':{':s':{'S':'1'}}}";
  f.put("Allow", kFriends, R"(\"dynamodb:Query\")", {}, kArn);
  CHECK(f.status(kOther, "Query", query) == 400);
  f.put("Allow", kFriends, R"(\"dynamodb:Query\")", {}, kArn + "/index/*");
  CHECK(f.status(kOther, "Query", query) == 200);
  CHECK(f.status(kOther, "Query", "{$T,'KeyConditionExpression':'p = :p','ExpressionAttributeValues':{':p':{'S':'1'}}}") == 400);
}

TEST_CASE("Table policy: a Deny binds the owner's account, whichever name the table is called by", "[dynamodb][iam]") {
  Fixture f;
  f.put("Deny", R"(\"*\")", R"(\"dynamodb:DeleteItem\")");
  f.db.access_key = kOwner;
  CHECK(f.db.refusal("DeleteItem", concat("{'TableName':'tab','Key':", kKey, "}")) ==
        "AccessDeniedException: User: arn:aws:iam::111122223333:root is not authorized to perform: dynamodb:DeleteItem on resource: " +
            kArn + " with an explicit deny in a resource-based policy");
  CHECK(f.db.call("GetItem", concat("{'TableName':'tab','Key':", kKey, "}")).status == 200);
  CHECK(f.db.call("TransactWriteItems", concat("{'TransactItems':[{'Delete':{'TableName':'tab','Key':", kKey, "}}]}")).status == 400);
}

TEST_CASE("Table policy: conditions on keys, attributes and what a read returns", "[dynamodb][iam]") {
  Fixture f;
  f.put("Allow", kFriends, R"([\"dynamodb:GetItem\",\"dynamodb:Query\",\"dynamodb:PutItem\",\"dynamodb:BatchGetItem\"])",
        R"({\"ForAllValues:StringEquals\":{\"dynamodb:LeadingKeys\":[\"k\"]}})");
  auto query = [](std::string_view p) {
    return concat("{$T,'KeyConditionExpression':'#p = :p','ExpressionAttributeNames':{'#p':'p'},'ExpressionAttributeValues':{':p':{'S':'",
                  p, "'}}}");
  };
  CHECK(f.status(kOther, "GetItem", concat("{$T,'Key':", kKey, "}")) == 200);
  CHECK(f.status(kOther, "GetItem", "{$T,'Key':{'p':{'S':'x'},'s':{'S':'1'}}}") == 400);
  CHECK(f.status(kOther, "Query", query("k")) == 200);
  CHECK(f.status(kOther, "Query", query("x")) == 400);
  CHECK(f.status(kOther, "PutItem", "{$T,'Item':{'p':{'S':'x'},'s':{'S':'1'}}}") == 400);
  CHECK(f.status(kOther, "BatchGetItem", concat("{'RequestItems':{'", kArn, "':{'Keys':[", kKey, ",{'p':{'S':'x'},'s':{'S':'1'}}]}}}")) ==
        400);
  f.put("Allow", kFriends, R"([\"dynamodb:GetItem\",\"dynamodb:Scan\",\"dynamodb:UpdateItem\"])",
        R"({\"ForAllValues:StringEquals\":{\"dynamodb:Attributes\":[\"p\",\"s\",\"colour\"]},)"
        R"(\"StringEqualsIfExists\":{\"dynamodb:Select\":\"SPECIFIC_ATTRIBUTES\",\"dynamodb:ReturnValues\":[\"NONE\",\"UPDATED_NEW\"]}})");
  CHECK(f.status(kOther, "GetItem", concat("{$T,'Key':", kKey, ",'ProjectionExpression':'p, colour'}")) == 200);
  CHECK(f.status(kOther, "GetItem", concat("{$T,'Key':", kKey, ",'ProjectionExpression':'p, secret'}")) == 400);
  CHECK(f.status(kOther, "GetItem",
                 concat("{$T,'Key':", kKey, ",'ProjectionExpression':'#x','ExpressionAttributeNames':{'#x':'secret'}}")) == 400);
  CHECK(f.status(kOther, "Scan", "{$T,'ProjectionExpression':'colour'}") == 200);
  CHECK(f.status(kOther, "Scan", "{$T}") == 400);
  const std::string update =
      concat("{$T,'Key':", kKey, ",'UpdateExpression':'SET colour = :v','ExpressionAttributeValues':{':v':{'S':'1'}}");
  CHECK(f.status(kOther, "UpdateItem", update + "}") == 200);
  CHECK(f.status(kOther, "UpdateItem", update + ",'ReturnValues':'ALL_NEW'}") == 400);
}

TEST_CASE("DynamoDB: each row that is built says which tables it is about, if any", "[dynamodb][iam]") {
  // Some make or list tables; the others find only what is the caller's own.
  const std::set<std::string_view> of_no_table = {"CreateGlobalTable",
                                                  "CreateTable",
                                                  "DeleteBackup",
                                                  "DescribeBackup",
                                                  "DescribeEndpoints",
                                                  "DescribeExport",
                                                  "DescribeGlobalTable",
                                                  "DescribeGlobalTableSettings",
                                                  "DescribeImport",
                                                  "DescribeLimits",
                                                  "ImportTable",
                                                  "ListBackups",
                                                  "ListContributorInsights",
                                                  "ListExports",
                                                  "ListGlobalTables",
                                                  "ListImports",
                                                  "ListTables",
                                                  "RestoreTableFromBackup",
                                                  "UpdateGlobalTable",
                                                  "UpdateGlobalTableSettings"};
  for (const auto& operation : dynamodb::operations()) {
    CAPTURE(operation.name);
    if (operation.decide) CHECK((operation.names == dynamodb::Names::none) == of_no_table.contains(operation.name));
  }
}

}  // namespace cloudemu::test
