// Notifications: what a bucket tells queues of the same daemon. https://docs.aws.amazon.com/AmazonS3/latest/userguide/EventNotifications.html
#include <catch2/catch.hpp>

#include "core/strings.h"
#include "support/s3.h"
#include "support/sqs.h"

namespace cloudemu::test {

namespace {

constexpr std::string_view kArn = "arn:aws:sqs:us-east-1:000000000000:jobs";

/// A bucket "photos" and a queue "jobs".
struct Setup {
  Setup() : queue(sqs.create("jobs")) { send("PUT", "/photos"); }

  Reply send(std::string method, std::string target, std::string body = "", std::vector<std::pair<std::string, std::string>> headers = {}) {
    return sqs.world.send(
        {.method = std::move(method), .target = std::move(target), .headers = std::move(headers), .body = std::move(body)});
  }
  Reply configure(std::string_view inside) {
    return send("PUT", "/photos?notification", concat("<NotificationConfiguration>", inside, "</NotificationConfiguration>"));
  }
  /// The messages in the queue, which are gone then.
  std::vector<json::Document> take() {
    std::vector<json::Document> all;
    for (const Received& message : sqs.receive(queue)) {
      all.push_back(*json::Document::parse(message.body));
      sqs.remove(queue, message.handle);
    }
    return all;
  }
  /// "ObjectCreated:Put cat", one for each message.
  std::vector<std::string> told() {
    std::vector<std::string> all;
    for (const json::Document& message : take()) {
      json::Value record = message.root()["Records"].at(0);
      all.push_back(concat(record["eventName"].string(), " ", record["s3"]["object"]["key"].string()));
    }
    return all;
  }

  Sqs sqs{Protocol::json};
  std::string queue;
};

std::string queue_configuration(std::string_view events, std::string_view filter = "", std::string_view arn = kArn) {
  return concat("<QueueConfiguration><Queue>", arn, "</Queue>", events, filter, "</QueueConfiguration>");
}
std::string event(std::string_view name) { return concat("<Event>s3:", name, "</Event>"); }
std::string rule(std::string_view name, std::string_view value) {
  return concat("<FilterRule><Name>", name, "</Name><Value>", value, "</Value></FilterRule>");
}
std::string filter(std::string_view rules) { return concat("<Filter><S3Key>", rules, "</S3Key></Filter>"); }

}  // namespace

TEST_CASE("Notification: a new configuration is tried out with s3:TestEvent, in the same call", "[s3][notification]") {
  Setup s;
  Reply reply = s.configure(queue_configuration(event("ObjectCreated:*")));
  CHECK(reply.status == 200);
  CHECK(reply.body.empty());
  CHECK(s.sqs.world.events().size() == 2);
  auto messages = s.take();
  REQUIRE(messages.size() == 1);
  json::Value test = messages[0].root();
  CHECK(test["Service"].string() == "Amazon S3");
  CHECK(test["Event"].string() == "s3:TestEvent");
  CHECK(test["Time"].string() == "2026-11-23T04:00:00.000Z");
  CHECK(test["Bucket"].string() == "photos");
  CHECK(test["RequestId"].string() == reply.header("x-amz-request-id"));
  CHECK(test["HostId"].string() == reply.header("x-amz-id-2"));
}

TEST_CASE("Notification: where policies are evaluated, the queue must let S3 in for the bucket", "[s3][notification][iam]") {
  World world(Environment{.policies = iam::Mode::enforce});
  auto send = [&](std::string target, std::string body) {
    return world.send({.method = "PUT", .target = std::move(target), .headers = {as("000000000000")}, .body = std::move(body)});
  };
  auto call_sqs = [&](std::string_view operation, std::string body) {
    return world.send(
        {.method = "POST",
         .headers = {as("000000000000"), {"X-Amz-Target", concat("AmazonSQS.", operation)}, {"Content-Type", "application/x-amz-json-1.0"}},
         .body = std::move(body)});
  };
  REQUIRE(call_sqs("CreateQueue", R"({"QueueName":"jobs"})").status == 200);
  REQUIRE(send("/photos", "").status == 200);
  auto configure = [&] {
    return send("/photos?notification",
                concat("<NotificationConfiguration>", queue_configuration(event("ObjectCreated:*")), "</NotificationConfiguration>"));
  };
  auto set_policy = [&](std::string_view principal, std::string_view source) {
    std::string policy = concat(R"({"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":)", principal,
                                R"(,"Action":"sqs:SendMessage","Resource":")", kArn, R"(","Condition":{"ArnLike":{"aws:SourceArn":")",
                                source, R"("},"StringEquals":{"aws:SourceAccount":"000000000000"}}}})");
    Reply set = call_sqs("SetQueueAttributes", concat(R"({"QueueUrl":"http://localhost:4566/000000000000/jobs","Attributes":{"Policy":")",
                                                      replace_all(policy, "\"", "\\\""), "\"}}"));
    INFO(set.body);
    REQUIRE(set.status == 200);
  };
  Reply refused = configure();
  CHECK(error_of(refused) == "400 InvalidArgument: Unable to validate the following destination configurations");
  CHECK(element(refused, "ArgumentName1") == kArn);
  CHECK(element(refused, "ArgumentValue1") ==
        "Permissions on the destination queue do not allow S3 to publish notifications from this bucket");
  set_policy(R"({"Service":"sns.amazonaws.com"})", "arn:aws:s3:::photos");
  CHECK(configure().status == 400);
  set_policy(R"({"Service":"s3.amazonaws.com"})", "arn:aws:s3:::other");
  CHECK(configure().status == 400);
  set_policy(R"({"Service":"s3.amazonaws.com"})", "arn:aws:s3:::photos");
  CHECK(configure().status == 200);
  set_policy(R"("*")", "arn:aws:s3:*:*:photos");
  CHECK(configure().status == 200);
}

