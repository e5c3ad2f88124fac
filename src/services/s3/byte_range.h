#pragma once
#include <cstdint>
#include <optional>
#include <string_view>

#include "protocol/aws_error.h"

namespace cloudemu::s3 {

struct ByteRange {
  uint64_t begin = 0;
  uint64_t length = 0;

  bool operator==(const ByteRange&) const = default;
};

/// What a Range header asks for of `size` bytes. Nothing for a header that S3 ignores: several ranges, an end before the beginning,
/// or no range at all, or the last bytes of an empty object. Error: InvalidRange where no byte of it is there.
AwsResult<std::optional<ByteRange>> parse_range(std::string_view header, uint64_t size);

}  // namespace cloudemu::s3
