// The blob store: no byte leaves it unchecked, no name is trusted, nothing stays that nobody wants.
#include "log/blob_store.h"

#include <catch2/catch.hpp>

#include "core/digest.h"
#include "core/encoding.h"
#include "core/strings.h"
#include "support/durable_files.h"

namespace cloudemu::test {

namespace {

using log::BlobPin;
using log::BlobStore;
using Durability = log::BlobStore::Durability;

std::string bytes_of(size_t size, uint32_t seed = 1) {
  std::string bytes(size, '\0');
  for (char& byte : bytes) byte = static_cast<char>((seed = seed * 1664525 + 1013904223) >> 24);
  return bytes;
}

std::string name_of(std::string_view content) { return hex(digest(DigestKind::sha256, content)); }

/// Uploads content in pieces of an odd size; the blob is pinned.
BlobPin upload(BlobStore& store, std::string_view content) {
  auto writer = store.create();
  REQUIRE(writer);
  for (size_t at = 0; at < content.size(); at += 50'001) REQUIRE((*writer)->append(content.substr(at, 50'001)));
  auto pin = (*writer)->commit(name_of(content));
  REQUIRE(pin);
  return std::move(*pin);
}

/// ... and an event names it.
void put(BlobStore& store, std::string_view content) {
  BlobPin pin = upload(store, content);
  store.named(name_of(content));
}

/// A stretch of a blob, or nothing if it cannot be had.
std::optional<std::string> read(BlobStore& store, const std::string& name, uint64_t offset, size_t size) {
  auto blob = store.open(name);
  if (!blob) return std::nullopt;
  std::string bytes(size, '\0');
  if (!(*blob)->read(offset, bytes)) return std::nullopt;
  return bytes;
}

std::optional<std::string> read(BlobStore& store, std::string_view content) { return read(store, name_of(content), 0, content.size()); }

std::string path_of(const std::string& name) { return concat("/blobs/", name.substr(0, 2), "/", name, ".blob"); }

void replace(log::FileSystem& files, const std::string& path, std::string_view bytes) {
  REQUIRE(files.remove(path));
  REQUIRE((*files.open(path, log::OpenMode::create))->append(bytes));
}

}  // namespace

