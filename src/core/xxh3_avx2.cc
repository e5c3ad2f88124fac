// Compiled for AVX2, so nothing here may be shared with other files: no inline functions of the standard library.
#include "core/xxh3_avx2.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace cloudemu {

uint64_t xxh3_avx2(const void* bytes, size_t size) { return XXH3_64bits(bytes, size); }

}  // namespace cloudemu
