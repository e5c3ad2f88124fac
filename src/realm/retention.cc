#include "realm/retention.h"

#include <cstdio>

#include "core/strings.h"
#include "history/compact.h"
#include "history/data_dir.h"
#include "log/recovery.h"
#include "log/segment.h"

namespace cloudemu {

namespace {

struct Segment {
  log::Sequence base = 0;
  uint64_t bytes = 0;
  TimeMs begins = 0;
};

}  // namespace

bool Retention::begin_if_due() {
  if (monotonic_ms() < next_ms_) return false;
  next_ms_ = monotonic_ms() + kIntervalMs;
  // What is named from here on is not in what run() will have read.
  return blobs_.watch_names();
}

void Retention::run() {
  auto done = give_up();
  blobs_.forget_names();
  if (!done) std::fprintf(stderr, "cloudemu: warning: shortening the log: %s\n", done.error().context.c_str());
}

/// The first event of the oldest segment within the limits.
Result<log::Sequence> Retention::first_kept() const {
  std::string directory = history::log_directory(data_dir_);
  std::vector<Segment> segments;
  uint64_t bytes = 0;
  for (const std::string& name : TRY(log::list_segments(files_, directory))) {
    auto file = TRY(files_.open(concat(directory, "/", name), log::OpenMode::read));
    log::SegmentReader reader(*file);
    auto first = TRY(reader.next());
    if (!first) break;
    uint64_t size = TRY(file->size());
    segments.push_back({*log::segment_base(name), size, first->header.wall_time});
    bytes += size;
  }
  size_t kept = 0;
  for (; kept + 1 < segments.size(); ++kept) {
    // All of a segment is older than the first event of the next.
    bool is_old = clock_.now() - segments[kept + 1].begins > limits_.age_max_ms;
    if (bytes <= limits_.log_bytes_max && !is_old) break;
    bytes -= segments[kept].bytes;
  }
  return segments.empty() ? 0 : segments[kept].base;
}

Result<void> Retention::give_up() {
  log::Sequence keep = TRY(first_kept());
  if (keep <= TRY(history::first_sequence(files_, history::log_directory(data_dir_)))) return {};
  history::Compaction found = TRY(history::prepare_compaction(files_, data_dir_, keep));
  return history::compact(files_, data_dir_, found, [this](const std::string& name) -> Result<void> {
    blobs_.remove_unless_named(name);
    return {};
  });
}

}  // namespace cloudemu
