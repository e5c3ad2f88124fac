#include "services/s3/schedule.h"

#include <algorithm>

#include "services/s3/lifecycle.h"

namespace cloudemu::s3 {

namespace {

/// The earlier of two times, 0 being never.
TimeMs earlier(TimeMs a, TimeMs b) { return a == 0 ? b : b == 0 ? a : std::min(a, b); }

TimeMs first_time(const std::vector<Act>& acts, const Moment& moment) {
  TimeMs first = 0;
  for (const Act& act : acts) first = earlier(first, std::max(act.at, end_of_day(moment.now, moment.lifecycle_day)));
  return first;
}

/// Collects the appointments that change.
class Scheduler {
 public:
  Scheduler(const S3ReadModel& state, const Bucket& bucket, const Moment& moment) : state_(state), bucket_(bucket), moment_(moment) {
    event_.bucket = bucket.name;
    event_.number = bucket.id;
  }

  void add(const ObjectVersion& version) { note(version.id, version.key, next_time_of(state_, bucket_, version, moment_)); }
  void add(const Upload& upload) { note(upload.id, upload.key, next_time_of(bucket_, upload, moment_)); }

  void add_version(std::string_view key, std::string_view version) {
    if (auto found = state_.version(bucket_.id, key, version)) add(*found);
  }
  /// The newest versions of a key: what happens to one changes what rules see in the others, down to the last that any of them keeps.
  void add_key(std::string_view key) {
    std::vector<int64_t> ids;
    size_t count = 2 + newer_kept();
    state_.scan_versions(bucket_.id, key, std::nullopt, [&](const ListedVersion& version) {
      if (version.key != key) return Visit::stop;
      ids.push_back(version.id);
      return ids.size() < count ? Visit::go_on : Visit::stop;
    });
    for (int64_t id : ids) {
      if (auto version = state_.version(bucket_.id, key, id)) add(*version);
    }
  }

  std::optional<VersionsScheduled> changes() {
    if (event_.versions.empty()) return std::nullopt;
    return std::move(event_);
  }
  VersionsScheduled take() { return std::move(event_); }

 private:
  void note(int64_t id, const std::string& key, TimeMs at) {
    if (state_.appointment(id) != at) event_.versions.push_back({.id = id, .key = key, .at = at});
  }

  size_t newer_kept() const {
    const auto* rules = bucket_.settings.find<Lifecycle>();
    int64_t most = 0;
    for (size_t i = 0; rules && i < rules->rules.size(); ++i) {
      const LifecycleRule& rule = rules->rules[i];
      if (rule.noncurrent_expiration) most = std::max(most, rule.noncurrent_expiration->newer_versions.value_or(0));
      for (const auto& transition : rule.noncurrent_transitions) most = std::max(most, transition.newer_versions.value_or(0));
    }
    return static_cast<size_t>(most);
  }

  const S3ReadModel& state_;
  const Bucket& bucket_;
  const Moment& moment_;
  VersionsScheduled event_;
};

/// What an event says of when time acts.
struct Finder {
  const S3ReadModel& state;
  const Moment& moment;

  using Found = std::optional<VersionsScheduled>;

  Found operator()(const BucketSettingPut& e) const { return rules_changed(e.bucket, e.setting); }
  Found operator()(const BucketSettingDeleted& e) const { return rules_changed(e.bucket, e.setting); }
  Found operator()(const ObjectPut& e) const { return key_changed(e); }
  Found operator()(const DeleteMarkerPut& e) const { return key_changed(e); }
  Found operator()(const VersionDeleted& e) const { return key_changed(e); }
  Found operator()(const ObjectTagsPut& e) const { return version_changed(e); }
  Found operator()(const ObjectTransitioned& e) const { return version_changed(e); }
  Found operator()(const ObjectRetentionPut& e) const { return version_changed(e); }
  Found operator()(const ObjectLegalHoldPut& e) const { return version_changed(e); }
  Found operator()(const ObjectRestoreStarted& e) const { return schedule(e); }
  Found operator()(const ObjectRestored& e) const { return schedule(e); }
  Found operator()(const ObjectRestoreExpired& e) const { return schedule(e); }
  Found operator()(const UploadStarted& e) const {
    const Bucket* bucket = ruled(e.bucket);
    auto upload = bucket ? state.upload(bucket->id, e.upload) : std::nullopt;
    if (!upload) return std::nullopt;
    Scheduler scheduler(state, *bucket, moment);
    scheduler.add(*upload);
    return scheduler.changes();
  }
  template <class E>
  Found operator()(const E&) const {
    return std::nullopt;
  }

