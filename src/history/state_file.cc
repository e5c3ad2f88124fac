#include "history/state_file.h"

#include <bit>
#include <cstring>

#include "core/strings.h"
#include "core/time_format.h"
#include "projections/sqlite_pages.h"

namespace cloudemu::history {

namespace {

// https://www.sqlite.org/fileformat2.html#the_write_ahead_log
constexpr uint32_t kMagic = 0x377F0682;  // its last bit: whether checksums read words as big-endian
constexpr size_t kHeaderBytes = 32, kFrameHeaderBytes = 24;
constexpr size_t kFrameBytes = kFrameHeaderBytes + sqlite::kPageBytes;
// https://www.sqlite.org/fileformat2.html#the_database_header
constexpr size_t kDatabaseHeaderBytes = 100;
constexpr size_t kReadVersionAt = 19;    // 2 if it was used with a write-ahead log
constexpr size_t kReservedBytesAt = 20;  // bytes at the end of each page that SQLite leaves alone

uint32_t word(std::string_view bytes, size_t at, bool big_endian = true) {
  uint32_t value;
  std::memcpy(&value, bytes.data() + at, sizeof value);
  return big_endian == (std::endian::native == std::endian::big) ? value : __builtin_bswap32(value);
}

/// Runs over the whole log: each frame's is that of all before it, too.
struct Checksum {
  bool big_endian;
  uint32_t first = 0, second = 0;

  void add(std::string_view bytes) {
    for (size_t i = 0; i < bytes.size(); i += 8) {
      first += word(bytes, i, big_endian) + second;
      second += word(bytes, i + 4, big_endian) + first;
    }
  }
  bool is_at(std::string_view bytes, size_t at) const { return word(bytes, at) == first && word(bytes, at + 4) == second; }
};

}  // namespace

Result<StateFile::Journal> StateFile::check() {
  if (files_.exists(path_of_mark())) {
    return fail(Errc::corrupt, concat("it was found to be damaged: ", log::read_file(files_, path_of_mark()).value_or("")));
  }
  std::string bytes = header();
  if (bytes.starts_with("SQLite format 3") && bytes.size() == kDatabaseHeaderBytes && bytes[kReservedBytesAt] == 0) {
    return fail(Errc::foreign, "it was written by an earlier version");
  }
  return check_journal();
}

Result<StateFile::Journal> StateFile::check_journal() {
  std::string path = path_ + "-wal";
  if (!files_.exists(path)) return Journal::absent;
  auto file = TRY(files_.open(path, log::OpenMode::read));
  std::string header(kHeaderBytes, '\0'), frame(kFrameBytes, '\0');
  size_t got = TRY(file->read_at(0, header));
  if (got == 0) return Journal::absent;
  auto damaged = [&](uint64_t at) { return fail(Errc::corrupt, concat(path, " is damaged at offset ", at)); };
  uint32_t magic = word(header, 0);
  if (got < kHeaderBytes || (magic & ~1U) != kMagic) return damaged(0);
  Checksum checksum{.big_endian = (magic & 1) != 0};
  checksum.add(std::string_view(header).substr(0, 24));
  if (!checksum.is_at(header, 24)) return damaged(0);
  bool ended = false;
  for (uint64_t at = kHeaderBytes;; at += kFrameBytes) {
    got = TRY(file->read_at(at, ended ? std::span(frame).first(kFrameHeaderBytes) : std::span(frame)));
    if (got < (ended ? kFrameHeaderBytes : kFrameBytes)) return Journal::whole;
    // All frames of one use of the log carry the same two numbers; frames left from an earlier use carry others.
    bool first_fits = word(frame, 8) == word(header, 16), second_fits = word(frame, 12) == word(header, 20);
    if (first_fits != second_fits || (ended && first_fits)) return damaged(at);
    if (!first_fits) ended = true;
    if (ended) continue;
    checksum.add(std::string_view(frame).substr(0, 8));
    checksum.add(std::string_view(frame).substr(kFrameHeaderBytes));
    if (!checksum.is_at(frame, 16)) return damaged(at);
  }
}

std::string StateFile::header() {
  std::string bytes(kDatabaseHeaderBytes, '\0');
  if (auto file = files_.open(path_, log::OpenMode::read)) bytes.resize((*file)->read_at(0, bytes).value_or(0));
  return bytes;
}

bool StateFile::needs_journal() {
  std::string bytes = header();
  return bytes.size() == kDatabaseHeaderBytes && bytes[kReadVersionAt] == 2;
}

void StateFile::distrust(std::string_view why) {
  auto file = files_.open(path_of_mark(), log::OpenMode::append);
  if (file) (void)(*file)->append(concat(why, "\n"));
}

Result<void> StateFile::set_aside(TimeMs now) {
  std::string name = concat(".damaged-", iso8601_basic(now));
  for (const char* suffix : {"", "-wal"}) {
    if (files_.exists(path_ + suffix)) TRY(files_.rename(path_ + suffix, concat(path_, name, suffix)));
  }
  TRY(files_.remove(path_ + "-shm"));
  size_t slash = path_.rfind('/');
  std::string directory = path_.substr(0, slash), beginning = path_.substr(slash + 1) + ".damaged-";
  std::vector<std::string> kept;
  for (std::string& other : TRY(files_.list(directory))) {
    if (other.starts_with(beginning) && !other.ends_with("-wal")) kept.push_back(std::move(other));
  }
  for (size_t i = 0; i + kSetAsideMax < kept.size(); ++i) {
    for (const char* suffix : {"", "-wal"}) TRY(files_.remove(concat(directory, "/", kept[i], suffix)));
  }
  return {};
}

Result<void> StateFile::install() {
  // Interrupted in between, the present file lacks its log, and is known for that.
  for (const char* suffix : {"-wal", "-shm"}) TRY(files_.remove(path_ + suffix));
  TRY(files_.rename(path_of_new(), path_));
  TRY(files_.remove(path_of_mark()));
  return files_.sync_directory(path_.substr(0, path_.rfind('/')));
}

Result<void> remove_state(log::FileSystem& files, const std::string& path) {
  for (const char* suffix : {"", "-wal", "-shm", "-journal"}) TRY(files.remove(path + suffix));
  return {};
}

Result<void> StateFile::remove_new() { return remove_state(files_, path_of_new()); }

}  // namespace cloudemu::history
