// Compaction: what is given up is gone, what is kept is whole, whenever it is interrupted.
#include "history/compact.h"

#include <catch2/catch.hpp>
#include <filesystem>

#include "core/digest.h"
#include "core/encoding.h"
#include "core/strings.h"
#include "events/codec.h"
#include "history/coordinate.h"
#include "history/past.h"
#include "history/replay.h"
#include "realm/retention.h"
#include "realm/store.h"
#include "support/log_fixture.h"
#include "support/temporary_directory.h"
#include "support/world.h"

namespace cloudemu::test {

namespace {

namespace fs = std::filesystem;

/// A disk that stops to take changes after so many: what a killed process leaves.
class DyingFileSystem final : public log::FileSystem {
 public:
  explicit DyingFileSystem(int changes_left) : left_(changes_left) {}
  bool is_dead() const { return left_ < 0; }

  Result<std::unique_ptr<log::File>> open(const std::string& path, log::OpenMode mode) override {
    if (mode != log::OpenMode::read) TRY(change());
    return std::make_unique<DyingFile>(*this, TRY(files_.open(path, mode)));
  }
  bool exists(const std::string& path) override { return files_.exists(path); }
  Result<std::vector<std::string>> list(const std::string& directory) override { return files_.list(directory); }
  Result<void> make_directories(const std::string& path) override {
    TRY(change());
    return files_.make_directories(path);
  }
  Result<void> rename(const std::string& from, const std::string& to) override {
    TRY(change());
    return files_.rename(from, to);
  }
  Result<void> remove(const std::string& path) override {
    if (files_.exists(path)) TRY(change());
    return files_.remove(path);
  }
  Result<void> sync_directory(const std::string& path) override {
    TRY(change());
    return files_.sync_directory(path);
  }
  Result<void> sync_all(const std::string& path) override { return files_.sync_all(path); }
  Space space(const std::string& path) override { return files_.space(path); }

 private:
  class DyingFile final : public log::File {
   public:
    DyingFile(DyingFileSystem& disk, std::unique_ptr<log::File> file) : disk_(disk), file_(std::move(file)) {}
    Result<void> append(std::string_view bytes) override {
      TRY(disk_.change());
      return file_->append(bytes);
    }
    Result<void> sync() override { return file_->sync(); }
    Result<size_t> read_at(uint64_t offset, std::span<char> into) const override { return file_->read_at(offset, into); }
    Result<uint64_t> size() const override { return file_->size(); }
    Result<void> truncate(uint64_t size) override { return file_->truncate(size); }

   private:
    DyingFileSystem& disk_;
    std::unique_ptr<log::File> file_;
  };

  Result<void> change() {
    if (--left_ >= 0) return {};
    return fail(Errc::io, "killed on purpose");
  }

