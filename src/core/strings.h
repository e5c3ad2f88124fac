#pragma once
#include <charconv>
#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cloudemu {

inline void append_piece(std::string& out, std::string_view text) { out.append(text); }
inline void append_piece(std::string& out, char c) { out.push_back(c); }
template <std::integral Integer>
requires(!std::same_as<Integer, char> && !std::same_as<Integer, bool>) void append_piece(std::string& out, Integer value) {
  char digits[24];
  auto [end, error] = std::to_chars(digits, digits + sizeof digits, value);
  out.append(digits, end);
}

/// Appends texts and integers to `out`.
template <class... Pieces>
void append(std::string& out, const Pieces&... pieces) {
  (append_piece(out, pieces), ...);
}

/// Joins texts and integers: concat("segment ", 12, " is missing").
template <class... Pieces>
std::string concat(const Pieces&... pieces) {
  std::string out;
  append(out, pieces...);
  return out;
}

inline char to_lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }
inline char to_upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; }
inline bool is_digit(char c) { return c >= '0' && c <= '9'; }
inline bool is_alpha(char c) { return to_lower(c) >= 'a' && to_lower(c) <= 'z'; }
inline bool is_alnum(char c) { return is_digit(c) || is_alpha(c); }
inline bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

/// Makes the ASCII letters of a text small, where it stands.
void make_lower(char* text, size_t size);
std::string lower(std::string_view text);
std::string upper(std::string_view text);
bool equals_ignoring_case(std::string_view a, std::string_view b);
inline bool starts_with_ignoring_case(std::string_view text, std::string_view prefix) {
  return equals_ignoring_case(text.substr(0, prefix.size()), prefix);
}
std::string_view trim(std::string_view text);
/// All pieces between separators; an empty text has one empty piece.
std::vector<std::string_view> split(std::string_view text, char separator);
/// Splits at the first separator; the second part is empty when there is none.
std::pair<std::string_view, std::string_view> split_once(std::string_view text, char separator);
std::string join(const std::vector<std::string>& parts, std::string_view separator);
std::string replace_all(std::string_view text, std::string_view from, std::string_view to);

/// The whole text as a decimal integer (an optional '-' first), or nothing.
template <std::integral Integer = int64_t>
std::optional<Integer> parse_integer(std::string_view text) {
  Integer value{};
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || text.empty()) return std::nullopt;
  return value;
}

/// True when the bytes are well-formed UTF-8 (no surrogates, no overlong forms).
bool is_utf8(std::string_view text);
/// The number of code points in well-formed UTF-8.
size_t utf8_length(std::string_view text);
/// At most so many bytes of well-formed UTF-8, and no half of a character at the end.
std::string_view utf8_beginning(std::string_view text, size_t bytes_max);
/// The bytes of the first code point of well-formed UTF-8 that is not empty.
std::string_view first_character(std::string_view text);

}  // namespace cloudemu
