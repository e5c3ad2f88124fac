// cloudemu-log compact: gives up the history before some event, and the blobs that only it named.
#include "commands.h"
#include "core/json_writer.h"
#include "core/strings.h"
#include "history/compact.h"
#include "history/coordinate.h"
#include "history/data_dir.h"
#include "log/lock_file.h"
#include "log/recovery.h"
#include "output.h"
#include "text.h"

namespace cloudemu::tool {

namespace {

void tell(const Context& context, const history::Compaction& found, bool is_done) {
  uint64_t events = found.keep - found.first;
  if (context.json) {
    std::string out;
    JsonWriter(out)
        .begin_object()
        .field("done", is_done)
        .field("keep", found.keep)
        .field("events", events)
        .field("log_bytes", found.log_bytes)
        .field("snapshots", static_cast<uint64_t>(found.snapshots.size()))
        .field("blobs", static_cast<uint64_t>(found.blobs.size()))
        .field("blob_bytes", found.blob_bytes)
        .end_object();
    return print(out + "\n");
  }
  std::string_view verb = is_done ? "dropped " : "would drop ";
  print(concat(verb, counted(events, "event"), " (", human_bytes(found.log_bytes), "), ", counted(found.snapshots.size(), "snapshot"), ", ",
               counted(found.blobs.size(), "blob"), " (", human_bytes(found.blob_bytes), "); the log ", is_done ? "begins" : "would begin",
               " with event ", found.keep, "\n"));
}

Result<void> run(Context& context, const CompactOptions& options) {
  std::unique_ptr<log::LockFile> lock;  // to look needs none
  if (!options.dry_run) lock = TRY(log::LockFile::acquire(context.data_dir + "/LOCK"));
  std::string log_directory = history::log_directory(context.data_dir);
  // Nothing is taken away from a log that is not whole.
  log::Recovery log = TRY(log::examine(context.files, log_directory));
  if (log.last_sequence == 0) {
    print("nothing to compact: there is no event yet\n");
    return {};
  }
  log::Sequence keep = TRY(history::resolve(context.files, log_directory, options.keep, context.now));
  keep = std::max<log::Sequence>(keep, 1);
  if (options.dry_run) {
    tell(context, TRY(history::plan_compaction(context.files, context.data_dir, keep)), false);
    return {};
  }
  history::Compaction found = TRY(history::prepare_compaction(context.files, context.data_dir, keep));
  TRY(history::compact(context.files, context.data_dir, found));
  tell(context, found, true);
  return {};
}

}  // namespace

int run_compact(Context& context, const CompactOptions& options) {
  auto done = run(context, options);
  return done ? kOk : report(done.error());
}

}  // namespace cloudemu::tool
