#pragma once
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <set>
#include <thread>
#include <vector>

namespace cloudemu::sqlite {

/// Memory for what SQLite has most of, pages: places of one size in slabs of 2 MiB, each as large as the machine's large pages. A million
/// items lie on some hundred thousand pages; on small pages of the machine, finding one takes twice as long (a look into the tables of
/// the processor's memory management for nearly every step). Slabs that nobody uses go back to the system, but for one.
///
/// A large page may cost the system 20 ms, if it has to move other memory about for it: a thread gets the next one ready, and gives back
/// those that nobody uses. Who cannot wait for it takes small pages. For any number of threads.
class PageMemory {
 public:
  static constexpr size_t kPlaceBytes = 4416;  ///< a page of 4,096 bytes and what SQLite keeps of it; a multiple of 64
  static constexpr size_t kSlabBytes = 2 << 20;
  /// The first slabs are of small pages: a daemon with little in it is to stay small, and takes memory as it is touched.
  static constexpr size_t kSmallSlabs = 16;

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
  /// Waits until the thread has nothing to do; whether it has a slab ready.
  bool settle();

 private:
  static constexpr uint16_t kNone = UINT16_MAX;
  static constexpr size_t kNoSlab = SIZE_MAX;
  struct Slab {
    uint16_t used = 0;
    uint16_t begun = 0;     ///< places from here on were never used
    uint16_t free = kNone;  ///< the first of those given back; each says which is the next
  };
  size_t take_cold();
  bool open_slab();
  void retire(size_t number);
  void ask_for_large_page();
  void work();
  bool make_ready(size_t number) const;
  void give_back(size_t number) const;
  bool has_work() const { return !leaving_.empty() || (is_wanted_ && ready_ == kNoSlab); }
  bool may_touch(size_t number) const;
  char* slab_at(size_t number) const { return reinterpret_cast<char*>(begin_) + number * kSlabBytes; }

  void* mapping_ = nullptr;
  uintptr_t begin_ = 0;
  size_t bytes_ = 0;
  mutable std::mutex mutex_;
  std::vector<Slab> slabs_;      ///< all that were ever used
  std::set<size_t> open_;        ///< that have a place
  std::set<size_t> cold_;        ///< that have no memory; all above the last one have none either
  std::vector<size_t> leaving_;  ///< that nobody uses, until the thread has given them back: then they are cold
  size_t spare_ = kNoSlab;       ///< perhaps empty, and not given back
  size_t ready_ = kNoSlab;       ///< on a large page, and not yet open
  bool is_wanted_ = false;       ///< a slab that is ready
  bool is_working_ = false;
  bool stop_ = false;
  bool was_started_ = false;  ///< though perhaps in vain: then there are small pages only
  std::condition_variable wake_, idle_;
  std::jthread thread_;  ///< the last member: it uses all others
};

}  // namespace cloudemu::sqlite
