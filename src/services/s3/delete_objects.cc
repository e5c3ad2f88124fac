// https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html
#include <algorithm>
#include <set>

#include "core/strings.h"
#include "protocol/xml_reader.h"
#include "services/s3/authorise.h"
#include "services/s3/checksum.h"
#include "services/s3/conditions.h"
#include "services/s3/delete_object.h"
#include "services/s3/errors.h"
#include "services/s3/guards.h"
#include "services/s3/object_lock.h"
#include "services/s3/operations.h"
#include "services/s3/reply.h"

namespace cloudemu::s3 {

namespace {

constexpr size_t kKeysMax = 1000;
constexpr uint64_t kDocumentBytesMax = 2000 << 10;

struct Target {
  std::string key;
  std::optional<std::string> version, etag;
};

struct Request {
  std::vector<Target> targets;
  bool quiet = false;
};

/// Each element once, in any order. The conditions on size and time of the API are directory buckets' alone: here no schema knows them.
AwsResult<Target> parse_target(const xml::Element& object) {
  std::optional<std::string> key;
  Target target;
  for (const xml::Element& element : object.children) {
    auto* field = element.name == "Key"         ? &key
                  : element.name == "VersionId" ? &target.version
                  : element.name == "ETag"      ? &target.etag
                                                : nullptr;
    if (!field || field->has_value()) return fail(malformed_xml());
    *field = element.text;
  }
  if (!key) return fail(malformed_xml());
  target.key = std::move(*key);
  return target;
}

AwsResult<Request> parse(const Document& root) {
  if (!root || root->name != "Delete") return fail(malformed_xml());
  Request request;
  bool has_quiet = false;
  for (const xml::Element& element : root->children) {
    if (element.name == "Quiet" && !has_quiet) {
      has_quiet = true;
      request.quiet = equals_ignoring_case(trim(element.text), "true");
      continue;
    }
    if (element.name != "Object") return fail(malformed_xml());
    request.targets.push_back(TRY(parse_target(element)));
  }
  const auto& targets = request.targets;
  if (targets.empty() || targets.size() > kKeysMax) return fail(malformed_xml());
  if (std::any_of(targets.begin(), targets.end(), [](const Target& target) { return target.key.empty(); })) return fail(no_key_named());
  for (const Target& target : targets) TRY(check_key_size(target.key));
  return request;
}

/// The checks that DeleteObject makes for all, made for one key: what fails here is that key's error only.
AwsResult<void> check_target(const S3ReadModel& state, const Call& call, const Bucket& bucket, const Target& target) {
  if (call.judge) {
    Wish wish{.action = target.version ? "DeleteObjectVersion" : "DeleteObject", .key = target.key};
    if (target.version) wish.version = *target.version;
    TRY(require_access(state, call, bucket, wish));
    if (equals_ignoring_case(call.header("x-amz-bypass-governance-retention"), "true")) {
      wish.action = "BypassGovernanceRetention";
      TRY(require_access(state, call, bucket, wish));
    }
  }
  if (target.version) {
    // What is gone already is deleted; what never was is an error.
    bool never_was = !state.version(bucket.id, target.key, *target.version) && !may_have_given(bucket, *target.version);
    if (never_was || !check_version_id(bucket, *target.version)) return fail(no_such_version(target.key, *target.version));
  }
  if (target.version) TRY(check_deletable(state, bucket, call, target.key, *target.version));
  if (!target.etag) return {};
  auto current = state.current(bucket.id, target.key);
  if (!current || current->marker) return fail(no_such_key(target.key));
  if (*target.etag != "*" && !is_etag(*target.etag, current->etag)) return fail(precondition_failed("If-Match"));
  return {};
}

void write_error(xml::Writer& xml, const Target& target, const AwsError& error) {
  xml.open("Error").element("Key", target.key);
  if (target.version) xml.element("VersionId", *target.version);
  xml.element("Code", error.code).element("Message", error.message).close();
}

void write_deleted(xml::Writer& xml, const Target& target, const Deletion& deletion) {
  xml.open("Deleted").element("Key", target.key);
  if (target.version) xml.element("VersionId", *target.version);
  if (deletion.made_marker || deletion.was_marker) {
    xml.element("DeleteMarker", true).element("DeleteMarkerVersionId", *deletion.version);
  }
  xml.close();
}

}  // namespace

AwsResult<Outcome> delete_objects(const S3ReadModel& state, const Call& call) {
  const Bucket& bucket = *TRY(require_bucket(state, call));
  if (call.http.body.size() > kDocumentBytesMax) return fail(max_message_length_exceeded(kDocumentBytesMax));
  if (!TRY(has_digest(call))) return fail(missing_digest(kAnyDigest));
  if (call.http.body.empty()) return fail(missing_request_body());
  Request request = TRY(parse(*call.document));
  TRY(check_governance_bypass(bucket, call));

  Answer answer;
  xml::Writer xml;
  xml.open("DeleteResult", kXmlns);
  // What is listed twice is deleted once and told once.
  std::set<std::pair<std::string_view, std::optional<std::string>>> seen;
  // The state does not change before the call is over: without a version id a key may name a version that went already.
  std::set<std::pair<std::string_view, std::string>> gone;
  for (const Target& target : request.targets) {
    if (!seen.emplace(target.key, target.version).second) continue;
    if (auto checked = check_target(state, call, bucket, target); !checked) {
      write_error(xml, target, checked.error());
      continue;
    }
    Deletion deletion = decide_deletion(state, bucket, call, target.key, target.version);
    bool is_removal = deletion.event && std::holds_alternative<VersionDeleted>(*deletion.event);
    if (is_removal && !gone.emplace(target.key, target.version.value_or(std::string(kNullVersion))).second) deletion.event.reset();
    if (deletion.event) answer.events.push_back(std::move(*deletion.event));
    if (!request.quiet) write_deleted(xml, target, deletion);
  }
  xml.close();
  answer.response = xml_reply(xml);
  return answer;
}

}  // namespace cloudemu::s3
