#include "services/s3/checksum.h"

#include <algorithm>

#include "core/encoding.h"
#include "core/strings.h"
#include "core/word_list.h"
#include "services/s3/errors.h"
#include "services/s3/reply.h"

namespace cloudemu::s3 {

namespace {

struct Algorithm {
  std::string_view name;
  DigestKind kind;
};
constexpr Algorithm kAlgorithms[] = {
    {"CRC32", DigestKind::crc32},       {"CRC32C", DigestKind::crc32c},       {"CRC64NVME", DigestKind::crc64nvme},
    {"MD5", DigestKind::md5},           {"SHA1", DigestKind::sha1},           {"SHA256", DigestKind::sha256},
    {"SHA512", DigestKind::sha512},     {"XXHASH128", DigestKind::xxhash128}, {"XXHASH3", DigestKind::xxhash3},
    {"XXHASH64", DigestKind::xxhash64},
};
constexpr std::string_view kPrefix = "x-amz-checksum-";
constexpr std::string_view kContentSha256 = "x-amz-content-sha256";
constexpr std::string_view kUnsignedStream = "STREAMING-UNSIGNED-PAYLOAD-TRAILER";
/// The words that stand in x-amz-content-sha256 instead of a hash.
constexpr std::string_view kPayloadWords[] = {"UNSIGNED-PAYLOAD",
                                              kUnsignedStream,
                                              "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
                                              "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER",
                                              "STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD",
                                              "STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD-TRAILER"};

bool is_sha256(std::string_view hash) { return is_hex_of(hash, 32); }

AwsError unsupported_algorithm() {
  std::string names;
  for (const Algorithm& algorithm : kAlgorithms) append(names, names.empty() ? "" : ", ", algorithm.name);
  return invalid_request(concat("Checksum algorithm provided is unsupported. Please try again with any of the valid types: [", names, "]"));
}

AwsError invalid_header_value(std::string_view header) { return invalid_request(concat("Value for ", header, " header is invalid.")); }

AwsError multiple_checksums() {
  return invalid_request("Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.");
}

/// These begin like a checksum but are none.
bool is_checksum_option(std::string_view name) {
  return name == "x-amz-checksum-type" || name == "x-amz-checksum-algorithm" || name == "x-amz-checksum-mode";
}

AwsResult<std::optional<DeclaredChecksum>> in_header(const Call& call) {
  std::string name, value;
  std::optional<DigestKind> kind;
  int count = 0;
  bool has_unknown = false;
  call.for_each_header(kPrefix, [&](std::string_view header, std::string_view text) {
    if (is_checksum_option(header)) return;
    ++count;
    name = header;
    value = text;
    kind = checksum_algorithm(header.substr(kPrefix.size()));
    has_unknown = has_unknown || !kind;
  });
  if (count == 0) return std::nullopt;
  if (has_unknown) return fail(invalid_request("The algorithm type you specified in x-amz-checksum- header is invalid."));
  if (count > 1) return fail(multiple_checksums());
  auto raw = unbase64(value);
  if (!raw || raw->size() != digest_size(*kind)) return fail(invalid_header_value(name));
  return DeclaredChecksum{*kind, std::move(*raw), false};
}

AwsResult<std::optional<DeclaredChecksum>> in_trailer(const Call& call) {
  std::string_view trailer = call.http.header("x-amz-trailer");
  if (trailer.empty()) return std::nullopt;
  auto kind = trailer.starts_with(kPrefix) ? checksum_algorithm(trailer.substr(kPrefix.size())) : std::nullopt;
  if (!kind) return fail(invalid_request("The value specified in the x-amz-trailer header is not supported"));
  return DeclaredChecksum{*kind, {}, true};
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

bool is_crc(DigestKind kind) { return kind == DigestKind::crc32 || kind == DigestKind::crc32c || kind == DigestKind::crc64nvme; }

AwsResult<std::optional<DeclaredChecksum>> declared_checksum(const Call& call) {
  auto header = TRY(in_header(call));
  auto trailer = TRY(in_trailer(call));
  if (header && trailer) return fail(invalid_request("Expecting a single x-amz-checksum- header"));
  auto declared = header ? std::move(header) : std::move(trailer);
  auto sdk_algorithm = call.find_header("x-amz-sdk-checksum-algorithm");
  if (!sdk_algorithm || sdk_algorithm->empty()) return declared;
  auto kind = checksum_algorithm(*sdk_algorithm);
  if (!kind) return fail(unsupported_algorithm());
  if (!declared) {
    return fail(invalid_request(
        "x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-* or x-amz-trailer headers were found."));
  }
  if (*kind != declared->kind) return fail(invalid_header_value("x-amz-sdk-checksum-algorithm"));
  return declared;
}

AwsResult<bool> has_digest(const Call& call) { return call.http.find("content-md5") || TRY(declared_checksum(call)); }

AwsResult<std::optional<DigestKind>> requested_algorithm(const Call& call) {
  auto name = call.find_header("x-amz-checksum-algorithm");
  if (!name) return std::nullopt;
  auto kind = checksum_algorithm(*name);
  if (!kind) return fail(unsupported_algorithm());
  return kind;
}

AwsResult<std::optional<std::string>> declared_md5(const http::Request& http) {
  auto header = http.find("content-md5");
  if (!header) return std::nullopt;
  auto raw = unbase64(*header);
  if (!raw || raw->size() != digest_size(DigestKind::md5)) return fail(invalid_digest(*header));
  return raw;
}

std::optional<std::string_view> declared_content_sha256(const http::Request& http) {
  std::string_view hash = http.header(kContentSha256);
  return is_sha256(hash) ? std::optional(hash) : std::nullopt;
}

AwsResult<bool> check_content_sha256(const http::Request& http) {
  auto hash = http.find(kContentSha256);
  if (!hash) return false;
  if (is_sha256(*hash)) return true;
  if (contains(kPayloadWords, *hash)) return false;
  std::string words;
  for (std::string_view word : kPayloadWords) append(words, words.empty() ? "" : ", ", word);
  return fail(invalid_argument(concat("x-amz-content-sha256 must be ", words, " or a valid sha256 value."), kContentSha256, *hash));
}

bool is_unsigned_stream(const http::Request& http) { return http.header(kContentSha256) == kUnsignedStream; }

AwsResult<void> check_document_hashes(const http::Request& http) {
  std::string_view document = http.body;
  if (auto hash = declared_content_sha256(http)) {
    std::string computed = hex(sha256(document));
    if (computed != *hash) return fail(content_sha256_mismatch(*hash, std::move(computed)));
  }
  if (auto expected = TRY(declared_md5(http))) {
    std::string computed = md5(document);
    if (computed != *expected) return fail(bad_md5(http.header("content-md5"), base64(computed)));
  }
  return {};
}

AwsResult<void> check_document_checksum(const Call& call) {
  auto declared = TRY(declared_checksum(call));
  if (declared && !declared->in_trailer && digest(declared->kind, call.http.body) != declared->raw) {
    return fail(bad_digest(algorithm_name(declared->kind)));
  }
  return {};
}

void set_checksum(http::Response& response, const Checksum& checksum) {
  response.set(checksum_header(checksum.algorithm), checksum.value);
  if (!checksum.type.empty()) response.set("x-amz-checksum-type", checksum.type);
}

}  // namespace cloudemu::s3
