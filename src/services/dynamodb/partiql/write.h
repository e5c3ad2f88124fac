#pragma once
#include <optional>
#include <string>

#include "services/dynamodb/partiql/plan.h"
#include "services/dynamodb/transact_write.h"

/// INSERT, UPDATE, DELETE and EXISTS in the terms of PutItem, UpdateItem, DeleteItem and ConditionCheck.
namespace cloudemu::dynamodb::partiql {

/// A write. The request refers to the document and the statement, which must outlive it.
struct Write {
  Statement statement;
  json::Document document = {};  ///< the item or the key, as a client of the other operations would send it
  WriteAction action = {};
  std::optional<AwsError> flaw = {};  ///< of the item that INSERT has
};

/// What can be read without the table: of INSERT all that takes long. A statement that only reads stays what it is.
Write read_write(Statement statement);
/// The rest; may be done anew where the table is another one meanwhile. `wants_old_item`: if the condition fails. Error: the statement does
/// not mean one item, or none that the table may have.
AwsResult<void> bind(Write& write, const Table& table, bool wants_old_item);
/// Ordering key of the item that a bound write means. Error: not a key of the table.
AwsResult<std::string> key_of(const Write& write);

/// What an action's table is called in the reply; transact() looks it up by that. The text must outlive it.
void name_table(WriteAction& action, std::string_view name);

/// What one write comes to.
struct Written {
  std::optional<Event> event;
  std::string returned;  ///< JSON of what RETURNING asks for; empty: nothing
  Consumed consumed;
};
AwsResult<Written> carry_out(const DynamoDbReadModel& state, TimeMs now, Write& write, CapacityDetail detail);

}  // namespace cloudemu::dynamodb::partiql