TEST_CASE("Notification: an object that is put is told to the last field", "[s3][notification]") {
  Setup s;
  s.configure("<QueueConfiguration><Id>mine</Id><Queue>" + std::string(kArn) +
              "</Queue><Event>s3:ObjectCreated:*</Event></QueueConfiguration>");
  s.take();
  Reply put = s.send("PUT", "/photos/holiday/red%20flower@1.jpg", "meow");
  CHECK(put.status == 200);
  auto messages = s.take();
  REQUIRE(messages.size() == 1);
  REQUIRE(messages[0].root()["Records"].size() == 1);
  json::Value record = messages[0].root()["Records"].at(0);
  CHECK(record["eventVersion"].string() == "2.6");
  CHECK(record["eventSource"].string() == "aws:s3");
  CHECK(record["awsRegion"].string() == "us-east-1");
  CHECK(record["eventTime"].string() == "2026-11-23T04:00:00.000Z");
  CHECK(record["eventName"].string() == "ObjectCreated:Put");
  CHECK(record["userIdentity"]["principalId"].string().starts_with("AWS:"));
  CHECK(record["requestParameters"]["sourceIPAddress"].string() == "127.0.0.1");
  CHECK(record["responseElements"]["x-amz-request-id"].string() == put.header("x-amz-request-id"));
  CHECK(record["responseElements"]["x-amz-id-2"].string() == put.header("x-amz-id-2"));
  json::Value told = record["s3"];
  CHECK(told["s3SchemaVersion"].string() == "1.0");
  CHECK(told["configurationId"].string() == "mine");
  CHECK(told["bucket"]["name"].string() == "photos");
  CHECK(told["bucket"]["ownerIdentity"]["principalId"].string().size() == 64);
  CHECK(told["bucket"]["arn"].string() == "arn:aws:s3:::photos");
  CHECK(told["object"]["key"].string() == "holiday/red+flower%401.jpg");
  CHECK(told["object"]["size"].text() == "4");
  CHECK(told["object"]["eTag"].string() == "4a4be40c96ac6314e91d93f38043a634");
  CHECK_FALSE(told["object"]["versionId"]);
  CHECK_FALSE(told["object"]["hasObjectAnnotation"]);
  CHECK(told["object"]["sequencer"].string().size() == 18);
}

