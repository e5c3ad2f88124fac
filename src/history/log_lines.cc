#include "history/log_lines.h"

#include <algorithm>

#include "core/strings.h"
#include "log/recovery.h"

namespace cloudemu::history {

namespace {

/// Bytes of the stretches that are kept; the last one used is always among them.
constexpr size_t kKeptBytesMax = 64 << 20;

}  // namespace

/// Notes segments that are new.
Result<void> LogLines::list() {
  std::vector<std::string> names = TRY(log::list_segments(files_, directory_));
  for (const std::string& name : names) {
    log::Sequence base = *log::segment_base(name);
    if (!segments_.empty() && base <= segments_.back().base) continue;
    segments_.push_back({.path = concat(directory_, "/", name), .base = base});
  }
  return {};
}

/// Brings the index of a segment up to date.
Result<void> LogLines::look_at(Segment& segment) {
  if (segment.is_complete) return {};
  if (!segment.file) segment.file = TRY(files_.open(segment.path, log::OpenMode::read));
  if (auto footer = TRY(log::read_footer(*segment.file))) {
    segment.index = std::move(*footer);
    segment.is_complete = true;
    return {};
  }
  log::SegmentReader reader(*segment.file, segment.scanned);
  while (true) {
    auto frame = reader.next();
    if (!frame) return fail(log::in_file(segment.path, frame.error()));
    if (!*frame) break;
    log::note_frame(segment.index, (*frame)->header, (*frame)->offset);
  }
  segment.scanned = reader.offset();
  return {};
}

Result<log::Sequence> LogLines::last() {
  TRY(list());
  // A segment that was begun just now may still be empty.
  for (auto segment = segments_.rbegin(); segment != segments_.rend(); ++segment) {
    TRY(look_at(*segment));
    if (segment->index.last_sequence > 0) return segment->index.last_sequence;
  }
  return 0;
}

Result<log::Sequence> LogLines::first() {
  TRY(list());
  return segments_.empty() ? 1 : segments_.front().base;
}

Result<LogLines::Segment*> LogLines::segment_of(log::Sequence sequence) {
  auto find = [&] {
    auto after =
        std::upper_bound(segments_.begin(), segments_.end(), sequence, [](log::Sequence s, const Segment& x) { return s < x.base; });
    return after == segments_.begin() ? nullptr : &*(after - 1);
  };
  Segment* segment = find();
  if (!segment || segment->index.last_sequence < sequence) {
    TRY(list());
    segment = find();
    if (segment) TRY(look_at(*segment));
  }
  if (!segment && !segments_.empty()) return fail(Errc::not_found, concat("event ", sequence, " was compacted away"));
  if (!segment || segment->index.last_sequence < sequence) return fail(Errc::not_found, concat("there is no event ", sequence));
  return segment;
}

Result<std::shared_ptr<const LogLines::Stretch>> LogLines::around(log::Sequence sequence) {
  Segment* segment = TRY(segment_of(sequence));
  const auto& entries = segment->index.entries;
  auto after = std::upper_bound(entries.begin(), entries.end(), sequence,
                                [](log::Sequence s, const auto& entry) { return s < entry.first_sequence; });
  if (after == entries.begin()) return fail(Errc::corrupt, concat(segment->path, ": event ", sequence, " is missing"));
  auto entry = static_cast<size_t>(after - entries.begin() - 1);
  for (const Kept& kept : kept_) {
    // The last stretch of the log grows.
    bool is_it = kept.offset == entries[entry].offset && kept.path == segment->path && kept.stretch->last() >= sequence;
    if (is_it) return kept.stretch;
  }
  auto stretch = TRY(load(*segment, entry));
  if (stretch->starts.size() < 2 || sequence < stretch->first || stretch->last() < sequence) {
    return fail(Errc::corrupt, concat(segment->path, ": event ", sequence, " is missing"));
  }
  keep({segment->path, entries[entry].offset, stretch});
  return stretch;
}

Result<std::shared_ptr<const LogLines::Stretch>> LogLines::load(const Segment& segment, size_t entry) {
  const auto& entries = segment.index.entries;
  uint64_t end = entry + 1 < entries.size() ? entries[entry + 1].offset : UINT64_MAX;
  auto stretch = std::make_shared<Stretch>();
  stretch->first = entries[entry].first_sequence;
  log::SegmentReader reader(*segment.file, entries[entry].offset);
  while (reader.offset() < end) {
    auto frame = reader.next();
    if (!frame) return fail(log::in_file(segment.path, frame.error()));
    if (!*frame) break;
    auto lines = decoder_.decode((*frame)->header, (*frame)->payload);
    if (!lines)
      return fail(log::in_file(segment.path, {lines.error().code, concat(lines.error().context, " at offset ", (*frame)->offset)}));
    if (!lines->ends_with('\n'))
      return fail(Errc::corrupt, concat(segment.path, ": an event without its end at offset ", (*frame)->offset));
    stretch->text += *lines;
  }
  for (size_t start = 0; start < stretch->text.size(); start = stretch->text.find('\n', start) + 1) stretch->starts.push_back(start);
  stretch->starts.push_back(stretch->text.size());
  return stretch;
}

void LogLines::keep(Kept kept) {
  std::erase_if(kept_, [&](const Kept& other) { return other.path == kept.path && other.offset == kept.offset; });
  kept_.push_front(std::move(kept));
  size_t bytes = 0, count = 0;
  for (; count < kept_.size(); ++count) {
    bytes += kept_[count].stretch->text.size();
    if (count > 0 && bytes > kKeptBytesMax) break;
  }
  kept_.resize(count);
}

}  // namespace cloudemu::history
