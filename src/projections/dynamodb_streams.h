#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "events/dynamodb_events.h"
#include "events/dynamodb_stream_events.h"
#include "projections/sqlite.h"

/// What DynamoDB Streams keeps: a row per stream, and a row per change of an item until its day is over. Streams outlive their tables.
namespace cloudemu::dynamodb {

/// What a stream must know of its table, which may be gone.
struct StreamSchema {
  KeyAttribute hash;
  std::optional<KeyAttribute> range;
  std::string view_type;

  bool operator==(const StreamSchema&) const = default;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("hash", self.hash);
    fields("range", self.range);
    fields("view_type", self.view_type);
  }
};

struct Stream {
  int64_t id = 0;     ///< sequence of the event that enabled it
  int64_t table = 0;  ///< number of its table
  std::string account, region, table_name, label;
  StreamSchema schema;
  TimeMs enabled_at = 0;
  TimeMs closed_at = 0;   ///< when it was disabled; 0: it takes records
  int64_t closed_by = 0;  ///< sequence of the event that disabled it
  int64_t trimmed = 0;    ///< sequence of the last record that went; 0: none
};

/// A change of an item.
struct StreamRecord {
  enum class Kind : uint8_t { insert, modify, remove, expire };
  int64_t sequence = 0;
  TimeMs at = 0;
  Kind kind = Kind::insert;
  std::string_view key;   ///< ordering key of the item
  uint32_t new_size = 0;  ///< by DynamoDB's own account; 0: no such image
  uint32_t old_size = 0;
  std::string_view new_image;  ///< items as JSON; empty where the stream does not keep them
  std::string_view old_image;
};

/// Folds what concerns streams; DynamoDbProjection says when.
class StreamProjection {
 public:
  explicit StreamProjection(sqlite::Database& database);
  static void create_schema(sqlite::Database& database);

  /// A stream that takes records.
  struct Open {
    int64_t id = 0;
    std::string label;
    bool keeps_old = false, keeps_new = false;
  };
  std::optional<Open> open_stream(int64_t table);
  void enable(const Stream& stream);
  void disable(int64_t stream, int64_t sequence, TimeMs now);
  void record(const Open& stream, const StreamRecord& record);
  void trim(const StreamTrimmed& event);

 private:
  sqlite::Statement enable_, disable_, find_open_, record_, trim_, note_trimmed_, end_;
};

class StreamReadModel {
 public:
  explicit StreamReadModel(sqlite::Database& database);

  std::optional<Stream> find(std::string_view account, std::string_view region, std::string_view table, std::string_view label) const;
  /// By the names of their tables and then by age, behind `table` and `label`; of one table only, if `only` names it.
  std::vector<Stream> list(std::string_view account, std::string_view region, std::string_view only, std::string_view table,
                           std::string_view label, size_t limit) const;
  /// Those of a table, and numbers of all tables that have any.
  std::vector<Stream> of_table(int64_t table) const;
  std::vector<int64_t> tables() const;

  /// The oldest record of a stream that is younger than `than`: its sequence and time.
  struct Place {
    int64_t sequence;
    TimeMs at;
  };
  std::optional<Place> first_after(int64_t stream, TimeMs than) const;
  /// The oldest record of a stream.
  std::optional<Place> oldest(int64_t stream) const;
  /// Sequence of the last record; 0: there is none.
  int64_t last(int64_t stream) const;
  /// Calls `visit` for the records from `from` on, in order, until it returns false. It must not call back.
  void records(int64_t stream, int64_t from, const std::function<bool(const StreamRecord&)>& visit) const;

 private:
  mutable sqlite::Statement find_, list_, list_of_, of_table_, tables_, first_after_, oldest_, last_, records_;
};

}  // namespace cloudemu::dynamodb
