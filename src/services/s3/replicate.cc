#include "services/s3/replicate.h"

#include <algorithm>
#include <map>

#include "services/s3/settings/replication.h"

namespace cloudemu::s3 {

namespace {

constexpr std::string_view kReplica = "REPLICA", kCompleted = "COMPLETED", kFailed = "FAILED";

bool matches(const ReplicationRule& rule, std::string_view key, const StringMap& tags) {
  if (rule.status != "Enabled") return false;
  if (!rule.filter) return key.starts_with(rule.prefix.value_or(""));
  const ReplicationFilter& filter = *rule.filter;
  auto has = [&](const RuleTag& tag) {
    return std::any_of(tags.begin(), tags.end(), [&](const auto& entry) { return entry.first == tag.key && entry.second == tag.value; });
  };
  if (filter.prefix && !key.starts_with(*filter.prefix)) return false;
  if (filter.tag && !has(*filter.tag)) return false;
  if (!filter.all_of) return true;
  if (!key.starts_with(filter.all_of->prefix.value_or(""))) return false;
  return std::all_of(filter.all_of->tags.begin(), filter.all_of->tags.end(), has);
}

bool copies_kms(const ReplicationRule& rule) {
  return rule.selection && rule.selection->kms_objects && rule.selection->kms_objects->is_on();
}
bool copies_changes_of_replicas(const ReplicationRule& rule) {
  return rule.selection && rule.selection->replica_modifications && rule.selection->replica_modifications->is_on();
}

class Replicator {
 public:
  Replicator(const S3ReadModel& state, const Happened& happened) : state_(state), happened_(happened) {}

  std::vector<Event> run() {
    std::visit([&](const auto& event) { of(event); }, happened_.event);
    return std::move(events_);
  }

 private:
  /// The rules for an object, one for each bucket they copy to: of several the one with the highest priority. None: nothing is copied.
  std::map<std::string_view, const ReplicationRule*> rules_for(const std::string& bucket, std::string_view key,
                                                               const StringMap& tags) const {
    std::map<std::string_view, const ReplicationRule*> chosen;
    const Bucket* source = state_.find_bucket(bucket);
    const auto* replication = source ? source->settings.find<Replication>() : nullptr;
    if (!replication || source->versioning != Versioning::enabled) return chosen;
    for (const ReplicationRule& rule : replication->rules) {
      if (!matches(rule, key, tags)) continue;
      const ReplicationRule*& best = chosen[target_bucket(rule)];
      if (!best || rule.priority.value_or(0) > best->priority.value_or(0)) best = &rule;
    }
    return chosen;
  }

  const Bucket* target(std::string_view name) const {
    const Bucket* bucket = state_.find_bucket(name);
    return bucket && bucket->versioning == Versioning::enabled ? bucket : nullptr;
  }
  bool is_there(const Bucket& bucket, const std::string& key, const std::string& version) const {
    return state_.version(bucket.id, key, version).has_value();
  }

  void of(const ObjectPut& put) {
    if (put.attributes.replication == kReplica) return;
    bool failed = false, copied = false;
    for (const auto& [name, rule] : rules_for(put.bucket, put.key, put.tags)) {
      if (!put.attributes.encryption.algorithm.empty() && !copies_kms(*rule)) continue;
      const Bucket* to = target(name);
      if (!to) failed = true;
      if (!to || is_there(*to, put.key, put.version)) continue;
      copied = true;
      events_.emplace_back(replica(put, *to, *rule));
    }
    if (!failed && !copied) return;
    events_.emplace_back(ObjectReplicated{
        .bucket = put.bucket, .key = put.key, .version = put.version, .status = std::string(failed ? kFailed : kCompleted)});
  }

  static ObjectPut replica(const ObjectPut& put, const Bucket& to, const ReplicationRule& rule) {
    ObjectPut copy = put;
    copy.bucket = to.name;
    copy.upload.clear();
    copy.attributes.replication = kReplica;
    if (const auto& storage_class = rule.destination.storage_class) {
      copy.attributes.storage_class = *storage_class == "STANDARD" ? std::string() : *storage_class;
    }
    if (const auto& encryption = rule.destination.encryption;
        encryption && encryption->key && !copy.attributes.encryption.algorithm.empty()) {
      copy.attributes.encryption.key = *encryption->key;
    }
    return copy;
  }

  /// Markers that lifecycle rules put are not copied.
  void of(const DeleteMarkerPut& marker) {
    if (!marker.rule.empty()) return;
    for (const auto& [name, rule] : rules_for(marker.bucket, marker.key, {})) {
      // The older form of rules always copies them.
      bool copies = rule->delete_markers ? rule->delete_markers->is_on() : rule->prefix.has_value();
      const Bucket* to = copies ? target(name) : nullptr;
      if (!to || is_there(*to, marker.key, marker.version)) continue;
      DeleteMarkerPut copy = marker;
      copy.bucket = to->name;
      events_.emplace_back(std::move(copy));
    }
  }

  void of(const ObjectTagsPut& e) {
    change(e, [&](const ObjectVersion& copy) { return copy.tags != e.tags; });
  }
  void of(const ObjectRetentionPut& e) {
    change(e, [&](const ObjectVersion& copy) {
      return copy.attributes.lock.mode != e.mode || copy.attributes.lock.retain_until != e.retain_until;
    });
  }
  void of(const ObjectLegalHoldPut& e) {
    change(e, [&](const ObjectVersion& copy) { return copy.attributes.lock.legal_hold != e.status; });
  }
  void of(const ObjectAnnotationPut& e) {
    change(e, [&](const ObjectVersion& copy) {
      auto there = state_.annotation(copy.id, e.annotation.name);
      return !there || there->etag != e.annotation.etag;
    });
  }
  void of(const ObjectAnnotationDeleted& e) {
    change(e, [&](const ObjectVersion& copy) { return state_.annotation(copy.id, e.name).has_value(); });
  }
  template <class E>
  void of(const E&) {}

  /// Copies a change of a version that was copied, unless the copy is that way already: so two buckets may copy to each other.
  template <class E, class Differs>
  void change(const E& event, const Differs& differs) {
    const Bucket* source = state_.find_bucket(event.bucket);
    if (!source || !source->settings.value(Replication::kSetting)) return;
    auto version = state_.version(source->id, event.key, event.version);
    if (!version || version->attributes.replication.empty()) return;
    bool is_replica = version->attributes.replication == kReplica;
    for (const auto& [name, rule] : rules_for(event.bucket, event.key, version->tags)) {
      const Bucket* to = is_replica && !copies_changes_of_replicas(*rule) ? nullptr : target(name);
      auto copy = to ? state_.version(to->id, event.key, event.version) : std::nullopt;
      if (!copy || copy->marker || !differs(*copy)) continue;
      E changed = event;
      changed.bucket = to->name;
      events_.emplace_back(std::move(changed));
    }
  }

  const S3ReadModel& state_;
  const Happened& happened_;
  std::vector<Event> events_;
};

}  // namespace

std::vector<Event> replicas_of(const S3ReadModel& state, const Happened& happened) { return Replicator(state, happened).run(); }

}  // namespace cloudemu::s3
