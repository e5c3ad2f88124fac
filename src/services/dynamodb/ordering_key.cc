#include "services/dynamodb/ordering_key.h"

#include "core/check.h"
#include "core/digest.h"
#include "services/dynamodb/number.h"

namespace cloudemu::dynamodb {

std::string key_bytes(const Value& scalar) {
  if (scalar.type != Type::number) return scalar.text;
  auto number = Number::parse(scalar.text);
  return number ? number->ordered_bytes() : std::string();
}

void append_hash(std::string& key, std::span<const std::string> parts) { key.append(md5_of("Outliers", parts).data(), kHashBytes); }

void append_open_part(std::string& key, std::string_view bytes) {
  size_t zero = bytes.find('\0');
  while (zero != std::string_view::npos) {
    key.append(bytes.substr(0, zero + 1)).push_back('\xFF');
    bytes.remove_prefix(zero + 1);
    zero = bytes.find('\0');
  }
  key.append(bytes);
}

void append_part(std::string& key, std::string_view bytes) {
  append_open_part(key, bytes);
  key.append("\0\1", 2);
}

std::string take_part(std::string_view& key) {
  std::string bytes;
  while (true) {
    size_t zero = key.find('\0');
    CHECK_INVARIANT(zero != std::string_view::npos && zero + 1 < key.size());
    bool ends = key[zero + 1] == '\1';
    bytes.append(key.substr(0, ends ? zero : zero + 1));
    key.remove_prefix(zero + 2);
    if (ends) return bytes;
  }
}

std::string after_prefix(std::string prefix) {
  while (!prefix.empty() && prefix.back() == '\xFF') prefix.pop_back();
  if (!prefix.empty()) ++prefix.back();
  return prefix;
}

std::string segment_start(int64_t segment, int64_t total) {
  constexpr int64_t kSlices = 4096;
  int64_t slice = (kSlices * segment + total - 1) / total;
  if (slice >= kSlices) return {};
  return {static_cast<char>(slice >> 4), static_cast<char>(slice << 4 & 0xF0)};
}

}  // namespace cloudemu::dynamodb
