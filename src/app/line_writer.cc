#include "app/line_writer.h"

#include <unistd.h>

#include <cerrno>
#include <condition_variable>
#include <cstdio>
#include <mutex>
#include <string>
#include <thread>

#include "core/strings.h"
#include "core/thread.h"

namespace cloudemu {

namespace {

constexpr std::chrono::milliseconds kLastChance{500};

/// False: the descriptor is gone. Blocks as long as the descriptor does.
bool write_all(int descriptor, std::string_view bytes) {
  while (!bytes.empty()) {
    ssize_t written = ::write(descriptor, bytes.data(), bytes.size());
    if (written < 0 && errno != EINTR && errno != EAGAIN) return false;
    if (written < 0 && errno == EAGAIN) std::this_thread::sleep_for(std::chrono::milliseconds(5));  // somebody made it non-blocking
    if (written > 0) bytes.remove_prefix(static_cast<size_t>(written));
  }
  return true;
}

}  // namespace

struct LineWriter::Shared {
  std::mutex mutex;
  std::condition_variable changed;
  std::string waiting;
  size_t left_out = 0;  // lines
  bool stopping = false;
  bool ended = false;

  void run(int descriptor) {
    std::unique_lock lock(mutex);
    while (true) {
      changed.wait(lock, [this] { return stopping || !waiting.empty() || left_out > 0; });
      if (waiting.empty() && left_out == 0) break;
      std::string taken;
      taken.swap(waiting);
      if (left_out > 0) append(taken, "(", left_out, " lines left out: they came faster than they could be written)\n");
      left_out = 0;
      lock.unlock();
      bool alive = write_all(descriptor, taken);
      lock.lock();
      if (!alive) break;
    }
    ended = true;
    changed.notify_all();
  }
};

LineWriter::LineWriter(int descriptor) : shared_(std::make_shared<Shared>()) {
  auto started = start_thread([shared = shared_, descriptor] { shared->run(descriptor); });
  shared_->ended = !started;
  if (started) started->detach();
  else std::fprintf(stderr, "cloudemu: warning: no lines for calls: %s\n", started.error().context.c_str());
}

LineWriter::~LineWriter() {
  std::unique_lock lock(shared_->mutex);
  shared_->stopping = true;
  shared_->changed.notify_all();
  shared_->changed.wait_for(lock, kLastChance, [this] { return shared_->ended; });
}

void LineWriter::add(std::string_view line) {
  std::lock_guard lock(shared_->mutex);
  if (shared_->ended) return;
  if (shared_->left_out > 0 || shared_->waiting.size() + line.size() + 1 > kWaitingBytesMax) {
    ++shared_->left_out;
    return;
  }
  bool idle = shared_->waiting.empty();
  shared_->waiting.append(line).push_back('\n');
  if (idle) shared_->changed.notify_one();
}

}  // namespace cloudemu
