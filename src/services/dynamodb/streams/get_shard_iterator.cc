#include "core/json_writer.h"
#include "core/strings.h"
#include "services/dynamodb/operations.h"
#include "services/dynamodb/streams/stream_ref.h"

namespace cloudemu::dynamodb {

namespace {

AwsResult<int64_t> named_sequence(json::Value given) {
  auto sequence = parse_sequence(given.string());
  if (!sequence) return fail(validation(concat("Invalid SequenceNumber: ", given.string())));
  return *sequence;
}

AwsResult<Iterator> place_of(const DynamoDbReadModel& state, const Call& call, const Stream& stream) {
  std::string_view type = call.input["ShardIteratorType"].string();
  if (type == "TRIM_HORIZON") return Iterator{.from = 0, .is_horizon = true, .made_at = call.now};
  int64_t horizon = trim_horizon(state, stream, call.now);
  if (type == "LATEST") return Iterator{.from = std::max(horizon, state.streams().last(stream.id)) + 1, .made_at = call.now};
  int64_t sequence = TRY(named_sequence(call.input["SequenceNumber"]));
  int64_t from = type == "AT_SEQUENCE_NUMBER" ? sequence : sequence + 1;
  if (from <= horizon) return fail(trimmed_access());
  return Iterator{.from = from, .made_at = call.now};
}

}  // namespace

/// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_GetShardIterator.html
AwsResult<Outcome> get_shard_iterator(const DynamoDbReadModel& state, const Call& call) {
  std::string_view type = call.input["ShardIteratorType"].string(), shard = call.input["ShardId"].string();
  bool names_place = type.ends_with("_SEQUENCE_NUMBER"), has_sequence = call.input["SequenceNumber"].is_string();
  if (names_place && !has_sequence) {
    return fail(validation(concat("SequenceNumber must be specified when ShardIteratorType is ", type)));
  }
  if (!names_place && has_sequence) {
    return fail(validation(concat("SequenceNumber must not be specified when ShardIteratorType is ", type)));
  }
  Stream stream = TRY(require_stream(state, call, call.input["StreamArn"].string()));
  if (shard != shard_id(stream)) {
    return fail(AwsError{"ResourceNotFoundException", 400,
                         concat("Requested resource not found: Shard does not exist: ", shard, " in stream ", stream_arn(stream))});
  }
  Iterator iterator = TRY(place_of(state, call, stream));

  http::Response response;
  JsonWriter(response.body).begin_object().field("ShardIterator", iterator_text(stream, iterator)).end_object();
  return outcome_of(std::move(response));
}

}  // namespace cloudemu::dynamodb
