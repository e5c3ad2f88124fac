// https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketNotificationConfiguration.html, API_GetBucketNotificationConfiguration.html
//
// Queues of this daemon are told (services/reactions.cc), and must be there. Topics, functions and EventBridge are kept and shown, as
// of destinations that exist; nobody is told there.
#include "services/s3/settings/notification.h"

#include <algorithm>
#include <iterator>

#include "core/account_id.h"
#include "core/region.h"
#include "core/strings.h"
#include "services/iam/judge.h"
#include "services/s3/settings/settings.h"
#include "services/targets.h"

namespace cloudemu::s3 {

namespace {

constexpr std::string_view kEvents[] = {
    "s3:IntelligentTiering",
    "s3:LifecycleExpiration:*",
    "s3:LifecycleExpiration:Delete",
    "s3:LifecycleExpiration:DeleteMarkerCreated",
    "s3:LifecycleTransition",
    "s3:ObjectAcl:Put",
    "s3:ObjectAnnotation:*",
    "s3:ObjectAnnotation:Delete",
    "s3:ObjectAnnotation:Put",
    "s3:ObjectCreated:*",
    "s3:ObjectCreated:CompleteMultipartUpload",
    "s3:ObjectCreated:Copy",
    "s3:ObjectCreated:Post",
    "s3:ObjectCreated:Put",
    "s3:ObjectRemoved:*",
    "s3:ObjectRemoved:Delete",
    "s3:ObjectRemoved:DeleteMarkerCreated",
    "s3:ObjectRestore:*",
    "s3:ObjectRestore:Completed",
    "s3:ObjectRestore:Delete",
    "s3:ObjectRestore:Post",
    "s3:ObjectTagging:*",
    "s3:ObjectTagging:Delete",
    "s3:ObjectTagging:Put",
    "s3:ReducedRedundancyLostObject",
    "s3:Replication:*",
    "s3:Replication:OperationFailedReplication",
    "s3:Replication:OperationMissedThreshold",
    "s3:Replication:OperationNotTracked",
    "s3:Replication:OperationReplicatedAfterThreshold",
};

constexpr size_t kFilterBytesMax = 1024;

/// The prefix and the suffix of a filter; empty: any.
struct KeyParts {
  std::string_view prefix, suffix;

  bool are_any() const { return prefix.empty() && suffix.empty(); }
};

KeyParts parts_of(const Notified& notified) {
  KeyParts parts;
  if (!notified.filter || !notified.filter->key) return parts;
  for (const FilterRule& rule : notified.filter->key->rules) (rule.name == "Prefix" ? parts.prefix : parts.suffix) = rule.value;
  return parts;
}

/// S3 takes the names in any case and gives them back as Prefix and Suffix.
AwsResult<void> check_filter(Notified& notified) {
  if (!notified.filter || !notified.filter->key) return {};
  std::vector<std::string_view> seen;
  for (FilterRule& rule : notified.filter->key->rules) {
    bool is_prefix = equals_ignoring_case(rule.name, "prefix");
    if (!is_prefix && !equals_ignoring_case(rule.name, "suffix")) {
      return fail(invalid_argument("filter rule name must be either prefix or suffix", "FilterRule.Name", rule.name));
    }
    std::string_view name = is_prefix ? "prefix" : "suffix";
    if (rule.value.size() > kFilterBytesMax) {
      return fail(invalid_argument(concat("Size of filter rule value cannot exceed ", kFilterBytesMax, " bytes in UTF-8 representation"),
                                   "FilterRule.Value", rule.value));
    }
    if (std::find(seen.begin(), seen.end(), name) != seen.end()) {
      return fail(invalid_argument(concat("Cannot specify more than one ", name, " rule in a filter."), "FilterRule.Name", name));
    }
    seen.push_back(name);
    rule.name = is_prefix ? "Prefix" : "Suffix";
  }
  return {};
}

/// "s3:ObjectCreated:*" covers "s3:ObjectCreated:Put".
bool covers(std::string_view pattern, std::string_view event) {
  return pattern.ends_with('*') ? event.starts_with(pattern.substr(0, pattern.size() - 1)) : pattern == event;
}

/// The first events of both that have something in common, as AWS names them: "s3:ObjectCreated:*, s3:ObjectCreated:Put". Empty: none have.
std::string shared_events(const Notified& one, const Notified& other) {
  for (const std::string& a : one.events) {
    for (const std::string& b : other.events) {
      if (covers(a, b) || covers(b, a)) return concat(a, ", ", b);
    }
  }
  return {};
}

/// https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-filtering.html: a key must not be meant by two of them.
AwsResult<void> check_overlaps(const std::vector<Notified*>& all) {
  for (size_t i = 0; i < all.size(); ++i) {
    for (size_t j = 0; j < i; ++j) {
      std::string shared = shared_events(*all[j], *all[i]);
      if (shared.empty()) continue;
      KeyParts a = parts_of(*all[i]), b = parts_of(*all[j]);
      if (a.are_any() && b.are_any()) {
        return fail(invalid_argument("Configurations overlap. Configurations on the same bucket cannot share a common event type.", "Event",
                                     shared));
      }
      bool prefixes = a.prefix.starts_with(b.prefix) || b.prefix.starts_with(a.prefix);
      bool suffixes = a.suffix.ends_with(b.suffix) || b.suffix.ends_with(a.suffix);
      if (!prefixes || !suffixes) continue;
      return fail(
          invalid_argument("Configuration is ambiguously defined. Cannot have overlapping suffixes in two rules if the prefixes are "
                           "overlapping for the same event type."));
    }
  }
  return {};
}

/// What policies may ask of S3 when it calls for a bucket.
class BucketContext final : public iam::Context {
 public:
  explicit BucketContext(const Bucket& bucket) : bucket_(bucket) {}

