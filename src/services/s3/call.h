#pragma once
#include <string>
#include <string_view>

#include "projections/s3_read_model.h"
#include "protocol/uri.h"
#include "services/call.h"
#include "services/s3/address.h"

namespace cloudemu::s3 {

/// What an S3 operation is asked.
struct Call {
  const http::Request& http;
  const QueryParameters& query;
  const std::string& bucket;
  const std::string& key;
  const Principal& principal;
  uint64_t request_id;
  TimeMs now;
  Entropy& entropy;
  const UploadedBody* body;  ///< of operations that take a streamed body; null in admit()

  std::string_view header(std::string_view name) const { return http.header(name); }
};

/// Decides one operation: AWS's checks in AWS's order, then events and reply.
using Decide = AwsResult<Outcome> (*)(const S3ReadModel& state, const Call& call);
/// The checks that need no body, for an early refusal. Decide makes them again.
using Admit = AwsResult<void> (*)(const S3ReadModel& state, const Call& call);

}  // namespace cloudemu::s3
