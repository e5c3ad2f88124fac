#include <catch2/catch.hpp>

#include "core/strings.h"
#include "protocol/xml_reader.h"
#include "services/sqs/operations.h"
#include "support/signing.h"
#include "support/sqs.h"

namespace cloudemu::test {

namespace {

constexpr std::string_view kAuthorization =
    "AWS4-HMAC-SHA256 Credential=test/20261123/us-east-1/sqs/aws4_request, SignedHeaders=host, Signature=00";

Request json_request(std::string_view operation, std::string_view body) {
  return {.method = "POST",
          .target = "/",
          .headers = {{"Authorization", std::string(kAuthorization)},
                      {"X-Amz-Target", concat("AmazonSQS.", operation)},
                      {"Content-Type", "application/x-amz-json-1.0"}},
          .body = std::string(body)};
}

Request form_request(std::string_view target, std::string_view form) {
  return {.method = "POST",
          .target = std::string(target),
          .headers = {{"Authorization", std::string(kAuthorization)}, {"Content-Type", "application/x-www-form-urlencoded"}},
          .body = std::string(form)};
}

Request get_request(std::string_view target) {
  return {.method = "GET", .target = std::string(target), .headers = {{"Authorization", std::string(kAuthorization)}}};
}

}  // namespace

TEST_CASE("JSON: a reply and its headers", "[sqs][wire]") {
  World world;
  Reply reply = world.send(json_request("CreateQueue", R"({"QueueName":"jobs"})"));
  CHECK(reply.status == 200);
  CHECK(reply.header("Content-Type") == "application/x-amz-json-1.0");
  CHECK(reply.header("x-amzn-RequestId").size() == 36);
  CHECK(reply.body == R"({"QueueUrl":"http://localhost:4566/000000000000/jobs"})");
  // What returns nothing has no body at all.
  CHECK(world.send(json_request("DeleteQueue", R"({"QueueUrl":"jobs"})")).body.empty());
}

TEST_CASE("JSON: an error has a type of its own, and the Query protocol's code in a header", "[sqs][wire]") {
  World world;
  Reply reply = world.send(json_request("GetQueueUrl", R"({"QueueName":"jobs"})"));
  CHECK(reply.status == 400);
  CHECK(reply.header("x-amzn-query-error") == "AWS.SimpleQueueService.NonExistentQueue;Sender");
  CHECK(reply.body == R"({"__type":"com.amazonaws.sqs#QueueDoesNotExist","message":"The specified queue does not exist."})");
  // What stands in AWS's framework has its namespace.
  CHECK(world.send(json_request("CreateQueue", "{}")).body == R"({"__type":"com.amazon.coral.service#MissingRequiredParameterException",)"
                                                              R"("message":"The request must contain the parameter QueueName."})");
  Reply bad_name = world.send(json_request("CreateQueue", R"({"QueueName":"a b"})"));
  CHECK(bad_name.body.starts_with(R"({"__type":"com.amazon.coral.service#InvalidParameterValueException",)"));
  CHECK(bad_name.header("x-amzn-query-error") == "InvalidParameterValue;Sender");
}

TEST_CASE("JSON: bodies that are none", "[sqs][wire]") {
  World world;
  for (std::string_view body : {"[]", "x", "{", "\"text\"", "{\"QueueName\":\"\xff\"}", "{\"QueueName\":\"\\ud800\"}"}) {
    Reply reply = world.send(json_request("CreateQueue", body));
    CHECK(reply.status == 400);
    CHECK(reply.body.find("com.amazon.coral.service#SerializationException") != std::string::npos);
    CHECK(reply.header("x-amzn-query-error") == "MalformedInput;Sender");
    CHECK(world.events().empty());
  }
  std::string deep = concat(R"({"QueueName":)", std::string(100'000, '['), std::string(100'000, ']'), "}");
  CHECK(world.send(json_request("CreateQueue", deep)).status == 400);
  CHECK(world.send(json_request("ListQueues", "")).status == 200);
}

TEST_CASE("JSON: members of a wrong type", "[sqs][wire]") {
  World world;
  struct Case {
    std::string_view operation, body, message;
  };
  for (Case c :
       {Case{"CreateQueue", R"({"QueueName":1})", "NUMBER_VALUE can not be converted to a String"},
        Case{"CreateQueue", R"({"QueueName":true})", "TRUE_VALUE can not be converted to a String"},
        Case{"CreateQueue", R"({"QueueName":{}})", "Start of structure or map found where not expected."},
        Case{"CreateQueue", R"({"QueueName":"q","Attributes":[]})", "Start of list found where not expected"},
        Case{"CreateQueue", R"({"QueueName":"q","Attributes":{"DelaySeconds":1}})", "NUMBER_VALUE can not be converted to a String"},
        Case{"ReceiveMessage", R"({"QueueUrl":"q","WaitTimeSeconds":"1"})", "STRING_VALUE can not be converted to an Integer"},
        Case{"SendMessageBatch", R"({"QueueUrl":"q","Entries":{}})", "Start of structure or map found where not expected."},
        Case{"SendMessageBatch", R"({"QueueUrl":"q","Entries":["x"]})", "Unexpected field type"},
        Case{"UntagQueue", R"({"QueueUrl":"q","TagKeys":[1]})", "NUMBER_VALUE can not be converted to a String"}}) {
    INFO(c.body);
    CHECK(world.send(json_request(c.operation, c.body)).body ==
          concat(R"({"__type":"com.amazon.coral.service#SerializationException","message":")", c.message, "\"}"));
  }
}

TEST_CASE("JSON: null is as good as absent, and members nobody knows are ignored", "[sqs][wire]") {
  World world;
  CHECK(world.send(json_request("CreateQueue", R"({"QueueName":"q","Attributes":null,"tags":null,"Other":[1]})")).status == 200);
  CHECK(world.send(json_request("SendMessageBatch", R"({"QueueUrl":"q","Entries":[null]})")).status == 400);
  CHECK(world.send(json_request("SendMessage", R"({"QueueUrl":"q","MessageBody":"b","MessageAttributes":{"a":null}})")).status == 400);
}

TEST_CASE("JSON: an operation that is none", "[sqs][wire]") {
  World world;
  Reply reply = world.send(json_request("Nonsense", "{}"));
  CHECK(reply.status == 400);
  CHECK(reply.body == R"({"__type":"com.amazon.coral.service#UnknownOperationException"})");
  CHECK(reply.header("x-amzn-query-error") == "InvalidAction;Sender");
}

TEST_CASE("Query: a reply and its headers", "[sqs][wire]") {
  World world;
  Reply reply = world.send(form_request("/", "Action=CreateQueue&Version=2012-11-05&QueueName=jobs"));
  CHECK(reply.status == 200);
  CHECK(reply.header("Content-Type") == "text/xml");
  std::string id = reply.header("x-amzn-RequestId");
  CHECK(reply.body ==
        concat("<?xml version=\"1.0\"?><CreateQueueResponse xmlns=\"http://queue.amazonaws.com/doc/2012-11-05/\"><CreateQueueResult>"
               "<QueueUrl>http://localhost:4566/000000000000/jobs</QueueUrl></CreateQueueResult><ResponseMetadata><RequestId>",
               id, "</RequestId></ResponseMetadata></CreateQueueResponse>"));
  reply = world.send(form_request("/", "Action=PurgeQueue&QueueUrl=jobs"));
  CHECK(reply.body == concat("<?xml version=\"1.0\"?><PurgeQueueResponse xmlns=\"http://queue.amazonaws.com/doc/2012-11-05/\">"
                             "<ResponseMetadata><RequestId>",
                             reply.header("x-amzn-RequestId"), "</RequestId></ResponseMetadata></PurgeQueueResponse>"));
}

TEST_CASE("Query: an error, to the letter", "[sqs][wire]") {
  World world;
  Reply reply = world.send(form_request("/", "Action=GetQueueUrl&QueueName=jobs"));
  CHECK(reply.status == 400);
  CHECK(reply.body ==
        concat("<?xml version=\"1.0\"?><ErrorResponse xmlns=\"http://queue.amazonaws.com/doc/2012-11-05/\"><Error><Type>Sender</Type>"
               "<Code>AWS.SimpleQueueService.NonExistentQueue</Code><Message>The specified queue does not exist for this wsdl version."
               "</Message><Detail/></Error><RequestId>",
               reply.header("x-amzn-RequestId"), "</RequestId></ErrorResponse>"));
}

TEST_CASE("Query: at the URL of a queue, as a form or by GET", "[sqs][wire]") {
  World world;
  world.send(form_request("/", "Action=CreateQueue&QueueName=jobs"));
  world.send(form_request("/", "Action=CreateQueue&QueueName=other"));
  CHECK(world.send(form_request("/000000000000/jobs", "Action=SendMessage&MessageBody=one")).status == 200);
  CHECK(world.send(get_request("/000000000000/jobs?Action=SendMessage&MessageBody=two%20words")).status == 200);
  CHECK(world.send(get_request("/000000000000/jobs?Action=GetQueueAttributes&AttributeName.1=ApproximateNumberOfMessages"))
            .body.find("<Value>2</Value>") != std::string::npos);
  // A parameter beats the path.
  Reply other = world.send(get_request("/000000000000/jobs?Action=ReceiveMessage&QueueUrl=other"));
  CHECK(other.body.find("<ReceiveMessageResult/>") != std::string::npos);
  Reply reply = world.send(get_request("/000000000000/jobs?Action=ReceiveMessage&MaxNumberOfMessages=10"));
  CHECK(reply.body.find("<Body>one</Body>") != std::string::npos);
  CHECK(reply.body.find("<Body>two words</Body>") != std::string::npos);
  CHECK(world.send(get_request("/000000000000/jobs?Action=DeleteQueue")).status == 200);
}

TEST_CASE("Query: actions that are not valid", "[sqs][wire]") {
  World world;
  world.send(form_request("/", "Action=CreateQueue&QueueName=jobs"));
  for (std::string_view action : {"ListQueues", "CreateQueue", "Nonsense"}) {
    Reply reply = world.send(form_request("/000000000000/jobs", concat("Action=", action)));
    CHECK(reply.status == 400);
    CHECK(reply.body.find(concat("<Code>InvalidAction</Code><Message>The action ", action, " is not valid for this endpoint.</Message>")) !=
          std::string::npos);
  }
  CHECK(world.send(form_request("/", "Action=Nonsense")).status == 400);
  Reply none = world.send(form_request("/", "QueueName=jobs"));
  CHECK(none.status == 404);
  CHECK(none.body.starts_with("<UnknownOperationException"));
}

TEST_CASE("Query: lists in the order of their numbers, with gaps, and as some SDKs spell them", "[sqs][wire]") {
  World world;
  world.send(form_request("/",
                          "Action=CreateQueue&QueueName=jobs&Attribute.10.Name=DelaySeconds&Attribute.10.Value=7&Attribute.2.Name="
                          "VisibilityTimeout&Attribute.2.Value=9&Tag.1.Key=k&Tag.1.Value=v"));
  const auto& created = std::get<sqs::QueueCreated>(world.events().at(0));
  CHECK(created.attributes == events::StringMap{{"DelaySeconds", "7"}, {"VisibilityTimeout", "9"}});
  CHECK(created.tags == events::StringMap{{"k", "v"}});
  CHECK(world.send(form_request("/", "Action=TagQueue&QueueUrl=jobs&Tags.1.Key=a&Tags.1.Value=b")).status == 200);
  CHECK(std::get<sqs::QueueTagged>(world.events().at(0)).tags == events::StringMap{{"a", "b"}, {"k", "v"}});
}

TEST_CASE("Query: a list or map of one entry may come without a number", "[sqs][wire]") {
  World world;
  // So AWS's own examples, boto 2 and fog-aws send it.
  world.send(form_request("/", "Action=CreateQueue&QueueName=jobs&Attribute.Name=DelaySeconds&Attribute.Value=7&Tag.Key=k&Tag.Value=v"));
  const auto& created = std::get<sqs::QueueCreated>(world.events().at(0));
  CHECK(created.attributes == events::StringMap{{"DelaySeconds", "7"}});
  CHECK(created.tags == events::StringMap{{"k", "v"}});
  CHECK(world.send(form_request("/", "Action=SetQueueAttributes&QueueUrl=jobs&Attribute.Name=DelaySeconds&Attribute.Value=0")).status ==
        200);
  CHECK(std::get<sqs::QueueUpdated>(world.events().at(0)).settings.delay_s == 0);
  Reply all = world.send(form_request("/", "Action=GetQueueAttributes&QueueUrl=jobs&AttributeName=All"));
  CHECK(all.body.find("<Name>VisibilityTimeout</Name><Value>30</Value>") != std::string::npos);
  Reply sent = world.send(form_request("/",
                                       "Action=SendMessageBatch&QueueUrl=jobs&SendMessageBatchRequestEntry.Id=a&"
                                       "SendMessageBatchRequestEntry.MessageBody=one&SendMessageBatchRequestEntry.MessageAttribute.Name=n&"
                                       "SendMessageBatchRequestEntry.MessageAttribute.Value.DataType=String&"
                                       "SendMessageBatchRequestEntry.MessageAttribute.Value.StringValue=v"));
  CHECK(sent.status == 200);
  CHECK(std::get<sqs::MessageSent>(world.events().at(0)).attributes.text == R"({"n":{"DataType":"String","StringValue":"v"}})");
  Reply received = world.send(form_request("/", "Action=ReceiveMessage&QueueUrl=jobs&AttributeName=SentTimestamp&MessageAttributeName=n"));
  CHECK(received.body.find("<Name>SentTimestamp</Name>") != std::string::npos);
  CHECK(received.body.find("<StringValue>v</StringValue>") != std::string::npos);
  // With numbers as well, it comes first.
  world.send(form_request("/", "Action=TagQueue&QueueUrl=jobs&Tag.Key=a&Tag.Value=1&Tag.1.Key=b&Tag.1.Value=2"));
  CHECK(std::get<sqs::QueueTagged>(world.events().at(0)).tags == events::StringMap{{"a", "1"}, {"b", "2"}, {"k", "v"}});
}

TEST_CASE("Query: a list without a value is a list of nothing, as botocore writes an empty one", "[sqs][wire]") {
  World world;
  world.send(form_request("/", "Action=CreateQueue&QueueName=jobs"));
  auto send = [&](std::string_view form) { return world.send(form_request("/", form)); };
  CHECK(send("Action=ReceiveMessage&QueueUrl=jobs&AttributeNames=&MessageAttributeNames=").status == 200);
  CHECK(send("Action=GetQueueAttributes&QueueUrl=jobs&AttributeNames=").status == 200);
  for (std::string_view operation : {"SendMessageBatch", "DeleteMessageBatch", "ChangeMessageVisibilityBatch"}) {
    Reply reply = send(concat("Action=", operation, "&QueueUrl=jobs&Entries="));
    CHECK(reply.status == 400);
    CHECK(reply.body.find("<Code>AWS.SimpleQueueService.EmptyBatchRequest</Code>") != std::string::npos);
  }
}

TEST_CASE("Query: lists that are numbered in another way than SQS's", "[sqs][wire]") {
  World world;
  world.send(form_request("/", "Action=CreateQueue&QueueName=jobs"));
  struct Case {
    std::string_view form, message;
  };
  for (Case c : {Case{"Action=ReceiveMessage&QueueUrl=jobs&MessageAttributeNames.member.1=All", "Start of list found where not expected"},
                 Case{"Action=ReceiveMessage&QueueUrl=jobs&AttributeName.member.1=All", "Start of list found where not expected"},
                 Case{"Action=GetQueueAttributes&QueueUrl=jobs&AttributeName.0=All", "0 is not a valid index"}}) {
    INFO(c.form);
    Reply reply = world.send(form_request("/", c.form));
    CHECK(reply.status == 400);
    CHECK(reply.body.find(concat("<Code>MalformedInput</Code><Message>", c.message, "</Message>")) != std::string::npos);
  }
}

TEST_CASE("An entry of a batch without an id is named by its number", "[sqs][wire]") {
  World world;
  world.send(form_request("/", "Action=CreateQueue&QueueName=jobs"));
  Reply reply =
      world.send(form_request("/",
                              "Action=DeleteMessageBatch&QueueUrl=jobs&DeleteMessageBatchRequestEntry.1.Id=a&"
                              "DeleteMessageBatchRequestEntry.1.ReceiptHandle=x&DeleteMessageBatchRequestEntry.2.ReceiptHandle=y"));
  CHECK(reply.status == 400);
  CHECK(reply.body.find("The request must contain the parameter DeleteMessageBatchRequestEntry.2.Id.") != std::string::npos);
}

TEST_CASE("Query: a form is a form whatever X-Amz-Target says, and however its content type is written", "[sqs][wire]") {
  World world;
  std::string_view create = "Action=CreateQueue&Version=2012-11-05&QueueName=jobs";
  for (std::string_view target : {"AmazonSQS.CreateQueue", "AmazonSQSv20121105.CreateQueue", "CreateQueue", ""}) {
    INFO(target);
    Request request = form_request("/", create);
    request.headers.emplace_back("X-Amz-Target", std::string(target));
    Reply reply = world.send(request);
    CHECK(reply.status == 200);
    CHECK(reply.body.find("<QueueUrl>http://localhost:4566/000000000000/jobs</QueueUrl>") != std::string::npos);
  }
  for (std::string_view type : {"Application/X-WWW-Form-URLEncoded", "APPLICATION/X-WWW-FORM-URLENCODED; charset=UTF-8"}) {
    Request unsigned_form{.method = "POST", .target = "/", .headers = {{"Content-Type", std::string(type)}}, .body = std::string(create)};
    CHECK(world.send(unsigned_form).body.find("<QueueUrl>") != std::string::npos);
  }
  // Tools such as curl call every body a form.
  Request json = json_request("ListQueues", "{}");
  json.headers.back().second = "application/x-www-form-urlencoded";
  CHECK(world.send(json).body == R"({"QueueUrls":["http://localhost:4566/000000000000/jobs"]})");
}

TEST_CASE("Query: GET of a queue's URL without an action is answered by SQS", "[sqs][wire]") {
  World world;
  world.send(form_request("/", "Action=CreateQueue&QueueName=jobs"));
  for (std::string_view target : {"/000000000000/jobs", "/000000000000/jobs/", "/000000000000/jobs?x=y"}) {
    Reply none = world.send({.method = "GET", .target = std::string(target)});
    CHECK(none.status == 404);
    CHECK(none.body.starts_with("<UnknownOperationException"));
  }
  // A bucket may have such a name.
  CHECK(world.send({.method = "GET", .target = "/00000000000/jobs"}).body.find("NoSuchBucket") != std::string::npos);
  CHECK(world.send({.method = "GET", .target = "/photos/000000000000/jobs"}).body.find("NoSuchBucket") != std::string::npos);
  CHECK(world.send({.method = "PUT", .target = "/000000000000"}).status == 200);
  CHECK(world.send({.method = "PUT", .target = "/000000000000/jobs", .body = "object"}).status == 200);
  CHECK(world.send({.method = "GET", .target = "/000000000000/jobs"}).body == "object");
}

TEST_CASE("Query: a number that is none", "[sqs][wire]") {
  World world;
  world.send(form_request("/", "Action=CreateQueue&QueueName=jobs"));
  Reply reply = world.send(form_request("/", "Action=ReceiveMessage&QueueUrl=jobs&MaxNumberOfMessages=x"));
  CHECK(reply.status == 400);
  CHECK(reply.body.find("<Code>InvalidParameterValue</Code>") != std::string::npos);
  CHECK(world.send(form_request("/", "Action=SendMessage&QueueUrl=jobs&MessageBody=%ff")).status == 400);
}

TEST_CASE("Query: who accepts JSON gets the same reply as JSON", "[sqs][wire]") {
  World world;
  auto ask = [&](std::string_view form) {
    Request request = form_request("/", form);
    request.headers.emplace_back("Accept", "application/json");
    return world.send(request);
  };
  Reply reply = ask("Action=CreateQueue&QueueName=jobs&Tag.1.Key=k&Tag.1.Value=v");
  CHECK(reply.header("Content-Type") == "application/json");
  CHECK(reply.body == concat(R"({"CreateQueueResponse":{"CreateQueueResult":{"QueueUrl":"http://localhost:4566/000000000000/jobs"},)"
                             R"("ResponseMetadata":{"RequestId":")",
                             reply.header("x-amzn-RequestId"), R"("}}})"));
  CHECK(ask("Action=ListQueueTags&QueueUrl=jobs").body.find(R"("Tags":[{"Key":"k","Value":"v"}])") != std::string::npos);
  Reply error = ask("Action=GetQueueUrl&QueueName=other");
  CHECK(error.status == 400);
  CHECK(error.body.find(R"({"Error":{"Code":"AWS.SimpleQueueService.NonExistentQueue")") == 0);
}

TEST_CASE("Operations: what is real but not built says so by name, in both protocols", "[sqs][wire]") {
  Sqs sqs(BOTH_PROTOCOLS);
  for (const query::Operation& operation : sqs::service().operations) {
    if (operation.decide) continue;
    CHECK_ERROR(sqs.call(operation.name), 501, "NotImplemented",
                concat("CloudEmu does not implement the SQS operation ", operation.name, " yet."));
  }
}

TEST_CASE("Operations: the table is sorted by name", "[sqs][wire]") {
  auto operations = sqs::service().operations;
  CHECK(std::is_sorted(operations.begin(), operations.end(), [](const auto& a, const auto& b) { return a.name < b.name; }));
}

TEST_CASE("Auth: refusals in SQS's words, in both protocols", "[sqs][wire][auth]") {
  Sqs sqs(BOTH_PROTOCOLS, Environment{.auth = AuthMode::verify, .credentials = {}});
  Request none = sqs.request("ListQueues", "{}");
  std::erase_if(none.headers, [](const auto& header) { return header.first == "Authorization"; });
  // The host says which service it is.
  none.headers.emplace_back("Host", "sqs.us-east-1.amazonaws.com");
  // Recorded from AWS: a policy may let anybody in, so that who signs nothing is denied like any other.
  Answer nobody = sqs.understand("ListQueues", sqs.world.send(none));
  CHECK_ERROR(nobody, 403, "AccessDenied", "Access to the resource http://sqs.us-east-1.amazonaws.com/ is denied.");
  sqs.headers = {{"X-Amz-Date", "20261123T040000Z"}};
  sqs.access_key = "nobody";
  CHECK_ERROR(sqs.call("ListQueues"), 403, "InvalidClientTokenId", "The security token included in the request is invalid.");
  sqs.access_key = "test";
  Answer mismatch = sqs.call("ListQueues");
  CHECK(mismatch.status == 403);
  CHECK(mismatch.code == "SignatureDoesNotMatch");
  CHECK(mismatch.message.starts_with("The request signature we calculated does not match the signature you provided."));
  sqs.headers = {{"X-Amz-Date", "20261123T034459Z"}};
  CHECK_ERROR(sqs.call("ListQueues"), 403, "SignatureDoesNotMatch",
              "Signature expired: 20261123T034459Z is now earlier than 20261123T034500Z (20261123T040000Z - 15 min.)");
  sqs.headers = {{"X-Amz-Date", "20261123T041501Z"}};
  CHECK_ERROR(sqs.call("ListQueues"), 403, "SignatureDoesNotMatch",
              "Signature not yet current: 20261123T041501Z is still later than 20261123T041500Z (20261123T040000Z + 15 min.)");
  if (sqs.protocol == Protocol::json) {
    CHECK(nobody.type == "com.amazon.coral.service#AccessDeniedException");
    CHECK(mismatch.type == "com.amazon.coral.service#InvalidSignatureException");
    sqs.access_key = "nobody";
    sqs.headers = {{"X-Amz-Date", "20261123T040000Z"}};
    CHECK(sqs.call("ListQueues").type == "com.amazon.coral.service#UnrecognizedClientException");
  }
}

TEST_CASE("Auth: signatures for another region than the endpoint's", "[sqs][wire][auth]") {
  Sqs sqs(BOTH_PROTOCOLS, Environment{.auth = AuthMode::verify, .credentials = {}});
  std::string headers = sqs.protocol == Protocol::json ? "host;x-amz-date;x-amz-target" : "host;x-amz-date";
  for (std::string host : {"sqs.eu-west-1.amazonaws.com", "sqs.eu-west-1.localhost.localstack.cloud:4566"}) {
    Request request = sqs.request("ListQueues", "{}");
    request.headers.emplace_back("Host", host);
    Signer{.service = "sqs", .region = "eu-west-1", .signed_headers = headers}.sign(request);
    CHECK(sqs.world.send(request).status == 200);
    Signer{.service = "sqs", .signed_headers = headers}.sign(request);
    CHECK_ERROR(sqs.understand("ListQueues", sqs.world.send(request)), 403, "SignatureDoesNotMatch",
                "Credential should be scoped to a valid region, not 'us-east-1'. ");
  }
  if (sqs.protocol == Protocol::query) return;
  Request request = sqs.request("ListQueues", "{}");
  Signer{.service = "sqs", .signed_headers = "host;x-amz-date"}.sign(request);
  CHECK_ERROR(sqs.understand("ListQueues", sqs.world.send(request)), 403, "SignatureDoesNotMatch",
              "'x-amz-target' must be a 'SignedHeader' in the AWS Authorization.");
}

}  // namespace cloudemu::test
