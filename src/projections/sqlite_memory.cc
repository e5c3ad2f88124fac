#include "projections/sqlite_memory.h"

#include <malloc.h>
#include <sqlite3.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <memory>

#include "projections/page_memory.h"

namespace cloudemu::sqlite {

namespace {

/// Addresses for 64 GiB of pages; what is beyond comes from malloc().
constexpr size_t kSlabsMax = 32 * 1024;

/// Never ends: other things may end later that have pages.
PageMemory& pages() {
  static PageMemory& memory = *std::make_unique<PageMemory>(kSlabsMax).release();
  return memory;
}

/// Whether a piece of this size holds a page.
bool is_page(size_t bytes) { return bytes > 4096 && bytes <= PageMemory::kPlaceBytes; }

void* take(int bytes) {
  auto size = static_cast<size_t>(bytes);
  if (is_page(size)) {
    if (void* place = pages().take()) return place;
  }
  return std::malloc(size);
}

void give(void* piece) {
  if (pages().owns(piece)) pages().give(piece);
  else std::free(piece);
}

int size_of(void* piece) {
  if (!piece) return 0;
  return static_cast<int>(pages().owns(piece) ? PageMemory::kPlaceBytes : malloc_usable_size(piece));
}

void* resize(void* piece, int bytes) {
  if (!pages().owns(piece)) return std::realloc(piece, static_cast<size_t>(bytes));
  void* larger = take(bytes);
  if (!larger) return nullptr;
  std::memcpy(larger, piece, std::min(static_cast<size_t>(bytes), PageMemory::kPlaceBytes));
  give(piece);
  return larger;
}

int round_up(int bytes) { return (bytes + 7) & ~7; }

}  // namespace

bool use_page_memory() {
#ifdef CLOUDEMU_SANITIZED
  return true;  // sanitizers see more where each page is an allocation of its own
#endif
  static const sqlite3_mem_methods methods = {
      .xMalloc = take,
      .xFree = give,
      .xRealloc = resize,
      .xSize = size_of,
      .xRoundup = round_up,
      .xInit = [](void*) { return SQLITE_OK; },
      .xShutdown = [](void*) {},
      .pAppData = nullptr,
  };
  return sqlite3_config(SQLITE_CONFIG_MALLOC, &methods) == SQLITE_OK;
}

}  // namespace cloudemu::sqlite
