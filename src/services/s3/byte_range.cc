#include "services/s3/byte_range.h"

#include <algorithm>

#include "core/strings.h"
#include "services/s3/errors.h"

namespace cloudemu::s3 {

namespace {

/// Digits as a number, the largest one for more than fit.
std::optional<uint64_t> parse_position(std::string_view digits) {
  if (digits.empty() || !std::all_of(digits.begin(), digits.end(), is_digit)) return std::nullopt;
  return parse_integer<uint64_t>(digits).value_or(UINT64_MAX);
}

}  // namespace

AwsResult<std::optional<ByteRange>> parse_range(std::string_view header, uint64_t size) {
  constexpr std::string_view kUnit = "bytes=";
  std::string_view spec = trim(header);
  if (!spec.starts_with(kUnit)) return std::nullopt;
  spec.remove_prefix(kUnit.size());
  size_t dash = spec.find('-');
  if (dash == std::string_view::npos) return std::nullopt;
  std::string_view first_text = spec.substr(0, dash), last_text = spec.substr(dash + 1);
  if (first_text.empty()) {
    auto suffix = parse_position(last_text);
    if (!suffix) return std::nullopt;
    if (*suffix == 0) return fail(invalid_range(header, size));
    if (size == 0) return std::nullopt;
    uint64_t length = std::min(*suffix, size);
    return ByteRange{size - length, length};
  }
  auto first = parse_position(first_text);
  auto last = last_text.empty() ? std::optional(UINT64_MAX) : parse_position(last_text);
  if (!first || !last || *last < *first) return std::nullopt;
  if (*first >= size) return fail(invalid_range(header, size));
  return ByteRange{*first, std::min(*last, size - 1) - *first + 1};
}

}  // namespace cloudemu::s3
