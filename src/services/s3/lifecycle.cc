#include "services/s3/lifecycle.h"

#include <algorithm>
#include <iterator>

#include "core/encoding.h"
#include "core/strings.h"
#include "core/time_format.h"

namespace cloudemu::s3 {

namespace {

/// https://docs.aws.amazon.com/AmazonS3/latest/userguide/lifecycle-transition-general-considerations.html: "objects smaller than 128 KB".
constexpr uint64_t kTransitionBytesMin = 128 << 10;

/// How deep down the waterfall a class is: objects move down only.
size_t depth_of(std::string_view storage_class) {
  auto found = std::find(std::begin(kTransitionClasses), std::end(kTransitionClasses), storage_class);
  return found == std::end(kTransitionClasses) ? 0 : static_cast<size_t>(found - std::begin(kTransitionClasses)) + 1;
}

bool is_archive(std::string_view storage_class) { return storage_class == "GLACIER" || storage_class == "DEEP_ARCHIVE"; }

/// What a rule is for, in one form.
struct Scope {
  std::string_view prefix;
  std::vector<const RuleTag*> tags = {};
  std::optional<int64_t> larger_than, smaller_than = {};

  bool by_size() const { return larger_than || smaller_than; }
};

Scope scope_of(const LifecycleRule& rule) {
  Scope scope{.prefix = rule.prefix ? std::string_view(*rule.prefix) : std::string_view()};
  if (!rule.filter) return scope;
  const LifecycleFilter& filter = *rule.filter;
  if (filter.prefix) scope.prefix = *filter.prefix;
  if (filter.tag) scope.tags.push_back(&*filter.tag);
  scope.larger_than = filter.larger_than;
  scope.smaller_than = filter.smaller_than;
  if (!filter.all_of) return scope;
  const LifecycleAnd& all = *filter.all_of;
  if (all.prefix) scope.prefix = *all.prefix;
  for (const RuleTag& tag : all.tags) scope.tags.push_back(&tag);
  scope.larger_than = all.larger_than;
  scope.smaller_than = all.smaller_than;
  return scope;
}

bool is_marker(const Ageing& thing) { return thing.kind == Ageing::Kind::alone_marker || thing.kind == Ageing::Kind::old_marker; }

/// Markers and uploads have neither tags nor a size: a rule that chooses by these is for objects alone.
bool is_in(const Scope& scope, const Ageing& thing) {
  if (!thing.key.starts_with(scope.prefix)) return false;
  bool has_content = !is_marker(thing) && thing.kind != Ageing::Kind::upload;
  if (!has_content) return scope.tags.empty() && !scope.by_size();
  auto has = [&](const RuleTag* tag) {
    return std::any_of(thing.tags->begin(), thing.tags->end(),
                       [&](const auto& entry) { return entry.first == tag->key && entry.second == tag->value; });
  };
  if (!std::all_of(scope.tags.begin(), scope.tags.end(), has)) return false;
  if (scope.larger_than && thing.size <= static_cast<uint64_t>(*scope.larger_than)) return false;
  return !scope.smaller_than || thing.size < static_cast<uint64_t>(*scope.smaller_than);
}

/// Collects what one rule does to a thing.
class Finder {
 public:
  Finder(const Lifecycle& rules, const LifecycleRule& rule, const Ageing& thing, TimeMs day, std::vector<Act>& acts)
      : varies_(!rules.minimum_size.empty()), rule_(rule), scope_(scope_of(rule)), thing_(thing), day_(day), acts_(acts) {}

  void find() {
    if (!is_in(scope_, thing_)) return;
    switch (thing_.kind) {
      case Ageing::Kind::object: return of_object();
      case Ageing::Kind::alone_marker: return of_alone_marker();
      case Ageing::Kind::noncurrent:
      case Ageing::Kind::old_marker: return of_noncurrent();
      case Ageing::Kind::upload: return of_upload();
      case Ageing::Kind::marker: return;
    }
  }

 private:
  void of_object() {
    if (rule_.expiration) {
      if (auto at = time_of(rule_.expiration->days, rule_.expiration->date)) add(Act::Kind::remove, *at);
    }
    for (const Transition& transition : rule_.transitions) move(transition.storage_class, time_of(transition.days, transition.date));
  }

  /// "If the current version is the only one and also a delete marker, S3 removes the expired object delete marker."
  void of_alone_marker() {
    if (!rule_.expiration) return;
    if (rule_.expiration->expired_marker.value_or(false)) return add(Act::Kind::remove, after(0));
    if (auto at = time_of(rule_.expiration->days, rule_.expiration->date)) add(Act::Kind::remove, *at);
  }

  void of_noncurrent() {
    const auto& expiration = rule_.noncurrent_expiration;
    bool stays = thing_.lock && thing_.lock->legal_hold == "ON";
    if (expiration && enough_newer(expiration->newer_versions) && !stays) {
      TimeMs at = after(expiration->days.value_or(0));
      if (thing_.lock) at = std::max(at, end_of_day(thing_.lock->retain_until, day_));
      add(Act::Kind::remove, at);
    }
    if (thing_.kind == Ageing::Kind::old_marker) return;
    for (const NoncurrentTransition& transition : rule_.noncurrent_transitions) {
      if (enough_newer(transition.newer_versions)) move(transition.storage_class, after(transition.days));
    }
  }

