#include "core/crc64.h"

#include <string>

#include "core/bytes.h"
#include "core/check.h"
#include "core/digest.h"
#include "core/sliced_crc.h"

namespace cloudemu {

namespace {

/// Reflected, as those of core/sliced_crc.h.
constexpr uint64_t kNvmePolynomial = 0x9A6C9329AC4BC9B5;

/// Product of two polynomials modulo the CRC's own, in reflected form: coefficient of x^0 in the top bit.
template <class Word>
Word multiply(Word a, Word b, Word polynomial) {
  Word product = 0;
  constexpr Word kTop = Word(1) << (sizeof(Word) * 8 - 1);
  for (Word bit = kTop; bit != 0; bit >>= 1) {
    if (a & bit) product ^= b;
    b = (b >> 1) ^ ((b & 1) ? polynomial : 0);
  }
  return product;
}

/// x^(8 length).
template <class Word>
Word shift_by(uint64_t length, Word polynomial) {
  constexpr Word kOne = Word(1) << (sizeof(Word) * 8 - 1);
  Word power = kOne >> 8;  // x^8
  Word shift = kOne;
  for (uint64_t left = length; left != 0; left >>= 1) {
    if (left & 1) shift = multiply(shift, power, polynomial);
    power = multiply(power, power, polynomial);
  }
  return shift;
}

/// crc(AB) = crc(A) * x^(8 |B|) + crc(B): the initial and final complements cancel out.
template <class Word>
Word combine(Word first, Word second, uint64_t second_length, Word polynomial) {
  // Ten thousand parts of an object have the same length as a rule, and the shift takes thirty times what is left.
  struct Known {
    uint64_t length = 0;
    Word polynomial = 0, shift = 0;
  };
  thread_local Known known;
  if (known.length != second_length || known.polynomial != polynomial) {
    known = {second_length, polynomial, shift_by(second_length, polynomial)};
  }
  return multiply(first, known.shift, polynomial) ^ second;
}

}  // namespace

uint64_t crc64nvme(std::string_view bytes, uint64_t before) {
  static const SlicedCrc crc(kNvmePolynomial);
  return ~crc.update(~before, bytes);
}

std::string combine_crc(DigestKind kind, std::string_view first, std::string_view second, uint64_t second_length) {
  std::string out;
  if (kind == DigestKind::crc64nvme) {
    put_be(out, combine(from_be<uint64_t>(first), from_be<uint64_t>(second), second_length, kNvmePolynomial));
    return out;
  }
  CHECK_INVARIANT(kind == DigestKind::crc32 || kind == DigestKind::crc32c);
  uint32_t polynomial = kind == DigestKind::crc32 ? kCrc32Polynomial : kCrc32cPolynomial;
  put_be(out, combine(from_be<uint32_t>(first), from_be<uint32_t>(second), second_length, polynomial));
  return out;
}

}  // namespace cloudemu
