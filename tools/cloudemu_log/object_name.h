#pragma once
#include <string>
#include <string_view>

#include "core/result.h"

namespace cloudemu::tool {

/// "s3://photos/cat.jpg"
struct ObjectName {
  std::string bucket, key;
};

/// Error: Errc::bad_input for what does not begin with s3:// and a bucket. The key may be empty.
Result<ObjectName> parse_object_name(std::string_view text);

}  // namespace cloudemu::tool