  std::optional<Values> find(std::string_view key) const override {
    if (key == "aws:sourcearn") return Values{arn_of(bucket_)};
    if (key == "aws:sourceaccount" || key == "aws:sourceowner") return Values{bucket_.owner};
    if (key == "aws:principalservicename") return Values{std::string(kService)};
    if (key == "aws:principalisawsservice" || key == "aws:securetransport") return Values{"true"};
    return std::nullopt;
  }

  static constexpr std::string_view kService = "s3.amazonaws.com";

 private:
  const Bucket& bucket_;
};

/// Whether the queue is encrypted by the key that AWS keeps for SQS: S3 may not use it, and nobody can let it.
/// https://docs.aws.amazon.com/AmazonS3/latest/userguide/grant-destinations-permissions-to-s3.html
bool has_key_of_aws(const std::string& queue_arn, const SettingCall& asked) {
  constexpr std::string_view kAlias = "alias/aws/sqs";
  std::string_view key = queue_attribute(asked.call.everything, queue_arn, "KmsMasterKeyId");
  return key == kAlias || key.ends_with(concat(':', kAlias));
}

/// Where policies are evaluated, a queue must let S3 send for this bucket.
bool is_let_in(const std::string& queue_arn, const SettingCall& asked) {
  iam::Judge* judge = asked.call.judge;
  if (!judge) return true;
  iam::Caller s3;
  s3.service = s3.arn = BucketContext::kService;
  iam::Access access{.action = "sqs:SendMessage",
                     .resource = queue_arn,
                     .owner = split(queue_arn, ':')[4],  // S3 is nobody of that account: it needs a grant
                     .policy = queue_attribute(asked.call.everything, queue_arn, "Policy")};
  return !judge->refuse(access, s3, BucketContext(asked.bucket));
}

AwsError unparsed_arn(std::string_view element, std::string_view arn) {
  return invalid_argument("The ARN could not be parsed", element, arn);
}

/// "arn:aws:sns:eu-west-1:111122223333:photos", of that service.
bool is_arn_of(std::string_view service, std::string_view arn) {
  constexpr size_t kFields = 6;
  auto fields = split(arn, ':');
  if (fields.size() < kFields || fields[0] != "arn" || !fields[1].starts_with("aws") || fields[2] != service) return false;
  return !fields[3].empty() && is_account_id(fields[4]) && !fields[5].empty();
}

AwsError foreign_region(std::string_view element, std::string_view arn) {
  return invalid_argument("The notification destination service region is not valid for the bucket location constraint", element, arn);
}

/// Topics and functions need not be there: nobody is told.
AwsResult<void> check_untold(const Notification& notification, std::string_view region) {
  for (const NotifiedTopic& topic : notification.topics) {
    if (!is_arn_of("sns", topic.arn)) return fail(unparsed_arn("Topic", topic.arn));
    if (split(topic.arn, ':')[3] != region) return fail(foreign_region("Topic", topic.arn));
  }
  for (const NotifiedFunction& function : notification.functions) {
    bool is_function = is_arn_of("lambda", function.arn) && split(function.arn, ':')[5] == "function";
    if (!is_function) return fail(unparsed_arn("CloudFunction", function.arn));
    if (split(function.arn, ':')[3] != region) return fail(foreign_region("CloudFunction", function.arn));
  }
  return {};
}

/// In the words that programs are known to catch.
AwsResult<void> check_ids(const std::vector<Notified*>& all) {
  std::vector<std::string_view> ids;
  for (const Notified* each : all) ids.emplace_back(each->id);
  std::sort(ids.begin(), ids.end());
  if (std::adjacent_find(ids.begin(), ids.end()) == ids.end()) return {};
  return fail(invalid_argument("Same ID used for multiple configurations. IDs must be unique."));
}

/// Refuses what can never be told, and unless it is not wanted what cannot be told now.
AwsResult<void> check_queues(const Notification& notification, const SettingCall& asked) {
  bool may_be_absent = equals_ignoring_case(asked.call.header("x-amz-skip-destination-validation"), "true");
  AwsError error = invalid_argument("Unable to validate the following destination configurations");
  auto add = [&](const std::string& arn, std::string_view flaw) {
    std::string number = std::to_string(error.members.size() / 2 + 1);
    error.members.emplace_back("ArgumentName" + number, arn);
    error.members.emplace_back("ArgumentValue" + number, flaw);
  };
  for (const NotifiedQueue& queue : notification.queues) {
    switch (target_of(asked.call.everything, queue.arn, asked.bucket.region)) {
      case Target::queue:
        if (may_be_absent || (is_let_in(queue.arn, asked) && !has_key_of_aws(queue.arn, asked))) break;
        add(queue.arn, "Permissions on the destination queue do not allow S3 to publish notifications from this bucket");
        break;
      case Target::fifo_queue: add(queue.arn, "FIFO SQS queues are not supported."); break;
      case Target::absent:
        if (!may_be_absent) add(queue.arn, "The destination queue does not exist");
        break;
      case Target::elsewhere: return fail(foreign_region("Queue", queue.arn));
      case Target::malformed: return fail(unparsed_arn("Queue", queue.arn));
    }
  }
  if (!error.members.empty()) return fail(std::move(error));
  return {};
}

AwsResult<void> check(Notification& notification, const SettingCall& asked) {
  std::vector<Notified*> all;
  for (Notified& each : notification.topics) all.push_back(&each);
  for (Notified& each : notification.queues) all.push_back(&each);
  for (Notified& each : notification.functions) all.push_back(&each);
  for (Notified* each : all) {
    for (const std::string& event : each->events) {
      if (!std::binary_search(std::begin(kEvents), std::end(kEvents), event)) {
        return fail(invalid_argument("The event is not supported for notifications", "Event", event));
      }
    }
    TRY(check_filter(*each));
    if (each->id.empty()) each->id = asked.call.entropy.uuid();
  }
  TRY(check_ids(all));
  TRY(check_overlaps(all));
  TRY(check_untold(notification, asked.bucket.region));
  return check_queues(notification, asked);
}

/// A document that tells nobody ends it.
AwsResult<std::optional<std::string>> read(const SettingCall& asked) {
  auto value = TRY((read_document<Notification, check>(asked)));
  if (value->empty()) return std::nullopt;
  return value;
}

}  // namespace

const Setting kNotification{.name = Notification::kSetting,
                            .root = "NotificationConfiguration",
                            .otherwise = "",
                            .read = read,
                            .write = write_document<Notification>};

std::string arn_of(const Bucket& bucket) { return concat("arn:", partition_of(bucket.region), ":s3:::", bucket.name); }

bool is_told(const Notified& notified, std::string_view event, std::string_view key) {
  KeyParts parts = parts_of(notified);
  std::string name = concat("s3:", event);
  bool is_meant = std::any_of(notified.events.begin(), notified.events.end(), [&](const std::string& e) { return covers(e, name); });
  return is_meant && key.starts_with(parts.prefix) && key.ends_with(parts.suffix);
}

}  // namespace cloudemu::s3
