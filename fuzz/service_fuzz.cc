// Whole requests against a small state: whatever is asked, the answer is a reply, and what happened can be applied.
// Input: a byte that picks the protocol, then lines "METHOD target", "name: value" ..., an empty line, the body.
#include <map>
#include <memory>
#include <string>

#include "core/entropy.h"
#include "core/strings.h"
#include "events/codec.h"
#include "fuzz.h"
#include "services/dispatch.h"

namespace {

using namespace cloudemu;

class NothingDue final : public DueTimes {
 public:
  bool overdue(Subject, TimeMs) const override { return false; }
};

struct Message {
  std::string method = "POST", target = "/", body;
  std::map<std::string, std::string> headers{{"host", "localhost:4566"}};
};

Message parse(std::string_view input) {
  Message message;
  auto [first, rest] = split_once(input, '\n');
  auto [method, target] = split_once(first, ' ');
  message.method = method;
  if (!target.empty()) message.target = target;
  while (!rest.empty()) {
    auto [line, after] = split_once(rest, '\n');
    rest = after;
    if (line.empty()) break;
    auto [name, value] = split_once(line, ':');
    message.headers[lower(trim(name))] = trim(value);
  }
  message.body = rest;
  return message;
}

void fill(http::Request& request, const Message& message) {
  request.head.reserve(1 << 16);
  auto put = [&](std::string_view text) {
    size_t at = request.head.size();
    request.head.append(text);
    return std::string_view(request.head).substr(at);
  };
  request.method = put(message.method);
  request.target = put(message.target);
  auto [path, query] = split_once(request.target, '?');
  request.path = path;
  request.query = query;
  for (const auto& [name, value] : message.headers) request.headers.push_back({put(name), put(value)});
  request.body = message.body;
  request.content_length = message.body.size();
}

struct World {
  std::unique_ptr<State> state = *State::attach(*sqlite::Database::open_memory());
  SeededEntropy entropy{1};
  NothingDue due;
  Environment environment;
  TimeMs now = 1'795'406'400'000;

  World() {
    state->begin();
    send(parse("PUT /bucket\n\n"));
    send(parse(
        "POST /\nx-amz-target: DynamoDB_20120810.CreateTable\ncontent-type: application/x-amz-json-1.0\n"
        "x-amz-date: 20261123T040000Z\nauthorization: AWS4-HMAC-SHA256 Credential=test/20261123/us-east-1/dynamodb/aws4_request, "
        "SignedHeaders=host, Signature=00\n\n"
        R"({"TableName":"table","KeySchema":[{"AttributeName":"pk","KeyType":"HASH"},{"AttributeName":"sk","KeyType":"RANGE"}],)"
        R"("AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"},{"AttributeName":"sk","AttributeType":"N"}],"BillingMode":"PAY_PER_REQUEST"})"));
    fuzz::require(state->dynamodb().find_table("000000000000", "us-east-1", "table") != nullptr);
    send(parse("POST /\nx-amz-target: AmazonSQS.CreateQueue\n\n{\"QueueName\":\"queue\"}"));
  }

  /// Sends a message and applies what happens. The reply is empty where the head alone was refused.
  http::Response send(const Message& message) {
    if (message.target.size() + 20000 > (1 << 16)) return {.status = 0};
    auto request = std::make_shared<http::Request>();
    fill(*request, message);
    auto call = open_call(request, environment, *state, entropy.next());
    Moment moment{.now = now, .real_now = now, .entropy = entropy, .due_times = due};
    if (call->admit(*state, moment)) return {.status = 0};
    BodyPlan plan = call->body_plan();
    if (plan.upload) {
      UploadedBody body{.size = message.body.size(), .bytes = message.body};
      for (DigestKind kind :
           {DigestKind::md5, DigestKind::sha1, DigestKind::sha256, DigestKind::sha512, DigestKind::crc32, DigestKind::crc32c,
            DigestKind::crc64nvme, DigestKind::xxhash64, DigestKind::xxhash3, DigestKind::xxhash128}) {
        body.digests[kind] = digest(kind, message.body);
      }
      if (body.size > kInlineBodyBytesMax) {
        body.blob = std::string(64, 'a');
        body.bytes.clear();
      }
      call->set_upload(std::move(body));
    }
    Outcome outcome = call->decide(*state, moment);
    auto* answer = std::get_if<Answer>(&outcome);
    fuzz::require(!answer || (answer->response.status >= 200 && answer->response.status < 600));
    auto* events = events_of(outcome);
    if (!events) return {.status = 0};
    for (Event& event : *events) {
      Envelope envelope{.sequence = state->applied() + 1, .wall_time = now, .time = now};
      envelope.event = std::move(event);
      auto again = codec::read_line(codec::line(envelope));
      fuzz::require(again && again->event == envelope.event);
      state->apply(envelope);
    }
    return answer ? std::move(answer->response) : http::Response{.status = 0};
  }

  /// What a setting of a bucket is shown as can be put again, and is shown the same then.
  void check_setting(const Message& put) {
    if (put.method != "PUT" || !put.target.starts_with("/bucket?")) return;
    Message get{.method = "GET", .target = put.target, .body = {}, .headers = put.headers};
    http::Response shown = send(get);
    if (shown.status != 200 || shown.body.empty()) return;
    Message again = put;
    again.body = shown.body;
    int status = send(again).status;
    if (status == 200 || status == 204) fuzz::require(send(get).body == shown.body);
  }
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size > 1 << 15) return 0;
  static World world;
  static int calls = 0;
  if (++calls % 2000 == 0) world = World();  // keep the state small
  Message message = parse(fuzz::bytes(data, size));
  world.send(message);
  world.check_setting(message);
  return 0;
}