TEST_CASE("Notification: each way to write and to delete has its name, and later records have greater sequencers", "[s3][notification]") {
  Setup s;
  s.configure(queue_configuration(event("ObjectCreated:*") + event("ObjectRemoved:*") + event("ObjectTagging:*")));
  s.take();
  s.send("PUT", "/photos/a", "1");
  s.send("PUT", "/photos/b", "", {{"x-amz-copy-source", "/photos/a"}});
  s.send("PUT", "/photos/a?tagging", "<Tagging><TagSet><Tag><Key>k</Key><Value>v</Value></Tag></TagSet></Tagging>");
  s.send("DELETE", "/photos/a?tagging");
  s.send("DELETE", "/photos/a");
  CHECK(s.told() == std::vector<std::string>{"ObjectCreated:Put a", "ObjectCreated:Copy b", "ObjectTagging:Put a", "ObjectTagging:Delete a",
                                             "ObjectRemoved:Delete a"});
  std::string upload = s.send("POST", "/photos/c?uploads").body;
  upload = upload.substr(upload.find("<UploadId>") + 10);
  upload = upload.substr(0, upload.find('<'));
  std::string etag = s.send("PUT", concat("/photos/c?partNumber=1&uploadId=", upload), "part").header("etag");
  s.send("POST", concat("/photos/c?uploadId=", upload),
         concat("<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>", etag, "</ETag></Part></CompleteMultipartUpload>"));
  s.send("POST", "/photos?delete", "<Delete><Object><Key>b</Key></Object><Object><Key>c</Key></Object></Delete>",
         {{"content-md5", "FMGF1LVmlFR/YjEQ92zT8w=="}});
  auto told = s.told();
  REQUIRE(told.size() == 3);
  CHECK(told[0] == "ObjectCreated:CompleteMultipartUpload c");
}

TEST_CASE("Notification: in a versioned bucket records name the version, and a marker is told as one", "[s3][notification]") {
  Setup s;
  s.send("PUT", "/photos?versioning", "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>");
  s.configure(queue_configuration(event("ObjectCreated:Put") + event("ObjectRemoved:*")));
  s.take();
  std::string version = s.send("PUT", "/photos/a", "1").header("x-amz-version-id");
  std::string marker = s.send("DELETE", "/photos/a").header("x-amz-version-id");
  s.send("DELETE", "/photos/a?versionId=" + version);
  auto messages = s.take();
  REQUIRE(messages.size() == 3);
  auto object = [&](size_t n) { return messages[n].root()["Records"].at(0)["s3"]["object"]; };
  auto name = [&](size_t n) { return messages[n].root()["Records"].at(0)["eventName"].string(); };
  CHECK(object(0)["versionId"].string() == version);
  CHECK(name(1) == "ObjectRemoved:DeleteMarkerCreated");
  CHECK(object(1)["versionId"].string() == marker);
  CHECK(object(1)["eTag"].string() == "d41d8cd98f00b204e9800998ecf8427e");
  CHECK(name(2) == "ObjectRemoved:Delete");
  CHECK(object(2)["versionId"].string() == version);
  CHECK_FALSE(object(2)["size"]);
  CHECK(object(0)["sequencer"].string() < object(1)["sequencer"].string());
  CHECK(object(1)["sequencer"].string() < object(2)["sequencer"].string());
}

TEST_CASE("Notification: events and keys that nobody asked for are not told", "[s3][notification]") {
  Setup s;
  s.configure(queue_configuration(event("ObjectCreated:Put"), filter(rule("prefix", "img/") + rule("SUFFIX", ".jpg"))));
  s.take();
  for (const char* key : {"img/cat.jpg", "img/cat.png", "doc/cat.jpg", "img/.jpg", "img.jpg"}) s.send("PUT", concat("/photos/", key), "1");
  s.send("PUT", "/photos/img/copy.jpg", "", {{"x-amz-copy-source", "/photos/img/cat.jpg"}});
  s.send("DELETE", "/photos/img/cat.jpg");
  CHECK(s.told() == std::vector<std::string>{"ObjectCreated:Put img/cat.jpg", "ObjectCreated:Put img/.jpg"});
}

TEST_CASE("Notification: the message is part of the call, and a poll that waits gets it", "[s3][notification][long_poll]") {
  Setup s;
  s.configure(queue_configuration(event("ObjectCreated:*")));
  s.take();
  auto poll = s.sqs.begin_poll(s.queue);
  CHECK_FALSE(s.sqs.polled(poll));
  s.send("PUT", "/photos/cat", "meow");
  REQUIRE(s.sqs.polled(poll));
  CHECK(s.sqs.polled(poll)->find("ObjectCreated:Put") != std::string::npos);
}

