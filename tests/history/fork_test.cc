// Forks: a data directory of its own that goes on from an event of another, and shares its blobs with it.
#include "history/fork.h"

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

#include "history/coordinate.h"
#include "history/replay.h"
#include "support/object_history.h"

namespace cloudemu::test {

namespace fs = std::filesystem;

namespace {

/// Adds `count` objects as the daemon would, and closes the store in order.
void go_on(const std::string& data_dir, uint64_t count, const std::string& key) {
  SystemClock clock;
  auto store = Store::open({.data_dir = data_dir}, clock, [] {});
  INFO((store ? "" : store.error().context));
  REQUIRE(store);
  (*store)->state().begin();
  for (uint64_t i = 0; i < count; ++i) {
    uint64_t n = (*store)->log().last_sequence() + 1;
    Envelope envelope{.sequence = n, .wall_time = 5000, .time = 5000, .request_id = n};
    envelope.event = s3::ObjectPut{.bucket = "photos", .key = key, .version = "null", .size = 1, .etag = "e", .content = {{.size = 1}}};
    (*store)->log().append(call_of({codec::line(envelope)}), 5000);
    (*store)->state().apply(envelope);
  }
  REQUIRE((*store)->log().flush());
  (*store)->close();
}

std::string digest_at(ObjectHistory& history, const std::string& data_dir, log::Sequence sequence) {
  auto past = history::open_past(history.files(), data_dir, sequence);
  INFO((past ? "" : past.error().context));
  REQUIRE(past);
  return (*past)->digest();
}

std::set<std::string> blobs_in(ObjectHistory& history, const std::string& data_dir) {
  return *log::BlobStore(history.files(), data_dir + "/blobs", log::BlobStore::Durability::unsynced).list();
}

}  // namespace

TEST_CASE("Fork: it holds what its parent held at that event, with the parent's chain, and goes its own way", "[history][fork]") {
  ObjectHistory history;
  auto at = GENERATE(as<log::Sequence>(), 1, 2, 30, ObjectHistory::kEvents);
  std::string parent = history.data_dir(), fork = parent + "-fork";
  std::string then = history.digest_at(at), at_end = history.digest_at(ObjectHistory::kEvents);
  auto forked = history::fork(history.files(), parent, at, fork);
  INFO((forked ? "" : forked.error().context));
  REQUIRE(forked);
  CHECK(digest_at(history, fork, at) == then);
  CHECK(*history::chain_at(history.files(), history::log_directory(fork), at) ==
        *history::chain_at(history.files(), history.log_dir(), at));
  CHECK(blobs_in(history, fork).size() == (at == 1 ? 0 : at == 2 ? 1 : 3));  // two objects, and what the last event replaced
  for (const auto& entry : fs::directory_iterator(fork)) {
    std::string name = entry.path().filename();
    INFO(name);
    CHECK((name == "blobs" || name == "log" || name == "snapshots"));
  }

  go_on(fork, 3, "fork");
  CHECK(*history::last_sequence(history.files(), history::log_directory(fork)) == at + 3);
  CHECK(digest_at(history, fork, at) == then);
  // What was written to the fork is the fork's alone.
  CHECK(history.served_digest() == at_end);
  std::string live = digest_at(history, fork, at + 3);
  fs::remove(fork + "/state.db");
  go_on(fork, 0, "");
  CHECK(digest_at(history, fork, at + 3) == live);
}

TEST_CASE("Fork: parent and fork compact, and lose blobs, each without the other", "[history][fork]") {
  ObjectHistory history;
  std::string parent = history.data_dir(), fork = parent + "-fork";
  REQUIRE(history::fork(history.files(), parent, 30, fork));
  std::set<std::string> shared = blobs_in(history, fork);
  auto path_of = [](const std::string& dir, const std::string& name) { return dir + "/blobs/" + name.substr(0, 2) + "/" + name + ".blob"; };
  for (const std::string& name : shared) CHECK(fs::equivalent(path_of(parent, name), path_of(fork, name)));

  REQUIRE(history.compact(history.files(), ObjectHistory::kEvents));
  CHECK_FALSE(history.blobs().contains(*shared.begin()));
  for (const std::string& name : shared) CHECK(fs::exists(path_of(fork, name)));
  go_on(fork, 4, "even");
  go_on(fork, 4, "odd");
  auto prepared = history::prepare_compaction(history.files(), fork, 38);
  REQUIRE(prepared);
  REQUIRE(history::compact(history.files(), fork, *prepared));
  CHECK(blobs_in(history, fork).empty());
  CHECK(history.blobs().size() == 3);
  history.check_blobs(ObjectHistory::kEvents);
}

TEST_CASE("Fork: where the disk has no links the blobs are copied", "[history][fork]") {
  class NoLinks final : public log::PosixFileSystem {
    Result<void> link(const std::string&, const std::string&) override { return fail(Errc::io, "no links here"); }
  } files;
  ObjectHistory history;
  std::string fork = history.data_dir() + "-fork";
  REQUIRE(history::fork(files, history.data_dir(), 30, fork));
  log::BlobStore blobs(files, fork + "/blobs", log::BlobStore::Durability::unsynced);
  std::set<std::string> names = *blobs.list();
  CHECK(names.size() == 3);
  for (const std::string& name : names) {
    auto reader = blobs.open(name);
    REQUIRE(reader);
    std::string bytes((*reader)->size(), '\0');
    REQUIRE((*reader)->read(0, bytes));
    CHECK(hex(digest(DigestKind::sha256, bytes)) == name);
  }
}

TEST_CASE("Fork: killed at any step it is refused or whole, and its parent is untouched", "[history][fork]") {
  ObjectHistory history;
  std::string then = history.digest_at(30), at_end = history.digest_at(ObjectHistory::kEvents);
  SystemClock clock;
  int steps = 0;
  for (bool done = false; !done; ++steps) {
    REQUIRE(steps < 200);
    std::string fork = history.data_dir() + "-fork-" + std::to_string(steps);
    DyingFileSystem dying(steps);
    done = history::fork(dying, history.data_dir(), 30, fork).has_value();
    CHECK(done != dying.is_dead());
    INFO("killed at step " << steps);
    auto opened = Store::open({.data_dir = fork}, clock, [] {});
    if (opened && (*opened)->state().applied() > 0) CHECK((*opened)->state().digest() == then);
    // Before there is anything in it that says so, it is an empty directory.
    else if (opened) CHECK_FALSE(fs::exists(fork + "/snapshots/00000000000000000029.snap"));
    if (done) CHECK(opened);
  }
  CHECK(steps > 10);
  CHECK(history.served_digest() == at_end);
}

TEST_CASE("Fork: an event that is not there, and a directory that is not empty, are refused", "[history][fork]") {
  ObjectHistory history;
  std::string fork = history.data_dir() + "-fork";
  CHECK(history::fork(history.files(), history.data_dir(), 0, fork).error().code == Errc::not_found);
  CHECK(history::fork(history.files(), history.data_dir(), ObjectHistory::kEvents + 1, fork).error().code == Errc::not_found);
  CHECK_FALSE(fs::exists(fork));
  fs::create_directories(fork);
  std::ofstream(fork + "/thesis.txt") << "precious";
  auto refused = history::fork(history.files(), history.data_dir(), 30, fork);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == Errc::io);
  CHECK_THAT(refused.error().context, Catch::Contains("is not empty"));
  // A fork can be forked again, from where it begins on.
  REQUIRE(history::fork(history.files(), history.data_dir(), 30, fork + "1"));
  go_on(fork + "1", 2, "fork");
  CHECK(history::fork(history.files(), fork + "1", 29, fork + "2").error().code == Errc::not_found);
  for (log::Sequence at : {30, 31, 32}) {
    std::string again = fork + "-of-fork-" + std::to_string(at);
    REQUIRE(history::fork(history.files(), fork + "1", at, again));
    CHECK(digest_at(history, again, at) == digest_at(history, fork + "1", at));
  }
}

}  // namespace cloudemu::test
