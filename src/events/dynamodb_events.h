#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/clock.h"
#include "events/fields.h"

/// The facts of Amazon DynamoDB. `table` is the number that the table got when it was created: names come back, numbers do not.
namespace cloudemu::dynamodb {

using events::Binary;
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
  }
};

struct TableCreated {
  static constexpr std::string_view kType = "ddb.TableCreated";
  static constexpr int kVersion = 1;
  std::string account;
  std::string region;
  TableDescription description;

  bool operator==(const TableCreated&) const = default;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("account", self.account);
    fields("region", self.region);
    fields("description", self.description);
  }
};

/// The table is now as described. Indexes that are not in it any more cannot be read; their entries are dropped with it, or by a job.
struct TableUpdated {
  static constexpr std::string_view kType = "ddb.TableUpdated";
  static constexpr int kVersion = 1;
  int64_t table = 0;
  TableDescription description;
  bool by_job = false;  ///< RowsDropped and IndexDropped follow for the index that went away

  bool operator==(const TableUpdated&) const = default;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("table", self.table);
    fields("description", self.description);
    fields("by_job", self.by_job);
  }
};

/// Nobody can read or write the table any more. What is in it goes with it, or is dropped by a job: the table is DELETING meanwhile.
struct TableDeleted {
  static constexpr std::string_view kType = "ddb.TableDeleted";
  static constexpr int kVersion = 1;
  int64_t table = 0;
  std::string name;
  bool by_job = false;  ///< RowsDropped and TableDropped follow

  bool operator==(const TableDeleted&) const = default;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("table", self.table);
    fields("name", self.name);
    fields("by_job", self.by_job);
  }
};

/// A slice of what was in a deleted table or index was dropped.
struct RowsDropped {
  static constexpr std::string_view kType = "ddb.RowsDropped";
  static constexpr int kVersion = 1;
  int64_t table = 0;
  int64_t index = 0;  ///< 0: items
  Binary up_to;       ///< ordering key of the last one
  int64_t count = 0;

  bool operator==(const RowsDropped&) const = default;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("table", self.table);
    fields("index", self.index);
    fields("up_to", self.up_to);
    fields("count", self.count);
  }
};

/// Nothing is left of a deleted index.
struct IndexDropped {
  static constexpr std::string_view kType = "ddb.IndexDropped";
  static constexpr int kVersion = 1;
  int64_t table = 0;
  int64_t index = 0;

  bool operator==(const IndexDropped&) const = default;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("table", self.table);
    fields("index", self.index);
  }
};

/// Nothing is left of a deleted table: its name is free.
struct TableDropped {
  static constexpr std::string_view kType = "ddb.TableDropped";
  static constexpr int kVersion = 1;
  int64_t table = 0;

  bool operator==(const TableDropped&) const = default;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("table", self.table);
  }
};

/// Where an item stands in a secondary index: the ordering key of its entry (services/dynamodb/ordering_key.h).
struct IndexKey {
  int64_t index = 0;
  Binary key;
  uint32_t size = 0;  ///< bytes of what the index holds of the item, by DynamoDB's own account

  bool operator==(const IndexKey&) const = default;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("index", self.index);
    fields("key", self.key);
    fields("size", self.size);
  }
};

/// An item was written, new or in the place of the one with the same key.
struct ItemPut {
  static constexpr std::string_view kType = "ddb.ItemPut";
  static constexpr int kVersion = 1;
  int64_t table = 0;
  Binary key;                        ///< ordering key: where the item stands in the table
  RawJson item;                      ///< as it is returned
  uint32_t size = 0;                 ///< bytes, by DynamoDB's own account
  std::optional<uint32_t> old_size;  ///< of the item it replaces, if any
  std::vector<IndexKey> indexes;     ///< all entries it has in secondary indexes

  bool operator==(const ItemPut&) const = default;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("table", self.table);
    fields("key", self.key);
    fields("item", self.item);
    fields("size", self.size);
    fields("old_size", self.old_size);
    fields("indexes", self.indexes);
  }
};

/// A long item was written in the place of one that differs little.
struct ItemPatched {
  static constexpr std::string_view kType = "ddb.ItemPatched";
  static constexpr int kVersion = 1;
  int64_t table = 0;
  Binary key;
  RawJson patch;                  ///< what makes the old item the new one (events/item_patch.h)
  uint32_t size = 0;              ///< bytes of the whole item, by DynamoDB's own account
  uint32_t old_size = 0;          ///< of the item it replaces
  std::vector<IndexKey> indexes;  ///< all entries it has in secondary indexes

  bool operator==(const ItemPatched&) const = default;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("table", self.table);
    fields("key", self.key);
    fields("patch", self.patch);
    fields("size", self.size);
    fields("old_size", self.old_size);
    fields("indexes", self.indexes);
  }
};

struct ItemDeleted {
  static constexpr std::string_view kType = "ddb.ItemDeleted";
  static constexpr int kVersion = 1;
  int64_t table = 0;
  Binary key;
  RawJson key_attributes;  ///< for those who read the log
  uint32_t old_size = 0;

  bool operator==(const ItemDeleted&) const = default;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("table", self.table);
    fields("key", self.key);
    fields("key_attributes", self.key_attributes);
    fields("old_size", self.old_size);
  }
};

/// An item that was there when an index was created got an entry in it.
struct IndexEntry {
  Binary item;  ///< ordering key of the item in the table
  Binary key;   ///< ordering key of the entry
  uint32_t size = 0;

  bool operator==(const IndexEntry&) const = default;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("item", self.item);
    fields("key", self.key);
    fields("size", self.size);
  }
};

/// Items that were there before an index got their entries in it, or kept those that a write gave them since. Follows the TableUpdated
/// that created the index, as often as it takes: in slices of a job (before version 0.2 in the same call).
struct IndexFilled {
  static constexpr std::string_view kType = "ddb.IndexFilled";
  static constexpr int kVersion = 1;
  int64_t table = 0;
  int64_t index = 0;
  std::vector<IndexEntry> entries;

  bool operator==(const IndexFilled&) const = default;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("table", self.table);
    fields("index", self.index);
    fields("entries", self.entries);
  }
};

/// All items have their entries: the index can be read.
struct IndexCompleted {
  static constexpr std::string_view kType = "ddb.IndexCompleted";
  static constexpr int kVersion = 1;
  int64_t table = 0;
  int64_t index = 0;

  bool operator==(const IndexCompleted&) const = default;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("table", self.table);
    fields("index", self.index);
  }
};

/// A transaction with a ClientRequestToken was done: until `expires_at` the same request does nothing, another one is refused.
struct TokenUsed {
  static constexpr std::string_view kType = "ddb.TokenUsed";
  static constexpr int kVersion = 1;
  std::string account;
  std::string region;
  std::string token;
  std::string fingerprint;  ///< of the request
  TimeMs used_at = 0;
  TimeMs expires_at = 0;
  std::vector<uint32_t> item_bytes;  ///< size of each action's item, which a repeated request is charged for reading

  bool operator==(const TokenUsed&) const = default;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("account", self.account);
    fields("region", self.region);
    fields("token", self.token);
    fields("fingerprint", self.fingerprint);
    fields("used_at", self.used_at);
    fields("expires_at", self.expires_at);
    fields("item_bytes", self.item_bytes);
  }
};

}  // namespace cloudemu::dynamodb
