#pragma once
#include <memory>

#include "services/environment.h"
#include "services/pending_call.h"

/// Website endpoints of buckets: pages for browsers, in HTML, for everybody whom the bucket lets read.
/// https://docs.aws.amazon.com/AmazonS3/latest/userguide/WebsiteEndpoints.html
namespace cloudemu::s3 {

/// Understands a request to bucket.s3-website.HOST.
std::unique_ptr<PendingCall> open_website_call(const http::Request& request, const Environment& environment, uint64_t request_id);

}  // namespace cloudemu::s3
