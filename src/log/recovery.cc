#include "log/recovery.h"

#include <algorithm>

#include "core/digest.h"
#include "core/strings.h"
#include "core/time_format.h"

namespace cloudemu::log {

namespace {

std::string hint(const std::string& directory) {
  std::string data_dir = directory.substr(0, directory.rfind('/'));
  return concat(". Nothing was changed. Restore the file from a copy, or keep what is before the damage with: cloudemu-log --data-dir ",
                data_dir, " repair");
}

/// Moves the bytes from `offset` on into a file of their own.
Result<std::string> set_aside(FileSystem& files, const std::string& path, uint64_t offset, TimeMs now) {
  auto segment = TRY(files.open(path, OpenMode::append));
  uint64_t end = TRY(segment->size());
  std::string copy_path = concat(path, ".torn-", iso8601_basic(now));
  for (int i = 2; files.exists(copy_path); ++i) copy_path = concat(path, ".torn-", iso8601_basic(now), "-", i);
  auto copy = TRY(files.open(copy_path, OpenMode::create));
  std::string piece;
  for (uint64_t at = offset; at < end; at += piece.size()) {
    piece.resize(std::min<uint64_t>(end - at, 1 << 20));
    piece.resize(TRY(segment->read_at(at, piece)));
    if (piece.empty()) break;
    TRY(copy->append(piece));
  }
  TRY(copy->sync());
  TRY(segment->truncate(offset));
  TRY(segment->sync());
  return copy_path;
}

/// Walks through the log and checks how each frame follows the one before.
class Walk {
 public:
  Walk(FileSystem& files, std::string directory) : files_(files), directory_(std::move(directory)) {}

  Result<void> segment(const std::string& name, bool last) {
    path_ = concat(directory_, "/", name);
    good_bytes_ = 0;
    Sequence base = *segment_base(name);
    if (!expected_) {
      // The first segment there is: above 1 once older ones were compacted away. Its chain is then taken on trust.
      expected_ = base;
      if (base == 1) chain_ = Chain{};
      found_.last_sequence = base - 1;
    }
    if (base != *expected_) {
      return fail(Errc::corrupt, concat("events ", *expected_, " to ", base - 1, " are missing before ", path_));
    }
    auto file = TRY(files_.open(path_, OpenMode::read));
    auto footer = TRY(at_path(read_footer(*file)));
    return footer ? sealed(*file, *footer) : scan(*file, last);
  }

  Recovery& found() { return found_; }
  const std::string& path() const { return path_; }
  std::optional<uint64_t> torn_at() const { return torn_at_; }
  uint64_t good_bytes() const { return good_bytes_; }

 private:
  /// A sealed segment is trusted to hold what its footer says; reading it checks every payload, and `verify` the whole.
  Result<void> sealed(const File& file, const Footer& footer) {
    SegmentReader reader(file);
    auto frame = TRY(at_path(reader.next()));
    if (!frame) return fail(Errc::corrupt, concat(path_, " is sealed but holds no event"));
    TRY(follows(frame->header, 0));
    pass(footer.last_sequence, footer.chain_after);
    found_.active_path.clear();  // nothing is ever written behind a footer
    good_bytes_ = TRY(file.size());
    return {};
  }

  Result<void> scan(const File& file, bool last) {
    SegmentReader reader(file);
    Footer footer{.first_sequence = *expected_, .last_sequence = *expected_ - 1, .chain_after = found_.chain, .entries = {}};
    while (auto frame = TRY(at_path(reader.next()))) {
      const FrameHeader& h = frame->header;
      TRY(follows(h, frame->offset));
      if (xxh3(frame->payload) != h.payload_hash) {
        return fail(Errc::corrupt, concat(path_, ": frame payload fails its checksum at offset ", frame->offset, " (events ",
                                          h.first_sequence, " to ", h.last_sequence(), ")"));
      }
      note_frame(footer, h, frame->offset);
      pass(h.last_sequence(), h.chain_after);
      good_bytes_ = reader.offset();
    }
    if (reader.torn() && !last) {
      return fail(Errc::corrupt, concat(path_, " is cut short after event ", found_.last_sequence, " at offset ", reader.offset(),
                                        ", but later segments exist"));
    }
    if (reader.torn()) torn_at_ = reader.offset();
    found_.active_path = path_;
    found_.active_footer = std::move(footer);
    found_.active_bytes = good_bytes_;
    return {};
  }

