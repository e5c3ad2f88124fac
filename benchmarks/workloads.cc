#include "workloads.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <map>

#include "core/strings.h"

namespace cloudemu::bench {

namespace {

constexpr uint64_t kScatter = 0x9E3779B97F4A7C15;

std::string json_call(std::string_view service, std::string_view target, std::string_view body) {
  return request(service, "POST", "/", {{"X-Amz-Target", std::string(target)}, {"Content-Type", "application/x-amz-json-1.0"}}, body);
}
std::string dynamodb(std::string_view operation, std::string_view body) {
  return json_call("dynamodb", concat("DynamoDB_20120810.", operation), body);
}
std::string sqs(std::string_view operation, std::string_view body) { return json_call("sqs", concat("AmazonSQS.", operation), body); }

/// Keys in an order without pattern, each once before any twice.
uint64_t scattered(uint64_t number, uint64_t keys) { return number * (kScatter % keys | 1) % keys; }

std::string item(uint64_t key) {
  char id[32];
  std::snprintf(id, sizeof id, "customer-%08llu", static_cast<unsigned long long>(key));
  return concat(R"({"pk":{"S":")", id, R"("},"name":{"S":"Alexandra Example"},"age":{"N":")", 18 + key % 60,
                R"("},"email":{"S":"alexandra@example.com"},"tags":{"L":[{"S":"new"},{"S":"paid"}]},)",
                R"("address":{"M":{"street":{"S":"Main street 12"},"city":{"S":"Springfield"},"zip":{"S":"12345"}}}})");
}
std::string item_key(uint64_t key) {
  char id[32];
  std::snprintf(id, sizeof id, "customer-%08llu", static_cast<unsigned long long>(key));
  return concat(R"({"pk":{"S":")", id, R"("}})");
}

std::string put_item(uint64_t key) { return dynamodb("PutItem", concat(R"({"TableName":"bench","Item":)", item(key), "}")); }

const std::string& create_table() {
  static const std::string text =
      dynamodb("CreateTable", R"({"TableName":"bench","KeySchema":[{"AttributeName":"pk","KeyType":"HASH"}],)"
                              R"("AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"}],"BillingMode":"PAY_PER_REQUEST"})");
  return text;
}

std::vector<std::string> filled_table(uint64_t keys) {
  std::vector<std::string> setup{create_table()};
  for (uint64_t key = 0; key < keys; ++key) setup.push_back(put_item(key));
  return setup;
}

std::string object_target(uint64_t key) {
  char text[64];
  std::snprintf(text, sizeof text, "/bench/folder/object-%08llu", static_cast<unsigned long long>(key));
  return text;
}
std::string put_object(uint64_t key, std::string_view body) {
  return request("s3", "PUT", object_target(key),
                 {{"Content-Type", "application/octet-stream"}, {"x-amz-content-sha256", "UNSIGNED-PAYLOAD"}}, body);
}
std::string get(std::string_view target) {
  return request("s3", "GET", target, {{"x-amz-content-sha256", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}}, "");
}
std::string create_bucket() { return request("s3", "PUT", "/bench", {}, ""); }

std::vector<std::string> filled_bucket(uint64_t keys, std::string_view body) {
  std::vector<std::string> setup{create_bucket()};
  for (uint64_t key = 0; key < keys; ++key) setup.push_back(put_object(key, body));
  return setup;
}

constexpr std::string_view kQueueUrl = "http://127.0.0.1/000000000000/bench";
std::string send_message(uint64_t number) {
  return sqs("SendMessage", concat(R"({"QueueUrl":")", kQueueUrl, R"(","MessageBody":"message number )", number,
                                   R"( with a body of about a hundred bytes, as events between services often have"})"));
}
std::string create_queue() { return sqs("CreateQueue", R"({"QueueName":"bench"})"); }

std::vector<std::string> filled_queue(uint64_t messages) {
  std::vector<std::string> setup{create_queue()};
  for (uint64_t number = 0; number < messages; ++number) setup.push_back(send_message(number));
  return setup;
}

/// Receives; when the last reply brought a message, deletes that.
std::string receive_or_delete(std::string_view last_body) {
  constexpr std::string_view kName = "\"ReceiptHandle\"";
  size_t at = last_body.find(kName);
  if (at == std::string_view::npos) return sqs("ReceiveMessage", concat(R"({"QueueUrl":")", kQueueUrl, R"("})"));
  size_t start = last_body.find('"', at + kName.size()) + 1;
  std::string_view handle = last_body.substr(start, last_body.find('"', start) - start);
  return sqs("DeleteMessage", concat(R"({"QueueUrl":")", kQueueUrl, R"(","ReceiptHandle":")", handle, R"("})"));
}

