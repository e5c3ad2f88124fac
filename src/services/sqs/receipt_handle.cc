#include "services/sqs/receipt_handle.h"

#include "core/bytes.h"
#include "core/digest.h"
#include "core/encoding.h"

namespace cloudemu::sqs {

namespace {

/// Bytes: "\1\1\1" | check (8) | queue (8) | message (8) | receives (8), the last three scrambled by the check; one more byte
/// would have base64 end in "=".
constexpr std::string_view kPrefix = "\1\1\1";
constexpr size_t kSize = 36;
constexpr size_t kFieldsAt = 11;

uint64_t check_of(const ReceiptHandle& handle) {
  std::string fields("receipt");
  put_le(fields, handle.queue);
  put_le(fields, handle.message);
  put_le(fields, handle.receives);
  return xxh3(fields);
}

/// The stream that the fields are scrambled with (splitmix64's finalizer).
int64_t scramble(uint64_t check, uint64_t position) {
  uint64_t z = check + position * 0x9E3779B97F4A7C15ULL;
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
  return static_cast<int64_t>(z ^ (z >> 31));
}

}  // namespace

std::string ReceiptHandle::text() const {
  uint64_t check = check_of(*this);
  std::string bytes(kPrefix);
  put_le(bytes, check);
  put_le(bytes, queue ^ scramble(check, 1));
  put_le(bytes, message ^ scramble(check, 2));
  put_le(bytes, receives ^ scramble(check, 3));
  bytes.push_back('\0');
  return base64(bytes);
}

std::optional<ReceiptHandle> ReceiptHandle::parse(std::string_view text) {
  auto bytes = unbase64(text);
  if (!bytes || bytes->size() != kSize || !bytes->starts_with(kPrefix) || bytes->back() != '\0') return std::nullopt;
  auto check = get_le<uint64_t>(*bytes, kPrefix.size());
  auto field = [&](uint64_t position) { return get_le<int64_t>(*bytes, kFieldsAt + 8 * (position - 1)) ^ scramble(check, position); };
  ReceiptHandle handle{field(1), field(2), field(3)};
  if (check_of(handle) != check) return std::nullopt;
  return handle;
}

}  // namespace cloudemu::sqs
