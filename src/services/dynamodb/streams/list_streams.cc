#include "core/json_writer.h"
#include "services/dynamodb/operations.h"
#include "services/dynamodb/stream_rules.h"
#include "services/dynamodb/streams/stream_ref.h"

namespace cloudemu::dynamodb {

/// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_ListStreams.html. Where a page begins may be the ARN of a
/// stream that is gone.
AwsResult<Outcome> list_streams(const DynamoDbReadModel& state, const Call& call) {
  constexpr size_t kLimitMax = 100;
  json::Value limit_given = call.input["Limit"], start = call.input["ExclusiveStartStreamArn"];
  size_t limit = limit_given.is_number() ? static_cast<size_t>(limit_given.integer()) : kLimitMax;
  std::string table, label;
  if (start.is_string()) {
    auto ref = parse_stream_arn(start.string());
    if (!ref) return fail(validation("Invalid StreamArn"));
    table = ref->table;
    label = ref->label;
  }
  std::vector<Stream> page;
  for (bool more = true; more && page.size() <= limit;) {
    std::vector<Stream> found =
        state.streams().list(call.principal.account, call.principal.region, call.input["TableName"].string(), table, label, limit + 1);
    more = found.size() > limit;
    for (Stream& stream : found) {
      table = stream.table_name;
      label = stream.label;
      if (stream.closed_at == 0 || !is_past_its_day(stream.closed_at, call.now)) page.push_back(std::move(stream));
    }
  }
  bool more = page.size() > limit;
  if (more) page.resize(limit);

  http::Response response;
  JsonWriter json(response.body);
  json.begin_object();
  if (more) json.field("LastEvaluatedStreamArn", stream_arn(page.back()));
  json.key("Streams").begin_array();
  for (const Stream& stream : page) {
    json.begin_object().field("StreamArn", stream_arn(stream)).field("TableName", stream.table_name);
    json.field("StreamLabel", stream.label).end_object();
  }
  json.end_array().end_object();
  return outcome_of(std::move(response));
}

}  // namespace cloudemu::dynamodb
