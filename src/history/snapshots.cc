#include "history/snapshots.h"

#include <unistd.h>
#include <zstd.h>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <memory>

#include "core/bytes.h"
#include "core/digest.h"
#include "core/strings.h"
#include "events/fields.h"
#include "projections/sqlite_pages.h"
#include "projections/state.h"

namespace cloudemu::history {

namespace {

constexpr uint32_t kSkippableMagic = 0x184D2A5E;
constexpr size_t kHeaderBytesMax = 4096;
constexpr int kLevel = 1;
constexpr uint64_t kDatabaseBytesMax = 1ULL << 40;
constexpr std::string_view kSuffix = ".snap";
constexpr std::string_view kTemporary = ".tmp";
constexpr size_t kPieceBytes = 1 << 20;
static_assert(kPieceBytes % sqlite::kPageBytes == 0);
/// A copy of the state and its compressed form are on the disk at one time, and something is to be left.
constexpr uint64_t kSpaceTimes = 2;
constexpr uint64_t kSpareBytesMax = 128 << 20;

std::string encode_header(const Snapshot& snapshot) {
  std::string json;
  JsonWriter writer(json);
  writer.begin_object();
  events::FieldWriter fields(writer);
  Snapshot::describe(snapshot, fields);
  writer.end_object();
  std::string out;
  put_le(out, kSkippableMagic);
  put_le(out, static_cast<uint32_t>(json.size()));
  return out + json;
}

/// Compresses a file onto the end of another, piece by piece.
Result<void> compress(const log::File& from, log::File& to, const std::function<bool()>& keep_going) {
  std::unique_ptr<ZSTD_CCtx, size_t (*)(ZSTD_CCtx*)> context(ZSTD_createCCtx(), ZSTD_freeCCtx);
  ZSTD_CCtx_setParameter(context.get(), ZSTD_c_compressionLevel, kLevel);
  ZSTD_CCtx_setParameter(context.get(), ZSTD_c_checksumFlag, 1);
  std::string input(kPieceBytes, '\0'), output(ZSTD_CStreamOutSize(), '\0');
  uint64_t offset = 0;
  for (bool last = false; !last;) {
    if (keep_going && !keep_going()) return fail(Errc::busy, "there is no time for it now");
    size_t got = TRY(from.read_at(offset, input));
    offset += got;
    last = got < input.size();
    ZSTD_inBuffer in{input.data(), got, 0};
    for (bool done = false; !done;) {
      ZSTD_outBuffer out{output.data(), output.size(), 0};
      size_t left = ZSTD_compressStream2(context.get(), &out, &in, last ? ZSTD_e_end : ZSTD_e_continue);
      if (ZSTD_isError(left)) return fail(Errc::io, ZSTD_getErrorName(left));
      TRY(to.append(std::string_view(output).substr(0, out.pos)));
      done = last ? left == 0 : in.pos == in.size;
    }
  }
  return {};
}

}  // namespace

std::string SnapshotStore::path(log::Sequence sequence) const {
  char name[40];
  std::snprintf(name, sizeof name, "/%020llu.snap", static_cast<unsigned long long>(sequence));
  return directory_ + name;
}

std::string SnapshotStore::scratch_path() const { return concat(directory_, "/state.db", kTemporary); }

Result<std::vector<log::Sequence>> SnapshotStore::list() const {
  std::vector<log::Sequence> sequences;
  for (const std::string& name : TRY(files_.list(directory_))) {
    if (!std::string_view(name).ends_with(kSuffix)) continue;
    auto sequence = parse_integer<log::Sequence>(std::string_view(name).substr(0, name.size() - kSuffix.size()));
    if (sequence) sequences.push_back(*sequence);
  }
  return sequences;
}

Result<Snapshot> SnapshotStore::read_header(log::Sequence sequence) const {
  auto file = TRY(files_.open(path(sequence), log::OpenMode::read));
  std::string bytes(kHeaderBytesMax, '\0');
  bytes.resize(TRY(file->read_at(0, bytes)));
  auto broken = [&] { return fail(Errc::corrupt, concat(path(sequence), " is not a snapshot")); };
  if (bytes.size() < 8 || get_le<uint32_t>(bytes, 0) != kSkippableMagic) return broken();
  size_t size = get_le<uint32_t>(bytes, 4);
  if (size > bytes.size() - 8) return broken();
  events::FieldReader reader(std::string_view(bytes).substr(8, size));
  Snapshot snapshot;
  Snapshot::describe(snapshot, reader);
  if (!reader.ok() || snapshot.sequence != sequence || snapshot.bytes > kDatabaseBytesMax) return broken();
  return snapshot;
}

Result<std::optional<Snapshot>> SnapshotStore::newest(log::Sequence until) const {
  std::vector<log::Sequence> sequences = TRY(list());
  for (auto at = sequences.rbegin(); at != sequences.rend(); ++at) {
    if (*at > until) continue;
    auto snapshot = read_header(*at);
    if (snapshot && snapshot->schema_version == State::kSchemaVersion) return *snapshot;
  }
  return std::nullopt;
}

Result<void> SnapshotStore::unpack(const Snapshot& snapshot, const std::function<Result<void>(std::string_view)>& sink) const {
  auto broken = [&](std::string_view why) { return fail(Errc::corrupt, concat(path(snapshot.sequence), " does not unpack: ", why)); };
  auto file = TRY(files_.open(path(snapshot.sequence), log::OpenMode::read));
  std::unique_ptr<ZSTD_DCtx, size_t (*)(ZSTD_DCtx*)> context(ZSTD_createDCtx(), ZSTD_freeDCtx);
  std::string input(kPieceBytes, '\0'), output(kPieceBytes, '\0');
  ZSTD_outBuffer out{output.data(), output.size(), 0};
  uint64_t offset = 0, page = 1, unpacked = 0;
  auto hand_over = [&]() -> Result<void> {
    std::string_view piece = std::string_view(output).substr(0, out.pos);
    for (std::string_view left = piece; !left.empty(); left.remove_prefix(sqlite::kPageBytes)) {
      if (left.size() < sqlite::kPageBytes || !sqlite::page_is_sound(left.substr(0, sqlite::kPageBytes), page++)) {
        return broken(concat("page ", page - 1, " is damaged"));
      }
    }
    unpacked += piece.size();
    out.pos = 0;
    return sink(piece);
  };
  size_t left = 1;
  while (size_t got = TRY(file->read_at(offset, input))) {
    offset += got;
    for (ZSTD_inBuffer in{input.data(), got, 0}; in.pos < in.size;) {
      left = ZSTD_decompressStream(context.get(), &out, &in);
      if (ZSTD_isError(left)) return broken(ZSTD_getErrorName(left));
      if (unpacked + out.pos > snapshot.bytes) return broken("it is too long");
      if (out.pos == out.size) TRY(hand_over());
    }
  }
  TRY(hand_over());
  if (left != 0 || unpacked != snapshot.bytes) return broken("it is cut short");
  return {};
}

Result<sqlite::Database> SnapshotStore::open(const Snapshot& snapshot) const {
  return sqlite::Database::open_image(snapshot.bytes, [&](std::span<char> image) {
    size_t at = 0;
    return unpack(snapshot, [&](std::string_view piece) -> Result<void> {
      std::copy(piece.begin(), piece.end(), image.begin() + static_cast<std::ptrdiff_t>(at));
      at += piece.size();
      return {};
    });
  });
}

Result<std::optional<std::string>> SnapshotStore::find_damage(log::Sequence sequence) const {
  auto snapshot = read_header(sequence);
  if (snapshot && snapshot->schema_version != State::kSchemaVersion) return std::nullopt;
  auto check = [&]() -> Result<std::string> {
    auto state = TRY(State::attach(TRY(open(TRY(std::move(snapshot))))));
    return state->digest();
  };
  std::string expected = snapshot ? snapshot->digest : "";
  auto digest = check();
  if (!digest && digest.error().code != Errc::corrupt) return fail(digest.error());
  if (!digest) return digest.error().context;
  if (*digest != expected) return concat(path(sequence), ": its rows do not have the digest that it states");
  return std::nullopt;
}

Result<void> SnapshotStore::sweep() {
  for (const std::string& name : TRY(files_.list(directory_))) {
    if (name.find(kTemporary) != std::string::npos) TRY(files_.remove(concat(directory_, "/", name)));
  }
  return {};
}

Result<log::Sequence> SnapshotStore::write(const std::string& state_path, const SnapshotWriting& writing) {
  TRY(files_.make_directories(directory_));
  // The name belongs to this process and this attempt, so that nobody takes another's file.
  static std::atomic<uint64_t> attempts{0};
  std::string base = concat(directory_, "/", ::getpid(), "-", ++attempts);
  std::string copy_path = concat(base, "-copy", kTemporary), packed_path = concat(base, "-packed", kTemporary);
  auto written = [&]() -> Result<log::Sequence> {
    auto source = TRY(sqlite::Database::open_reader(state_path));
    uint64_t needed = kSpaceTimes * source.file_bytes();
    auto space = files_.space(directory_);
    if (space.free < needed + std::min(kSpareBytesMax, space.total / 8)) {
      return fail(Errc::disk_full, concat("a snapshot may need ", needed >> 20, " MiB, of which ", space.free >> 20, " are free"));
    }
    TRY(source.copy_to(copy_path, writing.keep_going));
    return write_from(copy_path, packed_path, writing);
  }();
  auto removed = files_.remove(copy_path);
  if (!written) (void)files_.remove(packed_path);
  else if (!removed) return fail(removed.error());
  return written;
}

Result<log::Sequence> SnapshotStore::write_from(const std::string& copy_path, const std::string& packed_path,
                                                const SnapshotWriting& writing) {
  Snapshot snapshot;
  {
    auto copy = TRY(State::attach(TRY(sqlite::Database::open_file(copy_path, sqlite::Database::Journal::scratch))));
    Checkpoint checkpoint = copy->checkpoint();
    if (checkpoint.sequence == 0 || files_.exists(path(checkpoint.sequence))) return checkpoint.sequence;
    snapshot = Snapshot{
        .sequence = checkpoint.sequence, .chain = checkpoint.chain, .schema_version = State::kSchemaVersion, .digest = copy->digest()};
    if (copy->failure()) return fail(*copy->failure());
  }
  {
    auto copy = TRY(files_.open(copy_path, log::OpenMode::read));
    auto packed = TRY(files_.open(packed_path, log::OpenMode::create));
    snapshot.bytes = TRY(copy->size());
    TRY(packed->append(encode_header(snapshot)));
    TRY(compress(*copy, *packed, writing.keep_going));
    TRY(packed->sync());
  }
  if (writing.log_is_synced) TRY(writing.log_is_synced(snapshot.sequence));
  TRY(files_.rename(packed_path, path(snapshot.sequence)));
  TRY(files_.sync_directory(directory_));
  return snapshot.sequence;
}

Result<void> SnapshotStore::thin(size_t count) {
  std::vector<log::Sequence> sequences = TRY(list());
  while (sequences.size() > std::max<size_t>(count, 2)) {
    // The one whose neighbours stand closest together is missed least; the first and the last stay.
    size_t least = 1;
    for (size_t i = 1; i + 1 < sequences.size(); ++i) {
      if (sequences[i + 1] - sequences[i - 1] < sequences[least + 1] - sequences[least - 1]) least = i;
    }
    TRY(files_.remove(path(sequences[least])));
    sequences.erase(sequences.begin() + static_cast<std::ptrdiff_t>(least));
  }
  return {};
}

}  // namespace cloudemu::history