Workload query_ten() {
  Workload w{.name = "query-10"};
  w.setup.push_back(dynamodb(
      "CreateTable",
      R"({"TableName":"bench","KeySchema":[{"AttributeName":"pk","KeyType":"HASH"},{"AttributeName":"sk","KeyType":"RANGE"}],)"
      R"("AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"},{"AttributeName":"sk","AttributeType":"N"}],"BillingMode":"PAY_PER_REQUEST"})"));
  for (uint64_t i = 0; i < 10'000; ++i) {
    std::string with_range = item(i / 10);
    with_range.insert(1, concat(R"("sk":{"N":")", i % 10, R"("},)"));
    w.setup.push_back(dynamodb("PutItem", concat(R"({"TableName":"bench","Item":)", with_range, "}")));
  }
  w.next = [](uint64_t number, std::string_view) {
    std::string key = item_key(scattered(number, 1000));
    std::string value = key.substr(6, key.size() - 7);
    return dynamodb("Query",
                    concat(R"({"TableName":"bench","KeyConditionExpression":"pk = :p","ExpressionAttributeValues":{":p":)", value, "}}"));
  };
  return w;
}

/// Of a table with two indexes, whose keys some twenty items have in common.
std::string indexed_item(uint64_t key, uint64_t keys) {
  uint64_t groups = keys / 20 + 1;
  std::string text = item(key);
  return text.insert(1, concat(R"("city":{"S":"city-)", scattered(key, groups), R"("},"tag":{"S":"tag-)", key % groups, R"("},)"));
}

std::vector<std::string> indexed_table(uint64_t keys) {
  constexpr uint64_t kBatch = 25;
  auto index = [](std::string_view name) {
    return concat(R"({"IndexName":"by-)", name, R"(","KeySchema":[{"AttributeName":")", name,
                  R"(","KeyType":"HASH"},{"AttributeName":"pk","KeyType":"RANGE"}],"Projection":{"ProjectionType":"ALL"}})");
  };
  std::vector<std::string> setup{dynamodb(
      "CreateTable",
      concat(R"({"TableName":"bench","KeySchema":[{"AttributeName":"pk","KeyType":"HASH"}],"BillingMode":"PAY_PER_REQUEST",)",
             R"("AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"},{"AttributeName":"city","AttributeType":"S"},)",
             R"({"AttributeName":"tag","AttributeType":"S"}],"GlobalSecondaryIndexes":[)", index("city"), ",", index("tag"), "]}"))};
  for (uint64_t first = 0; first < keys; first += kBatch) {
    std::string batch;
    for (uint64_t key = first; key < std::min(keys, first + kBatch); ++key) {
      append(batch, batch.empty() ? "" : ",", R"({"PutRequest":{"Item":)", indexed_item(key, keys), "}}");
    }
    setup.push_back(dynamodb("BatchWriteItem", concat(R"({"RequestItems":{"bench":[)", batch, "]}}")));
  }
  return setup;
}

/// Ten items by one of the indexes.
std::string query_index(uint64_t key, uint64_t keys) {
  return dynamodb("Query", concat(R"({"TableName":"bench","IndexName":"by-tag","Limit":10,"KeyConditionExpression":"tag = :t",)",
                                  R"("ExpressionAttributeValues":{":t":{"S":"tag-)", key % (keys / 20 + 1), R"("}}})"));
}

std::string get_item(uint64_t key) { return dynamodb("GetItem", concat(R"({"TableName":"bench","Key":)", item_key(key), "}")); }
std::string update_item(uint64_t key) {
  return dynamodb("UpdateItem", concat(R"({"TableName":"bench","Key":)", item_key(key),
                                       R"(,"UpdateExpression":"SET age = age + :one","ExpressionAttributeValues":{":one":{"N":"1"}}})"));
}

using Make = std::function<Workload(uint64_t keys)>;

