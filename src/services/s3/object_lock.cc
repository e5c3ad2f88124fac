// https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObjectRetention.html, API_PutObjectRetention.html, API_GetObjectLegalHold.html,
// API_PutObjectLegalHold.html
#include "services/s3/object_lock.h"

#include <algorithm>
#include <iterator>

#include "core/strings.h"
#include "core/time_format.h"
#include "protocol/xml_reader.h"
#include "protocol/xml_shape.h"
#include "services/s3/checksum.h"
#include "services/s3/errors.h"
#include "services/s3/guards.h"
#include "services/s3/operations.h"
#include "services/s3/reply.h"
#include "services/s3/settings/object_lock.h"

namespace cloudemu::s3 {

namespace {

constexpr std::string_view kModeHeader = "x-amz-object-lock-mode", kUntilHeader = "x-amz-object-lock-retain-until-date",
                           kHoldHeader = "x-amz-object-lock-legal-hold", kBypassHeader = "x-amz-bypass-governance-retention";
constexpr std::string_view kCompliance = "COMPLIANCE", kGovernance = "GOVERNANCE", kOn = "ON";
constexpr std::string_view kHolds[] = {"ON", "OFF"};
constexpr int64_t kDaysPerYear = 365;

struct Retention {
  std::optional<std::string> mode, until;

  bool operator==(const Retention&) const = default;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("Mode", self.mode, xml::OneOf{kLockModes});
    fields("RetainUntilDate", self.until);
  }
};

struct LegalHold {
  std::string status;

  bool operator==(const LegalHold&) const = default;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("Status", self.status, xml::kRequired, xml::OneOf{kHolds});
  }
};

AwsError no_lock_in_bucket() { return invalid_request("Bucket is missing Object Lock Configuration"); }
AwsError no_lock_on_object() {
  return {"NoSuchObjectLockConfiguration", 404, "The specified object does not have a ObjectLock configuration"};
}
AwsError is_locked() { return access_denied("Access Denied because object protected by object lock."); }

/// "Tue Dec 31 16:00:00 PST 2019": how S3 words a time here.
std::string pacific(TimeMs time) {
  constexpr TimeMs kOffsetMs = 8 * 3'600'000;
  std::string date = http_date(time - kOffsetMs);  // "Tue, 31 Dec 2019 16:00:00 GMT"
  std::string_view text = date;
  return concat(text.substr(0, 3), ' ', text.substr(8, 3), ' ', text.substr(5, 2), ' ', text.substr(17, 8), " PST ", text.substr(12, 4));
}

AwsResult<TimeMs> parse_until(std::string_view text, std::string_view name, TimeMs now) {
  auto until = parse_iso8601(text);
  if (!until) return fail(invalid_argument("The retain until date must be provided in ISO 8601 format", name, text));
  if (*until <= now) return fail(invalid_argument("The retain until date must be in the future!", name, pacific(*until)));
  return *until;
}

bool has_default_retention(const Bucket& bucket) {
  const auto* setting = bucket.settings.find<ObjectLock>();
  return setting && setting->rule;
}

Lock default_lock(const Bucket& bucket, TimeMs now) {
  if (!has_default_retention(bucket)) return {};
  const DefaultRetention& retention = bucket.settings.find<ObjectLock>()->rule->retention;
  int64_t days = retention.days.value_or(retention.years.value_or(0) * kDaysPerYear);
  return {.mode = retention.mode, .retain_until = now + days * kDayMs, .legal_hold = {}};
}

/// `put`: what is put, "Object" or "Part".
AwsResult<void> require_digest(const Call& call, std::string_view put) {
  if (TRY(has_digest(call))) return {};
  return fail(invalid_request(
      concat("Content-MD5 OR x-amz-checksum- HTTP header is required for Put ", put, " requests with Object Lock parameters")));
}

bool bypasses(const Call& call) { return equals_ignoring_case(call.header(kBypassHeader), "true"); }

/// Whether a version is kept from whoever asks.
bool is_kept(const Lock& lock, const Call& call) {
  if (lock.mode.empty() || lock.retain_until <= call.now) return false;
  return lock.mode == kCompliance || !bypasses(call);
}

/// A retention may be made longer by everybody; made shorter, given another mode or taken away only past GOVERNANCE.
AwsResult<void> check_change(const Lock& lock, const Call& call, std::string_view mode, TimeMs until) {
  bool is_longer = mode == lock.mode && until >= lock.retain_until;
  if (is_longer || !is_kept(lock, call)) return {};
  return fail(is_locked());
}

AwsResult<ObjectVersion> require_lockable(const S3ReadModel& state, const Bucket& bucket, const Call& call) {
  if (!has_object_lock(bucket)) return fail(no_lock_in_bucket());
  return require_object(state, bucket, call);
}

template <class T>
AwsResult<T> read_body(const Call& call, std::string_view root_name) {
  const Document& root = *call.document;
  T value;
  if (!root || root->name != root_name || !xml::read_shape(*root, value)) return fail(malformed_xml());
  return value;
}

template <class T>
http::Response document(std::string_view root, const T& value) {
  xml::Writer xml;
  xml.open(root, kXmlns);
  xml::write_shape(xml, value);
  xml.close();
  return xml_reply(xml);
}

}  // namespace

