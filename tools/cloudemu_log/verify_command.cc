// cloudemu-log verify: reads everything and checks everything that can be checked.
#include <algorithm>
#include <set>

#include "commands.h"
#include "core/digest.h"
#include "core/encoding.h"
#include "core/json_writer.h"
#include "core/strings.h"
#include "events/blobs_of.h"
#include "events/codec.h"
#include "history/past.h"
#include "log/blob_store.h"
#include "log/event_range.h"
#include "log/reader.h"
#include "log/recovery.h"
#include "lost_end.h"
#include "output.h"
#include "text.h"

namespace cloudemu::tool {

namespace {

struct Found {
  uint64_t events = 0;
  log::Chain chain{};
  std::set<std::string> blobs;
  uint64_t missing_blobs = 0, bad_blobs = 0, bad_snapshots = 0;
  bool torn = false;  // the last write was cut short: the next start of the daemon moves it aside
};

/// Where the log does not begin with event 1, the snapshot before it names blobs, too: it stands for what was compacted away.
Result<void> note_base(Context& context, log::Sequence first, Found& found) {
  if (first <= 1) return {};
  auto base = TRY(history::open_past(context.files, context.data_dir, first - 1));
  base->s3().for_each_blob([&](const std::string& name) { found.blobs.insert(name); });
  return {};
}

/// Frames, payloads, chain, dense sequences, and that every event can be read.
Result<void> check_log(Context& context, Found& found) {
  std::string directory = history::log_directory(context.data_dir);
  // The frames among themselves and the end, as the daemon checks them at its start. What is known of the end is read first: the daemon
  // may be at work.
  log::KnownEnd known = TRY(known_end(context));
  log::Recovery known_good = TRY(log::examine(context.files, directory, known));
  found.torn = known_good.torn.has_value();
  std::vector<std::string> names = TRY(log::list_segments(context.files, directory));
  if (names.empty()) return {};
  log::Sequence base = *log::segment_base(names.front());
  TRY(note_base(context, base, found));
  auto reader = TRY(log::LogReader::open(context.files, directory, base));
  bool first = true;
  while (auto batch = TRY(reader.next())) {
    if (batch->first_sequence > known_good.last_sequence && found.torn) break;
    if (!first && batch->chain_before != found.chain) {
      return fail(Errc::corrupt, concat("the chain breaks before event ", batch->first_sequence));
    }
    first = false;
    found.chain = batch->chain_before;
    log::advance_chain(found.chain, batch->lines);
    if (found.chain != batch->chain_after) {
      return fail(Errc::corrupt, concat(log::event_range(batch->first_sequence, batch->first_sequence + batch->count - 1),
                                        " do not give the chain that the frame states"));
    }
    std::string_view lines = batch->lines;
    for (log::Sequence expected = batch->first_sequence; !lines.empty(); ++expected) {
      size_t end = lines.find('\n');
      Envelope envelope = TRY(codec::read_line(lines.substr(0, end)));
      if (envelope.sequence != expected) {
        return fail(Errc::corrupt, concat("event ", expected, " calls itself ", envelope.sequence));
      }
      for_each_blob(envelope.event, [&](const std::string& name) { found.blobs.insert(name); });
      ++found.events;
      lines.remove_prefix(end + 1);
    }
  }
  return {};
}

/// The blob's checksums, and its name, which is the SHA-256 of its content.
Result<void> check_content(log::BlobReader& blob, const std::string& name) {
  Digest digest(DigestKind::sha256);
  std::string piece(1 << 20, '\0');
  for (uint64_t offset = 0; offset < blob.size(); offset += piece.size()) {
    piece.resize(std::min<uint64_t>(piece.size(), blob.size() - offset));
    TRY(blob.read(offset, piece));
    digest.update(piece);
  }
  if (hex(digest.finish()) != name) return fail(Errc::corrupt, "its content has another SHA-256");
  return {};
}

Result<void> check_blobs(Context& context, Found& found) {
  log::BlobStore store(context.files, history::blob_directory(context.data_dir), log::BlobStore::Durability::synced);
  for (const std::string& name : found.blobs) {
    auto blob = store.open(name);
    Result<void> checked = blob ? check_content(**blob, name) : fail(blob.error());
    if (checked) continue;
    bool missing = checked.error().code == Errc::not_found;
    if (!missing && checked.error().code != Errc::corrupt) return checked;
    ++(missing ? found.missing_blobs : found.bad_blobs);
    print(concat(missing ? "missing blob " : "damaged blob ", name, missing ? "" : concat(": ", checked.error().context), "\n"));
  }
  return {};
}

/// They are disposable, but whoever asks wants to know.
Result<void> check_snapshots(Context& context, Found& found) {
  history::SnapshotStore snapshots(context.files, history::snapshot_directory(context.data_dir));
  for (log::Sequence sequence : TRY(snapshots.list())) {
    auto damage = TRY(snapshots.find_damage(sequence));
    if (!damage) continue;
    ++found.bad_snapshots;
    print(concat("damaged snapshot ", *damage, "\n"));
  }
  return {};
}

}  // namespace

int run_verify(Context& context) {
  Found found;
  if (auto checked = check_log(context, found); !checked) return report(checked.error());
  if (auto checked = check_blobs(context, found); !checked) return report(checked.error());
  if (auto checked = check_snapshots(context, found); !checked) return report(checked.error());
  if (found.torn && !context.json) {
    print("the last write was cut short; nobody was told that it succeeded. The next start moves its bytes aside\n");
  }
  bool whole = found.missing_blobs + found.bad_blobs + found.bad_snapshots == 0;
  std::string chain = hex({found.chain.data(), found.chain.size()});
  if (context.json) {
    std::string out;
    JsonWriter(out)
        .begin_object()
        .field("ok", whole)
        .field("events", found.events)
        .field("blobs", static_cast<uint64_t>(found.blobs.size()))
        .field("missing_blobs", found.missing_blobs)
        .field("damaged_blobs", found.bad_blobs)
        .field("damaged_snapshots", found.bad_snapshots)
        .field("chain", chain)
        .end_object();
    print(out + "\n");
  } else {
    print(concat(whole ? "ok: " : "NOT ok: ", counted(found.events, "event"), ", ", counted(found.blobs.size(), "blob"), "; chain ", chain,
                 "\n"));
  }
  return whole ? kOk : kDamaged;
}

}  // namespace cloudemu::tool
