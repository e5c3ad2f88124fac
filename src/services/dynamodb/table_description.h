#pragma once
#include <vector>

#include "core/json_writer.h"
#include "projections/dynamodb_read_model.h"

/// Tables as replies describe them.
/// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TableDescription.html
namespace cloudemu::dynamodb {

/// AWS says less, or something else, depending on who asks.
enum class Occasion {
  created,  ///< the table is there and usable, but the reply says CREATING
  described,
  updated,  ///< likewise UPDATING
  deleted   ///< hardly more than the name and DELETING
};

/// Writes a TableDescription. `state` is null for a table that is just being created. `before`: what a table was that is just being changed.
/// `new_index`: one that is just being created, `old_index`: one that is just being deleted; empty: none.
struct DescribedTable {
  const Table& table;
  const DynamoDbReadModel* state = nullptr;
  Occasion occasion = Occasion::described;
  const TableDescription* before = nullptr;
  std::string_view new_index = {};
  const IndexDescription* old_index = nullptr;
};
void write_table(JsonWriter& json, const DescribedTable& described);

/// Writes a ReplicaDescription.
void write_replica(JsonWriter& json, const Replica& replica);
/// The parts of it that a backup's description has, too.
void write_key_schema(JsonWriter& json, const std::vector<KeyAttribute>& hash, const std::vector<KeyAttribute>& range);
void write_projection(JsonWriter& json, const IndexDescription& index);
void write_on_demand_max(JsonWriter& json, const ReadWrite& max, Occasion occasion = Occasion::described);
void write_encryption(JsonWriter& json, std::string_view region, std::string_view account, const TableDescription& table);

/// Seconds with three decimals, as AWS's JSON has times.
std::string epoch_seconds(TimeMs time);

}  // namespace cloudemu::dynamodb
