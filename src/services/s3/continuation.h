#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "protocol/aws_error.h"

namespace cloudemu::s3 {

/// Where a listing goes on: behind the last name it showed.
struct Continuation {
  std::string name;
  bool is_prefix = false;  ///< a common prefix: everything under it is done with
};

/// An opaque token that survives restarts; read_continuation_token knows its own tokens from made-up ones.
std::string continuation_token(const Continuation& continuation);
std::optional<Continuation> read_continuation_token(std::string_view token);

AwsError incorrect_continuation_token();

}  // namespace cloudemu::s3