bool has_object_lock(const Bucket& bucket) { return bucket.settings.value(ObjectLock::kSetting) != nullptr; }

AwsResult<Lock> requested_lock(const Call& call, const Bucket& bucket) {
  bool asks = call.has_header_with("x-amz-object-lock-");
  if (!has_object_lock(bucket)) {
    if (asks) return fail(invalid_request("Bucket is missing ObjectLockConfiguration"));  // only here without blanks
    return Lock{};
  }
  Lock lock = default_lock(bucket, call.now);
  if (!asks) return lock;
  auto mode = call.find_header(kModeHeader), until = call.find_header(kUntilHeader), hold = call.find_header(kHoldHeader);
  if (mode.has_value() != until.has_value()) {
    return fail(invalid_argument(concat(kUntilHeader, " and ", kModeHeader, " must both be supplied"), mode ? kUntilHeader : kModeHeader));
  }
  if (mode) {
    if (*mode != kGovernance && *mode != kCompliance) return fail(invalid_argument("Unknown wormMode directive.", kModeHeader, *mode));
    lock.mode = *mode;
    lock.retain_until = TRY(parse_until(*until, kUntilHeader, call.now));
  }
  if (hold && *hold != kHolds[0] && *hold != kHolds[1]) {
    return fail(invalid_argument("Legal Hold must be either of 'ON' or 'OFF'", kHoldHeader, *hold));
  }
  if (hold) lock.legal_hold = *hold;
  return lock;
}

AwsResult<void> check_lock_digest(const Call& call, const Bucket& bucket) {
  if (!call.has_header_with("x-amz-object-lock-") && !has_default_retention(bucket)) return {};
  return require_digest(call, "Object");
}

AwsResult<void> check_lock_digest(const Call& call, const Bucket& bucket, const Upload& upload) {
  const Lock& lock = upload.attributes.lock;
  if (lock.mode.empty() && lock.legal_hold.empty() && !has_default_retention(bucket)) return {};
  return require_digest(call, "Part");
}

AwsResult<void> check_governance_bypass(const Bucket& bucket, const Call& call) {
  return has_object_lock(bucket) ? AwsResult<void>() : refuse_governance_bypass(call);
}

AwsResult<void> check_deletable(const S3ReadModel& state, const Bucket& bucket, const Call& call, std::string_view key,
                                std::string_view version) {
  if (!has_object_lock(bucket)) return {};
  auto found = state.version(bucket.id, key, version);
  if (!found || found->marker) return {};
  const Lock& lock = found->attributes.lock;
  if (lock.legal_hold == kOn || is_kept(lock, call)) return fail(is_locked());
  return {};
}

void set_lock(http::Response& response, const Lock& lock) {
  if (!lock.mode.empty()) {
    response.set(kModeHeader, lock.mode).set(kUntilHeader, iso8601(lock.retain_until));
  }
  if (!lock.legal_hold.empty()) response.set(kHoldHeader, lock.legal_hold);
}

AwsResult<Outcome> get_object_retention(const S3ReadModel& state, const Call& call) {
  const Bucket& bucket = *TRY(require_bucket(state, call));
  ObjectVersion object = TRY(require_lockable(state, bucket, call));
  const Lock& lock = object.attributes.lock;
  if (lock.mode.empty()) return fail(no_lock_on_object());
  return outcome_of(document("Retention", Retention{.mode = lock.mode, .until = iso8601(lock.retain_until)}));
}

AwsResult<Outcome> put_object_retention(const S3ReadModel& state, const Call& call) {
  const Bucket& bucket = *TRY(require_bucket(state, call));
  if (!TRY(has_digest(call))) return fail(missing_digest(kAnyDigest));
  ObjectVersion object = TRY(require_lockable(state, bucket, call));
  auto retention = TRY(read_body<Retention>(call, "Retention"));
  if (retention.mode.has_value() != retention.until.has_value()) return fail(malformed_xml());
  ObjectRetentionPut event{.bucket = call.bucket, .key = call.key, .version = object.version, .mode = retention.mode.value_or("")};
  if (retention.until) event.retain_until = TRY(parse_until(*retention.until, "RetainUntilDate", call.now));
  TRY(check_change(object.attributes.lock, call, event.mode, event.retain_until));
  return outcome_of(std::move(event), {});
}

AwsResult<Outcome> get_object_legal_hold(const S3ReadModel& state, const Call& call) {
  const Bucket& bucket = *TRY(require_bucket(state, call));
  ObjectVersion object = TRY(require_lockable(state, bucket, call));
  if (object.attributes.lock.legal_hold.empty()) return fail(no_lock_on_object());
  return outcome_of(document("LegalHold", LegalHold{object.attributes.lock.legal_hold}));
}

AwsResult<Outcome> put_object_legal_hold(const S3ReadModel& state, const Call& call) {
  const Bucket& bucket = *TRY(require_bucket(state, call));
  if (!TRY(has_digest(call))) return fail(missing_digest(kAnyDigest));
  ObjectVersion object = TRY(require_lockable(state, bucket, call));
  auto hold = TRY(read_body<LegalHold>(call, "LegalHold"));
  return outcome_of(ObjectLegalHoldPut{.bucket = call.bucket, .key = call.key, .version = object.version, .status = std::move(hold.status)},
                    {});
}

}  // namespace cloudemu::s3
