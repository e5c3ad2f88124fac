#include <catch2/catch.hpp>

#include "core/strings.h"
#include "support/sqs.h"

namespace cloudemu::test {

namespace {

Answer set(Sqs& sqs, std::string_view queue, std::string_view attributes) {
  return sqs.call("SetQueueAttributes", concat("{'QueueUrl':'", queue, "','Attributes':{", attributes, "}}"));
}

/// "A=1 B=2" of all attributes, or of those asked for.
std::string attributes(Sqs& sqs, std::string_view queue, std::string_view names = "'All'") {
  Answer answer = sqs.call("GetQueueAttributes", concat("{'QueueUrl':'", queue, "','AttributeNames':[", names, "]}"));
  REQUIRE(answer.status == 200);
  std::vector<std::string> texts;
  for (auto [name, value] : answer["Attributes"].members()) texts.push_back(concat(name, '=', value.string()));
  std::sort(texts.begin(), texts.end());
  return join(texts, " ");
}

std::string policy_error(std::string_view policy, std::string_view reason) {
  return concat("Value ", policy, " for parameter RedrivePolicy is invalid. Reason: ", reason);
}

std::string escaped(std::string_view json) { return replace_all(json, "\"", "\\\""); }

}  // namespace

TEST_CASE("GetQueueAttributes: All of a new standard queue", "[sqs][attributes]") {
  Sqs sqs(BOTH_PROTOCOLS);
  CHECK(attributes(sqs, sqs.create("jobs")) ==
        "ApproximateNumberOfMessages=0 ApproximateNumberOfMessagesDelayed=0 ApproximateNumberOfMessagesNotVisible=0 "
        "CreatedTimestamp=1795406400 DelaySeconds=0 LastModifiedTimestamp=1795406400 MaximumMessageSize=1048576 "
        "MessageRetentionPeriod=345600 QueueArn=arn:aws:sqs:us-east-1:000000000000:jobs ReceiveMessageWaitTimeSeconds=0 "
        "SqsManagedSseEnabled=true VisibilityTimeout=30");
}

TEST_CASE("GetQueueAttributes: All of a new FIFO queue", "[sqs][attributes][fifo]") {
  Sqs sqs(BOTH_PROTOCOLS);
  CHECK(attributes(sqs, sqs.create_fifo("jobs.fifo")) ==
        "ApproximateNumberOfMessages=0 ApproximateNumberOfMessagesDelayed=0 ApproximateNumberOfMessagesNotVisible=0 "
        "ContentBasedDeduplication=false CreatedTimestamp=1795406400 DeduplicationScope=queue DelaySeconds=0 FifoQueue=true "
        "FifoThroughputLimit=perQueue LastModifiedTimestamp=1795406400 MaximumMessageSize=1048576 MessageRetentionPeriod=345600 "
        "QueueArn=arn:aws:sqs:us-east-1:000000000000:jobs.fifo ReceiveMessageWaitTimeSeconds=0 SqsManagedSseEnabled=true "
        "VisibilityTimeout=30");
}

TEST_CASE("GetQueueAttributes: only what is asked for, once; nothing without names", "[sqs][attributes]") {
  Sqs sqs(BOTH_PROTOCOLS);
  std::string queue = sqs.create("jobs");
  CHECK(attributes(sqs, queue, "'DelaySeconds','QueueArn','DelaySeconds'") ==
        "DelaySeconds=0 QueueArn=arn:aws:sqs:us-east-1:000000000000:jobs");
  CHECK(attributes(sqs, queue, "'Policy','RedrivePolicy','KmsMasterKeyId'").empty());
  Answer none = sqs.call("GetQueueAttributes", concat("{'QueueUrl':'", queue, "'}"));
  CHECK(none.status == 200);
  CHECK_FALSE(none["Attributes"]);
  for (std::string_view name : {"Foobar", "FifoQueue", "ContentBasedDeduplication", ""}) {
    CHECK_ERROR(sqs.call("GetQueueAttributes", concat("{'QueueUrl':'", queue, "','AttributeNames':['All','", name, "']}")), 400,
                "InvalidAttributeName", concat("Unknown Attribute ", name, "."));
  }
}

TEST_CASE("KmsDataKeyReusePeriodSeconds: is told of queues with a key", "[sqs][attributes]") {
  Sqs sqs(BOTH_PROTOCOLS);
  std::string queue = sqs.create("jobs", "{'KmsDataKeyReusePeriodSeconds':'60'}");
  CHECK(attributes(sqs, queue, "'KmsDataKeyReusePeriodSeconds'").empty());
  CHECK(set(sqs, queue, "'KmsMasterKeyId':'alias/jobs'").status == 200);
  CHECK(sqs.attribute(queue, "KmsDataKeyReusePeriodSeconds") == "60");
  CHECK(set(sqs, queue, "'SqsManagedSseEnabled':'true'").status == 200);
  CHECK(attributes(sqs, queue, "'KmsDataKeyReusePeriodSeconds'").empty());
}

TEST_CASE("SetQueueAttributes: numbers at their limits are fine, one past them is not", "[sqs][attributes]") {
  struct Range {
    std::string_view name;
    int64_t min, max;
  };
  Range range = GENERATE(Range{"DelaySeconds", 0, 900}, Range{"MessageRetentionPeriod", 60, 1'209'600},
                         Range{"VisibilityTimeout", 0, 43'200}, Range{"ReceiveMessageWaitTimeSeconds", 0, 20},
                         Range{"MaximumMessageSize", 1024, 1'048'576}, Range{"KmsDataKeyReusePeriodSeconds", 60, 86'400});
  Sqs sqs(BOTH_PROTOCOLS);
  std::string queue = sqs.create("jobs", "{'KmsMasterKeyId':'alias/jobs'}");
  for (int64_t value : {range.min, range.max}) {
    CHECK(set(sqs, queue, concat('\'', range.name, "':'", value, '\'')).status == 200);
    CHECK(sqs.attribute(queue, range.name) == std::to_string(value));
  }
  for (std::string value : {std::to_string(range.min - 1), std::to_string(range.max + 1), std::string("x"), std::string(""),
                            std::string("1e2"), std::string("99999999999999999999")}) {
    CHECK_ERROR(set(sqs, queue, concat('\'', range.name, "':'", value, '\'')), 400, "InvalidAttributeValue",
                concat("Invalid value for the parameter ", range.name, "."));
    CHECK(sqs.world.events().empty());
  }
}

TEST_CASE("SetQueueAttributes: the event has all attributes and what they come to", "[sqs][attributes]") {
  Sqs sqs(BOTH_PROTOCOLS);
  std::string queue = sqs.create("jobs", "{'DelaySeconds':'7'}");
  sqs.world.advance(5 * kSecondMs);
  CHECK(set(sqs, queue, "'VisibilityTimeout':'9'").status == 200);
  const auto& event = sqs.event<sqs::QueueUpdated>();
  CHECK(event.attributes == events::StringMap{{"DelaySeconds", "7"}, {"VisibilityTimeout", "9"}});
  CHECK(event.settings.delay_s == 7);
  CHECK(event.settings.visibility_timeout_s == 9);
  CHECK_FALSE(event.delays_again);
  CHECK(sqs.attribute(queue, "LastModifiedTimestamp") == "1795406405");
  CHECK(sqs.attribute(queue, "CreatedTimestamp") == "1795406400");
}

TEST_CASE("SetQueueAttributes: what cannot be set is unknown, and nothing is set", "[sqs][attributes]") {
  Sqs sqs(BOTH_PROTOCOLS);
  std::string queue = sqs.create("jobs");
  for (std::string_view name :
       {"Foobar", "QueueArn", "CreatedTimestamp", "ApproximateNumberOfMessages", "FifoQueue", "ContentBasedDeduplication"}) {
    CHECK_ERROR(set(sqs, queue, concat("'DelaySeconds':'1','", name, "':'true'")), 400, "InvalidAttributeName",
                concat("Unknown Attribute ", name, "."));
  }
  CHECK_ERROR(set(sqs, queue, ""), 400, "MissingParameter", "The request must contain the parameter Attribute.Name.");
  CHECK_ERROR(set(sqs, queue, "'DeduplicationScope':'queue'"), 400, "InvalidAttributeName",
              "You can specify the DeduplicationScope only when FifoQueue is set to true.");
  CHECK_ERROR(set(sqs, queue, "'FifoThroughputLimit':'perQueue'"), 400, "InvalidAttributeName",
              "You can specify the FifoThroughputLimit only when FifoQueue is set to true.");
  CHECK(sqs.attribute(queue, "DelaySeconds") == "0");
}

TEST_CASE("CreateQueue: attributes of FIFO queues are unknown to a standard one", "[sqs][attributes]") {
  Sqs sqs(BOTH_PROTOCOLS);
  auto create = [&](std::string_view attributes) {
    return sqs.call("CreateQueue", concat("{'QueueName':'jobs','Attributes':{", attributes, "}}"));
  };
  CHECK_ERROR(create("'FifoQueue':'false'"), 400, "InvalidAttributeName", "Unknown Attribute FifoQueue.");
  CHECK_ERROR(create("'ContentBasedDeduplication':'true'"), 400, "InvalidAttributeName", "Unknown Attribute ContentBasedDeduplication.");
  CHECK_ERROR(create("'DeduplicationScope':'queue'"), 400, "InvalidAttributeName",
              "You can specify the DeduplicationScope only when FifoQueue is set to true.");
  CHECK_ERROR(create("'DelaySeconds':'901'"), 400, "InvalidAttributeValue", "Invalid value for the parameter DelaySeconds.");
}

TEST_CASE("SetQueueAttributes: a FIFO queue stays one", "[sqs][attributes][fifo]") {
  Sqs sqs(BOTH_PROTOCOLS);
  std::string queue = sqs.create_fifo("jobs.fifo");
  CHECK(set(sqs, queue, "'FifoQueue':'true'").status == 200);
  CHECK_ERROR(set(sqs, queue, "'FifoQueue':'false'"), 400, "InvalidAttributeValue",
              "Invalid value for the parameter FifoQueue. Reason: Modifying queue type is not supported.");
  CHECK(set(sqs, queue, "'ContentBasedDeduplication':'true'").status == 200);
  CHECK(sqs.event<sqs::QueueUpdated>().settings.content_based_deduplication);
  CHECK_ERROR(set(sqs, queue, "'ContentBasedDeduplication':'yes'"), 400, "InvalidAttributeValue",
              "Invalid value for the parameter ContentBasedDeduplication.");
}

TEST_CASE("FifoThroughputLimit: perMessageGroupId needs the scope messageGroup", "[sqs][attributes][fifo]") {
  Sqs sqs(BOTH_PROTOCOLS);
  std::string queue = sqs.create_fifo("jobs.fifo");
  CHECK_ERROR(set(sqs, queue, "'FifoThroughputLimit':'perMessageGroupId'"), 400, "InvalidAttributeValue",
              "Invalid value for the parameter FifoThroughputLimit. Reason: The perMessageGroupId value is allowed only when the value "
              "for DeduplicationScope is messageGroup.");
  CHECK(set(sqs, queue, "'FifoThroughputLimit':'perMessageGroupId','DeduplicationScope':'messageGroup'").status == 200);
  CHECK(set(sqs, queue, "'DeduplicationScope':'queue'").status == 400);
  CHECK(set(sqs, queue, "'DeduplicationScope':'message'").status == 400);
}

TEST_CASE("Encryption: a key of KMS ends SQS's own; without it that does not come back by itself", "[sqs][attributes]") {
  Sqs sqs(BOTH_PROTOCOLS);
  std::string queue = sqs.create("jobs");
  constexpr std::string_view kNames = "'KmsMasterKeyId','KmsDataKeyReusePeriodSeconds','SqsManagedSseEnabled'";
  set(sqs, queue, "'KmsMasterKeyId':'alias/key','KmsDataKeyReusePeriodSeconds':'600'");
  CHECK(attributes(sqs, queue, kNames) == "KmsDataKeyReusePeriodSeconds=600 KmsMasterKeyId=alias/key SqsManagedSseEnabled=false");
  set(sqs, queue, "'KmsMasterKeyId':'','KmsDataKeyReusePeriodSeconds':'300'");
  CHECK(attributes(sqs, queue, kNames) == "SqsManagedSseEnabled=false");
  set(sqs, queue, "'SqsManagedSseEnabled':'true'");
  CHECK(attributes(sqs, queue, kNames) == "SqsManagedSseEnabled=true");
  CHECK_ERROR(set(sqs, queue, "'KmsMasterKeyId':'alias/key','SqsManagedSseEnabled':'true'"), 400, "InvalidAttributeName",
              "You can use one type of server-side encryption (SSE) at one time. You can either enable KMS SSE or SQS SSE.");
}

/// As the value of an attribute: a policy of so many statements, each of so many actions.
std::string policy_of(size_t statements, size_t actions, std::string_view blank = "") {
  std::string list(R"("sqs:SendMessage")");
  for (size_t i = 1; i < actions; ++i) list.append(R"(,"sqs:SendMessage")");
  std::string out = concat(R"({"Version":"2012-10-17","Statement":)", blank, "[");
  for (size_t i = 0; i < statements; ++i) {
    append(out, i == 0 ? "" : ",", R"({"Effect":"Allow","Principal":"*","Resource":"*","Action":[)", list, "]}");
  }
  return out.append("]}");
}

TEST_CASE("Policy: kept as it was given, without blanks; empty takes it away", "[sqs][attributes]") {
  Sqs sqs(BOTH_PROTOCOLS);
  std::string queue = sqs.create("jobs");
  CHECK(set(sqs, queue, concat("'Policy':'", escaped(policy_of(1, 1, "  ")), '\'')).status == 200);
  CHECK(sqs.attribute(queue, "Policy") == policy_of(1, 1));
  for (std::string_view wrong : {"no json", "[]", "1", R"({\"Version\":\"2012-10-17\",\"Statement\":[]})"}) {
    CHECK_ERROR(set(sqs, queue, concat("'Policy':'", wrong, '\'')), 400, "InvalidAttributeValue",
                "Invalid value for the parameter Policy.");
  }
  CHECK(set(sqs, queue, "'Policy':''").status == 200);
  CHECK(attributes(sqs, queue, "'Policy'").empty());
}

TEST_CASE("Policy: is given back with a version, and accounts as their roots", "[sqs][attributes]") {
  Sqs sqs(BOTH_PROTOCOLS);
  std::string queue = sqs.create("jobs");
  auto kept = [&](const std::string& policy) {
    CHECK(set(sqs, queue, concat("'Policy':'", escaped(policy), '\'')).status == 200);
    return sqs.attribute(queue, "Policy");
  };
  auto statement = [](std::string_view principal) {
    return concat(R"({"Effect":"Allow","Principal":)", principal, R"(,"Action":"sqs:*","Resource":"*"})");
  };
  CHECK(kept(concat(R"({"Statement":)", statement("\"*\""), "}")) ==
        concat(R"({"Version":"2008-10-17","Statement":)", statement("\"*\""), "}"));
  CHECK(kept(concat(R"({"Id":"x","Version":"2012-10-17","Statement":[)",
                    statement(R"({"AWS":["111122223333","*"],"Service":"s3.amazonaws.com"})"), ',', statement(R"({"AWS":"111122223333"})"),
                    "]}")) == concat(R"({"Id":"x","Version":"2012-10-17","Statement":[)",
                                     statement(R"({"AWS":["arn:aws:iam::111122223333:root","*"],"Service":"s3.amazonaws.com"})"), ',',
                                     statement(R"({"AWS":"arn:aws:iam::111122223333:root"})"), "]}"));
}

TEST_CASE("Policy: names actions that can be given, or wildcards", "[sqs][attributes]") {
  Sqs sqs(BOTH_PROTOCOLS);
  std::string queue = sqs.create("jobs");
  auto put = [&](std::string_view action) {
    return set(sqs, queue,
               concat("'Policy':'",
                      escaped(concat(R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":")", action,
                                     R"(","Resource":"*"}]})")),
                      '\''));
  };
  for (std::string_view action : {"*", "sqs:*", "SQS:Send*", "sqs:sendmessage", "sqs:Get?ueueUrl", "sqs:DeleteQueue", "s?s:*Batch"}) {
    CHECK(put(action).status == 200);
  }
  auto refused = [&](std::string_view action, std::string_view shown) {
    CHECK_ERROR(put(action), 400, "InvalidParameterValue",
                concat("Value ", shown,
                       " for parameter ActionName is invalid. Reason: Please refer to the appropriate WSDL for a list of "
                       "valid actions."));
  };
  refused("sqs:SendMessageBatch", "SQS:SendMessageBatch");
  refused("SQS:Foo", "SQS:Foo");
  refused("s3:GetObject", "s3:GetObject");
}

TEST_CASE("Policy: so large, of so many statements and actions as AWS takes, and no more", "[sqs][attributes]") {
  Sqs sqs(BOTH_PROTOCOLS);
  std::string queue = sqs.create("jobs");
  auto put = [&](const std::string& policy) { return set(sqs, queue, concat("'Policy':'", escaped(policy), '\'')); };
  CHECK(put(policy_of(20, 7)).status == 200);
  CHECK_ERROR(put(policy_of(1, 8)), 403, "OverLimit", "8 actions were found in a statement from the submitted policy, max allowed is 7");
  CHECK_ERROR(put(policy_of(21, 1)), 403, "OverLimit", "21 statements were found in the submitted policy, max allowed is 20");
  size_t bytes = policy_of(1, 1).size();
  CHECK(put(policy_of(1, 1, std::string(8192 - bytes, ' '))).status == 200);
  CHECK_ERROR(put(policy_of(1, 1, std::string(8193 - bytes, ' '))), 403, "OverLimit", "Submitted policy is over max allowed size.");
  CHECK(sqs.attribute(queue, "Policy") == policy_of(1, 1));
}

TEST_CASE("RedrivePolicy: comes back with a number, in an order of its own", "[sqs][attributes][dead_letter]") {
  Sqs sqs(BOTH_PROTOCOLS);
  sqs.create("dead");
  std::string queue = sqs.create("jobs");
  auto text = [](std::string_view count) {
    return concat(R"({"deadLetterTargetArn":"arn:aws:sqs:us-east-1:000000000000:dead","maxReceiveCount":)", count, "}");
  };
  for (auto [given, shown] :
       {std::pair{text("5"), text("5")},
        {text("\"5\""), text("5")},
        {text("1"), text("1")},
        {text("1000"), text("1000")},
        {R"({ "maxReceiveCount" : 3, "deadLetterTargetArn" : "arn:aws:sqs:us-east-1:000000000000:dead" })", text("3")}}) {
    CHECK(set(sqs, queue, concat("'RedrivePolicy':'", escaped(given), '\'')).status == 200);
    CHECK(sqs.attribute(queue, "RedrivePolicy") == shown);
    // The same in other words is no other value.
    CHECK(sqs.call("CreateQueue", concat("{'QueueName':'jobs','Attributes':{'RedrivePolicy':'", escaped(given), "'}}")).status == 200);
  }
  CHECK(sqs.call("CreateQueue", "{'QueueName':'jobs','Attributes':{'RedrivePolicy':''}}").status == 400);
  CHECK(set(sqs, queue, "'RedrivePolicy':''").status == 200);
  CHECK(sqs.event<sqs::QueueUpdated>().settings.dead_letter_arn.empty());
  CHECK(attributes(sqs, queue, "'RedrivePolicy'").empty());
}

TEST_CASE("RedrivePolicy: what is wrong with it", "[sqs][attributes][dead_letter]") {
  Sqs sqs(BOTH_PROTOCOLS);
  std::string queue = sqs.create("jobs");
  sqs.create("dead");
  sqs.create_fifo("dead.fifo");
  auto check = [&](std::string_view policy, std::string_view reason) {
    INFO(policy);
    CHECK_ERROR(set(sqs, queue, concat("'RedrivePolicy':'", escaped(policy), '\'')), 400, "InvalidParameterValue",
                policy_error(policy, reason));
  };
  auto with = [](std::string_view name, std::string_view count) {
    return concat(R"({"deadLetterTargetArn":"arn:aws:sqs:us-east-1:000000000000:)", name, R"(","maxReceiveCount":)", count, "}");
  };
  check("nonsense", "Redrive policy is not a valid JSON map.");
  check("[]", "Redrive policy is not a valid JSON map.");
  check("{}", "Redrive policy does not contain mandatory attribute: maxReceiveCount.");
  check(R"({"maxReceiveCount":1})", "Redrive policy does not contain mandatory attribute: deadLetterTargetArn.");
  check(R"({"deadLetterTargetArn":"x"})", "Redrive policy does not contain mandatory attribute: maxReceiveCount.");
  check(with("dead", "0"), "Invalid value for maxReceiveCount: 0, valid values are from 1 to 1000 both inclusive.");
  check(with("dead", "1001"), "Invalid value for maxReceiveCount: 1001, valid values are from 1 to 1000 both inclusive.");
  check(with("dead", "\"x\""), "Invalid value for maxReceiveCount: x, valid values are from 1 to 1000 both inclusive.");
  check(with("other", "1"), "Dead letter target does not exist.");
  check(with("dead.fifo", "1"), "Dead-letter queue must be same type of queue as the source.");
  check(R"({"deadLetterTargetArn":"dead","maxReceiveCount":1})", "Invalid value for deadLetterTargetArn.");
  check(R"({"deadLetterTargetArn":"arn:aws:sqs:eu-west-1:000000000000:dead","maxReceiveCount":1})",
        "Dead-letter target must be in same region as the source.");
  check(R"({"deadLetterTargetArn":"arn:aws:sqs:us-east-1:111122223333:dead","maxReceiveCount":1})",
        "Dead-letter target owner should be same as the source.");
  check(R"({"deadLetterTargetArn":"x","maxReceiveCount":1,"more":1})",
        "Only following attributes are supported: [deadLetterTargetArn, maxReceiveCount].");
}

TEST_CASE("RedriveAllowPolicy: says which queues may name this one as their dead-letter queue", "[sqs][attributes][dead_letter]") {
  Sqs sqs(BOTH_PROTOCOLS);
  std::string dead = sqs.create("dead"), queue = sqs.create("jobs"), other = sqs.create("other");
  constexpr std::string_view kPolicy = R"({"deadLetterTargetArn":"arn:aws:sqs:us-east-1:000000000000:dead","maxReceiveCount":1})";
  std::string redrive = concat("'RedrivePolicy':'", escaped(kPolicy), '\'');
  auto allow = [&](std::string_view policy) {
    CHECK(set(sqs, dead, concat("'RedriveAllowPolicy':'", escaped(policy), '\'')).status == 200);
  };
  std::string refusal = policy_error(kPolicy, "The redrive allow policy of the dead-letter queue does not allow this source queue.");
  allow(R"({"redrivePermission":"denyAll"})");
  CHECK_ERROR(set(sqs, queue, redrive), 400, "InvalidParameterValue", refusal);
  CHECK_ERROR(sqs.call("CreateQueue", concat("{'QueueName':'new','Attributes':{", redrive, "}}")), 400, "InvalidParameterValue", refusal);
  allow(R"({"redrivePermission":"byQueue","sourceQueueArns":["arn:aws:sqs:us-east-1:000000000000:jobs"]})");
  CHECK(set(sqs, queue, redrive).status == 200);
  CHECK_ERROR(set(sqs, other, redrive), 400, "InvalidParameterValue", refusal);
  allow(R"({"redrivePermission":"allowAll"})");
  CHECK(set(sqs, other, redrive).status == 200);
}

TEST_CASE("RedriveAllowPolicy: three kinds, kept as they were given", "[sqs][attributes][dead_letter]") {
  Sqs sqs(BOTH_PROTOCOLS);
  std::string queue = sqs.create("dead");
  auto sources = [](int count) {
    std::string list;
    for (int i = 0; i < count; ++i) append(list, i ? "," : "", "\"arn:aws:sqs:us-east-1:000000000000:q", i, '"');
    return concat(R"({"redrivePermission":"byQueue","sourceQueueArns":[)", list, "]}");
  };
  for (std::string policy :
       {std::string(R"({"redrivePermission":"allowAll"})"), std::string(R"({"redrivePermission":"denyAll"})"), sources(1), sources(10)}) {
    CHECK(set(sqs, queue, concat("'RedriveAllowPolicy':'", escaped(policy), '\'')).status == 200);
    CHECK(sqs.attribute(queue, "RedriveAllowPolicy") == policy);
  }
  // Terraform waits until it gets what AWS keeps: https://github.com/hashicorp/terraform-provider-aws/issues/42453
  std::string with_null = R"({"redrivePermission":"allowAll","sourceQueueArns":null})";
  CHECK(set(sqs, queue, concat("'RedriveAllowPolicy':'", escaped(with_null), '\'')).status == 200);
  CHECK(sqs.attribute(queue, "RedriveAllowPolicy") == R"({"redrivePermission":"allowAll"})");
  auto refused = [&](const std::string& policy, std::string_view end) {
    CHECK_ERROR(set(sqs, queue, concat("'RedriveAllowPolicy':'", escaped(policy), '\'')), 400, "InvalidParameterValue",
                concat("Value ", policy,
                       " for parameter RedriveAllowPolicy is invalid. Reason: Amazon SQS can't create the redrive allow policy", end));
  };
  for (std::string_view policy :
       {"x", "{}", R"({"redrivePermission":"some"})", R"({"redrivePermission":null})",
        R"({"redrivePermission":"byQueue","sourceQueueArns":["q"]})", R"({"redrivePermission":"byQueue","sourceQueueArns":"q"})",
        R"({"redrivePermission":"denyAll","more":1})"}) {
    refused(std::string(policy), ", as it's in an unsupported format.");
  }
  for (std::string policy : {sources(0), std::string(R"({"redrivePermission":"byQueue"})"),
                             std::string(R"({"redrivePermission":"byQueue","sourceQueueArns":null})")}) {
    refused(policy, ". When you specify the byQueue permission type, you must also specify one or more sourceQueueArns values.");
  }
  refused(R"({"redrivePermission":"allowAll","sourceQueueArns":[]})",
          ". To specify one or more source queue ARNs, you must set redrivePermission to byQueue.");
  refused(sources(11), ". The maximum number of source queue ARNs you can specify is 10.");
  CHECK(set(sqs, queue, "'RedriveAllowPolicy':''").status == 200);
  CHECK(attributes(sqs, queue, "'RedriveAllowPolicy'").empty());
}

}  // namespace cloudemu::test
