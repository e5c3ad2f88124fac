#pragma once
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

/// Integers in byte strings, little-endian and big-endian. Byte strings are std::string and std::string_view throughout.
namespace cloudemu {

template <class Integer>
void put_le(std::string& out, Integer value) {
  static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__);
  char raw[sizeof value];
  std::memcpy(raw, &value, sizeof value);
  out.append(raw, sizeof value);
}

/// Reads an integer at `offset`; the caller has checked that it lies inside.
template <class Integer>
Integer get_le(std::string_view bytes, size_t offset) {
  Integer value;
  std::memcpy(&value, bytes.data() + offset, sizeof value);
  return value;
}

template <class Integer>
void put_be(std::string& out, Integer value) {
  for (int shift = static_cast<int>(sizeof value) * 8 - 8; shift >= 0; shift -= 8) {
    out.push_back(static_cast<char>(static_cast<unsigned char>(value >> shift)));
  }
}

/// Reads an integer that `bytes` are, all of them: no more than it has.
template <class Integer>
Integer from_be(std::string_view bytes) {
  Integer value = 0;
  for (char c : bytes) value = static_cast<Integer>(value << 8 | static_cast<unsigned char>(c));
  return value;
}

}  // namespace cloudemu
