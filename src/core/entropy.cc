#include "core/entropy.h"

#include <sys/random.h>

#include <bit>
#include <cstring>

#include "core/check.h"

namespace cloudemu {

std::string Entropy::text(size_t length, std::string_view alphabet) {
  std::string out(length, '\0');
  uint64_t pool = 0;
  int left = 0;
  for (char& c : out) {
    if (left == 0) {
      pool = next();
      left = 4;
    }
    // 16 bits scaled to the alphabet: the bias is below 0.4 %, which ids can bear.
    c = alphabet[((pool & 0xFFFF) * alphabet.size()) >> 16];
    pool >>= 16;
    --left;
  }
  return out;
}

std::string Entropy::bytes(size_t length) {
  std::string out(length, '\0');
  for (size_t at = 0; at < length; at += 8) {
    uint64_t word = next();
    std::memcpy(out.data() + at, &word, std::min<size_t>(8, length - at));
  }
  return out;
}

std::string Entropy::uuid() {
  static constexpr char kHex[] = "0123456789abcdef";
  uint64_t high = (next() & ~0xF000ULL) | 0x4000ULL;
  uint64_t low = (next() & ~(0xC0ULL << 56)) | (0x80ULL << 56);
  std::string out;
  for (int i = 0; i < 32; ++i) {
    if (i == 8 || i == 12 || i == 16 || i == 20) out.push_back('-');
    uint64_t word = i < 16 ? high : low;
    out.push_back(kHex[(word >> (60 - 4 * (i % 16))) & 15]);
  }
  return out;
}

SystemEntropy::SystemEntropy() { CHECK_INVARIANT(getentropy(state_, sizeof state_) == 0); }

uint64_t SystemEntropy::next() {
  uint64_t result = std::rotl(state_[1] * 5, 7) * 9;
  uint64_t t = state_[1] << 17;
  state_[2] ^= state_[0];
  state_[3] ^= state_[1];
  state_[1] ^= state_[2];
  state_[0] ^= state_[3];
  state_[2] ^= t;
  state_[3] = std::rotl(state_[3], 45);
  return result;
}

uint64_t SeededEntropy::next() {
  uint64_t z = (state_ += 0x9E3779B97F4A7C15ULL);
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
  return z ^ (z >> 31);
}

}  // namespace cloudemu
