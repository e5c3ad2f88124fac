#pragma once
#include <cstddef>
#include <cstdint>

namespace cloudemu {

/// XXH3 with AVX2, twice as fast: only on x86-64, and only where the processor has it.
uint64_t xxh3_avx2(const void* bytes, size_t size);

}  // namespace cloudemu
