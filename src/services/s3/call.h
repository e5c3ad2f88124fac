#pragma once
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "core/entropy.h"
#include "projections/s3_read_model.h"
#include "projections/state.h"
#include "protocol/aws_error.h"
#include "protocol/uri.h"
#include "protocol/xml_reader.h"
#include "services/outcome.h"
#include "services/principal.h"
#include "services/s3/address.h"
#include "services/upload.h"

namespace cloudemu::iam {
class Judge;
}

namespace cloudemu::s3 {

/// A document that came as a body, or why it is none.
using Document = Result<xml::Element>;

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
  const State& everything;   ///< of all services: for services/targets.h alone
  const UploadedBody* body;  ///< of operations that take a streamed body; null in admit()
  const Digests* digests;    ///< what the last DigestRequest asked for, if there was one
  const Document* document;  ///< of operations that take one; null in admit()
  bool presigned;
  bool by_host;             ///< the bucket is named in the Host header
  bool legacy_acl = false;  ///< new buckets take ACLs and block no public access
  TimeMs lifecycle_day = kDayMs;
  const ClockHistory* clock = nullptr;  ///< what the virtual clock showed when; null: real time
  iam::Judge* judge = nullptr;          ///< null: policies are not evaluated

  /// A header of that lower-case name. In a presigned URL x-amz-* headers and conditions may stand as parameters, as SDKs put them there.
  std::optional<std::string_view> find_header(std::string_view name) const;
  /// Its value, or empty text.
  std::string_view header(std::string_view name) const { return find_header(name).value_or(std::string_view()); }
  /// Whether there is a header (or its stand-in) whose lower-case name begins with `prefix`: one look at each, for the many requests that
  /// have none.
  bool has_header_with(std::string_view prefix) const;
  /// Calls `visit(name, value)` for all headers (and their stand-ins) whose lower-case name begins with `prefix`.
  void for_each_header(std::string_view prefix, const std::function<void(std::string_view name, std::string_view value)>& visit) const;
};

/// Decides one operation: AWS's checks in AWS's order, then events and reply.
using Decide = AwsResult<Outcome> (*)(const S3ReadModel& state, const Call& call);
/// The checks that need no body, for an early refusal. Decide makes them again.
using Admit = AwsResult<void> (*)(const S3ReadModel& state, const Call& call);

}  // namespace cloudemu::s3
