// https://docs.aws.amazon.com/AmazonS3/latest/API/API_RestoreObject.html
//
// How long it takes goes by the virtual clock, as does how long the copy stays: due.cc ends both.
#include <algorithm>
#include <iterator>
#include <optional>

#include "core/strings.h"
#include "core/time_format.h"
#include "protocol/xml_reader.h"
#include "protocol/xml_shape.h"
#include "services/s3/errors.h"
#include "services/s3/guards.h"
#include "services/s3/lifecycle.h"
#include "services/s3/operations.h"
#include "services/s3/restore.h"

namespace cloudemu::s3 {

namespace {

constexpr TimeMs kMinuteMs = 60 * kSecondMs, kHourMs = 60 * kMinuteMs;
constexpr int64_t kDaysMax = 2'147'483'647;

/// How long a restore takes at most: https://docs.aws.amazon.com/AmazonS3/latest/userguide/restoring-objects-retrieval-options.html
struct Tier {
  std::string_view storage_class, name;
  TimeMs duration;
};
constexpr Tier kTiers[] = {{"GLACIER", "Standard", 5 * kHourMs},
                           {"GLACIER", "Expedited", 5 * kMinuteMs},
                           {"GLACIER", "Bulk", 12 * kHourMs},
                           {"DEEP_ARCHIVE", "Standard", 12 * kHourMs},
                           {"DEEP_ARCHIVE", "Bulk", 48 * kHourMs}};
constexpr std::string_view kTierNames[] = {"Standard", "Expedited", "Bulk"};

struct JobParameters {
  std::string tier;

  bool operator==(const JobParameters&) const = default;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("Tier", self.tier, xml::kRequired, xml::OneOf{kTierNames});
  }
};

struct RestoreRequest {
  std::optional<int64_t> days;
  std::optional<JobParameters> parameters;
  std::optional<std::string> tier, description;

  bool operator==(const RestoreRequest&) const = default;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("Days", self.days);
    fields("GlacierJobParameters", self.parameters);
    fields("Tier", self.tier, xml::OneOf{kTierNames});
    fields("Description", self.description);
  }
};

AwsResult<RestoreRequest> parse(const Document& root) {
  if (!root || root->name != "RestoreRequest") return fail(malformed_xml());
  if (root->find("SelectParameters") || root->find("Type")) return fail(not_implemented("RestoreObject with Type SELECT"));
  RestoreRequest request;
  if (!xml::read_shape(*root, request) || request.days.value_or(1) > kDaysMax) return fail(malformed_xml());
  if (request.days && *request.days < 1) {
    return fail(invalid_argument("restoration days should be at least 1", "Days", std::to_string(*request.days)));
  }
  return request;
}

AwsResult<const Tier*> find_tier(const RestoreRequest& request, std::string_view storage_class) {
  std::string_view name = request.parameters ? std::string_view(request.parameters->tier) : std::string_view("Standard");
  if (request.tier) name = *request.tier;
  auto found = std::find_if(std::begin(kTiers), std::end(kTiers),
                            [&](const Tier& tier) { return tier.storage_class == storage_class && tier.name == name; });
  if (found != std::end(kTiers)) return found;
  return fail(invalid_argument(concat("Retrieval option is not supported by this storage class"), "Tier", name));
}

/// A restore that ends as fast as its tier allows, and stays for so many days then.
ObjectRestoreStarted started(const Call& call, const ObjectVersion& object, const Tier& tier, int64_t days) {
  TimeMs day = call.lifecycle_day;
  TimeMs completes_at = call.now + std::max<TimeMs>(1, tier.duration * (day / kSecondMs) / (kDayMs / kSecondMs));
  return {.bucket = call.bucket,
          .key = call.key,
          .version = object.version,
          .tier = std::string(tier.name),
          .days = days,
          .completes_at = completes_at,
          .expires_at = end_of_day(completes_at + days * day, day)};
}

/// A restore that goes on may be made to end sooner, and nothing else be changed about it:
/// https://docs.aws.amazon.com/AmazonS3/latest/userguide/restoring-objects.html#restoring-objects-upgrade-tier
AwsResult<Outcome> hurry(const Call& call, const ObjectVersion& object, const Tier& tier) {
  const Restore& present = *object.attributes.restore;
  // The copy leaves at the end of a day, so that whole days are left of how long it stays.
  int64_t days = (present.expires_at - present.completes_at) / call.lifecycle_day;
  ObjectRestoreStarted sooner = started(call, object, tier, days);
  if (sooner.completes_at < present.completes_at) return outcome_of(std::move(sooner), {.status = 202});
  return fail(AwsError{"RestoreAlreadyInProgress", 409, "Object restore is already in progress"});
}

AwsError not_archived(const ObjectVersion& object) {
  AwsError error = invalid_object_state(object.attributes.storage_class.empty() ? "STANDARD" : object.attributes.storage_class);
  error.message = "Restore is not allowed for the object's current storage class";
  return error;
}

}  // namespace

bool is_archived(std::string_view storage_class) { return storage_class == "GLACIER" || storage_class == "DEEP_ARCHIVE"; }

AwsResult<void> check_readable(const ObjectVersion& object) {
  const auto& restore = object.attributes.restore;
  bool has_copy = restore && restore->completes_at == 0;
  if (is_archived(object.attributes.storage_class) && !has_copy) return fail(invalid_object_state(object.attributes.storage_class));
  return {};
}

void set_restore(http::Response& response, const ObjectVersion& object) {
  const auto& restore = object.attributes.restore;
  if (!restore) return;
  if (restore->completes_at > 0) response.set("x-amz-restore", "ongoing-request=\"true\"");
  else response.set("x-amz-restore", concat("ongoing-request=\"false\", expiry-date=\"", http_date(restore->expires_at), "\""));
}

AwsResult<Outcome> restore_object(const S3ReadModel& state, const Call& call) {
  const Bucket& bucket = *TRY(require_bucket(state, call));
  ObjectVersion object = TRY(require_object(state, bucket, call));
  RestoreRequest request = TRY(parse(*call.document));
  if (object.attributes.storage_class == "INTELLIGENT_TIERING" && request.days) {
    return fail(
        invalid_argument("INTELLIGENT_TIERING objects are not subject to restore expiry. Do not specify Days when restoring this object"));
  }
  if (!is_archived(object.attributes.storage_class)) return fail(not_archived(object));
  const Tier& tier = *TRY(find_tier(request, object.attributes.storage_class));
  const auto& restore = object.attributes.restore;
  if (restore && restore->completes_at > 0) return hurry(call, object, tier);
  if (!request.days) return fail(malformed_xml());
  if (!restore) return outcome_of(started(call, object, tier, *request.days), {.status = 202});
  TimeMs expires_at = end_of_day(call.now + *request.days * call.lifecycle_day, call.lifecycle_day);
  return outcome_of(ObjectRestored{.bucket = call.bucket, .key = call.key, .version = object.version, .expires_at = expires_at}, {});
}

}  // namespace cloudemu::s3
