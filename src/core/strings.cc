#include "core/strings.h"

#include <algorithm>
#include <cstdint>
#include <cstring>

namespace cloudemu {

/// Eight characters at once: whether each is from 'A' to 'Z' stands in its highest bit, which is moved to where small letters differ.
static uint64_t lower_eight(uint64_t text) {
  constexpr uint64_t kEach = 0x0101010101010101, kHighBits = 0x80 * kEach;
  uint64_t low_bits = text & ~kHighBits;
  uint64_t from_a = low_bits + (0x80 - 'A') * kEach, beyond_z = low_bits + (0x80 - 'Z' - 1) * kEach;
  return text | (from_a & ~beyond_z & ~text & kHighBits) >> 2;
}

void make_lower(char* text, size_t size) {
  uint64_t eight;
  auto lower_at = [&](size_t at) {
    std::memcpy(&eight, text + at, sizeof eight);
    eight = lower_eight(eight);
    std::memcpy(text + at, &eight, sizeof eight);
  };
  if (size < sizeof eight) {
    std::transform(text, text + size, text, to_lower);
    return;
  }
  for (size_t at = 0; at + sizeof eight <= size; at += sizeof eight) lower_at(at);
  lower_at(size - sizeof eight);  // the rest, and some for the second time
}

std::string lower(std::string_view text) {
  std::string out(text);
  make_lower(out.data(), out.size());
  return out;
}

std::string upper(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), to_upper);
  return out;
}

bool equals_ignoring_case(std::string_view a, std::string_view b) {
  return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) { return to_lower(x) == to_lower(y); });
}

std::string_view trim(std::string_view text) {
  size_t begin = 0, end = text.size();
  while (begin < end && is_space(text[begin])) ++begin;
  while (begin < end && is_space(text[end - 1])) --end;
  return text.substr(begin, end - begin);
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  size_t start = 0;
  for (size_t at = text.find(separator); at != std::string_view::npos; at = text.find(separator, start)) {
    parts.push_back(text.substr(start, at - start));
    start = at + 1;
  }
  parts.push_back(text.substr(start));
  return parts;
}

std::pair<std::string_view, std::string_view> split_once(std::string_view text, char separator) {
  size_t at = text.find(separator);
  if (at == std::string_view::npos) return {text, {}};
  return {text.substr(0, at), text.substr(at + 1)};
}

std::string join(const std::vector<std::string>& parts, std::string_view separator) {
  std::string out;
  for (size_t i = 0; i < parts.size(); ++i) {
    if (i > 0) out.append(separator);
    out.append(parts[i]);
  }
  return out;
}

std::string replace_all(std::string_view text, std::string_view from, std::string_view to) {
  std::string out;
  size_t start = 0;
  for (size_t at = text.find(from); at != std::string_view::npos; at = text.find(from, start)) {
    out.append(text.substr(start, at - start)).append(to);
    start = at + from.size();
  }
  return out.append(text.substr(start));
}

namespace {

/// Length of the sequence that a lead byte begins, and the range its second byte must lie in (Unicode 15, table 3-7).
struct Utf8Lead {
  size_t length;
  unsigned char second_min, second_max;
};

Utf8Lead utf8_lead(unsigned char c) {
  if (c < 0x80) return {1, 0, 0};
  if (c >= 0xC2 && c <= 0xDF) return {2, 0x80, 0xBF};
  if (c == 0xE0) return {3, 0xA0, 0xBF};
  if (c == 0xED) return {3, 0x80, 0x9F};
  if (c >= 0xE1 && c <= 0xEF) return {3, 0x80, 0xBF};
  if (c == 0xF0) return {4, 0x90, 0xBF};
  if (c >= 0xF1 && c <= 0xF3) return {4, 0x80, 0xBF};
  if (c == 0xF4) return {4, 0x80, 0x8F};
  return {0, 0, 0};
}

}  // namespace

/// How many bytes at the beginning are known to be ASCII; all of nearly every text, eight at a time.
static size_t ascii_prefix(std::string_view text) {
  constexpr uint64_t kHighBits = 0x8080808080808080;
  size_t length = 0;
  for (uint64_t eight; length + sizeof eight <= text.size(); length += sizeof eight) {
    std::memcpy(&eight, text.data() + length, sizeof eight);
    if ((eight & kHighBits) != 0) break;
  }
  return length;
}

bool is_utf8(std::string_view text) {
  auto byte = [&](size_t i) { return static_cast<unsigned char>(text[i]); };
  for (size_t i = ascii_prefix(text); i < text.size();) {
    Utf8Lead lead = utf8_lead(byte(i));
    if (lead.length == 0 || i + lead.length > text.size()) return false;
    if (lead.length > 1 && (byte(i + 1) < lead.second_min || byte(i + 1) > lead.second_max)) return false;
    for (size_t k = 2; k < lead.length; ++k) {
      if ((byte(i + k) & 0xC0) != 0x80) return false;
    }
    i += lead.length;
  }
  return true;
}

namespace {

bool begins_character(char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }

}  // namespace

size_t utf8_length(std::string_view text) { return static_cast<size_t>(std::count_if(text.begin(), text.end(), begins_character)); }

std::string_view utf8_beginning(std::string_view text, size_t bytes_max) {
  if (text.size() <= bytes_max) return text;
  while (bytes_max > 0 && !begins_character(text[bytes_max])) --bytes_max;
  return text.substr(0, bytes_max);
}

std::string_view first_character(std::string_view text) {
  size_t length = 1;
  while (length < text.size() && !begins_character(text[length])) ++length;
  return text.substr(0, length);
}

}  // namespace cloudemu
