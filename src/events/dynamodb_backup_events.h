#pragma once
#include <cstdint>
#include <string>

#include "core/clock.h"
#include "events/dynamodb_table.h"
#include "events/fields.h"

/// The facts of backups, restores, exports and imports of DynamoDB. A backup is named by its number, the sequence of its BackupCreated:
/// it holds the items of its table as they were after that event. So is a transfer (an export or an import) by its TransferStarted.
namespace cloudemu::dynamodb {

using events::Binary;

struct BackupCreated {
  static constexpr std::string_view kType = "ddb.BackupCreated";
  static constexpr int kVersion = 1;
  std::string account, region;
  int64_t table = 0;
  std::string kind;  ///< USER; SYSTEM: of a deleted table; HOLD: keeps what a restore or an export reads, and nobody sees it
  std::string name;
  std::string arn;               ///< empty: of a HOLD
  TableDescription description;  ///< of the table, as it was then
  int64_t items = 0, bytes = 0;
  TimeMs created_at = 0;
  TimeMs expires_at = 0;  ///< of SYSTEM; 0: never

  bool operator==(const BackupCreated&) const = default;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("account", self.account);
    fields("region", self.region);
    fields("table", self.table);
    fields("kind", self.kind);
    fields("name", self.name);
    fields("arn", self.arn);
    fields("description", self.description);
    fields("items", self.items);
    fields("bytes", self.bytes);
    fields("created_at", self.created_at);
    fields("expires_at", self.expires_at);
  }
};

/// Nobody can restore it any more. What it alone kept is dropped by a job: VersionsDropped follow.
struct BackupDeleted {
  static constexpr std::string_view kType = "ddb.BackupDeleted";
  static constexpr int kVersion = 1;
  int64_t backup = 0;
  int64_t table = 0;  ///< its table

  bool operator==(const BackupDeleted&) const = default;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("backup", self.backup);
    fields("table", self.table);
  }
};

/// Of the items of a table within a stretch, those earlier versions are gone that no backup is left to need.
struct VersionsDropped {
  static constexpr std::string_view kType = "ddb.VersionsDropped";
  static constexpr int kVersion = 1;
  int64_t table = 0;
  Binary after;  ///< ordering key before the first one; empty: from the beginning
  Binary up_to;  ///< ordering key of the last one

  bool operator==(const VersionsDropped&) const = default;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("table", self.table);
    fields("after", self.after);
    fields("up_to", self.up_to);
  }
};

/// A table that was made of a backup, of the past or of an import has all its items: it can be used.
struct TableFilled {
  static constexpr std::string_view kType = "ddb.TableFilled";
  static constexpr int kVersion = 1;
  int64_t table = 0;

  bool operator==(const TableFilled&) const = default;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("table", self.table);
  }
};

/// An export or an import was begun.
struct TransferStarted {
  static constexpr std::string_view kType = "ddb.TransferStarted";
  static constexpr int kVersion = 1;
  std::string kind;  ///< EXPORT, IMPORT
  std::string account, region;
  std::string arn;
  std::string table_name, table_arn, table_id;
  int64_t table = 0;   ///< that is exported; 0: the import's table is the one of that name
  int64_t backup = 0;  ///< that holds what is exported; 0: only the log does
  TimeMs at = 0;       ///< the moment whose items are exported
  events::RawJson request;
  std::string token;  ///< ClientToken
  TimeMs started_at = 0;

  bool operator==(const TransferStarted&) const = default;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("kind", self.kind);
    fields("account", self.account);
    fields("region", self.region);
    fields("arn", self.arn);
    fields("table_name", self.table_name);
    fields("table_arn", self.table_arn);
    fields("table_id", self.table_id);
    fields("table", self.table);
    fields("backup", self.backup);
    fields("at", self.at);
    fields("request", self.request);
    fields("token", self.token);
    fields("started_at", self.started_at);
  }
};

/// A transfer got on: an export wrote a data file, an import read some of one.
struct TransferAdvanced {
  static constexpr std::string_view kType = "ddb.TransferAdvanced";
  static constexpr int kVersion = 1;
  int64_t transfer = 0;
  int64_t items = 0, bytes = 0;        ///< that were written, in this step
  int64_t read_items = 0, errors = 0;  ///< of an import: that were read, and those that could not be imported
  events::RawJson file;                ///< of an export: the line of its manifest that names the data file

  bool operator==(const TransferAdvanced&) const = default;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("transfer", self.transfer);
    fields("items", self.items);
    fields("bytes", self.bytes);
    fields("read_items", self.read_items);
    fields("errors", self.errors);
    fields("file", self.file);
  }
};

struct TransferEnded {
  static constexpr std::string_view kType = "ddb.TransferEnded";
  static constexpr int kVersion = 1;
  int64_t transfer = 0;
  std::string status;  ///< COMPLETED, FAILED
  std::string failure_code, failure_message;
  std::string manifest;  ///< key of an export's manifest-summary.json
  TimeMs ended_at = 0;

  bool operator==(const TransferEnded&) const = default;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("transfer", self.transfer);
    fields("status", self.status);
    fields("failure_code", self.failure_code);
    fields("failure_message", self.failure_message);
    fields("manifest", self.manifest);
    fields("ended_at", self.ended_at);
  }
};

}  // namespace cloudemu::dynamodb
