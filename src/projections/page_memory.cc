#include "projections/page_memory.h"

#include <sys/mman.h>

#include <algorithm>
#include <cstring>
#include <utility>

#include "core/thread.h"

namespace cloudemu::sqlite {

namespace {

constexpr size_t kPlaces = PageMemory::kSlabBytes / PageMemory::kPlaceBytes;
constexpr size_t kSmallPageBytes = 4096;

}  // namespace

PageMemory::PageMemory(size_t slabs_max) {
  size_t bytes = slabs_max * kSlabBytes;
  void* mapped = mmap(nullptr, bytes + kSlabBytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (mapped == MAP_FAILED) return;
  mapping_ = mapped;
  begin_ = (reinterpret_cast<uintptr_t>(mapped) + kSlabBytes - 1) / kSlabBytes * kSlabBytes;
  bytes_ = bytes;
}

PageMemory::~PageMemory() {
  {
    std::lock_guard lock(mutex_);
    stop_ = true;
  }
  wake_.notify_one();
  if (thread_.joinable()) thread_.join();
  if (mapping_) munmap(mapping_, bytes_ + kSlabBytes);
}

void* PageMemory::take() {
  std::lock_guard lock(mutex_);
  if (open_.empty() && !open_slab()) return nullptr;
  size_t number = *open_.begin();
  Slab& slab = slabs_[number];
  uint16_t at = slab.free;
  char* place = nullptr;
  if (at == kNone) {
    place = slab_at(number) + slab.begun++ * kPlaceBytes;
  } else {
    place = slab_at(number) + at * kPlaceBytes;
    std::memcpy(&slab.free, place, sizeof slab.free);
  }
  if (++slab.used == kPlaces) open_.erase(open_.begin());
  return place;
}

void PageMemory::give(void* place) {
  auto offset = reinterpret_cast<uintptr_t>(place) - begin_;
  size_t number = offset / kSlabBytes;
  std::lock_guard lock(mutex_);
  Slab& slab = slabs_[number];
  if (slab.used-- == kPlaces) open_.insert(number);
  std::memcpy(place, &slab.free, sizeof slab.free);
  slab.free = static_cast<uint16_t>(offset % kSlabBytes / kPlaceBytes);
  if (slab.used > 0) return;
  // One slab stays though it is empty: the next page may be taken, and given back, and taken.
  size_t other = std::exchange(spare_, number);
  if (other == number || other == kNoSlab || slabs_[other].used > 0) return;
  spare_ = std::min(number, other);
  retire(std::max(number, other));
}

/// The lowest slab that has no memory.
size_t PageMemory::take_cold() {
  if (!cold_.empty()) return cold_.extract(cold_.begin()).value();
  if ((slabs_.size() + 1) * kSlabBytes > bytes_) return kNoSlab;
  slabs_.emplace_back();
  return slabs_.size() - 1;
}

bool PageMemory::may_touch(size_t number) const { return mprotect(slab_at(number), kSlabBytes, PROT_READ | PROT_WRITE) == 0; }

bool PageMemory::open_slab() {
  size_t number = take_cold();
  bool is_small = number < kSmallSlabs;
  if (!is_small && ready_ != kNoSlab) {
    if (number != kNoSlab) cold_.insert(number);
    number = std::exchange(ready_, kNoSlab);
  } else if (number == kNoSlab) {
    return false;
  } else if (!may_touch(number)) {
    cold_.insert(number);
    return false;
  }
  open_.insert(number);
  if (number + 1 >= kSmallSlabs) ask_for_large_page();
  return true;
}

/// Takes an empty slab out of use.
void PageMemory::retire(size_t number) {
  open_.erase(number);
  slabs_[number] = Slab();
  is_wanted_ = false;  // there is the spare one
  if (ready_ != kNoSlab) leaving_.push_back(std::exchange(ready_, kNoSlab));
  leaving_.push_back(number);
  if (thread_.joinable()) {
    wake_.notify_one();
    return;
  }
  for (size_t each : leaving_) give_back(each);
  cold_.insert(leaving_.begin(), leaving_.end());
  leaving_.clear();
}

void PageMemory::ask_for_large_page() {
  if (!std::exchange(was_started_, true)) {
    if (auto started = start_thread([this] { work(); })) thread_ = std::move(*started);
  }
  if (!thread_.joinable()) return;
  is_wanted_ = true;
  wake_.notify_one();
}

void PageMemory::work() {
  std::unique_lock lock(mutex_);
  while (!stop_) {
    is_working_ = has_work();
    if (!is_working_) {
      idle_.notify_all();
      wake_.wait(lock, [&] { return stop_ || has_work(); });
      continue;
    }
    if (!leaving_.empty()) {
      std::vector<size_t> leaving = std::exchange(leaving_, {});
      lock.unlock();
      for (size_t number : leaving) give_back(number);
      lock.lock();
      cold_.insert(leaving.begin(), leaving.end());
      continue;
    }
    size_t number = take_cold();
    bool is_done = false;
    if (number != kNoSlab && number >= kSmallSlabs) {
      lock.unlock();
      is_done = make_ready(number);
      lock.lock();
    }
    bool is_wanted = std::exchange(is_wanted_, false);
    if (is_done && is_wanted) ready_ = number;
    else if (is_done) leaving_.push_back(number);
    else if (number != kNoSlab) cold_.insert(number);
  }
}

/// What others need not wait for: nobody else uses the slab.
bool PageMemory::make_ready(size_t number) const {
  if (!may_touch(number)) return false;
  madvise(slab_at(number), kSlabBytes, MADV_HUGEPAGE);
  for (size_t at = 0; at < kSlabBytes; at += kSmallPageBytes) *static_cast<volatile char*>(slab_at(number) + at) = 0;
  return true;
}

/// It may be on small pages the next time.
void PageMemory::give_back(size_t number) const {
  madvise(slab_at(number), kSlabBytes, MADV_DONTNEED);
  if (number >= kSmallSlabs) madvise(slab_at(number), kSlabBytes, MADV_NOHUGEPAGE);
}

bool PageMemory::settle() {
  std::unique_lock lock(mutex_);
  if (thread_.joinable()) idle_.wait(lock, [&] { return !is_working_ && !has_work(); });
  return ready_ != kNoSlab;
}

size_t PageMemory::slabs_in_use() const {
  std::lock_guard lock(mutex_);
  return static_cast<size_t>(std::count_if(slabs_.begin(), slabs_.end(), [](const Slab& slab) { return slab.used > 0; }));
}

}  // namespace cloudemu::sqlite