  int left_;
  log::PosixFileSystem files_;
};

std::string body_of(log::Sequence n) { return std::string(20'000 + n % 3, static_cast<char>('a' + n % 26)); }
std::string blob_of(log::Sequence n) { return hex(digest(DigestKind::sha256, body_of(n))); }

/// A bucket, then objects, each overwritten by the next but one; several segments.
class History {
 public:
  static constexpr log::Sequence kEvents = 60;

  History() {
    log::BlobStore blobs(files_, data_dir() + "/blobs", log::BlobStore::Durability::unsynced);
    REQUIRE(blobs.prepare());
    auto log = log::Log::open(files_, history::log_directory(data_dir()), {.segment_bytes_max = 4000}, 1000, [] {});
    REQUIRE(log);
    append(**log, 1, s3::BucketCreated{.bucket = "photos", .owner = "000000000000", .region = "us-east-1", .created_at = 1000});
    for (log::Sequence n = 2; n <= kEvents; ++n) {
      auto writer = blobs.create();
      REQUIRE((*writer)->append(body_of(n)));
      auto pin = (*writer)->commit(blob_of(n));
      REQUIRE(pin);
      blobs.named(blob_of(n));
      append(**log, n,
             s3::ObjectPut{.bucket = "photos",
                           .key = n % 2 == 0 ? "even" : "odd",
                           .version = "null",
                           .size = body_of(n).size(),
                           .etag = "e",
                           .modified_at = static_cast<TimeMs>(1000 + n),
                           .content = {s3::Piece{.blob = blob_of(n), .size = body_of(n).size()}}});
    }
    REQUIRE((*log)->flush());
  }

  std::string data_dir() const { return directory_.path() + "/data"; }
  log::FileSystem& files() { return files_; }
  std::string log_dir() const { return history::log_directory(data_dir()); }

  /// Digest of the state as of an event; empty if it cannot be had.
  std::string digest_at(log::Sequence sequence) {
    auto past = history::open_past(files_, data_dir(), sequence);
    return past ? (*past)->digest() : std::string();
  }
  Result<void> compact(log::FileSystem& files, log::Sequence keep) {
    auto prepared = TRY(history::prepare_compaction(files, data_dir(), keep));
    return history::compact(files, data_dir(), prepared);
  }
  size_t segments() { return log::list_segments(files_, log_dir())->size(); }
  std::set<std::string> blobs() { return *log::BlobStore(files_, data_dir() + "/blobs", log::BlobStore::Durability::unsynced).list(); }

  /// Opens it as the daemon does, and says what it holds.
  std::string served_digest() {
    auto store = Store::open({.data_dir = data_dir()}, clock_, [] {});
    INFO((store ? "" : store.error().context));
    REQUIRE(store);
    std::string digest = (*store)->state().digest();
    CHECK((*store)->state().applied() == kEvents);
    (*store)->close();
    return digest;
  }

  /// All blobs that the state or an event from `keep` on names are there.
  void check_blobs(log::Sequence keep) {
    std::set<std::string> there = blobs();
    for (log::Sequence n = std::max<log::Sequence>(keep, 2); n <= kEvents; ++n) CHECK(there.contains(blob_of(n)));
  }

 private:
  static void append(log::Log& log, log::Sequence n, Event event) {
    Envelope envelope{.sequence = n, .wall_time = 1000, .time = 1000, .request_id = n};
    envelope.event = std::move(event);
    log.append(call_of({codec::line(envelope)}), 1000);
    REQUIRE(log.flush());
  }

  TemporaryDirectory directory_;
  log::PosixFileSystem files_;
  SystemClock clock_;
};

}  // namespace

TEST_CASE("Compact: what is kept can be had as before, what is not is said to be gone", "[history][compact]") {
  History history;
  auto keep = GENERATE(as<log::Sequence>(), 2, 17, 40, 59, 60);
  std::map<log::Sequence, std::string> before;
  for (log::Sequence n = keep; n <= History::kEvents; n += 7) before[n] = history.digest_at(n);
  std::string at_end = history.digest_at(History::kEvents);
  size_t segments_before = history.segments();
  REQUIRE(segments_before > 3);

  REQUIRE(history.compact(history.files(), keep));
  CHECK(*history::first_sequence(history.files(), history.log_dir()) == keep);
  for (const auto& [n, digest] : before) CHECK(history.digest_at(n) == digest);
  CHECK_FALSE(history.digest_at(keep - 1).empty());  // the snapshot itself
  if (keep > 2) {
    auto gone = history::open_past(history.files(), history.data_dir(), keep - 2);
    REQUIRE_FALSE(gone);
    CHECK_THAT(gone.error().context, Catch::Contains("was compacted away"));
  }
  // Blobs: of what is kept, and of the one object that the snapshot has besides.
  history.check_blobs(keep);
  CHECK(history.blobs().size() == std::min<size_t>(History::kEvents - keep + 3, History::kEvents - 1));
  CHECK(history.served_digest() == at_end);
  // Without state.db it comes back from the snapshot; and the log goes on.
  fs::remove(history.data_dir() + "/state.db");
  CHECK(history.served_digest() == at_end);
}

TEST_CASE("Compact: killed at any step, nothing that is kept is lost, and done again it ends", "[history][compact]") {
  constexpr log::Sequence kKeep = 40;
  std::string at_end, at_keep;
  {
    History untouched;
    at_end = untouched.digest_at(History::kEvents);
    at_keep = untouched.digest_at(kKeep);
  }
  int steps = 0;
  for (bool done = false; !done; ++steps) {
    REQUIRE(steps < 200);
    History history;
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
  History history;
  std::string at_end = history.digest_at(History::kEvents);
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
    CHECK(history.blobs().size() == History::kEvents - 1);
  }
  log::Sequence first = *history::first_sequence(history.files(), history.log_dir());
  history.check_blobs(first);
  CHECK(history.served_digest() == at_end);
  if (first > 1) CHECK_FALSE(history.digest_at(first - 1).empty());
}

TEST_CASE("Compact: an event that is not in the log cannot be kept", "[history][compact]") {
  History history;
  CHECK(history.compact(history.files(), History::kEvents + 1).error().code == Errc::not_found);
  REQUIRE(history.compact(history.files(), 30));
  CHECK(history.compact(history.files(), 10).error().code == Errc::not_found);
  CHECK(history.compact(history.files(), 30));
}

}  // namespace cloudemu::test
