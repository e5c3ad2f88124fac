#include <catch2/catch.hpp>

#include "core/encoding.h"
#include "core/strings.h"
#include "support/sqs.h"

namespace cloudemu::test {

namespace {

std::string arn(std::string_view name) { return concat("arn:aws:sqs:us-east-1:000000000000:", name); }

std::string redrive_to(std::string_view name) {
  return concat(R"('RedrivePolicy':'{\"deadLetterTargetArn\":\")", arn(name), R"(\",\"maxReceiveCount\":1}')");
}

/// Two queues whose messages go to "dead" once they were received.
struct Queues {
  explicit Queues(Sqs& sqs) : dead(sqs.create("dead")) {
    a = sqs.create("a", concat("{", redrive_to("dead"), "}"));
    b = sqs.create("b", concat("{", redrive_to("dead"), "}"));
  }
  std::string dead, a, b;
};

/// Sends a message and has it moved to the dead-letter queue.
void kill_message(Sqs& sqs, std::string_view queue, std::string_view body) {
  sqs.send(queue, body);
  sqs.receive(queue, "'VisibilityTimeout':0");
  REQUIRE(sqs.receive(queue).empty());
}

Answer start(Sqs& sqs, std::string_view more = "") {
  return sqs.call("StartMessageMoveTask", concat("{'SourceArn':'", arn("dead"), '\'', more.empty() ? "" : ",", more, "}"));
}

Answer list(Sqs& sqs, std::string_view more = "") {
  return sqs.call("ListMessageMoveTasks", concat("{'SourceArn':'", arn("dead"), '\'', more.empty() ? "" : ",", more, "}"));
}

Answer cancel(Sqs& sqs, std::string_view handle) { return sqs.call("CancelMessageMoveTask", concat("{'TaskHandle':'", handle, "'}")); }

/// A member of a task, number or text.
std::string member(const json::Value& task, std::string_view name) {
  json::Value value = task[name];
  return value.is_number() ? value.text() : std::string(value.string());
}

/// "STATUS moved/to move" of the latest task.
std::string latest(Sqs& sqs) {
  Answer answer = list(sqs);
  json::Value task = answer["Results"].at(0);
  return concat(member(task, "Status"), ' ', member(task, "ApproximateNumberOfMessagesMoved"), '/',
                member(task, "ApproximateNumberOfMessagesToMove"));
}

}  // namespace

TEST_CASE("StartMessageMoveTask: each message goes back to the queue that it came from, as a new one", "[sqs][move_task]") {
  Sqs sqs(BOTH_PROTOCOLS);
  Queues queues(sqs);
  kill_message(sqs, queues.a, "from-a");
  kill_message(sqs, queues.b, "from-b");
  kill_message(sqs, queues.a, "also-from-a");
  sqs.world.advance(5000);
  Answer started = start(sqs);
  CHECK(started.status == 200);
  const auto& event = sqs.last_event<sqs::MoveTaskStarted>();
  CHECK(event.to_move == 3);
  CHECK(event.target_arn.empty());
  CHECK(unbase64(started.string("TaskHandle")) ==
        concat(R"({"taskId":")", event.task_id, R"(","sourceArn":"arn:aws:sqs:us-east-1:000000000000:dead"})"));
  sqs.world.advance(0);
  CHECK(latest(sqs) == "COMPLETED 3/3");
  CHECK(sqs.counts(queues.dead) == "0/0/0");
  CHECK(sqs.bodies(queues.b) == "from-b");
  Answer back = sqs.call("ReceiveMessage", concat("{'QueueUrl':'", queues.a, "','MaxNumberOfMessages':10,'AttributeNames':['All']}"));
  REQUIRE(back["Messages"].size() == 2);
  CHECK(back["Messages"].at(0)["Body"].string() == "from-a");
  json::Value attributes = back["Messages"].at(0)["Attributes"];
  CHECK(attributes["ApproximateReceiveCount"].string() == "1");
  CHECK(attributes["SentTimestamp"].string() == "1795406405000");
  CHECK_FALSE(attributes["DeadLetterQueueSourceArn"]);
}

TEST_CASE("StartMessageMoveTask: to a queue of one's choice", "[sqs][move_task]") {
  Sqs sqs(BOTH_PROTOCOLS);
  Queues queues(sqs);
  std::string other = sqs.create("other");
  kill_message(sqs, queues.a, "one");
  sqs.send(queues.dead, "two");
  start(sqs, concat("'DestinationArn':'", arn("other"), "'"));
  auto poll = sqs.begin_poll(other);
  sqs.world.advance(0);
  CHECK(latest(sqs) == "COMPLETED 2/2");
  CHECK((sqs.polled(poll) == "one two" || sqs.polled(poll) == "one"));
  Answer answer = list(sqs);
  json::Value task = answer["Results"].at(0);
  CHECK(task["SourceArn"].string() == arn("dead"));
  CHECK(task["DestinationArn"].string() == arn("other"));
  CHECK(member(task, "StartedTimestamp") == "1795406400000");
  CHECK_FALSE(task["TaskHandle"]);
  CHECK_FALSE(task["FailureReason"]);
  CHECK_FALSE(task["MaxNumberOfMessagesPerSecond"]);
}

TEST_CASE("StartMessageMoveTask: at a rate, one second after the other", "[sqs][move_task][time]") {
  Sqs sqs(BOTH_PROTOCOLS);
  Queues queues(sqs);
  for (int i = 0; i < 5; ++i) kill_message(sqs, queues.a, concat('m', i));
  std::string handle = start(sqs, "'MaxNumberOfMessagesPerSecond':2").string("TaskHandle");
  CHECK(latest(sqs) == "RUNNING 1/5");
  Answer answer = list(sqs);
  CHECK(answer["Results"].at(0)["TaskHandle"].string() == handle);
  CHECK(member(answer["Results"].at(0), "MaxNumberOfMessagesPerSecond") == "2");
  CHECK_ERROR(start(sqs), 400, "InvalidParameterValue",
              "There is already a task running. Only one active task is allowed for a source queue arn at a given time.");
  sqs.world.advance(499);
  CHECK(latest(sqs) == "RUNNING 1/5");
  sqs.world.advance(1);
  CHECK(latest(sqs) == "RUNNING 2/5");
  sqs.world.clock().time += 1000;  // and no timer has run
  CHECK(latest(sqs) == "RUNNING 4/5");
  sqs.world.advance(500);
  CHECK(latest(sqs) == "COMPLETED 5/5");
  CHECK(sqs.bodies(queues.a) == "m0 m1 m2 m3 m4");
}

TEST_CASE("StartMessageMoveTask: takes no more than was visible at the start", "[sqs][move_task]") {
  Sqs sqs(BOTH_PROTOCOLS);
  Queues queues(sqs);
  kill_message(sqs, queues.a, "one");
  kill_message(sqs, queues.a, "two");
  kill_message(sqs, queues.a, "three");
  CHECK(sqs.bodies(queues.dead, "'MaxNumberOfMessages':1") == "one");
  start(sqs, "'MaxNumberOfMessagesPerSecond':1");
  kill_message(sqs, queues.b, "four");
  sqs.world.advance(10 * kSecondMs);
  CHECK(latest(sqs) == "COMPLETED 2/2");
  CHECK(sqs.bodies(queues.dead) == "four");
}

TEST_CASE("StartMessageMoveTask: an empty queue is done at once, and so is one that was emptied meanwhile", "[sqs][move_task]") {
  Sqs sqs(BOTH_PROTOCOLS);
  Queues queues(sqs);
  start(sqs);
  CHECK(latest(sqs) == "COMPLETED 0/0");
  kill_message(sqs, queues.a, "one");
  kill_message(sqs, queues.a, "two");
  start(sqs, "'MaxNumberOfMessagesPerSecond':1");
  sqs.world.advance(0);
  sqs.call("PurgeQueue", concat("{'QueueUrl':'", queues.dead, "'}"));
  sqs.world.advance(kSecondMs);
  CHECK(latest(sqs) == "COMPLETED 1/2");
}

TEST_CASE("StartMessageMoveTask: thousands of messages go in slices, so that others need not wait", "[sqs][move_task][jobs]") {
  Sqs sqs(Protocol::json);
  Queues queues(sqs);
  int64_t id = sqs.world.state().sqs().find_queue("000000000000", "us-east-1", "dead")->id;
  std::vector<Event> events;
  for (int i = 0; i < 1700; ++i) {
    events.emplace_back(sqs::MessageSent{.queue = id, .message_id = "m", .body = "b", .sent_at = sqs.world.clock().now()});
  }
  sqs.world.engine().append_own({.operation = "Given"}, std::move(events));
  start(sqs, concat("'DestinationArn':'", arn("a"), "'"));
  CHECK(latest(sqs) == "RUNNING 1000/1700");  // a thousand within the call
  CHECK(sqs.world.run_slice());
  CHECK(sqs.last_event<sqs::MessageRedriven>().queue == id);
  CHECK(latest(sqs) == "RUNNING 1200/1700");
  sqs.world.run_jobs();
  CHECK(latest(sqs) == "COMPLETED 1700/1700");
  CHECK(sqs.counts(queues.a) == "1700/0/0");
  start(sqs, concat("'DestinationArn':'", arn("b"), "'"));
  CHECK(latest(sqs) == "COMPLETED 0/0");
}

TEST_CASE("StartMessageMoveTask: a task is a job, which rests between its messages and ends with it", "[sqs][move_task][jobs]") {
  Sqs sqs(BOTH_PROTOCOLS);
  Queues queues(sqs);
  for (int i = 0; i < 3; ++i) kill_message(sqs, queues.a, concat('m', i));
  const TimeMs began = sqs.world.clock().now();
  start(sqs, "'MaxNumberOfMessagesPerSecond':2");
  const jobs::JobReadModel& jobs = sqs.world.state().jobs();
  const Subject dead = Subject::queue(sqs.world.state().sqs().find_queue("000000000000", "us-east-1", "dead")->id);
  auto job = jobs.find_on(dead.id, jobs::kMoveMessages);
  REQUIRE(job);
  CHECK(job->subject == dead);
  CHECK(job->done == 1);
  CHECK(job->resumes_at == began + 500);
  CHECK_FALSE(jobs.any_running());
  CHECK_FALSE(sqs.world.engine().has_job_work());
  CHECK(sqs.world.engine().next_due() == began + 500);
  sqs.world.advance(500);
  CHECK(sqs.last_event<jobs::JobAdvanced>().done == 2);
  CHECK(sqs.last_event<jobs::JobAdvanced>().resumes_at == began + 1000);
  sqs.world.advance(500);
  CHECK(sqs.last_event<jobs::JobEnded>().status == "COMPLETED");
  CHECK(sqs.last_event<jobs::JobEnded>().done == 3);
  CHECK_FALSE(jobs.find_on(dead.id, jobs::kMoveMessages));
  CHECK(latest(sqs) == "COMPLETED 3/3");
}

TEST_CASE("Message move tasks: the job of a cancelled, a failed and a deleted one ends", "[sqs][move_task][jobs]") {
  Sqs sqs(BOTH_PROTOCOLS);
  Queues queues(sqs);
  for (int i = 0; i < 9; ++i) kill_message(sqs, queues.a, concat('m', i));
  const jobs::JobReadModel& jobs = sqs.world.state().jobs();
  auto begin = [&] { return start(sqs, "'MaxNumberOfMessagesPerSecond':1").string("TaskHandle"); };
  cancel(sqs, begin());
  CHECK(sqs.last_event<jobs::JobEnded>().status == "CANCELLED");
  CHECK(jobs.resting().empty());
  begin();
  sqs.call("DeleteQueue", concat("{'QueueUrl':'", queues.a, "'}"));
  sqs.world.advance(kSecondMs);
  CHECK(sqs.last_event<jobs::JobEnded>().status == "FAILED");
  sqs.create("c", concat("{", redrive_to("dead"), "}"));
  start(sqs, concat("'MaxNumberOfMessagesPerSecond':1,'DestinationArn':'", arn("c"), "'"));
  CHECK(jobs.resting().size() == 1);
  sqs.call("DeleteQueue", concat("{'QueueUrl':'", queues.dead, "'}"));
  sqs.world.advance(kSecondMs);
  CHECK(sqs.last_event<jobs::JobEnded>().status == "CANCELLED");
  CHECK(jobs.resting().empty());
}

TEST_CASE("Message move tasks: one that an older version began goes on as a job", "[sqs][move_task][jobs]") {
  Sqs sqs(Protocol::json);
  Queues queues(sqs);
  for (int i = 0; i < 3; ++i) kill_message(sqs, queues.a, concat('m', i));
  int64_t dead = sqs.world.state().sqs().find_queue("000000000000", "us-east-1", "dead")->id;
  std::vector<Event> events;
  events.emplace_back(sqs::MoveTaskStarted{
      .queue = dead, .task_id = "0b1c", .target_arn = {}, .per_second = 1, .to_move = 3, .started_at = sqs.world.clock().now()});
  sqs.world.given(std::move(events));
  sqs.world.engine().reload();  // as after a start
  sqs.world.advance(0);
  CHECK(sqs.last_event<jobs::JobStarted>().kind == "sqs.MoveMessages");
  sqs.world.run_jobs();
  CHECK(latest(sqs) == "RUNNING 1/3");
  sqs.world.advance(2 * kSecondMs);
  CHECK(latest(sqs) == "COMPLETED 3/3");
  CHECK(sqs.bodies(queues.a) == "m0 m1 m2");
}

TEST_CASE("CancelMessageMoveTask: what was moved stays moved, the rest stays", "[sqs][move_task]") {
  Sqs sqs(BOTH_PROTOCOLS);
  Queues queues(sqs);
  for (int i = 0; i < 5; ++i) kill_message(sqs, queues.a, concat('m', i));
  std::string handle = start(sqs, "'MaxNumberOfMessagesPerSecond':1").string("TaskHandle");
  sqs.world.advance(kSecondMs);
  Answer cancelled = cancel(sqs, handle);
  CHECK(member(cancelled.document.root(), "ApproximateNumberOfMessagesMoved") == "2");
  CHECK(sqs.last_event<sqs::MoveTaskEnded>().status == "CANCELLED");
  sqs.world.advance(10 * kSecondMs);
  CHECK(latest(sqs) == "CANCELLED 2/5");
  CHECK(sqs.counts(queues.dead) == "3/0/0");
  CHECK_ERROR(cancel(sqs, handle), 404, "ResourceNotFoundException", "Task does not exist.");
}

TEST_CASE("CancelMessageMoveTask: handles that are none", "[sqs][move_task]") {
  Sqs sqs(BOTH_PROTOCOLS);
  Queues queues(sqs);
  for (std::string handle : {std::string("garbage"), base64("[]"), base64("{}"), base64(R"({"taskId":1,"sourceArn":2})"), base64("x")}) {
    CHECK_ERROR(cancel(sqs, handle), 400, "InvalidParameterValue", "Value for parameter TaskHandle is invalid.");
  }
  CHECK_ERROR(cancel(sqs, base64(concat(R"({"taskId":"x","sourceArn":")", arn("dead"), R"("})"))), 404, "ResourceNotFoundException",
              "Task does not exist.");
  CHECK_ERROR(cancel(sqs, base64(concat(R"({"taskId":"x","sourceArn":")", arn("nobody"), R"("})"))), 404, "ResourceNotFoundException",
              "The resource that you specified for the SourceArn parameter doesn't exist.");
  CHECK_ERROR(cancel(sqs, ""), 400, "MissingParameter", "The request must contain the parameter TaskHandle.");
}

TEST_CASE("Message move tasks: fail when the destination is gone, or nobody knows where a message came from", "[sqs][move_task]") {
  Sqs sqs(BOTH_PROTOCOLS);
  Queues queues(sqs);
  std::string other = sqs.create("other");
  for (int i = 0; i < 3; ++i) kill_message(sqs, queues.a, concat('m', i));
  start(sqs, concat("'MaxNumberOfMessagesPerSecond':1,'DestinationArn':'", arn("other"), "'"));
  sqs.world.advance(0);
  sqs.call("DeleteQueue", concat("{'QueueUrl':'", other, "'}"));
  sqs.world.advance(kSecondMs);
  CHECK(latest(sqs) == "FAILED 1/3");
  Answer answer = list(sqs);
  CHECK(answer["Results"].at(0)["FailureReason"].string() == "AWS.SimpleQueueService.NonExistentQueue");
  CHECK(sqs.counts(queues.dead) == "2/0/0");
  sqs.send(queues.dead, "from nowhere");
  start(sqs);
  CHECK(latest(sqs) == "FAILED 2/3");
  answer = list(sqs);
  CHECK(answer["Results"].at(0)["FailureReason"].string() == "CouldNotDetermineMessageSource");
  CHECK(sqs.bodies(queues.dead) == "from nowhere");
}

TEST_CASE("StartMessageMoveTask: what is wrong with it", "[sqs][move_task]") {
  Sqs sqs(BOTH_PROTOCOLS);
  Queues queues(sqs);
  sqs.create_fifo("other.fifo");
  CHECK_ERROR(sqs.call("StartMessageMoveTask"), 400, "MissingParameter", "The request must contain the parameter SourceArn.");
  CHECK_ERROR(sqs.call("StartMessageMoveTask", concat("{'SourceArn':'", arn("nobody"), "'}")), 404, "ResourceNotFoundException",
              "The resource that you specified for the SourceArn parameter doesn't exist.");
  CHECK_ERROR(sqs.call("StartMessageMoveTask", concat("{'SourceArn':'", arn("a"), "'}")), 400, "InvalidParameterValue",
              "Source queue must be configured as a Dead Letter Queue.");
  CHECK_ERROR(start(sqs, concat("'DestinationArn':'", arn("nobody"), "'")), 404, "ResourceNotFoundException",
              "The resource that you specified for the DestinationArn parameter doesn't exist.");
  CHECK(start(sqs, concat("'DestinationArn':'", arn("dead"), "'")).code == "InvalidParameterValue");
  CHECK(start(sqs, concat("'DestinationArn':'", arn("other.fifo"), "'")).code == "InvalidParameterValue");
  for (int wrong : {0, 501}) {
    CHECK_ERROR(start(sqs, concat("'MaxNumberOfMessagesPerSecond':", wrong)), 400, "InvalidParameterValue",
                concat("Value ", wrong,
                       " for parameter MaxNumberOfMessagesPerSecond is invalid. Reason: Must be between 1 and 500, if "
                       "provided."));
  }
  CHECK(start(sqs, "'MaxNumberOfMessagesPerSecond':500").status == 200);
}

TEST_CASE("ListMessageMoveTasks: the latest ten, newest first; one unless more are asked for", "[sqs][move_task]") {
  Sqs sqs(BOTH_PROTOCOLS);
  Queues queues(sqs);
  CHECK(list(sqs)["Results"].size() == 0);
  for (int i = 0; i < 12; ++i) {
    start(sqs);
    sqs.world.advance(kSecondMs);
  }
  CHECK(list(sqs)["Results"].size() == 1);
  Answer ten = list(sqs, "'MaxResults':10");
  REQUIRE(ten["Results"].size() == 10);
  CHECK(member(ten["Results"].at(0), "StartedTimestamp") == "1795406411000");
  CHECK(member(ten["Results"].at(9), "StartedTimestamp") == "1795406402000");
  for (int wrong : {0, 11}) {
    CHECK_ERROR(list(sqs, concat("'MaxResults':", wrong)), 400, "InvalidParameterValue",
                concat("Value ", wrong, " for parameter MaxResults is invalid. Reason: Must be between 1 and 10, if provided."));
  }
  CHECK_ERROR(sqs.call("ListMessageMoveTasks", concat("{'SourceArn':'", arn("nobody"), "'}")), 404, "ResourceNotFoundException",
              "The resource that you specified for the SourceArn parameter doesn't exist.");
  sqs.call("DeleteQueue", concat("{'QueueUrl':'", queues.dead, "'}"));
  sqs.create("dead");
  CHECK(list(sqs)["Results"].size() == 0);
}

TEST_CASE("Message move tasks: FIFO messages keep their order, and get numbers of the queue they go to", "[sqs][move_task][fifo]") {
  Sqs sqs(BOTH_PROTOCOLS);
  std::string dead = sqs.create_fifo("dead.fifo"), queue = sqs.create_fifo("a.fifo", redrive_to("dead.fifo"));
  for (std::string_view body : {"1", "2", "3"}) sqs.send(queue, "g", body, body);
  sqs.receive(queue, "'VisibilityTimeout':0");
  REQUIRE(sqs.receive(queue).empty());
  std::string last = sqs.send(queue, "g", "4", "4").string("SequenceNumber");
  sqs.call("StartMessageMoveTask", concat("{'SourceArn':'", arn("dead.fifo"), "'}"));
  sqs.world.advance(0);
  CHECK(sqs.counts(dead) == "0/0/0");
  Answer answer = sqs.call("ReceiveMessage", concat("{'QueueUrl':'", queue, "','MaxNumberOfMessages':10,'AttributeNames':['All']}"));
  std::string bodies;
  for (json::Value message : answer["Messages"].elements()) {
    append(bodies, message["Body"].string());
    CHECK(message["Attributes"]["SequenceNumber"].string() >= last);
    last = message["Attributes"]["SequenceNumber"].string();
  }
  CHECK(bodies == "4123");
}

}  // namespace cloudemu::test
