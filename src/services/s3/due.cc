#include "services/s3/due.h"

#include "services/s3/guards.h"
#include "services/s3/lifecycle.h"
#include "services/s3/schedule.h"

namespace cloudemu::s3 {

namespace {

/// A version is more work than a message: a row or two in several tables, and what reacts to it.
constexpr size_t kUnitsPerVersion = 20;

CallInfo info_of(const Bucket& bucket, std::string_view operation) {
  return {.operation = std::string(operation), .account = bucket.owner, .region = bucket.region};
}

/// What lifecycle rules do to a bucket at one moment.
class Reaper {
 public:
  Reaper(const S3ReadModel& state, const Bucket& bucket, const Lifecycle* rules, const Moment& moment)
      : state_(state), bucket_(bucket), rules_(rules), moment_(moment) {
    scheduled_.bucket = bucket.name;
    scheduled_.number = bucket.id;
  }

  /// What is due by an appointment; where nothing is any more, another time for it.
  void keep(const Appointment& appointment) {
    ++done_;
    if (auto version = state_.version(bucket_.id, appointment.key, appointment.id)) return keep(*version);
    if (auto upload = state_.upload(appointment.id)) return keep(*upload);
    scheduled_.versions.push_back({.id = appointment.id, .key = appointment.key, .at = 0});
  }

  OwnCall take(uint64_t cause) {
    if (!scheduled_.versions.empty()) events_.emplace_back(std::move(scheduled_));
    return {.info = info_of(bucket_, "Timer:Lifecycle"), .cause = cause, .events = std::move(events_), .done = done_};
  }

 private:
  void keep(const ObjectVersion& version) {
    std::vector<Act> acts;
    if (rules_) {
      auto newer = state_.newer_versions(bucket_.id, version.key, version.id, kNewerThatCount);
      acts = acts_on(*rules_, ageing_of(state_, bucket_, version, newer), moment_.lifecycle_day);
      if (const Act* act = first_due(acts, moment_.now)) return perform(*act, version, newer.empty());
    }
    scheduled_.versions.push_back({.id = version.id, .key = version.key, .at = next_time_of(state_, bucket_, version, moment_)});
  }

  void perform(const Act& act, const ObjectVersion& version, bool is_current) {
    if (act.kind == Act::Kind::transition) {
      events_.emplace_back(ObjectTransitioned{.bucket = bucket_.name,
                                              .key = version.key,
                                              .version = version.version,
                                              .storage_class = std::string(act.storage_class),
                                              .rule = std::string(act.rule)});
    } else if (is_current && !version.marker && bucket_.versioning != Versioning::never) {
      events_.emplace_back(DeleteMarkerPut{.bucket = bucket_.name,
                                           .key = version.key,
                                           .version = new_version_id(bucket_, moment_.entropy),
                                           .modified_at = moment_.now,
                                           .rule = std::string(act.rule)});
    } else {
      events_.emplace_back(
          VersionDeleted{.bucket = bucket_.name, .key = version.key, .version = version.version, .rule = std::string(act.rule)});
    }
  }

  void keep(const Upload& upload) {
    auto acts = rules_ ? acts_on(*rules_, ageing_of(upload), moment_.lifecycle_day) : std::vector<Act>();
    if (const Act* act = first_due(acts, moment_.now)) {
      events_.emplace_back(UploadEnded{.bucket = bucket_.name, .upload = upload.upload, .rule = std::string(act->rule)});
    } else {
      scheduled_.versions.push_back({.id = upload.id, .key = upload.key, .at = next_time_of(bucket_, upload, moment_)});
    }
  }

  const S3ReadModel& state_;
  const Bucket& bucket_;
  const Lifecycle* rules_;
  const Moment& moment_;
  std::vector<Event> events_;
  VersionsScheduled scheduled_;
  int64_t done_ = 0;
};

/// The restore of a version whose time has come: its copy is there, or gone.
std::optional<OwnCall> restore_due(const S3ReadModel& state, const Bucket& bucket, const Appointment& appointment, TimeMs now) {
  auto version = state.version(bucket.id, appointment.key, appointment.id);
  if (!version || !version->attributes.restore) return std::nullopt;
  const Restore& restore = *version->attributes.restore;
  OwnCall call{.info = info_of(bucket, "Timer:Restore"), .cause = restore.cause, .done = 1};
  if (restore.completes_at > 0 && restore.completes_at <= now) {
    call.events.emplace_back(
        ObjectRestored{.bucket = bucket.name, .key = version->key, .version = version->version, .expires_at = restore.expires_at});
  } else if (restore.completes_at == 0 && restore.expires_at <= now) {
    call.events.emplace_back(ObjectRestoreExpired{.bucket = bucket.name, .key = version->key, .version = version->version});
  } else {
    return std::nullopt;
  }
  return call;
}

}  // namespace

OwnCall due_in_bucket(const S3ReadModel& state, int64_t id, const Moment& moment, size_t limit) {
  const Bucket* bucket = state.find_bucket(id);
  if (!bucket) return {};
  size_t versions = std::max<size_t>(1, limit / kUnitsPerVersion);
  auto lifecycle = state.lifecycle(id);
  uint64_t rules = lifecycle ? lifecycle->rules : 0;
  if (lifecycle && !lifecycle->walk.ended && lifecycle->walk.since <= moment.now) {
    OwnCall call{.info = info_of(*bucket, "Timer:LifecycleWalk"), .cause = rules, .done = static_cast<int64_t>(versions)};
    call.events.emplace_back(walk_on(state, *bucket, std::move(lifecycle->walk), moment, versions));
    return call;
  }
  Reaper reaper(state, *bucket, bucket->settings.find<Lifecycle>(), moment);
  size_t kept = 0;
  for (const Appointment& appointment : state.appointments(id, moment.now, versions)) {
    auto restore = restore_due(state, *bucket, appointment, moment.now);
    // Each restore is a call of its own, with its own cause.
    if (restore && kept > 0) break;
    if (restore) return std::move(*restore);
    reaper.keep(appointment);
    ++kept;
  }
  return reaper.take(rules);
}

std::optional<TimeMs> next_in_bucket(const S3ReadModel& state, int64_t bucket) {
  auto first = state.first_appointment(bucket);
  auto lifecycle = state.lifecycle(bucket);
  if (!lifecycle || lifecycle->walk.ended) return first;
  return first ? std::min(*first, lifecycle->walk.since) : lifecycle->walk.since;
}

}  // namespace cloudemu::s3
