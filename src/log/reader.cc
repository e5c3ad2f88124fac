#include "log/reader.h"

#include <algorithm>

#include "core/strings.h"
#include "log/event_range.h"
#include "log/recovery.h"

namespace cloudemu::log {

LogReader::LogReader(FileSystem& files, std::string directory, Sequence from)
    : files_(&files),
      directory_(std::move(directory)),
      next_sequence_(std::max<Sequence>(from, 1)),
      decoder_(std::make_unique<FrameDecoder>()) {}

Result<LogReader> LogReader::open(FileSystem& files, std::string directory, Sequence from) {
  LogReader reader(files, std::move(directory), from);
  std::vector<std::string> names = TRY(list_segments(files, reader.directory_));
  if (!names.empty() && *segment_base(names.front()) > reader.next_sequence_) {
    return fail(Errc::not_found, concat("the log begins with event ", *segment_base(names.front()), "; event ", reader.next_sequence_,
                                        " was compacted away"));
  }
  return reader;
}

/// Opens the segment that holds, or will hold, the next event; false if it is not there yet.
Result<bool> LogReader::open_segment() {
  std::vector<std::string> names = TRY(list_segments(*files_, directory_));
  auto later = std::upper_bound(names.begin(), names.end(), segment_name(next_sequence_));
  if (later == names.begin()) return false;
  std::string path = concat(directory_, "/", *(later - 1));
  if (path == path_) return false;
  segment_.reset();
  path_ = path;
  file_ = TRY(files_->open(path_, OpenMode::read));
  segment_ = std::make_unique<SegmentReader>(TRY(start()));
  return true;
}

/// At a torn tail that is not the end of the log, events are missing.
Result<void> LogReader::check_end() {
  if (!segment_->torn()) return {};
  std::vector<std::string> names = TRY(list_segments(*files_, directory_));
  if (names.empty() || concat(directory_, "/", names.back()) == path_) return {};
  return fail(Errc::corrupt, concat(path_, ": event ", next_sequence_, " is missing at offset ", segment_->offset()));
}

/// As near before the next event as the footer can tell.
Result<SegmentReader> LogReader::start() {
  uint64_t offset = 0;
  Sequence first = *segment_base(std::string_view(path_).substr(path_.rfind('/') + 1));
  if (auto footer = TRY(read_footer(*file_))) {
    for (const Footer::Entry& entry : footer->entries) {
      if (entry.first_sequence > next_sequence_) break;
      offset = entry.offset;
      first = entry.first_sequence;
    }
  }
  return SegmentReader(*file_, offset, first);
}

Result<std::optional<LogReader::Batch>> LogReader::next() {
  if (!segment_ && !TRY(open_segment())) return std::nullopt;
  while (true) {
    auto frame = segment_->next();
    if (!frame) return fail(in_file(path_, frame.error()));
    if (!*frame) {
      // The end of this segment, or of the log so far. A later segment exists only if this one is complete.
      if (TRY(open_segment())) continue;
      TRY(check_end());
      return std::nullopt;
    }
    const FrameHeader header = (*frame)->header;
    if (header.last_sequence() < next_sequence_) continue;
    auto lines = decoder_->decode(header, (*frame)->payload);
    if (!lines) {
      return fail(lines.error().code, concat(path_, ": ", lines.error().context, " at offset ", (*frame)->offset, " (",
                                             event_range(header.first_sequence, header.last_sequence()), ")"));
    }
    Batch batch{header.first_sequence, header.count, std::move(*lines), header.chain_before, header.chain_after, header.wall_time};
    if (batch.first_sequence > next_sequence_) {
      return fail(Errc::corrupt, concat(path_, ": event ", next_sequence_, " is missing"));
    }
    size_t skip = 0;
    for (; batch.first_sequence < next_sequence_; ++batch.first_sequence, --batch.count) {
      skip = batch.lines.find('\n', skip) + 1;
    }
    advance_chain(batch.chain_before, std::string_view(batch.lines).substr(0, skip));
    batch.lines.erase(0, skip);
    next_sequence_ = header.last_sequence() + 1;
    return batch;
  }
}

}  // namespace cloudemu::log
