#include "services/s3/rfc2047.h"

#include <algorithm>
#include <optional>

#include "core/encoding.h"
#include "core/strings.h"

namespace cloudemu::s3 {

namespace {

constexpr std::string_view kWordBegin = "=?", kWordEnd = "?=";
/// RFC 2047 section 2: an encoded word has at most 75 characters, of which "=?UTF-8?Q?" and "?=" take 12.
constexpr size_t kEncodedTextMax = 63;

bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

std::string latin1_to_utf8(std::string_view bytes) {
  std::string out;
  for (char c : bytes) {
    auto byte = static_cast<unsigned char>(c);
    if (byte < 0x80) {
      out.push_back(c);
    } else {
      out.push_back(static_cast<char>(0xC0 | byte >> 6));
      out.push_back(static_cast<char>(0x80 | (byte & 0x3F)));
    }
  }
  return out;
}

std::optional<std::string> decode_q(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '_') {
      out.push_back(' ');
    } else if (text[i] == '=') {
      auto byte = unhex(text.substr(i + 1, 2));
      if (!byte || byte->empty()) return std::nullopt;
      out.append(*byte);
      i += 2;
    } else {
      out.push_back(text[i]);
    }
  }
  return out;
}

/// "UTF-8?B?w6Q=": what stands between "=?" and "?=".
std::optional<std::string> decode_word(std::string_view word) {
  auto [charset, rest] = split_once(word, '?');
  auto [encoding, text] = split_once(rest, '?');
  bool is_latin1 = equals_ignoring_case(charset, "ISO-8859-1");
  bool is_known = is_latin1 || equals_ignoring_case(charset, "UTF-8") || equals_ignoring_case(charset, "US-ASCII");
  if (!is_known) return std::nullopt;
  std::optional<std::string> bytes;
  if (equals_ignoring_case(encoding, "B")) bytes = unbase64(text);
  else if (equals_ignoring_case(encoding, "Q")) bytes = decode_q(text);
  if (!bytes) return std::nullopt;
  if (is_latin1) return latin1_to_utf8(*bytes);
  if (!is_utf8(*bytes)) return std::nullopt;
  return bytes;
}

void append_q(std::string& out, std::string_view text) {
  static constexpr char kHex[] = "0123456789ABCDEF";
  for (char c : text) {
    auto byte = static_cast<unsigned char>(c);
    if (c == ' ') {
      out.push_back('_');
    } else if (byte < 0x20 || byte >= 0x7F || c == '=' || c == '_' || c == '?') {
      out.push_back('=');
      out.push_back(kHex[byte >> 4]);
      out.push_back(kHex[byte & 15]);
    } else {
      out.push_back(c);
    }
  }
}

}  // namespace

std::string decode_metadata(std::string_view header) {
  std::string text = is_ascii(header) ? std::string(header) : latin1_to_utf8(header);
  std::string out;
  std::string_view rest = text;
  bool after_word = false;
  while (!rest.empty()) {
    size_t begin = rest.find(kWordBegin);
    size_t charset_end = begin == std::string_view::npos ? begin : rest.find('?', begin + 2);
    size_t encoding_end = charset_end == std::string_view::npos ? charset_end : rest.find('?', charset_end + 1);
    size_t end = encoding_end == std::string_view::npos ? encoding_end : rest.find(kWordEnd, encoding_end + 1);
    if (end == std::string_view::npos) break;
    auto word = decode_word(rest.substr(begin + 2, end - begin - 2));
    if (!word) {
      out.append(rest.substr(0, begin + 2));
      rest.remove_prefix(begin + 2);
      after_word = false;
      continue;
    }
    // Blanks between two encoded words belong to neither.
    std::string_view before = rest.substr(0, begin);
    if (!after_word || !trim(before).empty()) out.append(before);
    out.append(*word);
    rest.remove_prefix(end + 2);
    after_word = true;
  }
  return out.append(rest);
}

std::string encode_metadata(std::string_view text) {
  if (is_ascii(text)) return std::string(text);
  size_t characters = utf8_length(text);
  auto ascii = static_cast<size_t>(std::count_if(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; }));
  bool mostly_ascii = ascii > characters - ascii;
  std::string out, word, encoded;
  auto encode = [&](std::string_view piece) {
    encoded.clear();
    if (mostly_ascii) append_q(encoded, piece);
    else append_base64(encoded, piece);
  };
  auto flush = [&] {
    encode(word);
    append(out, out.empty() ? "" : " ", "=?UTF-8?", mostly_ascii ? 'Q' : 'B', '?', encoded, kWordEnd);
    word.clear();
  };
  // A character must not be cut in two by the end of a word.
  for (size_t i = 0; i < text.size();) {
    size_t next = i + 1;
    while (next < text.size() && (static_cast<unsigned char>(text[next]) & 0xC0) == 0x80) ++next;
    std::string_view character = text.substr(i, next - i);
    encode(concat(word, character));
    if (encoded.size() > kEncodedTextMax && !word.empty()) flush();
    word.append(character);
    i = next;
  }
  flush();
  return out;
}

}  // namespace cloudemu::s3
