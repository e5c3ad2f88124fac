// cloudemu-log rebuild: the state anew from the log; with --check beside the present one, to compare.
#include <algorithm>
#include <filesystem>

#include "commands.h"
#include "core/encoding.h"
#include "core/json_writer.h"
#include "core/strings.h"
#include "history/compact.h"
#include "history/coordinate.h"
#include "history/past.h"
#include "history/replay.h"
#include "history/state_file.h"
#include "log/lock_file.h"
#include "output.h"
#include "text.h"

namespace cloudemu::tool {

namespace {

/// The state file as it stands, its last commit if it is in use.
struct Present {
  Checkpoint checkpoint;
  std::string digest;
};

Result<Present> present_state(Context& context, const std::string& copy_path) {
  std::string path = history::state_path(context.data_dir);
  if (!context.files.exists(path)) return fail(Errc::not_found, concat("there is no ", path, " to compare with"));
  {
    auto source = TRY(sqlite::Database::open_reader(path));
    TRY(source.copy_to(copy_path));
  }
  auto state = TRY(State::attach(TRY(sqlite::Database::open_file(copy_path, sqlite::Database::Journal::scratch))));
  Present present{state->checkpoint(), state->digest()};
  if (state->failure()) return fail(*state->failure());
  return present;
}

Result<std::unique_ptr<State>> rebuild_to(Context& context, const std::string& path, log::Sequence until) {
  std::string log_directory = history::log_directory(context.data_dir);
  // Where older events were compacted away, the snapshot before the first is what there is to begin with.
  log::Sequence first = TRY(history::first_sequence(context.files, log_directory));
  if (first > 1) {
    auto base = TRY(history::open_past(context.files, context.data_dir, first - 1));
    if (base->database().in_transaction()) TRY(base->database().commit());
    TRY(base->database().copy_to(path));
  }
  auto state = TRY(State::attach(TRY(sqlite::Database::open_file(path, sqlite::Database::Journal::scratch))));
  state->begin();
  TRY(history::replay(context.files, log_directory, *state, {.until = until}));
  return state;
}

int report_damaged(Context& context, const Error& why) {
  if (context.json) {
    std::string out;
    JsonWriter(out).begin_object().field("equal", false).field("damaged", why.context).end_object();
    print(out + "\n");
  } else {
    print(concat("DIFFERENT: the state is damaged: ", why.context, "\n"));
  }
  return kDifference;
}

/// What was compared, and how much of the log was not: the state in the file of a running daemon is some moments old.
struct Comparison {
  log::Sequence sequence = 0;  ///< of the state
  uint64_t later = 0;          ///< events in the log after it
  std::string state, rebuilt;  ///< digests

  bool is_equal() const { return state == rebuilt; }
};

void tell(const Context& context, const Comparison& c) {
  if (context.json) {
    std::string out;
    JsonWriter(out)
        .begin_object()
        .field("equal", c.is_equal())
        .field("sequence", c.sequence)
        .field("not_compared", c.later)
        .field("state", c.state)
        .field("rebuilt", c.rebuilt)
        .end_object();
    return print(out + "\n");
  }
  std::string later =
      c.later == 0 ? "" : concat("not compared: ", counted(c.later, "later event"), ", which the state file does not hold yet\n");
  if (c.is_equal()) print(concat("equal: the state at event ", c.sequence, " is what the log gives; digest ", c.rebuilt, "\n", later));
  else print(concat("DIFFERENT at event ", c.sequence, "\n  state    ", c.state, "\n  rebuilt  ", c.rebuilt, "\n", later));
}

Result<int> check(Context& context, const std::string& scratch) {
  auto read = present_state(context, scratch + "/present.db");
  if (!read && read.error().code == Errc::corrupt) return report_damaged(context, read.error());
  Present present = TRY(std::move(read));
  Comparison found{.sequence = present.checkpoint.sequence, .state = present.digest};
  log::Sequence last = TRY(history::last_sequence(context.files, history::log_directory(context.data_dir)));
  found.later = last - std::min(last, found.sequence);
  auto rebuilt = TRY(rebuild_to(context, scratch + "/rebuilt.db", found.sequence));
  found.rebuilt = rebuilt->digest();
  if (rebuilt->failure()) return fail(*rebuilt->failure());
  tell(context, found);
  return found.is_equal() ? kOk : kDifference;
}

/// The state that was made: of the events from `first` to `last`, and where `first` is not 1 of the snapshot before it.
struct Built {
  log::Sequence first = 1, last = 0;
};

Result<Built> build_new(Context& context, const std::string& path) {
  std::string log_directory = history::log_directory(context.data_dir);
  auto state = TRY(rebuild_to(context, path, UINT64_MAX));
  Built built{TRY(history::first_sequence(context.files, log_directory)), state->applied()};
  log::Chain chain = TRY(history::chain_at(context.files, log_directory, built.last));
  // Without a boot id: it may be believed once it is on the disk.
  TRY(state->commit({.sequence = built.last, .chain = hex({chain.data(), chain.size()}), .boot_id = {}, .clean = true}));
  return built;
}

void tell(const Context& context, const std::string& path, const Built& built) {
  uint64_t events = built.last + 1 - built.first;
  if (context.json) {
    std::string out;
    JsonWriter(out)
        .begin_object()
        .field("rebuilt", path)
        .field("first", built.first)
        .field("last", built.last)
        .field("events", events)
        .end_object();
    return print(out + "\n");
  }
  std::string snapshot = built.first == 1 ? "" : concat(" and the snapshot as of event ", built.first - 1);
  print(concat("rebuilt ", path, " from ", counted(events, "event"), snapshot, "\n"));
}

Result<int> replace(Context& context) {
  auto lock = TRY(log::LockFile::acquire(context.data_dir + "/LOCK"));
  history::StateFile state_file(context.files, history::state_path(context.data_dir));
  TRY(state_file.remove_new());
  auto built = build_new(context, state_file.path_of_new());
  if (built) {
    auto file = TRY(context.files.open(state_file.path_of_new(), log::OpenMode::append));
    if (auto synced = file->sync(); !synced) built = fail(synced.error());
  }
  if (!built) {
    TRY(state_file.remove_new());
    return fail(built.error());
  }
  TRY(state_file.install());
  tell(context, state_file.path(), *built);
  return kOk;
}

}  // namespace

int run_rebuild(Context& context, const RebuildOptions& options) {
  if (!options.check) {
    auto done = replace(context);
    return done ? *done : report(done.error());
  }
  // Beside the data, not in /tmp: the state may be large.
  std::string scratch = context.data_dir + "/rebuild-check.tmp";
  std::filesystem::remove_all(scratch);
  if (auto made = context.files.make_directories(scratch); !made) return report(made.error());
  auto done = check(context, scratch);
  std::filesystem::remove_all(scratch);
  return done ? *done : report(done.error());
}

}  // namespace cloudemu::tool
