#include "support/sqs.h"

#include <catch2/catch.hpp>
#include <map>

#include "core/encoding.h"
#include "core/json_writer.h"
#include "core/strings.h"
#include "protocol/xml_reader.h"

namespace cloudemu::test {

namespace {

struct MapName {
  std::string_view entry, key, value;
};
/// Members that are maps, and how the Query protocol spells them.
const std::map<std::string_view, MapName> kMaps = {
    {"Attributes", {"Attribute", "Name", "Value"}},
    {"MessageAttributes", {"MessageAttribute", "Name", "Value"}},
    {"MessageSystemAttributes", {"MessageSystemAttribute", "Name", "Value"}},
    {"Tags", {"Tag", "Key", "Value"}},
    {"tags", {"Tag", "Key", "Value"}},
};
/// Members that are lists, in requests; entries of batches are called after the operation.
const std::map<std::string_view, std::string_view> kLists = {
    {"AttributeNames", "AttributeName"},
    {"MessageAttributeNames", "MessageAttributeName"},
    {"MessageSystemAttributeNames", "MessageSystemAttributeName"},
    {"TagKeys", "TagKey"},
    {"AWSAccountIds", "AWSAccountId"},
    {"Actions", "ActionName"},
    {"StringListValues", "StringListValue"},
    {"BinaryListValues", "BinaryListValue"},
};

void add_parameter(std::string& form, std::string_view name, const json::Value& value) {
  std::string text = value.is_string() ? std::string(value.string()) : value.text();
  append(form, form.empty() ? "" : "&", name, '=', percent_encode(text));
}

void add_members(std::string& form, std::string_view operation, const std::string& prefix, const json::Value& object) {
  for (auto [name, value] : object.members()) {
    if (auto map = kMaps.find(name); map != kMaps.end() && value.is_object()) {
      int number = 0;
      for (auto [key, element] : value.members()) {
        std::string item = concat(prefix, map->second.entry, '.', ++number, '.');
        append(form, form.empty() ? "" : "&", item, map->second.key, '=', percent_encode(key));
        if (element.is_object()) add_members(form, operation, concat(item, map->second.value, '.'), element);
        else add_parameter(form, concat(item, map->second.value), element);
      }
    } else if (value.is_array()) {
      std::string list = name == "Entries" ? concat(operation, "RequestEntry") : std::string(kLists.at(name));
      int number = 0;
      for (json::Value element : value.elements()) {
        std::string item = concat(prefix, list, '.', ++number);
        if (element.is_object()) add_members(form, operation, item + '.', element);
        else add_parameter(form, item, element);
      }
    } else {
      add_parameter(form, prefix + std::string(name), value);
    }
  }
}

/// Elements that are items of a list or entries of a map, in replies.
struct Collection {
  std::string_view member, key, value;
};
std::optional<Collection> collection_of(std::string_view operation, std::string_view element) {
  if (element == "Message" && operation == "ReceiveMessage") return Collection{"Messages", {}, {}};
  if (element == "QueueUrl" && operation == "ListQueues") return Collection{"QueueUrls", {}, {}};
  if (element == "QueueUrl" && operation == "ListDeadLetterSourceQueues") return Collection{"queueUrls", {}, {}};
  if (element == "ListMessageMoveTasksResultEntry") return Collection{"Results", {}, {}};
  if (element == "BatchResultErrorEntry") return Collection{"Failed", {}, {}};
  if (element.ends_with("BatchResultEntry")) return Collection{"Successful", {}, {}};
  for (const auto& [member, map] : kMaps) {
    if (element == map.entry) return Collection{member, map.key, map.value};
  }
  return std::nullopt;
}

std::string to_json(std::string_view operation, const xml::Element& element);

std::string collection_json(std::string_view operation, const Collection& collection, std::vector<const xml::Element*> items) {
  std::string out;
  JsonWriter json(out);
  if (collection.key.empty()) {
    json.begin_array();
    for (const auto* item : items) json.raw(to_json(operation, *item));
    json.end_array();
    return out;
  }
  json.begin_object();
  for (const auto* item : items) {
    json.raw_field(item->child_text(collection.key), to_json(operation, *item->find(collection.value)));
  }
  json.end_object();
  return out;
}

std::string to_json(std::string_view operation, const xml::Element& element) {
  std::string out;
  JsonWriter json(out);
  if (element.children.empty()) {
    json.string(element.text);
    return out;
  }
  json.begin_object();
  std::map<std::string_view, std::vector<const xml::Element*>> collections;
  for (const xml::Element& child : element.children) {
    if (auto collection = collection_of(operation, child.name)) collections[child.name].push_back(&child);
    else json.raw_field(child.name, to_json(operation, child));
  }
  for (const auto& [name, items] : collections) {
    Collection collection = *collection_of(operation, name);
    json.raw_field(collection.member, collection_json(operation, collection, items));
  }
  json.end_object();
  return out;
}

}  // namespace

Request Sqs::request(std::string_view operation, std::string_view input) const {
  std::string text = replace_all(input, "'", "\"");
  Request request{.method = "POST", .target = "/", .headers = headers, .body = text};
  request.headers.emplace_back("Authorization", concat("AWS4-HMAC-SHA256 Credential=", access_key, "/20261123/", region,
                                                       "/sqs/aws4_request, SignedHeaders=host;x-amz-target, Signature=00"));
  if (protocol == Protocol::json) {
    request.headers.emplace_back("X-Amz-Target", concat("AmazonSQS.", operation));
    request.headers.emplace_back("Content-Type", "application/x-amz-json-1.0");
    return request;
  }
  auto document = json::Document::parse(text);
  REQUIRE(document);
  request.body = concat("Action=", operation, "&Version=2012-11-05");
  add_members(request.body, operation, "", document->root());
  request.headers.emplace_back("Content-Type", "application/x-www-form-urlencoded; charset=utf-8");
  return request;
}

Answer Sqs::understand(std::string_view operation, const Reply& reply) const {
  Answer answer{.arrived = reply.arrived, .status = reply.status, .text = reply.body, .raw = reply};
  if (!reply.arrived) return answer;
  if (protocol == Protocol::query) {
    auto root = xml::parse(reply.body);
    INFO(reply.body);
    REQUIRE(root);
    if (root->name == "ErrorResponse") {
      const xml::Element* error = root->find("Error");
      answer.code = error->child_text("Code");
      answer.message = error->child_text("Message");
      CHECK(error->child_text("Type") == (reply.status < 500 ? "Sender" : "Receiver"));
      return answer;
    }
    CHECK(root->name == concat(operation, "Response"));
    const xml::Element* result = root->find(concat(operation, "Result"));
    answer.text = result && !result->children.empty() ? to_json(operation, *result) : "{}";
  }
  auto document = json::Document::parse(answer.text.empty() ? "{}" : answer.text);
  REQUIRE(document);
  answer.document = std::move(*document);
  if (protocol == Protocol::json && reply.status != 200) {
    answer.type = answer.string("__type");
    answer.message = answer.string("message");
    std::string error = reply.header("x-amzn-query-error");
    auto [code, fault] = split_once(error, ';');
    answer.code = code;
    CHECK(fault == (reply.status < 500 ? "Sender" : "Receiver"));
  }
  return answer;
}

Answer Sqs::call(std::string_view operation, std::string_view input) {
  return understand(operation, world.send(request(operation, input)));
}

std::string Sqs::create(std::string_view name, std::string_view attributes) {
  Answer answer = call("CreateQueue", concat("{'QueueName':'", name, "','Attributes':", attributes, "}"));
  INFO(answer.message);
  REQUIRE(answer.status == 200);
  return answer.string("QueueUrl");
}

std::string Sqs::create_fifo(std::string_view name, std::string_view more_attributes) {
  return create(name, concat("{'FifoQueue':'true'", more_attributes.empty() ? "" : ",", more_attributes, "}"));
}

std::string Sqs::attribute(std::string_view queue, std::string_view name) {
  Answer answer = call("GetQueueAttributes", concat("{'QueueUrl':'", queue, "','AttributeNames':['", name, "']}"));
  INFO(answer.message);
  REQUIRE(answer.status == 200);
  return std::string(answer["Attributes"][name].string());
}

std::string Sqs::counts(std::string_view queue) {
  return concat(attribute(queue, "ApproximateNumberOfMessages"), '/', attribute(queue, "ApproximateNumberOfMessagesNotVisible"), '/',
                attribute(queue, "ApproximateNumberOfMessagesDelayed"));
}

Answer Sqs::send(std::string_view queue, std::string_view body, std::string_view more) {
  return call("SendMessage", concat("{'QueueUrl':'", queue, "','MessageBody':'", body, '\'', more.empty() ? "" : ",", more, "}"));
}

Answer Sqs::send(std::string_view queue, std::string_view group, std::string_view id, std::string_view body) {
  return send(queue, body, concat("'MessageGroupId':'", group, "','MessageDeduplicationId':'", id, "'"));
}

std::vector<Received> Sqs::receive(std::string_view queue, std::string_view more) {
  std::string max = more.find("MaxNumberOfMessages") == std::string_view::npos ? ",'MaxNumberOfMessages':10" : "";
  Answer answer = call("ReceiveMessage", concat("{'QueueUrl':'", queue, '\'', max, more.empty() ? "" : ",", more, "}"));
  INFO(answer.message);
  REQUIRE(answer.arrived);
  REQUIRE(answer.status == 200);
  std::vector<Received> messages;
  for (json::Value message : answer["Messages"].elements()) {
    messages.push_back({std::string(message["MessageId"].string()), std::string(message["Body"].string()),
                        std::string(message["ReceiptHandle"].string())});
  }
  return messages;
}

std::string Sqs::bodies(std::string_view queue, std::string_view more) {
  std::vector<std::string> bodies;
  for (const Received& message : receive(queue, more)) bodies.push_back(message.body);
  return join(bodies, " ");
}

Answer Sqs::remove(std::string_view queue, std::string_view handle) {
  return call("DeleteMessage", concat("{'QueueUrl':'", queue, "','ReceiptHandle':'", handle, "'}"));
}

Answer Sqs::change(std::string_view queue, std::string_view handle, int timeout_s) {
  return call("ChangeMessageVisibility",
              concat("{'QueueUrl':'", queue, "','ReceiptHandle':'", handle, "','VisibilityTimeout':", timeout_s, "}"));
}

net::ConnectionId Sqs::begin_poll(std::string_view queue, std::string_view more) {
  return world.begin(request("ReceiveMessage", concat("{'QueueUrl':'", queue, "','WaitTimeSeconds':20,'MaxNumberOfMessages':10",
                                                      more.empty() ? "" : ",", more, "}")));
}

std::optional<std::string> Sqs::polled(net::ConnectionId poll) {
  Answer answer = understand("ReceiveMessage", world.reply(poll));
  if (!answer.arrived) return std::nullopt;
  if (answer.status != 200) return answer.code;
  std::vector<std::string> bodies;
  for (json::Value message : answer["Messages"].elements()) bodies.emplace_back(message["Body"].string());
  return join(bodies, " ");
}

void Sqs::require_found(bool found) { REQUIRE(found); }

void Sqs::require_events(size_t count) { REQUIRE(world.events().size() == count); }

}  // namespace cloudemu::test
