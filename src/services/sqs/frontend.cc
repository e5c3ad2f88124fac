#include "services/sqs/frontend.h"

#include "core/digest.h"
#include "core/encoding.h"
#include "core/json_writer.h"
#include "core/strings.h"
#include "protocol/json.h"
#include "services/auth.h"

namespace cloudemu::sqs {

namespace {

class SqsCall final : public PendingCall {
 public:
  SqsCall(const http::Request& request, const Environment& environment, uint64_t request_id)
      : PendingCall({}, request_id), http_(request), environment_(environment) {
    std::string_view target = request.header("x-amz-target");
    info_.operation = target.substr(target.find('.') + 1);
  }
  std::optional<http::Response> admit(const State&, const Moment&) override { return std::nullopt; }
  BodyPlan body_plan() const override { return {.bytes_max = 2 << 20}; }
  Outcome decide(const State& all, const Moment& moment) override {
    const SqsReadModel& state = all.sqs();
    auto principal = authenticate({.http = http_, .query = {}, .service = "sqs", .body = http_.body}, environment_, all, moment);
    if (principal) principal_ = std::move(*principal);
    info_ = call_info(std::string(info_.operation), principal_, http_);
    auto document = json::Document::parse(http_.body);
    http::Response response;
    if (!document) {
      response.status = 400;
      return outcome_of(std::move(response));
    }
    json::Value in = document->root();
    response.set("Content-Type", "application/x-amz-json-1.0");
    if (info_.operation == "CreateQueue") {
      response.body = concat("{\"QueueUrl\":\"http://", http_.header("host"), "/", principal_.account, "/", in["QueueName"].string(), "\"}");
      return outcome_of(QueueCreated{.account = principal_.account, .region = principal_.region,
                                     .name = std::string(in["QueueName"].string()), .created_at = moment.now},
                        std::move(response));
    }
    std::string_view url = in["QueueUrl"].string();
    const Queue* queue = state.find_queue(principal_.account, principal_.region, url.substr(url.rfind('/') + 1));
    if (!queue) {
      response.status = 400;
      return outcome_of(std::move(response));
    }
    if (moment.due_times.overdue(queue->id, moment.now)) return Outcome{.settle = queue->id};
    if (info_.operation == "SendMessage") {
      MessageSent e{.queue = queue->id, .message_id = moment.entropy.uuid(), .body = std::string(in["MessageBody"].string())};
      e.sent_at = e.visible_at = moment.now;
      e.expires_at = moment.now + 4 * kDayMs;
      JsonWriter(response.body).begin_object().field("MD5OfMessageBody", hex(md5(e.body))).field("MessageId", e.message_id).end_object();
      return outcome_of(std::move(e), std::move(response));
    }
    if (info_.operation == "ReceiveMessage") {
      auto messages = state.visible(queue->id, 1);
      if (messages.empty()) {
        if (in["WaitTimeSeconds"].integer() > 0 && moment.may_wait) {
          return Outcome{.wait = Wait{queue->id, in["WaitTimeSeconds"].integer() * 1000}};
        }
        response.body = "{}";
        return outcome_of(std::move(response));
      }
      const Message& m = messages.front();
      MessageReceived e{.queue = queue->id, .message = m.id, .receipt_handle = concat(m.id, "-", moment.entropy.next())};
      e.received_at = moment.now;
      e.visible_at = moment.now + 30000;
      JsonWriter w(response.body);
      w.begin_object().key("Messages").begin_array().begin_object();
      w.field("MessageId", std::string_view(m.message_id)).field("ReceiptHandle", std::string_view(e.receipt_handle)).field("MD5OfBody", hex(md5(m.body))).field("Body", std::string_view(m.body));
      w.end_object().end_array().end_object();
      return outcome_of(std::move(e), std::move(response));
    }
    if (info_.operation == "DeleteMessage") {
      std::string_view handle = in["ReceiptHandle"].string();
      auto id = parse_integer<int64_t>(handle.substr(0, handle.find('-')));
      response.body = "{}";
      if (!id || !state.message(queue->id, *id)) return outcome_of(std::move(response));
      return outcome_of(MessageDeleted{.queue = queue->id, .message = *id}, std::move(response));
    }
    response.status = 501;
    return outcome_of(std::move(response));
  }
  http::Response body_too_large() const override { return {.status = 413, .headers = {}, .body = {}}; }
  http::Response unavailable(Unavailable) const override { return {.status = 503, .headers = {}, .body = {}}; }

 private:
  const http::Request& http_;
  const Environment& environment_;
  Principal principal_;
};

}  // namespace

std::unique_ptr<PendingCall> open_call(const http::Request& request, const Environment& environment, uint64_t request_id) {
  return std::make_unique<SqsCall>(request, environment, request_id);
}

}  // namespace cloudemu::sqs
