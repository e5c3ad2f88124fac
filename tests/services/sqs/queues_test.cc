#include <catch2/catch.hpp>

#include "core/strings.h"
#include "support/sqs.h"

namespace cloudemu::test {

namespace {

constexpr std::string_view kBadName = "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length";
constexpr std::string_view kBadFifoName =
    "The name of a FIFO queue can only include alphanumeric characters, hyphens, or underscores, must end with .fifo suffix and be 1 "
    "to 80 in length.";

std::string missing_queue(const Sqs& sqs) {
  return sqs.protocol == Protocol::json ? "The specified queue does not exist."
                                        : "The specified queue does not exist for this wsdl version.";
}

Answer create(Sqs& sqs, std::string_view name, std::string_view attributes = "{}") {
  return sqs.call("CreateQueue", concat("{'QueueName':'", name, "','Attributes':", attributes, "}"));
}

std::vector<std::string> urls(const Answer& answer, std::string_view member = "QueueUrls") {
  std::vector<std::string> found;
  for (json::Value url : answer[member].elements()) found.emplace_back(url.string());
  return found;
}

}  // namespace

TEST_CASE("CreateQueue: the event says what the queue is, defaults filled in", "[sqs][queues]") {
  Sqs sqs(BOTH_PROTOCOLS);
  Answer answer = sqs.call("CreateQueue", "{'QueueName':'jobs','Attributes':{'DelaySeconds':'7'},'tags':{'team':'blue'}}");
  CHECK(answer.status == 200);
  CHECK(answer.string("QueueUrl") == "http://localhost:4566/000000000000/jobs");
  const auto& event = sqs.event<sqs::QueueCreated>();
  CHECK(event.account == "000000000000");
  CHECK(event.region == "us-east-1");
  CHECK(event.name == "jobs");
  CHECK(event.attributes == events::StringMap{{"DelaySeconds", "7"}});
  CHECK(event.tags == events::StringMap{{"team", "blue"}});
  CHECK(event.created_at == sqs.world.clock().now());
  CHECK(event.settings ==
        sqs::QueueSettings{.visibility_timeout_s = 30, .delay_s = 7, .retention_s = 345'600, .message_bytes_max = 1'048'576});
}

TEST_CASE("CreateQueue: names of 1 to 80 letters, digits, hyphens and underscores are fine", "[sqs][queues]") {
  Sqs sqs(BOTH_PROTOCOLS);
  CHECK(create(sqs, "a").status == 200);
  CHECK(create(sqs, "A-z_0").status == 200);
  CHECK(create(sqs, std::string(80, 'a')).status == 200);
  CHECK_ERROR(create(sqs, std::string(81, 'a')), 400, "InvalidParameterValue", kBadName);
  for (std::string name : {"", "a b", "a.b", "a/b", "\u00e4", "jobs.fifo"}) {
    CHECK_ERROR(create(sqs, name), 400, "InvalidParameterValue", kBadName);
    CHECK(sqs.world.events().empty());
  }
  CHECK_ERROR(sqs.call("CreateQueue"), 400, "MissingParameter", "The request must contain the parameter QueueName.");
}

TEST_CASE("CreateQueue: a FIFO queue has the suffix, which counts, and says so", "[sqs][queues][fifo]") {
  Sqs sqs(BOTH_PROTOCOLS);
  CHECK(create(sqs, std::string(75, 'a') + ".fifo", "{'FifoQueue':'true'}").status == 200);
  CHECK(sqs.event<sqs::QueueCreated>().settings.fifo);
  for (std::string name : {std::string(76, 'a') + ".fifo", std::string("jobs"), std::string(".fifo"), std::string("a.b.fifo")}) {
    CHECK_ERROR(create(sqs, name, "{'FifoQueue':'true'}"), 400, "InvalidParameterValue", kBadFifoName);
  }
}

TEST_CASE("CreateQueue: a queue that is there is returned if it has the attributes that are given", "[sqs][queues]") {
  Sqs sqs(BOTH_PROTOCOLS);
  std::string queue = sqs.create("jobs", "{'DelaySeconds':'7','VisibilityTimeout':'9'}");
  for (std::string_view same :
       {"{}", "{'DelaySeconds':'7'}", "{'DelaySeconds':'7','VisibilityTimeout':'9'}", "{'MessageRetentionPeriod':'345600'}"}) {
    Answer answer = create(sqs, "jobs", same);
    CHECK(answer.status == 200);
    CHECK(answer.string("QueueUrl") == queue);
    CHECK(sqs.world.events().empty());
  }
  CHECK_ERROR(create(sqs, "jobs", "{'DelaySeconds':'8'}"), 400, "QueueAlreadyExists",
              "A queue already exists with the same name and a different value for attribute DelaySeconds");
  CHECK_ERROR(create(sqs, "jobs", "{'MaximumMessageSize':'2048'}"), 400, "QueueAlreadyExists",
              "A queue already exists with the same name and a different value for attribute MaximumMessageSize");
  CHECK(sqs.call("CreateQueue", "{'QueueName':'jobs','tags':{'other':'tags'}}").status == 200);
  sqs.call("SetQueueAttributes", concat("{'QueueUrl':'", queue, "','Attributes':{'DelaySeconds':'8'}}"));
  CHECK(create(sqs, "jobs", "{'DelaySeconds':'8'}").status == 200);
  CHECK(create(sqs, "jobs", "{'DelaySeconds':'7'}").status == 400);
}

TEST_CASE("DeleteQueue: the queue is gone, with all that was in it", "[sqs][queues]") {
  Sqs sqs(BOTH_PROTOCOLS);
  std::string queue = sqs.create("jobs");
  sqs.send(queue, "hello");
  std::string call = concat("{'QueueUrl':'", queue, "'}");
  CHECK(sqs.call("DeleteQueue", call).status == 200);
  CHECK(sqs.event<sqs::QueueDeleted>().name == "jobs");
  for (std::string_view operation : {"DeleteQueue", "PurgeQueue", "ReceiveMessage", "GetQueueAttributes", "ListQueueTags"}) {
    CHECK_ERROR(sqs.call(operation, call), 400, "AWS.SimpleQueueService.NonExistentQueue", missing_queue(sqs));
  }
  sqs.create("jobs");
  CHECK(sqs.counts(queue) == "0/0/0");
}

TEST_CASE("DeleteQueue: the name can be used again at once, unless AWS's 60 seconds are asked for", "[sqs][queues]") {
  bool strict = GENERATE(false, true);
  Sqs sqs(BOTH_PROTOCOLS, Environment{.sqs_deleted_recently = strict, .credentials = {}});
  std::string queue = sqs.create("jobs");
  sqs.call("DeleteQueue", concat("{'QueueUrl':'", queue, "'}"));
  if (strict) {
    sqs.world.advance(60 * kSecondMs - 1);
    CHECK_ERROR(create(sqs, "jobs"), 400, "AWS.SimpleQueueService.QueueDeletedRecently",
                "You must wait 60 seconds after deleting a queue before you can create another with the same name.");
    sqs.world.advance(1);
  }
  CHECK(create(sqs, "jobs").status == 200);
}

TEST_CASE("GetQueueUrl: by name, and by the account that owns the queue", "[sqs][queues]") {
  Sqs sqs(BOTH_PROTOCOLS);
  std::string queue = sqs.create("jobs");
  CHECK(sqs.call("GetQueueUrl", "{'QueueName':'jobs'}").string("QueueUrl") == queue);
  CHECK_ERROR(sqs.call("GetQueueUrl", "{'QueueName':'other'}"), 400, "AWS.SimpleQueueService.NonExistentQueue", missing_queue(sqs));
  CHECK_ERROR(sqs.call("GetQueueUrl"), 400, "InvalidParameterValue",
              "Value for parameter QueueName is invalid. Reason: Must specify a queue name.");
  sqs.access_key = "111122223333";
  CHECK_ERROR(sqs.call("GetQueueUrl", "{'QueueName':'jobs'}"), 400, "AWS.SimpleQueueService.NonExistentQueue", missing_queue(sqs));
  Answer other = sqs.call("GetQueueUrl", "{'QueueName':'jobs','QueueOwnerAWSAccountId':'000000000000'}");
  CHECK(other.string("QueueUrl") == queue);
}

TEST_CASE("Queues: every account and region has its own", "[sqs][queues]") {
  Sqs sqs(BOTH_PROTOCOLS);
  std::string here = sqs.create("jobs");
  sqs.send(here, "here");
  sqs.region = "eu-west-1";
  CHECK(urls(sqs.call("ListQueues")).empty());
  std::string abroad = sqs.create("jobs");
  CHECK(sqs.attribute(abroad, "QueueArn") == "arn:aws:sqs:eu-west-1:000000000000:jobs");
  CHECK(sqs.counts(abroad) == "0/0/0");
  sqs.region = "us-east-1";
  sqs.access_key = "111122223333";
  std::string theirs = sqs.create("jobs");
  CHECK(theirs == "http://localhost:4566/111122223333/jobs");
  CHECK(sqs.counts(theirs) == "0/0/0");
  CHECK(sqs.counts(here) == "1/0/0");
}

TEST_CASE("Queues: more than are kept open keep their messages and counters, also when messages move", "[sqs][queues]") {
  Sqs sqs(Protocol::json);
  constexpr size_t kCount = sqs::SqsProjection::kOpenQueuesMax + 44;
  std::string policy = R"({'RedrivePolicy':'{\"deadLetterTargetArn\":\"arn:aws:sqs:us-east-1:000000000000:dead\",\"maxReceiveCount\":1}'})";
  std::string dead = sqs.create("dead");
  std::vector<std::string> queues;
  for (size_t i = 0; i < kCount; ++i) queues.push_back(sqs.create(concat("jobs", i), policy));
  for (const std::string& queue : queues) sqs.send(queue, "a");
  for (const std::string& queue : queues) sqs.receive(queue, "'VisibilityTimeout':0");
  for (const std::string& queue : queues) CHECK(sqs.receive(queue).empty());
  CHECK(sqs.counts(queues.front()) == "0/0/0");
  CHECK(sqs.counts(dead) == concat(kCount, "/0/0"));
}

TEST_CASE("QueueUrl: the last two parts of a URL, or a plain name", "[sqs][queues]") {
  Sqs sqs(BOTH_PROTOCOLS);
  sqs.create("jobs");
  for (std::string_view url : {"http://localhost:4566/000000000000/jobs", "https://sqs.us-east-1.amazonaws.com/000000000000/jobs",
                               "http://localhost:4566/queue/us-east-1/000000000000/jobs", "http://localhost:4566/queue/jobs",
                               "http://localhost/000000000000/jobs/", "/000000000000/jobs", "jobs"}) {
    INFO(url);
    CHECK(sqs.attribute(url, "QueueArn") == "arn:aws:sqs:us-east-1:000000000000:jobs");
  }
  CHECK_ERROR(sqs.call("PurgeQueue", "{'QueueUrl':'http://localhost/111122223333/jobs'}"), 400, "AWS.SimpleQueueService.NonExistentQueue",
              missing_queue(sqs));
  CHECK_ERROR(sqs.call("PurgeQueue", "{'QueueUrl':'http://localhost/'}"), 404, "InvalidAddress",
              "The address http://localhost/ is not valid for this endpoint.");
  CHECK_ERROR(sqs.call("PurgeQueue"), 400, "AWS.SimpleQueueService.NonExistentQueue", missing_queue(sqs));
}

TEST_CASE("Queue ARNs: name the partition of the region", "[sqs][queues]") {
  auto [region, partition] = GENERATE(table<std::string, std::string>({{"eu-central-1", "aws"},
                                                                       {"cn-north-1", "aws-cn"},
                                                                       {"us-gov-west-1", "aws-us-gov"},
                                                                       {"us-iso-east-1", "aws-iso"},
                                                                       {"us-isob-east-1", "aws-iso-b"},
                                                                       {"eu-isoe-west-1", "aws-iso-e"},
                                                                       {"us-isof-south-1", "aws-iso-f"},
                                                                       {"eusc-de-east-1", "aws-eusc"}}));
  Sqs sqs(Protocol::json);
  sqs.region = region;
  CHECK(sqs.attribute(sqs.create("jobs"), "QueueArn") == concat("arn:", partition, ":sqs:", region, ":000000000000:jobs"));
}

TEST_CASE("Queue URLs: are those of the host that the caller called", "[sqs][queues]") {
  Sqs sqs(BOTH_PROTOCOLS);
  sqs.headers = {{"Host", "queues.localhost:9000"}};
  CHECK(sqs.create("jobs") == "http://queues.localhost:9000/000000000000/jobs");
}

TEST_CASE("ListQueues: sorted, by prefix, without any member when empty", "[sqs][queues]") {
  Sqs sqs(BOTH_PROTOCOLS);
  Answer none = sqs.call("ListQueues");
  CHECK(none.status == 200);
  CHECK_FALSE(none["QueueUrls"]);
  for (std::string_view name : {"b", "ab", "a-1", "a", "B", "a_1"}) sqs.create(name);
  std::string base = "http://localhost:4566/000000000000/";
  CHECK(urls(sqs.call("ListQueues")) ==
        std::vector<std::string>{base + "B", base + "a", base + "a-1", base + "a_1", base + "ab", base + "b"});
  CHECK(urls(sqs.call("ListQueues", "{'QueueNamePrefix':'a'}")).size() == 4);
  CHECK(urls(sqs.call("ListQueues", "{'QueueNamePrefix':'a-'}")) == std::vector<std::string>{base + "a-1"});
  CHECK(urls(sqs.call("ListQueues", "{'QueueNamePrefix':'c'}")).empty());
}

TEST_CASE("ListQueues: pages of MaxResults hold every queue once", "[sqs][queues]") {
  Sqs sqs(BOTH_PROTOCOLS);
  for (int i = 0; i < 7; ++i) sqs.create(concat("jobs", i));
  sqs.create("other");
  std::vector<std::string> found;
  std::string token;
  int pages = 0;
  do {
    Answer page = sqs.call("ListQueues", concat("{'QueueNamePrefix':'jobs','MaxResults':3,'NextToken':'", token, "'}"));
    REQUIRE(page.status == 200);
    for (std::string& url : urls(page)) found.push_back(std::move(url));
    token = page.string("NextToken");
    ++pages;
  } while (!token.empty());
  CHECK(pages == 3);
  REQUIRE(found.size() == 7);
  CHECK(std::is_sorted(found.begin(), found.end()));
  CHECK_FALSE(sqs.call("ListQueues", "{'QueueNamePrefix':'jobs','MaxResults':7}")["NextToken"]);
  CHECK_FALSE(sqs.call("ListQueues")["NextToken"]);
}

TEST_CASE("ListQueues: MaxResults is 1 to 1000", "[sqs][queues]") {
  Sqs sqs(BOTH_PROTOCOLS);
  CHECK(sqs.call("ListQueues", "{'MaxResults':1}").status == 200);
  CHECK(sqs.call("ListQueues", "{'MaxResults':1000}").status == 200);
  for (int wrong : {0, -1, 1001}) {
    CHECK_ERROR(sqs.call("ListQueues", concat("{'MaxResults':", wrong, "}")), 400, "InvalidParameterValue",
                concat("Value ", wrong, " for parameter MaxResults is invalid. Reason: MaxResults must be an integer between 1 and 1000."));
  }
  CHECK_ERROR(sqs.call("ListQueues", "{'MaxResults':1,'NextToken':'!'}"), 400, "InvalidParameterValue", "Invalid or expired next token.");
}

TEST_CASE("PurgeQueue: takes visible, received and delayed messages, and what is known of duplicates", "[sqs][queues][purge]") {
  Sqs sqs(BOTH_PROTOCOLS);
  std::string queue = sqs.create("jobs");
  sqs.send(queue, "received");
  sqs.receive(queue);
  sqs.send(queue, "visible");
  sqs.send(queue, "delayed", "'DelaySeconds':5");
  CHECK(sqs.counts(queue) == "1/1/1");
  CHECK(sqs.call("PurgeQueue", concat("{'QueueUrl':'", queue, "'}")).status == 200);
  CHECK(sqs.event<sqs::QueuePurged>().purged_at == sqs.world.clock().now());
  CHECK(sqs.counts(queue) == "0/0/0");
  sqs.world.advance(kDayMs);
  CHECK(sqs.receive(queue).empty());

  std::string fifo = sqs.create_fifo("jobs.fifo");
  sqs.send(fifo, "g", "id", "before");
  sqs.call("PurgeQueue", concat("{'QueueUrl':'", fifo, "'}"));
  sqs.send(fifo, "g", "id", "after");
  CHECK(sqs.bodies(fifo) == "after");
}

TEST_CASE("PurgeQueue: one every 60 seconds", "[sqs][queues][purge]") {
  Sqs sqs(BOTH_PROTOCOLS);
  std::string queue = sqs.create("jobs"), call = concat("{'QueueUrl':'", queue, "'}");
  CHECK(sqs.call("PurgeQueue", call).status == 200);
  sqs.world.advance(60 * kSecondMs - 1);
  CHECK_ERROR(sqs.call("PurgeQueue", call), 403, "AWS.SimpleQueueService.PurgeQueueInProgress",
              "Only one PurgeQueue operation on jobs is allowed every 60 seconds.");
  sqs.world.advance(1);
  CHECK(sqs.call("PurgeQueue", call).status == 200);
}

TEST_CASE("PurgeQueue: a handle from before it deletes nothing, and succeeds", "[sqs][queues][purge]") {
  Sqs sqs(BOTH_PROTOCOLS);
  std::string queue = sqs.create("jobs");
  sqs.send(queue, "a");
  std::string handle = sqs.receive(queue).at(0).handle;
  sqs.call("PurgeQueue", concat("{'QueueUrl':'", queue, "'}"));
  sqs.send(queue, "b");
  CHECK(sqs.remove(queue, handle).status == 200);
  CHECK(sqs.bodies(queue) == "b");
}

TEST_CASE("ListDeadLetterSourceQueues: the queues that name this one, in pages; an empty list is absent", "[sqs][queues]") {
  Sqs sqs(BOTH_PROTOCOLS);
  std::string dead = sqs.create("dead");
  std::string policy = R"({'RedrivePolicy':'{\"deadLetterTargetArn\":\"arn:aws:sqs:us-east-1:000000000000:dead\",\"maxReceiveCount\":1}'})";
  std::string call = concat("{'QueueUrl':'", dead, "'");
  Answer none = sqs.call("ListDeadLetterSourceQueues", call + "}");
  CHECK(none.status == 200);
  if (sqs.protocol == Protocol::json) CHECK(none.text == "{}");
  std::vector<std::string> sources;
  for (std::string_view name : {"a", "b", "c"}) sources.push_back(sqs.create(name, policy));
  sqs.create("d");
  CHECK(urls(sqs.call("ListDeadLetterSourceQueues", call + "}"), "queueUrls") == sources);
  Answer page = sqs.call("ListDeadLetterSourceQueues", call + ",'MaxResults':2}");
  CHECK(urls(page, "queueUrls") == std::vector<std::string>{sources[0], sources[1]});
  page = sqs.call("ListDeadLetterSourceQueues", concat(call, ",'MaxResults':2,'NextToken':'", page.string("NextToken"), "'}"));
  CHECK(urls(page, "queueUrls") == std::vector<std::string>{sources[2]});
  CHECK_FALSE(page["NextToken"]);
  sqs.call("SetQueueAttributes", concat("{'QueueUrl':'", sources[1], "','Attributes':{'RedrivePolicy':''}}"));
  sqs.call("DeleteQueue", concat("{'QueueUrl':'", sources[0], "'}"));
  CHECK(urls(sqs.call("ListDeadLetterSourceQueues", call + "}"), "queueUrls") == std::vector<std::string>{sources[2]});
}

}  // namespace cloudemu::test
