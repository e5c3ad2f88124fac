#include "log/log.h"

#include <algorithm>
#include <chrono>

#include "core/check.h"
#include "core/strings.h"
#include "log/cut.h"

namespace cloudemu::log {

namespace {

constexpr std::chrono::seconds kEverySecond{1};

/// A batch worth a sync of its own while the disk has nothing else to do.
constexpr uint32_t kEagerEvents = 8;

}  // namespace

Log::Log(FileSystem& files, std::string directory, Options options, Recovery recovery)
    : files_(files),
      directory_(std::move(directory)),
      options_(options),
      warnings_(std::move(recovery.warnings)),
      last_sequence_(recovery.last_sequence),
      encoder_(options.compression_level),
      path_(std::move(recovery.active_path)),
      footer_(std::move(recovery.active_footer)),
      bytes_(recovery.active_bytes),
      chain_(recovery.chain),
      written_(recovery.last_sequence),
      synced_(recovery.last_sequence),
      durable_(recovery.last_sequence) {}

Result<std::unique_ptr<Log>> Log::open(FileSystem& files, std::string directory, Options options, TimeMs now,
                                       std::function<void()> progress, std::function<void(std::string)> sealed) {
  TRY(files.make_directories(directory));
  TRY(finish_cut(files, directory));
  for (const std::string& name : TRY(files.list(directory))) {
    if (name.ends_with(".repack")) TRY(files.remove(concat(directory, "/", name)));  // a copy that was never finished
  }
  Recovery recovery = TRY(recover(files, directory, now));
  std::unique_ptr<Log> log(new Log(files, std::move(directory), options, std::move(recovery)));
  log->progress_ = std::move(progress);
  log->sealed_ = std::move(sealed);
  if (!log->path_.empty()) {
    log->file_ = TRY(files.open(log->path_, OpenMode::append));
    // What a killed process left in the operating system is acknowledged from here on, so it must be on the disk.
    if (options.sync != SyncMode::no) TRY(log->file_->sync());
  }
  if (log->keeps_events()) log->thread_ = std::thread([raw = log.get()] { raw->run(); });
  return log;
}

Log::~Log() {
  submit();
  {
    std::lock_guard lock(mutex_);
    stop_ = true;
  }
  wake_writer_.notify_one();
  if (thread_.joinable()) thread_.join();
}

void Log::append(std::string_view lines, uint32_t count, TimeMs wall_time) {
  if (!keeps_events()) {
    last_sequence_ += count;
    durable_.store(last_sequence_, std::memory_order_release);
    return;
  }
  if (open_.lines.size() + lines.size() > kFrameRawBytesMax || open_.count + count > kFrameEventsMax) submit();
  if (open_.count == 0) open_.first = last_sequence_ + 1;
  open_.lines.append(lines);
  open_.count += count;
  open_.wall_time = wall_time;
  last_sequence_ += count;
  if (open_.count >= kEagerEvents && options_.sync == SyncMode::always && idle_.load(std::memory_order_relaxed)) submit();
}

void Log::submit() {
  if (open_.count == 0) return;
  {
    std::unique_lock lock(mutex_);
    // A frame has a limit, and so has the memory for what waits to be written.
    wake_waiters_.wait(lock, [&] {
      return failure_ || (queued_.lines.size() + open_.lines.size() <= kFrameRawBytesMax && queued_.count + open_.count <= kFrameEventsMax);
    });
    if (queued_.count == 0) {
      std::swap(queued_, open_);
    } else {
      queued_.lines.append(open_.lines);
      queued_.count += open_.count;
      queued_.wall_time = open_.wall_time;
    }
  }
  wake_writer_.notify_one();
  open_.lines.clear();
  open_.count = 0;
}

Result<void> Log::flush() {
  if (!keeps_events()) return {};
  submit();
  std::unique_lock lock(mutex_);
  sync_wanted_ = last_sequence_;
  wake_writer_.notify_one();
  wake_waiters_.wait(lock, [&] { return failure_ || synced_ >= last_sequence_; });
  if (failure_) return fail(*failure_);
  return {};
}

Result<void> Log::wait_durable() {
  submit();
  std::unique_lock lock(mutex_);
  wake_waiters_.wait(lock, [&] { return failure_ || durable_.load(std::memory_order_relaxed) >= last_sequence_; });
  if (failure_) return fail(*failure_);
  return {};
}

Result<void> Log::wait_synced(Sequence sequence) {
  std::unique_lock lock(mutex_);
  sync_wanted_ = std::max(sync_wanted_, sequence);
  wake_writer_.notify_one();
  wake_waiters_.wait(lock, [&] { return failure_ || synced_ >= sequence; });
  if (failure_) return fail(*failure_);
  return {};
}

Chain Log::chain() const {
  std::lock_guard lock(mutex_);
  return chain_;
}

std::optional<Error> Log::failure() const {
  std::lock_guard lock(mutex_);
  return failure_;
}

void Log::set_failure(Error error) {
  {
    std::lock_guard lock(mutex_);
    failure_ = std::move(error);
  }
  failed_.store(true, std::memory_order_release);
  wake_waiters_.notify_all();
  progress_();
}

/// The writer thread: takes all that has gathered, writes it as one frame, syncs as the mode asks, tells.
void Log::run() {
  Batch batch;
  auto last_sync = std::chrono::steady_clock::now();
  bool lazily_synced = options_.sync == SyncMode::everysec;
  while (true) {
    bool sync_now = options_.sync == SyncMode::always;
    {
      std::unique_lock lock(mutex_);
      auto has_work = [&] { return stop_ || queued_.count > 0 || (sync_wanted_ > synced_ && synced_ < written_) || failure_; };
      if (lazily_synced && synced_ < written_) {
        if (!wake_writer_.wait_until(lock, last_sync + kEverySecond, has_work)) sync_now = true;
      } else {
        idle_.store(true, std::memory_order_relaxed);
        wake_writer_.wait(lock, has_work);
        idle_.store(false, std::memory_order_relaxed);
      }
      if (failure_) return;
      sync_now = sync_now || sync_wanted_ > synced_ || stop_;
      if (stop_ && queued_.count == 0 && synced_ >= written_) return;
      if (lazily_synced && std::chrono::steady_clock::now() >= last_sync + kEverySecond) sync_now = true;
      std::swap(batch, queued_);
    }
    Result<void> done = batch.count > 0 ? write(batch) : Result<void>{};
    if (done && sync_now && file_) done = file_->sync();
    if (!done) return set_failure(done.error());
    if (sync_now) last_sync = std::chrono::steady_clock::now();
    {
      std::lock_guard lock(mutex_);
      if (batch.count > 0) written_ = batch.first + batch.count - 1;
      if (sync_now) synced_ = written_;
      durable_.store(options_.sync == SyncMode::always ? synced_ : written_, std::memory_order_release);
    }
    batch.lines.clear();
    batch.count = 0;
    wake_waiters_.notify_all();
    progress_();
    if (bytes_ >= options_.segment_bytes_max) {
      if (auto rolled = roll(); !rolled) return set_failure(rolled.error());
    }
  }
}

Result<void> Log::write(const Batch& batch) {
  if (!file_) {
    path_ = concat(directory_, "/", segment_name(batch.first));
    file_ = TRY(files_.open(path_, OpenMode::create));
    if (options_.sync != SyncMode::no) TRY(files_.sync_directory(directory_));
    footer_ = Footer{.first_sequence = batch.first, .last_sequence = 0, .chain_after = {}, .entries = {}};
    bytes_ = 0;
  }
  Chain chain = chain_;
  std::string frame = encoder_.encode(batch.first, batch.count, batch.wall_time, batch.lines, chain);
  if (auto written = file_->append(frame); !written) {
    // Take the half-written frame away again, as far as the disk lets us; recovery copes if it does not.
    (void)file_->truncate(bytes_);
    return fail(written.error());
  }
  note_frame(footer_, FrameHeader{.first_sequence = batch.first, .count = batch.count, .wall_time = batch.wall_time, .chain_after = chain},
             bytes_);
  bytes_ += frame.size();
  std::lock_guard lock(mutex_);
  chain_ = chain;
  return {};
}

/// Seals the segment; the next batch begins a new one.
Result<void> Log::roll() {
  TRY(file_->append(encode_footer(footer_)));
  if (options_.sync != SyncMode::no) TRY(file_->sync());
  file_.reset();
  if (sealed_) sealed_(path_);
  return {};
}

}  // namespace cloudemu::log
