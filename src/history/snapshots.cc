#include "history/snapshots.h"

#include <zstd.h>

#include <algorithm>
#include <cstdio>
#include <memory>

#include "core/bytes.h"
#include "core/digest.h"
#include "core/strings.h"
#include "events/fields.h"
#include "projections/state.h"

namespace cloudemu::history {

namespace {

constexpr uint32_t kSkippableMagic = 0x184D2A5E;
constexpr size_t kHeaderBytesMax = 4096;
constexpr int kLevel = 1;
constexpr uint64_t kDatabaseBytesMax = 1ULL << 40;
constexpr std::string_view kSuffix = ".snap";

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
Result<void> compress(const log::File& from, log::File& to) {
  std::unique_ptr<ZSTD_CCtx, size_t (*)(ZSTD_CCtx*)> context(ZSTD_createCCtx(), ZSTD_freeCCtx);
  ZSTD_CCtx_setParameter(context.get(), ZSTD_c_compressionLevel, kLevel);
  ZSTD_CCtx_setParameter(context.get(), ZSTD_c_checksumFlag, 1);
  std::string input(1 << 20, '\0'), output(ZSTD_CStreamOutSize(), '\0');
  uint64_t offset = 0;
  for (bool last = false; !last;) {
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

Result<std::string> SnapshotStore::load(const Snapshot& snapshot) const {
  std::string stored = TRY(log::read_file(files_, path(snapshot.sequence)));
  std::string database(snapshot.bytes, '\0');
  size_t size = ZSTD_decompress(database.data(), database.size(), stored.data(), stored.size());
  if (ZSTD_isError(size) || size != database.size()) {
    return fail(Errc::corrupt, concat(path(snapshot.sequence), " does not unpack"));
  }
  return database;
}

Result<log::Sequence> SnapshotStore::write(const std::string& state_path) {
  TRY(files_.make_directories(directory_));
  std::string copy_path = directory_ + "/copy.tmp", packed_path = directory_ + "/packed.tmp";
  TRY(files_.remove(copy_path));
  TRY(files_.remove(packed_path));
  {
    auto source = TRY(sqlite::Database::open_reader(state_path));
    TRY(source.copy_to(copy_path));
  }
  Snapshot snapshot;
  {
    auto copy = TRY(State::attach(TRY(sqlite::Database::open_file(copy_path, sqlite::Database::Journal::scratch))));
    Checkpoint checkpoint = copy->checkpoint();
    snapshot = Snapshot{
        .sequence = checkpoint.sequence, .chain = checkpoint.chain, .schema_version = State::kSchemaVersion, .digest = copy->digest()};
  }
  if (snapshot.sequence == 0 || files_.exists(path(snapshot.sequence))) {
    TRY(files_.remove(copy_path));
    return snapshot.sequence;
  }
  {
    auto copy = TRY(files_.open(copy_path, log::OpenMode::read));
    auto packed = TRY(files_.open(packed_path, log::OpenMode::create));
    snapshot.bytes = TRY(copy->size());
    TRY(packed->append(encode_header(snapshot)));
    TRY(compress(*copy, *packed));
    TRY(packed->sync());
  }
  TRY(files_.rename(packed_path, path(snapshot.sequence)));
  TRY(files_.remove(copy_path));
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
