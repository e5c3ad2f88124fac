#include "services/s3/upload_rules.h"

#include <algorithm>

#include "core/encoding.h"
#include "core/strings.h"
#include "services/s3/errors.h"
#include "services/s3/guards.h"
#include "services/s3/lifecycle.h"
#include "services/s3/object_headers.h"
#include "services/s3/reply.h"
#include "services/s3/settings/encryption.h"

namespace cloudemu::s3 {

namespace {

bool is_aws_chunked(const Call& call) { return call.http.header("x-amz-content-sha256").starts_with("STREAMING-"); }

/// The length of the payload, as announced.
std::optional<uint64_t> announced_size(const Call& call) {
  if (is_aws_chunked(call)) return parse_integer<uint64_t>(call.http.header("x-amz-decoded-content-length"));
  return call.http.content_length;
}

AwsResult<void> check_digests(const Call& call) {
  const UploadedBody& body = *call.body;
  if (auto hash = declared_content_sha256(call.http)) {
    std::string computed = hex(body.digest(DigestKind::sha256));
    if (computed != *hash) return fail(content_sha256_mismatch(*hash, std::move(computed)));
  }
  auto md5 = TRY(declared_md5(call.http));
  if (md5 && *md5 != body.digest(DigestKind::md5)) {
    // AWS shows the expected digest in hexadecimal on objects, as it came on parts.
    std::string expected = call.query.contains("uploadId") ? std::string(call.http.header("content-md5")) : hex(*md5);
    return fail(bad_md5(expected, base64(body.digest(DigestKind::md5))));
  }
  auto declared = TRY(declared_checksum(call));
  bool is_announced = declared && declared->in_trailer;
  if (!body.trailers.empty() && !is_announced) return fail(malformed_trailer());
  if (!declared) return {};
  std::string_view name = algorithm_name(declared->kind);
  if (declared->in_trailer) {
    std::string_view header = call.http.header("x-amz-trailer");
    bool as_announced = body.trailers.size() == 1 && body.trailers.front().first == header;
    if (!as_announced) return fail(malformed_trailer());
    auto raw = unbase64(body.trailers.front().second);
    if (!raw || raw->size() != digest_size(declared->kind)) {
      return fail(invalid_request(concat("Value for ", header, " trailing header is invalid.")));
    }
    declared->raw = std::move(*raw);
  }
  if (declared->raw != body.digest(declared->kind)) return fail(bad_digest(name));
  return {};
}

}  // namespace

AwsResult<void> check_upload_headers(const Call& call) {
  TRY(check_content_sha256(call.http));
  auto size = announced_size(call);
  if (!size && call.http.chunked && !is_aws_chunked(call)) return fail(header_not_supported("Transfer-Encoding"));
  if (!size) return fail(missing_content_length());
  if (*size > kUploadBytesMax) return fail(entity_too_large(*size, kUploadBytesMax));
  TRY(declared_md5(call.http));
  TRY(declared_checksum(call));
  return {};
}

UploadPlan upload_plan(const Call& call, std::optional<DigestKind> kept) {
  UploadPlan plan{.size = announced_size(call), .aws_chunked = is_aws_chunked(call), .size_max = kUploadBytesMax};
  auto add = [&](DigestKind kind) {
    if (std::find(plan.digests.begin(), plan.digests.end(), kind) == plan.digests.end()) plan.digests.push_back(kind);
  };
  if (kept) add(*kept);
  if (auto declared = declared_checksum(call); declared && *declared) {
    DeclaredChecksum& checksum = **declared;
    add(checksum.kind);
    if (checksum.in_trailer) plan.trailer.emplace(call.http.header("x-amz-trailer"), checksum.kind);
    else plan.expected.emplace_back(checksum.kind, std::move(checksum.raw));
  }
  if (auto md5 = declared_md5(call.http); md5 && *md5) plan.expected.emplace_back(DigestKind::md5, std::move(**md5));
  if (auto hash = declared_content_sha256(call.http)) {
    add(DigestKind::sha256);
    plan.expected.emplace_back(DigestKind::sha256, unhex(*hash).value_or(""));
  }
  return plan;
}

AwsResult<void> check_upload(const Call& call) {
  using Flaw = UploadedBody::Flaw;
  switch (call.body->flaw) {
    case Flaw::none: return check_digests(call);
    case Flaw::wrong_digest: TRY(check_digests(call)); return fail(bad_digest(algorithm_name(*call.body->wrong_digest)));
    case Flaw::malformed_chunks: return fail(incomplete_body());
    case Flaw::malformed_trailer: return fail(malformed_trailer());
    case Flaw::incomplete: break;
    case Flaw::small_chunk: return fail(invalid_chunk_size(call.body->small_chunk.next, call.body->small_chunk.bytes));
    case Flaw::bad_chunk_signature:
      return fail(AwsError{"SignatureDoesNotMatch", 403,
                           "The request signature we calculated does not match the signature you provided. Check your key and "
                           "signing method."});
    case Flaw::refused_form: return fail(access_denied());
    case Flaw::malformed_form: return fail(malformed_post_request());
    case Flaw::large_form: return fail(max_post_pre_data_length_exceeded(MultipartFormDecoder::kFieldsBytesMax));
    case Flaw::not_text: return fail(AwsError{"UnsupportedMediaType", 415, "The annotation payload is not valid UTF-8 encoded text."});
    case Flaw::too_large: return fail(entity_too_large(call.body->size, kUploadBytesMax));
    case Flaw::disk_full: return fail(service_unavailable());
    case Flaw::io: return fail(internal_error());
  }
  return fail(incomplete_body("You did not provide the number of bytes specified by the Content-Length HTTP header"));
}

std::vector<Piece> upload_content(const UploadedBody& body) {
  if (body.size == 0) return {};
  if (body.blob.empty()) return {Piece{.size = body.size, .bytes = {body.bytes}}};
  return {Piece{.blob = body.blob, .size = body.size}};
}

DigestKind kept_algorithm(const Call& call) {
  auto declared = declared_checksum(call);
  return declared && *declared ? (**declared).kind : kDefaultChecksum;
}

ObjectPut object_put(const Call& call, const Bucket& bucket, ObjectAttributes attributes, StringMap tags) {
  DigestKind kind = kept_algorithm(call);
  std::string etag = etag_of(call.body->digest(DigestKind::md5), attributes.encryption, call.entropy);
  return {.bucket = call.bucket,
          .key = call.key,
          .version = new_version_id(bucket, call.entropy),
          .size = call.body->size,
          .etag = std::move(etag),
          .modified_at = call.now,
          .checksum = {std::string(algorithm_name(kind)), std::string(kFullObject), base64(call.body->digest(kind))},
          .attributes = std::move(attributes),
          .tags = std::move(tags),
          .content = upload_content(*call.body)};
}

Answer stored_object(const Call& call, ObjectPut event, const Bucket& bucket, http::Response response) {
  set_encryption(response, event.attributes.encryption);
  set_encryption_context(response, call);
  set_written_version_id(response, bucket, event.version);
  set_checksum(response, event.checksum);
  response.set("ETag", quoted(event.etag));
  set_expiration(response, bucket, ageing_of(event), call.lifecycle_day);
  return outcome_of(std::move(event), std::move(response));
}

}  // namespace cloudemu::s3
