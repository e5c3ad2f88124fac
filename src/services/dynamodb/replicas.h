#pragma once
#include <vector>

#include "services/dynamodb/call.h"

/// Replicas of a table in other regions: global tables of version 2019.11.21. All tables of a group list the others.
/// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/V2globaltables_HowItWorks.html
namespace cloudemu::dynamodb {

inline constexpr std::string_view kGlobalVersion = "2019.11.21", kOldGlobalVersion = "2017.11.29";

/// Does the ReplicaUpdates of an UpdateTable, if there are any: `after` is the table as it will be. The events are what happens in other
/// regions: what the tables of a group have in common changes in all of them.
AwsResult<std::vector<Event>> change_group(const DynamoDbReadModel& state, const Call& call, const Table& before, TableDescription& after);

/// The other tables of the group; copies, since looking one up may forget another.
std::vector<Table> replica_tables(const DynamoDbReadModel& state, const Table& table);

/// What all tables of a group have in common, from one to another: keys, indexes, billing, time to live. But for what a replica may read,
/// which may be its own.
void share_settings(const TableDescription& from, std::string_view from_region, Table& to);

/// The table goes: the others forget it.
void leave_group(const DynamoDbReadModel& state, const Table& table, std::vector<Event>& events);

/// `of` without its replica in a region; with none left it is no global table any more.
void forget_replica(TableDescription& of, std::string_view region);

/// The events that change a table into what is described, and the jobs for indexes that come and go.
void append_update(const DynamoDbReadModel& state, const Table& before, TableDescription after, TimeMs now, std::vector<Event>& events);

}  // namespace cloudemu::dynamodb
