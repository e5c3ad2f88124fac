#include <catch2/catch.hpp>

#include "core/strings.h"
#include "support/sqs.h"

namespace cloudemu::test {

namespace {

constexpr std::string_view kAllowed = "#x9 | #xA | #xD | [#x20-#xD7FF] | [#xE000-#xFFFD] | [#x10000-#x10FFFF]";

std::string too_long(int64_t bytes) {
  return concat("One or more parameters are invalid. Reason: Message must be shorter than ", bytes, " bytes.");
}

}  // namespace

TEST_CASE("SendMessage: the event is the message, the reply its id and digest", "[sqs][send]") {
  Sqs sqs(BOTH_PROTOCOLS);
  std::string queue = sqs.create("jobs");
  Answer answer = sqs.send(queue, "hello");
  CHECK(answer.status == 200);
  const auto& event = sqs.event<sqs::MessageSent>();
  CHECK(event.body == "hello");
  CHECK(event.sender == "000000000000");
  CHECK(event.sent_at == sqs.world.clock().now());
  CHECK(event.visible_at == 0);
  CHECK(event.number == 0);
  CHECK(event.attributes.text.empty());
  CHECK(answer.string("MessageId") == event.message_id);
  CHECK(answer.string("MD5OfMessageBody") == "5d41402abc4b2a76b9719d911017c592");
  CHECK_FALSE(answer["MD5OfMessageAttributes"]);
  CHECK_FALSE(answer["MD5OfMessageSystemAttributes"]);
  CHECK_FALSE(answer["SequenceNumber"]);
}

TEST_CASE("SendMessage: a body there must be", "[sqs][send]") {
  Sqs sqs(BOTH_PROTOCOLS);
  std::string queue = sqs.create("jobs");
  CHECK_ERROR(sqs.send(queue, ""), 400, "MissingParameter", "The request must contain the parameter MessageBody.");
  CHECK_ERROR(sqs.call("SendMessage", concat("{'QueueUrl':'", queue, "'}")), 400, "MissingParameter",
              "The request must contain the parameter MessageBody.");
  CHECK(sqs.world.events().empty());
}

TEST_CASE("SendMessage: bodies are texts of the characters that XML has", "[sqs][send]") {
  Sqs sqs(BOTH_PROTOCOLS);
  std::string queue = sqs.create("jobs");
  std::string fine = "\\t\\n\\r \u00e4\ud7ff\ue000\ufffd\U00010000\U0010ffff<&>]]>";
  CHECK(sqs.send(queue, fine).status == 200);
  CHECK(sqs.bodies(queue) == "\t\n\r \u00e4\ud7ff\ue000\ufffd\U00010000\U0010ffff<&>]]>");
  struct Case {
    std::string_view text, told;
  };
  for (Case c :
       {Case{"\\u0007", "#x7"}, Case{"a\\u001f", "#x1F"}, Case{"\\u0000", "#x0"}, Case{"\\ufffe", "#xFFFE"}, Case{"\uffff", "#xFFFF"}}) {
    CHECK_ERROR(
        sqs.send(queue, c.text), 400, "InvalidMessageContents",
        concat("Invalid binary character '", c.told, "' was found in the message body, the set of allowed characters is ", kAllowed, "."));
  }
}

TEST_CASE("SendMessage: 1 MiB of body is fine, a byte more is not", "[sqs][send]") {
  Sqs sqs(BOTH_PROTOCOLS);
  std::string queue = sqs.create("jobs");
  CHECK(sqs.send(queue, std::string(1 << 20, 'x')).status == 200);
  CHECK_ERROR(sqs.send(queue, std::string((1 << 20) + 1, 'x')), 400, "InvalidParameterValue", too_long(1 << 20));
  CHECK(sqs.receive(queue).at(0).body.size() == 1 << 20);
}

TEST_CASE("SendMessage: names, types and values of attributes count as well, by the bytes", "[sqs][send]") {
  Sqs sqs(BOTH_PROTOCOLS);
  std::string queue = sqs.create("jobs", "{'MaximumMessageSize':'1024'}");
  // 4 + 6 + 2 and 3 + 6 + 3 bytes; "ä" has two.
  constexpr std::string_view kAttributes =
      "'MessageAttributes':{'name':{'DataType':'String','StringValue':'\u00e4'},'bin':{'DataType':'Binary','BinaryValue':'AAEC'}}";
  CHECK(sqs.send(queue, std::string(1000, 'x'), kAttributes).status == 200);
  CHECK_ERROR(sqs.send(queue, std::string(1001, 'x'), kAttributes), 400, "InvalidParameterValue", too_long(1024));
  CHECK(sqs.send(queue, std::string(1024, 'x')).status == 200);
  CHECK(sqs.send(queue, std::string(1022, 'x') + "\u00e4").status == 200);
  CHECK_ERROR(sqs.send(queue, std::string(1023, 'x') + "\u00e4"), 400, "InvalidParameterValue", too_long(1024));
}

TEST_CASE("SendMessage: a delay of its own overrides the queue's, 0 too", "[sqs][send][delay]") {
  Sqs sqs(BOTH_PROTOCOLS);
  std::string queue = sqs.create("jobs", "{'DelaySeconds':'10'}");
  TimeMs now = sqs.world.clock().now();
  sqs.send(queue, "a");
  CHECK(sqs.event<sqs::MessageSent>().visible_at == now + 10 * kSecondMs);
  sqs.send(queue, "b", "'DelaySeconds':0");
  CHECK(sqs.event<sqs::MessageSent>().visible_at == 0);
  sqs.send(queue, "c", "'DelaySeconds':900");
  CHECK(sqs.event<sqs::MessageSent>().visible_at == now + 900 * kSecondMs);
  for (int wrong : {-1, 901}) {
    CHECK_ERROR(sqs.send(queue, "d", concat("'DelaySeconds':", wrong)), 400, "InvalidParameterValue",
                concat("Value ", wrong, " for parameter DelaySeconds is invalid. Reason: DelaySeconds must be >= 0 and <= 900."));
  }
}

TEST_CASE("SendMessage: a deduplication id is for FIFO queues, a group is for all", "[sqs][send][fair]") {
  Sqs sqs(BOTH_PROTOCOLS);
  std::string queue = sqs.create("jobs");
  CHECK_ERROR(sqs.send(queue, "a", "'MessageDeduplicationId':'id'"), 400, "InvalidParameterValue",
              "Value id for parameter MessageDeduplicationId is invalid. Reason: The request include parameter that is not valid for "
              "this queue type.");
  CHECK(sqs.send(queue, "a", "'MessageGroupId':'tenant'").status == 200);
  CHECK(sqs.event<sqs::MessageSent>().group == "tenant");
  for (std::string wrong : {std::string(""), std::string("a b"), std::string("\u00e4"), std::string(129, 'g')}) {
    CHECK_ERROR(sqs.send(queue, "a", concat("'MessageGroupId':'", wrong, '\'')), 400, "InvalidParameterValue",
                concat("Value ", wrong,
                       " for parameter MessageGroupId is invalid. Reason: MessageGroupId can only include alphanumeric "
                       "and punctuation characters. 1 to 128 in length."));
  }
  CHECK(sqs.send(queue, "b", concat("'MessageGroupId':'", std::string(128, 'g'), '\'')).status == 200);
  Answer received = sqs.call("ReceiveMessage", concat("{'QueueUrl':'", queue, "','AttributeNames':['All']}"));
  CHECK(received["Messages"].at(0)["Attributes"]["MessageGroupId"].string() == "tenant");
}

TEST_CASE("Fair queues: messages of one group do not wait for each other on a standard queue", "[sqs][send][fair]") {
  Sqs sqs(BOTH_PROTOCOLS);
  std::string queue = sqs.create("jobs");
  for (std::string_view body : {"a", "b", "c"}) sqs.send(queue, body, "'MessageGroupId':'tenant'");
  CHECK(sqs.bodies(queue, "'MaxNumberOfMessages':1") == "a");
  CHECK(sqs.bodies(queue) == "b c");
}

TEST_CASE("SendMessage: the trace header of the request is kept, unless the message brings its own", "[sqs][send]") {
  Sqs sqs(BOTH_PROTOCOLS);
  std::string queue = sqs.create("jobs");
  sqs.headers = {{"X-Amzn-Trace-Id", "Root=1-header"}};
  CHECK_FALSE(sqs.send(queue, "a")["MD5OfMessageSystemAttributes"]);
  CHECK(sqs.event<sqs::MessageSent>().trace == "Root=1-header");
  Answer own = sqs.send(queue, "b",
                        "'MessageSystemAttributes':{'AWSTraceHeader':{'DataType':'String','StringValue':'Root=1-5759e988-"
                        "bd862e3fe1be46a994272793'}}");
  CHECK(own.string("MD5OfMessageSystemAttributes") == "62a56dd927315f2b2e12832b84617ea5");
  CHECK(sqs.event<sqs::MessageSent>().trace == "Root=1-5759e988-bd862e3fe1be46a994272793");
  Answer received = sqs.call("ReceiveMessage", concat("{'QueueUrl':'", queue, "','AttributeNames':['AWSTraceHeader']}"));
  CHECK(received["Messages"].at(0)["Attributes"]["AWSTraceHeader"].string() == "Root=1-header");
}

TEST_CASE("SendMessage: AWSTraceHeader, a String, is the only system attribute", "[sqs][send]") {
  Sqs sqs(BOTH_PROTOCOLS);
  std::string queue = sqs.create("jobs");
  CHECK_ERROR(sqs.send(queue, "a", "'MessageSystemAttributes':{'Other':{'DataType':'String','StringValue':'x'}}"), 400,
              "InvalidParameterValue",
              "Message system attribute name 'Other' is invalid. You must use only the following supported names: AWSTraceHeader.");
  CHECK_ERROR(sqs.send(queue, "a", "'MessageSystemAttributes':{'AWSTraceHeader':{'DataType':'Number','StringValue':'1'}}"), 400,
              "InvalidParameterValue",
              "The type of message (system) attribute 'AWSTraceHeader' is invalid. You must use only the following supported type: "
              "String.");
}

}  // namespace cloudemu::test