  void of_upload() {
    if (rule_.abort_uploads) add(Act::Kind::abort, after(rule_.abort_uploads->days));
  }

  bool enough_newer(const std::optional<int64_t>& kept) const { return thing_.newer >= static_cast<size_t>(kept.value_or(0)); }

  /// Small objects are not worth it, says AWS, unless the rule itself chooses by size.
  bool may_move(std::string_view storage_class) const {
    if (depth_of(storage_class) <= depth_of(thing_.storage_class)) return false;
    if (thing_.size >= kTransitionBytesMin || scope_.by_size()) return true;
    return varies_ && is_archive(storage_class);
  }

  void move(std::string_view storage_class, std::optional<TimeMs> at) {
    if (at && may_move(storage_class)) add(Act::Kind::transition, *at, storage_class);
  }

  TimeMs after(int64_t days) const { return end_of_day(thing_.since + days * day_, day_); }

  std::optional<TimeMs> time_of(const std::optional<int64_t>& days, const std::optional<std::string>& date) const {
    if (days) return after(*days);
    if (!date) return std::nullopt;
    return std::max(after(0), parse_iso8601(*date).value_or(0));
  }

  void add(Act::Kind kind, TimeMs at, std::string_view storage_class = {}) {
    acts_.push_back({.kind = kind, .at = at, .rule = rule_.id, .storage_class = storage_class});
  }

  bool varies_;
  const LifecycleRule& rule_;
  Scope scope_;
  const Ageing& thing_;
  TimeMs day_;
  std::vector<Act>& acts_;
};

const Act* earliest(const std::vector<Act>& acts, Act::Kind kind) {
  const Act* first = nullptr;
  for (const Act& act : acts) {
    if (act.kind == kind && (!first || act.at < first->at)) first = &act;
  }
  return first;
}

}  // namespace

TimeMs end_of_day(TimeMs time, TimeMs day) { return (time + day - 1) / day * day; }

std::vector<Act> acts_on(const Lifecycle& rules, const Ageing& thing, TimeMs day) {
  std::vector<Act> acts;
  for (const LifecycleRule& rule : rules.rules) {
    if (rule.is_enabled()) Finder(rules, rule, thing, day, acts).find();
  }
  return acts;
}

const Act* first_due(const std::vector<Act>& acts, TimeMs now) {
  const Act* first = nullptr;
  for (const Act& act : acts) {
    if (act.at > now) continue;
    if (act.kind != Act::Kind::transition) return &act;
    if (!first || depth_of(act.storage_class) > depth_of(first->storage_class)) first = &act;
  }
  return first;
}

Ageing ageing_of(const S3ReadModel& state, const Bucket& bucket, const ObjectVersion& version, const std::vector<NewerVersion>& newer) {
  Ageing thing{.key = version.key,
               .size = version.size,
               .tags = &version.tags,
               .storage_class = version.attributes.storage_class,
               .since = newer.empty() ? version.modified_at : newer.front().modified_at,
               .newer = newer.empty() ? 0 : newer.size() - 1,
               .lock = &version.attributes.lock};
  if (!newer.empty()) {
    thing.kind = version.marker ? Ageing::Kind::old_marker : Ageing::Kind::noncurrent;
  } else if (version.marker) {
    bool hides = state.has_older_version(bucket.id, version.key, version.id);
    thing.kind = hides ? Ageing::Kind::marker : Ageing::Kind::alone_marker;
  }
  return thing;
}

Ageing ageing_of(const Upload& upload) { return {.key = upload.key, .since = upload.started_at, .kind = Ageing::Kind::upload}; }

Ageing ageing_of(const ObjectPut& event) {
  return {.key = event.key,
          .size = event.size,
          .tags = &event.tags,
          .storage_class = event.attributes.storage_class,
          .since = event.modified_at};
}

void set_expiration(http::Response& response, const Bucket& bucket, const Ageing& object, TimeMs day) {
  const auto* rules = bucket.settings.find<Lifecycle>();
  if (!rules || object.kind != Ageing::Kind::object) return;
  auto acts = acts_on(*rules, object, day);
  const Act* act = earliest(acts, Act::Kind::remove);
  if (!act) return;
  response.set("x-amz-expiration", concat("expiry-date=\"", http_date(act->at), "\", rule-id=\"", percent_encode(act->rule), "\""));
}

void set_expiration(http::Response& response, const S3ReadModel& state, const Bucket& bucket, const ObjectVersion& version, TimeMs day) {
  if (!bucket.settings.value(Lifecycle::kSetting)) return;
  set_expiration(response, bucket, ageing_of(state, bucket, version, state.newer_versions(bucket.id, version.key, version.id, 1)), day);
}

void set_abort(http::Response& response, const Bucket& bucket, const Ageing& upload, TimeMs day) {
  const auto* rules = bucket.settings.find<Lifecycle>();
  if (!rules) return;
  auto acts = acts_on(*rules, upload, day);
  const Act* act = earliest(acts, Act::Kind::abort);
  if (act) response.set("x-amz-abort-date", http_date(act->at)).set("x-amz-abort-rule-id", act->rule);
}

}  // namespace cloudemu::s3
