#pragma once
#include <cstddef>
#include <span>
#include <string_view>

#include "services/dynamodb/call.h"
#include "services/dynamodb/shape.h"

namespace cloudemu::dynamodb {

/// Where an input names the tables that the operation is about: what policies are asked of.
enum class Names {
  none,         ///< of none that is there
  table,        ///< TableName, and IndexName if there is one
  arn,          ///< ResourceArn
  stream,       ///< StreamArn, or the one in ShardIterator
  items,        ///< the keys of RequestItems
  statements,   ///< in statements of PartiQL
  transaction,  ///< each of TransactItems, which needs what it would need alone: Put is PutItem
};

/// A rule in one step or two, or none.
struct Rule {
  constexpr Rule() = default;
  constexpr Rule(Decide d) : decide(d) {}
  constexpr Rule(Read r) : read(r) {}
  explicit constexpr operator bool() const { return decide || read; }
  friend constexpr bool operator==(const Rule& rule, std::nullptr_t) { return !rule; }

  Decide decide = nullptr;
  Read read = nullptr;
};

/// One row of the table of operations. Without a rule the operation is real at AWS, but not built: it answers NotImplemented.
struct Operation {
  std::string_view name;
  Rule decide = {};
  const Shape* input = nullptr;
  Names names = Names::none;
  /// Calls on tables look at TableName before they check the other constraints.
  bool name_first = false;
};

/// Sorted by name.
std::span<const Operation> operations();
/// Of DynamoDB Streams, which has a target prefix of its own.
std::span<const Operation> stream_operations();

AwsResult<Rest> batch_execute_statement(json::Value input);
AwsResult<Rest> batch_get_item(json::Value input);
AwsResult<Rest> batch_write_item(json::Value input);
AwsResult<Outcome> create_backup(const DynamoDbReadModel& state, const Call& call);
AwsResult<Outcome> create_global_table(const DynamoDbReadModel& state, const Call& call);
AwsResult<Outcome> create_table(const DynamoDbReadModel& state, const Call& call);
AwsResult<Outcome> delete_backup(const DynamoDbReadModel& state, const Call& call);
AwsResult<Rest> delete_item(json::Value input);
AwsResult<Outcome> delete_resource_policy(const DynamoDbReadModel& state, const Call& call);
AwsResult<Outcome> delete_table(const DynamoDbReadModel& state, const Call& call);
AwsResult<Outcome> describe_backup(const DynamoDbReadModel& state, const Call& call);
AwsResult<Outcome> describe_continuous_backups(const DynamoDbReadModel& state, const Call& call);
AwsResult<Outcome> describe_contributor_insights(const DynamoDbReadModel& state, const Call& call);
AwsResult<Outcome> describe_endpoints(const DynamoDbReadModel& state, const Call& call);
AwsResult<Outcome> describe_export(const DynamoDbReadModel& state, const Call& call);
AwsResult<Outcome> describe_global_table(const DynamoDbReadModel& state, const Call& call);
AwsResult<Outcome> describe_global_table_settings(const DynamoDbReadModel& state, const Call& call);
AwsResult<Outcome> describe_import(const DynamoDbReadModel& state, const Call& call);
AwsResult<Outcome> describe_kinesis_destination(const DynamoDbReadModel& state, const Call& call);
AwsResult<Outcome> describe_limits(const DynamoDbReadModel& state, const Call& call);
AwsResult<Outcome> describe_replica_auto_scaling(const DynamoDbReadModel& state, const Call& call);
AwsResult<Outcome> describe_stream(const DynamoDbReadModel& state, const Call& call);
AwsResult<Outcome> describe_table(const DynamoDbReadModel& state, const Call& call);
AwsResult<Outcome> describe_time_to_live(const DynamoDbReadModel& state, const Call& call);
AwsResult<Outcome> disable_kinesis_destination(const DynamoDbReadModel& state, const Call& call);
AwsResult<Outcome> enable_kinesis_destination(const DynamoDbReadModel& state, const Call& call);
AwsResult<Rest> execute_statement(json::Value input);
AwsResult<Rest> execute_transaction(json::Value input);
AwsResult<Outcome> export_table_to_point_in_time(const DynamoDbReadModel& state, const Call& call);
AwsResult<Rest> get_item(json::Value input);
AwsResult<Outcome> get_records(const DynamoDbReadModel& state, const Call& call);
AwsResult<Outcome> get_resource_policy(const DynamoDbReadModel& state, const Call& call);
AwsResult<Outcome> get_shard_iterator(const DynamoDbReadModel& state, const Call& call);
AwsResult<Outcome> import_table(const DynamoDbReadModel& state, const Call& call);
AwsResult<Outcome> list_backups(const DynamoDbReadModel& state, const Call& call);
AwsResult<Outcome> list_contributor_insights(const DynamoDbReadModel& state, const Call& call);
AwsResult<Outcome> list_exports(const DynamoDbReadModel& state, const Call& call);
AwsResult<Outcome> list_global_tables(const DynamoDbReadModel& state, const Call& call);
AwsResult<Outcome> list_imports(const DynamoDbReadModel& state, const Call& call);
AwsResult<Outcome> list_streams(const DynamoDbReadModel& state, const Call& call);
AwsResult<Outcome> list_tables(const DynamoDbReadModel& state, const Call& call);
AwsResult<Outcome> list_tags_of_resource(const DynamoDbReadModel& state, const Call& call);
AwsResult<Rest> put_item(json::Value input);
AwsResult<Outcome> put_resource_policy(const DynamoDbReadModel& state, const Call& call);
AwsResult<Rest> query(json::Value input);
AwsResult<Outcome> restore_table_from_backup(const DynamoDbReadModel& state, const Call& call);
AwsResult<Outcome> restore_table_to_point_in_time(const DynamoDbReadModel& state, const Call& call);
AwsResult<Rest> scan(json::Value input);
AwsResult<Outcome> tag_resource(const DynamoDbReadModel& state, const Call& call);
AwsResult<Rest> transact_get_items(json::Value input);
AwsResult<Rest> transact_write_items(json::Value input);
AwsResult<Outcome> untag_resource(const DynamoDbReadModel& state, const Call& call);
AwsResult<Outcome> update_continuous_backups(const DynamoDbReadModel& state, const Call& call);
AwsResult<Outcome> update_contributor_insights(const DynamoDbReadModel& state, const Call& call);
AwsResult<Outcome> update_global_table(const DynamoDbReadModel& state, const Call& call);
AwsResult<Outcome> update_global_table_settings(const DynamoDbReadModel& state, const Call& call);
AwsResult<Rest> update_item(json::Value input);
AwsResult<Outcome> update_kinesis_destination(const DynamoDbReadModel& state, const Call& call);
AwsResult<Outcome> update_replica_auto_scaling(const DynamoDbReadModel& state, const Call& call);
AwsResult<Outcome> update_table(const DynamoDbReadModel& state, const Call& call);
AwsResult<Outcome> update_time_to_live(const DynamoDbReadModel& state, const Call& call);

}  // namespace cloudemu::dynamodb
