// Queue policies decide: for other accounts and anonymous callers, and by an explicit Deny for the owner's account, too.
#include <catch2/catch.hpp>

#include "core/strings.h"
#include "services/sqs/operations.h"
#include "support/sqs.h"

namespace cloudemu::test {

namespace {

constexpr std::string_view kOwner = "111122223333", kOther = "444455556666";
const std::string kArn = "arn:aws:sqs:us-east-1:111122223333:jobs";

/// Calls of kOwner unless `sqs.access_key` says otherwise; nobody proves who he is.
struct Fixture {
  explicit Fixture(Protocol protocol) : sqs(protocol, Environment{.policies = iam::Mode::enforce}) {
    sqs.access_key = kOwner;
    queue = sqs.create("jobs");
  }
  void policy(std::string_view effect, std::string_view principal, std::string_view actions, std::string_view condition = {}) {
    std::string text = concat(R"({\"Version\":\"2012-10-17\",\"Statement\":{\"Effect\":\")", effect, R"(\",\"Principal\":)", principal,
                              R"(,\"Action\":)", actions, R"(,\"Resource\":\")", kArn, R"(\")");
    if (!condition.empty()) append(text, R"(,\"Condition\":)", condition);
    sqs.access_key = kOwner;
    Answer set = sqs.call("SetQueueAttributes", concat("{'QueueUrl':'", queue, "','Attributes':{'Policy':'", text, "}}'}}"));
    INFO(set.message);
    REQUIRE(set.status == 200);
  }
  int status(std::string_view account, std::string_view operation, std::string_view more = {}) {
    sqs.access_key = account;
    return sqs.call(operation, concat("{'QueueUrl':'", queue, "'", more, "}")).status;
  }
  Sqs sqs;
  std::string queue;
};

}  // namespace

TEST_CASE("Queue policy: another account sends, and does nothing else", "[sqs][iam]") {
  Fixture f(BOTH_PROTOCOLS);
  const std::string body = ",'MessageBody':'hi'";
  CHECK(f.status(kOther, "SendMessage", body) == 403);
  f.policy("Allow", R"({\"AWS\":\"444455556666\"})", R"(\"SQS:SendMessage\")");
  CHECK(f.status(kOther, "SendMessage", body) == 200);
  CHECK(f.status(kOther, "SendMessageBatch", ",'Entries':[{'Id':'1','MessageBody':'hi'}]") == 200);
  CHECK(f.status(kOther, "ReceiveMessage") == 403);
  CHECK(f.status("777788889999", "SendMessage", body) == 403);
  CHECK(f.status(kOwner, "ReceiveMessage") == 200);
  // What no policy can grant.
  f.policy("Allow", R"(\"*\")", R"(\"sqs:*\")");
  CHECK(f.status(kOther, "ReceiveMessage") == 200);
  CHECK(f.status(kOther, "PurgeQueue") == 200);
  CHECK(f.status(kOther, "SetQueueAttributes", ",'Attributes':{'DelaySeconds':'1'}") == 403);
  CHECK(f.status(kOther, "TagQueue", ",'Tags':{'a':'b'}") == 403);
  CHECK(f.status(kOther, "DeleteQueue") == 403);
}

TEST_CASE("Queue policy: an explicit Deny binds the owner's account", "[sqs][iam]") {
  Fixture f(BOTH_PROTOCOLS);
  f.policy("Deny", R"(\"*\")", R"([\"sqs:SendMessage\"])", R"({\"Bool\":{\"aws:SecureTransport\":\"false\"}})");
  f.sqs.access_key = kOwner;
  CHECK_ERROR(f.sqs.call("SendMessage", concat("{'QueueUrl':'", f.queue, "','MessageBody':'hi'}")), 403, "AccessDenied",
              concat("User: arn:aws:iam::111122223333:root is not authorized to perform: sqs:sendmessage on resource: ", kArn,
                     " with an explicit deny in a resource-based policy"));
  CHECK(f.sqs.world.events().empty());
  CHECK(f.status(kOwner, "ReceiveMessage") == 200);
  f.sqs.headers = {{"X-Forwarded-Proto", "https"}};
  CHECK(f.status(kOwner, "SendMessage", ",'MessageBody':'hi'") == 200);
}

TEST_CASE("Queue policy: AddPermission lets another account in, RemovePermission keeps it out again", "[sqs][iam]") {
  Fixture f(BOTH_PROTOCOLS);
  REQUIRE(f.status(kOwner, "AddPermission", ",'Label':'friends','AWSAccountIds':['444455556666'],'Actions':['ReceiveMessage']") == 200);
  CHECK(f.status(kOther, "ReceiveMessage") == 200);
  CHECK(f.status(kOther, "SendMessage", ",'MessageBody':'hi'") == 403);
  REQUIRE(f.status(kOwner, "RemovePermission", ",'Label':'friends'") == 200);
  CHECK(f.status(kOther, "ReceiveMessage") == 403);
}

TEST_CASE("Queue policy: anonymous callers come in by \"*\" alone", "[sqs][iam]") {
  Fixture f(BOTH_PROTOCOLS);
  auto anonymous = [&](std::string_view operation, std::string_view more) {
    Request request = f.sqs.request(operation, concat("{'QueueUrl':'", f.queue, "'", more, "}"));
    std::erase_if(request.headers, [](const auto& header) { return equals_ignoring_case(header.first, "authorization"); });
    return f.sqs.understand(operation, f.sqs.world.send(request)).status;
  };
  CHECK(anonymous("SendMessage", ",'MessageBody':'hi'") == 403);
  f.policy("Allow", R"(\"*\")", R"(\"sqs:SendMessage\")");
  CHECK(anonymous("SendMessage", ",'MessageBody':'hi'") == 200);
  CHECK(anonymous("ReceiveMessage", "") == 403);
  CHECK(f.status(kOwner, "ReceiveMessage") == 200);
}

TEST_CASE("Queue policy: what is no policy is refused", "[sqs][iam]") {
  Fixture f(BOTH_PROTOCOLS);
  f.sqs.access_key = kOwner;
  CHECK_ERROR(f.sqs.call("SetQueueAttributes",
                         concat("{'QueueUrl':'", f.queue, R"(','Attributes':{'Policy':'{\"Statement\":{\"Effect\":\"Perhaps\"}}'}})")),
              400, "InvalidAttributeValue", "Invalid value for the parameter Policy.");
}

TEST_CASE("SQS: each row says what it needs", "[sqs][iam]") {
  for (const auto& operation : sqs::service().operations) {
    CAPTURE(operation.name);
    CHECK(operation.needs.of != query::Needs::Of::nothing);
  }
}

}  // namespace cloudemu::test
