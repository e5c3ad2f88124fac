#include "log/cut.h"

#include <algorithm>

#include "core/strings.h"
#include "log/reader.h"
#include "log/recovery.h"
#include "log/segment.h"

namespace cloudemu::log {

namespace {

constexpr std::string_view kFrontSuffix = ".front";
constexpr std::string_view kUnfinishedSuffix = ".front.tmp";

/// Writes the events from `first` to before `end` (or the end of the log) as one sealed segment.
Result<void> write_segment(FileSystem& files, const std::string& directory, Sequence first, std::optional<Sequence> end, File& out) {
  LogReader reader = TRY(LogReader::open(files, directory, first));
  FrameEncoder encoder(1);
  Footer footer{.first_sequence = first, .last_sequence = 0, .chain_after = {}, .entries = {}};
  uint64_t offset = 0;
  for (Sequence next = first; !end || next < *end;) {
    auto batch = TRY(reader.next());
    if (!batch) break;
    FrameHeader header{.first_sequence = batch->first_sequence, .count = batch->count, .wall_time = batch->wall_time};
    header.chain_before = batch->chain_before;
    std::string frame = encoder.encode(header, batch->lines);
    if (header.chain_after != batch->chain_after)
      return fail(Errc::corrupt, concat("the chain breaks after event ", batch->first_sequence));
    TRY(out.append(frame));
    note_frame(footer, header, offset);
    offset += frame.size();
    next = batch->first_sequence + batch->count;
  }
  if (offset == 0) return fail(Errc::not_found, concat("there is no event ", first));
  TRY(out.append(encode_footer(footer)));
  return out.sync();
}

}  // namespace

Result<void> cut_front(FileSystem& files, const std::string& directory, Sequence first) {
  TRY(finish_cut(files, directory));
  std::vector<std::string> names = TRY(list_segments(files, directory));
  auto later = std::upper_bound(names.begin(), names.end(), segment_name(first));
  if (later == names.begin()) return {};  // all older events are gone
  if (later - 1 == names.begin() && *segment_base(names.front()) == first) return {};
  std::string front = concat(directory, "/", segment_name(first), kFrontSuffix);
  std::string unfinished = concat(directory, "/", segment_name(first), kUnfinishedSuffix);
  TRY(files.remove(unfinished));
  {
    auto out = TRY(files.open(unfinished, OpenMode::create));
    // Where a segment begins with `first`, an empty file stands for it.
    bool is_base = *(later - 1) == segment_name(first);
    std::optional<Sequence> end;
    if (later != names.end()) end = segment_base(*later);
    if (is_base) TRY(out->sync());
    else TRY(write_segment(files, directory, first, end, *out));
  }
  TRY(files.rename(unfinished, front));
  TRY(files.sync_directory(directory));
  return finish_cut(files, directory);
}

Result<void> finish_cut(FileSystem& files, const std::string& directory) {
  std::vector<std::string> names = TRY(files.list(directory));
  for (const std::string& name : names) {
    if (name.ends_with(kUnfinishedSuffix)) TRY(files.remove(concat(directory, "/", name)));
  }
  auto front = std::find_if(names.begin(), names.end(), [](const std::string& n) { return n.ends_with(kFrontSuffix); });
  if (front == names.end()) return {};
  std::string segment = front->substr(0, front->size() - kFrontSuffix.size());
  for (const std::string& name : names) {
    if (segment_base(name) && name < segment) TRY(files.remove(concat(directory, "/", name)));
  }
  // The old segments must be gone for good before the new one has its name: they overlap.
  TRY(files.sync_directory(directory));
  std::string from = concat(directory, "/", *front);
  uint64_t bytes = 0;
  {
    auto file = TRY(files.open(from, OpenMode::read));
    bytes = TRY(file->size());
  }
  if (bytes == 0) TRY(files.remove(from));
  else TRY(files.rename(from, concat(directory, "/", segment)));
  return files.sync_directory(directory);
}

Result<void> begin_with(FileSystem& files, const std::string& from, Sequence sequence, const std::string& to) {
  LogReader reader = TRY(LogReader::open(files, from, sequence));
  auto batch = TRY(reader.next());
  if (!batch) return fail(Errc::not_found, concat("there is no event ", sequence));
  std::string_view line = std::string_view(batch->lines).substr(0, batch->lines.find('\n') + 1);
  FrameHeader header{.first_sequence = sequence, .count = 1, .wall_time = batch->wall_time, .chain_before = batch->chain_before};
  TRY(files.make_directories(to));
  // Under its own name only when it is whole: a directory with a segment in it is one that can be opened.
  std::string path = concat(to, "/", segment_name(sequence)), unfinished = path + ".tmp";
  TRY(files.remove(unfinished));
  {
    auto file = TRY(files.open(unfinished, OpenMode::create));
    TRY(file->append(FrameEncoder(1).encode(header, line)));
    TRY(file->sync());
  }
  TRY(files.rename(unfinished, path));
  return files.sync_directory(to);
}

}  // namespace cloudemu::log
