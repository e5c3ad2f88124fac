#include "app/store.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>

#include "core/encoding.h"
#include "core/strings.h"
#include "history/replay.h"
#include "log/memory_file.h"

namespace cloudemu {

namespace {

constexpr uint64_t kReserveBytesMax = 64 << 20;

std::string hex_chain(const log::Chain& chain) { return hex({chain.data(), chain.size()}); }

/// Changes with every start of the machine: a file that was not synced before that cannot be trusted.
std::string read_boot_id(log::FileSystem& files) {
  auto id = log::read_file(files, "/proc/sys/kernel/random/boot_id");
  if (id && !id->empty()) return std::string(trim(*id));
  // Files of /proc say that they are empty.
  std::string text(64, '\0');
  auto file = files.open("/proc/sys/kernel/random/boot_id", log::OpenMode::read);
  if (!file) return "unknown";
  text.resize((*file)->read_at(0, text).value_or(0));
  return std::string(trim(text));
}

/// Refuses a directory that holds something else: a typing error must not fill somebody's home with segments.
Result<void> check_is_ours(log::FileSystem& files, const std::string& directory) {
  std::vector<std::string> names = TRY(files.list(directory));
  bool ours = std::any_of(names.begin(), names.end(), [](const std::string& n) { return n == "LOCK" || n == "log"; });
  if (names.empty() || ours) return {};
  return fail(Errc::foreign, concat(directory, " is not empty and is no data directory of CloudEmu (it holds ", names.front(),
                                    "); name an empty or a new directory with --data-dir"));
}

}  // namespace

Store::~Store() = default;

Result<std::unique_ptr<Store>> Store::open(const Config& config, const Clock& clock, std::function<void()> progress) {
  std::unique_ptr<Store> store(new Store);
  store->directory_ = config.data_dir;
  log::Log::Options options{.sync = config.sync};
  if (store->persistent()) {
    store->files_ = std::make_unique<log::PosixFileSystem>();
    log::FileSystem& files = *store->files_;
    store->boot_id_ = read_boot_id(files);
    TRY(files.make_directories(store->directory_));
    TRY(check_is_ours(files, store->directory_));
    store->lock_ = TRY(log::LockFile::acquire(store->directory_ + "/LOCK"));
  } else {
    store->files_ = std::make_unique<log::MemoryFileSystem>();
    options.sync = log::SyncMode::no;
    options.keep = log::Log::Keep::none;
  }
  auto durability =
      store->persistent() && config.sync != log::SyncMode::no ? log::BlobStore::Durability::synced : log::BlobStore::Durability::unsynced;
  store->blobs_ = std::make_unique<log::BlobStore>(*store->files_, history::blob_directory(store->directory_), durability);
  TRY(store->blobs_->prepare());
  if (store->persistent() && config.retention.any()) {
    store->retention_ = std::make_unique<Retention>(*store->files_, store->directory_, *store->blobs_, clock, config.retention);
  }
  if (store->persistent()) store->maintenance_ = std::make_unique<Maintenance>(*store->files_, store->directory_);
  store->log_ = TRY(log::Log::open(*store->files_, store->log_directory(), options, clock.now(), std::move(progress),
                                   [maintenance = store->maintenance_.get()](std::string path) {
                                     if (maintenance) maintenance->segment_sealed(std::move(path));
                                   }));
  for (const std::string& warning : store->log_->warnings()) std::fprintf(stderr, "cloudemu: warning: %s\n", warning.c_str());
  TRY(store->open_state());
  return store;
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
  if (reused.error().code != Errc::not_found) {
    std::fprintf(stderr, "cloudemu: rebuilding the state from the log: %s\n", reused.error().context.c_str());
  }
  state_ = TRY(rebuild_state());
  return {};
}

/// A state is only as good as its place in this very log.
Result<void> Store::check_checkpoint(const Checkpoint& checkpoint) const {
  if (checkpoint.sequence > log_->last_sequence()) {
    return fail(Errc::foreign, concat("it knows event ", checkpoint.sequence, ", but the log ends with event ", log_->last_sequence(),
                                      ": if you did not cut it, events were lost"));
  }
  if (checkpoint.sequence == 0) return {};
  bool at_end = checkpoint.sequence == log_->last_sequence();
  log::Chain chain = at_end ? log_->chain() : TRY(history::chain_at(*files_, log_directory(), checkpoint.sequence));
  if (checkpoint.chain != hex_chain(chain)) return fail(Errc::foreign, "it belongs to another log");
  return {};
}

/// The state file of an earlier run, brought up to date. Any doubt is an error: then it is rebuilt.
Result<std::unique_ptr<State>> Store::reuse_state() {
  if (!files_->exists(state_path())) return fail(Errc::not_found, "there is none yet");
  auto state = TRY(State::attach(TRY(sqlite::Database::open_file(state_path(), sqlite::Database::Journal::durable))));
  Checkpoint checkpoint = state->checkpoint();
  if (!checkpoint.clean && checkpoint.boot_id != boot_id_) {
    return fail(Errc::foreign, "the machine went down while it was being written");
  }
  TRY(check_checkpoint(checkpoint));
  state->begin();
  TRY(history::replay(*files_, log_directory(), *state, {}));
  TRY(state->commit({.sequence = state->applied(), .chain = hex_chain(log_->chain()), .boot_id = boot_id_}));
  return state;
}

/// Puts the newest good snapshot at `path`, if there is one.
Result<void> Store::unpack_snapshot(const std::string& path) {
  history::SnapshotStore snapshots(*files_, history::snapshot_directory(directory_));
  auto snapshot = TRY(snapshots.newest(log_->last_sequence()));
  if (!snapshot || !check_checkpoint({.sequence = snapshot->sequence, .chain = snapshot->chain})) return {};
  auto bytes = snapshots.load(*snapshot);
  if (!bytes) return {};
  auto file = TRY(files_->open(path, log::OpenMode::create));
  return file->append(*bytes);
}

/// From the newest good snapshot, else from the first event; into a file that takes its name only when it is complete.
Result<std::unique_ptr<State>> Store::rebuild_state() {
  for (const char* suffix : {"", "-wal", "-shm", ".new"}) TRY(files_->remove(state_path() + suffix));
  std::string path = state_path() + ".new";
  TRY(unpack_snapshot(path));
  {
    auto state = TRY(State::attach(TRY(sqlite::Database::open_file(path, sqlite::Database::Journal::scratch))));
    state->begin();
    uint64_t shown_ms = monotonic_ms();
    TRY(history::replay(*files_, log_directory(), *state, {.progress = [&](log::Sequence applied) {
      if (monotonic_ms() - shown_ms < 1000) return;
      shown_ms = monotonic_ms();
      std::fprintf(stderr, "cloudemu: rebuilt %llu of %llu events (%llu %%)\n", static_cast<unsigned long long>(applied),
                   static_cast<unsigned long long>(log_->last_sequence()),
                   static_cast<unsigned long long>(applied * 100 / log_->last_sequence()));
    }}));
    TRY(state->commit({.sequence = state->applied(), .chain = hex_chain(log_->chain()), .boot_id = boot_id_}));
  }
  TRY(files_->rename(path, state_path()));
  return State::attach(TRY(sqlite::Database::open_file(state_path(), sqlite::Database::Journal::durable)));
}

void Store::state_committed() {
  if (maintenance_) maintenance_->state_committed(state_->applied(), state_->database().file_bytes());
  if (retention_ && retention_->begin_if_due()) maintenance_->run_beside([this] { retention_->run(); });
}

Result<void> Store::rewind(State& state, log::Sequence durable) {
  TRY(state.roll_back());
  state.begin();
  return history::replay(*files_, log_directory(), state, {.until = durable});
}

void Store::collect_garbage() { blobs_->collect(); }

bool Store::disk_full() {
  if (!persistent()) return false;
  auto space = files_->space(directory_);
  return space.free < std::min(kReserveBytesMax, space.total / 16);
}

void Store::close() {
  if (persistent()) {
    // Only now, with log and state at rest and equal, is the end an orderly one.
    if (state_->database().in_transaction()) {
      (void)state_->commit({.sequence = state_->applied(), .chain = hex_chain(log_->chain()), .boot_id = boot_id_, .clean = true});
    }
    state_->database().checkpoint();
    maintenance_->final_snapshot(state_->applied());
  }
  state_.reset();
  log_.reset();
  maintenance_.reset();
}

}  // namespace cloudemu
