#pragma once
#include <optional>
#include <string_view>

#include "projections/s3_read_model.h"
#include "protocol/http_message.h"
#include "services/environment.h"
#include "services/pending_call.h"

/// What a bucket's CORS rules come to for the pages that call.
namespace cloudemu::s3 {

/// What the rules of a bucket say to the page that a request says it comes from; nothing where there are none.
std::optional<PageAccess> cors_page_access(const S3ReadModel& state, std::string_view bucket, const http::Request& request,
                                           const Environment& environment);

}  // namespace cloudemu::s3
