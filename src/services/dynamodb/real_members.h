#pragma once
#include <string_view>

namespace cloudemu::dynamodb {

/// Whether a structure of AWS's own model ("CreateTableInput") has a member. What a request has beyond that AWS ignores, and so do we; what
/// is real but not built must never be ignored.
bool is_real_member(std::string_view structure, std::string_view member);

}  // namespace cloudemu::dynamodb
