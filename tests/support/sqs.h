#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/json.h"
#include "support/world.h"

namespace cloudemu::test {

enum class Protocol { json, query };

/// What SQS answered, in the form of the JSON protocol, whichever it came in.
struct Answer {
  bool arrived = false;
  int status = 0;
  std::string code;     ///< of an error, as in the Query protocol
  std::string type;     ///< of an error, as in the JSON protocol; empty in the other
  std::string message;  ///< of an error
  std::string text;     ///< JSON
  json::Document document;
  Reply raw;

  json::Value operator[](std::string_view name) const { return document.root()[name]; }
  std::string string(std::string_view name) const { return std::string((*this)[name].string()); }
};

/// A message that was received.
struct Received {
  std::string id, body, handle;
};

/// A client of SQS in either protocol: calls are written as in JSON, and turned into forms for the Query protocol.
class Sqs {
 public:
  explicit Sqs(Protocol spoken, Environment environment = {}) : protocol(spoken), world(std::move(environment)) {}

  /// `input` is a JSON object in which ' stands for ".
  Answer call(std::string_view operation, std::string_view input = "{}");
  /// As it goes over the wire.
  Request request(std::string_view operation, std::string_view input) const;
  Answer understand(std::string_view operation, const Reply& reply) const;

  /// URL of a new queue. `attributes` as in call().
  std::string create(std::string_view name, std::string_view attributes = "{}");
  std::string create_fifo(std::string_view name, std::string_view more_attributes = "");
  std::string attribute(std::string_view queue, std::string_view name);
  /// "visible/not visible/delayed"
  std::string counts(std::string_view queue);
  Answer send(std::string_view queue, std::string_view body, std::string_view more = "");
  /// To a FIFO queue.
  Answer send(std::string_view queue, std::string_view group, std::string_view id, std::string_view body);
  /// Up to ten messages; `more` are further members.
  std::vector<Received> receive(std::string_view queue, std::string_view more = "");
  /// Their bodies, joined by blanks.
  std::string bodies(std::string_view queue, std::string_view more = "");
  Answer remove(std::string_view queue, std::string_view handle);
  Answer change(std::string_view queue, std::string_view handle, int timeout_s);

  /// A receive that waits for up to 20 seconds.
  net::ConnectionId begin_poll(std::string_view queue, std::string_view more = "");
  /// Nothing as long as it waits.
  std::optional<std::string> polled(net::ConnectionId poll);

  /// The only event of the last call, which must be of that kind.
  template <class T>
  const T& event() {
    require_events(1);
    return std::get<T>(world.events().front());
  }

  /// The last event of that kind among those of the last call.
  template <class T>
  const T& last_event() {
    const T* found = nullptr;
    for (const Event& event : world.events()) {
      if (auto* is = std::get_if<T>(&event)) found = is;
    }
    require_found(found != nullptr);
    return *found;
  }

  void require_events(size_t count);
  void require_found(bool found);

  Protocol protocol;
  World world;
  std::string access_key = "test", region = "us-east-1";
  std::vector<std::pair<std::string, std::string>> headers;  ///< sent along
};

/// For GENERATE: every claim is to hold in both protocols.
#define BOTH_PROTOCOLS GENERATE(::cloudemu::test::Protocol::json, ::cloudemu::test::Protocol::query)

/// An error as AWS has it in both protocols.
#define CHECK_ERROR(answer, expected_status, expected_code, expected_message) \
  do {                                                                        \
    const ::cloudemu::test::Answer& checked_answer = (answer);                \
    CHECK(checked_answer.status == (expected_status));                        \
    CHECK(checked_answer.code == (expected_code));                            \
    CHECK(checked_answer.message == (expected_message));                      \
  } while (false)

}  // namespace cloudemu::test