TEST_CASE("BlobStore: any stretch of a blob reads as it was written", "[log][blobs]") {
  log::MemoryFileSystem files;
  BlobStore store(files, "/blobs", Durability::unsynced);
  REQUIRE(store.prepare());
  // The last is long enough for its checksums not to be read at once.
  for (size_t size : {1ul, 65'535ul, 65'536ul, 65'537ul, 131'072ul, 300'007ul, 34'000'000ul}) {
    std::string content = bytes_of(size);
    put(store, content);
    auto blob = store.open(name_of(content));
    REQUIRE(blob);
    CHECK((*blob)->size() == size);
    for (uint64_t offset : {uint64_t{0}, uint64_t{1}, uint64_t{65'535}, uint64_t{65'536}, size / 2, size - 1}) {
      for (size_t wanted : {size_t{1}, size_t{70'000}, size_t{262'144}, size}) {
        if (offset >= size) continue;
        std::string bytes(std::min<size_t>(wanted, size - offset), '\0');
        REQUIRE((*blob)->read(offset, bytes));
        REQUIRE(bytes == std::string_view(content).substr(offset, wanted));
      }
    }
    std::string beyond(2, '\0');
    CHECK((*blob)->read(size - 1, beyond).error().code == Errc::corrupt);
  }
}

TEST_CASE("BlobStore: whatever bit is flipped and wherever it is cut, no wrong byte is read", "[log][blobs]") {
  log::MemoryFileSystem files;
  BlobStore store(files, "/blobs", Durability::unsynced);
  REQUIRE(store.prepare());
  std::string content = bytes_of(150'000), name = name_of(content);
  put(store, content);
  const std::string good = *log::read_file(files, path_of(name));
  auto check = [&](std::string_view bytes) {
    replace(files, path_of(name), bytes);
    REQUIRE_FALSE(read(store, content));
    for (uint64_t offset : {0, 65'000, 149'990}) {
      auto part = read(store, name, offset, 10);
      REQUIRE((!part || *part == content.substr(offset, 10)));
    }
  };
  for (size_t bit = 0; bit < good.size() * 8; bit += 9973) {
    std::string bad = good;
    bad[bit / 8] = static_cast<char>(bad[bit / 8] ^ (1 << bit % 8));
    check(bad);
  }
  for (size_t at = good.size() - 100; at < good.size(); ++at) {
    std::string bad = good;
    bad[at] = static_cast<char>(bad[at] ^ 1);
    check(bad);
  }
  for (size_t size : {size_t{0}, size_t{1}, content.size(), good.size() - 1}) check(std::string_view(good).substr(0, size));
  // Another blob's file under this name.
  std::string other = bytes_of(150'000, 7);
  put(store, other);
  check(*log::read_file(files, path_of(name_of(other))));

  // Who brings the bytes again heals it.
  put(store, content);
  CHECK(read(store, content) == content);
}

TEST_CASE("BlobStore: a blob of the first format is read, and gives way to one with checksums", "[log][blobs]") {
  log::MemoryFileSystem files;
  BlobStore store(files, "/blobs", Durability::unsynced);
  REQUIRE(store.prepare());
  std::string content = bytes_of(100'000), name = name_of(content);
  std::string old_path = concat("/blobs/", name.substr(0, 2), "/", name);
  replace(files, old_path, content);
  CHECK(read(store, content) == content);
  CHECK(*store.list() == std::set<std::string>{name});
  put(store, content);
  CHECK_FALSE(files.exists(old_path));
  CHECK(read(store, content) == content);
}

TEST_CASE("BlobStore: a blob that no event came to name goes, unless it was there before", "[log][blobs]") {
  log::MemoryFileSystem files;
  BlobStore store(files, "/blobs", Durability::unsynced);
  REQUIRE(store.prepare());
  std::string content = bytes_of(100'000), name = name_of(content);
  SECTION("a refused upload") {
    { BlobPin refused = upload(store, content); }
    CHECK(store.has_garbage());
    store.collect();
    CHECK(store.list()->empty());
  }
  SECTION("a refused upload of what an object has already") {
    put(store, content);
    { BlobPin refused = upload(store, content); }
    store.collect();
    CHECK(read(store, content) == content);
  }
  SECTION("two at once, of which one is refused") {
    BlobPin taken = upload(store, content);
    { BlobPin refused = upload(store, content); }
    store.collect();
    store.named(name);
    taken = {};
    store.collect();
    CHECK(read(store, content) == content);
  }
  SECTION("refused, and brought again before it was collected") {
    { BlobPin refused = upload(store, content); }
    put(store, content);
    store.collect();
    CHECK(read(store, content) == content);
  }
  SECTION("an upload that breaks off") {
    {
      auto writer = store.create();
      REQUIRE((*writer)->append(content));
    }
    store.collect();
    CHECK(files.list("/blobs/tmp")->empty());
  }
}

TEST_CASE("BlobStore: what the state forgets goes when its last reader has", "[log][blobs]") {
  log::MemoryFileSystem files;
  BlobStore store(files, "/blobs", Durability::unsynced);
  REQUIRE(store.prepare());
  std::string content = bytes_of(100'000), name = name_of(content);
  put(store, content);
  BlobPin reader = store.pin(name);
  store.unnamed(name);
  store.collect();
  CHECK(read(store, content) == content);
  SECTION("then it is gone") {
    reader = {};
    store.collect();
    CHECK(store.list()->empty());
  }
  SECTION("unless somebody named it again") {
    put(store, content);
    reader = {};
    store.collect();
    CHECK(read(store, content) == content);
  }
}

TEST_CASE("BlobStore: what was committed survives a power cut, whatever was there before", "[log][blobs]") {
  DurableFileSystem disk;
  std::string content = bytes_of(100'000), other = bytes_of(90'000, 5);
  auto open = [&](Durability durability) {
    auto store = std::make_unique<BlobStore>(disk, "/data/blobs", durability);
    REQUIRE(store->prepare());
    return store;
  };
  SECTION("nothing") {}
  SECTION("the same blob, of a run that did not sync") { put(*open(Durability::unsynced), content); }
  SECTION("the same blob, whose writer was killed before its directory was synced") {
    // The name is in memory only, as after a rename that nothing followed.
    auto store = open(Durability::unsynced);
    put(*store, content);
    REQUIRE(disk.remove("/data/blobs/unsynced"));
  }
  {
    auto store = open(Durability::synced);
    put(*store, content);
    disk.cut_power();
  }
  CHECK(read(*open(Durability::synced), content) == content);
}

TEST_CASE("BlobStore: blobs of a run without syncs are on the disk once a run with syncs has begun", "[log][blobs]") {
  DurableFileSystem disk;
  std::string content = bytes_of(100'000);
  {
    BlobStore store(disk, "/data/blobs", Durability::unsynced);
    REQUIRE(store.prepare());
    put(store, content);
  }
  BlobStore store(disk, "/data/blobs", Durability::synced);
  REQUIRE(store.prepare());
  disk.cut_power();
  CHECK(read(store, content) == content);
}

TEST_CASE("Blobs: of many that are forsaken at once those stay that are named again or still read", "[blobs]") {
  log::MemoryFileSystem files;
  BlobStore store(files, "/blobs", Durability::unsynced);
  REQUIRE(store.prepare());
  const std::string gone = bytes_of(20'000, 1), named_again = bytes_of(20'000, 2), pinned = bytes_of(20'000, 3),
                    refused = bytes_of(20'000, 4);
  std::unordered_map<std::string, uint64_t> all;
  for (const std::string& content : {gone, named_again, pinned, refused}) {
    put(store, content);
    all.emplace(name_of(content), 1);
  }
  BlobPin reader = store.pin(name_of(pinned));
  store.forsake(std::move(all));
  CHECK(store.has_garbage());
  put(store, named_again);
  { BlobPin dropped = upload(store, refused); }
  CHECK(read(store, gone) == gone);  // until somebody has the time
  store.collect();
  CHECK_FALSE(read(store, gone));
  CHECK_FALSE(read(store, refused));
  CHECK(read(store, named_again) == named_again);
  CHECK(read(store, pinned) == pinned);
  reader = BlobPin();
  store.collect();
  CHECK_FALSE(read(store, pinned));
  CHECK(store.list().value() == std::set<std::string>{name_of(named_again)});
}

}  // namespace cloudemu::test
