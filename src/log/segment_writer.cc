#include "log/segment_writer.h"

#include <algorithm>

#include "core/strings.h"

namespace cloudemu::log {

namespace {

/// What a probe writes: space for this much means that there is some again.
constexpr size_t kProbeBytes = 64 << 10;

}  // namespace

SegmentWriter::SegmentWriter(FileSystem& files, std::string directory, int compression_level, const Recovery& recovery)
    : files_(files),
      directory_(std::move(directory)),
      encoder_(compression_level),
      path_(recovery.active_path),
      footer_(recovery.active_footer),
      chain_(recovery.chain),
      bytes_(recovery.active_bytes),
      kept_bytes_(recovery.active_bytes),
      last_(recovery.last_sequence),
      synced_(recovery.last_sequence),
      kept_sequence_(recovery.last_sequence) {}

Result<void> SegmentWriter::open() {
  // A process that was killed may have left bytes and names that only the operating system knows.
  TRY(files_.sync_directory(directory_));
  if (path_.empty()) return {};
  file_ = TRY(files_.open(path_, OpenMode::append));
  return file_->sync();
}

Result<void> SegmentWriter::begin_segment(Sequence first) {
  if (!file_) {
    path_ = concat(directory_, "/", segment_name(first));
    file_ = TRY(files_.open(path_, OpenMode::create));
    footer_ = Footer{.first_sequence = first, .last_sequence = first - 1, .chain_after = chain_, .entries = {}};
    bytes_ = kept_bytes_ = 0;
    name_synced_ = false;
  }
  if (!name_synced_) {
    TRY(files_.sync_directory(directory_));
    name_synced_ = true;
  }
  return {};
}

Result<void> SegmentWriter::write(Sequence first, uint32_t count, TimeMs wall_time, std::string_view lines) {
  TRY(begin_segment(first));
  TRY(cut_tail());
  FrameHeader header{.first_sequence = first, .count = count, .wall_time = wall_time, .chain_before = chain_};
  header.unsynced = static_cast<uint32_t>(std::min<Sequence>(last_ - synced_, UINT32_MAX));
  std::string frame = encoder_.encode(header, lines);
  if (auto written = file_->append(frame); !written) {
    has_tail_ = true;
    (void)cut_tail();
    return written;
  }
  note_frame(footer_, header, bytes_);
  bytes_ += frame.size();
  chain_ = header.chain_after;
  last_ = header.last_sequence();
  return {};
}

Result<void> SegmentWriter::sync() {
  if (!file_) return {};
  TRY(file_->sync());
  synced_ = last_;
  return {};
}

Result<void> SegmentWriter::cut_tail() {
  if (!has_tail_) return {};
  TRY(file_->truncate(bytes_));
  has_tail_ = false;
  return {};
}

Result<void> SegmentWriter::take_back() {
  if (!file_ || (kept_bytes_ == bytes_ && !has_tail_)) return {};
  auto cut = file_->truncate(kept_bytes_);
  if (cut) cut = file_->sync();
  if (cut) {
    bytes_ = kept_bytes_;
    has_tail_ = false;
    return {};
  }
  return note_refused(files_, directory_, kept_sequence_ + 1);
}

Result<std::string> SegmentWriter::seal_if_full(uint64_t bytes_max) {
  if (!file_ || bytes_ < bytes_max) return std::string();
  TRY(sync());
  if (auto written = file_->append(encode_footer(footer_)); !written) {
    has_tail_ = true;
    TRY(cut_tail());
    if (passes(written.error())) return std::string();
    return fail(written.error());
  }
  has_tail_ = true;
  TRY(file_->sync());
  has_tail_ = false;
  file_.reset();
  return path_;
}

Result<void> SegmentWriter::probe() {
  TRY(begin_segment(last_ + 1));
  TRY(cut_tail());
  has_tail_ = true;
  auto written = file_->append(std::string(kProbeBytes, '\0'));
  TRY(cut_tail());
  return written;
}

}  // namespace cloudemu::log
