#include "realm/checkpointer.h"

#include <algorithm>
#include <cstdio>

#include "core/thread.h"

namespace cloudemu {

namespace {

void warn(const Error& error) {
  std::fprintf(stderr, "cloudemu: warning: the state's log is moved by the loop: %s\n", error.context.c_str());
}

}  // namespace

Checkpointer::Checkpointer(const std::string& path, std::function<void()> progress) : progress_(std::move(progress)), reader_(open(path)) {
  auto started = start_thread([this] { run(); });
  if (started) thread_ = std::move(*started);
  else warn(started.error());
}

/// Here, before the thread begins: SQLite locks others out while a connection first looks at the file.
std::optional<sqlite::Database> Checkpointer::open(const std::string& path) {
  auto opened = sqlite::Database::open_reader(path);
  if (opened) opened->run("PRAGMA synchronous=OFF; SELECT count(*) FROM sqlite_schema");
  if (opened && !opened->failure()) return std::move(*opened);
  warn(opened ? *opened->failure() : opened.error());
  return std::nullopt;
}

Checkpointer::~Checkpointer() {
  {
    std::lock_guard lock(mutex_);
    stop_ = true;
  }
  wake_.notify_one();
}

uint64_t Checkpointer::committed(sqlite::Database& state) {
  uint64_t pages = state.journal_pages(), before = pages_before_;
  pages_before_ = pages;
  uint64_t bytes = state.file_bytes(), bytes_before = std::exchange(bytes_before_, bytes);
  if (bytes + kShrunkBytes < bytes_before) shrank_ = true;
  if (busy_) return 0;
  if (pages < before) moved_ = 0;  // that was in the log before this one
  if (pages < kPagesMin && !shrank_) return 0;
  if (auto damage = take_damage()) {
    if (state.health().on_damage) state.health().on_damage(*damage);
    state.health().failure = damage;
    return 0;
  }
  bool is_cheap = moved_ >= before && pages - before <= kPagesCheap;
  if (!std::exchange(shrank_, false) && (is_cheap || pages >= kPagesMax)) {
    uint64_t already = moved_;
    uint64_t moved = state.checkpoint();
    moved_ = pages_before_ = 0;  // the next commit begins the log anew
    return moved - std::min(moved, already);
  }
  if (!thread_.joinable()) return 0;
  busy_ = true;
  {
    std::lock_guard lock(mutex_);
    wanted_ = true;
  }
  wake_.notify_one();
  return 0;
}

std::optional<Error> Checkpointer::take_damage() {
  std::lock_guard lock(mutex_);
  return std::exchange(damage_, std::nullopt);
}

void Checkpointer::run() {
  while (true) {
    {
      std::unique_lock lock(mutex_);
      wake_.wait(lock, [&] { return wanted_ || stop_; });
      if (stop_) return;
      wanted_ = false;
    }
    if (reader_) moved_ = reader_->checkpoint();
    if (reader_ && reader_->failure()) {
      std::lock_guard lock(mutex_);
      damage_ = reader_->failure();
    }
    busy_ = false;
    if (progress_) progress_();
  }
}

}  // namespace cloudemu
