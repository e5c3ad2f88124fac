// https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketLifecycleConfiguration.html, API_GetBucketLifecycleConfiguration.html,
// API_DeleteBucketLifecycle.html, and the older API_PutBucketLifecycle.html. What comes of the rules: lifecycle.h, schedule.h.
#include "services/s3/settings/lifecycle.h"

#include <algorithm>
#include <set>
#include <span>

#include "core/strings.h"
#include "core/time_format.h"
#include "services/s3/settings/settings.h"

namespace cloudemu::s3 {

namespace {

constexpr size_t kRulesMax = 1000;
/// A quarter of what AWS takes: a thousand rules of half a kilobyte. That, all of it right, keeps others waiting for some 10 ms.
constexpr uint64_t kDocumentBytesMax = 512 << 10;
constexpr size_t kIdBytesMax = 255;
constexpr int64_t kDaysMax = 2'147'483'647;
constexpr int64_t kInfrequentDaysMin = 30;
constexpr int64_t kNewerVersionsMax = 100;
constexpr int64_t kFilterBytesMax = 50LL << 40;
constexpr size_t kIdCharacters = 48;
constexpr std::string_view kIdAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
constexpr std::string_view kMinimumSize = "x-amz-transition-default-minimum-object-size";
constexpr std::string_view kAll128K = "all_storage_classes_128K", kVaries = "varies_by_storage_class";

AwsResult<void> check_date(const std::optional<std::string>& date) {
  if (!date) return {};
  auto time = parse_iso8601(*date);
  bool is_extended = date->size() > 4 && (*date)[4] == '-';
  if (!time || !is_extended) return fail(malformed_xml());
  if (*time % kDayMs != 0) return fail(invalid_argument("'Date' must be at midnight GMT", "Date", *date));
  return {};
}

AwsResult<void> check_days(const std::optional<int64_t>& days, std::string_view field, std::string_view action) {
  if (!days) return {};
  if (*days < 1) return fail(invalid_argument(concat("'", field, "' for ", action, " action must be a positive integer")));
  if (*days > kDaysMax) return fail(malformed_xml());
  return {};
}

AwsResult<void> check_newer(const std::optional<int64_t>& newer, std::string_view action) {
  if (!newer) return {};
  if (*newer < 1) return fail(invalid_argument(concat("'NewerNoncurrentVersions' for ", action, " action must be a positive integer")));
  if (*newer > kNewerVersionsMax) {
    return fail(
        invalid_argument(concat("'NewerNoncurrentVersions' for ", action, " action must be less than or equal to ", kNewerVersionsMax)));
  }
  return {};
}

std::vector<RuleTag> tags_of(const LifecycleRule& rule) {
  if (!rule.filter) return {};
  if (rule.filter->tag) return {*rule.filter->tag};
  return rule.filter->all_of ? rule.filter->all_of->tags : std::vector<RuleTag>();
}

bool is_by_size(const LifecycleRule& rule) {
  if (!rule.filter) return false;
  const LifecycleFilter& filter = *rule.filter;
  bool in_and = filter.all_of && (filter.all_of->larger_than || filter.all_of->smaller_than);
  return filter.larger_than || filter.smaller_than || in_and;
}

/// As AWS names what a rule is for: "(prefix=logs/)".
std::string filter_text(const LifecycleRule& rule) { return concat("'(prefix=", prefix_of(rule), ")'"); }

AwsResult<void> check_sizes(const std::optional<int64_t>& larger, const std::optional<int64_t>& smaller) {
  for (const auto& size : {larger, smaller}) {
    if (size && (*size < 0 || *size > kFilterBytesMax)) {
      return fail(invalid_request("'ObjectSizeGreaterThan' and 'ObjectSizeLessThan' should be between 0 and 50 TB"));
    }
  }
  if (smaller && *smaller < 1) return fail(invalid_request("'ObjectSizeLessThan' should be greater than 0"));
  if (larger && smaller && *larger >= *smaller) {
    return fail(invalid_request("'ObjectSizeLessThan' has to be a value greater than 'ObjectSizeGreaterThan'."));
  }
  return {};
}

/// A filter has one condition; several stand in an And, of two at least.
AwsResult<void> check_filter(const LifecycleRule& rule) {
  if (rule.prefix.has_value() == rule.filter.has_value()) return fail(malformed_xml());
  if (prefix_of(rule).size() > kRulePrefixBytesMax) return fail(invalid_request("The maximum size of a prefix is 1024"));
  if (!rule.filter) return {};
  const LifecycleFilter& filter = *rule.filter;
  int conditions = filter.prefix.has_value() + filter.tag.has_value() + filter.larger_than.has_value() + filter.smaller_than.has_value() +
                   filter.all_of.has_value();
  if (conditions > 1) return fail(malformed_xml());
  TRY(check_sizes(filter.larger_than, filter.smaller_than));
  std::vector<RuleTag> tags = tags_of(rule);
  std::set<std::string> keys;
  for (const RuleTag& tag : tags) {
    if (tag.key.empty() || tag.key.size() > 128) return fail(invalid_tag_key("The TagKey you have provided is invalid", tag.key));
    if (tag.value.size() > 256) return fail(invalid_tag_value(tag.key, tag.value));
    if (!keys.insert(tag.key).second) return fail(invalid_request("Duplicate Tag Keys are not allowed."));
  }
  if (!filter.all_of) return {};
  const LifecycleAnd& all = *filter.all_of;
  size_t in_and = all.prefix.has_value() + tags.size() + all.larger_than.has_value() + all.smaller_than.has_value();
  if (in_and < 2) return fail(malformed_xml());
  return check_sizes(all.larger_than, all.smaller_than);
}

AwsResult<void> check_expiration(const LifecycleRule& rule) {
  const Expiration& expiration = *rule.expiration;
  int ways = expiration.date.has_value() + expiration.days.has_value() + expiration.expired_marker.has_value();
  if (ways != 1) return fail(malformed_xml());
  TRY(check_date(expiration.date));
  TRY(check_days(expiration.days, "Days", "Expiration"));
  if (expiration.expired_marker && !tags_of(rule).empty()) {
    return fail(invalid_request("ExpiredObjectDeleteMarker cannot be specified with Tags."));
  }
  return {};
}

bool needs_thirty_days(std::string_view storage_class) { return storage_class == "STANDARD_IA" || storage_class == "ONEZONE_IA"; }

/// Objects move to these after 30 days at the earliest, but where days are shortened.
AwsResult<void> check_class_days(int64_t days, std::string_view field, std::string_view action, std::string_view storage_class,
                                 TimeMs lifecycle_day) {
  if (days < 0) return fail(invalid_argument(concat("'", field, "' in ", action, " action must be nonnegative")));
  if (days > kDaysMax) return fail(malformed_xml());
  if (lifecycle_day == kDayMs && needs_thirty_days(storage_class) && days < kInfrequentDaysMin) {
    return fail(invalid_argument(concat("'", field, "' in ", action, " action must be greater than or equal to ", kInfrequentDaysMin,
                                        " for storageClass '", storage_class, "'")));
  }
  return {};
}

/// Which of two classes is colder: the later one here.
constexpr std::string_view kColdness[] = {"STANDARD_IA", "ONEZONE_IA", "GLACIER_IR", "GLACIER", "DEEP_ARCHIVE"};

struct Move {
  std::string_view storage_class;
  int64_t days;
};

/// What came to the classes for infrequent access stays there for 30 days, but where days are shortened.
/// https://docs.aws.amazon.com/AmazonS3/latest/userguide/lifecycle-transition-general-considerations.html
AwsResult<void> check_stays(const std::vector<Move>& moves, std::string_view field, std::string_view action, const LifecycleRule& rule,
                            TimeMs lifecycle_day) {
  if (lifecycle_day != kDayMs) return {};
  auto coldness = [](const Move& move) { return std::find(std::begin(kColdness), std::end(kColdness), move.storage_class); };
  for (const Move& from : moves) {
    if (!needs_thirty_days(from.storage_class)) continue;
    for (const Move& to : moves) {
      bool is_colder = coldness(to) != std::end(kColdness) && coldness(to) > coldness(from);
      if (!is_colder || to.days >= from.days + kInfrequentDaysMin) continue;
      return fail(
          invalid_argument(concat("'", field, "' in the '", action, "' action for StorageClass '", to.storage_class, "' for filter ",
                                  filter_text(rule), " must be ", kInfrequentDaysMin, " days more than 'filter ", filter_text(rule),
                                  "' in the '", action, "' action for StorageClass '", from.storage_class, "'")));
    }
  }
  return {};
}

AwsResult<void> check_transitions(const LifecycleRule& rule, TimeMs lifecycle_day) {
  std::set<std::string> classes;
  std::vector<Move> moves;
  for (const Transition& transition : rule.transitions) {
    if (transition.days.has_value() == transition.date.has_value()) return fail(malformed_xml());
    TRY(check_date(transition.date));
    if (transition.days) TRY(check_class_days(*transition.days, "Days", "Transition", transition.storage_class, lifecycle_day));
    if (!classes.insert(transition.storage_class).second) {
      return fail(invalid_request(
          concat("'StorageClass' must be different for 'Transition' actions in same 'Rule' with filter ", filter_text(rule))));
    }
    bool by_days = transition.days.has_value();
    const auto& expiration = rule.expiration;
    bool mixed = expiration && !expiration->expired_marker && by_days != expiration->days.has_value();
    if (mixed || by_days != rule.transitions.front().days.has_value()) {
      return fail(invalid_request(concat(
          "Found mixed 'Date' and 'Days' based Expiration and Transition actions in lifecycle rule for filter ", filter_text(rule))));
    }
    if (by_days && expiration && expiration->days && *expiration->days <= *transition.days) {
      return fail(invalid_argument(concat("'Days' in the Expiration action for filter ", filter_text(rule),
                                          " must be greater than 'Days' in the Transition action")));
    }
    if (by_days) moves.push_back({transition.storage_class, *transition.days});
  }
  return check_stays(moves, "Days", "Transition", rule, lifecycle_day);
}

AwsResult<void> check_noncurrent(const LifecycleRule& rule, TimeMs lifecycle_day) {
  const auto& expiration = rule.noncurrent_expiration;
  if (expiration) {
    if (!expiration->days) return fail(malformed_xml());
    TRY(check_days(expiration->days, "NoncurrentDays", "NoncurrentVersionExpiration"));
    TRY(check_newer(expiration->newer_versions, "NoncurrentVersionExpiration"));
  }
  std::set<std::string> classes;
  std::vector<Move> moves;
  for (const NoncurrentTransition& transition : rule.noncurrent_transitions) {
    TRY(check_class_days(transition.days, "NoncurrentDays", "NoncurrentVersionTransition", transition.storage_class, lifecycle_day));
    TRY(check_newer(transition.newer_versions, "NoncurrentVersionTransition"));
    if (!classes.insert(transition.storage_class).second) {
      return fail(invalid_request(concat(
          "'StorageClass' must be different for 'NoncurrentVersionTransition' actions in same 'Rule' with filter ", filter_text(rule))));
    }
    if (expiration && *expiration->days <= transition.days) {
      return fail(invalid_argument(concat("'NoncurrentDays' in the NoncurrentVersionExpiration action for filter ", filter_text(rule),
                                          " must be greater than 'NoncurrentDays' in the NoncurrentVersionTransition action")));
    }
    moves.push_back({transition.storage_class, transition.days});
  }
  return check_stays(moves, "NoncurrentDays", "NoncurrentVersionTransition", rule, lifecycle_day);
}

AwsResult<void> check_rule(const LifecycleRule& rule, TimeMs lifecycle_day) {
  if (rule.id.size() > kIdBytesMax) return fail(invalid_argument(concat("ID length should not exceed allowed limit of ", kIdBytesMax)));
  TRY(check_filter(rule));
  bool acts = rule.expiration || !rule.transitions.empty() || rule.noncurrent_expiration || !rule.noncurrent_transitions.empty() ||
              rule.abort_uploads;
  if (!acts) return fail(invalid_request("At least one action needs to be specified in a rule"));
  if (rule.expiration) TRY(check_expiration(rule));
  TRY(check_transitions(rule, lifecycle_day));
  TRY(check_noncurrent(rule, lifecycle_day));
  if (!rule.abort_uploads) return {};
  if (!tags_of(rule).empty()) return fail(invalid_request("AbortIncompleteMultipartUpload cannot be specified with Tags."));
  if (is_by_size(rule)) return fail(invalid_request("AbortIncompleteMultipartUpload cannot be specified with Object Size."));
  return check_days(rule.abort_uploads->days, "DaysAfterInitiation", "AbortIncompleteMultipartUpload");
}

/// A rule has a bare prefix, as all had once, or a filter: the first rule says which it is for all.
AwsResult<void> check_generation(const LifecycleRule& rule, bool by_filter) {
  if (rule.filter.has_value() == by_filter) return {};
  return fail(invalid_request(rule.filter
                                  ? "Filter element can only be used in Lifecycle V2."
                                  : "Base level prefix cannot be used in Lifecycle V2, prefixes are only supported in the Filter."));
}

/// What two rules would both do, if both were for the same object; empty: nothing.
std::string_view common_action(const LifecycleRule& a, const LifecycleRule& b) {
  if (a.expiration && b.expiration) return "Expiration";
  if (!a.transitions.empty() && !b.transitions.empty()) return "Transition";
  if (a.noncurrent_expiration && b.noncurrent_expiration) return "NoncurrentVersionExpiration";
  if (!a.noncurrent_transitions.empty() && !b.noncurrent_transitions.empty()) return "NoncurrentVersionTransition";
  if (a.abort_uploads && b.abort_uploads) return "AbortIncompleteMultipartUpload";
  return {};
}

/// Rules with bare prefixes must not say the same thing twice of an object.
AwsResult<void> check_overlaps(const std::vector<LifecycleRule>& rules, size_t at) {
  const LifecycleRule& rule = rules[at];
  if (!rule.prefix) return {};
  for (const LifecycleRule& earlier : std::span(rules).first(at)) {
    bool overlap = rule.prefix->starts_with(*earlier.prefix) || earlier.prefix->starts_with(*rule.prefix);
    std::string_view action = overlap ? common_action(earlier, rule) : std::string_view();
    if (action.empty()) continue;
    return fail(invalid_request(
        concat("Found overlapping prefixes '", *rule.prefix, "' and '", *earlier.prefix, "' for same action type '", action, "'")));
  }
  return {};
}

/// Dates are shown with milliseconds, whatever form they came in.
void write_date_whole(std::optional<std::string>& date) {
  if (date) date = iso8601(*parse_iso8601(*date));
}

AwsResult<void> check(Lifecycle& lifecycle, const SettingCall& asked) {
  if (lifecycle.rules.size() > kRulesMax) return fail(malformed_xml());
  std::set<std::string> ids;
  for (size_t i = 0; i < lifecycle.rules.size(); ++i) {
    LifecycleRule& rule = lifecycle.rules[i];
    TRY(check_rule(rule, asked.call.lifecycle_day));
    TRY(check_generation(rule, lifecycle.rules.front().filter.has_value()));
    TRY(check_overlaps(lifecycle.rules, i));
    if (rule.id.empty()) rule.id = asked.call.entropy.text(kIdCharacters, kIdAlphabet);
    if (!ids.insert(rule.id).second) return fail(invalid_argument("Rule ID must be unique. Found same ID for more than one rule"));
    if (rule.expiration) write_date_whole(rule.expiration->date);
    for (Transition& transition : rule.transitions) write_date_whole(transition.date);
  }
  auto minimum = asked.call.find_header(kMinimumSize);
  if (minimum && *minimum != kAll128K && *minimum != kVaries) {
    return fail(invalid_request(concat("Invalid TransitionDefaultMinimumObjectSize found: ", *minimum)));
  }
  lifecycle.minimum_size = minimum == kVaries ? *minimum : std::string_view();
  return {};
}

/// `varies`: the header of a request, or what was kept of it.
std::string_view minimum_size(std::string_view varies) { return varies == kVaries ? kVaries : kAll128K; }

}  // namespace

const Setting kLifecycle{.name = Lifecycle::kSetting,
                         .root = "LifecycleConfiguration",
                         .absent_code = "NoSuchLifecycleConfiguration",
                         .absent_message = "The lifecycle configuration does not exist",
                         .read = read_document<Lifecycle, check>,
                         .write = write_document<Lifecycle>,
                         .bytes_max = kDocumentBytesMax,
                         .digest = "Content-MD5"};

AwsResult<Outcome> put_bucket_lifecycle(const S3ReadModel& state, const Call& call) {
  Outcome outcome = TRY(put(kLifecycle, state, call));
  std::get<Answer>(outcome).response.set(kMinimumSize, minimum_size(call.header(kMinimumSize)));
  return outcome;
}

AwsResult<Outcome> get_bucket_lifecycle(const S3ReadModel& state, const Call& call) {
  Outcome outcome = TRY(get(kLifecycle, state, call));
  const auto* lifecycle = state.find_bucket(call.bucket)->settings.find<Lifecycle>();
  std::get<Answer>(outcome).response.set(kMinimumSize, minimum_size(lifecycle->minimum_size));
  return outcome;
}

}  // namespace cloudemu::s3
