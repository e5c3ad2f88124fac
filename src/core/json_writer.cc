#include "core/json_writer.h"

#include <cstdint>
#include <cstring>

namespace cloudemu {

namespace {

constexpr uint64_t kOnes = 0x0101010101010101, kHighBits = 0x8080808080808080;

/// Non-zero if one of eight bytes needs an escape: below 0x20, '"' or '\\'.
/// (The tricks for zero and small bytes in a word: graphics.stanford.edu/~seander/bithacks.html, "ZeroInWord", "HasLessInWord".)
uint64_t escapes_in(uint64_t word) {
  uint64_t quote = word ^ (kOnes * '"'), backslash = word ^ (kOnes * '\\');
  return (((word - kOnes * 0x20) & ~word) | ((quote - kOnes) & ~quote) | ((backslash - kOnes) & ~backslash)) & kHighBits;
}

/// Index of the first character from `start` on that needs an escape, or the size.
size_t find_escape(std::string_view text, size_t start) {
  size_t i = start;
  for (; i + 8 <= text.size(); i += 8) {
    uint64_t word;
    std::memcpy(&word, text.data() + i, 8);
    if (escapes_in(word) != 0) break;
  }
  for (; i < text.size(); ++i) {
    auto c = static_cast<unsigned char>(text[i]);
    if (c < 0x20 || c == '"' || c == '\\') break;
  }
  return i;
}

}  // namespace

void append_json_string(std::string& out, std::string_view text) {
  static constexpr char kHex[] = "0123456789abcdef";
  out.push_back('"');
  size_t start = 0;
  for (size_t i = find_escape(text, 0); i < text.size(); i = find_escape(text, start)) {
    auto c = static_cast<unsigned char>(text[i]);
    out.append(text, start, i - start);
    start = i + 1;
    switch (c) {
      case '"': out.append("\\\""); break;
      case '\\': out.append("\\\\"); break;
      case '\n': out.append("\\n"); break;
      case '\r': out.append("\\r"); break;
      case '\t': out.append("\\t"); break;
      default:
        out.append("\\u00");
        out.push_back(kHex[c >> 4]);
        out.push_back(kHex[c & 15]);
    }
  }
  out.append(text, start);
  out.push_back('"');
}

}  // namespace cloudemu
