#include "log/blob_reader.h"

#include <algorithm>
#include <cstring>

#include "core/bytes.h"
#include "core/digest.h"
#include "core/strings.h"

namespace cloudemu::log {

namespace {

/// Read from the end at once: the footer, and the checksums of a blob of up to 31 MiB.
constexpr uint64_t kTailBytes = 4096;
constexpr uint64_t kSumsAtOnce = (kTailBytes - kBlobFooterBytes) / kBlobSumBytes;

}  // namespace

Result<std::unique_ptr<BlobReader>> BlobReader::open(std::unique_ptr<File> file, const std::string& sha256) {
  uint64_t file_bytes = TRY(file->size());
  std::string tail(std::min(file_bytes, kTailBytes), '\0');
  tail.resize(TRY(file->read_at(file_bytes - tail.size(), tail)));
  if (tail.size() < kBlobFooterBytes) return fail(Errc::corrupt, "it is cut short");
  BlobFooter footer = TRY(decode_blob_footer(std::string_view(tail).substr(tail.size() - kBlobFooterBytes), file_bytes));
  if (footer.sha256 != sha256) return fail(Errc::corrupt, concat("it holds blob ", footer.sha256));
  std::unique_ptr<BlobReader> reader(new BlobReader(std::move(file), footer.content_bytes, true));
  uint64_t sums_bytes = footer.stretches() * kBlobSumBytes;
  if (sums_bytes + kBlobFooterBytes <= tail.size()) {
    reader->sums_ = tail.substr(tail.size() - kBlobFooterBytes - sums_bytes, sums_bytes);
  }
  return reader;
}

Result<std::unique_ptr<BlobReader>> BlobReader::open_unchecked(std::unique_ptr<File> file) {
  uint64_t bytes = TRY(file->size());
  return std::unique_ptr<BlobReader>(new BlobReader(std::move(file), bytes, false));
}

uint64_t BlobReader::stretch_bytes(uint64_t stretch) const {
  return std::min(kBlobStretchBytes, content_bytes_ - stretch * kBlobStretchBytes);
}

Result<void> BlobReader::fill(uint64_t offset, std::span<char> into) const {
  size_t got = TRY(file_->read_at(offset, into));
  if (got < into.size()) return fail(Errc::corrupt, concat("it ends at byte ", offset + got));
  return {};
}

Result<uint64_t> BlobReader::sum_of(uint64_t stretch) {
  uint64_t known = sums_.size() / kBlobSumBytes;
  if (stretch < first_sum_ || stretch >= first_sum_ + known) {
    uint64_t all = (content_bytes_ + kBlobStretchBytes - 1) / kBlobStretchBytes;
    sums_.resize(std::min(kSumsAtOnce, all - stretch) * kBlobSumBytes);
    first_sum_ = stretch;
    TRY(fill(content_bytes_ + stretch * kBlobSumBytes, sums_));
  }
  return get_le<uint64_t>(sums_, (stretch - first_sum_) * kBlobSumBytes);
}

/// Reads whole stretches, from stretch `first` on, and checks each.
Result<void> BlobReader::read_whole(uint64_t first, std::span<char> into) {
  TRY(fill(first * kBlobStretchBytes, into));
  for (uint64_t stretch = first; !into.empty(); ++stretch) {
    size_t length = stretch_bytes(stretch);
    if (xxh3({into.data(), length}) != TRY(sum_of(stretch))) {
      uint64_t begin = stretch * kBlobStretchBytes;
      return fail(Errc::corrupt, concat("bytes ", begin, " to ", begin + length - 1, " fail their checksum"));
    }
    into = into.subspan(length);
  }
  return {};
}

Result<void> BlobReader::read(uint64_t offset, std::span<char> into) {
  if (offset > content_bytes_ || into.size() > content_bytes_ - offset) {
    return fail(Errc::corrupt, concat("it has ", content_bytes_, " bytes, and bytes to ", offset + into.size(), " are wanted"));
  }
  if (!checked_) return fill(offset, into);
  while (!into.empty()) {
    uint64_t stretch = offset / kBlobStretchBytes, skip = offset % kBlobStretchBytes;
    uint64_t end = offset + into.size();
    // As many whole stretches as there are, straight to where they are wanted.
    uint64_t whole_end = end == content_bytes_ ? end : end / kBlobStretchBytes * kBlobStretchBytes;
    size_t taken;
    if (skip == 0 && whole_end > offset) {
      taken = whole_end - offset;
      TRY(read_whole(stretch, into.first(taken)));
    } else {
      if (held_stretch_ != stretch) {
        held_stretch_ = UINT64_MAX;
        held_.resize(stretch_bytes(stretch));
        TRY(read_whole(stretch, held_));
        held_stretch_ = stretch;
      }
      taken = std::min<size_t>(into.size(), held_.size() - skip);
      std::memcpy(into.data(), held_.data() + skip, taken);
    }
    offset += taken;
    into = into.subspan(taken);
  }
  return {};
}

}  // namespace cloudemu::log
