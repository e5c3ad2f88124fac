// Random calls beside a model that is too simple to be wrong: a list of messages, looked through from the front.
#include <catch2/catch.hpp>

#include <map>
#include <random>

#include "core/strings.h"
#include "support/sqs.h"

namespace cloudemu::test {

namespace {

struct Message {
  std::string id, body, group, handle;
  TimeMs sent_at = 0, hidden_until = 0;
  bool delayed = false;
};

class Model {
 public:
  Model(Protocol protocol, unsigned seed, bool fifo) : sqs_(protocol), random_(seed), fifo_(fifo) { create(); }

  void step() {
    // Now and then what an emptied queue left behind is cleared away a bit further.
    if (below(4) == 0 && sqs_.world.run_slice()) ++slices_;
    if (++steps_ == 300) return flood(), purge();
    if (below(150) == 0) return empty();
    switch (below(10)) {
      case 0:
      case 1:
      case 2: return send();
      case 3:
      case 4:
      case 5: return receive();
      case 6: return remove();
      case 7: return change();
      case 8: return let_pass();
      default: check_counts();
    }
  }
  /// How often leftovers were cleared away between two calls.
  int slices() const { return slices_; }

 private:
  void create() {
    constexpr std::string_view kAttributes = "'MessageRetentionPeriod':'600','VisibilityTimeout':'30'";
    queue_ = fifo_ ? sqs_.create_fifo("jobs.fifo", kAttributes) : sqs_.create("jobs", concat("{", kAttributes, "}"));
  }

  /// Purges the queue, or deletes it or resets everything and creates it anew: often while it holds more than goes within the call.
  void empty() {
    if (below(2) == 0) flood();
    size_t how = below(3);
    if (how == 0) return purge();
    if (how == 1) CHECK(sqs_.call("DeleteQueue", concat("{'QueueUrl':'", queue_, "'}")).status == 200);
    else sqs_.world.send({.method = "POST", .target = "/_cloudemu/reset"});
    create();
    check_empty();
  }

  void purge() {
    CHECK(sqs_.call("PurgeQueue", concat("{'QueueUrl':'", queue_, "'}")).status == 200);
    sqs_.world.advance(60 * kSecondMs);  // no sooner may it be purged again
    check_empty();
  }

  void check_empty() {
    messages_.clear();
    sent_.clear();
    CHECK(sqs_.world.live_digest() == sqs_.world.rebuilt_digest());
    check_counts();
  }

  void flood() {
    int64_t queue = sqs_.world.state().sqs().find_queue("000000000000", "us-east-1", fifo_ ? "jobs.fifo" : "jobs")->id;
    int64_t number = sqs_.world.state().sqs().counters(queue).last_number;
    std::vector<Event> events;
    for (int i = 0; i < 2500; ++i) {
      sqs::MessageSent sent{.queue = queue, .message_id = concat("flood", next_++), .body = "flood", .sent_at = now()};
      if (fifo_) {
        sent.group = concat('g', below(1000));
        sent.deduplication = sent.message_id;
        sent.number = ++number;
        sent.deduplicated_until = now() + 300 * kSecondMs;
      }
      events.push_back(std::move(sent));
    }
    sqs_.world.given(std::move(events));
  }

  size_t below(size_t n) { return std::uniform_int_distribution<size_t>(0, n - 1)(random_); }
  TimeMs now() { return sqs_.world.clock().now(); }
  bool visible(const Message& m) { return m.hidden_until <= now(); }

  void send() {
    Message message{.body = std::to_string(next_++), .sent_at = now()};
    if (fifo_) return send_fifo(std::move(message));
    if (below(4) == 0) {
      message.delayed = true;
      message.hidden_until = now() + static_cast<TimeMs>(1 + below(20)) * kSecondMs;
    }
    int64_t delay_s = message.delayed ? (message.hidden_until - now()) / kSecondMs : 0;
    message.id = sqs_.send(queue_, message.body, concat("'DelaySeconds':", delay_s)).string("MessageId");
    messages_.push_back(std::move(message));
  }

