// The daemon's own paths: docs/control.md.
#include <catch2/catch.hpp>

#include "core/strings.h"
#include "protocol/json.h"
#include "support/signing.h"
#include "support/sqs.h"
#include "support/world.h"

namespace cloudemu::test {

namespace {

Reply get(World& world, std::string path) { return world.send({.target = std::move(path)}); }

Reply post(World& world, std::string path, std::string body = {}) {
  return world.send({.method = "POST", .target = std::move(path), .body = std::move(body)});
}

Reply clock(World& world, std::string_view body) { return post(world, "/_cloudemu/clock", replace_all(std::string(body), "'", "\"")); }

std::string member(const Reply& reply, std::string_view name) {
  auto document = json::Document::parse(reply.body);
  REQUIRE(document);
  return std::string(document->root()[name].string());
}

std::string now(World& world) { return member(get(world, "/_cloudemu/clock"), "now"); }

Reply with_header(World& world, std::string_view name, std::string_view value) {
  return world.send({.method = "POST", .target = "/_cloudemu/reset", .headers = {{std::string(name), std::string(value)}}});
}

}  // namespace

TEST_CASE("Control: health says what runs and how far the log is", "[app][control]") {
  World world;
  world.send({.method = "PUT", .target = "/photos"});
  Reply reply = get(world, "/_cloudemu/health");
  CHECK(reply.status == 200);
  CHECK(reply.header("content-type") == "application/json");
  CHECK(member(reply, "status") == "running");
  CHECK_THAT(reply.body, Catch::Contains("\"sequence\":1,"));
  CHECK_THAT(reply.body,
             Catch::Contains("\"services\":{\"s3\":\"running\",\"dynamodb\":\"running\",\"sqs\":\"running\",\"sts\":\"running\"}"));
}

TEST_CASE("Control: LocalStack's health and info have its spacing, and answer to every name", "[app][control]") {
  World world;
  auto health = [&](std::string method, std::string host) {
    return world.send({.method = std::move(method), .target = "/_localstack/health", .headers = {{"host", std::move(host)}}});
  };
  // The loops of scripts: grep '"s3": "available"', grep -E '"s3": "(available|running)"'.
  CHECK_THAT(health("GET", "localhost:4566").body, Catch::StartsWith("{\"services\": {") && Catch::Contains("\"s3\": \"available\"") &&
                                                       Catch::Contains("\"sqs\": \"available\"") &&
                                                       Catch::Contains(", \"edition\": \"community\", \"version\": \"test\"}"));
  for (std::string host : {"localstack", "docker", "host.docker.internal:4566", "anything.example"}) {
    CHECK(health("GET", host).status == 200);
    CHECK(health("HEAD", host).status == 200);
  }
  world.send({.method = "PUT", .target = "/photos"});
  std::string body = health("GET", "localstack:4566").body;
  CHECK_THAT(body, Catch::Contains("\"s3\": \"running\"") && Catch::Contains("\"dynamodb\": \"available\""));
  CHECK(json::Document::parse(body));
  Reply info = world.send({.target = "/_localstack/info", .headers = {{"host", "localstack"}}});
  CHECK(info.status == 200);
  CHECK(json::Document::parse(info.body));
  CHECK_THAT(info.body, Catch::Contains("\"version\": \"test\"") && Catch::Contains("\"uptime\": "));
}

TEST_CASE("Control: what is not there is not found, and is never taken for a bucket", "[app][control]") {
  World world;
  CHECK(get(world, "/_cloudemu/nothing").status == 404);
  CHECK(world.send({.method = "PUT", .target = "/_cloudemu/clock"}).status == 404);
  CHECK(get(world, "/_aws/nothing").status == 404);
  CHECK(world.events().empty());
}

TEST_CASE("Control: pages of other origins and strange host names are refused", "[app][control]") {
  World world;
  world.send({.method = "PUT", .target = "/photos"});
  for (auto [name, value] : {std::pair("origin", "http://evil.example"),
                             {"origin", "null"},
                             {"origin", "http://localhost.evil.example"},
                             {"host", "evil.example:4566"},
                             {"host", "127.evil.example"}}) {
    CAPTURE(name, value);
    CHECK(with_header(world, name, value).status == 403);
    CHECK(world.events().empty());
  }
  for (auto [name, value] : {std::pair("origin", "http://localhost:3000"),
                             {"origin", "http://127.0.0.1"},
                             {"host", "localhost:4566"},
                             {"host", "[::1]:4566"},
                             {"host", "cloudemu.localhost"},
                             {"host", "localhost.localstack.cloud:4566"}}) {
    CAPTURE(name, value);
    CHECK(with_header(world, name, value).status == 200);
  }
}

TEST_CASE("Control: the clock is advanced, set, frozen, resumed and reset", "[app][control][clock]") {
  World world;
  CHECK(now(world) == "2026-11-23T04:00:00.000Z");
  CHECK(member(clock(world, "{'advance':90}"), "now") == "2026-11-23T04:01:30.000Z");
  CHECK(member(clock(world, "{'advance':'1h30m'}"), "now") == "2026-11-23T05:31:30.000Z");
  CHECK(member(clock(world, "{'set':'2026-12-24T18:00:00Z'}"), "now") == "2026-12-24T18:00:00.000Z");
  world.advance(1000);
  CHECK(now(world) == "2026-12-24T18:00:01.000Z");
  clock(world, "{'freeze':true}");
  world.advance(1000);
  CHECK(now(world) == "2026-12-24T18:00:01.000Z");
  CHECK(member(clock(world, "{'advance':'1d'}"), "now") == "2026-12-25T18:00:01.000Z");
  clock(world, "{'freeze':'2030-01-01T00:00:00Z'}");
  clock(world, "{'resume':true}");
  world.advance(2000);
  CHECK(now(world) == "2030-01-01T00:00:02.000Z");
  CHECK(member(clock(world, "{'reset':true}"), "now") == "2026-11-23T04:00:04.000Z");
}

TEST_CASE("Control: what is no change of the clock changes nothing", "[app][control][clock]") {
  World world;
  for (const char* body : {"", "{}", "[]", "7", "{'advance':-1}", "{'advance':'soon'}", "{'advance':1e12}", "{'set':5}", "{'set':'soon'}",
                           "{'freeze':false}", "{'freeze':7}", "{'resume':1}", "{'reset':'yes'}", "{'rewind':5}", "{'advance':1,'set':2}",
                           "{'set':'3000-01-01T00:00:01Z'}", "{'advance':", "{'advance':null}"}) {
    CAPTURE(body);
    CHECK(clock(world, body).status == 400);
    CHECK(world.events().empty());
  }
  CHECK(now(world) == "2026-11-23T04:00:00.000Z");
  for (const char* body : {"{'advance':-1}", "{'advance':'-5m'}"})
    CHECK_THAT(clock(world, body).body, Catch::Contains("only goes forward"));
  CHECK_THAT(clock(world, "{'advance':1,'set':2}").body, Catch::Contains("one command at a time"));
}

TEST_CASE("Control: advancing the clock runs what becomes due, in its order, before it answers", "[app][control][clock]") {
  Sqs sqs(Protocol::json);
  std::string queue = sqs.create("jobs", "{'VisibilityTimeout':'30','MessageRetentionPeriod':'3600'}");
  sqs.send(queue, "received");
  CHECK(sqs.receive(queue).size() == 1);
  sqs.send(queue, "delayed", "'DelaySeconds':60");
  CHECK(sqs.counts(queue) == "0/1/1");
  clock(sqs.world, "{'advance':45}");
  CHECK(sqs.counts(queue) == "1/0/1");
  clock(sqs.world, "{'advance':'2h'}");
  REQUIRE(sqs.world.events().size() >= 3);
  CHECK(std::holds_alternative<system::ClockChanged>(sqs.world.events()[0]));
  CHECK(std::get<sqs::MessagesDue>(sqs.world.events()[1]).cause == "delay");
  CHECK(std::get<sqs::MessagesDue>(sqs.world.events()[2]).cause == "retention");
  CHECK(sqs.counts(queue) == "0/0/0");
}

TEST_CASE("Control: a reset empties everything and stays in the history", "[app][control]") {
  Sqs sqs(Protocol::json);
  World& world = sqs.world;
  world.send({.method = "PUT", .target = "/photos"});
  world.send({.method = "PUT", .target = "/photos/cat", .body = std::string(2'000'000, 'x')});
  std::string queue = sqs.create("jobs");
  sqs.send(queue, "delayed", "'DelaySeconds':60");
  CHECK(post(world, "/_cloudemu/reset").body == "{\"reset\":true}");
  REQUIRE(world.events().size() == 1);
  CHECK(std::holds_alternative<system::StateReset>(world.events()[0]));
  CHECK(get(world, "/photos").status == 404);
  CHECK(sqs.send(queue, "more").code == "AWS.SimpleQueueService.NonExistentQueue");
  world.advance(120'000);
  CHECK(world.events().empty());
  CHECK(world.engine().log().last_sequence() == 5);
  CHECK(world.send({.method = "PUT", .target = "/photos"}).status == 200);
}

TEST_CASE("Control: under verify it takes commands from this machine, or with a token or a signature", "[app][control][auth]") {
  World world(Environment{.auth = AuthMode::verify});
  Request reset{.method = "POST", .target = "/_cloudemu/reset"};
  auto sent = [&](const Request& request) {
    int status = world.send(request).status;
    CHECK(world.events().size() == (status == 200 ? 1U : 0U));
    return status;
  };
  CHECK(sent(reset) == 200);  // from 127.0.0.1
  for (std::string peer : {"172.17.0.1", "10.0.0.7", "fe80::1", "::ffff:10.0.0.7", ""}) {
    CAPTURE(peer);
    world.set_peer(peer);
    CHECK(sent(reset) == 403);
    CHECK(sent({.method = "POST", .target = "/_cloudemu/clock", .headers = {{"Host", "127.0.0.1"}}, .body = R"({"advance":60})"}) == 403);
    CHECK(sent({.target = "/_cloudemu/clock"}) == 403);
    CHECK(world.send({.target = "/_cloudemu/health"}).status == 200);
    CHECK(sent({.method = "POST", .target = "/_cloudemu/reset", .headers = {{"x-cloudemu-token", "open sesam"}}}) == 403);
    CHECK(sent({.method = "POST", .target = "/_cloudemu/reset", .headers = {{"x-cloudemu-token", "open sesame"}}}) == 200);
  }
  for (std::string service : {"s3", "sqs", "cloudemu"}) {
    CAPTURE(service);
    Signer signer{.service = service, .signed_headers = service == "s3" ? "host;x-amz-content-sha256;x-amz-date" : "host;x-amz-date"};
    Request clock{.method = "POST", .target = "/_cloudemu/clock", .body = R"({"freeze":true})"};
    signer.sign(clock);
    CHECK(sent(clock) == 200);
    clock.body = R"({"advance":9})";
    CHECK(sent(clock) == 403);  // another body than was signed
    signer.secret = "wrong";
    Request wrong = reset;
    signer.sign(wrong);
    CHECK(sent(wrong) == 403);
  }
  for (std::string peer : {"127.0.0.1", "127.8.9.1", "::1", "::ffff:127.0.0.1"}) {
    world.set_peer(peer);
    CHECK(sent(reset) == 200);
  }
}

}  // namespace cloudemu::test
