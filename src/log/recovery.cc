#include "log/recovery.h"

#include <algorithm>

#include "core/digest.h"
#include "core/strings.h"
#include "core/time_format.h"

namespace cloudemu::log {

namespace {

std::string hint(const std::string& directory) {
  std::string data_dir = directory.substr(0, directory.rfind('/'));
  return concat(
      ". Nothing was changed. Restore what is missing from a copy; or (with --dry-run to see first what it would do) accept the loss "
      "with: ",
      "cloudemu-log --data-dir ", data_dir, " repair");
}

/// Copies the tail into a separate file: the copy is safe, name and all, before the original is cut.
Result<std::string> set_aside(FileSystem& files, const TornTail& tail, TimeMs now) {
  auto segment = TRY(files.open(tail.path, OpenMode::append));
  uint64_t end = TRY(segment->size());
  std::string copy_path = name_aside(files, tail.path, "torn", now);
  auto copy = TRY(files.open(copy_path, OpenMode::create));
  std::string piece;
  for (uint64_t at = tail.offset; at < end; at += piece.size()) {
    piece.resize(std::min<uint64_t>(end - at, 1 << 20));
    piece.resize(TRY(segment->read_at(at, piece)));
    if (piece.empty()) break;
    TRY(copy->append(piece));
  }
  TRY(copy->sync());
  TRY(files.sync_directory(tail.path.substr(0, tail.path.rfind('/'))));
  TRY(segment->truncate(tail.offset));
  TRY(segment->sync());
  return copy_path;
}

/// The first event that a failed sync refused; none if there is no such note.
Result<std::optional<Sequence>> read_refused_note(FileSystem& files, const std::string& directory) {
  std::string path = concat(directory, "/", kRefusedNote);
  if (!files.exists(path)) return std::nullopt;
  std::string text = TRY(read_file(files, path));
  // Without its end it may name any other event.
  if (!text.ends_with('\n')) return std::nullopt;
  return parse_integer<Sequence>(trim(text));
}

/// Walks through the log and checks how each frame follows the one before.
class Walk {
 public:
  Walk(FileSystem& files, std::string directory, std::optional<Sequence> refused_from)
      : files_(files), directory_(std::move(directory)), refused_from_(refused_from) {}

  /// `last`: none follows. (A segment whose footer alone is damaged holds all its events: whatever is missing shows at the next.)
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
      std::string cut = found_.torn ? concat(": ", found_.torn->path, " is damaged from offset ", found_.torn->offset, " on") : "";
      return fail(Errc::corrupt, concat("events ", *expected_, " to ", base - 1, " are missing before ", path_, cut));
    }
    found_.torn.reset();
    auto file = TRY(files_.open(path_, OpenMode::read));
    auto footer = TRY(read_footer(*file));
    return footer ? sealed(*file, *footer, last) : scan(*file);
  }

  Recovery& found() { return found_; }
  const std::string& path() const { return path_; }
  uint64_t good_bytes() const { return good_bytes_; }

 private:
  /// A sealed segment is trusted to hold what its footer says; reading it checks every payload, and `verify` the whole.
  Result<void> sealed(const File& file, const Footer& footer, bool last) {
    SegmentReader reader(file, 0, *expected_);
    auto frame = TRY(at_path(reader.next()));
    if (!frame) return fail(Errc::corrupt, concat(path_, " is sealed but holds no event"));
    TRY(follows(frame->header, 0));
    if (last) {
      SegmentReader end(file, footer.entries.empty() ? 0 : footer.entries.back().offset);
      while (auto later = TRY(at_path(end.next()))) found_.last_time = later->header.wall_time;
    }
    pass(footer.last_sequence, footer.chain_after);
    found_.active_path.clear();  // nothing is ever written behind a footer
    good_bytes_ = TRY(file.size());
    return {};
  }

  Result<void> scan(const File& file) {
    SegmentReader reader(file, 0, *expected_, SegmentReader::CheckPayloads::all);
    Footer footer{.first_sequence = *expected_, .last_sequence = *expected_ - 1, .chain_after = found_.chain, .entries = {}};
    bool refused = false;
    while (auto frame = TRY(at_path(reader.next()))) {
      const FrameHeader& h = frame->header;
      refused = refused_from_ && h.first_sequence >= *refused_from_;
      if (refused) break;
      TRY(follows(h, frame->offset));
      note_frame(footer, h, frame->offset);
      found_.last_time = h.wall_time;
      pass(h.last_sequence(), h.chain_after);
      good_bytes_ = reader.offset();
    }
    uint64_t bytes = TRY(file.size());
    if (refused || reader.torn()) found_.torn = TornTail{path_, good_bytes_, bytes - good_bytes_, refused};
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
  std::optional<Sequence> refused_from_;
  std::string path_;
  Recovery found_;
  std::optional<Sequence> expected_;  // the next event
  std::optional<Chain> chain_;        // before it, where known
  uint64_t good_bytes_ = 0;           // of the present segment, up to where all is well
};

Result<void> check_known_end(const Recovery& found, const std::string& directory, const KnownEnd& known) {
  if (found.last_sequence >= known.sequence) return {};
  std::string where =
      found.torn ? concat("; what stands in ", found.torn->path, " from offset ", found.torn->offset, " on is damaged") : "";
  return fail(Errc::corrupt, concat("the log is damaged: events ", found.last_sequence + 1, " to ", known.sequence,
                                    ", which were acknowledged, are missing. It ends with event ", found.last_sequence, where, "; ",
                                    known.source, " knows event ", known.sequence, hint(directory)));
}

}  // namespace

