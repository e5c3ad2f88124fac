// Logs that earlier versions wrote, in tests/data/log/: they are read for ever, so they are never changed. After a new kind of event,
// `cloudemu_tests "[.write-golden]"` writes a log of all kinds to a directory of its own beside them.
#include <catch2/catch.hpp>

#include <filesystem>
#include <set>

#include "core/strings.h"
#include "events/codec.h"
#include "history/replay.h"
#include "log/file.h"
#include "log/log.h"
#include "support/log_fixture.h"

namespace cloudemu::test {

namespace {

namespace fs = std::filesystem;
const fs::path kGolden = fs::path(CLOUDEMU_SOURCE_DIR) / "tests/data/log";

/// Gives every field of an event a value that is not its default.
class Filler {
 public:
  template <class T>
  void operator()(std::string_view name, T& value) {
    fill(name, value);
  }

 private:
  void fill(std::string_view name, std::string& value) { value = concat("a \"", name, "\" caf\xC3\xA9\n"); }
  void fill(std::string_view name, events::RawJson& value) { value.text = concat("{\"", name, "\":{\"N\":\"1.50\"}}"); }
  void fill(std::string_view, events::Binary& value) { value.bytes = std::string("\0\xFF\x7F", 3); }
  void fill(std::string_view name, std::pair<std::string, std::string>& value) { value = {std::string(name), ""}; }
  void fill(std::string_view, bool& value) { value = true; }
  template <std::integral T>
  void fill(std::string_view name, T& value) {
    value = static_cast<T>(1000 + name.size());
  }
  template <class T>
  void fill(std::string_view name, std::optional<T>& value) {
    fill(name, value.emplace());
  }
  template <class T>
  void fill(std::string_view name, std::vector<T>& value) {
    fill(name, value.emplace_back());
  }
  template <events::Described<Filler> T>
  void fill(std::string_view, T& value) {
    T::describe(value, *this);
  }
};

/// One event of every kind, all fields set.
std::vector<Event> all_kinds() {
  std::vector<Event> events;
  [&]<class... T>(std::type_identity<std::variant<T...>>) { (events.push_back(T{}), ...); }(std::type_identity<EventKinds>());
  for (Event& event : events) {
    std::visit(
        [](auto& e) {
          Filler filler;
          std::decay_t<decltype(e)>::describe(e, filler);
        },
        event);
  }
  return events;
}

Envelope envelope_of(log::Sequence sequence, Event event) {
  Envelope envelope{
      .sequence = sequence, .wall_time = 1'795'406'400'123, .time = 1'795'406'400'123 + 5000, .request_id = 0x4F0C2D6A51B7E390};
  envelope.call = CallInfo{.operation = "Operation",
                           .account = "000000000000",
                           .region = "us-east-1",
                           .access_key = "test",
                           .user_agent = "an agent",
                           .source = "127.0.0.1"};
  envelope.event = std::move(event);
  return envelope;
}

/// A call that an event before it caused, and whose last event is a reaction to the second.
std::vector<std::string> call_with_causes(log::Sequence first) {
  std::vector<std::string> lines;
  for (log::Sequence n : {first, first + 1, first + 2}) {
    Envelope envelope = envelope_of(n, system::StateReset{});
    envelope.call_begins = first;
    envelope.cause = n == first ? 1 : n - 1;
    if (n != first) envelope.call.reset();
    lines.push_back(codec::line(envelope));
  }
  return lines;
}

}  // namespace

TEST_CASE("Golden: every event of the logs of earlier versions is read, and would be written the same", "[events][golden]") {
  log::PosixFileSystem files;
  std::set<size_t> kinds;
  size_t logs = 0;
  for (const auto& directory : fs::directory_iterator(kGolden)) {
    ++logs;
    auto read = history::for_each_event(files, directory.path(), 1, [&](Envelope& envelope, std::string_view line) {
      CHECK(codec::line(envelope) == line);
      CHECK((envelope.call || envelope.cause >= envelope.call_begins));
      kinds.insert(envelope.event.index());
      return true;
    });
    INFO((read ? "" : read.error().context));
    CHECK(read);
  }
  CHECK(logs >= 1);
  for (const Event& event : all_kinds()) {
    INFO("no golden log has a " << std::visit([](const auto& e) { return e.kType; }, event));
    CHECK(kinds.contains(event.index()));
  }
}

TEST_CASE("Golden: a field that is set survives, in every kind of event", "[events][golden]") {
  for (Event& event : all_kinds()) {
    Envelope written = envelope_of(1, std::move(event));
    auto read = codec::read_line(codec::line(written));
    REQUIRE(read);
    CHECK(read->event == written.event);
  }
}

TEST_CASE("Golden: writes a log of all kinds of events beside the others", "[.write-golden]") {
  log::PosixFileSystem files;
  size_t number = static_cast<size_t>(std::distance(fs::directory_iterator(kGolden), {})) + 1;
  auto log = log::Log::open(files, (kGolden / concat("v", number)).string(), {.sync = log::SyncMode::no}, 0, [] {});
  REQUIRE(log);
  for (Event& event : all_kinds()) {
    Envelope envelope = envelope_of((*log)->last_sequence() + 1, std::move(event));
    (*log)->append(call_of({codec::line(envelope)}), envelope.wall_time);
  }
  (*log)->append(call_of(call_with_causes((*log)->last_sequence() + 1)), envelope_of(1, {}).wall_time);
  REQUIRE((*log)->flush());
}

}  // namespace cloudemu::test
