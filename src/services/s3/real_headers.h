#pragma once
#include "services/s3/call.h"

namespace cloudemu::s3 {

/// Refuses a header that the operation really has at AWS, by its name, if nothing here looks at it. What AWS does not know it ignores, and
/// so do we; what asks for something must not be ignored.
AwsResult<void> refuse_unbuilt_headers(const Call& call, std::string_view operation);

}  // namespace cloudemu::s3
