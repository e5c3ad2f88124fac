#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/clock.h"
#include "events/dynamodb_table.h"
#include "events/fields.h"

/// The facts of Amazon DynamoDB. `table` is the number that the table got when it was created: names come back, numbers do not.
namespace cloudemu::dynamodb {

using events::Binary;

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
  std::vector<IndexKey> indexes;     ///< all entries it has in secondary indexes, and in the hidden one of time to live
  TimeMs expires_at = 0;             ///< when time to live may delete it; 0: never
  TimeMs streamed_until = 0;         ///< the table's stream keeps a record of this until then; 0: it has none
  bool replicated = false;           ///< because the table's replica in another region was written

  bool operator==(const ItemPut&) const = default;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("table", self.table);
    fields("key", self.key);
    fields("item", self.item);
    fields("size", self.size);
    fields("old_size", self.old_size);
    fields("indexes", self.indexes);
    fields("expires_at", self.expires_at);
    fields("streamed_until", self.streamed_until);
    fields("replicated", self.replicated);
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
  std::vector<IndexKey> indexes;  ///< as of ItemPut
  TimeMs expires_at = 0;          ///< likewise
  TimeMs streamed_until = 0;

  bool operator==(const ItemPatched&) const = default;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("table", self.table);
    fields("key", self.key);
    fields("patch", self.patch);
    fields("size", self.size);
    fields("old_size", self.old_size);
    fields("indexes", self.indexes);
    fields("expires_at", self.expires_at);
    fields("streamed_until", self.streamed_until);
  }
};

struct ItemDeleted {
  static constexpr std::string_view kType = "ddb.ItemDeleted";
  static constexpr int kVersion = 1;
  int64_t table = 0;
  Binary key;
  RawJson key_attributes;  ///< for those who read the log
  uint32_t old_size = 0;
  bool expired = false;  ///< time to live deleted it
  TimeMs streamed_until = 0;
  bool replicated = false;

  bool operator==(const ItemDeleted&) const = default;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("table", self.table);
    fields("key", self.key);
    fields("key_attributes", self.key_attributes);
    fields("old_size", self.old_size);
    fields("expired", self.expired);
    fields("streamed_until", self.streamed_until);
    fields("replicated", self.replicated);
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
