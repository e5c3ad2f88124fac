// https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html
//
// A copy is an object of its own that shares the blobs of its source: no byte is copied, but all are read once, since nothing damaged
// may be copied. Its ETag is that of an object put whole, also where the source was uploaded in parts.
#include "core/encoding.h"
#include "core/strings.h"
#include "services/s3/checksum.h"
#include "services/s3/conditions.h"
#include "services/s3/content.h"
#include "services/s3/copy_source.h"
#include "services/s3/errors.h"
#include "services/s3/guards.h"
#include "services/s3/lifecycle.h"
#include "services/s3/multipart.h"
#include "services/s3/object_annotation.h"
#include "services/s3/object_headers.h"
#include "services/s3/operations.h"
#include "services/s3/reply.h"
#include "services/s3/settings/encryption.h"
#include "services/s3/tags.h"

namespace cloudemu::s3 {

namespace {

constexpr std::string_view kRedirect = "x-amz-website-redirect-location";

enum class Directive { copy, replace };

/// "metadata" or "tagging".
AwsResult<Directive> parse_directive(const Call& call, std::string_view what) {
  std::string header = concat("x-amz-", what, "-directive");
  auto value = call.find_header(header);
  if (!value || *value == "COPY") return Directive::copy;
  if (*value == "REPLACE") return Directive::replace;
  return fail(invalid_argument(concat("Unknown ", what, " directive."), header, *value));
}

/// Storage class, website redirect, encryption, ACL, owner and lock are never copied.
AwsResult<ObjectAttributes> copied_attributes(const Call& call, const Bucket& bucket, const ObjectVersion& source) {
  ObjectAttributes requested = TRY(request_attributes(call, bucket));
  ObjectAttributes attributes = source.attributes;
  attributes.storage_class = std::move(requested.storage_class);
  attributes.encryption = std::move(requested.encryption);
  attributes.acl = std::move(requested.acl);
  attributes.owner = std::move(requested.owner);
  attributes.lock = std::move(requested.lock);
  attributes.restore.reset();
  attributes.replication.clear();
  std::erase_if(attributes.headers, [](const auto& header) { return header.first == kRedirect; });
  for (auto& header : requested.headers) {
    if (header.first == kRedirect) attributes.headers.push_back(std::move(header));
  }
  return attributes;
}

/// An object may be copied onto itself only to change something about it.
AwsResult<void> check_changes(const Call& call, const Bucket& bucket, const CopySource& source, Directive metadata) {
  bool onto_itself = source.bucket.name == call.bucket && source.object.key == call.key && !source.by_version;
  // Where a bucket says how to encrypt, the copy is encrypted anew.
  bool changes = metadata == Directive::replace || bucket.settings.value(BucketEncryption::kSetting);
  for (std::string_view header : {"x-amz-storage-class", "x-amz-server-side-encryption", "x-amz-server-side-encryption-customer-algorithm",
                                  "x-amz-website-redirect-location", "x-amz-checksum-algorithm"}) {
    changes = changes || call.find_header(header);
  }
  if (!onto_itself || changes) return {};
  return fail(invalid_request(
      "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, "
      "storage class, website redirect location or encryption attributes."));
}

http::Response reply(const Call& call, const ObjectPut& event, const CopySource& source, const Bucket& bucket) {
  xml::Writer xml;
  xml.open("CopyObjectResult", kXmlns).element("LastModified", xml_time(event.modified_at)).element("ETag", quoted(event.etag));
  xml.element("ChecksumType", event.checksum.type);
  xml.element(checksum_element(event.checksum.algorithm), event.checksum.value).close();
  http::Response response = xml_reply(xml);
  set_encryption(response, event.attributes.encryption);
  set_source_version_id(response, source);
  set_written_version_id(response, bucket, event.version);
  set_expiration(response, bucket, ageing_of(event), call.lifecycle_day);
  return response;
}

}  // namespace

AwsResult<Outcome> copy_object(const S3ReadModel& state, const Call& call) {
  TRY(refuse_body(call));
  TRY(refuse_part_number(call));
  const Bucket& bucket = *TRY(require_bucket(state, call));
  Directive metadata = TRY(parse_directive(call, "metadata"));
  Directive tagging = TRY(parse_directive(call, "tagging"));
  bool with_annotations = TRY(copies_annotations(call));
  TRY(check_object_headers(call, bucket));
  auto algorithm = TRY(requested_algorithm(call));
  auto condition = TRY(write_condition(call));
  CopySource source = TRY(require_copy_source(state, call));
  const ObjectVersion& object = source.object;
  if (object.size > kCopyBytesMax) {
    return fail(
        invalid_request(concat("The specified copy source is larger than the maximum allowable size for a copy source: ", kCopyBytesMax)));
  }
  TRY(check_changes(call, bucket, source, metadata));
  ObjectAttributes attributes =
      metadata == Directive::replace ? TRY(request_attributes(call, bucket)) : TRY(copied_attributes(call, bucket, object));
  StringMap tags = object.tags;
  if (tagging == Directive::replace) tags = TRY(parse_tag_header(call.header("x-amz-tagging")));
  if (condition) TRY(check_write_condition(*condition, call.key, state.current(bucket.id, call.key)));

  DigestKind kind = algorithm.value_or(checksum_algorithm(object.checksum.algorithm).value_or(kDefaultChecksum));
  auto known = known_md5(object);
  bool keeps_checksum = object.checksum.type == kFullObject && object.checksum.algorithm == algorithm_name(kind);
  DigestRequest request{
      .extents = extents_of(state, object, whole(object)), .kinds = {}, .owner = object_name(source.bucket.name, object.key)};
  if (!known) request.kinds.push_back(DigestKind::md5);
  if (!keeps_checksum && (known || kind != DigestKind::md5)) request.kinds.push_back(kind);
  auto digests = digests_of(call, request);
  if (!digests) return request;

  std::string etag = etag_of(known ? *known : digests->at(DigestKind::md5), attributes.encryption, call.entropy);
  ObjectPut event{.bucket = call.bucket,
                  .key = call.key,
                  .version = new_version_id(bucket, call.entropy),
                  .size = object.size,
                  .etag = std::move(etag),
                  .modified_at = call.now,
                  .checksum = object.checksum,
                  .attributes = std::move(attributes),
                  .tags = std::move(tags),
                  .content = pieces_of(request.extents)};
  if (!keeps_checksum) event.checksum = {std::string(algorithm_name(kind)), std::string(kFullObject), base64(digests->at(kind))};
  http::Response response = reply(call, event, source, bucket);
  set_encryption_context(response, call);
  // An object copied onto itself is a new one, whose annotations are those of the old one.
  std::vector<Event> annotations;
  if (with_annotations && event.attributes.encryption.customer_key.empty()) annotations = copied_annotations(state, object, event);
  Answer answer = outcome_of(std::move(event), std::move(response));
  std::move(annotations.begin(), annotations.end(), std::back_inserter(answer.events));
  return answer;
}

}  // namespace cloudemu::s3
