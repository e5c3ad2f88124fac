#include "services/dynamodb/replicas.h"

#include <algorithm>

#include "core/region.h"
#include "core/strings.h"
#include "services/dynamodb/canonical.h"
#include "services/dynamodb/drop_rows.h"
#include "services/dynamodb/errors.h"
#include "services/dynamodb/replica_overrides.h"
#include "services/dynamodb/stream_rules.h"
#include "services/dynamodb/table_rules.h"

namespace cloudemu::dynamodb {

namespace {

constexpr std::string_view kReplicatedView = "NEW_AND_OLD_IMAGES";

template <class Description>
auto* find_replica(Description& table, std::string_view region) {
  auto found = std::find_if(table.replicas.begin(), table.replicas.end(), [&](const Replica& known) { return known.region == region; });
  return found == table.replicas.end() ? nullptr : &*found;
}

/// A group needs streams; AWS enables them, too.
void enable_stream(const DynamoDbReadModel& state, const Table& table, TimeMs now, TableDescription& description) {
  if (!description.stream_view_type.empty()) return;
  description.stream_view_type = kReplicatedView;
  description.stream_label = new_stream_label(state, table.account, table.region, description.name, now);
}

/// The table that a replica begins as: like the first, but with nothing in it that is that table's own.
TableDescription copy_for(const DynamoDbReadModel& state, const Call& call, const Table& source, const TableDescription& description,
                          const Replica& replica) {
  TableDescription copy = description;
  copy.table_id = call.entropy.uuid();
  copy.created_at = call.now;
  copy.stream_view_type = kReplicatedView;
  copy.stream_label = new_stream_label(state, source.account, replica.region, description.name, call.now);
  copy.tags.clear();
  copy.resource_policy.clear();
  copy.policy_revision = 0;
  copy.stream_policies.clear();
  copy.deletion_protection = false;
  copy.point_in_time_recovery = false;
  copy.recoverable_since = copy.recovery_days = 0;
  copy.kinesis.clear();
  copy.insights.clear();
  apply_overrides(replica, copy);
  for (IndexDescription& index : copy.indexes) index.filling = false;
  copy.ttl_filling = false;
  forget_replica(copy, replica.region);
  copy.replicas.push_back({.region = source.region, .since = call.now, .kms_key = customer_key(description.sse)});
  copy.global_version = description.global_version;
  copy.global_since = description.global_since;
  return copy;
}

class Changes {
 public:
  Changes(const DynamoDbReadModel& state, const Call& call, const Table& before, TableDescription& after)
      : state_(state), call_(call), before_(before), after_(after), others_(replica_tables(state, before)) {
    for (Table& other : others_) share_settings(after, before.region, other);
  }

  AwsResult<void> create(json::Value action) {
    Replica replica{.region = std::string(action["RegionName"].string()), .since = call_.now};
    TRY(check_region(replica.region));
    if (!is_region(replica.region)) return fail(invalid_values(concat("Unknown region for a replica: ", replica.region)));
    bool is_taken = state_.find_table(before_.account, replica.region, after_.name) != nullptr;
    if (is_taken || find_replica(after_, replica.region)) {
      return fail(validation(concat("Failed to create a the new replica of table with name: '", after_.name,
                                    "' because one or more replicas already existed as tables.")));
    }
    read_overrides(action, replica);
    replica.filling = state_.totals(before_.id).items > 0;
    after_.global_version = kGlobalVersion;
    if (after_.global_since == 0) after_.global_since = call_.now;
    enable_stream(state_, before_, call_.now, after_);
    TableDescription copy = copy_for(state_, call_, before_, after_, replica);
    events_.push_back(TableCreated{.account = before_.account, .region = replica.region, .description = std::move(copy)});
    if (replica.filling) jobs_.push_back(fill_job(replica.region));
    Replica elsewhere = replica;
    elsewhere.filling = false;  // only the table that it is filled from knows
    for (Table& other : others_) other.description.replicas.push_back(elsewhere);
    after_.replicas.push_back(std::move(replica));
    return {};
  }

  AwsResult<void> update(json::Value action) {
    if (is_own_key(action)) {
      encrypt_with(action["KMSMasterKeyId"].string(), after_);
      return {};
    }
    TRY(check_region(action["RegionName"].string()));
    Replica* replica = find_replica(after_, action["RegionName"].string());
    if (!replica) return fail(not_in_group());
    read_overrides(action, *replica);
    for (Table& other : others_) {
      if (other.region == replica->region) apply_overrides(*replica, other.description);
      else if (Replica* same = find_replica(other.description, replica->region)) read_overrides(action, *same);
    }
    return {};
  }

