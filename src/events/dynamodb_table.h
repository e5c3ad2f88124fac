#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/clock.h"
#include "events/fields.h"

/// What a DynamoDB table is, as its events describe it.
namespace cloudemu::dynamodb {

using events::RawJson;
using events::StringMap;

struct KeyAttribute {
  std::string name;
  std::string type;  ///< "S", "N" or "B"

  bool operator==(const KeyAttribute&) const = default;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("name", self.name);
    fields("type", self.type);
  }
};

struct Throughput {
  int64_t read = 0;  ///< 0 with on-demand billing
  int64_t write = 0;
  TimeMs increased_at = 0, decreased_at = 0;  ///< the last time; 0: never
  int64_t decreases = 0;                      ///< on the day of the last one

  bool operator==(const Throughput&) const = default;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("read", self.read);
    fields("write", self.write);
    fields("increased_at", self.increased_at);
    fields("decreased_at", self.decreased_at);
    fields("decreases", self.decreases);
  }
};

/// Two rates or limits that belong together; 0: not given.
struct ReadWrite {
  int64_t read = 0, write = 0;

  bool operator==(const ReadWrite&) const = default;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("read", self.read);
    fields("write", self.write);
  }
};

/// A secondary index. Global ones may have up to four attributes in each part of the key, all others at most one.
struct IndexDescription {
  int64_t number = 0;  ///< unique within its table, never used again
  std::string name;
  bool global = false;
  std::vector<KeyAttribute> hash, range;
  std::string projection;  ///< ALL, KEYS_ONLY or INCLUDE
  std::vector<std::string> included;
  Throughput throughput;
  ReadWrite on_demand_max, warm;
  bool filling = false;  ///< items that were there before it still get their entries: nobody may read it

  bool operator==(const IndexDescription&) const = default;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("number", self.number);
    fields("name", self.name);
    fields("global", self.global);
    fields("hash", self.hash);
    fields("range", self.range);
    fields("projection", self.projection);
    fields("included", self.included);
    fields("throughput", self.throughput);
    fields("on_demand_max", self.on_demand_max);
    fields("warm", self.warm);
    fields("filling", self.filling);
  }
};

/// The same table in another region: what is written to one of them is written to all.
struct Replica {
  std::string region;
  TimeMs since = 0;      ///< when it was asked for
  bool filling = false;  ///< items that were there before it are still being copied
  std::string kms_key, table_class;
  int64_t read_override = 0, write_override = 0;  ///< capacity units; 0: as the table it is a replica of
  int64_t on_demand_read_max = 0;                 ///< request units; likewise
  RawJson index_overrides;                        ///< GlobalSecondaryIndexes as given

  bool operator==(const Replica&) const = default;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("region", self.region);
    fields("since", self.since);
    fields("filling", self.filling);
    fields("kms_key", self.kms_key);
    fields("table_class", self.table_class);
    fields("read_override", self.read_override);
    fields("write_override", self.write_override);
    fields("on_demand_read_max", self.on_demand_read_max);
    fields("index_overrides", self.index_overrides);
  }
};

/// A Kinesis stream that a table's changes are to go to. A setting: there is no Kinesis here.
struct KinesisDestination {
  std::string stream_arn;
  std::string precision;  ///< MILLISECOND or MICROSECOND; empty: never said
  bool active = false;

  bool operator==(const KinesisDestination&) const = default;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("stream_arn", self.stream_arn);
    fields("precision", self.precision);
    fields("active", self.active);
  }
};

/// Contributor Insights, as they were last switched: a setting.
struct ContributorInsights {
  std::string index;  ///< empty: of the table itself
  bool enabled = false;
  std::string mode;
  TimeMs changed_at = 0;

  bool operator==(const ContributorInsights&) const = default;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("index", self.index);
    fields("enabled", self.enabled);
    fields("mode", self.mode);
    fields("changed_at", self.changed_at);
  }
};

/// What a table was made of, other than of nothing.
struct Origin {
  std::string kind;          ///< BACKUP; TIME: the past; IMPORT
  std::string source;        ///< ARN of the backup or the import
  std::string source_table;  ///< ARN of the table that the items come from
  TimeMs at = 0;             ///< the moment whose items it has
  int64_t table = 0;         ///< number of the table that they come from
  int64_t backup = 0;        ///< number of the backup that holds them; 0: only the log does
  bool filling = false;      ///< items are still on their way: nobody may use it

