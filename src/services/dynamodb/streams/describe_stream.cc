#include "core/json_writer.h"
#include "services/dynamodb/operations.h"
#include "services/dynamodb/streams/stream_ref.h"
#include "services/dynamodb/table_description.h"

namespace cloudemu::dynamodb {

namespace {

void write_key(JsonWriter& json, const StreamSchema& schema) {
  json.key("KeySchema").begin_array();
  json.begin_object().field("AttributeName", schema.hash.name).field("KeyType", "HASH").end_object();
  if (schema.range) json.begin_object().field("AttributeName", schema.range->name).field("KeyType", "RANGE").end_object();
  json.end_array();
}

void write_shard(JsonWriter& json, const Stream& stream) {
  json.begin_object().field("ShardId", shard_id(stream)).key("SequenceNumberRange").begin_object();
  json.field("StartingSequenceNumber", sequence_text(stream.id));
  if (stream.closed_at > 0) json.field("EndingSequenceNumber", sequence_text(stream.closed_by));
  json.end_object().end_object();
}

/// A filter names both: the children are asked for, and whose.
AwsResult<void> check_filter(json::Value filter) {
  if (!filter.is_object()) return {};
  if (!filter["Type"].is_string()) return fail(validation("ShardFilter.Type must be specified when ShardFilter is specified"));
  if (!filter["ShardId"].is_string()) return fail(validation("ShardFilter.ShardId must be specified for ShardFilter type CHILD_SHARDS"));
  return {};
}

}  // namespace

/// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_DescribeStream.html. The one shard has no children.
AwsResult<Outcome> describe_stream(const DynamoDbReadModel& state, const Call& call) {
  TRY(check_filter(call.input["ShardFilter"]));
  Stream stream = TRY(require_stream(state, call, call.input["StreamArn"].string()));
  json::Value after = call.input["ExclusiveStartShardId"];
  bool shows_shard = !call.input["ShardFilter"].is_object() && (!after.is_string() || after.string() < shard_id(stream));

  http::Response response;
  JsonWriter json(response.body);
  json.begin_object().key("StreamDescription").begin_object();
  json.raw_field("CreationRequestDateTime", epoch_seconds(stream.enabled_at));
  write_key(json, stream.schema);
  json.key("Shards").begin_array();
  if (shows_shard) write_shard(json, stream);
  json.end_array().field("StreamArn", stream_arn(stream)).field("StreamLabel", stream.label);
  json.field("StreamStatus", stream.closed_at > 0 ? "DISABLED" : "ENABLED").field("StreamViewType", stream.schema.view_type);
  json.field("TableName", stream.table_name).end_object().end_object();
  return outcome_of(std::move(response));
}

}  // namespace cloudemu::dynamodb
