#pragma once
#include <string_view>

#include "events/dynamodb_table.h"
#include "protocol/json.h"

/// What a replica is to have of its own, where its group has something else: reads, the table class, the key of its encryption.
/// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_CreateReplicationGroupMemberAction.html
namespace cloudemu::dynamodb {

/// Takes over what an action of ReplicaUpdates says.
void read_overrides(json::Value action, Replica& replica);

/// Makes a customer's key the one that the table is encrypted with.
void encrypt_with(std::string_view key, TableDescription& table);
/// Gives the replica's table what is asked of it alone.
void apply_overrides(const Replica& replica, TableDescription& table);
/// Only what it may read: `table` has just got the rates of its group.
void apply_read_overrides(const Replica& replica, TableDescription& table);
/// `from`, the table of `replica`, may read by rates of its own, and `to`, of another region, has just got them: it goes back to those it
/// `had`, and notes in `replica` what they are now.
void keep_reads_apart(Replica& replica, const TableDescription& from, const TableDescription& had, TableDescription& to);

}  // namespace cloudemu::dynamodb
