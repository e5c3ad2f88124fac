#include "services/s3/checksum.h"

#include <algorithm>

#include "core/encoding.h"
#include "core/strings.h"
#include "services/s3/errors.h"

namespace cloudemu::s3 {

namespace {

struct Algorithm {
  std::string_view name;
  DigestKind kind;
};
constexpr Algorithm kAlgorithms[] = {
    {"CRC32", DigestKind::crc32},         {"CRC32C", DigestKind::crc32c},       {"CRC64NVME", DigestKind::crc64nvme},
    {"MD5", DigestKind::md5},             {"SHA1", DigestKind::sha1},           {"SHA256", DigestKind::sha256},
    {"SHA512", DigestKind::sha512},       {"XXHASH128", DigestKind::xxhash128}, {"XXHASH3", DigestKind::xxhash3},
    {"XXHASH64", DigestKind::xxhash64},
};
constexpr std::string_view kPrefix = "x-amz-checksum-";

struct Declared {
  DigestKind kind;
  std::string value;
  bool in_trailer;
};

/// The checksum that the client announced, in a header or a trailer.
std::optional<Declared> declared_checksum(const http::Request& request) {
  for (const http::Header& header : request.headers) {
    if (!header.name.starts_with(kPrefix)) continue;
    if (auto kind = checksum_algorithm(header.name.substr(kPrefix.size()))) {
      return Declared{*kind, std::string(header.value), false};
    }
  }
  std::string_view trailer = request.header("x-amz-trailer");
  if (!trailer.starts_with(kPrefix)) return std::nullopt;
  auto kind = checksum_algorithm(trailer.substr(kPrefix.size()));
  if (!kind) return std::nullopt;
  return Declared{*kind, {}, true};
}

}  // namespace

std::optional<DigestKind> checksum_algorithm(std::string_view name) {
  for (const Algorithm& algorithm : kAlgorithms) {
    if (equals_ignoring_case(algorithm.name, name)) return algorithm.kind;
  }
  return std::nullopt;
}

std::string_view algorithm_name(DigestKind kind) {
  for (const Algorithm& algorithm : kAlgorithms) {
    if (algorithm.kind == kind) return algorithm.name;
  }
  return {};
}

UploadPlan upload_plan(const http::Request& request, uint64_t size_max) {
  UploadPlan plan{.size = request.content_length, .size_max = size_max};
  std::string_view hash = request.header("x-amz-content-sha256");
  plan.aws_chunked = hash.starts_with("STREAMING-");
  if (auto decoded = parse_integer<uint64_t>(request.header("x-amz-decoded-content-length"))) plan.size = *decoded;
  auto declared = declared_checksum(request);
  plan.digests.push_back(declared ? declared->kind : DigestKind::crc64nvme);
  if (declared && declared->in_trailer) plan.trailer.emplace(request.header("x-amz-trailer"), declared->kind);
  else if (declared) plan.expected.emplace_back(declared->kind, unbase64(declared->value).value_or(""));
  bool signed_payload = hash.size() == 64;
  if (signed_payload && plan.digests.front() != DigestKind::sha256) plan.digests.push_back(DigestKind::sha256);
  return plan;
}

AwsResult<void> check_upload(const http::Request&, const UploadedBody& body) {
  using Flaw = UploadedBody::Flaw;
  switch (body.flaw) {
    case Flaw::none: return {};
    case Flaw::disk_full: return fail(service_unavailable());
    case Flaw::wrong_digest: return fail(bad_digest(algorithm_name(*body.wrong_digest)));
    default: return fail(incomplete_body());
  }
}

Checksum stored_checksum(const http::Request& request, const UploadedBody& body) {
  auto declared = declared_checksum(request);
  DigestKind kind = declared ? declared->kind : DigestKind::crc64nvme;
  return Checksum{std::string(algorithm_name(kind)), "FULL_OBJECT", base64(body.digest(kind))};
}

}  // namespace cloudemu::s3
