#include "services/s3/real_headers.h"

#include <algorithm>

#include "core/strings.h"
#include "services/find_by_name.h"
#include "services/s3/errors.h"

namespace cloudemu::s3 {

namespace {

struct OperationHeaders {
  std::string_view name;
  std::string_view headers;  ///< a blank before and after each
};

constexpr OperationHeaders kOperations[] = {
#include "services/s3/real_headers.inc"
};

/// Headers that some operations look at and others need not, and those that ask for nothing: who pays, whether one is sure, a device that
/// nobody was told to want. Those with a prefix are looked at whatever follows.
constexpr std::string_view kKnown[] = {
    "x-amz-acl",
    "x-amz-bucket-object-lock-enabled",
    "x-amz-bucket-object-lock-token",
    "x-amz-bypass-governance-retention",
    "x-amz-confirm-remove-self-bucket-access",
    "x-amz-content-sha256",
    "x-amz-date",
    "x-amz-expected-bucket-owner",
    "x-amz-if-match-initiated-time",
    "x-amz-if-match-last-modified-time",
    "x-amz-if-match-size",
    "x-amz-max-parts",
    "x-amz-metadata-directive",
    "x-amz-mfa",
    "x-amz-mp-object-size",
    "x-amz-object-annotation-directive",
    "x-amz-object-attributes",
    "x-amz-object-if-match",
    "x-amz-object-lock-legal-hold",
    "x-amz-object-lock-mode",
    "x-amz-object-lock-retain-until-date",
    "x-amz-object-ownership",
    "x-amz-optional-object-attributes",
    "x-amz-part-number-marker",
    "x-amz-request-payer",
    "x-amz-sdk-checksum-algorithm",
    "x-amz-security-token",
    "x-amz-skip-destination-validation",
    "x-amz-source-expected-bucket-owner",
    "x-amz-storage-class",
    "x-amz-tagging",
    "x-amz-tagging-directive",
    "x-amz-transition-default-minimum-object-size",
    "x-amz-website-redirect-location",
    "x-amz-write-offset-bytes",
};
constexpr std::string_view kKnownPrefixes[] = {"x-amz-checksum-", "x-amz-copy-source", "x-amz-grant-", "x-amz-meta-",
                                               "x-amz-server-side-encryption"};

bool is_known(std::string_view name) {
  return std::binary_search(std::begin(kKnown), std::end(kKnown), name) ||
         std::any_of(std::begin(kKnownPrefixes), std::end(kKnownPrefixes), [&](auto prefix) { return name.starts_with(prefix); });
}

}  // namespace

AwsResult<void> refuse_unbuilt_headers(const Call& call, std::string_view operation) {
  AwsResult<void> result;
  call.for_each_header("x-amz-", [&](std::string_view name, std::string_view) {
    if (!result || is_known(name)) return;
    const OperationHeaders* real = find_by_name(kOperations, operation);
    if (!real || real->headers.find(concat(' ', name, ' ')) == std::string_view::npos) return;
    result = fail(header_not_implemented(name));
  });
  return result;
}

}  // namespace cloudemu::s3
