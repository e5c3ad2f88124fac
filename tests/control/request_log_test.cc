// The log of requests: its ring, its lines, and the writer that keeps a slow terminal away from the loop.
#include "control/request_log.h"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <map>

#include "app/line_writer.h"
#include "core/strings.h"
#include "protocol/json.h"
#include "support/dynamodb.h"
#include "support/world.h"

namespace cloudemu::test {

namespace {

/// What GET /_cloudemu/requests tells of the last request.
struct Told {
  explicit Told(World& world, std::string_view query = "?last=1") {
    reply = world.send({.target = concat("/_cloudemu/requests", query)});
    auto document = json::Document::parse(reply.body);
    REQUIRE(document);
    count = document->root()["requests"].size();
    for (auto [name, value] : (*document->root()["requests"].elements().begin()).members()) {
      fields[std::string(name)] = value.is_string() ? std::string(value.string()) : concat(static_cast<int64_t>(value.number()));
    }
  }
  std::string operator[](const std::string& name) const {
    auto found = fields.find(name);
    return found == fields.end() ? "" : found->second;
  }
  Reply reply;
  size_t count = 0;
  std::map<std::string, std::string> fields;
};

std::string line_of(RequestRecord record) {
  std::string line;
  append_line(line, record);
  return line;
}

/// The whole lines in a text: those that were kept, and those that a notice counts as left out.
size_t lines_accounted_for(std::string_view text) {
  size_t lines = 0;
  for (size_t end; (end = text.find('\n')) != std::string_view::npos; text.remove_prefix(end + 1)) {
    std::string_view line = text.substr(0, end);
    bool notice = line.starts_with('(');
    lines += notice ? parse_integer<size_t>(line.substr(1, line.find(' ') - 1)).value_or(0) : 1;
  }
  return lines;
}

}  // namespace

TEST_CASE("Requests: writes, reads and refusals of every service are told, with what they were about", "[app][requests]") {
  World world;
  world.send({.method = "PUT", .target = "/photos"});
  CHECK(Told(world)["operation"] == "CreateBucket");
  world.send({.method = "PUT", .target = "/photos/a/cat.jpg", .body = "meow"});
  Told put(world);
  CHECK(put["service"] == "s3");
  CHECK(put["operation"] == "PutObject");
  CHECK(put["status"] == "200");
  CHECK(put["resource"] == "photos/a/cat.jpg");
  CHECK(put["bytes_in"] == "4");
  CHECK(put["sequence"] == "2");
  CHECK(put["account"] == "000000000000");
  CHECK(put["region"] == "us-east-1");
  CHECK(put["source"] == "127.0.0.1");
  CHECK(put["request"].size() == 16);
  CHECK(put["error"].empty());
  world.send({.method = "HEAD", .target = "/photos/none"});
  Told head(world);
  CHECK(head["operation"] == "HeadObject");
  CHECK(head["status"] == "404");
  CHECK(head["error"] == "NoSuchKey");

  DynamoDb db;
  db.refusal("GetItem", "{'TableName':'orders','Key':{'id':{'S':'1'}}}");
  Told get(db.world);
  CHECK(get["service"] == "dynamodb");
  CHECK(get["operation"] == "GetItem");
  CHECK(get["resource"] == "orders");
  CHECK(get["error"] == "ResourceNotFoundException");
  CHECK(get["key"] == "test");

  world.send({.method = "POST",
              .headers = {{"x-amz-target", "AmazonSQS.CreateQueue"}, {"content-type", "application/x-amz-json-1.0"}},
              .body = "{\"QueueName\":\"jobs\"}"});
  CHECK(Told(world)["operation"] == "CreateQueue");
  CHECK(Told(world)["resource"] == "jobs");
  world.send({.target = "/000000000000/jobs?Action=SendMessage&MessageBody=hi&QueueUrl=http://localhost:4566/000000000000/jobs"});
  Told sent(world);
  CHECK(sent["service"] == "sqs");
  CHECK(sent["operation"] == "SendMessage");
  CHECK(sent["resource"] == "jobs");
}

TEST_CASE("Requests: control paths, refusals at the door and other services are told; looking is not", "[app][requests]") {
  World world;
  world.send({.method = "POST", .target = "/_cloudemu/reset"});
  CHECK(Told(world)["operation"] == "POST /_cloudemu/reset");
  CHECK(Told(world)["service"].empty());
  world.send({.method = "POST", .target = "/_cloudemu/reset", .headers = {{"origin", "http://evil.example"}}});
  CHECK(Told(world)["status"] == "403");
  world.send({.target = "/photos", .headers = {{"origin", "http://evil.example"}}});
  CHECK(Told(world)["status"] == "403");
  CHECK(Told(world)["service"] == "s3");
  world.send({.method = "POST", .target = "/", .headers = {{"x-amz-target", "AWSEvents.PutEvents"}}});
  CHECK(Told(world)["error"] == "NotImplemented");
  size_t before = Told(world, "").count;
  world.send({.target = "/_cloudemu/health"});
  world.send({.target = "/_localstack/health"});
  world.send({.target = "/_localstack/info"});
  CHECK(Told(world, "").count == before);
  CHECK(world.send({.target = "/_cloudemu/requests?last=all"}).status == 400);
}

TEST_CASE("Requests: the last thousand are kept, the oldest first", "[app][requests]") {
  SystemClock clock;
  RequestLog log(clock);
  CHECK(log.json(5) == "{\"count\":0,\"requests\":[]}");
  for (size_t i = 0; i < RequestLog::kRecordsMax + 7; ++i) log.note({.operation = concat("n", i)});
  std::string all = log.json(5000);
  CHECK(all.starts_with(concat("{\"count\":", RequestLog::kRecordsMax + 7, ",")));
  CHECK(all.find("\"n6\"") == std::string::npos);
  CHECK(all.find("\"n7\"") < all.find("\"n8\""));
  std::string two = log.json(2);
  CHECK(two.find("\"n1004\"") == std::string::npos);
  CHECK(two.find("\"n1005\"") < two.find("\"n1006\""));
}

TEST_CASE("Requests: a line begins as LocalStack's does, and steers no terminal", "[app][requests]") {
  RequestRecord record{.time = 1'795'406'400'123, .duration_us = 1290, .sequence = 2, .bytes_in = 5, .status = 200};
  record.service = "s3";
  record.operation = "PutObject";
  record.resource = "photos/cat.txt";
  CHECK(line_of(record) == "2026-11-23T04:00:00.123Z AWS s3.PutObject => 200  photos/cat.txt  5 B in  1.2 ms  seq 2");
  record.status = 404;
  record.error = "NoSuchKey";
  CHECK_THAT(line_of(record), Catch::Contains(" AWS s3.PutObject => 404 (NoSuchKey)  "));
  record.resource = "photos/\x1b[2J\x7f\r\n\xc2\x9b\xc3\xa4";
  CHECK_THAT(line_of(record), Catch::Contains("  photos/%1B[2J%7F%0D%0A%C2%9B\xc3\xa4  "));
  record.resource = "photos/\xff\xc3\xa4";
  CHECK_THAT(line_of(record), Catch::Contains("  photos/%FF%C3%A4  "));
  record.service.clear();
  record.operation = "POST /_cloudemu/reset";
  CHECK_THAT(line_of(record), Catch::Contains("Z POST /_cloudemu/reset => 404"));
}

TEST_CASE("Requests: error codes are found in every protocol's errors", "[app][requests]") {
  CHECK(error_code("{\"__type\":\"com.amazonaws.dynamodb.v20120810#ValidationException\",\"message\":\"x\"}") == "ValidationException");
  CHECK(error_code("{\"code\":\"NotImplemented\"}") == "NotImplemented");
  CHECK(error_code("<?xml version=\"1.0\"?><Error><Code>NoSuchKey</Code></Error>") == "NoSuchKey");
  for (const char* body : {"", "{}", "<Code>", "{\"__type\":\"x", "too large\n"}) CHECK(error_code(body).empty());
}

TEST_CASE("LineWriter: a reader that does not read keeps nobody waiting, and learns how much it missed", "[app][requests]") {
  int ends[2];
  REQUIRE(::pipe(ends) == 0);
  REQUIRE(::fcntl(ends[1], F_SETPIPE_SZ, 4096) > 0);
  constexpr size_t kLines = 20'000;
  std::string line(100, 'x');
  uint64_t start = monotonic_ms();
  auto writer = std::make_unique<LineWriter>(ends[1]);
  for (size_t i = 0; i < kLines; ++i) writer->add(line);
  CHECK(monotonic_ms() - start < 2000);
  writer->add("the end");
  start = monotonic_ms();
  writer.reset();
  CHECK(monotonic_ms() - start < 2000);
  // Whoever reads on now gets what was kept, and the numbers of the lines that were not, wherever some were left out.
  std::string read;
  char buffer[65536];
  while (lines_accounted_for(read) < kLines + 1) {
    pollfd readable{.fd = ends[0], .events = POLLIN, .revents = 0};
    REQUIRE(::poll(&readable, 1, 10'000) == 1);
    ssize_t count = ::read(ends[0], buffer, sizeof buffer);
    REQUIRE(count > 0);
    read.append(buffer, static_cast<size_t>(count));
  }
  CHECK(lines_accounted_for(read) == kLines + 1);
  CHECK(read.find(" lines left out") != std::string::npos);
  CHECK(read.size() < 2 * LineWriter::kWaitingBytesMax + 8192);
  ::close(ends[0]);
  ::close(ends[1]);
}

TEST_CASE("LineWriter: what was added is written before it ends", "[app][requests]") {
  int ends[2];
  REQUIRE(::pipe(ends) == 0);
  {
    LineWriter writer(ends[1]);
    writer.add("one");
    writer.add("two");
  }
  ::close(ends[1]);
  char buffer[64];
  CHECK(std::string(buffer, static_cast<size_t>(::read(ends[0], buffer, sizeof buffer))) == "one\ntwo\n");
  ::close(ends[0]);
}

}  // namespace cloudemu::test
