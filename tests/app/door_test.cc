// Strangers: what a browser can be tricked into, by the headers that it sends then. tests/torture/torture_browser.py does the same with
// a real one. The World listens on port 4566, knows itself as cloudemu.example, and lets in pages of app.example and *.apps.example.
#include "app/door.h"

#include <catch2/catch.hpp>

#include "core/strings.h"
#include "support/dynamodb.h"
#include "support/s3.h"
#include "support/sqs.h"
#include "support/world.h"

namespace cloudemu::test {

namespace {

using Headers = std::vector<std::pair<std::string, std::string>>;

struct Visit {
  World world;
  Visit() { REQUIRE(world.send({.method = "PUT", .target = "/photos"}).status == 200); }
  int status(std::string method, std::string target, Headers headers, std::string body = {}) {
    return world.send({.method = std::move(method), .target = std::move(target), .headers = std::move(headers), .body = std::move(body)})
        .status;
  }
  Reply preflight(std::string target, std::string origin, std::string method, Headers more = {}) {
    more.emplace_back("Origin", std::move(origin));
    more.emplace_back("Access-Control-Request-Method", std::move(method));
    return world.send({.method = "OPTIONS", .target = std::move(target), .headers = std::move(more)});
  }
};

const std::pair<std::string, std::string> kForm{"Content-Type", "application/x-www-form-urlencoded"};

}  // namespace

TEST_CASE("Door: a page of another site runs no call, however it tries", "[app][door]") {
  Visit visit;
  auto refused = [&](std::string method, std::string target, Headers headers, std::string body = {}) {
    CAPTURE(method, target, headers);
    CHECK(visit.status(std::move(method), std::move(target), std::move(headers), std::move(body)) == 403);
    CHECK(visit.world.events().empty());
  };
  // <img src>, a link that opens a window, a frame: with what a browser says of itself by default, and less of it on demand.
  const std::string create = "/?Action=CreateQueue&QueueName=jobs";
  refused("GET", create, {{"Referer", "http://evil.example/"}, {"Sec-Fetch-Site", "cross-site"}, {"Sec-Fetch-Dest", "image"}});
  refused("GET", create, {{"Sec-Fetch-Site", "cross-site"}});
  refused("GET", create, {{"Referer", "http://evil.example/page?x=http://localhost/"}});
  refused("GET", create,
          {{"User-Agent", "Mozilla/5.0 (X11; Linux x86_64)"}});  // says nothing: by address, and Referrer-Policy: no-referrer
  refused("GET", "/photos/cat", {{"Sec-Fetch-Site", "cross-site"}, {"Sec-Fetch-Dest", "iframe"}});
  // A form, of a site and of a sandboxed frame.
  refused("POST", "/", {{"Origin", "https://evil.example"}, kForm}, "Action=CreateQueue&QueueName=jobs");
  refused("POST", "/", {{"Origin", "null"}, kForm}, "Action=CreateQueue&QueueName=jobs");
  refused("POST", "/photos", {{"Origin", "https://evil.example"}, {"Content-Type", "multipart/form-data; boundary=x"}}, "--x--");
  // fetch(), after whatever a preflight said.
  for (std::string origin :
       {"https://evil.example", "http://localhost.evil.example", "http://evil.example:4566", "http://127.0.0.1.evil.example", "file://",
        "null", "chrome-extension://abc", "https://app.example.evil.example", "http://app.example", "https://evilapp.example",
        "https://x.apps.example.evil.example"}) {
    refused("PUT", "/photos/cat", {{"Origin", origin}}, "meow");
    refused("POST", "/", {{"Origin", origin}, {"X-Amz-Target", "DynamoDB_20120810.ListTables"}}, "{}");
    refused("POST", "/", {{"Origin", origin}, {"X-Amz-Target", "AmazonSQS.CreateQueue"}}, "{\"QueueName\":\"jobs\"}");
    refused("POST", "/_cloudemu/reset", {{"Origin", origin}});
  }
  CHECK(visit.status("PUT", "/photos/cat", {}, "meow") == 200);
}

TEST_CASE("Door: who signs in a header and names no origin is a program, whatever referer it has", "[app][door]") {
  Visit visit;
  visit.world.send({.method = "PUT", .target = "/photos/cat", .body = "meow"});
  const std::pair<std::string, std::string> referer{"Referer", "http://www.example.com/index.html"};
  const std::pair<std::string, std::string> signature{
      "Authorization", "AWS4-HMAC-SHA256 Credential=test/20261123/us-east-1/s3/aws4_request, SignedHeaders=host;x-amz-date, Signature=0"};
  CHECK(visit.status("GET", "/photos/cat", {referer}) == 403);
  CHECK(visit.status("GET", "/photos/cat", {referer, signature}) == 200);
  // A page that signs cannot hide where it is: fetch() sends Origin then, new browsers more.
  CHECK(visit.status("GET", "/photos/cat", {referer, signature, {"Origin", "http://www.example.com"}}) == 403);
  CHECK(visit.status("GET", "/photos/cat", {referer, signature, {"Sec-Fetch-Site", "cross-site"}}) == 403);
  CHECK(visit.status("GET", "/photos/cat", {referer, {"Authorization", "Basic dGVzdDp0ZXN0"}}) == 403);
}

TEST_CASE("Door: refusals are in the words of each protocol, and say what to do", "[app][door]") {
  DynamoDb db;
  db.headers = {{"Origin", "https://evil.example"}};
  Reply reply = db.call("ListTables", "{}");
  CHECK(reply.status == 403);
  CHECK(DynamoDb::shown(reply.body) ==
        "{'__type':'com.amazon.coral.service#AccessDeniedException','Message':'Pages of https://evil.example may not call this "
        "endpoint. To let them, start cloudemu with --cors-origins.'}");
  CHECK_FALSE(reply.has_header("access-control-allow-origin"));
  S3 s3;
  CHECK(s3.refusal("GET", "/photos", {{"Origin", "null"}}) ==
        "403 AccessDenied: Pages of null may not call this endpoint. To let them, start cloudemu with --cors-origins.");
  Sqs sqs(BOTH_PROTOCOLS);
  sqs.headers = {{"Host", "evil.example:4566"}};
  CHECK_ERROR(sqs.call("ListQueues"), 403, "AccessDenied",
              "This endpoint does not know itself by the name evil.example. If the name is right, start cloudemu with --domain "
              "evil.example.");
}

TEST_CASE("Door: pages of this machine and of listed origins call all services", "[app][door]") {
  Visit visit;
  for (std::string origin :
       {"http://localhost:3000", "https://localhost", "http://127.0.0.1:8080", "http://[::1]:5173", "http://shop.localhost",
        "http://localhost.localstack.cloud:4566", "http://LOCALHOST:1", "https://app.example", "https://a.apps.example"}) {
    CAPTURE(origin);
    Reply reply =
        visit.world.send({.method = "PUT", .target = "/photos/cat", .headers = {{"Origin", origin}, {"Sec-Fetch-Site", "cross-site"}}});
    CHECK(reply.status == 200);
    CHECK(reply.header("access-control-allow-origin") == origin);
    CHECK(reply.header("vary").starts_with("Origin"));
    CHECK_THAT(reply.header("access-control-expose-headers"), Catch::Contains("ETag"));
    // What is refused for other reasons can be read as well.
    CHECK(visit.world.send({.target = "/nobody", .headers = {{"Origin", origin}}}).header("access-control-allow-origin") == origin);
  }
  CHECK(visit.status("GET", "/photos/cat", {{"Referer", "http://localhost:3000/"}, {"Sec-Fetch-Site", "cross-site"}}) == 200);
  CHECK(visit.status("GET", "/photos/cat", {{"Sec-Fetch-Site", "same-site"}}) == 200);
  // An address that was typed. Where the browser does not say so, the page might be in a frame.
  Reply typed = visit.world.send({.target = "/photos/cat", .headers = {{"Host", "192.168.1.5"}, {"User-Agent", "Mozilla/5.0"}}});
  CHECK(typed.status == 200);
  CHECK(typed.header("x-frame-options") == "SAMEORIGIN");
  CHECK(visit.status("GET", "/?Action=ListQueues", {{"User-Agent", "Mozilla/5.0"}, {"Sec-Fetch-Site", "none"}}) == 200);
}

TEST_CASE("Door: a preflight is answered without a signature, and grants what its service knows", "[app][door]") {
  Visit visit;
  Reply reply =
      visit.preflight("/photos/cat", "http://localhost:3000", "PUT", {{"Access-Control-Request-Headers", "x-amz-date,authorization"}});
  CHECK(reply.status == 200);
  CHECK(reply.body.empty());
  CHECK(reply.header("access-control-allow-origin") == "http://localhost:3000");
  CHECK(reply.header("access-control-allow-methods") == "GET, HEAD, PUT, POST, DELETE");
  CHECK(reply.header("access-control-allow-headers") == "x-amz-date,authorization");
  const Headers target{{"Access-Control-Request-Headers", "authorization,x-amz-target"}};
  CHECK(visit.preflight("/", "http://localhost:3000", "POST", target).header("access-control-allow-methods") == "POST");
  CHECK(visit.preflight("/", "http://localhost:3000", "PUT", target).status == 403);
  const Headers sqs{{"Host", "sqs.us-east-1.localhost.localstack.cloud:4566"}};
  CHECK(visit.preflight("/", "https://app.example", "POST", sqs).header("access-control-allow-methods") == "GET, POST");
  CHECK(visit.preflight("/", "https://app.example", "DELETE", sqs).status == 403);
  // Others get nothing: neither where AWS lets everybody, nor from a bucket that says nothing of them.
  for (std::string host : {"dynamodb.us-east-1.amazonaws.com", "sqs.us-east-1.localhost", "localhost:4566"}) {
    CAPTURE(host);
    Reply refused = visit.preflight(host == "localhost:4566" ? "/photos/cat" : "/", "https://evil.example", "POST", {{"Host", host}});
    CHECK(refused.status == 403);
    CHECK_FALSE(refused.has_header("access-control-allow-origin"));
    CHECK_FALSE(refused.has_header("access-control-allow-methods"));
  }
  CHECK_THAT(visit.preflight("/photos/cat", "https://evil.example", "PUT").body, Catch::Contains("CORS is not enabled for this bucket"));
  // No bucket is asked where none is named, or where the call is for another service.
  CHECK_THAT(visit.preflight("/", "https://evil.example", "POST").body, Catch::Contains("start cloudemu with --cors-origins"));
  CHECK_THAT(visit.preflight("/000000000000/jobs", "https://evil.example", "POST", target).body, Catch::Contains("with --cors-origins"));
}

TEST_CASE("Door: names that only rebinding gives to this endpoint are refused, with and without a page", "[app][door]") {
  Visit visit;
  for (std::string host :
       {"evil.example", "evil.example:4566", "localhost.evil.example", "127.0.0.1.evil.example", "photos.s3.evil.example",
        "s3.us-east-1.evil.example", "amazonaws.com.evil.example", "notamazonaws.com", "evil.example.", "1.2.3.4.5x"}) {
    CAPTURE(host);
    CHECK(visit.status("GET", "/photos", {{"Host", host}}) == 403);
    CHECK(visit.status("POST", "/_cloudemu/reset", {{"Host", host}}) == 403);
    CHECK(visit.world.events().empty());
  }
  for (std::string host : {"localhost:4566", "LOCALHOST", "127.0.0.1:4566", "[::1]:4566", "10.0.0.1", "192.168.1.5:4566", "cloudemu:4566",
                           "host.docker.internal:4566", "s3.us-east-1.amazonaws.com", "s3.localhost.localstack.cloud", "cloudemu.example",
                           "aws.cloudemu.example:80", "s3.cloudemu", "s3.us-east-1.cloudemu:4566", "cloudemu.default.svc.cluster.local"}) {
    CAPTURE(host);
    CHECK(visit.status("GET", "/photos", {{"Host", host}}) == 200);
  }
}

TEST_CASE("Door: control paths take no calls from pages out of a bucket", "[app][door][control]") {
  Visit visit;
  for (std::string host : {"localhost:4566", "127.0.0.1:4566", "cloudemu:8080"}) {
    for (std::string page : {concat("http://", host), std::string("http://localhost:4566"), std::string("http://photos.localhost:4566")}) {
      CAPTURE(host, page);
      CHECK(visit.status("POST", "/_cloudemu/reset", {{"Host", host}, {"Origin", page}, {"Sec-Fetch-Site", "same-origin"}}) == 403);
      CHECK(visit.status("GET", "/_cloudemu/clock", {{"Host", host}, {"Referer", page + "/photos/x.html"}}) == 403);
      CHECK(visit.world.events().empty());
    }
    CHECK(visit.status("GET", "/_cloudemu/clock", {{"Host", host}, {"Sec-Fetch-Site", "same-origin"}}) == 403);
    CHECK(visit.status("GET", "/photos", {{"Host", host}, {"Origin", concat("http://", host)}}) == 200);
  }
  // That all is well is no secret.
  CHECK(visit.status("GET", "/_cloudemu/health", {{"Host", "any.example"}, {"Origin", "https://evil.example"}}) == 200);
  CHECK(visit.status("GET", "/_localstack/health", {{"Host", "any.example"}}) == 200);
  CHECK(visit.status("POST", "/_cloudemu/reset", {{"Origin", "http://localhost:3000"}}) == 200);
}

}  // namespace cloudemu::test
