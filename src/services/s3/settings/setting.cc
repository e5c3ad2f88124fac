#include "services/s3/settings/setting.h"

#include "core/strings.h"
#include "services/s3/checksum.h"
#include "services/s3/continuation.h"
#include "services/s3/guards.h"
#include "services/s3/reply.h"

namespace cloudemu::s3 {

namespace {

/// https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListBucketInventoryConfigurations.html: "up to 100 ... at a time".
constexpr size_t kPageSize = 100;
/// Of each kind: https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketInventoryConfiguration.html
constexpr size_t kNumberedMax = 1000;

bool is_numbered(const Setting& setting) { return !setting.list_root.empty(); }

/// "inventory" of bucket "photos", and which one: `?id=`.
AwsResult<std::string> requested_id(const Setting& setting, const Call& call) {
  if (!is_numbered(setting)) return std::string();
  const std::string* id = call.query.find("id");
  if (!id || id->empty()) return fail(invalid_argument("Missing required parameter: id", "id", ""));
  return *id;
}

void write_element(xml::Writer& xml, const Setting& setting, std::string_view value, const Bucket& bucket, std::string_view attributes) {
  xml.open(setting.root, attributes);
  if (setting.write) setting.write(xml, value, bucket);
  xml.close();
}

http::Response render(const Setting& setting, std::string_view value, const Bucket& bucket) {
  if (setting.root.empty()) {
    http::Response response{.body = std::string(value)};
    response.set("Content-Type", "application/json");
    return response;
  }
  xml::Writer xml;
  write_element(xml, setting, value, bucket, kXmlns);
  return xml_reply(xml);
}

/// The value that a bucket answers, if any.
std::optional<std::string> find_value(const Setting& setting, const S3ReadModel& state, const Bucket& bucket, std::string_view id) {
  if (is_numbered(setting)) return state.setting(bucket.id, setting.name, id);
  if (const std::string* value = bucket.settings.value(setting.name)) return *value;
  bool is_missed = setting.can_be_missed && bucket.settings.was_removed(setting.name);
  if (!setting.otherwise || is_missed) return std::nullopt;
  return std::string(*setting.otherwise);
}

/// Whether there is anything that a removal takes away.
bool is_there(const Setting& setting, const S3ReadModel& state, const Bucket& bucket, std::string_view id) {
  if (is_numbered(setting)) return state.setting(bucket.id, setting.name, id).has_value();
  if (setting.can_be_missed) return !bucket.settings.was_removed(setting.name);
  return bucket.settings.value(setting.name) != nullptr;
}

Answer removal(const Setting& setting, const Call& call, std::string id, http::Response response) {
  return outcome_of(BucketSettingDeleted{.bucket = call.bucket, .setting = std::string(setting.name), .id = std::move(id)},
                    std::move(response));
}

}  // namespace

AwsResult<Outcome> put(const Setting& setting, const S3ReadModel& state, const Call& call) {
  const Bucket& bucket = *TRY(require_bucket(state, call));
  std::string id = TRY(requested_id(setting, call));
  if (call.http.body.size() > setting.bytes_max) return fail(max_message_length_exceeded(setting.bytes_max));
  if (!setting.digest.empty() && !TRY(has_digest(call))) return fail(missing_digest(setting.digest));
  auto value = TRY(setting.read({setting, state, call, bucket}));
  http::Response response{.status = setting.put_status};
  bool is_set = is_there(setting, state, bucket, id);
  if (!value) return is_set ? removal(setting, call, std::move(id), std::move(response)) : outcome_of(std::move(response));
  if (is_numbered(setting) && !is_set && state.setting_count(bucket.id, setting.name) >= kNumberedMax) {
    return fail(too_many_configurations());
  }
  return outcome_of(
      BucketSettingPut{.bucket = call.bucket, .setting = std::string(setting.name), .id = std::move(id), .value = std::move(*value)},
      std::move(response));
}

AwsResult<Outcome> get(const Setting& setting, const S3ReadModel& state, const Call& call) {
  const Bucket& bucket = *TRY(require_bucket(state, call));
  if (is_numbered(setting) && call.query.get("id").empty()) return list(setting, state, call);
  std::string id = TRY(requested_id(setting, call));
  auto value = find_value(setting, state, bucket, id);
  if (value) return outcome_of(render(setting, *value, bucket));
  if (is_numbered(setting)) return fail(no_such_configuration());
  return fail(no_such_bucket_setting(setting.absent_code, std::string(setting.absent_message), call.bucket));
}

AwsResult<Outcome> remove(const Setting& setting, const S3ReadModel& state, const Call& call) {
  const Bucket& bucket = *TRY(require_bucket(state, call));
  std::string id = TRY(requested_id(setting, call));
  if (is_there(setting, state, bucket, id)) return removal(setting, call, std::move(id), no_content());
  if (is_numbered(setting)) return fail(no_such_configuration());
  return outcome_of(no_content());
}

AwsResult<Outcome> list(const Setting& setting, const S3ReadModel& state, const Call& call) {
  const Bucket& bucket = *TRY(require_bucket(state, call));
  const std::string* token = call.query.find("continuation-token");
  auto after = token && !token->empty() ? read_continuation_token(*token) : Continuation{};
  if (!after) return fail(AwsError{"MalformedContinuationToken", 400, "The continuation-token you provided invalid."});
  auto page = state.settings(bucket.id, setting.name, after->name, kPageSize + 1);
  bool is_truncated = page.size() > kPageSize;
  if (is_truncated) page.pop_back();

  xml::Writer xml;
  xml.open(setting.list_root, kXmlns);
  for (const NumberedSetting& each : page) write_element(xml, setting, each.value, bucket, {});
  xml.element("IsTruncated", is_truncated);
  if (token) xml.element("ContinuationToken", *token);
  if (is_truncated) xml.element("NextContinuationToken", continuation_token({.name = page.back().id}));
  xml.close();
  return outcome_of(xml_reply(xml));
}

}  // namespace cloudemu::s3
