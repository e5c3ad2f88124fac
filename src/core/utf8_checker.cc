#include "core/utf8_checker.h"

#include <algorithm>

#include "core/strings.h"

namespace cloudemu {

namespace {

constexpr size_t kCharacterBytesMax = 4;

bool is_continuation(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

size_t character_bytes(char lead) {
  auto byte = static_cast<unsigned char>(lead);
  return byte < 0xC0 ? 1 : byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : kCharacterBytesMax;
}

/// How many bytes at the end of a text begin a character without ending it.
size_t unfinished_bytes(std::string_view text) {
  for (size_t n = 1; n < kCharacterBytesMax && n <= text.size(); ++n) {
    char c = text[text.size() - n];
    if (!is_continuation(c)) return character_bytes(c) > n ? n : 0;
  }
  return 0;
}

}  // namespace

void Utf8Checker::feed(std::string_view piece) {
  if (!ok_) return;
  // The character that lies across two pieces is looked at by itself, so that no piece is copied.
  size_t head = rest_.empty() ? 0 : std::min(piece.size(), character_bytes(rest_.front()) - rest_.size());
  rest_.append(piece.substr(0, head));
  if (!rest_.empty() && unfinished_bytes(rest_) == rest_.size()) return;
  piece.remove_prefix(head);
  size_t unfinished = unfinished_bytes(piece);
  ok_ = cloudemu::is_utf8(rest_) && cloudemu::is_utf8(piece.substr(0, piece.size() - unfinished));
  rest_ = piece.substr(piece.size() - unfinished);
}

}  // namespace cloudemu
