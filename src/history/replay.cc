#include "history/replay.h"

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <vector>

#include "core/thread.h"
#include "events/codec.h"
#include "log/reader.h"

namespace cloudemu::history {

namespace {

constexpr size_t kChunkEvents = 2048;
constexpr size_t kChunksAhead = 4;

using Chunk = std::vector<Envelope>;

/// A bounded queue from the decoding to the applying thread. The end is an empty chunk or an error.
class Pipe {
 public:
  /// False: nobody listens any more.
  bool push(Chunk chunk) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return chunks_.size() < kChunksAhead || closed_; });
    if (closed_) return false;
    chunks_.push_back(std::move(chunk));
    changed_.notify_all();
    return true;
  }
  void fail(Error error) {
    std::lock_guard lock(mutex_);
    error_ = std::move(error);
    changed_.notify_all();
  }
  Result<Chunk> pop() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return !chunks_.empty() || error_; });
    if (chunks_.empty()) return cloudemu::fail(*error_);
    Chunk chunk = std::move(chunks_.front());
    chunks_.pop_front();
    changed_.notify_all();
    return chunk;
  }
  void close() {
    std::lock_guard lock(mutex_);
    closed_ = true;
    changed_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Chunk> chunks_;
  std::optional<Error> error_;
  bool closed_ = false;
};

/// Hands on the events in chunks, as long as `take` wants more.
Result<void> decode_all(log::FileSystem& files, const std::string& directory, log::Sequence from, log::Sequence until,
                        const std::function<bool(Chunk)>& take) {
  auto reader = TRY(log::LogReader::open(files, directory, from));
  codec::LineReader read(codec::WithCall::no);
  Chunk chunk;
  bool done = false;
  while (!done) {
    auto batch = TRY(reader.next());
    if (!batch) break;
    std::string_view lines = batch->lines;
    while (!lines.empty() && !done) {
      size_t end = lines.find('\n');
      Envelope envelope = TRY(read.read(lines.substr(0, end)));
      lines.remove_prefix(end + 1);
      done = envelope.sequence >= until;
      if (envelope.sequence <= until) chunk.push_back(std::move(envelope));
    }
    if (chunk.size() >= kChunkEvents && !take(std::exchange(chunk, {}))) return {};
  }
  if (!chunk.empty()) take(std::move(chunk));
  return {};
}

}  // namespace

Result<void> replay(log::FileSystem& files, const std::string& log_directory, State& state, const ReplayOptions& options) {
  if (state.applied() >= options.until) return {};
  auto apply = [&](const Chunk& chunk) {
    for (const Envelope& envelope : chunk) state.apply(envelope);
    if (!state.failure() && options.progress) options.progress(state.applied());
    return !state.failure();
  };
  auto outcome = [&]() -> Result<void> {
    if (state.failure()) return fail(*state.failure());
    return {};
  };
  Pipe pipe;
  auto decoder = start_thread([&, from = state.applied() + 1] {
    auto decoded = decode_all(files, log_directory, from, options.until, [&](Chunk chunk) { return pipe.push(std::move(chunk)); });
    if (decoded) pipe.push({});
    else pipe.fail(decoded.error());
  });
  if (!decoder) {  // slower, by one thread
    TRY(decode_all(files, log_directory, state.applied() + 1, options.until, apply));
    return outcome();
  }
  struct Close {
    Pipe& pipe;
    ~Close() { pipe.close(); }  // or the thread, which is waited for, would wait for ever
  } close{pipe};

  while (true) {
    Chunk chunk = TRY(pipe.pop());
    if (chunk.empty() || !apply(chunk)) return outcome();
  }
}

Result<log::Chain> chain_at(log::FileSystem& files, const std::string& log_directory, log::Sequence sequence) {
  if (sequence == 0) return log::Chain{};
  auto opened = log::LogReader::open(files, log_directory, sequence);
  if (!opened && opened.error().code == Errc::not_found) {
    // The first event that is left knows the chain after the last one that was compacted away.
    auto next = TRY(log::LogReader::open(files, log_directory, sequence + 1));
    if (auto batch = TRY(next.next())) return batch->chain_before;
  }
  auto reader = TRY(std::move(opened));
  auto batch = TRY(reader.next());
  if (!batch) return fail(Errc::not_found, "the log ends before that event");
  std::string_view line = std::string_view(batch->lines).substr(0, batch->lines.find('\n') + 1);
  log::Chain chain = batch->chain_before;
  log::advance_chain(chain, line);
  return chain;
}

Result<void> for_each_event(log::FileSystem& files, const std::string& log_directory, log::Sequence from,
                            const std::function<bool(Envelope&, std::string_view)>& visit) {
  auto reader = TRY(log::LogReader::open(files, log_directory, from));
  codec::LineReader read;
  while (auto batch = TRY(reader.next())) {
    std::string_view lines = batch->lines;
    while (!lines.empty()) {
      size_t end = lines.find('\n');
      Envelope envelope = TRY(read.read(lines.substr(0, end)));
      if (!visit(envelope, lines.substr(0, end))) return {};
      lines.remove_prefix(end + 1);
    }
  }
  return {};
}

}  // namespace cloudemu::history
