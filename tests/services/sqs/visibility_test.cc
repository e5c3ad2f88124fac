#include <catch2/catch.hpp>

#include "core/encoding.h"
#include "core/strings.h"
#include "support/sqs.h"

namespace cloudemu::test {

namespace {

std::string expired(std::string_view handle) {
  return concat("Value ", handle, " for parameter ReceiptHandle is invalid. Reason: The receipt handle has expired.");
}

std::string unavailable(std::string_view handle) {
  return concat("Value ", handle,
                " for parameter ReceiptHandle is invalid. Reason: Message does not exist or is not available for "
                "visibility timeout change.");
}

}  // namespace

TEST_CASE("Visibility timeout: a received message is visible again when it ends", "[sqs][visibility]") {
  Sqs sqs(BOTH_PROTOCOLS);
  std::string queue = sqs.create("jobs", "{'VisibilityTimeout':'10'}");
  sqs.send(queue, "hello");
  CHECK(sqs.bodies(queue) == "hello");
  sqs.world.advance(10 * kSecondMs - 1);
  CHECK(sqs.counts(queue) == "0/1/0");
  CHECK(sqs.bodies(queue).empty());
  sqs.world.advance(1);
  const auto& due = sqs.event<sqs::MessagesDue>();
  CHECK(due.cause == "visibility-timeout");
  CHECK(due.messages.size() == 1);
  CHECK(sqs.counts(queue) == "1/0/0");
  CHECK(sqs.bodies(queue) == "hello");
}

TEST_CASE("Visibility timeout: a late timer does not show", "[sqs][visibility]") {
  Sqs sqs(BOTH_PROTOCOLS);
  std::string queue = sqs.create("jobs");
  sqs.send(queue, "hello");
  sqs.receive(queue, "'VisibilityTimeout':5");
  sqs.world.clock().time += 5 * kSecondMs;  // and no timer has run
  CHECK(sqs.counts(queue) == "1/0/0");
  sqs.receive(queue, "'VisibilityTimeout':5");
  sqs.world.clock().time += 5 * kSecondMs;
  CHECK(sqs.bodies(queue) == "hello");
}

TEST_CASE("DeleteMessage: the message is gone; once more is fine", "[sqs][visibility][delete]") {
  Sqs sqs(BOTH_PROTOCOLS);
  std::string queue = sqs.create("jobs");
  sqs.send(queue, "hello");
  std::string handle = sqs.receive(queue).at(0).handle;
  CHECK(sqs.remove(queue, handle).status == 200);
  sqs.event<sqs::MessageDeleted>();
  CHECK(sqs.counts(queue) == "0/0/0");
  CHECK(sqs.remove(queue, handle).status == 200);
  CHECK(sqs.world.events().empty());
}

TEST_CASE("DeleteMessage: on a standard queue handles serve after the timeout, and older ones, too", "[sqs][visibility][delete]") {
  Sqs sqs(BOTH_PROTOCOLS);
  std::string queue = sqs.create("jobs", "{'VisibilityTimeout':'1'}");
  sqs.send(queue, "hello");
  std::string old = sqs.receive(queue).at(0).handle;
  sqs.world.advance(kSecondMs);
  sqs.receive(queue);
  CHECK(sqs.remove(queue, old).status == 200);
  CHECK(sqs.counts(queue) == "0/0/0");
}

TEST_CASE("Receipt handles: nonsense, and those of other queues, are invalid", "[sqs][visibility]") {
  Sqs sqs(BOTH_PROTOCOLS);
  std::string queue = sqs.create("jobs"), other = sqs.create("other");
  sqs.send(other, "hello");
  std::string foreign = sqs.receive(other).at(0).handle, flipped = foreign;
  std::string not_here = concat("The receipt handle \"", foreign, "\" is not valid for this queue.");
  CHECK_ERROR(sqs.remove(queue, foreign), 404, "ReceiptHandleIsInvalid", not_here);
  CHECK_ERROR(sqs.change(queue, foreign, 1), 404, "ReceiptHandleIsInvalid", not_here);
  flipped[20] = flipped[20] == 'A' ? 'B' : 'A';
  for (std::string handle : {std::string("garbage"), flipped, base64("\1\1\1"), foreign + foreign, std::string("\u00e4")}) {
    std::string told = concat("The input receipt handle \"", handle, "\" is not a valid receipt handle.");
    CHECK_ERROR(sqs.remove(queue, handle), 404, "ReceiptHandleIsInvalid", told);
    CHECK_ERROR(sqs.change(queue, handle, 1), 404, "ReceiptHandleIsInvalid", told);
  }
  CHECK_ERROR(sqs.call("DeleteMessage", concat("{'QueueUrl':'", queue, "'}")), 400, "MissingParameter",
              "The request must contain the parameter ReceiptHandle.");
}

TEST_CASE("ChangeMessageVisibility: counts from now; 0 makes the message visible at once", "[sqs][visibility]") {
  Sqs sqs(BOTH_PROTOCOLS);
  std::string queue = sqs.create("jobs");
  sqs.send(queue, "hello");
  std::string handle = sqs.receive(queue).at(0).handle;
  sqs.world.advance(20 * kSecondMs);
  CHECK(sqs.change(queue, handle, 60).status == 200);
  CHECK(sqs.event<sqs::VisibilityChanged>().visible_at == sqs.world.clock().now() + 60 * kSecondMs);
  sqs.world.advance(59 * kSecondMs);
  CHECK(sqs.counts(queue) == "0/1/0");
  CHECK(sqs.change(queue, handle, 0).status == 200);
  CHECK(sqs.event<sqs::VisibilityChanged>().visible_at == 0);
  CHECK(sqs.counts(queue) == "1/0/0");
}

TEST_CASE("ChangeMessageVisibility: of a message that is no longer in flight does nothing, and succeeds", "[sqs][visibility]") {
  Sqs sqs(BOTH_PROTOCOLS);
  std::string queue = sqs.create("jobs");
  sqs.send(queue, "hello");
  std::string handle = sqs.receive(queue, "'VisibilityTimeout':1").at(0).handle;
  sqs.world.advance(kSecondMs);
  for (int timeout_s : {0, 10}) {
    CHECK(sqs.change(queue, handle, timeout_s).status == 200);
    CHECK(sqs.world.events().empty());
    CHECK(sqs.counts(queue) == "1/0/0");
  }
  Answer batch = sqs.call("ChangeMessageVisibilityBatch", concat("{'QueueUrl':'", queue, "','Entries':[{'Id':'a','ReceiptHandle':'", handle,
                                                                 "','VisibilityTimeout':10}]}"));
  CHECK(batch["Successful"].size() == 1);
  CHECK(sqs.world.events().empty());
  // Under another receive it is in flight again, and an older handle serves.
  sqs.receive(queue);
  CHECK(sqs.change(queue, handle, 0).status == 200);
  CHECK(sqs.counts(queue) == "1/0/0");
}

TEST_CASE("ChangeMessageVisibility: 0 to 43200 seconds, and no more since the message was received", "[sqs][visibility]") {
  Sqs sqs(BOTH_PROTOCOLS);
  std::string queue = sqs.create("jobs");
  sqs.send(queue, "hello");
  std::string handle = sqs.receive(queue).at(0).handle;
  CHECK(sqs.change(queue, handle, 43'200).status == 200);
  for (int wrong : {-1, 43'201}) {
    CHECK_ERROR(sqs.change(queue, handle, wrong), 400, "InvalidParameterValue",
                concat("Value ", wrong,
                       " for parameter VisibilityTimeout is invalid. Reason: VisibilityTimeout must be an integer "
                       "between 0 and 43200."));
  }
  sqs.world.advance(kSecondMs);
  CHECK(sqs.change(queue, handle, 43'199).status == 200);
  CHECK_ERROR(sqs.change(queue, handle, 43'200), 400, "InvalidParameterValue",
              "Value 43200 for parameter VisibilityTimeout is invalid. Reason: Total VisibilityTimeout for the message is beyond the "
              "limit [43200 seconds]");
  // The handle is looked at last.
  for (std::string_view any : {std::string_view(handle), std::string_view("garbage")}) {
    CHECK_ERROR(sqs.call("ChangeMessageVisibility", concat("{'QueueUrl':'", queue, "','ReceiptHandle':'", any, "'}")), 400,
                "MissingParameter", "The request must contain the parameter VisibilityTimeout.");
  }
  CHECK(sqs.change(queue, "garbage", -1).code == "InvalidParameterValue");
}

TEST_CASE("Receipt handles: serve for 12 hours after the message was received", "[sqs][visibility]") {
  Sqs sqs(BOTH_PROTOCOLS);
  std::string queue = sqs.create("jobs");
  sqs.send(queue, "hello");
  std::string handle = sqs.receive(queue).at(0).handle;
  sqs.world.advance(12 * 3600 * kSecondMs);
  CHECK(sqs.change(queue, handle, 0).status == 200);
  sqs.world.advance(1);
  CHECK_ERROR(sqs.change(queue, handle, 0), 400, "InvalidParameterValue", expired(handle));
  CHECK_ERROR(sqs.remove(queue, handle), 400, "InvalidParameterValue", expired(handle));
  CHECK(sqs.remove(queue, sqs.receive(queue).at(0).handle).status == 200);
}

TEST_CASE("ChangeMessageVisibility: a deleted message has none", "[sqs][visibility]") {
  Sqs sqs(BOTH_PROTOCOLS);
  std::string queue = sqs.create("jobs");
  sqs.send(queue, "hello");
  std::string handle = sqs.receive(queue).at(0).handle;
  sqs.remove(queue, handle);
  CHECK_ERROR(sqs.change(queue, handle, 1), 400, "InvalidParameterValue", unavailable(handle));
}

TEST_CASE("FIFO: a handle serves until its timeout ends, or as long as it was extended", "[sqs][visibility][fifo]") {
  Sqs sqs(BOTH_PROTOCOLS);
  std::string queue = sqs.create_fifo("jobs.fifo");
  sqs.send(queue, "g", "1", "a");
  std::string handle = sqs.receive(queue, "'VisibilityTimeout':1").at(0).handle;
  sqs.change(queue, handle, 5);
  sqs.world.advance(4 * kSecondMs);
  CHECK(sqs.change(queue, handle, 1).status == 200);
  sqs.world.advance(kSecondMs);
  CHECK_ERROR(sqs.remove(queue, handle), 400, "InvalidParameterValue", expired(handle));
  CHECK_ERROR(sqs.change(queue, handle, 1), 400, "InvalidParameterValue", expired(handle));
  std::string next = sqs.receive(queue).at(0).handle;
  CHECK(sqs.remove(queue, handle).status == 400);
  CHECK(sqs.remove(queue, next).status == 200);
  CHECK(sqs.remove(queue, next).status == 200);
  CHECK_ERROR(sqs.change(queue, next, 1), 400, "InvalidParameterValue", unavailable(next));
}

}  // namespace cloudemu::test
