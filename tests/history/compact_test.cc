// Compaction: what is given up is gone, what is kept is whole, whenever it is interrupted.
#include "history/compact.h"

#include <catch2/catch.hpp>
#include <filesystem>

#include "core/strings.h"
#include "realm/retention.h"
#include "support/object_history.h"
#include "support/world.h"

namespace cloudemu::test {

namespace fs = std::filesystem;

TEST_CASE("Compact: what is kept can be had as before, what is not is said to be gone", "[history][compact]") {
  ObjectHistory history;
  auto keep = GENERATE(as<log::Sequence>(), 2, 17, 40, 59, 60);
  std::map<log::Sequence, std::string> before;
  for (log::Sequence n = keep; n <= ObjectHistory::kEvents; n += 7) before[n] = history.digest_at(n);
  std::string at_end = history.digest_at(ObjectHistory::kEvents);
  size_t segments_before = history.segments();
  REQUIRE(segments_before > 3);

  REQUIRE(history.compact(history.files(), keep));
  CHECK(*history::first_sequence(history.files(), history.log_dir()) == keep);
  for (const auto& [n, digest] : before) CHECK(history.digest_at(n) == digest);
  CHECK_FALSE(history.digest_at(keep - 1).empty());  // the snapshot itself
  if (keep > 2) {
    auto gone = history::open_past(history.files(), history.data_dir(), keep - 2);
    REQUIRE_FALSE(gone);
    CHECK_THAT(gone.error().context, Catch::Contains(concat("the state at event ", keep - 2, " was compacted away")));
  }
  // Blobs: of what is kept, and of the one object that the snapshot has besides.
  history.check_blobs(keep);
  CHECK(history.blobs().size() == std::min<size_t>(ObjectHistory::kEvents - keep + 3, ObjectHistory::kEvents - 1));
  CHECK(history.served_digest() == at_end);
  // Without state.db it comes back from the snapshot; and the log goes on.
  fs::remove(history.data_dir() + "/state.db");
  CHECK(history.served_digest() == at_end);
}

TEST_CASE("Compact: a plan says what would go, and changes nothing", "[history][compact]") {
  constexpr log::Sequence kKeep = 40;
  ObjectHistory history;
  auto present = [&] {
    std::map<std::string, fs::file_time_type> files;
    for (const auto& entry : fs::recursive_directory_iterator(history.data_dir())) files[entry.path()] = entry.last_write_time();
    return files;
  };
  auto before = present();
  auto planned = history::plan_compaction(history.files(), history.data_dir(), kKeep);
  REQUIRE(planned);
  CHECK(present() == before);
  auto prepared = history::prepare_compaction(history.files(), history.data_dir(), kKeep);
  REQUIRE(prepared);
  CHECK(planned->blobs == prepared->blobs);
  CHECK(planned->log_bytes == prepared->log_bytes);
  CHECK(planned->snapshots == prepared->snapshots);
  CHECK_FALSE(planned->blobs.empty());
  CHECK(history::plan_compaction(history.files(), history.data_dir(), ObjectHistory::kEvents + 1).error().code == Errc::not_found);
}

TEST_CASE("Compact: killed at any step, nothing that is kept is lost, and done again it ends", "[history][compact]") {
  constexpr log::Sequence kKeep = 40;
  std::string at_end, at_keep;
  {
    ObjectHistory untouched;
    at_end = untouched.digest_at(ObjectHistory::kEvents);
    at_keep = untouched.digest_at(kKeep);
  }
  int steps = 0;
  for (bool done = false; !done; ++steps) {
    REQUIRE(steps < 200);
    ObjectHistory history;
    DyingFileSystem dying(steps);
    done = history.compact(dying, kKeep).has_value();
    INFO("killed at step " << steps);
    CHECK(done != dying.is_dead());
    bool restart_first = steps % 2 == 0;
    if (restart_first) CHECK(history.served_digest() == at_end);
    CHECK(history.compact(history.files(), kKeep));
    CHECK(history.digest_at(kKeep) == at_keep);
    history.check_blobs(kKeep);
    CHECK(history.served_digest() == at_end);
    CHECK(*history::first_sequence(history.files(), history.log_dir()) == kKeep);
  }
  CHECK(steps > 20);
}

TEST_CASE("Retention: the oldest segments go until the rest is within the limit, and what was named meanwhile stays",
          "[history][compact]") {
  ObjectHistory history;
  std::string at_end = history.digest_at(ObjectHistory::kEvents);
  log::BlobStore blobs(history.files(), history.data_dir() + "/blobs", log::BlobStore::Durability::unsynced);
  TestClock clock;
  auto bytes = [&] {
    uint64_t sum = 0;
    std::vector<std::string> names = *log::list_segments(history.files(), history.log_dir());
    for (const std::string& name : names) sum += fs::file_size(history.log_dir() + "/" + name);
    return sum;
  };
  uint64_t limit = bytes() / 2;
  SECTION("by size") {
    Retention retention(history.files(), history.data_dir(), blobs, clock, {.log_bytes_max = limit});
    REQUIRE(retention.begin_if_due());
    CHECK_FALSE(retention.begin_if_due());
    blobs.named(blob_of(3));
    log::BlobPin reader = blobs.pin(blob_of(4));
    retention.run();
    CHECK(bytes() <= limit);
    CHECK(history.blobs().contains(blob_of(3)));
    CHECK(history.blobs().contains(blob_of(4)));
    CHECK_FALSE(history.blobs().contains(blob_of(5)));
  }
  SECTION("by age") {
    clock.time = 1000 + 5 * kDayMs;  // all events are of the first second
    Retention retention(history.files(), history.data_dir(), blobs, clock, {.age_max_ms = kDayMs});
    REQUIRE(retention.begin_if_due());
    retention.run();
    CHECK(history.segments() == 1);
  }
  SECTION("nothing is beyond them") {
    Retention retention(history.files(), history.data_dir(), blobs, clock, {.log_bytes_max = 2 * limit + 1});
    REQUIRE(retention.begin_if_due());
    retention.run();
    CHECK(*history::first_sequence(history.files(), history.log_dir()) == 1);
    CHECK(history.blobs().size() == ObjectHistory::kEvents - 1);
  }
  log::Sequence first = *history::first_sequence(history.files(), history.log_dir());
  history.check_blobs(first);
  CHECK(history.served_digest() == at_end);
  if (first > 1) CHECK_FALSE(history.digest_at(first - 1).empty());
}

TEST_CASE("Compact: an event that is not in the log cannot be kept", "[history][compact]") {
  ObjectHistory history;
  CHECK(history.compact(history.files(), ObjectHistory::kEvents + 1).error().code == Errc::not_found);
  REQUIRE(history.compact(history.files(), 30));
  CHECK(history.compact(history.files(), 10).error().code == Errc::not_found);
  CHECK(history.compact(history.files(), 30));
}

}  // namespace cloudemu::test
