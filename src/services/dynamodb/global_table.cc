#include <algorithm>

#include "core/json_writer.h"
#include "core/strings.h"
#include "services/dynamodb/errors.h"
#include "services/dynamodb/global_table.h"
#include "services/dynamodb/operations.h"
#include "services/dynamodb/replicas.h"
#include "services/dynamodb/table_description.h"

/// Global tables of version 2017.11.29: tables of the same name that were made one by one, and then joined. They replicate like those of
/// the present version.
/// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/globaltables.V1.html
namespace cloudemu::dynamodb {

namespace {

AwsError global_table_not_found(std::string_view name) {
  return {"GlobalTableNotFoundException", 400, concat("Global table with name '", name, "' does not exist.")};
}

std::string name_of(const Call& call) { return std::string(call.input["GlobalTableName"].string()); }

}  // namespace

AwsResult<std::vector<Table>> require_group(const DynamoDbReadModel& state, const Call& call) {
  std::vector<Table> tables = state.global_tables(call.principal.account, kOldGlobalVersion);
  std::string name = name_of(call);
  std::erase_if(tables, [&](const Table& table) { return table.description.name != name; });
  if (tables.empty()) return fail(global_table_not_found(name));
  return tables;
}

namespace {

/// A table that is to join: it must have a stream with both images, and nothing in it.
AwsResult<Table> require_member(const DynamoDbReadModel& state, const Call& call, std::string_view region) {
  const Table* table = state.find_table(call.principal.account, region, name_of(call));
  if (!table || table->deleting) {
    return fail(
        AwsError{"TableNotFoundException", 400, concat("Table not found: Table '", name_of(call), "' not found in region: ", region)});
  }
  if (table->description.stream_view_type != "NEW_AND_OLD_IMAGES") {
    return fail(
        validation(concat("Table: ", name_of(call), " in region: ", region, " must have a stream with the view type NEW_AND_OLD_IMAGES")));
  }
  if (state.totals(table->id).items > 0) {
    return fail(validation(concat("Table: ", name_of(call), " in region: ", region, " is not empty")));
  }
  return *table;
}

/// Replicas have the same keys.
AwsResult<void> check_alike(const std::vector<Table>& tables) {
  for (const Table& table : tables) {
    const TableDescription &a = tables.front().description, &b = table.description;
    if (a.hash == b.hash && a.range == b.range) continue;
    return fail(validation(concat("Table: ", b.name, " in region: ", table.region, " has another key schema than the other replicas")));
  }
  return {};
}

/// Makes a group of exactly these tables.
void join(std::vector<Table>& tables, TimeMs now, TimeMs since, std::vector<Event>& events) {
  for (Table& table : tables) {
    TableDescription description = table.description;
    std::vector<Replica> before = std::exchange(description.replicas, {});
    for (const Table& other : tables) {
      if (other.region == table.region) continue;
      auto known = std::find_if(before.begin(), before.end(), [&](const Replica& replica) { return replica.region == other.region; });
      description.replicas.push_back(known != before.end() ? *known : Replica{.region = other.region, .since = now});
    }
    description.global_version = kOldGlobalVersion;
    description.global_since = since;
    if (description == table.description) continue;
    table.description = description;
    events.push_back(TableUpdated{.table = table.id, .description = std::move(description)});
  }
}

void leave(const Table& table, std::vector<Event>& events) {
  TableDescription description = table.description;
  description.replicas.clear();
  description.global_version.clear();
  description.global_since = 0;
  events.push_back(TableUpdated{.table = table.id, .description = std::move(description)});
}

void write_group(JsonWriter& json, const Call& call, const std::vector<Table>& tables, std::string_view status) {
  json.begin_object().key("GlobalTableDescription").begin_object().key("ReplicationGroup").begin_array();
  for (const Table& table : tables) json.begin_object().field("RegionName", table.region).field("ReplicaStatus", "ACTIVE").end_object();
  json.end_array();
  json.field("GlobalTableArn", concat("arn:aws:dynamodb::", call.principal.account, ":global-table/", name_of(call)));
  json.raw_field("CreationDateTime", epoch_seconds(tables.empty() ? call.now : tables.front().description.global_since));
  json.field("GlobalTableStatus", status).field("GlobalTableName", name_of(call)).end_object().end_object();
}

}  // namespace

AwsResult<Outcome> create_global_table(const DynamoDbReadModel& state, const Call& call) {
  if (require_group(state, call)) {
    return fail(AwsError{"GlobalTableAlreadyExistsException", 400, concat("Global table with name: '", name_of(call), "' already exists")});
  }
  std::vector<Table> tables;
  for (json::Value replica : call.input["ReplicationGroup"].elements()) {
    std::string_view region = replica["RegionName"].string();
    auto is_there = [&](const Table& table) { return table.region == region; };
    if (std::any_of(tables.begin(), tables.end(), is_there)) {
      return fail(validation(concat("Replication group has the region more than once: ", region)));
    }
    tables.push_back(TRY(require_member(state, call, region)));
  }
  if (tables.empty()) return fail(validation("One or more parameter values were invalid: ReplicationGroup must not be empty"));
  TRY(check_alike(tables));
  Answer answer;
  join(tables, call.now, call.now, answer.events);
  JsonWriter json(answer.response.body);
  write_group(json, call, tables, "CREATING");
  return answer;
}

AwsResult<Outcome> update_global_table(const DynamoDbReadModel& state, const Call& call) {
  std::vector<Table> tables = TRY(require_group(state, call));
  TimeMs since = tables.front().description.global_since;
  Answer answer;
  for (json::Value update : call.input["ReplicaUpdates"].elements()) {
    bool creates = update["Create"].is_object();
    std::string_view region = update[creates ? "Create" : "Delete"]["RegionName"].string();
    auto known = std::find_if(tables.begin(), tables.end(), [&](const Table& table) { return table.region == region; });
    if (creates && known != tables.end()) {
      return fail(AwsError{"ReplicaAlreadyExistsException", 400, concat("Replica already exists in region: ", region)});
    }
    if (!creates && known == tables.end()) {
      return fail(AwsError{"ReplicaNotFoundException", 400, concat("Replica not found in region: ", region)});
    }
    if (creates) {
      tables.push_back(TRY(require_member(state, call, region)));
    } else {
      leave(*known, answer.events);
      tables.erase(known);
    }
  }
  TRY(check_alike(tables));
  join(tables, call.now, since, answer.events);
  JsonWriter json(answer.response.body);
  write_group(json, call, tables, "UPDATING");
  return answer;
}

AwsResult<Outcome> describe_global_table(const DynamoDbReadModel& state, const Call& call) {
  std::vector<Table> tables = TRY(require_group(state, call));
  http::Response response;
  JsonWriter json(response.body);
  write_group(json, call, tables, "ACTIVE");
  return outcome_of(std::move(response));
}

AwsResult<Outcome> list_global_tables(const DynamoDbReadModel& state, const Call& call) {
  constexpr size_t kLimitMax = 100;
  json::Value limit_given = call.input["Limit"];
  size_t limit = limit_given.is_number() ? static_cast<size_t>(limit_given.integer()) : kLimitMax;
  std::string_view after = call.input["ExclusiveStartGlobalTableName"].string(), region = call.input["RegionName"].string();
  std::vector<Table> tables = state.global_tables(call.principal.account, kOldGlobalVersion);

  http::Response response;
  JsonWriter json(response.body);
  json.begin_object().key("GlobalTables").begin_array();
  size_t count = 0;
  std::string last, more;
  for (auto first = tables.begin(); first != tables.end() && more.empty();) {
    const std::string& name = first->description.name;
    auto end = std::find_if(first, tables.end(), [&](const Table& table) { return table.description.name != name; });
    auto in_region = [&](const Table& table) { return region.empty() || table.region == region; };
    if (name > after && std::any_of(first, end, in_region)) {
      if (count == limit) more = last;
      else {
        json.begin_object().field("GlobalTableName", name).key("ReplicationGroup").begin_array();
        for (auto table = first; table != end; ++table) json.begin_object().field("RegionName", table->region).end_object();
        json.end_array().end_object();
        last = name;
        ++count;
      }
    }
    first = end;
  }
  json.end_array();
  if (!more.empty()) json.field("LastEvaluatedGlobalTableName", more);
  json.end_object();
  return outcome_of(std::move(response));
}

}  // namespace cloudemu::dynamodb