TEST_CASE("Notification: the configuration comes back as it was understood", "[s3][notification]") {
  Setup s;
  CHECK(s.send("GET", "/photos?notification").body.find("<QueueConfiguration>") == std::string::npos);
  s.configure(queue_configuration(event("ObjectCreated:*"), filter(rule("prefix", "a") + rule("suffix", "z"))) +
              "<TopicConfiguration><Id>t</Id><Topic>arn:aws:sns:us-east-1:000000000000:news</Topic><Event>s3:ObjectRemoved:*</Event>"
              "</TopicConfiguration><EventBridgeConfiguration/>");
  std::string body = s.send("GET", "/photos?notification").body;
  CHECK_THAT(body, Catch::Contains("<FilterRule><Name>Prefix</Name><Value>a</Value></FilterRule>"));
  CHECK_THAT(body, Catch::Contains("<FilterRule><Name>Suffix</Name><Value>z</Value></FilterRule>"));
  CHECK_THAT(body, Catch::Contains("<Topic>arn:aws:sns:us-east-1:000000000000:news</Topic>"));
  CHECK_THAT(body,
             Catch::Contains("<EventBridgeConfiguration></EventBridgeConfiguration>") || Catch::Contains("<EventBridgeConfiguration/>"));
  size_t id = body.find("<QueueConfiguration><Id>");
  REQUIRE(id != std::string::npos);
  CHECK(body[id + 24] != '<');  // made up
  CHECK(s.configure("").status == 200);
  CHECK(s.send("GET", "/photos?notification").body.find("Configuration><Id>") == std::string::npos);
  s.take();
  s.send("PUT", "/photos/cat", "meow");
  CHECK(s.take().empty());
}

