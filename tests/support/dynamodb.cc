#include "support/dynamodb.h"

#include <algorithm>
#include <catch2/catch.hpp>

#include "core/crc32.h"
#include "core/strings.h"

namespace cloudemu::test {

namespace {

std::string double_quoted(std::string_view text) { return replace_all(text, "'", "\""); }

void check_frame(const Reply& reply) {
  CHECK(reply.header("content-type") == "application/x-amz-json-1.0");
  CHECK(reply.header("x-amzn-requestid").size() == 52);
  CHECK(reply.header("x-amz-crc32") == std::to_string(crc32(reply.body)));
}

/// "name:N"
std::pair<std::string_view, std::string_view> key_of(std::string_view key) {
  auto [name, type] = split_once(key, ':');
  return {name, type.empty() ? "S" : type};
}

}  // namespace

std::string DynamoDb::shown(std::string_view body) { return replace_all(body, "\"", "'"); }

Request DynamoDb::request(std::string_view operation, std::string_view input) const {
  Request request{.method = "POST", .target = "/", .headers = headers, .body = double_quoted(input)};
  std::string target = operation.find('.') == std::string_view::npos ? concat("DynamoDB_20120810.", operation) : std::string(operation);
  request.headers.emplace_back("X-Amz-Target", target);
  request.headers.emplace_back("Content-Type", "application/x-amz-json-1.0");
  request.headers.emplace_back("X-Amz-Date", "20261123T040000Z");
  request.headers.emplace_back("Authorization", concat("AWS4-HMAC-SHA256 Credential=", access_key, "/20261123/", region,
                                                       "/dynamodb/aws4_request, SignedHeaders=host;x-amz-target, Signature=00"));
  return request;
}

Reply DynamoDb::call(std::string_view operation, std::string_view input) {
  Reply reply = world.send(request(operation, input));
  check_frame(reply);
  if (reply.status != 200) CHECK(world.events().empty());
  return reply;
}

std::string DynamoDb::ok(std::string_view operation, std::string_view input) {
  Reply reply = call(operation, input);
  INFO(operation << ' ' << input.substr(0, 500) << '\n' << reply.body.substr(0, 500));
  REQUIRE(reply.status == 200);
  return shown(reply.body);
}

std::string DynamoDb::refusal(std::string_view operation, std::string_view input) {
  Reply reply = call(operation, input);
  INFO(operation << ' ' << input.substr(0, 500) << '\n' << reply.body.substr(0, 500));
  REQUIRE(reply.status == 400);
  auto document = json::Document::parse(reply.body);
  REQUIRE(document);
  json::Value root = document->root();
  auto [space, code] = split_once(root["__type"].string(), '#');
  if (code == "ValidationException") {
    CHECK(space == "com.amazon.coral.validate");
  } else {
    constexpr std::string_view kFrontDoor[] = {"SerializationException", "UnknownOperationException", "AccessDeniedException"};
    bool front = std::find(std::begin(kFrontDoor), std::end(kFrontDoor), code) != std::end(kFrontDoor);
    CHECK(space == (front ? "com.amazon.coral.service" : "com.amazonaws.dynamodb.v20120810"));
  }
  constexpr std::string_view kUpper[] = {"SerializationException", "AccessDeniedException", "TransactionCanceledException",
                                         "IdempotentParameterMismatchException"};
  bool upper = std::find(std::begin(kUpper), std::end(kUpper), code) != std::end(kUpper);
  return concat(code, ": ", shown(root[upper ? "Message" : "message"].string()));
}

void DynamoDb::table(std::string_view name, std::string_view hash, std::string_view range, std::string_view more) {
  auto [p, p_type] = key_of(hash);
  std::string attributes = concat("{'AttributeName':'", p, "','AttributeType':'", p_type, "'}");
  std::string keys = concat("{'AttributeName':'", p, "','KeyType':'HASH'}");
  if (!range.empty()) {
    auto [r, r_type] = key_of(range);
    append(attributes, ",{'AttributeName':'", r, "','AttributeType':'", r_type, "'}");
    append(keys, ",{'AttributeName':'", r, "','KeyType':'RANGE'}");
  }
  // What `more` defines takes the place of what is defined here.
  bool defines = more.find("AttributeDefinitions") != std::string_view::npos;
  bool bills = more.find("BillingMode") != std::string_view::npos;
  ok("CreateTable",
     concat("{'TableName':'", name, "','KeySchema':[", keys, "]", defines ? "" : concat(",'AttributeDefinitions':[", attributes, "]"),
            bills ? "" : ",'BillingMode':'PAY_PER_REQUEST'", more.empty() ? "" : ",", more, "}"));
}

void DynamoDb::put(std::string_view table, std::string_view item) {
  ok("PutItem", concat("{'TableName':'", table, "','Item':", item, "}"));
}

void DynamoDb::put_many(std::string_view table, int count, const std::function<std::string(int)>& item) {
  constexpr int kBatch = 25;
  for (int from = 1; from <= count; from += kBatch) {
    std::string puts;
    for (int i = from; i < from + kBatch && i <= count; ++i) append(puts, i > from ? "," : "", "{'PutRequest':{'Item':", item(i), "}}");
    ok("BatchWriteItem", concat("{'RequestItems':{'", table, "':[", puts, "]}}"));
  }
}

std::string DynamoDb::item(std::string_view table, std::string_view key) {
  std::string body = ok("GetItem", concat("{'TableName':'", table, "','Key':", key, "}"));
  if (body == "{}") return {};
  constexpr std::string_view kBefore = "{'Item':";
  REQUIRE(body.starts_with(kBefore));
  return body.substr(kBefore.size(), body.size() - kBefore.size() - 1);
}

std::string DynamoDb::pages(std::string_view operation, std::string_view input, std::string_view attribute) {
  constexpr size_t kPagesMax = 1000;
  std::string out, start;
  for (size_t page = 0; page < kPagesMax; ++page) {
    std::string asked(input.substr(0, input.size() - 1));
    if (!start.empty()) append(asked, ",'ExclusiveStartKey':", start);
    auto document = json::Document::parse(double_quoted(ok(operation, asked + "}")));
    REQUIRE(document);
    if (page > 0) append(out, out.empty() ? "" : " ", "|");
    for (json::Value item : document->root()["Items"].elements()) {
      for (auto [type, value] : item[attribute].members()) append(out, out.empty() ? "" : " ", value.string());
    }
    json::Value last = document->root()["LastEvaluatedKey"];
    if (!last) return out;
    start = shown(last.text());
  }
  FAIL("no end of pages");
  return out;
}

void DynamoDb::require_events(size_t count) { REQUIRE(world.events().size() == count); }

}  // namespace cloudemu::test
