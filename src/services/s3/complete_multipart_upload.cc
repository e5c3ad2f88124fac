// https://docs.aws.amazon.com/AmazonS3/latest/API/API_CompleteMultipartUpload.html
//
// Order of checks: bucket, upload, document, conditions, parts (order, presence, size), checksums, announced size.
#include <algorithm>

#include "core/digest.h"
#include "core/encoding.h"
#include "core/strings.h"
#include "protocol/xml_reader.h"
#include "services/s3/conditions.h"
#include "services/s3/content.h"
#include "services/s3/customer_key.h"
#include "services/s3/errors.h"
#include "services/s3/guards.h"
#include "services/s3/lifecycle.h"
#include "services/s3/multipart.h"
#include "services/s3/operations.h"
#include "services/s3/reply.h"
#include "services/s3/settings/encryption.h"

namespace cloudemu::s3 {

namespace {

constexpr uint64_t kDocumentBytesMax = 2560 << 10;

/// A part as the client lists it.
struct ListedPart {
  int number = 0;
  std::string etag;
  std::vector<std::pair<std::string, std::string>> checksums;  ///< algorithm as the element spells it, value
};

AwsResult<std::vector<ListedPart>> parse_document(const Call& call) {
  constexpr std::string_view kChecksum = "Checksum";
  if (call.http.body.size() > kDocumentBytesMax) return fail(max_message_length_exceeded(kDocumentBytesMax));
  if (call.http.body.empty()) return fail(invalid_request("You must specify at least one part"));
  const Document& root = *call.document;
  if (!root || root->name != "CompleteMultipartUpload") return fail(malformed_xml());
  std::vector<ListedPart> parts;
  for (const xml::Element& element : root->children) {
    if (element.name != "Part") return fail(malformed_xml());
    auto number = parse_integer<int>(trim(element.child_text("PartNumber")));
    const xml::Element* etag = element.find("ETag");
    if (!number || !etag) return fail(malformed_xml());
    if (*number < 1) return fail(invalid_argument("PartNumber must be >= 1", "PartNumber", std::to_string(*number)));
    ListedPart& part = parts.emplace_back(ListedPart{.number = *number, .etag = etag->text});
    for (const xml::Element& child : element.children) {
      if (child.name.starts_with(kChecksum)) part.checksums.emplace_back(child.name.substr(kChecksum.size()), trim(child.text));
    }
  }
  if (parts.empty()) return fail(malformed_xml());
  if (parts.size() > static_cast<size_t>(kPartNumberMax)) {
    return fail(
        invalid_argument("Part number must be an integer between 1 and 10000, inclusive", "partNumber", std::to_string(parts.size())));
  }
  return parts;
}

std::string_view unquoted(std::string_view etag) {
  etag = trim(etag);
  if (etag.size() >= 2 && etag.front() == '"' && etag.back() == '"') return etag.substr(1, etag.size() - 2);
  return etag;
}

/// The uploaded parts that the client lists, in its order. Errors: InvalidPartOrder, InvalidPart, EntityTooSmall.
AwsResult<std::vector<Part>> choose_parts(const S3ReadModel& state, const Upload& upload, const std::vector<ListedPart>& listed) {
  auto later = [](const ListedPart& a, const ListedPart& b) { return a.number >= b.number; };
  if (std::adjacent_find(listed.begin(), listed.end(), later) != listed.end()) return fail(invalid_part_order(upload.upload));
  // Numbers that rise have no gaps if the last one says how many they are.
  bool has_gaps = static_cast<size_t>(listed.back().number) != listed.size();
  if (has_gaps && shows_part_checksums(upload)) return fail(invalid_part_order(upload.upload));
  std::vector<Part> chosen;
  auto uploaded = state.parts(upload.id, 0, kPartNumberMax);
  auto next = uploaded.begin();
  for (const ListedPart& part : listed) {
    next = std::find_if(next, uploaded.end(), [&](const UploadedPart& u) { return u.part.number >= part.number; });
    bool found = next != uploaded.end() && next->part.number == part.number && is_etag(part.etag, next->part.etag);
    if (!found) return fail(invalid_part(upload.upload, part.number, unquoted(part.etag)));
    chosen.push_back(next->part);
  }
  for (size_t i = 0; i + 1 < chosen.size(); ++i) {
    const Part& part = chosen[i];
    if (part.size < kPartBytesMin) return fail(part_too_small(part.size, kPartBytesMin, part.number, part.etag));
  }
  return chosen;
}

/// A composite checksum is only as good as the client's list of its parts': it must name each.
AwsResult<void> check_part_checksums(const Upload& upload, const std::vector<ListedPart>& listed, const std::vector<Part>& parts) {
  if (!shows_part_checksums(upload)) return {};
  std::string algorithm = lower(upload.checksum_algorithm);
  for (size_t i = 0; i < listed.size(); ++i) {
    auto same = [&](const auto& checksum) { return equals_ignoring_case(checksum.first, algorithm); };
    auto given = std::find_if(listed[i].checksums.begin(), listed[i].checksums.end(), same);
    auto other =
        std::find_if(listed[i].checksums.begin(), listed[i].checksums.end(), [&](const auto& checksum) { return !same(checksum); });
    if (other != listed[i].checksums.end()) return fail(bad_part_digest(lower(other->first), listed[i].number));
    if (given == listed[i].checksums.end()) {
      if (upload.checksum_type != kComposite) continue;
      return fail(invalid_request(concat("The upload was created using a ", algorithm,
                                         " checksum. The complete request must include the checksum for each part. It was missing "
                                         "for part ",
                                         listed[i].number, " in the request.")));
    }
    if (given->second != parts[i].checksum) return fail(invalid_part(upload.upload, listed[i].number, unquoted(listed[i].etag)));
  }
  return {};
}

/// MD5 of what the parts' ETags stand for, their MD5s as a rule, and how many they are.
std::string multipart_etag(const std::vector<Part>& parts) {
  std::string md5s;
  for (const Part& part : parts) md5s += unhex(part.etag).value_or("");
  return concat(hex(md5(md5s)), '-', parts.size());
}

Checksum object_checksum(const Upload& upload, const std::vector<Part>& parts) {
  DigestKind kind = part_algorithm(upload);
  std::string name(algorithm_name(kind));
  if (upload.checksum_type == kComposite) {
    std::string raw;
    for (const Part& part : parts) raw += unbase64(part.checksum).value_or("");
    return {name, std::string(kComposite), concat(base64(digest(kind, raw)), '-', parts.size())};
  }
  std::string combined = unbase64(parts.front().checksum).value_or("");
  for (size_t i = 1; i < parts.size(); ++i) {
    combined = combine_crc(kind, combined, unbase64(parts[i].checksum).value_or(""), parts[i].size);
  }
  return {name, std::string(kFullObject), base64(combined)};
}

/// What the client expects of the whole: x-amz-checksum-type, x-amz-checksum-*, x-amz-mp-object-size.
AwsResult<void> check_expectations(const Call& call, const Upload& upload, const Checksum& checksum, uint64_t size) {
  if (auto type = call.find_header("x-amz-checksum-type"); type && !equals_ignoring_case(*type, upload.checksum_type)) {
    return fail(invalid_request(concat("The upload was created using the ", upload.checksum_type.empty() ? "null" : upload.checksum_type,
                                       " checksum mode. The complete request must use the same checksum mode.")));
  }
  AwsResult<void> checked;
  call.for_each_header("x-amz-checksum-", [&](std::string_view name, std::string_view value) {
    auto kind = checksum_algorithm(name.substr(std::string_view("x-amz-checksum-").size()));
    if (!kind || !checked) return;
    std::string_view expected = checksum.value;
    if (value.find('-') == std::string_view::npos) expected = expected.substr(0, expected.find('-'));
    bool matches = algorithm_name(*kind) == checksum.algorithm && value == expected;
    if (!matches) checked = fail(bad_digest(lower(algorithm_name(*kind))));
  });
  TRY(std::move(checked));
  auto announced = call.find_header("x-amz-mp-object-size");
  if (!announced) return {};
  auto announced_size = parse_integer<int64_t>(*announced);
  if (!announced_size) return fail(invalid_request(concat("Value for x-amz-mp-object-size header is invalid: '", *announced, "'")));
  if (*announced_size < 0) {
    return fail(invalid_request(concat("Value for x-amz-mp-object-size header is less than zero: '", *announced, "'")));
  }
  if (static_cast<uint64_t>(*announced_size) != size) {
    return fail(invalid_request(
        concat("The provided 'x-amz-mp-object-size' header value ", *announced, " does not match what was computed: ", size)));
  }
  return {};
}

http::Response reply(const Call& call, std::string_view etag, const Checksum& checksum, const Encryption& encryption) {
  xml::Writer xml;
  xml.open("CompleteMultipartUploadResult", kXmlns).element("Location", object_url(call));
  xml.element("Bucket", call.bucket).element("Key", call.key).element("ETag", quoted(etag));
  xml.element(checksum_element(checksum.algorithm), checksum.value).element("ChecksumType", checksum.type).close();
  http::Response response = xml_reply(xml);
  set_encryption(response, encryption);
  return response;
}

/// A client that did not hear of its success asks again, and is told again: if it still lists the parts that made the object.
AwsResult<Outcome> completed_before(const S3ReadModel& state, const Bucket& bucket, const Call& call,
                                    const std::vector<ListedPart>& listed) {
  std::string_view id = call.query.get("uploadId");
  auto object = state.completed(bucket.id, call.key, id);
  if (!object) return fail(no_such_upload(id));
  auto parts = state.object_parts(object->id, 0, kPartNumberMax);
  auto same = [](const ListedPart& a, const ObjectPart& b) { return a.number == b.part.number && is_etag(a.etag, b.part.etag); };
  if (!std::equal(listed.begin(), listed.end(), parts.begin(), parts.end(), same)) return fail(no_such_upload(id));
  http::Response response = reply(call, object->etag, object->checksum, object->attributes.encryption);
  set_written_version_id(response, bucket, object->version);
  return outcome_of(std::move(response));
}

AwsResult<void> check_condition(const S3ReadModel& state, const Bucket& bucket, const Call& call, const Upload& upload) {
  auto condition = TRY(write_condition(call));
  if (!condition) return {};
  TRY(check_write_condition(*condition, call.key, state.current(bucket.id, call.key)));
  if (upload.disturbed) return fail(conditional_request_conflict(condition->header, call.key));
  return {};
}

}  // namespace

AwsResult<Outcome> complete_multipart_upload(const S3ReadModel& state, const Call& call) {
  const Bucket& bucket = *TRY(require_bucket(state, call));
  std::string_view id = call.query.get("uploadId");
  auto found = state.upload(bucket.id, id);
  if (!found && !state.completed(bucket.id, call.key, id)) return fail(no_such_upload(id));
  auto listed = TRY(parse_document(call));
  if (!found) return completed_before(state, bucket, call, listed);
  Upload upload = TRY(require_upload(state, bucket, call));
  // The key is of no use but to work out a checksum of what the parts hold; one that is brought must be the right one.
  bool needs_key = shows_part_checksums(upload) || call.has_header_with("x-amz-server-side-encryption-customer-");
  if (needs_key) TRY(check_part_key(call, upload));
  TRY(check_condition(state, bucket, call, upload));
  std::vector<Part> parts = TRY(choose_parts(state, upload, listed));
  TRY(check_part_checksums(upload, listed, parts));
  uint64_t size = 0;
  for (const Part& part : parts) size += part.size;
  if (size > kMultipartBytesMax) return fail(entity_too_large(size, kMultipartBytesMax));
  Checksum checksum = object_checksum(upload, parts);
  TRY(check_expectations(call, upload, checksum, size));

  // An object is not made of parts that cannot be read.
  DigestRequest request{.extents = extents_of(parts), .kinds = {}, .owner = object_name(call.bucket, call.key)};
  if (!digests_of(call, request)) return request;

  std::string etag = multipart_etag(parts);
  if (!shows_part_checksums(upload)) {
    for (Part& part : parts) part.checksum.clear();
  }
  http::Response response = reply(call, etag, checksum, upload.attributes.encryption);
  ObjectPut event{.bucket = call.bucket,
                  .key = call.key,
                  .version = new_version_id(bucket, call.entropy),
                  .size = size,
                  .etag = std::move(etag),
                  .modified_at = call.now,
                  .checksum = std::move(checksum),
                  .attributes = std::move(upload.attributes),
                  .tags = std::move(upload.tags),
                  .parts = std::move(parts),
                  .upload = upload.upload};
  set_written_version_id(response, bucket, event.version);
  set_expiration(response, bucket, ageing_of(event), call.lifecycle_day);
  Answer answer = outcome_of(std::move(event), std::move(response));
  answer.events.push_back(UploadEnded{.bucket = call.bucket, .upload = upload.upload, .completed = true});
  return answer;
}

}  // namespace cloudemu::s3
