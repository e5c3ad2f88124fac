#include "services/s3/continuation.h"

#include "core/bytes.h"
#include "core/digest.h"
#include "core/encoding.h"
#include "services/s3/errors.h"

namespace cloudemu::s3 {

namespace {

constexpr size_t kCheckBytes = 8;
constexpr char kIsName = '1', kIsPrefix = '2';

}  // namespace

std::string continuation_token(const Continuation& continuation) {
  std::string bytes(1, continuation.is_prefix ? kIsPrefix : kIsName);
  bytes.append(continuation.name);
  put_le(bytes, xxh3(bytes));
  return base64(bytes);
}

std::optional<Continuation> read_continuation_token(std::string_view token) {
  auto bytes = unbase64(token);
  if (!bytes || bytes->size() < 1 + kCheckBytes) return std::nullopt;
  std::string_view body = std::string_view(*bytes).substr(0, bytes->size() - kCheckBytes);
  if (get_le<uint64_t>(*bytes, body.size()) != xxh3(body)) return std::nullopt;
  return Continuation{.name = std::string(body.substr(1)), .is_prefix = body.front() == kIsPrefix};
}

AwsError incorrect_continuation_token() { return invalid_argument("The continuation token provided is incorrect", "continuation-token"); }

}  // namespace cloudemu::s3