  bool operator==(const Origin&) const = default;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("kind", self.kind);
    fields("source", self.source);
    fields("source_table", self.source_table);
    fields("at", self.at);
    fields("table", self.table);
    fields("backup", self.backup);
    fields("filling", self.filling);
  }
};

/// The policy of one of a table's streams.
struct StreamPolicy {
  std::string label;     ///< of the stream
  std::string document;  ///< empty: it was deleted
  int64_t revision = 0;  ///< grows with every change of it

  bool operator==(const StreamPolicy&) const = default;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("label", self.label);
    fields("document", self.document);
    fields("revision", self.revision);
  }
};

/// All that CreateTable and its relatives set.
struct TableDescription {
  std::string name;
  std::string table_id;  ///< the UUID that AWS calls TableId
  TimeMs created_at = 0;
  std::vector<KeyAttribute> attributes;  ///< AttributeDefinitions, in the order given
  KeyAttribute hash;
  std::optional<KeyAttribute> range;
  std::vector<IndexDescription> indexes;
  int64_t indexes_made = 0;  ///< the highest number of an index so far
  std::string billing_mode;  ///< PROVISIONED or PAY_PER_REQUEST
  TimeMs on_demand_since = 0;
  Throughput throughput;
  ReadWrite on_demand_max, warm;
  std::string stream_view_type;  ///< empty: no stream, or a disabled one
  std::string stream_label;      ///< of the latest stream, which a disabled one remains
  std::string table_class;       ///< empty: STANDARD was never spelled out
  bool deletion_protection = false;
  RawJson sse;                ///< SSESpecification as given
  std::string ttl_attribute;  ///< empty: off
  bool point_in_time_recovery = false;
  TimeMs recoverable_since = 0;
  int64_t recovery_days = 0;
  StringMap tags;
  std::string resource_policy;  ///< the document; empty: none
  int64_t policy_revision = 0;  ///< grows with every change of it
  std::vector<StreamPolicy> stream_policies;
  /// The hidden index of items by the time they expire, which time to live has while it is on; 0: none. Numbered like the others.
  int64_t ttl_index = 0;
  bool ttl_filling = false;  ///< items that were there before still get their entries: nothing expires yet
  TimeMs class_changed_at = 0;
  std::vector<Replica> replicas;  ///< in other regions
  std::string global_version;     ///< of the global table it is part of: "2019.11.21", or "2017.11.29"; empty: none
  TimeMs global_since = 0;
  std::vector<KinesisDestination> kinesis;
  std::vector<ContributorInsights> insights;
  RawJson auto_scaling;  ///< what UpdateTableReplicaAutoScaling said last
  std::optional<Origin> origin;

  bool operator==(const TableDescription&) const = default;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("name", self.name);
    fields("table_id", self.table_id);
    fields("created_at", self.created_at);
    fields("attributes", self.attributes);
    fields("hash", self.hash);
    fields("range", self.range);
    fields("indexes", self.indexes);
    fields("indexes_made", self.indexes_made);
    fields("billing_mode", self.billing_mode);
    fields("on_demand_since", self.on_demand_since);
    fields("throughput", self.throughput);
    fields("on_demand_max", self.on_demand_max);
    fields("warm", self.warm);
    fields("stream_view_type", self.stream_view_type);
    fields("stream_label", self.stream_label);
    fields("table_class", self.table_class);
    fields("deletion_protection", self.deletion_protection);
    fields("sse", self.sse);
    fields("ttl_attribute", self.ttl_attribute);
    fields("point_in_time_recovery", self.point_in_time_recovery);
    fields("recoverable_since", self.recoverable_since);
    fields("recovery_days", self.recovery_days);
    fields("tags", self.tags);
    fields("resource_policy", self.resource_policy);
    fields("policy_revision", self.policy_revision);
    fields("stream_policies", self.stream_policies);
    fields("ttl_index", self.ttl_index);
    fields("ttl_filling", self.ttl_filling);
    fields("class_changed_at", self.class_changed_at);
    fields("replicas", self.replicas);
    fields("global_version", self.global_version);
    fields("global_since", self.global_since);
    fields("kinesis", self.kinesis);
    fields("insights", self.insights);
    fields("auto_scaling", self.auto_scaling);
    fields("origin", self.origin);
  }
};

}  // namespace cloudemu::dynamodb
