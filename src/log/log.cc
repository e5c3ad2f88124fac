#include "log/log.h"

#include <algorithm>
#include <chrono>

#include "core/check.h"
#include "core/strings.h"
#include "core/thread.h"
#include "log/cut.h"

namespace cloudemu::log {

namespace {

constexpr uint64_t kEverySecondMs = 1000;

/// A batch this large is synced by itself while the disk is idle.
constexpr uint32_t kEagerEvents = 8;

constexpr size_t kKeptRoom = 1 << 20;

}  // namespace

Log::Log(FileSystem& files, std::string directory, Options options, const Recovery& recovery)
    : options_(std::move(options)),
      warnings_(recovery.warnings),
      last_sequence_(recovery.last_sequence),
      last_time_(recovery.last_time),
      writer_(files, std::move(directory), options_.compression_level, recovery),
      chain_(recovery.chain),
      written_(recovery.last_sequence),
      synced_(recovery.last_sequence),
      durable_(recovery.last_sequence) {}

Result<std::unique_ptr<Log>> Log::open(FileSystem& files, std::string directory, Options options, TimeMs now,
                                       std::function<void()> progress, std::function<void(std::string)> sealed) {
  TRY(finish_cut(files, directory));
  Recovery recovery = TRY(recover(files, directory, now, options.known_end));  // a log that is refused is left as it is
  if (options.keep == Keep::none) recovery.last_sequence = options.after;
  TRY(files.make_directories(directory));
  for (const std::string& name : TRY(files.list(directory))) {
    if (name.ends_with(".repack")) TRY(files.remove(concat(directory, "/", name)));  // a copy that was never finished
  }
  std::unique_ptr<Log> log(new Log(files, std::move(directory), std::move(options), recovery));
  log->progress_ = std::move(progress);
  log->sealed_ = std::move(sealed);
  TRY(log->writer_.open());
  if (log->keeps_events()) log->thread_ = TRY(start_thread([raw = log.get()] { raw->run(); }));
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

void Log::append(const CallLines& call, TimeMs wall_time) {
  if (!keeps_events()) {
    last_time_ = wall_time;
    last_sequence_ += call.count();
    durable_.store(last_sequence_, std::memory_order_release);
    return;
  }
  if (open_.lines.size() + call.text().size() > kFrameRawBytesMax || open_.count + call.count() > kFrameEventsMax) submit();
  if (open_.count == 0) open_.first = last_sequence_ + 1;
  open_.lines.append(call);
  open_.count += call.count();
  open_.wall_time = last_time_ = wall_time;
  last_sequence_ += call.count();
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
  if (synced_ < last_sequence_) return fail(*failure_);
  return {};
}

Result<void> Log::wait_durable() {
  submit();
  std::unique_lock lock(mutex_);
  wake_waiters_.wait(lock, [&] { return failure_ || durable_.load(std::memory_order_relaxed) >= last_sequence_; });
  if (durable() < last_sequence_) return fail(*failure_);
  return {};
}

Result<void> Log::wait_synced(Sequence sequence) {
  std::unique_lock lock(mutex_);
  sync_wanted_ = std::max(sync_wanted_, sequence);
  wake_writer_.notify_one();
  wake_waiters_.wait(lock, [&] { return failure_ || synced_ >= sequence; });
  if (synced_ < sequence) return fail(*failure_);
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
    refused_forgotten_ = false;
  }
  failed_.store(true, std::memory_order_release);
  wake_waiters_.notify_all();
  progress_();
}

void Log::forget_refused() {
  open_.lines.clear();
  open_.count = 0;
  {
    std::lock_guard lock(mutex_);
    queued_.lines.clear();
    queued_.count = 0;
    sync_wanted_ = std::min(sync_wanted_, synced_);
    refused_forgotten_ = true;
  }
  last_sequence_ = durable();
  wake_writer_.notify_one();
}

/// The writer thread: takes all that has gathered, writes it as one frame, syncs as the mode asks, tells.
void Log::run() {
  last_sync_ms_ = monotonic_ms();
  Batch batch;
  while (true) {
    Work work = next_work(batch);
    if (work == Work::none) return;
    auto done = write(batch, work == Work::write_and_sync);
    batch.lines.clear();
    batch.count = 0;
    if (done) {
      wake_waiters_.notify_all();
      progress_();
      auto sealed = writer_.seal_if_full(options_.segment_bytes_max);
      if (!sealed) done = fail(sealed.error());
      else if (sealed_ && !sealed->empty()) sealed_(*sealed);
    }
    if (!done && !recover_from(done.error())) return;
  }
}

/// Waits for something to do. None: it is over.
Log::Work Log::next_work(Batch& batch) {
  bool sync_now = options_.sync == SyncMode::always, lazily = options_.sync == SyncMode::everysec;
  std::unique_lock lock(mutex_);
  auto has_work = [&] { return stop_ || queued_.count > 0 || (sync_wanted_ > synced_ && synced_ < written_); };
  if (lazily && synced_ < written_) {
    uint64_t passed = std::min(monotonic_ms() - last_sync_ms_, kEverySecondMs);
    if (!wake_writer_.wait_for(lock, std::chrono::milliseconds(kEverySecondMs - passed), has_work)) sync_now = true;
  } else {
    idle_.store(true, std::memory_order_relaxed);
    wake_writer_.wait(lock, has_work);
    idle_.store(false, std::memory_order_relaxed);
  }
  if (stop_ && queued_.count == 0 && synced_ >= written_) return Work::none;
  std::swap(batch, queued_);
  bool late = lazily && monotonic_ms() - last_sync_ms_ >= kEverySecondMs;
  return sync_now || sync_wanted_ > synced_ || stop_ || late ? Work::write_and_sync : Work::write;
}

Result<void> Log::write(const Batch& batch, bool sync) {
  if (batch.count > 0) TRY(writer_.write(batch.first, batch.count, batch.wall_time, batch.lines.joined(joined_)));
  if (joined_.capacity() > kKeptRoom) joined_ = {};
  if (sync) {
    // What a failed sync leaves on the disk nobody knows: that is final, whatever the reason.
    if (auto synced = writer_.sync(); !synced) return fail(Errc::io, synced.error().context);
    last_sync_ms_ = monotonic_ms();
  }
  writer_.keep();
  std::lock_guard lock(mutex_);
  chain_ = writer_.chain();
  if (batch.count > 0) written_ = batch.first + batch.count - 1;
  if (sync) synced_ = written_;
  durable_.store(options_.sync == SyncMode::always ? synced_ : written_, std::memory_order_release);
  return {};
}

/// Tells of a failure once nothing of what it refuses is left in the file. True: it has passed, and the log takes events again.
bool Log::recover_from(Error error) {
  bool final = !passes(error);
  bool taken_back = !final || writer_.take_back();
  if (!taken_back) error.context += "; what is refused now could not be taken out of the log, and may come back at the next start";
  set_failure(std::move(error));
  for (bool stopping = false; true;) {
    {
      std::unique_lock lock(mutex_);
      stopping = wake_writer_.wait_for(lock, std::chrono::milliseconds(options_.probe_ms), [&] { return stop_; });
      if (!stopping && !final && !refused_forgotten_) continue;
    }
    // A file that did not let go of what was refused may do so later.
    if (!taken_back) taken_back = static_cast<bool>(writer_.take_back());
    if (stopping) return false;
    if (final || !writer_.probe()) continue;
    std::lock_guard lock(mutex_);
    failure_.reset();
    break;
  }
  failed_.store(false, std::memory_order_release);
  progress_();
  return true;
}

}  // namespace cloudemu::log
