// Which service a request is for.
#include <catch2/catch.hpp>

#include "core/strings.h"
#include "services/dispatch.h"
#include "support/world.h"

namespace cloudemu::test {

namespace {

Service of(Request request) {
  auto parsed = make_request(request);
  return classify(*parsed);
}

std::pair<std::string, std::string> signed_for(std::string_view service) {
  return {"authorization",
          concat("AWS4-HMAC-SHA256 Credential=test/20261123/us-east-1/", service, "/aws4_request, SignedHeaders=host, Signature=0")};
}

std::pair<std::string, std::string> header(std::string name, std::string value) { return {std::move(name), std::move(value)}; }

}  // namespace

TEST_CASE("Dispatch: the target says it first, then the scope of the signature", "[services][dispatch]") {
  CHECK(of({.method = "POST", .headers = {header("x-amz-target", "DynamoDB_20120810.GetItem")}}) == Service::dynamodb);
  CHECK(of({.method = "POST", .headers = {header("x-amz-target", "DynamoDBStreams_20120810.ListStreams")}}) == Service::streams);
  CHECK(of({.method = "POST", .headers = {header("x-amz-target", "AmazonSQS.SendMessage")}}) == Service::sqs);
  CHECK(of({.method = "POST", .headers = {header("x-amz-target", "AmazonSQS.SendMessage"), signed_for("s3")}}) == Service::sqs);
  CHECK(of({.headers = {signed_for("s3")}}) == Service::s3);
  CHECK(of({.headers = {signed_for("s3express")}}) == Service::s3);
  CHECK(of({.method = "POST", .headers = {signed_for("sts")}}) == Service::sts);
  CHECK(of({.target = "/?X-Amz-Credential=test%2F20261123%2Fus-east-1%2Fsqs%2Faws4_request"}) == Service::sqs);
}

TEST_CASE("Dispatch: without a signature a form, the host or an action say it, else it is S3", "[services][dispatch]") {
  auto form = header("content-type", "application/x-www-form-urlencoded; charset=utf-8");
  CHECK(of({.method = "POST", .headers = {form}}) == Service::query);
  CHECK(of({.method = "POST", .target = "/photos/cat.jpg?uploads", .headers = {form}}) == Service::s3);
  CHECK(of({.method = "POST", .target = "/photos/cat.jpg?partNumber=1&uploadId=x", .headers = {form}}) == Service::s3);
  CHECK(of({.method = "POST", .target = "/000000000000/jobs", .headers = {form}}) == Service::query);
  CHECK(of({.method = "POST", .target = "/queue/jobs", .headers = {form}}) == Service::query);
  CHECK(of({.method = "POST", .target = "/us-east-1/jobs", .headers = {form}}) == Service::query);
  CHECK(of({.method = "POST", .headers = {form, header("host", "sqs.localhost:4566")}}) == Service::query);
  CHECK(of({.method = "POST", .target = "/photos?Action=x", .headers = {form}}) == Service::query);
  CHECK(of({.method = "POST", .target = "/photos", .headers = {form}}) == Service::s3);
  CHECK(of({.method = "POST", .target = "/photos/cat.jpg", .headers = {form}}) == Service::s3);
  CHECK(of({.method = "POST", .headers = {form, header("host", "photos.s3.localhost:4566")}}) == Service::s3);
  CHECK(of({.target = "/000000000000/jobs?Action=ReceiveMessage"}) == Service::query);
  CHECK(of({.target = "/photos?max-keys=1&Action=x"}) == Service::query);
  CHECK(of({.target = "/photos?X-Action=x"}) == Service::s3);
  CHECK(of({.headers = {header("host", "sqs.us-east-1.localhost.localstack.cloud:4566")}}) == Service::sqs);
  CHECK(of({.headers = {header("host", "us-east-1.queue.amazonaws.com")}}) == Service::sqs);
  CHECK(of({.headers = {header("host", "dynamodb.us-east-1.amazonaws.com")}}) == Service::dynamodb);
  CHECK(of({.headers = {header("host", "sqs.s3.us-east-1.amazonaws.com")}}) == Service::s3);
  CHECK(of({.headers = {header("host", "photos.localhost:4566")}}) == Service::s3);
  CHECK(of({.target = "/photos"}) == Service::s3);
}

TEST_CASE("Dispatch: services that are not emulated are told by name, in their protocol's shape", "[services][dispatch]") {
  World world;
  const std::string message = "CloudEmu answers S3, DynamoDB, SQS and STS. It does not emulate ";
  Reply rest = world.send({.target = "/2015-03-31/functions/", .headers = {signed_for("lambda")}});
  CHECK(rest.status == 501);
  CHECK(rest.header("x-amzn-errortype") == "NotImplemented");
  CHECK(rest.body == concat("{\"code\":\"NotImplemented\",\"message\":\"", message, "lambda.\"}"));
  Reply json =
      world.send({.method = "POST", .headers = {header("x-amz-target", "AWSEvents.PutEvents"), signed_for("events")}, .body = "{}"});
  CHECK(json.status == 501);
  CHECK(json.body == concat("{\"__type\":\"NotImplemented\",\"message\":\"", message, "events.\"}"));
  CHECK_THAT(world.send({.method = "POST", .headers = {header("x-amz-target", "AWSEvents.PutEvents")}}).body,
             Catch::Contains("does not emulate AWSEvents.PutEvents."));
  auto form = header("content-type", "application/x-www-form-urlencoded");
  Reply xml = world.send({.method = "POST", .headers = {form, signed_for("sns")}, .body = "Action=ListTopics&Version=2010-03-31"});
  CHECK(xml.status == 501);
  CHECK_THAT(xml.body, Catch::Contains(concat("<Code>NotImplemented</Code><Message>", message, "sns.</Message>")));
  CHECK(world.events().empty());
}

}  // namespace cloudemu::test
