#pragma once
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <set>
#include <vector>

namespace cloudemu::sqlite {

/// Memory for what SQLite has most of, pages: places of one size in slabs of 2 MiB, each as large as the machine's large pages. A million
/// items lie on some hundred thousand pages; on small pages of the machine, finding one takes twice as long (a look into the tables of
/// the processor's memory management for nearly every step). Slabs that nobody uses go back to the system, but for one.
/// For any number of threads.
class PageMemory {
 public:
  static constexpr size_t kPlaceBytes = 4416;  ///< a page of 4,096 bytes and what SQLite keeps of it; a multiple of 64
  static constexpr size_t kSlabBytes = 2 << 20;

  /// Reserves addresses, not memory, for so many slabs. If even that is refused there is never a place.
  explicit PageMemory(size_t slabs_max);
  ~PageMemory();
  PageMemory(const PageMemory&) = delete;
  PageMemory& operator=(const PageMemory&) = delete;

  /// A place, in the lowest slab that has one; null: there is none left.
  void* take();
  void give(void* place);
  bool owns(const void* address) const { return reinterpret_cast<uintptr_t>(address) - begin_ < bytes_; }
  /// In which there is a place in use.
  size_t slabs_in_use() const;

 private:
  static constexpr uint16_t kNone = UINT16_MAX;
  static constexpr size_t kNoSlab = SIZE_MAX;
  struct Slab {
    uint16_t used = 0;
    uint16_t begun = 0;     ///< places from here on were never used
    uint16_t free = kNone;  ///< the first of those given back; each says which is the next
  };
  bool add_slab();
  void keep_as_spare(size_t number);
  char* slab_at(size_t number) const { return reinterpret_cast<char*>(begin_) + number * kSlabBytes; }

  void* mapping_ = nullptr;
  uintptr_t begin_ = 0;
  size_t bytes_ = 0;
  mutable std::mutex mutex_;
  std::vector<Slab> slabs_;
  std::set<size_t> open_;   ///< slabs that have a place
  size_t spare_ = kNoSlab;  ///< perhaps empty, and not given back
};

}  // namespace cloudemu::sqlite
