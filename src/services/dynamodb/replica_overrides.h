#pragma once
#include "events/dynamodb_table.h"
#include "protocol/json.h"

/// What a replica is to have of its own, where its group has something else: reads, the table class, the key of its encryption.
/// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_CreateReplicationGroupMemberAction.html
namespace cloudemu::dynamodb {

/// Takes over what an action of ReplicaUpdates says.
void read_overrides(json::Value action, Replica& replica);

/// Gives the replica's table what is asked of it alone.
void apply_overrides(const Replica& replica, TableDescription& table);
/// Only what it may read: `table` has just got the rates of its group.
void apply_read_overrides(const Replica& replica, TableDescription& table);
/// `replica` reads by rates of its own, which `table`, of another region, was given just now: it goes back to those it had `before`.
void refuse_read_overrides(const Replica& replica, const TableDescription& before, TableDescription& table);

}  // namespace cloudemu::dynamodb
