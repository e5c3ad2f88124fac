#include <catch2/catch.hpp>

#include "core/strings.h"
#include "support/sqs.h"

namespace cloudemu::test {

namespace {

Answer batch(Sqs& sqs, std::string_view operation, std::string_view queue, std::string_view entries) {
  return sqs.call(operation, concat("{'QueueUrl':'", queue, "','Entries':[", entries, "]}"));
}

Answer send(Sqs& sqs, std::string_view queue, std::string_view entries) { return batch(sqs, "SendMessageBatch", queue, entries); }

std::string successful(const Answer& answer) {
  std::vector<std::string> ids;
  for (json::Value entry : answer["Successful"].elements()) ids.emplace_back(entry["Id"].string());
  return join(ids, " ");
}

/// "id: Code: Message", one a line.
std::string failed(const Answer& answer) {
  std::vector<std::string> texts;
  for (json::Value entry : answer["Failed"].elements()) {
    bool senders = entry["SenderFault"].is_boolean() ? entry["SenderFault"].boolean() : entry["SenderFault"].string() == "true";
    CHECK(senders);
    texts.push_back(concat(entry["Id"].string(), ": ", entry["Code"].string(), ": ", entry["Message"].string()));
  }
  return join(texts, "\n");
}

/// Entries that are fine but for their number or their ids.
std::string entries(int count, std::string_view members) {
  std::string text;
  for (int i = 0; i < count; ++i) append(text, i ? "," : "", "{'Id':'e", i, "',", members, "}");
  return text;
}

struct Kind {
  std::string_view operation, members;
};
#define ALL_BATCHES                                                                                          \
  GENERATE(Kind{"SendMessageBatch", "'MessageBody':'b'"}, Kind{"DeleteMessageBatch", "'ReceiptHandle':'h'"}, \
           Kind{"ChangeMessageVisibilityBatch", "'ReceiptHandle':'h','VisibilityTimeout':1"})

}  // namespace

TEST_CASE("Batches: one to ten entries", "[sqs][batch]") {
  Kind kind = ALL_BATCHES;
  Sqs sqs(BOTH_PROTOCOLS);
  std::string queue = sqs.create("jobs");
  CHECK(batch(sqs, kind.operation, queue, entries(10, kind.members)).status == 200);
  CHECK_ERROR(batch(sqs, kind.operation, queue, entries(11, kind.members)), 400, "AWS.SimpleQueueService.TooManyEntriesInBatchRequest",
              "Maximum number of entries per request are 10. You have sent 11.");
  CHECK_ERROR(batch(sqs, kind.operation, queue, ""), 400, "AWS.SimpleQueueService.EmptyBatchRequest",
              concat("There should be at least one ", kind.operation, "RequestEntry in the request."));
}

TEST_CASE("Batches: ids are 1 to 80 letters, digits, hyphens and underscores, and distinct", "[sqs][batch]") {
  Kind kind = ALL_BATCHES;
  Sqs sqs(BOTH_PROTOCOLS);
  std::string queue = sqs.create("jobs");
  auto with_id = [&](std::string_view id) { return concat("{'Id':'", id, "',", kind.members, "}"); };
  CHECK(batch(sqs, kind.operation, queue, with_id("A-z_0") + "," + with_id(std::string(80, 'i'))).status == 200);
  for (std::string wrong : {std::string(""), std::string("a b"), std::string("a."), std::string("\u00e4"), std::string(81, 'i')}) {
    CHECK_ERROR(batch(sqs, kind.operation, queue, with_id("fine") + "," + with_id(wrong)), 400,
                "AWS.SimpleQueueService.InvalidBatchEntryId",
                "A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long.");
    CHECK(sqs.world.events().empty());
  }
  CHECK_ERROR(batch(sqs, kind.operation, queue, with_id("one") + "," + with_id("two") + "," + with_id("one")), 400,
              "AWS.SimpleQueueService.BatchEntryIdsNotDistinct", "Id one repeated.");
  // The number of entries comes first.
  std::string eleven;
  for (int i = 0; i < 11; ++i) append(eleven, i ? "," : "", with_id("a b"));
  CHECK(batch(sqs, kind.operation, queue, eleven).code == "AWS.SimpleQueueService.TooManyEntriesInBatchRequest");
}

TEST_CASE("SendMessageBatch: each entry as if it had been sent alone, in order", "[sqs][batch][send]") {
  Sqs sqs(BOTH_PROTOCOLS);
  std::string queue = sqs.create("jobs");
  Answer answer = send(sqs, queue,
                       "{'Id':'1','MessageBody':'hello'},{'Id':'2','MessageBody':'b','DelaySeconds':5,'MessageAttributes':{'a':{"
                       "'DataType':'String','StringValue':'x y'}}}");
  CHECK(answer.status == 200);
  CHECK(successful(answer) == "1 2");
  CHECK_FALSE(answer["Failed"]);
  json::Value first = answer["Successful"].at(0), second = answer["Successful"].at(1);
  CHECK(first["MD5OfMessageBody"].string() == "5d41402abc4b2a76b9719d911017c592");
  CHECK_FALSE(first["MD5OfMessageAttributes"]);
  CHECK(second["MD5OfMessageAttributes"].string() == "b179d2956d2be6e0981edf9cc657b65b");
  sqs.require_events(2);
  CHECK(first["MessageId"].string() == std::get<sqs::MessageSent>(sqs.world.events()[0]).message_id);
  CHECK(second["MessageId"].string() == std::get<sqs::MessageSent>(sqs.world.events()[1]).message_id);
  CHECK(sqs.counts(queue) == "1/0/1");
}

TEST_CASE("SendMessageBatch: an entry that fails does not stop the others", "[sqs][batch][send]") {
  Sqs sqs(BOTH_PROTOCOLS);
  std::string queue = sqs.create("jobs", "{'MaximumMessageSize':'1024'}");
  Answer answer = send(sqs, queue,
                       concat("{'Id':'long','MessageBody':'", std::string(1025, 'x'), "'},",
                              "{'Id':'fine','MessageBody':'fine'},{'Id':'empty','MessageBody':''},"
                              "{'Id':'odd','MessageBody':'\\u0001'},{'Id':'late','MessageBody':'x','DelaySeconds':901}"));
  CHECK(answer.status == 200);
  CHECK(successful(answer) == "fine");
  CHECK(failed(answer) ==
        "long: InvalidParameterValue: One or more parameters cannot be validated. Reason: Message must be shorter than 1024 bytes.\n"
        "empty: MissingParameter: The request must contain the parameter MessageBody.\n"
        "odd: InvalidMessageContents: Invalid binary character '#x1' was found in the message body, the set of allowed characters is "
        "#x9 | #xA | #xD | [#x20-#xD7FF] | [#xE000-#xFFFD] | [#x10000-#x10FFFF].\n"
        "late: InvalidParameterValue: DelaySeconds must be >= 0 and <= 900");
  CHECK(sqs.bodies(queue) == "fine");
  Answer none = send(sqs, queue, "{'Id':'empty','MessageBody':''}");
  CHECK(none.status == 200);
  CHECK_FALSE(none["Successful"]);
  CHECK(sqs.world.events().empty());
}

TEST_CASE("SendMessageBatch: 1 MiB together, whatever the queue's own limit", "[sqs][batch][send]") {
  Sqs sqs(BOTH_PROTOCOLS);
  std::string queue = sqs.create("jobs"), small = sqs.create("small", "{'MaximumMessageSize':'1024'}");
  auto two = [](size_t bytes) {
    return concat("{'Id':'1','MessageBody':'", std::string(1 << 19, 'x'), "'},{'Id':'2','MessageBody':'",
                  std::string(bytes - (1 << 19), 'x'), "'}");
  };
  CHECK(successful(send(sqs, queue, two(1 << 20))) == "1 2");
  for (std::string_view target : {queue, small}) {
    CHECK_ERROR(send(sqs, target, two((1 << 20) + 1)), 400, "AWS.SimpleQueueService.BatchRequestTooLong",
                "Batch requests cannot be longer than 1048576 bytes. You have sent 1048577 bytes.");
  }
  CHECK(successful(send(sqs, small, two(1 << 20))).empty());
}

TEST_CASE("SendMessageBatch: on a FIFO queue an entry without its ids fails all", "[sqs][batch][send][fifo]") {
  Sqs sqs(BOTH_PROTOCOLS);
  std::string queue = sqs.create_fifo("jobs.fifo");
  constexpr std::string_view kFine = "{'Id':'1','MessageBody':'a','MessageGroupId':'g','MessageDeduplicationId':'1'},";
  CHECK_ERROR(send(sqs, queue, concat(kFine, "{'Id':'2','MessageBody':'b','MessageDeduplicationId':'2'}")), 400, "InvalidParameterValue",
              "The request must contain the parameter MessageGroupId.");
  CHECK_ERROR(send(sqs, queue, concat(kFine, "{'Id':'2','MessageBody':'b','MessageGroupId':'g'}")), 400, "InvalidParameterValue",
              "The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly");
  CHECK(sqs.counts(queue) == "0/0/0");
}

TEST_CASE("SendMessageBatch: on a FIFO queue any entry that is invalid fails all", "[sqs][batch][send][fifo]") {
  Sqs sqs(BOTH_PROTOCOLS);
  std::string queue = sqs.create_fifo("jobs.fifo", "'MaximumMessageSize':'1024'");
  auto fails_all = [&](std::string_view members, std::string_view code, std::string_view message) {
    Answer answer = send(sqs, queue,
                         concat("{'Id':'1','MessageBody':'a','MessageGroupId':'g','MessageDeduplicationId':'1'},",
                                "{'Id':'2','MessageDeduplicationId':'2',", members, "}"));
    CHECK_ERROR(answer, 400, code, message);
    CHECK(sqs.world.events().empty());
  };
  fails_all("'MessageBody':'b','MessageGroupId':'a b'", "InvalidParameterValue",
            "Value a b for parameter MessageGroupId is invalid. Reason: MessageGroupId can only include alphanumeric and punctuation "
            "characters. 1 to 128 in length.");
  fails_all("'MessageBody':'b','MessageGroupId':'g','DelaySeconds':3", "InvalidParameterValue",
            "Value 3 for parameter DelaySeconds is invalid. Reason: The request include parameter that is not valid for this queue type.");
  fails_all(concat("'MessageGroupId':'g','MessageBody':'", std::string(1025, 'x'), '\''), "InvalidParameterValue",
            "One or more parameters cannot be validated. Reason: Message must be shorter than 1024 bytes.");
  fails_all("'MessageGroupId':'g'", "MissingParameter", "The request must contain the parameter MessageBody.");
}

TEST_CASE("SendMessageBatch: an entry that is for FIFO queues is refused for the bare reason", "[sqs][batch][send]") {
  Sqs sqs(BOTH_PROTOCOLS);
  Answer answer = send(sqs, sqs.create("jobs"), "{'Id':'1','MessageBody':'a','MessageDeduplicationId':'d'}");
  CHECK(failed(answer) == "1: InvalidParameterValue: The request include parameter that is not valid for this queue type");
}

TEST_CASE("SendMessageBatch: two entries with one deduplication id are one message", "[sqs][batch][send][fifo]") {
  Sqs sqs(BOTH_PROTOCOLS);
  std::string queue = sqs.create_fifo("jobs.fifo");
  Answer answer = send(sqs, queue,
                       "{'Id':'1','MessageBody':'a','MessageGroupId':'g','MessageDeduplicationId':'x'},"
                       "{'Id':'2','MessageBody':'b','MessageGroupId':'g','MessageDeduplicationId':'x'}");
  json::Value first = answer["Successful"].at(0), second = answer["Successful"].at(1);
  CHECK(first["MessageId"].string() == second["MessageId"].string());
  CHECK(first["SequenceNumber"].string() == second["SequenceNumber"].string());
  CHECK(sqs.bodies(queue) == "a");
}

TEST_CASE("DeleteMessageBatch: deletes what it can; one handle twice is fine", "[sqs][batch][delete]") {
  Sqs sqs(BOTH_PROTOCOLS);
  std::string queue = sqs.create("jobs");
  sqs.send(queue, "a");
  sqs.send(queue, "b");
  auto messages = sqs.receive(queue);
  REQUIRE(messages.size() == 2);
  Answer answer =
      batch(sqs, "DeleteMessageBatch", queue,
            concat("{'Id':'1','ReceiptHandle':'", messages[0].handle, "'},{'Id':'2','ReceiptHandle':'garbage'},",
                   "{'Id':'3','ReceiptHandle':'", messages[1].handle, "'},{'Id':'4','ReceiptHandle':'", messages[0].handle, "'}"));
  CHECK(successful(answer) == "1 3 4");
  CHECK(failed(answer) == "2: ReceiptHandleIsInvalid: The input receipt handle \"garbage\" is not a valid receipt handle.");
  CHECK(sqs.counts(queue) == "0/0/0");
  CHECK(sqs.world.rebuilt_digest() == sqs.world.live_digest());
}

TEST_CASE("ChangeMessageVisibilityBatch: changes what it can", "[sqs][batch][visibility]") {
  Sqs sqs(BOTH_PROTOCOLS);
  std::string queue = sqs.create("jobs");
  for (std::string_view body : {"a", "b", "c"}) sqs.send(queue, body);
  auto messages = sqs.receive(queue);
  REQUIRE(messages.size() == 3);
  auto entry = [&](int i, int timeout_s) {
    return concat("{'Id':'", i, "','ReceiptHandle':'", messages[static_cast<size_t>(i)].handle, "','VisibilityTimeout':", timeout_s, "}");
  };
  Answer answer = batch(sqs, "ChangeMessageVisibilityBatch", queue, concat(entry(0, 0), ',', entry(1, 43'201), ',', entry(2, 100)));
  CHECK(successful(answer) == "0 2");
  CHECK(failed(answer) == "1: InvalidParameterValue: VisibilityTimeout must be an integer between 0 and 43200");
  CHECK(sqs.bodies(queue) == "a");
  sqs.world.advance(30 * kSecondMs);
  CHECK(sqs.bodies(queue) == "a b");
}

TEST_CASE("Batches by handle: AWS's clients know the refusals by these words", "[sqs][batch][visibility]") {
  Sqs sqs(BOTH_PROTOCOLS);
  std::string queue = sqs.create("jobs"), fifo = sqs.create_fifo("jobs.fifo");
  sqs.send(queue, "a");
  std::string handle = sqs.receive(queue).at(0).handle;
  sqs.remove(queue, handle);
  auto entry = [](std::string_view of, std::string_view more) { return concat("{'Id':'1','ReceiptHandle':'", of, '\'', more, '}'); };
  CHECK(failed(batch(sqs, "ChangeMessageVisibilityBatch", queue, entry(handle, ",'VisibilityTimeout':1"))) ==
        "1: ReceiptHandleIsInvalid: Message does not exist or is not available for visibility timeout change");
  CHECK(failed(batch(sqs, "DeleteMessageBatch", fifo, entry(handle, ""))) ==
        concat("1: ReceiptHandleIsInvalid: The receipt handle \"", handle, "\" is not valid for this queue."));
  sqs.send(fifo, "g", "1", "a");
  std::string old = sqs.receive(fifo, "'VisibilityTimeout':1").at(0).handle;
  sqs.world.advance(kSecondMs);
  CHECK(failed(batch(sqs, "DeleteMessageBatch", fifo, entry(old, ""))) == "1: ReceiptHandleIsInvalid: The receipt handle has expired");
}

}  // namespace cloudemu::test
