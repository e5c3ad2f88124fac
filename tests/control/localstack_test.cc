// LocalStack's paths, as its users' scripts call them, and the page that a browser gets.
#include <catch2/catch.hpp>

#include "core/strings.h"
#include "protocol/json.h"
#include "support/dynamodb.h"
#include "support/world.h"

namespace cloudemu::test {

namespace {

Reply get(World& world, std::string path) { return world.send({.target = std::move(path)}); }
Reply send(World& world, std::string method, std::string path, std::string body = {}) {
  return world.send({.method = std::move(method), .target = std::move(path), .body = std::move(body)});
}
Reply browse(World& world, std::vector<std::pair<std::string, std::string>> more = {}, std::string target = "/") {
  more.emplace_back("Accept", "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8");
  return world.send({.target = std::move(target), .headers = std::move(more)});
}

}  // namespace

TEST_CASE("LocalStack: config, plugins and diagnose are JSON that names what runs", "[app][control][localstack]") {
  World world;
  for (const char* path : {"/_localstack/config", "/_localstack/plugins", "/_localstack/diagnose"}) {
    CAPTURE(path);
    Reply reply = get(world, path);
    CHECK(reply.status == 200);
    CHECK(json::Document::parse(reply.body));
  }
  CHECK_THAT(get(world, "/_localstack/plugins").body, Catch::Contains("\"name\": \"sqs:default\""));
  auto diagnosis = json::Document::parse(get(world, "/_localstack/diagnose").body);
  REQUIRE(diagnosis);
  CHECK(diagnosis->root()["version"]["cloudemu"].string() == "test");
  CHECK(diagnosis->root()["health"]["services"]["s3"].string() == "available");
}

TEST_CASE("LocalStack: stages of scripts are named in any case", "[app][control][localstack]") {
  World world;
  for (const char* stage : {"", "/ready", "/READY", "/Boot"}) CHECK(get(world, concat("/_localstack/init", stage)).status == 200);
  CHECK(get(world, "/_localstack/init/nonsense").status == 404);
}

TEST_CASE("LocalStack: a restart leaves nothing of an ephemeral daemon; what is no command changes nothing", "[app][control][localstack]") {
  World world;
  world.send({.method = "PUT", .target = "/photos"});
  for (const char* body : {"", "{}", "{\"action\": \"explode\"}", "restart"})
    CHECK(send(world, "POST", "/_localstack/health", body).status == 400);
  CHECK(world.send({.method = "HEAD", .target = "/photos"}).status == 200);
  Reply reply = send(world, "POST", "/_localstack/health", "{\"action\": \"restart\"}");
  CHECK(reply.status == 200);
  CHECK(reply.body == "ok");
  CHECK(world.send({.method = "HEAD", .target = "/photos"}).status == 404);
}

TEST_CASE("LocalStack: features that were put are shown in its health, at most 64 KiB", "[app][control][localstack]") {
  World world;
  std::string body = "{\"features:initScripts\": \"initialized\"}";
  CHECK(send(world, "PUT", "/_localstack/health", body).body == "{\"status\": \"OK\"}");
  std::string health = get(world, "/_localstack/health").body;
  CHECK_THAT(health, Catch::Contains(", \"features:initScripts\": \"initialized\"}"));
  CHECK(json::Document::parse(health));
  for (std::string wrong : {std::string("[]"), std::string("{"), std::string("x"), "{\"a\":\"" + std::string(65'536, 'a') + "\"}"}) {
    CHECK(send(world, "PUT", "/_localstack/health", wrong).status == 400);
  }
  CHECK(get(world, "/_localstack/health").body == health);
  CHECK(send(world, "PUT", "/_localstack/health", "{}").status == 200);
  CHECK(json::Document::parse(get(world, "/_localstack/health").body));
}

TEST_CASE("LocalStack: asking for expired items says how many there were since the last time", "[app][control][localstack]") {
  DynamoDb ddb;
  World& world = ddb.world;
  auto expired = [&] { return send(world, "DELETE", "/_aws/dynamodb/expired").body; };
  CHECK(expired() == "{\"ExpiredItems\": 0}");
  ddb.table("orders", "k");
  ddb.ok("UpdateTimeToLive", "{'TableName':'orders','TimeToLiveSpecification':{'AttributeName':'ttl','Enabled':true}}");
  std::string soon = std::to_string(world.clock().now() / 1000 + 60);
  for (const char* key : {"a", "b"}) {
    ddb.put("orders", concat("{'k':{'S':'", key, "'},'ttl':{'N':'", soon, "'}}"));
  }
  CHECK(expired() == "{\"ExpiredItems\": 0}");
  send(world, "POST", "/_cloudemu/clock", "{\"advance\": 120}");
  CHECK(expired() == "{\"ExpiredItems\": 2}");
  CHECK(expired() == "{\"ExpiredItems\": 0}");
}

TEST_CASE("Page: a browser at the endpoint sees what is there; programs see S3", "[app][control][page]") {
  World world;
  world.send({.method = "PUT", .target = "/photos"});
  world.send({.method = "PUT", .target = "/photos/%3Cscript%3Ealert(1)%3C%2Fscript%3E", .body = "x"});
  Reply page = browse(world);
  CHECK(page.status == 200);
  CHECK(page.header("content-type") == "text/html; charset=utf-8");
  CHECK_THAT(page.header("content-security-policy"), Catch::StartsWith("default-src 'none'; style-src 'sha256-"));
  CHECK_THAT(page.body,
             Catch::Contains("photos") && Catch::Contains("s3.CreateBucket") && Catch::Contains("export AWS_ENDPOINT_URL=http://"));
  CHECK_THAT(page.body, !Catch::Contains("<script") && Catch::Contains("photos/%3Cscript%3E"));
  CHECK_THAT(get(world, "/").body, Catch::Contains("ListAllMyBucketsResult"));
  CHECK_THAT(browse(world, {{"Authorization",
                             "AWS4-HMAC-SHA256 Credential=test/20261123/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=0"}})
                 .body,
             Catch::Contains("ListAllMyBucketsResult"));
  CHECK_THAT(browse(world, {{"X-Amz-Date", "20261123T000000Z"}}).body, Catch::Contains("ListAllMyBucketsResult"));
  CHECK_THAT(browse(world, {}, "/?x-id=ListBuckets").body, Catch::Contains("ListAllMyBucketsResult"));
  CHECK_THAT(browse(world, {{"host", "photos.localhost:4566"}}).body, Catch::Contains("ListBucketResult"));
}

TEST_CASE("Page: a page of another site does not get it, nor may one frame it", "[app][control][page]") {
  World world;
  CHECK(browse(world, {{"Origin", "https://evil.example"}, {"Sec-Fetch-Site", "cross-site"}}).status == 403);
  CHECK(browse(world, {{"host", "evil.example"}}).status == 403);
  CHECK(browse(world, {{"Sec-Fetch-Site", "none"}}).header("x-frame-options") == "DENY");
}

TEST_CASE("DynamoDbLocal: who looks whether it is there is answered as there", "[app][localstack]") {
  Environment environment;
  environment.dynamodb_local = true;
  DynamoDb ddb(std::move(environment));
  World& world = ddb.world;
  for (const char* path : {"/", "/shell", "/shell/"}) {
    CHECK(get(world, path).status == 400);
    CHECK_THAT(get(world, path).body, Catch::Contains("MissingAuthenticationToken"));
    CHECK(world.send({.method = "HEAD", .target = path}).status == 400);
  }
  CHECK(browse(world).status == 200);
  CHECK(ddb.ok("ListTables", "{}") == "{'TableNames':[]}");
}

TEST_CASE("DynamoDbLocal: shared tables are the same to all regions and accounts, and have its ARNs", "[app][localstack]") {
  Environment environment;
  environment.shared_tables = true;
  DynamoDb ddb(std::move(environment));
  ddb.table("orders", "k");
  CHECK_THAT(ddb.ok("DescribeTable", "{'TableName':'orders'}"), Catch::Contains("arn:aws:dynamodb:ddblocal:000000000000:table/orders"));
  for (auto [key, region] : {std::pair("111122223333", "eu-west-1"), {"anything", "localhost"}}) {
    ddb.access_key = key;
    ddb.region = region;
    CHECK_THAT(ddb.ok("ListTables", "{}"), Catch::Contains("'orders'"));
    ddb.ok("DescribeTable", "{'TableName':'arn:aws:dynamodb:ddblocal:000000000000:table/orders'}");
  }
}

}  // namespace cloudemu::test