  AwsResult<void> remove(json::Value action) {
    std::string region(action["RegionName"].string());
    TRY(check_region(region));
    if (!find_replica(after_, region)) return fail(not_in_group());
    forget_replica(after_, region);
    for (Table& other : others_) {
      if (other.region == region) drop(other);
      else forget_replica(other.description, region);
    }
    std::erase_if(others_, [&](const Table& other) { return other.region == region; });
    return {};
  }

  std::vector<Event> take() {
    for (Table& other : others_) {
      if (Replica* source = find_replica(other.description, before_.region)) source->kms_key = customer_key(after_.sse);
      TableDescription description = std::move(other.description);
      const Table* now = state_.find_table(other.id);
      if (!now || now->description == description) continue;
      other.description = now->description;
      append_update(state_, other, std::move(description), call_.now, events_);
    }
    for (Event& job : jobs_) events_.push_back(std::move(job));
    return std::move(events_);
  }

 private:
  /// The key of the table itself, too, is changed as those of its replicas are. Nothing else of it is.
  bool is_own_key(json::Value action) const {
    if (action["RegionName"].string() != before_.region || after_.replicas.empty()) return false;
    constexpr std::string_view kOthers[] = {"ProvisionedThroughputOverride", "OnDemandThroughputOverride", "GlobalSecondaryIndexes",
                                            "TableClassOverride"};
    bool any_other = std::any_of(std::begin(kOthers), std::end(kOthers), [&](std::string_view name) { return is_given(action[name]); });
    return action["KMSMasterKeyId"].is_string() && !any_other;
  }
  AwsResult<void> check_region(std::string_view region) const {
    if (region != before_.region) return {};
    return fail(
        validation("Cannot add, delete, or update the local region through ReplicaUpdates. Use CreateTable, DeleteTable, or UpdateTable as "
                   "required."));
  }
  static AwsError not_in_group() {
    return validation("Replica specified in the Replica Update or Delete action of the request was not found");
  }
  /// Its region says which table is filled: that one has no number yet.
  Event fill_job(const std::string& region) const {
    return jobs::JobStarted{.kind = std::string(jobs::kFillReplica.name),
                            .subject = before_.id,
                            .account = before_.account,
                            .region = region,
                            .started_at = call_.now};
  }
  void drop(const Table& table) {
    bool by_job = state_.totals(table.id).items > 0;
    events_.push_back(TableDeleted{.table = table.id, .name = table.description.name, .by_job = by_job});
    if (by_job) jobs_.push_back(start_job(jobs::kDropTable, table, 0, call_.now));
  }