TEST_CASE("Notification: what is wrong with a configuration, in AWS's words", "[s3][notification]") {
  Setup s;
  s.sqs.create_fifo("jobs.fifo");
  s.sqs.create("sealed", "{'KmsMasterKeyId':'alias/aws/sqs'}");
  s.sqs.world.events();
  auto refused = [&](const std::string& inside, std::string_view message, std::string_view name = "", std::string_view value = "") {
    Reply reply = s.configure(inside);
    CHECK(reply.status == 400);
    CHECK_THAT(reply.body, Catch::Contains("<Code>InvalidArgument</Code>"));
    CHECK_THAT(reply.body, Catch::Contains(concat("<Message>", message, "</Message>")));
    if (!name.empty()) CHECK_THAT(reply.body, Catch::Contains(concat("<", name, ">", value, "</", name, ">")));
    CHECK(s.sqs.world.events().empty());
  };
  std::string created = event("ObjectCreated:*");
  constexpr std::string_view kUnable = "Unable to validate the following destination configurations";
  refused(queue_configuration(created, "", "arn:aws:sqs:us-east-1:000000000000:nobody"), kUnable, "ArgumentValue1",
          "The destination queue does not exist");
  refused(queue_configuration(created, "", "arn:aws:sqs:us-east-1:000000000000:nobody"), kUnable, "ArgumentName1",
          "arn:aws:sqs:us-east-1:000000000000:nobody");
  refused(queue_configuration(created, "", "arn:aws:sqs:us-east-1:000000000000:sealed"), kUnable, "ArgumentValue1",
          "Permissions on the destination queue do not allow S3 to publish notifications from this bucket");
  refused(queue_configuration(created, "", "arn:aws:sqs:us-east-1:000000000000:jobs.fifo"), kUnable, "ArgumentValue1",
          "FIFO SQS queues are not supported.");
  refused(queue_configuration(created, "", "arn:aws:sqs:eu-west-1:000000000000:jobs"),
          "The notification destination service region is not valid for the bucket location constraint");
  refused(queue_configuration(created, "", "jobs"), "The ARN could not be parsed");
  refused(queue_configuration(event("ObjectCreated:Eaten")), "The event is not supported for notifications", "ArgumentValue",
          "s3:ObjectCreated:Eaten");
  refused(queue_configuration(created, filter(rule("INVALID", "x"))), "filter rule name must be either prefix or suffix", "ArgumentValue",
          "INVALID");
  refused(queue_configuration(created, filter(rule("prefix", "x") + rule("Prefix", "y"))),
          "Cannot specify more than one prefix rule in a filter.");
  refused(
      queue_configuration(created, filter(rule("prefix", "a"))) +
          queue_configuration(event("ObjectCreated:Put"), filter(rule("prefix", "ab"))),
      "Configuration is ambiguously defined. Cannot have overlapping suffixes in two rules if the prefixes are overlapping for the same "
      "event type.");
  std::string removed = queue_configuration(event("ObjectRemoved:*"));
  constexpr std::string_view kOverlap = "Configurations overlap. Configurations on the same bucket cannot share a common event type.";
  refused(removed + removed, kOverlap, "ArgumentName", "Event");
  refused(removed + removed, kOverlap, "ArgumentValue", "s3:ObjectRemoved:*, s3:ObjectRemoved:*");
  refused(removed + queue_configuration(event("ObjectCreated:*") + event("ObjectRemoved:Delete")), kOverlap, "ArgumentValue",
          "s3:ObjectRemoved:*, s3:ObjectRemoved:Delete");
  auto with_id = [](std::string_view events) {
    return concat("<QueueConfiguration><Id>1</Id><Queue>", kArn, "</Queue>", events, "</QueueConfiguration>");
  };
  refused(with_id(created) + with_id(event("ObjectRemoved:*")), "Same ID used for multiple configurations. IDs must be unique.");
  auto topic = [&](std::string_view arn) {
    return concat("<TopicConfiguration><Topic>", arn, "</Topic>", created, "</TopicConfiguration>");
  };
  auto function = [&](std::string_view arn) {
    return concat("<CloudFunctionConfiguration><CloudFunction>", arn, "</CloudFunction>", created, "</CloudFunctionConfiguration>");
  };
  for (std::string_view arn :
       {"foo", "", "arn:aws:sns:us-east-1:000000000000:", "arn:aws:sns:us-east-1:12:news", "arn:aws:sqs:us-east-1:000000000000:jobs"}) {
    CAPTURE(arn);
    refused(topic(arn), "The ARN could not be parsed", "ArgumentName", "Topic");
    refused(function(arn), "The ARN could not be parsed", "ArgumentName", "CloudFunction");
  }
  refused(queue_configuration(created, "", "arn:aws:sns:us-east-1:000000000000:news"), "The ARN could not be parsed", "ArgumentName",
          "Queue");
  refused(function("arn:aws:lambda:us-east-1:000000000000:layer:f"), "The ARN could not be parsed", "ArgumentName", "CloudFunction");
  for (std::string arn : {"arn:aws:lambda:eu-west-1:000000000000:function:f", "arn:aws:sns:eu-west-1:000000000000:news"}) {
    bool is_topic = arn.find(":sns:") != std::string::npos;
    refused(is_topic ? topic(arn) : function(arn),
            "The notification destination service region is not valid for the bucket location constraint", "ArgumentName",
            is_topic ? "Topic" : "CloudFunction");
  }
  CHECK(s.configure(topic("arn:aws:sns:us-east-1:000000000000:news")).status == 200);
  CHECK(s.configure(function("arn:aws:lambda:us-east-1:000000000000:function:f:live")).status == 200);
  CHECK(s.configure(queue_configuration("")).body.find("<Code>MalformedXML</Code>") != std::string::npos);
  CHECK(s.configure(queue_configuration(created, filter(rule("prefix", "a"))) + queue_configuration(created, filter(rule("prefix", "b"))))
            .status == 200);
}

TEST_CASE("Notification: a copy says whether it has annotations", "[s3][notification][annotations]") {
  Setup s;
  s.configure(queue_configuration(event("ObjectCreated:Copy")));
  s.take();
  s.send("PUT", "/photos/cat", "meow");
  s.send("PUT", "/photos/bare", "", {{"x-amz-copy-source", "/photos/cat"}});
  s.send("PUT", "/photos/cat?annotation&annotationName=a", "x");
  s.send("PUT", "/photos/dog", "", {{"x-amz-copy-source", "/photos/cat"}});
  std::vector<json::Document> told = s.take();
  REQUIRE(told.size() == 2);
  for (size_t i = 0; i < 2; ++i) {
    json::Value object = told[i].root()["Records"].at(0)["s3"]["object"];
    CHECK(object["hasObjectAnnotation"].is_boolean());
    CHECK(object["hasObjectAnnotation"].boolean() == (object["key"].string() == "dog"));
  }
}

