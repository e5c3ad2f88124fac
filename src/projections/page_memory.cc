#include "projections/page_memory.h"

#include <sys/mman.h>

#include <algorithm>
#include <cstring>
#include <utility>

namespace cloudemu::sqlite {

namespace {

constexpr size_t kPlaces = PageMemory::kSlabBytes / PageMemory::kPlaceBytes;
/// A daemon with little in it is to stay small: it takes memory as it is touched.
constexpr size_t kSmallSlabs = 16;

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
  if (mapping_) munmap(mapping_, bytes_ + kSlabBytes);
}

bool PageMemory::add_slab() {
  size_t number = slabs_.size();
  if ((number + 1) * kSlabBytes > bytes_) return false;
  if (mprotect(slab_at(number), kSlabBytes, PROT_READ | PROT_WRITE) != 0) return false;
  if (number >= kSmallSlabs) madvise(slab_at(number), kSlabBytes, MADV_HUGEPAGE);
  slabs_.emplace_back();
  open_.insert(number);
  return true;
}

void* PageMemory::take() {
  std::lock_guard lock(mutex_);
  if (open_.empty() && !add_slab()) return nullptr;
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
  if (slab.used == 0) keep_as_spare(number);
}

/// One slab stays though it is empty: the next page may be taken, and given back, and taken.
void PageMemory::keep_as_spare(size_t number) {
  size_t other = std::exchange(spare_, number);
  if (other == number || other == kNoSlab || slabs_[other].used > 0) return;
  spare_ = std::min(number, other);
  size_t unwanted = std::max(number, other);
  madvise(slab_at(unwanted), kSlabBytes, MADV_DONTNEED);
  slabs_[unwanted] = Slab();
}

size_t PageMemory::slabs_in_use() const {
  std::lock_guard lock(mutex_);
  return static_cast<size_t>(std::count_if(slabs_.begin(), slabs_.end(), [](const Slab& slab) { return slab.used > 0; }));
}

}  // namespace cloudemu::sqlite
