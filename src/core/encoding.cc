#include "core/encoding.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include "core/strings.h"

namespace cloudemu {

namespace {

constexpr char kHexLower[] = "0123456789abcdef";
constexpr char kHexUpper[] = "0123456789ABCDEF";
constexpr char kBase64[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  char l = to_lower(c);
  if (l >= 'a' && l <= 'f') return l - 'a' + 10;
  return -1;
}

constexpr std::array<int8_t, 256> base64_values() {
  std::array<int8_t, 256> values{};
  for (auto& v : values) v = -1;
  for (int i = 0; i < 64; ++i) values[static_cast<unsigned char>(kBase64[i])] = static_cast<int8_t>(i);
  return values;
}

}  // namespace

std::string hex(std::string_view bytes) {
  std::string out;
  out.reserve(bytes.size() * 2);
  for (char c : bytes) {
    auto byte = static_cast<unsigned char>(c);
    out.push_back(kHexLower[byte >> 4]);
    out.push_back(kHexLower[byte & 15]);
  }
  return out;
}

std::optional<std::string> unhex(std::string_view text) {
  if (text.size() % 2 != 0) return std::nullopt;
  std::string out;
  out.reserve(text.size() / 2);
  for (size_t i = 0; i < text.size(); i += 2) {
    int high = hex_digit(text[i]), low = hex_digit(text[i + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    out.push_back(static_cast<char>(high << 4 | low));
  }
  return out;
}

bool is_hex_of(std::string_view text, size_t bytes) {
  return text.size() == 2 * bytes && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

void append_base64(std::string& out, std::string_view bytes) {
  size_t start = out.size();
  out.resize(start + (bytes.size() + 2) / 3 * 4);
  char* to = out.data() + start;
  auto byte = [&](size_t i) { return static_cast<uint32_t>(static_cast<unsigned char>(bytes[i])); };
  size_t i = 0;
  for (; i + 3 <= bytes.size(); i += 3) {
    uint32_t v = byte(i) << 16 | byte(i + 1) << 8 | byte(i + 2);
    *to++ = kBase64[v >> 18];
    *to++ = kBase64[v >> 12 & 63];
    *to++ = kBase64[v >> 6 & 63];
    *to++ = kBase64[v & 63];
  }
  if (i == bytes.size()) return;
  bool two = i + 2 == bytes.size();
  uint32_t v = byte(i) << 16 | (two ? byte(i + 1) << 8 : 0);
  *to++ = kBase64[v >> 18];
  *to++ = kBase64[v >> 12 & 63];
  *to++ = two ? kBase64[v >> 6 & 63] : '=';
  *to++ = '=';
}

std::string base64(std::string_view bytes) {
  std::string out;
  append_base64(out, bytes);
  return out;
}

std::optional<std::string> unbase64(std::string_view text) {
  static constexpr auto kValues = base64_values();
  if (text.size() % 4 != 0) return std::nullopt;
  size_t padding = 0;
  while (padding < 2 && padding < text.size() && text[text.size() - 1 - padding] == '=') ++padding;
  std::string_view digits = text.substr(0, text.size() - padding);
  std::string out;
  out.reserve(text.size() / 4 * 3);
  uint32_t bits = 0;
  int count = 0;
  for (char c : digits) {
    int value = kValues[static_cast<unsigned char>(c)];
    if (value < 0) return std::nullopt;
    bits = bits << 6 | static_cast<uint32_t>(value);
    count += 6;
    if (count >= 8) {
      count -= 8;
      out.push_back(static_cast<char>(bits >> count & 0xFF));
    }
  }
  if ((bits & ((1U << count) - 1)) != 0) return std::nullopt;
  return out;
}

std::string percent_encode(std::string_view text, Slash slash) {
  static const std::array<bool, 256> unreserved = [] {
    std::array<bool, 256> table{};
    for (size_t byte = 0; byte < table.size(); ++byte) {
      auto c = static_cast<char>(byte);
      table[byte] = is_alnum(c) || c == '-' || c == '_' || c == '.' || c == '~';
    }
    return table;
  }();
  auto stays = [&](char c) { return unreserved[static_cast<unsigned char>(c)] || (c == '/' && slash == Slash::keep); };
  std::string out;
  out.reserve(text.size());
  for (auto at = text.begin(); at != text.end();) {
    auto run_end = std::find_if_not(at, text.end(), stays);
    out.append(at, run_end);
    for (at = run_end; at != text.end() && !stays(*at); ++at) {
      auto byte = static_cast<unsigned char>(*at);
      out.push_back('%');
      out.push_back(kHexUpper[byte >> 4]);
      out.push_back(kHexUpper[byte & 15]);
    }
  }
  return out;
}

namespace {

bool is_escape(std::string_view text) { return text.size() >= 3 && text[0] == '%' && hex_digit(text[1]) >= 0 && hex_digit(text[2]) >= 0; }

}  // namespace

std::string percent_decode(std::string_view text, Plus plus) {
  std::string out;
  out.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && is_escape(text.substr(i))) {
      out.push_back(static_cast<char>(hex_digit(text[i + 1]) << 4 | hex_digit(text[i + 2])));
      i += 2;
    } else if (text[i] == '+' && plus == Plus::is_space) {
      out.push_back(' ');
    } else {
      out.push_back(text[i]);
    }
  }
  return out;
}

std::optional<std::string> strict_percent_decode(std::string_view text, Plus plus) {
  for (size_t at = text.find('%'); at != std::string_view::npos; at = text.find('%', at + 3)) {
    if (!is_escape(text.substr(at))) return std::nullopt;
  }
  return percent_decode(text, plus);
}

std::string utf8_of_header(std::string_view value, size_t bytes_max) {
  if (is_utf8(value)) return std::string(utf8_beginning(value, bytes_max));
  std::string out;
  for (char c : value) {
    auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x80) out.push_back(static_cast<char>(0xC0 | byte >> 6));
    out.push_back(byte < 0x80 ? c : static_cast<char>(0x80 | (byte & 0x3F)));
  }
  out.resize(utf8_beginning(out, bytes_max).size());
  return out;
}

}  // namespace cloudemu