  Result<void> follows(const FrameHeader& h, uint64_t offset) {
    if (h.first_sequence != *expected_) {
      return fail(Errc::corrupt, concat(path_, ": event ", *expected_, " is expected at offset ", offset, ", but event ", h.first_sequence,
                                        " stands there"));
    }
    if (chain_ && h.chain_before != *chain_) {
      return fail(Errc::corrupt, concat(path_, ": the frame at offset ", offset, " (from event ", h.first_sequence,
                                        ") does not continue the chain of the events before it"));
    }
    return {};
  }

  void pass(Sequence last, const Chain& chain) {
    found_.last_sequence = last;
    found_.chain = chain;
    expected_ = last + 1;
    chain_ = chain;
  }

  template <class T>
  Result<T> at_path(Result<T> result) {
    if (result) return result;
    return fail(result.error().code, concat(path_, ": ", result.error().context, ", after event ", found_.last_sequence));
  }

  FileSystem& files_;
  std::string directory_;
  std::string path_;
  Recovery found_;
  std::optional<Sequence> expected_;  // the next event
  std::optional<Chain> chain_;        // before it, where known
  std::optional<uint64_t> torn_at_;
  uint64_t good_bytes_ = 0;  // of the present segment, up to where all is well
};

}  // namespace

Result<std::vector<std::string>> list_segments(FileSystem& files, const std::string& directory) {
  std::vector<std::string> names = TRY(files.list(directory));
  std::erase_if(names, [](const std::string& name) { return !segment_base(name); });
  return names;
}

Result<Recovery> recover(FileSystem& files, const std::string& directory, TimeMs now, TornTail torn) {
  std::vector<std::string> names = TRY(list_segments(files, directory));
  Walk walk(files, directory);
  for (const std::string& name : names) {
    auto checked = walk.segment(name, &name == &names.back());
    if (!checked && checked.error().code == Errc::corrupt) {
      return fail(Errc::corrupt, concat("the log is damaged: ", checked.error().context, hint(directory)));
    }
    if (!checked) return fail(checked.error());
  }
  Recovery& found = walk.found();
  if (walk.torn_at() && torn == TornTail::set_aside) {
    std::string copy = TRY(set_aside(files, walk.path(), *walk.torn_at(), now));
    found.warnings.push_back(concat("the last write to ", walk.path(), " was cut short after event ", found.last_sequence,
                                    "; nobody was told that it succeeded. Its bytes were moved to ", copy));
  }
  return std::move(found);
}

Result<std::vector<std::string>> repair(FileSystem& files, const std::string& directory, TimeMs now) {
  std::vector<std::string> names = TRY(list_segments(files, directory));
  std::vector<std::string> done;
  Walk walk(files, directory);
  for (size_t i = 0; i < names.size(); ++i) {
    auto checked = walk.segment(names[i], i + 1 == names.size());
    if (checked) continue;
    if (checked.error().code != Errc::corrupt) return fail(checked.error());
    std::string path = concat(directory, "/", names[i]);
    done.push_back(concat("found: ", checked.error().context));
    // A segment that is missing or does not follow keeps none of its frames; one that goes bad half-way keeps those before.
    uint64_t keep = walk.path() == path ? walk.good_bytes() : 0;
    if (keep > 0) {
      done.push_back(concat("moved the bytes of ", path, " from offset ", keep, " on to ", TRY(set_aside(files, path, keep, now))));
      ++i;
    }
    for (; i < names.size(); ++i) {
      std::string from = concat(directory, "/", names[i]), to = concat(from, ".cut-", iso8601_basic(now));
      TRY(files.rename(from, to));
      done.push_back(concat("moved ", from, " to ", to));
    }
    TRY(files.sync_directory(directory));
    done.push_back(concat("the log now ends with event ", walk.found().last_sequence));
  }
  return done;
}

}  // namespace cloudemu::log