const std::map<std::string, Make, std::less<>>& makers() {
  static const std::map<std::string, Make, std::less<>> all = {
      {"get-item",
       [](uint64_t keys) {
         return Workload{"get-item", filled_table(keys), [keys](uint64_t n, std::string_view) { return get_item(scattered(n, keys)); }};
       }},
      {"put-item",
       [](uint64_t keys) {
         return Workload{"put-item", {create_table()}, [keys](uint64_t n, std::string_view) { return put_item(scattered(n, keys)); }};
       }},
      {"update-item",
       [](uint64_t keys) {
         return Workload{"update-item", filled_table(keys),
                         [keys](uint64_t n, std::string_view) { return update_item(scattered(n, keys)); }};
       }},
      {"query-10", [](uint64_t) { return query_ten(); }},
      {"indexed-get",
       [](uint64_t keys) {
         return Workload{"indexed-get", indexed_table(keys), [keys](uint64_t n, std::string_view) { return get_item(scattered(n, keys)); }};
       }},
      {"indexed-query",
       [](uint64_t keys) {
         return Workload{"indexed-query", indexed_table(keys),
                         [keys](uint64_t n, std::string_view) { return query_index(scattered(n, keys), keys); }};
       }},
      {"indexed-put",
       [](uint64_t keys) {
         return Workload{"indexed-put", indexed_table(keys), [keys](uint64_t n, std::string_view) {
                           std::string changed = indexed_item(scattered(n, keys), keys);
                           changed.insert(1, concat(R"("visits":{"N":")", n, R"("},)"));
                           return dynamodb("PutItem", concat(R"({"TableName":"bench","Item":)", changed, "}"));
                         }};
       }},
      {"indexed-update",
       [](uint64_t keys) {
         return Workload{"indexed-update", indexed_table(keys),
                         [keys](uint64_t n, std::string_view) { return update_item(scattered(n, keys)); }};
       }},
      {"get-object-1k",
       [](uint64_t keys) {
         return Workload{"get-object-1k", filled_bucket(keys, std::string(1024, 'x')),
                         [keys](uint64_t n, std::string_view) { return get(object_target(scattered(n, keys))); }};
       }},
      {"put-object-1k",
       [](uint64_t keys) {
         return Workload{"put-object-1k", {create_bucket()}, [keys, body = std::string(1024, 'x')](uint64_t n, std::string_view) {
                           return put_object(scattered(n, keys), body);
                         }};
       }},
      {"list-100",
       [](uint64_t keys) {
         return Workload{
             "list-100", filled_bucket(keys, "x"), [keys](uint64_t n, std::string_view) {
               return get(concat("/bench?list-type=2&max-keys=100&start-after=", object_target(scattered(n, keys - 100)).substr(7)));
             }};
       }},
      {"send-message",
       [](uint64_t) {
         return Workload{"send-message", {create_queue()}, [](uint64_t n, std::string_view) { return send_message(n); }};
       }},
      {"receive-delete",
       [](uint64_t keys) {
         return Workload{"receive-delete", filled_queue(keys), [](uint64_t, std::string_view last) { return receive_or_delete(last); }};
       }},
      {"get-object-1m",
       [](uint64_t) {
         return Workload{"get-object-1m", filled_bucket(8, std::string(1 << 20, 'x')),
                         [](uint64_t n, std::string_view) { return get(object_target(n % 8)); }, 1 << 20};
       }},
      {"put-object-1m",
       [](uint64_t) {
         return Workload{"put-object-1m",
                         {create_bucket()},
                         [body = std::string(1 << 20, 'x')](uint64_t n, std::string_view) {
                           std::string changed = body;  // no two bodies alike
                           changed.replace(0, 20, concat(n, "-------------------").substr(0, 20));
                           return put_object(n % 1000, changed);
                         },
                         1 << 20};
       }},
  };
  return all;
}

}  // namespace

std::string request(std::string_view service, std::string_view method, std::string_view target,
                    const std::vector<std::pair<std::string, std::string>>& headers, std::string_view body) {
  std::string out = concat(method, ' ', target, " HTTP/1.1\r\nHost: 127.0.0.1\r\n");
  for (const auto& [name, value] : headers) append(out, name, ": ", value, "\r\n");
  append(out,
         "User-Agent: Boto3/1.43.11 md/Botocore#1.43.11 ua/2.1 os/linux#6.1 md/arch#x86_64 lang/python#3.11.7 md/pyimpl#CPython "
         "cfg/retry-mode#legacy Botocore/1.43.11\r\nX-Amz-Date: 20261123T035300Z\r\n"
         "Authorization: AWS4-HMAC-SHA256 Credential=test/20261123/us-east-1/",
         service,
         "/aws4_request, SignedHeaders=content-type;host;x-amz-date;x-amz-target, "
         "Signature=0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\r\n"
         "amz-sdk-invocation-id: a5b3f0f3-1b7b-4ab8-8f52-1e2e8dd5a5ab\r\namz-sdk-request: attempt=1\r\nContent-Length: ",
         body.size(), "\r\n\r\n", body);
  return out;
}

std::vector<std::string> workload_names() {
  std::vector<std::string> names;
  for (const auto& [name, make] : makers()) names.push_back(name);
  return names;
}

Workload make_workload(std::string_view name, uint64_t keys) {
  auto found = makers().find(name);
  if (found == makers().end()) {
    std::fprintf(stderr, "no workload %.*s\n", static_cast<int>(name.size()), name.data());
    std::exit(2);
  }
  return found->second(keys);
}

}  // namespace cloudemu::bench
