#pragma once
#include <catch2/catch.hpp>
#include <set>
#include <string>
#include <vector>

#include "core/digest.h"
#include "core/encoding.h"
#include "events/codec.h"
#include "history/compact.h"
#include "history/past.h"
#include "log/blob_store.h"
#include "log/recovery.h"
#include "realm/store.h"
#include "support/log_fixture.h"
#include "support/temporary_directory.h"

namespace cloudemu::test {

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
  Result<void> link(const std::string& from, const std::string& to) override {
    TRY(change());
    return files_.link(from, to);
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

inline std::string body_of(log::Sequence n) { return std::string(20'000 + n % 3, static_cast<char>('a' + n % 26)); }
inline std::string blob_of(log::Sequence n) { return hex(digest(DigestKind::sha256, body_of(n))); }

/// A data directory whose history is a bucket, then objects, each overwritten by the next but one; several segments.
class ObjectHistory {
 public:
  static constexpr log::Sequence kEvents = 60;

  ObjectHistory() {
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

}  // namespace cloudemu::test
