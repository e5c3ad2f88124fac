// Measures what happens between log and state, without HTTP.
// usage: history_bench append DIR EVENTS    encode and append, replies not waited for; then the same with a sync every 32 events
//        history_bench generate DIR EVENTS KEYS   a data directory of so many PutItems over so many keys
//        history_bench replay DIR           the state anew from the log
//        history_bench past DIR             opening states at points spread over history
//        history_bench seal DIR             seals and repacks the segment that is still open, as a full one would be
// Prints lines of JSON.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>

#include "core/digest.h"
#include "core/strings.h"
#include "events/codec.h"
#include "history/coordinate.h"
#include "history/past.h"
#include "history/replay.h"
#include "log/log.h"
#include "log/repack.h"

namespace {

using namespace cloudemu;
using Time = std::chrono::steady_clock::time_point;

Time now() { return std::chrono::steady_clock::now(); }
double seconds_since(Time start) { return std::chrono::duration<double>(now() - start).count(); }

[[noreturn]] void give_up(const Error& error) {
  std::fprintf(stderr, "history_bench: %s\n", error.context.c_str());
  std::exit(1);
}
template <class T>
T must(Result<T> result) {
  if (!result) give_up(result.error());
  if constexpr (!std::is_void_v<T>) return std::move(*result);
}

Envelope put(uint64_t sequence, uint64_t key) {
  char id[32];
  std::snprintf(id, sizeof id, "customer-%08llu", static_cast<unsigned long long>(key));
  Envelope envelope{
      .sequence = sequence, .wall_time = 1'795'406'400'000 + static_cast<TimeMs>(sequence), .request_id = sequence * 0x9E3779B97F4A7C15};
  envelope.time = envelope.wall_time;
  envelope.call = CallInfo{.operation = "PutItem",
                           .account = "000000000000",
                           .region = "us-east-1",
                           .access_key = "test",
                           .user_agent = "Boto3/1.43.11 md/Botocore#1.43.11 ua/2.1 os/linux#6.1 lang/python#3.11.7",
                           .source = "127.0.0.1"};
  dynamodb::ItemPut event{.table = 1};
  event.key.bytes = md5(concat("Outliers", id)).substr(0, 8) + id + std::string("\0\1", 2);
  event.item.text = concat(R"({"pk":{"S":")", id, R"("},"name":{"S":"Alexandra Example"},"age":{"N":")", 18 + sequence % 60,
                           R"("},"email":{"S":"alexandra@example.com"},"tags":{"L":[{"S":"new"},{"S":"paid"}]},)",
                           R"("address":{"M":{"street":{"S":"Main street 12"},"city":{"S":"Springfield"},"zip":{"S":"12345"}}}})");
  event.size = 180;
  envelope.event = std::move(event);
  return envelope;
}

Envelope create_table() {
  Envelope envelope{.sequence = 1, .wall_time = 1, .time = 1};
  dynamodb::TableCreated event{.account = "000000000000", .region = "us-east-1"};
  event.description.name = "bench";
  event.description.hash = {"pk", "S"};
  envelope.event = std::move(event);
  return envelope;
}

void write_events(const std::string& directory, uint64_t events, uint64_t keys, uint64_t sync_every, const char* name) {
  log::PosixFileSystem files;
  auto sync = sync_every ? log::SyncMode::always : log::SyncMode::no;
  auto log = must(log::Log::open(files, history::log_directory(directory), {.sync = sync}, 0, [] {}));
  log::CallLines call;
  auto append = [&](const Envelope& envelope) {
    call.clear();
    bool fits = call.add([&](std::string& line) { codec::append_line(line, envelope); });
    if (fits) log->append(call, envelope.wall_time);
  };
  append(create_table());
  Time start = now();
  for (uint64_t n = 2; n <= events + 1; ++n) {
    append(put(n, n * 0x9E3779B97F4A7C15 % keys));
    if (sync_every && n % sync_every == 0) must(log->flush());
    else if (n % 64 == 0) log->submit();
  }
  must(log->flush());
  std::printf("{\"bench\":\"%s\",\"events\":%llu,\"events_per_s\":%.0f}\n", name, static_cast<unsigned long long>(events),
              static_cast<double>(events) / seconds_since(start));
}

void measure_append(const std::string& directory, uint64_t events) {
  write_events(directory + "/no-sync", events, 10'000, 0, "append");
  write_events(directory + "/sync", std::min<uint64_t>(events, 100'000), 10'000, 32, "append, a sync every 32 events");
}

void replay(const std::string& directory) {
  log::PosixFileSystem files;
  std::string path = directory + "/replay-bench.db";
  std::filesystem::remove(path);
  auto state = must(State::attach(must(sqlite::Database::open_file(path, sqlite::Database::Journal::scratch))));
  Time start = now();
  state->begin();
  must(history::replay(files, history::log_directory(directory), *state, {}));
  must(state->commit({.sequence = state->applied()}));
  double seconds = seconds_since(start);
  std::printf("{\"bench\":\"rebuild\",\"events\":%llu,\"events_per_s\":%.0f,\"state_bytes\":%llu}\n",
              static_cast<unsigned long long>(state->applied()), static_cast<double>(state->applied()) / seconds,
              static_cast<unsigned long long>(state->database().file_bytes()));
  state.reset();
  std::filesystem::remove(path);
}

void past(const std::string& directory) {
  log::PosixFileSystem files;
  log::Sequence last = must(history::last_sequence(files, history::log_directory(directory)));
  double worst = 0, sum = 0;
  constexpr int kPoints = 16;
  for (int i = 1; i <= kPoints; ++i) {
    Time start = now();
    must(history::open_past(files, directory, last * static_cast<uint64_t>(i) / (kPoints + 1)));
    double ms = seconds_since(start) * 1e3;
    worst = std::max(worst, ms);
    sum += ms;
  }
  std::printf("{\"bench\":\"past\",\"events\":%llu,\"mean_ms\":%.0f,\"worst_ms\":%.0f}\n", static_cast<unsigned long long>(last),
              sum / kPoints, worst);
}

void seal(const std::string& directory) {
  log::PosixFileSystem files;
  std::string log_directory = history::log_directory(directory);
  log::Recovery found = must(log::recover(files, log_directory, 0));
  if (!found.active_path.empty())
    must(must(files.open(found.active_path, log::OpenMode::append))->append(log::encode_footer(found.active_footer)));
  for (const std::string& name : must(log::list_segments(files, log_directory)))
    must(log::repack_segment(files, concat(log_directory, "/", name)));
}

}  // namespace

int main(int argc, char** argv) {
  std::string verb = argc > 1 ? argv[1] : "", directory = argc > 2 ? argv[2] : "";
  auto number = [&](int at) { return argc > at ? std::strtoull(argv[at], nullptr, 10) : 0; };
  if (verb == "append" && argc == 4) measure_append(directory, number(3));
  else if (verb == "generate" && argc == 5) write_events(directory, number(3), number(4), 0, "generate");
  else if (verb == "replay" && argc == 3) replay(directory);
  else if (verb == "past" && argc == 3) past(directory);
  else if (verb == "seal" && argc == 3) seal(directory);
  else {
    std::fprintf(stderr, "usage: history_bench append DIR EVENTS | generate DIR EVENTS KEYS | replay DIR | past DIR | seal DIR\n");
    return 2;
  }
  return 0;
}