TEST_CASE("Notification: a filter has 1,024 bytes", "[s3][notification][limits]") {
  Setup s;
  auto of_size = [&](std::string_view name, size_t bytes) {
    return s.configure(queue_configuration(event("ObjectCreated:*"), filter(rule(name, std::string(bytes, 'x')))));
  };
  for (std::string_view name : {"prefix", "suffix"}) {
    CHECK(of_size(name, 1024).status == 200);
    CHECK(error_of(of_size(name, 1025)) ==
          "400 InvalidArgument: Size of filter rule value cannot exceed 1024 bytes in UTF-8 representation");
  }
}

TEST_CASE("Notification: a destination need not be there if that is said, and one that went is told nothing", "[s3][notification]") {
  Setup s;
  std::string body =
      concat("<NotificationConfiguration>", queue_configuration(event("ObjectCreated:*"), "", "arn:aws:sqs:us-east-1:000000000000:later"),
             "</NotificationConfiguration>");
  CHECK(s.send("PUT", "/photos?notification", body, {{"x-amz-skip-destination-validation", "true"}}).status == 200);
  CHECK(s.send("PUT", "/photos/cat", "meow").status == 200);
  CHECK(s.sqs.world.events().size() == 1);
  std::string later = s.sqs.create("later");
  s.send("PUT", "/photos/dog", "woof");
  CHECK(s.sqs.world.events().size() == 2);
  CHECK(s.sqs.receive(later).size() == 1);
}

TEST_CASE("Notification: all of a restore is told", "[s3][notification][restore]") {
  Setup s;
  s.configure(queue_configuration(event("ObjectRestore:*")));
  s.take();
  s.send("PUT", "/photos/cat", "meow", {{"x-amz-storage-class", "GLACIER"}});
  s.send("POST", "/photos/cat?restore", "<RestoreRequest><Days>1</Days></RestoreRequest>");
  s.sqs.world.advance(3 * kDayMs);
  std::vector<std::string> told;
  for (const json::Document& message : s.take()) {
    json::Value record = message.root()["Records"].at(0);
    told.emplace_back(record["eventName"].string());
  }
  CHECK(told == std::vector<std::string>{"ObjectRestore:Post", "ObjectRestore:Completed", "ObjectRestore:Delete"});
}

TEST_CASE("Notification: ACLs and annotations are told of, without size and sequencer", "[s3][notification]") {
  Setup s;
  s.send("PUT", "/photos?ownershipControls",
         "<OwnershipControls><Rule><ObjectOwnership>ObjectWriter</ObjectOwnership></Rule></OwnershipControls>");
  s.configure(queue_configuration(event("ObjectAcl:Put") + event("ObjectAnnotation:*")));
  s.take();
  s.send("PUT", "/photos/cat", "meow");
  s.send("PUT", "/photos/cat?acl", "", {{"x-amz-acl", "bucket-owner-full-control"}});
  s.send("PUT", "/photos/cat?annotation&annotationName=a", "x");
  s.send("DELETE", "/photos/cat?annotation&annotationName=a");
  std::vector<json::Document> told = s.take();
  REQUIRE(told.size() == 3);
  std::vector<std::string> names;
  for (const json::Document& message : told) {
    json::Value record = message.root()["Records"].at(0);
    names.emplace_back(record["eventName"].string());
    CHECK(record["eventVersion"].string() == "2.6");
    CHECK_FALSE(record["s3"]["object"]["size"]);
    CHECK_FALSE(record["s3"]["object"]["sequencer"]);
    CHECK(record["s3"]["object"]["eTag"].string() == "4a4be40c96ac6314e91d93f38043a634");
  }
  CHECK(names == std::vector<std::string>{"ObjectAcl:Put", "ObjectAnnotation:Put", "ObjectAnnotation:Delete"});
}

}  // namespace cloudemu::test