std::string name_aside(FileSystem& files, const std::string& path, std::string_view kind, TimeMs now) {
  std::string first = concat(path, ".", kind, "-", iso8601_basic(now)), name = first;
  for (int i = 2; files.exists(name); ++i) name = concat(first, "-", i);
  return name;
}

Result<std::vector<std::string>> list_segments(FileSystem& files, const std::string& directory) {
  std::vector<std::string> names = TRY(files.list(directory));
  std::erase_if(names, [](const std::string& name) { return !segment_base(name); });
  return names;
}

Result<void> note_refused(FileSystem& files, const std::string& directory, Sequence first) {
  std::string path = concat(directory, "/", kRefusedNote);
  TRY(files.remove(path));
  auto note = TRY(files.open(path, OpenMode::create));
  TRY(note->append(concat(first, "\n")));
  TRY(note->sync());
  return files.sync_directory(directory);
}

Result<Recovery> examine(FileSystem& files, const std::string& directory, const KnownEnd& known) {
  std::vector<std::string> names = TRY(list_segments(files, directory));
  Walk walk(files, directory, TRY(read_refused_note(files, directory)));
  for (const std::string& name : names) {
    auto checked = walk.segment(name, &name == &names.back());
    if (!checked && checked.error().code == Errc::corrupt) {
      return fail(Errc::corrupt, concat("the log is damaged: ", checked.error().context, hint(directory)));
    }
    if (!checked) return fail(checked.error());
  }
  TRY(check_known_end(walk.found(), directory, known));
  return std::move(walk.found());
}

Result<Recovery> recover(FileSystem& files, const std::string& directory, TimeMs now, const KnownEnd& known) {
  Recovery found = TRY(examine(files, directory, known));
  if (found.torn) {
    std::string copy = TRY(set_aside(files, *found.torn, now));
    std::string_view why = found.torn->refused ? " was refused, because it could not be brought to the disk"
                                               : " was cut short; nobody was told that it succeeded";
    found.warnings.push_back(concat("the last write to ", found.torn->path, ", after event ", found.last_sequence, ",", why,
                                    ". Its bytes were moved to ", copy));
  }
  std::string note = concat(directory, "/", kRefusedNote);
  if (files.exists(note)) {
    TRY(files.remove(note));
    TRY(files.sync_directory(directory));
  }
  return found;
}

Result<Repair> plan_repair(FileSystem& files, const std::string& directory) {
  std::vector<std::string> names = TRY(list_segments(files, directory));
  Repair repair;
  Walk walk(files, directory, TRY(read_refused_note(files, directory)));
  for (size_t i = 0; i < names.size(); ++i) {
    auto checked = walk.segment(names[i], i + 1 == names.size());
    if (checked) continue;
    if (checked.error().code != Errc::corrupt) return fail(checked.error());
    repair.found.push_back(checked.error().context);
    std::string path = concat(directory, "/", names[i]);
    // A segment that is missing or does not follow keeps none of its frames; one that goes bad half-way keeps those before.
    uint64_t keep = walk.path() == path ? walk.good_bytes() : 0;
    if (keep > 0) {
      auto file = TRY(files.open(path, OpenMode::read));
      uint64_t bytes = TRY(file->size());
      repair.cut = TornTail{path, keep, bytes - keep};
      ++i;
    }
    for (; i < names.size(); ++i) repair.moved.push_back(concat(directory, "/", names[i]));
  }
  if (auto torn = walk.found().torn; torn && !repair.cut) {
    if (repair.found.empty())
      repair.found.push_back(concat("the last write to ", torn->path, ", at offset ", torn->offset, ", was cut short"));
    repair.cut = std::move(torn);
  }
  repair.last_sequence = walk.found().last_sequence;
  return repair;
}

Result<std::vector<std::string>> carry_out(FileSystem& files, const std::string& directory, const Repair& repair, TimeMs now) {
  std::vector<std::string> done;
  if (repair.cut) {
    done.push_back(concat("moved the ", repair.cut->bytes, " bytes of ", repair.cut->path, " from offset ", repair.cut->offset, " on to ",
                          TRY(set_aside(files, *repair.cut, now))));
  }
  // From the last on, so that whatever stops this half-way leaves a log that can be repaired again.
  for (auto from = repair.moved.rbegin(); from != repair.moved.rend(); ++from) {
    std::string to = name_aside(files, *from, "cut", now);
    TRY(files.rename(*from, to));
    done.push_back(concat("moved ", *from, " to ", to));
  }
  TRY(files.sync_directory(directory));
  return done;
}

}  // namespace cloudemu::log
