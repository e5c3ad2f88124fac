#include "support/mixed_load.h"

#include <catch2/catch.hpp>

#include "core/strings.h"

namespace cloudemu::test {

namespace {

constexpr uint64_t kKeys = 12;  // few, so that they are overwritten

Request dynamodb(std::string_view operation, std::string body) {
  return json_call("dynamodb", concat("DynamoDB_20120810.", operation), std::move(body));
}
Request sqs(std::string_view operation, std::string body) { return json_call("sqs", concat("AmazonSQS.", operation), std::move(body)); }
constexpr std::string_view kQueue = "http://localhost:4566/000000000000/load";

std::string object_body(uint64_t n) { return concat("object ", n, std::string(200 + n % 7 * 1000, 'o')); }

}  // namespace

std::string MixedLoad::item_text(uint64_t n) const {
  return concat("item ", n, std::string(has_large_items && n % 7 == 4 ? 300'000 : 300, 'i'));
}

void MixedLoad::prepare(World& world) { REQUIRE(try_prepare(world)); }

bool MixedLoad::try_prepare(World& world) {
  constexpr std::string_view kTable =
      R"({"TableName":"load","BillingMode":"PAY_PER_REQUEST","AttributeDefinitions":[{"AttributeName":"k","AttributeType":"S"}],)"
      R"("KeySchema":[{"AttributeName":"k","KeyType":"HASH"}]})";
  return world.send({.method = "PUT", .target = "/load"}).status == 200 &&
         world.send(dynamodb("CreateTable", std::string(kTable))).status == 200 &&
         world.send(sqs("CreateQueue", R"({"QueueName":"load"})")).status == 200;
}

bool MixedLoad::reset(World& world) {
  if (world.send({.method = "POST", .target = "/_cloudemu/reset"}).status != 200) return false;
  *this = MixedLoad();
  return try_prepare(world);
}

bool MixedLoad::put_object(World& world, uint64_t n) {
  std::string key = concat("key-", n % kKeys);
  bool ok = world.send({.method = "PUT", .target = "/load/" + key, .body = object_body(n)}).status == 200;
  if (ok) {
    objects_[key] = object_body(n);
    doubtful_.erase(key);
  } else {
    doubtful_.insert(key);
  }
  return ok;
}

bool MixedLoad::delete_object(World& world, uint64_t n) {
  std::string key = concat("key-", n * 7 % kKeys);
  bool ok = world.send({.method = "DELETE", .target = "/load/" + key}).status == 204;
  if (ok) {
    objects_[key] = "";
    doubtful_.erase(key);
  } else {
    doubtful_.insert(key);
  }
  return ok;
}

bool MixedLoad::put_item(World& world, uint64_t n) {
  std::string key = concat("item-", n % (kKeys + 1));
  std::string body = concat(R"({"TableName":"load","Item":{"k":{"S":")", key, R"("},"v":{"S":")", item_text(n), R"("}}})");
  bool ok = world.send(dynamodb("PutItem", body)).status == 200;
  if (ok) {
    items_[key] = item_text(n);
    doubtful_.erase(key);
  } else {
    doubtful_.insert(key);
  }
  return ok;
}

bool MixedLoad::send_message(World& world, uint64_t n) {
  std::string body = concat(R"({"QueueUrl":")", kQueue, R"(","MessageBody":"message )", n, R"("})");
  bool ok = world.send(sqs("SendMessage", body)).status == 200;
  ++(ok ? messages_ : doubtful_messages_);
  return ok;
}

bool MixedLoad::call(World& world, uint64_t n) {
  bool ok = false;
  switch (n % 7) {
    case 0:
    case 3: ok = put_object(world, n); break;
    case 1:
    case 4:
    case 5: ok = put_item(world, n); break;
    case 2: ok = send_message(world, n); break;
    default: ok = delete_object(world, n);
  }
  if (!ok) ++refused;
  return ok;
}

std::string MixedLoad::missing(World& world, Refusal refusal) const {
  std::string out;
  auto fair = [&](const Reply& reply) { return refusal == Refusal::is_fair && reply.status >= 500; };
  for (const auto& [key, body] : objects_) {
    if (doubtful_.contains(key)) continue;
    Reply reply = world.send({.target = "/load/" + key});
    if (fair(reply)) continue;
    if (body.empty() ? reply.status != 404 : reply.status != 200 || reply.body != body) out += concat(key, ": ", reply.status, "\n");
  }
  for (const auto& [key, text] : items_) {
    if (doubtful_.contains(key)) continue;
    Reply reply = world.send(dynamodb("GetItem", concat(R"({"TableName":"load","Key":{"k":{"S":")", key, R"("}}})")));
    if (!fair(reply) && reply.body.find(text) == std::string::npos) out += concat(key, ": ", reply.status, "\n");
  }
  Reply reply = world.send(sqs("GetQueueAttributes", concat(R"({"QueueUrl":")", kQueue, R"(","AttributeNames":["All"]})")));
  if (fair(reply)) return out;
  size_t at = reply.body.find("\"ApproximateNumberOfMessages\":\"");
  uint64_t count = 0;
  for (size_t i = at + 31; at != std::string::npos && i < reply.body.size() && is_digit(reply.body[i]); ++i) {
    count = count * 10 + static_cast<uint64_t>(reply.body[i] - '0');
  }
  if (count < messages_ || count > messages_ + doubtful_messages_) out += concat(count, " messages instead of ", messages_, "\n");
  return out;
}

}  // namespace cloudemu::test
