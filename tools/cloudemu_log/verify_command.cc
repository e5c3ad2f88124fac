// cloudemu-log verify: reads everything and checks everything that can be checked.
#include <map>
#include <set>

#include "commands.h"
#include "core/digest.h"
#include "core/encoding.h"
#include "core/json_writer.h"
#include "core/strings.h"
#include "events/codec.h"
#include "history/past.h"
#include "log/blob_store.h"
#include "log/reader.h"
#include "log/recovery.h"
#include "output.h"

namespace cloudemu::tool {

namespace {

struct Found {
  uint64_t events = 0;
  log::Chain chain{};
  std::set<std::string> blobs;
  uint64_t missing_blobs = 0, bad_blobs = 0;
};

void note_blobs(const Event& event, Found& found) {
  auto note = [&](const std::vector<s3::Piece>& content) {
    for (const s3::Piece& piece : content) {
      if (!piece.blob.empty()) found.blobs.insert(piece.blob);
    }
  };
  if (const auto* put = std::get_if<s3::ObjectPut>(&event)) {
    note(put->content);
    for (const s3::Part& part : put->parts) note(part.content);
  }
  if (const auto* uploaded = std::get_if<s3::PartUploaded>(&event)) note(uploaded->part.content);
}

/// Frames, payloads, chain, dense sequences, and that every event can be read.
Result<void> check_log(Context& context, Found& found) {
  std::string directory = history::log_directory(context.data_dir);
  // The frames among themselves, as the daemon checks them at its start; a torn tail is none of verify's business.
  TRY(log::recover(context.files, directory, context.now, log::TornTail::leave));
  std::vector<std::string> names = TRY(log::list_segments(context.files, directory));
  if (names.empty()) return {};
  auto reader = TRY(log::LogReader::open(context.files, directory, *log::segment_base(names.front())));
  bool first = true;
  while (auto batch = TRY(reader.next())) {
    if (!first && batch->chain_before != found.chain) {
      return fail(Errc::corrupt, concat("the chain breaks before event ", batch->first_sequence));
    }
    first = false;
    found.chain = batch->chain_before;
    log::advance_chain(found.chain, batch->lines);
    if (found.chain != batch->chain_after) {
      return fail(Errc::corrupt, concat("events ", batch->first_sequence, " to ", batch->first_sequence + batch->count - 1,
                                        " do not give the chain that their frame states"));
    }
    std::string_view lines = batch->lines;
    for (log::Sequence expected = batch->first_sequence; !lines.empty(); ++expected) {
      size_t end = lines.find('\n');
      Envelope envelope = TRY(codec::read_line(lines.substr(0, end)));
      if (envelope.sequence != expected) {
        return fail(Errc::corrupt, concat("event ", expected, " calls itself ", envelope.sequence));
      }
      note_blobs(envelope.event, found);
      ++found.events;
      lines.remove_prefix(end + 1);
    }
  }
  return {};
}

Result<std::string> hash_of(const log::File& file) {
  Digest digest(DigestKind::sha256);
  std::string piece(1 << 20, '\0');
  for (uint64_t offset = 0;;) {
    size_t got = TRY(file.read_at(offset, piece));
    if (got == 0) return hex(digest.finish());
    digest.update(std::string_view(piece).substr(0, got));
    offset += got;
  }
}

Result<void> check_blobs(Context& context, Found& found) {
  log::BlobStore store(context.files, context.data_dir + "/blobs", log::BlobStore::Durability::synced);
  for (const std::string& name : found.blobs) {
    auto file = store.open(name);
    if (!file) {
      ++found.missing_blobs;
      print(concat("missing blob ", name, "\n"));
    } else if (TRY(hash_of(**file)) != name) {
      ++found.bad_blobs;
      print(concat("damaged blob ", name, "\n"));
    }
  }
  return {};
}

}  // namespace

int run_verify(Context& context) {
  Found found;
  if (auto checked = check_log(context, found); !checked) return report(checked.error());
  if (auto checked = check_blobs(context, found); !checked) return report(checked.error());
  bool whole = found.missing_blobs + found.bad_blobs == 0;
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
        .field("chain", chain)
        .end_object();
    print(out + "\n");
  } else {
    print(concat(whole ? "ok: " : "NOT ok: ", found.events, " events, ", found.blobs.size(), " blobs; chain ", chain, "\n"));
  }
  return whole ? kOk : kDamaged;
}

}  // namespace cloudemu::tool
