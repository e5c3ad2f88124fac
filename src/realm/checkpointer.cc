#include "realm/checkpointer.h"

#include <cstdio>

namespace cloudemu {

Checkpointer::Checkpointer(std::string path) : path_(std::move(path)), thread_([this] { run(); }) {}

Checkpointer::~Checkpointer() {
  {
    std::lock_guard lock(mutex_);
    stop_ = true;
  }
  wake_.notify_one();
  thread_.join();
}

void Checkpointer::committed(sqlite::Database& state) {
  uint64_t pages = state.journal_pages(), before = pages_before_;
  pages_before_ = pages;
  if (pages < kPagesMin || busy_) return;
  bool is_cheap = moved_ >= before && pages - before <= kPagesCheap, is_late = moved_ >= before && pages >= kPagesLong;
  if (is_cheap || is_late || pages >= kPagesMax) {
    state.checkpoint();
    moved_ = 0;  // the next commit begins the log anew
    return;
  }
  busy_ = true;
  {
    std::lock_guard lock(mutex_);
    wanted_ = true;
  }
  wake_.notify_one();
}

void Checkpointer::run() {
  auto opened = sqlite::Database::open_reader(path_);
  if (!opened) std::fprintf(stderr, "cloudemu: warning: the state's log is moved by the loop: %s\n", opened.error().context.c_str());
  else opened->run("PRAGMA synchronous=OFF");
  while (true) {
    {
      std::unique_lock lock(mutex_);
      wake_.wait(lock, [&] { return wanted_ || stop_; });
      if (stop_) return;
      wanted_ = false;
    }
    if (opened) moved_ = opened->checkpoint();
    busy_ = false;
  }
}

}  // namespace cloudemu