  void send_fifo(Message message) {
    message.group = concat('g', below(4));
    std::string deduplication = concat('d', below(60));
    message.id = sqs_.send(queue_, message.group, deduplication, message.body).string("MessageId");
    auto& [id, sent_at] = sent_[deduplication];
    if (!id.empty() && now() < sent_at + 300 * kSecondMs) {
      CHECK(message.id == id);
      return;
    }
    id = message.id;
    sent_at = now();
    messages_.push_back(std::move(message));
  }

  /// What a receive may return at most: all that is visible, of a FIFO queue only what no hidden message stands before.
  std::vector<Message*> receivable() {
    std::vector<Message*> found;
    std::map<std::string, bool> blocked;
    for (Message& message : messages_) {
      if (!visible(message)) blocked[message.group] = true;
      else if (!fifo_ || !blocked[message.group]) found.push_back(&message);
    }
    return found;
  }

  void receive() {
    size_t max = 1 + below(10);
    TimeMs timeout_s = static_cast<TimeMs>(below(4) * 10);
    std::vector<Message*> expected = receivable();
    auto received = sqs_.receive(queue_, concat("'MaxNumberOfMessages':", max, ",'VisibilityTimeout':", timeout_s));
    CHECK(received.size() == std::min(max, expected.size()));
    for (const Received& got : received) {
      // The next of its group; of a standard queue the next of all.
      auto of_group = [&](const Message* m) { return !fifo_ || m->group == group_of(got.id); };
      auto next = std::find_if(expected.begin(), expected.end(), of_group);
      REQUIRE(next != expected.end());
      CHECK((*next)->id == got.id);
      CHECK((*next)->body == got.body);
      (*next)->handle = got.handle;
      (*next)->delayed = false;
      (*next)->hidden_until = now() + timeout_s * kSecondMs;
      expected.erase(next);
    }
  }

  std::string group_of(std::string_view id) {
    auto found = std::find_if(messages_.begin(), messages_.end(), [&](const Message& m) { return m.id == id; });
    return found == messages_.end() ? std::string() : found->group;
  }

  void remove() {
    if (messages_.empty()) return;
    auto message = messages_.begin() + static_cast<ptrdiff_t>(below(messages_.size()));
    if (message->handle.empty()) return;
    Answer answer = sqs_.remove(queue_, message->handle);
    bool serves = !fifo_ || !visible(*message);
    CHECK(answer.status == (serves ? 200 : 400));
    if (serves) messages_.erase(message);
  }

  void change() {
    if (messages_.empty()) return;
    Message& message = messages_[below(messages_.size())];
    if (message.handle.empty()) return;
    int timeout_s = static_cast<int>(below(3)) * 25;
    Answer answer = sqs_.change(queue_, message.handle, timeout_s);
    bool serves = !fifo_ || !visible(message);
    CHECK(answer.status == (serves ? 200 : 400));
    // Of a message that is visible again nothing changes.
    if (!visible(message)) message.hidden_until = now() + timeout_s * kSecondMs;
  }

  void let_pass() {
    TimeMs ms = static_cast<TimeMs>(below(40) * below(1000));
    // Now and then the timers are late.
    if (below(2) == 0) sqs_.world.advance(ms);
    else sqs_.world.clock().time += ms;
    std::erase_if(messages_, [&](const Message& m) { return now() >= m.sent_at + 600 * kSecondMs; });
  }

  void check_counts() {
    size_t seen = 0, hidden = 0, delayed = 0;
    for (const Message& m : messages_) ++(visible(m) ? seen : m.delayed ? delayed : hidden);
    CHECK(sqs_.counts(queue_) == concat(seen, '/', hidden, '/', delayed));
  }

  Sqs sqs_;
  std::mt19937 random_;
  bool fifo_;
  std::string queue_;
  std::vector<Message> messages_;
  std::map<std::string, std::pair<std::string, TimeMs>> sent_;
  int next_ = 0;
  int steps_ = 0, slices_ = 0;
};

}  // namespace

TEST_CASE("SQS: random calls come to what a simple model says", "[sqs][model]") {
  bool fifo = GENERATE(false, true);
  unsigned seed = GENERATE(range(1U, 7U));
  INFO("fifo " << fifo << ", seed " << seed);
  Model model(seed % 2 ? Protocol::json : Protocol::query, seed, fifo);
  for (int i = 0; i < 800; ++i) model.step();
  CHECK(model.slices() > 0);
}

}  // namespace cloudemu::test
