#include "services/sqs/peek.h"

#include <algorithm>
#include <optional>

#include "core/json_writer.h"
#include "core/strings.h"
#include "protocol/uri.h"
#include "protocol/xml_reader.h"
#include "services/sqs/authorise.h"
#include "services/sqs/inputs.h"
#include "services/sqs/message_reply.h"
#include "services/sqs/operations.h"
#include "services/sqs/queue_url.h"

namespace cloudemu::sqs {

namespace {

constexpr std::string_view kPeekPath = "/_aws/sqs/messages";
/// Enough for any test to look at; more would keep others waiting.
constexpr size_t kShownMax = 1000, kLookedAtMax = 10'000;
constexpr size_t kShownBytesMax = 2 << 20;  ///< as text of the reply, roughly
/// As LocalStack has it: what is looked at cannot be deleted or hidden by that.
constexpr std::string_view kHandle = "SQS/BACKDOOR/ACCESS";

struct PeekInput : ReceiveMessageInput {
  query::Text show_invisible, show_delayed;
  template <class Self, class Members>
  static void describe(Self& self, Members& members) {
    ReceiveMessageInput::describe(self, members);
    members("ShowInvisible", self.show_invisible);
    members("ShowDelayed", self.show_delayed);
  }
};

std::string_view boolean(bool value) { return value ? "true" : "false"; }

bool is_true(query::Text text) { return text && equals_ignoring_case(*text, "true"); }

/// Of the region that the path says, if it says one: whoever looks by a browser is in none.
AwsResult<const Queue*> find_queue(const SqsReadModel& state, const Call& call, query::Text url) {
  Principal caller = call.principal;
  std::string path = percent_decode(std::string_view(call.http.path).substr(kPeekPath.size()));
  if (path.size() > 1) {
    auto [region, queue] = split_once(std::string_view(path).substr(1), '/');
    caller.region = region;
    path = concat('/', queue);
    url = path;
  }
  const Call there{call.http, call.service, call.environment, caller, call.moment, call.operation, call.request_id, call.shape};
  return require_queue(state, there, url);
}

AwsResult<void> authorise_peek(const State& state, const Call& call, const query::Operation& operation, const query::Input& input,
                               iam::Judge& judge) {
  auto asked = query::read_input<PeekInput>(input);
  auto queue = asked ? find_queue(state.sqs(), call, asked->queue_url) : AwsResult<const Queue*>(nullptr);
  if (!queue || !*queue) return {};  // the rule says what is wrong
  return authorise_on_queue(call, operation, **queue, judge);
}

/// What a message takes in a reply, roughly: attributes are many small elements.
size_t reply_bytes(const Message& message) { return 500 + message.body.size() + 4 * message.attributes.size(); }

/// LocalStack's JSON is its XML: an element without content is null, a child is a member, and several of a name are a list.
void append_json(JsonWriter& json, const xml::Element& element) {
  if (element.children.empty()) {
    element.text.empty() ? json.null() : json.string(element.text);
    return;
  }
  json.begin_object();
  for (auto child = element.children.begin(); child != element.children.end();) {
    auto end = std::find_if(child, element.children.end(), [&](const xml::Element& other) { return other.name != child->name; });
    json.key(child->name);
    bool is_list = end - child > 1;
    if (is_list) json.begin_array();
    for (; child != end; ++child) append_json(json, *child);
    if (is_list) json.end_array();
  }
  json.end_object();
}

std::string as_json(std::string_view document) {
  std::string out;
  JsonWriter json(out);
  if (auto root = xml::parse(document)) {
    json.begin_object().key(root->name);
    append_json(json, *root);
    json.end_object();
  }
  return out;
}

AwsResult<Outcome> peek(const SqsReadModel& state, const Call& call, const PeekInput& input) {
  const Queue* queue = TRY(find_queue(state, call, input.queue_url));
  if (call.moment.is_late_for(Subject::queue(queue->id))) return Settle{Subject::queue(queue->id)};
  bool shows_invisible = is_true(input.show_invisible), shows_delayed = is_true(input.show_delayed);
  bool wants_json = call.shape == query::Shape::query_json;
  query::ReplyWriter reply(wants_json ? query::Shape::xml : call.shape, call.operation, call.service.xml_namespace, call.request_id);
  AttributeFilter all({"All"});
  size_t shown = 0, looked_at = 0, bytes = 0;
  state.visit_messages(queue->id, [&](const Message& message) {
    bool is_wanted = message.state == MessageState::visible || (message.state == MessageState::in_flight && shows_invisible) ||
                     (message.state == MessageState::delayed && shows_delayed);
    if (is_wanted) {
      if (shown++ == 0) reply.begin_list({"Messages", "Message"});
      MoreAttributes more;
      if (message.first_received_at == 0) more.emplace_back("ApproximateFirstReceiveTimestamp", "0");
      if (shows_invisible) more.emplace_back("IsVisible", boolean(message.state == MessageState::visible));
      if (shows_delayed) more.emplace_back("IsDelayed", boolean(message.state == MessageState::delayed));
      write_message(reply, message, kHandle, kSystemAttributes, all, more);
      bytes += reply_bytes(message);
    }
    return ++looked_at < kLookedAtMax && shown < kShownMax && bytes < kShownBytesMax;
  });
  if (shown > 0) reply.end_list();
  Answer answer = call.answer(reply);
  if (wants_json) answer.response.body = as_json(answer.response.body);
  return answer;
}

/// A policy that lets another account receive does not let it look.
constexpr query::Needs kOwners{query::Needs::Of::queue_url, {}, true};
constexpr query::Operation kOperations[] = {{"ReceiveMessage", query::Bound<peek>::decide, kOwners}};

}  // namespace

bool is_peek_path(std::string_view path) { return path == kPeekPath || (path.starts_with(kPeekPath) && path[kPeekPath.size()] == '/'); }

const query::Service& service_at(std::string_view path) {
  static const query::Service kPeeking = [] {
    query::Service peeking = service();
    peeking.operations = kOperations;
    peeking.only_action = kOperations->name;
    peeking.is_resource_path = [](std::string_view) { return false; };
    peeking.authorise = authorise_peek;
    return peeking;
  }();
  return is_peek_path(path) ? kPeeking : service();
}

}  // namespace cloudemu::sqs
