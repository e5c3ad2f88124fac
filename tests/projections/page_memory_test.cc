#include <catch2/catch.hpp>

#include <sys/mman.h>

#include <algorithm>
#include <cstring>
#include <random>
#include <set>
#include <thread>
#include <vector>

#include "projections/page_memory.h"

namespace cloudemu::test {

using sqlite::PageMemory;

namespace {

constexpr size_t kPlaces = PageMemory::kSlabBytes / PageMemory::kPlaceBytes;

/// Fills a place so that another that overlaps it would show.
void mark(void* place, size_t number) {
  auto* words = static_cast<size_t*>(place);
  std::fill(words, words + PageMemory::kPlaceBytes / sizeof(size_t), number);
}
bool is_marked(const void* place, size_t number) {
  const auto* words = static_cast<const size_t*>(place);
  return std::all_of(words, words + PageMemory::kPlaceBytes / sizeof(size_t), [number](size_t word) { return word == number; });
}

bool is_resident(void* place) {
  auto at = reinterpret_cast<uintptr_t>(place) / 4096 * 4096;
  unsigned char resident = 0;
  REQUIRE(mincore(reinterpret_cast<void*>(at), 1, &resident) == 0);
  return resident & 1;
}

}  // namespace

TEST_CASE("Places do not overlap, whatever was given back before", "[projections][page_memory]") {
  PageMemory memory(64);
  std::mt19937 random(1);
  std::vector<std::pair<void*, size_t>> taken;
  for (size_t number = 0; number < 20'000; ++number) {
    if (!taken.empty() && random() % 3 == 0) {
      std::swap(taken[random() % taken.size()], taken.back());
      auto [place, mark_number] = taken.back();
      if (!is_marked(place, mark_number)) FAIL("place of " << mark_number << " was written by another");
      memory.give(place);
      taken.pop_back();
      continue;
    }
    void* place = memory.take();
    REQUIRE(place);
    REQUIRE(memory.owns(place));
    REQUIRE(reinterpret_cast<uintptr_t>(place) % 64 == 0);
    mark(place, number);
    taken.emplace_back(place, number);
  }
  for (auto [place, number] : taken) {
    if (!is_marked(place, number)) FAIL("place of " << number << " was written by another");
    memory.give(place);
  }
  CHECK(memory.slabs_in_use() == 0);
}

TEST_CASE("Where all places are taken there is none, until one is given back", "[projections][page_memory]") {
  PageMemory memory(3);
  std::vector<void*> taken;
  while (void* place = memory.take()) taken.push_back(place);
  CHECK(taken.size() == 3 * kPlaces);
  CHECK(std::set<void*>(taken.begin(), taken.end()).size() == taken.size());
  memory.give(taken[kPlaces]);
  CHECK(memory.take() == taken[kPlaces]);
  CHECK(memory.take() == nullptr);
  for (void* place : taken) memory.give(place);
}

TEST_CASE("The lowest slab is filled first, so that others become empty", "[projections][page_memory]") {
  PageMemory memory(64);
  std::vector<void*> taken(40 * kPlaces);
  for (void*& place : taken) place = memory.take();
  CHECK(memory.slabs_in_use() == 40);
  for (size_t i = 0; i < taken.size(); ++i) {
    if (i % kPlaces != 0) memory.give(std::exchange(taken[i], nullptr));  // one place of each slab stays
  }
  CHECK(memory.slabs_in_use() == 40);
  std::vector<void*> more(kPlaces - 1);
  for (void*& place : more) place = memory.take();
  for (void* place : more) CHECK(static_cast<char*>(place) < static_cast<char*>(taken[kPlaces]));
  for (void* place : more) memory.give(place);
  for (void* place : taken) {
    if (place) memory.give(place);
  }
  CHECK(memory.slabs_in_use() == 0);
}

TEST_CASE("Beyond the small slabs the next one is made ready beside; what nobody uses is given back", "[projections][page_memory]") {
  PageMemory memory(64);
  std::vector<void*> taken(PageMemory::kSmallSlabs * kPlaces);
  for (void*& place : taken) place = memory.take();
  CHECK(memory.settle());
  for (int i = 0; i < 3; ++i) {  // a slab more each time, on the one that is ready
    for (size_t at = 0; at < kPlaces; ++at) taken.push_back(memory.take());
    CHECK(memory.settle());
  }
  auto* last = static_cast<char*>(taken.back());
  CHECK(is_resident(last));
  for (void* place : taken) memory.give(place);
  CHECK_FALSE(memory.settle());
  CHECK(memory.slabs_in_use() == 0);
  CHECK_FALSE(is_resident(last));
  // And again, on slabs that were given back.
  for (void*& place : taken) mark(place = memory.take(), 7);
  CHECK(memory.settle());
  CHECK(std::all_of(taken.begin(), taken.end(), [](void* place) { return is_marked(place, 7); }));
  for (void* place : taken) memory.give(place);
}

TEST_CASE("Memory that is not reserved gives no place, and owns nothing", "[projections][page_memory]") {
  PageMemory none(0);
  int local = 0;
  CHECK(none.take() == nullptr);
  CHECK_FALSE(none.owns(&local));
  CHECK_FALSE(none.owns(nullptr));
  PageMemory some(1);
  CHECK_FALSE(some.owns(&local));
  CHECK_FALSE(some.owns(nullptr));
}

TEST_CASE("Threads take and give places at the same time", "[projections][page_memory]") {
  PageMemory memory(64);
  std::vector<std::thread> threads;
  std::atomic<int> faults = 0;
  for (size_t thread = 0; thread < 4; ++thread) {
    threads.emplace_back([&, thread] {
      for (int round = 0; round < 20; ++round) {
        std::vector<void*> taken(300);
        for (void*& place : taken) mark(place = memory.take(), thread);
        for (void* place : taken) {
          if (!is_marked(place, thread)) ++faults;
          memory.give(place);
        }
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(faults == 0);
  CHECK(memory.slabs_in_use() == 0);
}

}  // namespace cloudemu::test