 private:
  /// The bucket, if it has rules: all others have no part in this, but for restores.
  const Bucket* ruled(const std::string& name) const {
    const Bucket* bucket = state.find_bucket(name);
    return bucket && bucket->settings.value(Lifecycle::kSetting) ? bucket : nullptr;
  }

  Found rules_changed(const std::string& name, std::string_view setting) const {
    const Bucket* bucket = setting == Lifecycle::kSetting ? state.find_bucket(name) : nullptr;
    auto lifecycle = bucket ? state.lifecycle(bucket->id) : std::nullopt;
    if (!lifecycle) return std::nullopt;
    return VersionsScheduled{.bucket = name, .number = bucket->id, .walk = lifecycle->walk};
  }

  template <class E>
  Found key_changed(const E& e) const {
    const Bucket* bucket = ruled(e.bucket);
    if (!bucket) return std::nullopt;
    Scheduler scheduler(state, *bucket, moment);
    scheduler.add_key(e.key);
    return scheduler.changes();
  }
  template <class E>
  Found version_changed(const E& e) const {
    return ruled(e.bucket) ? schedule(e) : std::nullopt;
  }
  template <class E>
  Found schedule(const E& e) const {
    const Bucket* bucket = state.find_bucket(e.bucket);
    if (!bucket) return std::nullopt;
    Scheduler scheduler(state, *bucket, moment);
    scheduler.add_version(e.key, e.version);
    return scheduler.changes();
  }
};

}  // namespace

TimeMs next_time_of(const S3ReadModel& state, const Bucket& bucket, const ObjectVersion& version, const Moment& moment) {
  TimeMs next = 0;
  if (const auto& restore = version.attributes.restore) next = restore->completes_at > 0 ? restore->completes_at : restore->expires_at;
  const auto* rules = bucket.settings.find<Lifecycle>();
  if (!rules) return next;
  auto newer = state.newer_versions(bucket.id, version.key, version.id, kNewerThatCount);
  return earlier(next, first_time(acts_on(*rules, ageing_of(state, bucket, version, newer), moment.lifecycle_day), moment));
}

TimeMs next_time_of(const Bucket& bucket, const Upload& upload, const Moment& moment) {
  const auto* rules = bucket.settings.find<Lifecycle>();
  return rules ? first_time(acts_on(*rules, ageing_of(upload), moment.lifecycle_day), moment) : 0;
}

std::optional<VersionsScheduled> schedule_after(const S3ReadModel& state, const Happened& happened, const Moment& moment) {
  return std::visit(Finder{state, moment}, happened.event);
}

VersionsScheduled walk_on(const S3ReadModel& state, const Bucket& bucket, ScheduleWalk walk, const Moment& moment, size_t limit) {
  Scheduler scheduler(state, bucket, moment);
  size_t seen = 0;
  if (!walk.in_uploads) {
    std::vector<std::pair<std::string, int64_t>> page;
    std::optional<int64_t> before = walk.id < 0 ? std::nullopt : std::optional(walk.id);
    state.scan_versions(bucket.id, walk.key, before, [&](const ListedVersion& version) {
      page.emplace_back(version.key, version.id);
      return page.size() < limit ? Visit::go_on : Visit::stop;
    });
    for (const auto& [key, id] : page) {
      if (auto version = state.version(bucket.id, key, id)) scheduler.add(*version);
    }
    seen = page.size();
    if (seen < limit) walk = {.since = walk.since, .id = -1, .in_uploads = true};
    else std::tie(walk.key, walk.id) = page.back();
  }
  if (walk.in_uploads && seen < limit) {
    state.scan_uploads(bucket.id, walk.key, walk.id, [&](const Upload& upload) {
      scheduler.add(upload);
      walk.key = upload.key;
      walk.id = upload.id;
      return ++seen < limit ? Visit::go_on : Visit::stop;
    });
    if (seen < limit) walk = {.since = walk.since, .in_uploads = true, .ended = true};
  }
  VersionsScheduled event = scheduler.take();
  event.walk = std::move(walk);
  return event;
}

}  // namespace cloudemu::s3
