// Under --auth verify accounts are walls: what another account owns is refused, by whatever name it is reached. Without it they keep
// test suites apart, and whoever names another account's things may have them.
#include <catch2/catch.hpp>

#include "core/strings.h"
#include "support/dynamodb.h"
#include "support/signing.h"
#include "support/sqs.h"

namespace cloudemu::test {

namespace {

constexpr std::string_view kOwner = "111122223333", kStranger = "444455556666";

Environment two_accounts(AuthMode auth) {
  Environment environment{.auth = auth};
  auto credentials = CredentialStore::parse(
      "[a]\naws_access_key_id=AKIDOWNER\naws_secret_access_key=a\naws_account_id=111122223333\n"
      "[b]\naws_access_key_id=AKIDSTRANGER\naws_secret_access_key=b\naws_account_id=444455556666\n");
  REQUIRE(credentials);
  environment.credentials = std::move(*credentials);
  return environment;
}

const Signer kOwnerSigns{.service = "", .access_key = "AKIDOWNER", .secret = "a"};
const Signer kStrangerSigns{.service = "", .access_key = "AKIDSTRANGER", .secret = "b"};

Reply dynamodb_call(DynamoDb& db, Signer signer, std::string_view operation, std::string_view input) {
  Request request = db.request(operation, input);
  signer.service = "dynamodb";
  signer.sign(request);
  return db.world.send(request);
}

Answer sqs_call(Sqs& sqs, Signer signer, std::string_view operation, std::string_view input) {
  Request request = sqs.request(operation, input);
  signer.service = "sqs";
  if (sqs.protocol == Protocol::query) signer.signed_headers = "host;x-amz-date";
  signer.sign(request);
  return sqs.understand(operation, sqs.world.send(request));
}

}  // namespace

TEST_CASE("Accounts: another account's table is out of reach by ARN, in every call that takes one", "[dynamodb][auth][accounts]") {
  AuthMode auth = GENERATE(AuthMode::verify, AuthMode::off);
  DynamoDb db(two_accounts(auth));
  REQUIRE(dynamodb_call(db, kOwnerSigns, "CreateTable",
                        "{'TableName':'tab','KeySchema':[{'AttributeName':'p','KeyType':'HASH'}],'AttributeDefinitions':"
                        "[{'AttributeName':'p','AttributeType':'S'}],'BillingMode':'PAY_PER_REQUEST'}")
              .status == 200);
  const std::string arn = concat("arn:aws:dynamodb:us-east-1:", kOwner, ":table/tab");
  const std::string item = "{'p':{'S':'k'}}";
  REQUIRE(dynamodb_call(db, kOwnerSigns, "PutItem", concat("{'TableName':'", arn, "','Item':", item, "}")).status == 200);
  const std::pair<std::string, std::string> calls[] = {
      {"Scan", concat("{'TableName':'", arn, "'}")},
      {"Query", concat("{'TableName':'", arn, "','KeyConditionExpression':'p = :p','ExpressionAttributeValues':{':p':{'S':'k'}}}")},
      {"GetItem", concat("{'TableName':'", arn, "','Key':", item, "}")},
      {"BatchGetItem", concat("{'RequestItems':{'", arn, "':{'Keys':[", item, "]}}}")},
      {"TransactGetItems", concat("{'TransactItems':[{'Get':{'TableName':'", arn, "','Key':", item, "}}]}")},
      {"PutItem", concat("{'TableName':'", arn, "','Item':", item, "}")},
      {"UpdateItem", concat("{'TableName':'", arn, "','Key':", item, "}")},
      {"BatchWriteItem", concat("{'RequestItems':{'", arn, "':[{'PutRequest':{'Item':", item, "}}]}}")},
      {"TransactWriteItems", concat("{'TransactItems':[{'Put':{'TableName':'", arn, "','Item':", item, "}}]}")},
      {"TransactWriteItems", concat("{'TransactItems':[{'ConditionCheck':{'TableName':'", arn, "','Key':", item,
                                    ",'ConditionExpression':'attribute_exists(p)'}}]}")},
      {"DescribeTable", concat("{'TableName':'", arn, "'}")},
      {"UpdateTable", concat("{'TableName':'", arn, "','DeletionProtectionEnabled':false}")},
      {"DescribeTimeToLive", concat("{'TableName':'", arn, "'}")},
      {"DeleteItem", concat("{'TableName':'", arn, "','Key':", item, "}")},
      {"DeleteTable", concat("{'TableName':'", arn, "'}")},
  };
  for (const auto& [operation, input] : calls) {
    CAPTURE(operation, input);
    Reply reply = dynamodb_call(db, kStrangerSigns, operation, input);
    if (auth == AuthMode::off) {
      CHECK(reply.status == 200);
      continue;
    }
    CHECK(reply.status == 400);
    // A transaction needs what its members need alone.
    std::string action = operation == "TransactGetItems"                     ? "GetItem"
                         : operation != "TransactWriteItems"                 ? operation
                         : input.find("ConditionCheck") == std::string::npos ? "PutItem"
                                                                             : "ConditionCheckItem";
    CHECK(DynamoDb::shown(reply.body) == concat("{'__type':'com.amazon.coral.service#AccessDeniedException','Message':'User: arn:aws:iam::",
                                                kStranger, ":root is not authorized to perform: dynamodb:", action, " on resource: ", arn,
                                                " because no resource-based policy allows the dynamodb:", action, " action'}"));
    CHECK(db.world.events().empty());
  }
  if (auth == AuthMode::off) return;
  // What is not there looks the same.
  CHECK_THAT(dynamodb_call(db, kStrangerSigns, "Scan", concat("{'TableName':'", arn, "x'}")).body,
             Catch::Contains("AccessDeniedException"));
  CHECK(dynamodb_call(db, kOwnerSigns, "Scan", concat("{'TableName':'", arn, "'}")).status == 200);
  CHECK_THAT(dynamodb_call(db, kStrangerSigns, "ListTables", "{}").body, Catch::Contains("\"TableNames\":[]"));
}

TEST_CASE("Accounts: another account's queue is out of reach, by URL, path, name and ARN", "[sqs][auth][accounts]") {
  AuthMode auth = GENERATE(AuthMode::verify, AuthMode::off);
  Sqs sqs(BOTH_PROTOCOLS, two_accounts(auth));
  Answer created = sqs_call(sqs, kOwnerSigns, "CreateQueue", "{'QueueName':'jobs'}");
  REQUIRE(created.status == 200);
  const std::string url = created.string("QueueUrl");
  CHECK(url == concat("http://localhost:4566/", kOwner, "/jobs"));
  REQUIRE(sqs_call(sqs, kOwnerSigns, "SendMessage", concat("{'QueueUrl':'", url, "','MessageBody':'secret'}")).status == 200);
  const std::string at = concat("{'QueueUrl':'", url, "'");
  const std::string arn = concat("arn:aws:sqs:us-east-1:", kOwner, ":jobs");
  const std::pair<std::string, std::string> calls[] = {
      {"GetQueueUrl", concat("{'QueueName':'jobs','QueueOwnerAWSAccountId':'", kOwner, "'}")},
      {"GetQueueAttributes", at + ",'AttributeNames':['All']}"},
      {"SetQueueAttributes", at + ",'Attributes':{'DelaySeconds':'1'}}"},
      {"SendMessage", at + ",'MessageBody':'spam'}"},
      {"SendMessageBatch", at + ",'Entries':[{'Id':'1','MessageBody':'spam'}]}"},
      {"ReceiveMessage", at + "}"},
      {"ListQueueTags", at + "}"},
      {"ListDeadLetterSourceQueues", at + "}"},
      {"AddPermission", concat(at, ",'Label':'mine','AWSAccountIds':['", kStranger, "'],'Actions':['*']}")},
      {"PurgeQueue", at + "}"},
      {"ListMessageMoveTasks", concat("{'SourceArn':'", arn, "'}")},
      {"DeleteQueue", at + "}"},
  };
  for (const auto& [operation, input] : calls) {
    CAPTURE(operation, input);
    Answer answer = sqs_call(sqs, kStrangerSigns, operation, input);
    if (auth == AuthMode::off) {
      CHECK(answer.status == 200);
      continue;
    }
    // A batch needs what each of its entries needs alone.
    std::string action = operation == "SendMessageBatch" ? "sendmessage" : lower(operation);
    CHECK_ERROR(answer, 403, "AccessDenied",
                concat("User: arn:aws:iam::", kStranger, ":root is not authorized to perform: sqs:", action, " on resource: ", arn,
                       " because no resource-based policy allows the sqs:", action, " action"));
    if (sqs.protocol == Protocol::json) CHECK(answer.type == "com.amazon.coral.service#AccessDeniedException");
    CHECK(sqs.world.events().empty());
  }
  if (auth == AuthMode::off) return;
  // The path of the URL says the queue as well as the parameter.
  Request by_path = sqs.request("ReceiveMessage", "{}");
  by_path.target = concat('/', kOwner, "/jobs");
  Signer signer = kStrangerSigns;
  signer.service = "sqs";
  if (sqs.protocol == Protocol::query) signer.signed_headers = "host;x-amz-date";
  signer.sign(by_path);
  CHECK(sqs.understand("ReceiveMessage", sqs.world.send(by_path)).code == "AccessDenied");
  CHECK_THAT(sqs_call(sqs, kOwnerSigns, "ReceiveMessage", at + "}").text, Catch::Contains("secret"));
}

}  // namespace cloudemu::test