  const DynamoDbReadModel& state_;
  const Call& call_;
  const Table& before_;
  TableDescription& after_;
  std::vector<Table> others_;
  std::vector<Event> events_;
  std::vector<Event> jobs_;
};

bool has_index(const TableDescription& table, int64_t number) {
  auto same = [&](const IndexDescription& index) { return index.number == number; };
  return table.ttl_index == number || std::any_of(table.indexes.begin(), table.indexes.end(), same);
}

/// Numbers of indexes that one description has and the other has not.
std::vector<int64_t> indexes_only_in(const TableDescription& a, const TableDescription& b) {
  std::vector<int64_t> numbers;
  for (const IndexDescription& index : a.indexes) {
    if (!has_index(b, index.number)) numbers.push_back(index.number);
  }
  if (a.ttl_index > 0 && !has_index(b, a.ttl_index)) numbers.push_back(a.ttl_index);
  return numbers;
}

constexpr std::string_view kActions[] = {"Create", "Update", "Delete"};

AwsResult<void> check_updates(json::Value updates) {
  size_t made_or_deleted = 0;
  for (json::Value update : updates.elements()) {
    auto actions = std::count_if(std::begin(kActions), std::end(kActions), [&](std::string_view kind) { return update[kind].is_object(); });
    if (actions != 1) {
      return fail(invalid_values("Exactly one of Create, Update or Delete must be specified in a ReplicationGroupUpdate"));
    }
    for (std::string_view kind : kActions) TRY(check_table_class(update[kind]["TableClassOverride"]));
    if (!update["Update"].is_object()) ++made_or_deleted;
  }
  if (made_or_deleted <= 1) return {};
  return fail(validation("Update table operation with more than one create or delete replica action is not supported"));
}

/// Nobody but the caller knows what keys there are in other regions.
AwsResult<void> check_keys(json::Value updates, const TableDescription& before, const TableDescription& after) {
  bool is_asked = before.sse != after.sse;
  for (json::Value update : updates.elements()) is_asked = is_asked || !update["Delete"].is_object();
  if (!is_asked || customer_key(after.sse).empty()) return {};
  bool lacks = std::any_of(after.replicas.begin(), after.replicas.end(), [](const Replica& replica) { return replica.kms_key.empty(); });
  if (!lacks) return {};
  return fail(invalid_values("KMSMasterKeyId must be specified for each replica."));
}

}  // namespace

AwsResult<std::vector<Event>> change_group(const DynamoDbReadModel& state, const Call& call, const Table& before, TableDescription& after) {
  json::Value updates = call.input["ReplicaUpdates"];
  if (updates.size() > 0 && before.description.global_version == kOldGlobalVersion) {
    return fail(validation(concat("ReplicaUpdates cannot be used for a global table of version ", kOldGlobalVersion)));
  }
  TRY(check_updates(updates));
  Changes changes(state, call, before, after);
  for (json::Value update : updates.elements()) {
    if (update["Create"].is_object()) TRY(changes.create(update["Create"]));
    else if (update["Update"].is_object()) TRY(changes.update(update["Update"]));
    else TRY(changes.remove(update["Delete"]));
  }
  TRY(check_keys(updates, before.description, after));
  return changes.take();
}

std::vector<Table> replica_tables(const DynamoDbReadModel& state, const Table& table) {
  std::vector<Table> tables;
  for (const Replica& replica : table.description.replicas) {
    const Table* other = state.find_table(table.account, replica.region, table.description.name);
    if (other && !other->deleting) tables.push_back(*other);
  }
  return tables;
}

void share_settings(const TableDescription& from, std::string_view from_region, Table& table) {
  // Tables that were joined number their indexes each in its own way.
  if (from.global_version == kOldGlobalVersion) return;
  TableDescription& to = table.description;
  const TableDescription had = to;
  // Each table fills its indexes for itself.
  std::vector<IndexDescription> before = std::exchange(to.indexes, from.indexes);
  for (IndexDescription& index : to.indexes) {
    auto same = std::find_if(before.begin(), before.end(), [&](const auto& known) { return known.number == index.number; });
    if (same != before.end()) index.filling = same->filling;
  }
  if (to.ttl_index != from.ttl_index) to.ttl_filling = from.ttl_filling;
  to.attributes = from.attributes;
  to.indexes_made = from.indexes_made;
  to.billing_mode = from.billing_mode;
  to.on_demand_since = from.on_demand_since;
  to.throughput = from.throughput;
  to.on_demand_max = from.on_demand_max;
  to.ttl_attribute = from.ttl_attribute;
  to.ttl_index = from.ttl_index;
  if (Replica* source = find_replica(to, from_region)) keep_reads_apart(*source, from, had, to);
  if (const Replica* own = find_replica(from, table.region)) apply_read_overrides(*own, to);
}

void forget_replica(TableDescription& of, std::string_view region) {
  std::erase_if(of.replicas, [&](const Replica& replica) { return replica.region == region; });
  if (!of.replicas.empty()) return;
  of.global_version.clear();
  of.global_since = 0;
}

void leave_group(const DynamoDbReadModel& state, const Table& table, std::vector<Event>& events) {
  for (Table& other : replica_tables(state, table)) {
    forget_replica(other.description, table.region);
    events.push_back(TableUpdated{.table = other.id, .description = std::move(other.description)});
  }
}

void append_update(const DynamoDbReadModel& state, const Table& before, TableDescription after, TimeMs now, std::vector<Event>& events) {
  std::vector<int64_t> added = indexes_only_in(after, before.description), removed = indexes_only_in(before.description, after);
  bool drops = std::any_of(removed.begin(), removed.end(), [&](int64_t number) { return state.index_totals(before.id, number).items > 0; });
  bool fills = !added.empty() && state.totals(before.id).items > 0;
  for (IndexDescription& index : after.indexes) {
    if (std::find(added.begin(), added.end(), index.number) != added.end()) index.filling = fills;
  }
  if (std::find(added.begin(), added.end(), after.ttl_index) != added.end()) after.ttl_filling = fills;
  events.push_back(TableUpdated{.table = before.id, .description = std::move(after), .by_job = drops});
  for (int64_t number : added) {
    if (fills) events.push_back(start_job(jobs::kFillIndex, before, number, now));
  }
  for (int64_t number : removed) {
    if (drops) events.push_back(start_job(jobs::kDropIndex, before, number, now));
  }
}

}  // namespace cloudemu::dynamodb
