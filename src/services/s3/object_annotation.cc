// https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObjectAnnotation.html, API_GetObjectAnnotation.html,
// API_ListObjectAnnotations.html, API_DeleteObjectAnnotation.html
//
// Order of checks: bucket, name, the body's headers, object, its ETag, its key, the number of annotations, body. Which characters beyond
// ASCII are letters is not looked at: a name may have any of them.
#include "services/s3/object_annotation.h"

#include <algorithm>

#include "core/encoding.h"
#include "core/strings.h"
#include "core/time_format.h"
#include "services/s3/checksum.h"
#include "services/s3/conditions.h"
#include "services/s3/content.h"
#include "services/s3/continuation.h"
#include "services/s3/errors.h"
#include "services/s3/guards.h"
#include "services/s3/listing.h"
#include "services/s3/object_lock.h"
#include "services/s3/operations.h"
#include "services/s3/reply.h"
#include "services/s3/settings/encryption.h"
#include "services/s3/upload_rules.h"

namespace cloudemu::s3 {

namespace {

/// https://docs.aws.amazon.com/AmazonS3/latest/userguide/annotations-overview.html
constexpr size_t kNameBytesMax = 512;
constexpr uint64_t kAnnotationBytesMax = 1 << 20;
constexpr std::string_view kReserved[] = {"aws", "s3"};
constexpr std::string_view kLimit = "max-annotation-results";
constexpr std::string_view kCondition = "x-amz-object-if-match";

AwsError invalid_annotation_name() { return {"InvalidAnnotationName", 400, "The annotation name you provided is invalid."}; }
AwsError no_such_annotation(std::string_view name) {
  return AwsError{"NoSuchAnnotation", 404, "The specified annotation does not exist."}.with("AnnotationName", std::string(name));
}

bool is_name_character(char c) { return static_cast<unsigned char>(c) >= 0x80 || is_alnum(c) || c == '_' || c == '.' || c == '-'; }

AwsResult<std::string_view> requested_name(const Call& call) {
  std::string_view name = call.query.get("annotationName");
  if (name.empty()) return fail(AwsError{"UserAnnotationNameMustBeSpecified", 400, "You must specify a user annotation name."});
  if (name.size() > kNameBytesMax) return fail(AwsError{"AnnotationNameTooLong", 400, "The annotation name exceeds 512 bytes."});
  bool is_valid = is_utf8(name) && std::all_of(name.begin(), name.end(), is_name_character);
  for (std::string_view reserved : kReserved) is_valid = is_valid && !starts_with_ignoring_case(name, reserved);
  if (!is_valid) return fail(invalid_annotation_name());
  return name;
}

/// The version that is meant, if it still is what the client takes it for.
AwsResult<ObjectVersion> require_annotated(const S3ReadModel& state, const Bucket& bucket, const Call& call) {
  ObjectVersion object = TRY(require_object(state, bucket, call));
  auto etag = call.find_header(kCondition);
  if (etag && !is_etag(*etag, object.etag)) return fail(precondition_failed(kCondition));
  return object;
}

/// The version, if it may have an annotation of that name written to it.
AwsResult<ObjectVersion> require_annotatable(const S3ReadModel& state, const Bucket& bucket, const Call& call, std::string_view name) {
  TRY(check_upload_headers(call));
  ObjectVersion object = TRY(require_annotated(state, bucket, call));
  if (!object.attributes.encryption.customer_key.empty()) {
    return fail(invalid_request("Annotations are not supported for objects that are encrypted with customer-provided keys (SSE-C)."));
  }
  if (state.annotation_count(object.id) < kAnnotationsMax || state.annotation(object.id, name)) return object;
  return fail(AwsError{"AnnotationLimitExceeded", 400, "The request would exceed the maximum number of annotations allowed per object."});
}

void set_object_version(http::Response& response, const Bucket& bucket, const ObjectVersion& object) {
  if (bucket.versioning != Versioning::never) response.set("x-amz-object-version-id", object.version);
}

/// How many annotations a page is to have.
AwsResult<int64_t> requested_limit(const Call& call) {
  std::string_view text = call.query.get(kLimit);
  if (text.empty()) return kPageMax;
  auto limit = parse_integer<int64_t>(text);
  if (!limit) return fail(not_an_integer(kLimit, text));
  if (*limit >= 1 && *limit <= kPageMax) return *limit;
  return fail(invalid_argument(concat("Argument ", kLimit, " must be an integer between 1 and ", kPageMax), kLimit, text));
}

/// A name has up to 512 bytes, an entry some 250 more.
void write_entry(xml::Writer& xml, const Annotation& annotation) {
  xml.open("AnnotationEntry").element("AnnotationName", annotation.name);
  xml.element("LastModified", xml_time(annotation.modified_at)).element("ETag", quoted(annotation.etag));
  xml.element("ChecksumAlgorithm", annotation.checksum.algorithm);
  xml.element("Size", annotation.size).close();
}

}  // namespace

AwsResult<void> admit_put_object_annotation(const S3ReadModel& state, const Call& call) {
  const Bucket& bucket = *TRY(require_bucket(state, call));
  std::string_view name = TRY(requested_name(call));
  TRY(require_annotatable(state, bucket, call, name));
  return {};
}

UploadPlan plan_put_object_annotation(const S3ReadModel&, const Call& call) {
  UploadPlan plan = upload_plan(call, kept_algorithm(call));
  plan.size_max = kAnnotationBytesMax;
  plan.is_text = true;
  return plan;
}

AwsResult<Outcome> put_object_annotation(const S3ReadModel& state, const Call& call) {
  const Bucket& bucket = *TRY(require_bucket(state, call));
  std::string_view name = TRY(requested_name(call));
  ObjectVersion object = TRY(require_annotatable(state, bucket, call, name));
  if (call.body->size > kAnnotationBytesMax) return fail(entity_too_large(call.body->size, kAnnotationBytesMax));
  TRY(check_upload(call));
  if (call.body->size == 0) return fail(invalid_request("The annotation payload must have at least 1 byte."));

  DigestKind kind = kept_algorithm(call);
  Annotation annotation{.name = std::string(name),
                        .size = call.body->size,
                        .etag = hex(call.body->digest(DigestKind::md5)),
                        .modified_at = call.now,
                        .checksum = {std::string(algorithm_name(kind)), std::string(kFullObject), base64(call.body->digest(kind))},
                        .content = upload_content(*call.body)};
  xml::Writer xml;
  xml.open("PutObjectAnnotationOutput", kXmlns).element("Key", call.key).element("AnnotationName", annotation.name).close();
  http::Response response = xml_reply(xml);
  set_object_version(response, bucket, object);
  set_encryption(response, object.attributes.encryption);
  set_checksum(response, annotation.checksum);
  response.set("ETag", quoted(annotation.etag));
  return outcome_of(
      ObjectAnnotationPut{.bucket = call.bucket, .key = call.key, .version = object.version, .annotation = std::move(annotation)},
      std::move(response));
}

AwsResult<Outcome> get_object_annotation(const S3ReadModel& state, const Call& call) {
  const Bucket& bucket = *TRY(require_bucket(state, call));
  std::string_view name = TRY(requested_name(call));
  ObjectVersion object = TRY(require_object(state, bucket, call));
  auto annotation = state.annotation(object.id, name);
  if (!annotation) return fail(no_such_annotation(name));

  Answer answer;
  http::Response& response = answer.response;
  response.set("Content-Type", "binary/octet-stream").set("ETag", quoted(annotation->etag));
  response.set("Last-Modified", http_date(annotation->modified_at));
  set_object_version(response, bucket, object);
  set_encryption(response, object.attributes.encryption);
  if (equals_ignoring_case(call.header("x-amz-checksum-mode"), "ENABLED")) set_checksum(response, annotation->checksum);
  response.content_length = annotation->size;
  answer.body = extents_of(annotation->content);
  return answer;
}

AwsResult<Outcome> list_object_annotations(const S3ReadModel& state, const Call& call) {
  const Bucket& bucket = *TRY(require_bucket(state, call));
  std::string_view prefix = call.query.get("annotation-prefix");
  if (prefix.size() > kNameBytesMax || !is_utf8(prefix)) {
    return fail(AwsError{"InvalidPrefix", 400, "The annotation prefix you provided is invalid."});
  }
  const std::string* asked = call.query.find(kLimit);
  auto limit = static_cast<size_t>(TRY(requested_limit(call)));
  const std::string* token = call.query.find("continuation-token");
  auto after = token ? read_continuation_token(*token) : Continuation{};
  if (!after) return fail(incorrect_continuation_token());
  ObjectVersion object = TRY(require_object(state, bucket, call));
  auto page = state.annotations(object.id, prefix, after->name, limit + 1);
  bool is_truncated = page.size() > limit;
  if (is_truncated) page.pop_back();

  xml::Writer xml;
  xml.open("ListObjectAnnotationsOutput", kXmlns).open("Annotations");
  for (const Annotation& annotation : page) write_entry(xml, annotation);
  xml.close().element("Bucket", bucket.name).element("Key", call.key);
  if (!prefix.empty()) xml.element("AnnotationPrefix", prefix);
  if (asked) xml.element("MaxAnnotationResults", limit);
  xml.element("AnnotationCount", page.size());
  if (token) xml.element("ContinuationToken", *token);
  if (is_truncated && !page.empty()) xml.element("NextContinuationToken", continuation_token({.name = page.back().name}));
  xml.close();
  http::Response response = xml_reply(xml);
  set_object_version(response, bucket, object);
  return outcome_of(std::move(response));
}

AwsResult<Outcome> delete_object_annotation(const S3ReadModel& state, const Call& call) {
  const Bucket& bucket = *TRY(require_bucket(state, call));
  std::string_view name = TRY(requested_name(call));
  ObjectVersion object = TRY(require_annotated(state, bucket, call));
  TRY(check_deletable(state, bucket, call, call.key, object.version));
  http::Response response = no_content();
  set_object_version(response, bucket, object);
  if (!state.annotation(object.id, name)) return outcome_of(std::move(response));
  return outcome_of(ObjectAnnotationDeleted{.bucket = call.bucket, .key = call.key, .version = object.version, .name = std::string(name)},
                    std::move(response));
}

AwsResult<bool> copies_annotations(const Call& call) {
  constexpr std::string_view kDirective = "x-amz-object-annotation-directive";
  auto value = call.find_header(kDirective);
  if (!value || *value == "COPY") return true;
  if (*value == "EXCLUDE") return false;
  return fail(invalid_argument("Unknown annotation directive.", kDirective, *value));
}

std::vector<Event> copied_annotations(const S3ReadModel& state, const ObjectVersion& source, const ObjectPut& copy) {
  std::vector<Event> events;
  for (Annotation& annotation : state.annotations(source.id, {}, {}, kAnnotationsMax)) {
    annotation.modified_at = copy.modified_at;
    events.push_back(
        ObjectAnnotationPut{.bucket = copy.bucket, .key = copy.key, .version = copy.version, .annotation = std::move(annotation)});
  }
  return events;
}

}  // namespace cloudemu::s3
