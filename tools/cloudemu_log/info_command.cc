// cloudemu-log info: what is in a data directory.
#include "commands.h"
#include "core/encoding.h"
#include "core/json_writer.h"
#include "core/strings.h"
#include "core/time_format.h"
#include "history/coordinate.h"
#include "history/past.h"
#include "history/replay.h"
#include "log/recovery.h"
#include "log/segment.h"
#include "lost_end.h"
#include "output.h"
#include "text.h"

namespace cloudemu::tool {

namespace {

struct Facts {
  log::Sequence first = 0, last = 0;
  TimeMs first_time = 0, last_time = 0;
  uint64_t segments = 0, sealed = 0, log_bytes = 0, raw_bytes = 0;
  uint64_t snapshots = 0;
  bool torn = false;
  std::optional<std::string> lost;  ///< what was acknowledged, and is gone

  uint64_t events() const { return last == 0 ? 0 : last - first + 1; }
};

Result<void> look_at(const log::File& file, Facts& facts) {
  ++facts.segments;
  facts.log_bytes += TRY(file.size());
  if (TRY(log::read_footer(file))) ++facts.sealed;
  log::SegmentReader reader(file);
  while (auto frame = TRY(reader.next())) {
    const log::FrameHeader& header = frame->header;
    if (facts.first == 0) {
      facts.first = header.first_sequence;
      facts.first_time = header.wall_time;
    }
    facts.last = header.last_sequence();
    facts.last_time = header.wall_time;
    facts.raw_bytes += header.raw_bytes;
  }
  facts.torn = reader.torn();
  return {};
}

Result<Facts> collect(Context& context) {
  std::string directory = history::log_directory(context.data_dir);
  Facts facts;
  // What is known of the end is read first: the daemon may be at work.
  log::KnownEnd known = TRY(known_end(context));
  for (const std::string& name : TRY(log::list_segments(context.files, directory))) {
    auto file = TRY(context.files.open(concat(directory, "/", name), log::OpenMode::read));
    if (auto looked = look_at(*file, facts); !looked) return fail(log::in_file(concat(directory, "/", name), looked.error()));
  }
  facts.lost = lost_end(known, facts.last);
  facts.snapshots = TRY(history::SnapshotStore(context.files, history::snapshot_directory(context.data_dir)).list()).size();
  return facts;
}

void print_json(const Context& context, const Facts& facts) {
  std::string out;
  JsonWriter json(out);
  json.begin_object()
      .field("data_dir", context.data_dir)
      .field("first", facts.first)
      .field("last", facts.last)
      .field("events", facts.events())
      .field("segments", facts.segments)
      .field("sealed", facts.sealed)
      .field("log_bytes", facts.log_bytes)
      .field("raw_bytes", facts.raw_bytes)
      .field("snapshots", facts.snapshots)
      .field("torn_tail", facts.torn);
  if (facts.lost) json.field("lost", *facts.lost);
  json.end_object();
  print(out + "\n");
}

void print_rows(const Context& context, const Facts& facts) {
  auto row = [](std::string_view name, std::string_view value) { print(concat(name, value, "\n")); };
  row("Data:       ", context.data_dir);
  uint64_t events = facts.events();
  if (events == 0) return row("Events:     ", "none yet");
  row("Events:     ", concat(events, " (", facts.first, " to ", facts.last, ")"));
  row("From:       ", iso8601(facts.first_time));
  row("To:         ", iso8601(facts.last_time));
  row("Segments:   ", concat(facts.segments, " (", facts.sealed, " sealed)"));
  row("Log:        ",
      concat(human_bytes(facts.log_bytes), ", ", facts.log_bytes / events, " bytes an event (", facts.raw_bytes / events, " unpacked)"));
  row("Snapshots:  ", std::to_string(facts.snapshots));
  if (facts.torn && !facts.lost) row("Tail:       ", "a write is under way, or was cut short by a crash; the next start sets it aside");
}

}  // namespace

int run_info(Context& context) {
  auto facts = collect(context);
  if (!facts) return report(facts.error());
  if (context.json) print_json(context, *facts);
  else print_rows(context, *facts);
  return facts->lost ? report({Errc::corrupt, *facts->lost}) : kOk;
}

}  // namespace cloudemu::tool
