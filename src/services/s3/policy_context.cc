#include "services/s3/policy_context.h"

#include <algorithm>

#include "core/strings.h"
#include "core/time_format.h"
#include "protocol/xml_reader.h"
#include "services/s3/tags.h"

namespace cloudemu::s3 {

namespace {

using Values = iam::Context::Values;

/// Keys that stand for a query parameter of the same name.
constexpr std::string_view kParameters[] = {"delimiter", "max-keys", "prefix"};

constexpr std::string_view kEncryption = "x-amz-server-side-encryption", kEncryptionKey = "x-amz-server-side-encryption-aws-kms-key-id";

std::optional<Values> some(std::string value) { return Values{std::move(value)}; }

bool is_signed_in_query(const Call& call) { return call.presigned; }
bool is_version_2(const Call& call) {
  std::string_view authorization = call.http.header("authorization");
  return authorization.starts_with("AWS ") || call.query.contains("AWSAccessKeyId");
}

/// When the request was signed; nothing for what does not say.
std::optional<TimeMs> signed_at(const Call& call) {
  std::string_view date = call.header("x-amz-date");
  if (date.empty()) return parse_http_date(call.http.header("date"));
  return parse_iso8601(date);
}

/// Whether S3 knows the tags of what is there when it decides about an action: not for attributes, nor for what CopyObject reads.
bool knows_tags(const Call& call, std::string_view action) {
  if (action == "GetObjectAttributes" || action == "GetObjectVersionAttributes") return false;
  bool is_read = action == "GetObject" || action == "GetObjectVersion";
  bool is_copy = call.http.method == "PUT" && call.find_header("x-amz-copy-source") && !call.query.contains("uploadId");
  return !(is_read && is_copy);
}

/// The tags that the request is to give an object.
StringMap request_tags(const Call& call) {
  if (!call.query.contains("tagging")) return parse_tag_header(call.header("x-amz-tagging")).value_or(StringMap());
  return call.document ? parse_tagging(*call.document, Tagged::object).value_or(StringMap()) : StringMap();
}

std::optional<Values> location_constraint(const Call& call) {
  if (!call.document) return std::nullopt;
  const Document& root = *call.document;
  if (!root || root->name != "CreateBucketConfiguration") return std::nullopt;
  std::string_view location = root->child_text("LocationConstraint");
  return location.empty() ? std::nullopt : some(std::string(location));
}

/// Whether a request makes an object at once; nothing for one that makes none.
std::optional<Values> creates_object(const Call& call, std::string_view action) {
  if (action != "PutObject") return std::nullopt;
  bool is_part = call.query.contains("uploadId") && call.http.method == "PUT";
  return some(is_part || call.query.contains("uploads") ? "false" : "true");
}

}  // namespace

std::optional<Values> PolicyContext::header(std::string_view name) const {
  auto value = call_.find_header(name);
  return value ? some(std::string(*value)) : std::nullopt;
}

std::optional<Values> PolicyContext::find_encryption(std::string_view name) const {
  auto sent = header(name);
  const std::string* id = call_.query.find("uploadId");
  if (sent || !id || !bucket_ || wish_.action != "PutObject") return sent;
  std::optional<Encryption> begun;
  if (auto upload = state_.upload(bucket_->id, *id)) begun = std::move(upload->attributes.encryption);
  else if (auto object = state_.completed(bucket_->id, wish_.key, *id)) begun = std::move(object->attributes.encryption);
  if (!begun || !begun->customer_key.empty()) return std::nullopt;
  if (name == kEncryption) return some(begun->algorithm.empty() ? "AES256" : std::move(begun->algorithm));
  bool has_key = name == kEncryptionKey && !begun->key.empty();
  return has_key ? some(std::move(begun->key)) : std::nullopt;
}

std::optional<Values> PolicyContext::find_signature(std::string_view name) const {
  if (call_.principal.access_key.empty()) return std::nullopt;
  bool is_form = !is_signed_in_query(call_) && !call_.http.find("authorization");
  if (name == "authtype") {
    return some(is_form ? "POST" : is_signed_in_query(call_) ? "REST-QUERY-STRING" : "REST-HEADER");
  }
  if (name == "signatureversion") return some(is_version_2(call_) ? "AWS" : "AWS4-HMAC-SHA256");
  // A signature in a header has no age: it is good for a few minutes anyhow.
  auto time = is_form || is_signed_in_query(call_) ? signed_at(call_) : std::nullopt;
  if (name == "signatureage" && time) return some(std::to_string(std::max<TimeMs>(now() - *time, 0)));
  return std::nullopt;
}

std::optional<Values> PolicyContext::find_lock(std::string_view name) const {
  constexpr std::string_view kRemaining = "object-lock-remaining-retention-days";
  if (name != kRemaining) return header(concat("x-amz-", name));
  auto until = parse_iso8601(call_.header("x-amz-object-lock-retain-until-date"));
  if (!until) return std::nullopt;
  return some(std::to_string((*until - now()) / kDayMs));
}

std::optional<Values> PolicyContext::find_tag(std::string_view name) const {
  constexpr std::string_view kExisting = "existingobjecttag/", kRequested = "requestobjecttag/";
  std::optional<std::string> value;
  if (name.starts_with(kRequested)) {
    value = iam::tag_value(request_tags(call_), name.substr(kRequested.size()));
  } else if (name.starts_with(kExisting) && bucket_ && !wish_.key.empty() && knows_tags(call_, wish_.action)) {
    auto object = wish_.version ? state_.version(bucket_->id, wish_.key, *wish_.version) : state_.current(bucket_->id, wish_.key);
    if (object) value = iam::tag_value(object->tags, name.substr(kExisting.size()));
  }
  return value ? some(std::move(*value)) : std::nullopt;
}

std::optional<Values> PolicyContext::find(std::string_view key) const {
  constexpr std::string_view kOwn = "s3:";
  if (!key.starts_with(kOwn)) return CallContext::find(key);
  std::string_view name = key.substr(kOwn.size());
  if (name == kEncryption || name == kEncryptionKey) return find_encryption(name);
  if (name.starts_with("x-amz-") || name == "if-match" || name == "if-none-match") return header(name);
  if (name.starts_with("object-lock-")) return find_lock(name);
  if (name == "versionid") return wish_.version ? some(std::string(*wish_.version)) : std::nullopt;
  if (name == "resourceaccount") return CallContext::find("aws:resourceaccount");
  if (name == "locationconstraint") return location_constraint(call_);
  if (name == "objectcreationoperation") return creates_object(call_, wish_.action);
  if (name == "requestobjecttagkeys") {
    Values keys;
    for (auto& [tag, value] : request_tags(call_)) keys.push_back(tag);
    return keys.empty() ? std::nullopt : std::optional(std::move(keys));
  }
  if (std::find(std::begin(kParameters), std::end(kParameters), name) != std::end(kParameters)) {
    const std::string* value = call_.query.find(name);
    if (!value && name == "prefix" && !wish_.prefix.empty()) return some(std::string(wish_.prefix));
    return value ? some(*value) : std::nullopt;
  }
  auto tag = find_tag(name);
  return tag ? tag : find_signature(name);
}

}  // namespace cloudemu::s3
