#include "realm/store.h"

#include <malloc.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>

#include "core/encoding.h"
#include "core/strings.h"
#include "core/thread.h"
#include "history/compact.h"
#include "history/known_end.h"
#include "history/ownership.h"
#include "history/replay.h"
#include "log/memory_file.h"
#include "realm/free_space.h"

namespace cloudemu {

namespace {

constexpr uint64_t kTrimIntervalMs = 1000;
/// The loop waits so long for a state to be rebuilt, so that a small one is not missed; then calls are refused until it is there.
constexpr std::chrono::milliseconds kRebuildPatience(250);
constexpr uint64_t kShowProgressMs = 1000;

std::string hex_chain(const log::Chain& chain) { return hex({chain.data(), chain.size()}); }

}  // namespace

Store::~Store() {
  if (maintenance_) maintenance_->stop();
}

Result<std::unique_ptr<Store>> Store::open(Options options, const Clock& clock, std::function<void()> progress) {
  std::unique_ptr<Store> store(new Store);
  store->directory_ = options.data_dir;
  store->clock_ = &clock;
  store->sync_ = options.sync;
  log::Log::Options log_options{.sync = options.sync};
  if (store->persistent()) {
    store->files_ = std::make_unique<log::PosixFileSystem>();
    log::FileSystem& files = *store->files_;
    store->boot_id_ = options.boot_id.empty() ? history::machine_boot_id(files) : options.boot_id;
    TRY(files.make_directories(store->directory_));
    TRY(history::check_is_ours(files, store->directory_));
    store->lock_ = TRY(log::LockFile::acquire(store->directory_ + "/LOCK"));
  } else {
    store->files_ = std::make_unique<log::MemoryFileSystem>();
    log_options.sync = log::SyncMode::no;
    if (!options.keep_history) log_options.keep = log::Log::Keep::none;
  }
  auto durability =
      store->persistent() && options.sync != log::SyncMode::no ? log::BlobStore::Durability::synced : log::BlobStore::Durability::unsynced;
  store->blobs_ = std::make_unique<log::BlobStore>(*store->files_, history::blob_directory(store->directory_), durability);
  // A log that ends before what is known of it is refused, before anything is changed.
  if (store->persistent()) log_options.known_end = TRY(history::known_end(*store->files_, store->directory_, store->boot_id_));
  store->progress_ = std::move(progress);
  store->log_ = TRY(log::Log::open(*store->files_, store->log_directory(), log_options, clock.now(), store->progress_,
                                   [raw = store.get()](std::string path) {
                                     if (raw->maintenance_) raw->maintenance_->segment_sealed(std::move(path));
                                   }));
  TRY(store->blobs_->prepare());
  if (store->persistent() && options.retention.any()) {
    store->retention_ = std::make_unique<Retention>(*store->files_, store->directory_, *store->blobs_, clock, options.retention);
  }
  if (store->persistent()) store->state_file_.emplace(*store->files_, history::state_path(store->directory_));
  for (const std::string& warning : store->log_->warnings()) std::fprintf(stderr, "cloudemu: warning: %s\n", warning.c_str());
  TRY(store->open_state());
  if (!store->persistent()) return store;
  store->note_history();
  store->checkpointer_ = std::make_unique<Checkpointer>(store->state_file_->path(), store->progress_);
  store->maintenance_ = std::make_unique<Maintenance>(
      *store->files_, store->directory_, [raw = store.get()](log::Sequence sequence) { return raw->log_->wait_synced(sequence); });
  return store;
}

/// Any thread. A log that cannot be read here is told of elsewhere.
void Store::note_history() {
  if (auto since = history::begins_at(*files_, log_directory())) history_since_ = *since;
}

Result<void> Store::open_state() {
  if (!persistent()) {
    state_ = TRY(State::attach(TRY(sqlite::Database::open_memory())));
    state_->count_blobs();
    return {};
  }
  auto reused = reuse_state();
  if (reused) {
    state_ = std::move(*reused);
    state_is_reused_ = true;
    return {};
  }
  const Error& why = reused.error();
  if (why.code != Errc::not_found) std::fprintf(stderr, "cloudemu: rebuilding the state from the log: %s\n", why.context.c_str());
  if (why.code == Errc::corrupt) TRY(state_file_->set_aside(clock_->now()));
  state_ = TRY(State::attach(TRY(rebuild(log_->last_sequence()))));
  return {};
}

/// A state is only as good as its place in this very log.
Result<void> Store::check_checkpoint(const Checkpoint& checkpoint) const {
  if (checkpoint.sequence > log_->last_sequence()) return fail(Errc::foreign, "it is ahead of the log");
  if (checkpoint.sequence == 0) return {};
  bool at_end = checkpoint.sequence == log_->last_sequence();
  log::Chain chain = at_end ? log_->chain() : TRY(history::chain_at(*files_, log_directory(), checkpoint.sequence));
  if (checkpoint.chain != hex_chain(chain)) return fail(Errc::foreign, "it belongs to another log");
  return {};
}

Checkpoint Store::checkpoint_here(bool clean) const {
  return {.sequence = log_->last_sequence(), .chain = hex_chain(log_->chain()), .boot_id = boot_id_, .clean = clean};
}

/// Damage is written down the moment it is found: whatever becomes of this process, the next does not believe the file.
Result<sqlite::Database> Store::open_database() {
  auto database = TRY(sqlite::Database::open_file(state_file_->path(), sqlite::Database::Journal::durable));
  database.health().on_damage = [file = &*state_file_](const Error& error) { file->distrust(error.context); };
  return database;
}

/// The state file of an earlier run, brought up to date. Any doubt is an error: then it is rebuilt.
Result<std::unique_ptr<State>> Store::reuse_state() {
  if (!state_file_->exists()) return fail(Errc::not_found, "there is none yet");
  auto journal = TRY(state_file_->check());
  bool journal_is_gone = journal == history::StateFile::Journal::absent && state_file_->needs_journal();
  auto state = TRY(State::attach(TRY(open_database())));
  Checkpoint checkpoint = state->checkpoint();
  if (checkpoint.boot_id.empty() && log_->last_sequence() > 0) return fail(Errc::foreign, "a reset had emptied it a moment ago");
  if (!checkpoint.clean && checkpoint.boot_id != boot_id_) {
    return fail(Errc::foreign, "the machine went down while it was being written");
  }
  if (!checkpoint.clean && journal_is_gone) return fail(Errc::foreign, "its write-ahead log is gone");
  TRY(check_checkpoint(checkpoint));
  if (checkpoint.clean) {
    // Before anything changes it must be known, on the disk too, that it is in use: a page that is lost in a power cut would not be missed.
    checkpoint.clean = false;
    checkpoint.boot_id = boot_id_;
    state->begin();
    TRY(state->commit(checkpoint));
    TRY(state->database().checkpoint_synced());
  }
  TRY(catch_up(*state));
  return state;
}

Result<void> Store::catch_up(State& state) {
  state.begin();
  TRY(history::replay(*files_, log_directory(), state, {}));
  return state.commit(checkpoint_here(false));
}

/// Into state.db.new, telling of progress once a second.
Result<void> Store::build_new(log::Sequence until) {
  uint64_t shown_ms = monotonic_ms();
  auto show = [&](log::Sequence applied) {
    if (monotonic_ms() - shown_ms < kShowProgressMs) return;
    shown_ms = monotonic_ms();
    std::fprintf(stderr, "cloudemu: rebuilt %llu of %llu events (%llu %%)\n", static_cast<unsigned long long>(applied),
                 static_cast<unsigned long long>(until), static_cast<unsigned long long>(applied * 100 / until));
  };
  auto warn = [](const Error& error) { std::fprintf(stderr, "cloudemu: warning: %s\n", error.context.c_str()); };
  return history::build_state(*files_, directory_, until, state_file_->path_of_new(),
                              {.boot_id = boot_id_, .progress = show, .warn = warn});
}

/// On a thread of its own; where the system allows none, here and now.
Store::Rebuild Store::build_beside(log::Sequence until) {
  auto build = std::make_shared<std::packaged_task<Result<void>()>>([this, until] { return build_new(until); });
  Rebuild rebuild{until, build->get_future(), {}};
  if (auto started = start_thread([build] { (*build)(); })) rebuild.thread = std::move(*started);
  else (*build)();
  return rebuild;
}

/// The present state file stays until the new one is complete.
Result<sqlite::Database> Store::rebuild(log::Sequence until) { return take_new(build_new(until)); }

Result<sqlite::Database> Store::take_new(Result<void> built) {
  if (!built) {
    (void)state_file_->remove_new();
    std::string hint = built.error().code == Errc::disk_full ? "the disk is full: free some space and start again; " : "";
    return fail(built.error().code, concat("the state cannot be rebuilt from the log: ", hint, built.error().context));
  }
  TRY(state_file_->install());
  return open_database();
}

void Store::state_committed() {
  if (checkpointer_) checkpointer_->committed(state_->database());
  if (maintenance_) maintenance_->state_committed(state_->applied(), state_->database().file_bytes());
  if (!retention_ || !retention_->begin_if_due()) return;
  maintenance_->run_beside([this] {
    retention_->run();
    note_history();
  });
}

Result<void> Store::roll_back(State& state, log::Sequence until) {
  TRY(state.roll_back());
  if (state.applied() > until) return fail(Errc::foreign, "its last commit is newer than the log");
  if (state.applied() == 0 && until > 0) return fail(Errc::foreign, "a reset had emptied it a moment ago");
  state.begin();
  return history::replay(*files_, log_directory(), state, {.until = until});
}

Result<void> Store::rewind(State& state, log::Sequence until) {
  auto patience = std::chrono::milliseconds(0);
  if (!rebuild_) {
    auto rolled_back = roll_back(state, until);
    if (rolled_back) return {};
    if (!persistent()) return rolled_back;
    std::fprintf(stderr, "cloudemu: rebuilding the state from the log: %s\n", rolled_back.error().context.c_str());
    checkpointer_.reset();
    state.close();
    if (rolled_back.error().code == Errc::corrupt && state_file_->exists()) TRY(state_file_->set_aside(clock_->now()));
    rebuild_ = build_beside(until);
    patience = kRebuildPatience;
  }
  // Nothing is written meanwhile; but what was written last may have been taken back.
  if (rebuild_->built.wait_for(patience) != std::future_status::ready) return fail(Errc::busy, "it is being rebuilt from the log");
  Rebuild ended = std::move(*std::exchange(rebuild_, std::nullopt));
  auto built = ended.built.get();
  if (ended.until != until) return fail(Errc::io, "the log was cut back while it was being rebuilt");
  TRY(state.replace(TRY(take_new(std::move(built)))));
  state.begin();
  checkpointer_ = std::make_unique<Checkpointer>(state_file_->path(), progress_);
  return {};
}

void Store::collect_garbage() {
  blobs_->collect();
  if (persistent() || monotonic_ms() < next_trim_ms_) return;
  next_trim_ms_ = monotonic_ms() + kTrimIntervalMs;
  malloc_trim(0);  // freed memory that has others in use above it goes back to the system only so
}

bool Store::disk_full() {
  if (!persistent()) return false;
  auto space = files_->space(directory_);
  return space.free < reserve_bytes(space);
}

/// First all of the state is brought onto the disk, then it says so.
Result<void> Store::end_in_order() {
  if (state_->failure()) return fail(*state_->failure());
  if (!state_->database().in_transaction()) state_->begin();
  TRY(state_->commit(checkpoint_here(false)));
  if (sync_ == log::SyncMode::no) return {};
  TRY(log_->flush());
  TRY(state_->database().checkpoint_synced());
  state_->begin();
  TRY(state_->commit(checkpoint_here(true)));
  return state_->database().checkpoint_synced();
}

void Store::close() {
  if (persistent()) {
    maintenance_->stop();
    checkpointer_.reset();
    if (auto ended = end_in_order(); !ended) {
      std::fprintf(stderr, "cloudemu: warning: the state is to be rebuilt at the next start: %s\n", ended.error().context.c_str());
    } else {
      maintenance_->final_snapshot(state_->applied(), state_->database().file_bytes());
    }
  }
  state_.reset();
  if (persistent()) (void)files_->sync_directory(directory_);
  log_.reset();
  maintenance_.reset();
}

}  // namespace cloudemu
