#include "core/encoding.h"
#include "core/json_writer.h"
#include "core/strings.h"
#include "services/dynamodb/key_item.h"
#include "services/dynamodb/operations.h"
#include "services/dynamodb/streams/stream_ref.h"
#include "services/dynamodb/table_description.h"

namespace cloudemu::dynamodb {

namespace {

/// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_GetRecords.html
constexpr size_t kRecordsMax = 1000;
constexpr size_t kBytesMax = 1 << 20;
/// As text a record may be many times longer than it counts: a page ends where that is too much for one turn of the loop.
constexpr size_t kTextBytesMax = 2 << 20;
constexpr TimeMs kIteratorLifeMs = 15 * 60 * kSecondMs;

std::string_view event_name(StreamRecord::Kind kind) {
  switch (kind) {
    case StreamRecord::Kind::insert: return "INSERT";
    case StreamRecord::Kind::modify: return "MODIFY";
    case StreamRecord::Kind::remove:
    case StreamRecord::Kind::expire: break;
  }
  return "REMOVE";
}

/// What a record counts as: keys and images.
struct Sized {
  std::string keys;  ///< as JSON
  size_t bytes;
};
Sized measure(const TableDescription& keys_of, const StreamRecord& record) {
  Item keys = item_of_key(keys_of, nullptr, record.key, KeyOrder::table_first);
  Sized sized{.keys = {}, .bytes = size_of(keys)};
  append_item(sized.keys, keys);
  if (!record.new_image.empty()) sized.bytes += record.new_size;
  if (!record.old_image.empty()) sized.bytes += record.old_size;
  return sized;
}

void write_record(JsonWriter& json, const Stream& stream, const StreamRecord& record, const Sized& sized) {
  std::string id = hex(std::to_string(record.sequence));
  id.insert(0, 32 - std::min<size_t>(32, id.size()), '0');
  json.begin_object().field("eventID", id).field("eventName", event_name(record.kind)).field("eventVersion", "1.1");
  json.field("eventSource", "aws:dynamodb").field("awsRegion", stream.region).key("dynamodb").begin_object();
  json.raw_field("ApproximateCreationDateTime", std::to_string(record.at / 1000)).raw_field("Keys", sized.keys);
  if (!record.new_image.empty()) json.raw_field("NewImage", record.new_image);
  if (!record.old_image.empty()) json.raw_field("OldImage", record.old_image);
  json.field("SequenceNumber", sequence_text(record.sequence)).field("SizeBytes", static_cast<int64_t>(sized.bytes));
  json.field("StreamViewType", stream.schema.view_type).end_object();
  if (record.kind == StreamRecord::Kind::expire) {
    json.key("userIdentity").begin_object().field("Type", "Service").field("PrincipalId", "dynamodb.amazonaws.com").end_object();
  }
  json.end_object();
}

AwsResult<int64_t> first_of(const DynamoDbReadModel& state, const Stream& stream, const Iterator& iterator, TimeMs now) {
  if (now - iterator.made_at > kIteratorLifeMs) {
    return fail(AwsError{
        "ExpiredIteratorException", 400,
        concat("Iterator expired. The iterator was created at time ", epoch_seconds(iterator.made_at), " while right now it is ",
               epoch_seconds(now), " which is further in the future than the tolerated delay of ", kIteratorLifeMs, " milliseconds.")});
  }
  int64_t horizon = trim_horizon(state, stream, now);
  if (iterator.is_horizon) return horizon + 1;
  if (iterator.from <= horizon) return fail(trimmed_access());
  return iterator.from;
}

}  // namespace

/// A closed shard ends: behind its last record there is no further iterator.
AwsResult<Outcome> get_records(const DynamoDbReadModel& state, const Call& call) {
  ParsedIterator parsed = TRY(parse_iterator(call.input["ShardIterator"].string()));
  Stream stream = TRY(require_stream(state, call, parsed.arn));
  int64_t from = TRY(first_of(state, stream, parsed.iterator, call.now));
  json::Value limit_given = call.input["Limit"];
  size_t limit = limit_given.is_number() ? static_cast<size_t>(limit_given.integer()) : kRecordsMax;
  TableDescription keys_of;
  keys_of.hash = stream.schema.hash;
  keys_of.range = stream.schema.range;

  http::Response response;
  JsonWriter json(response.body);
  json.begin_object().key("Records").begin_array();
  size_t count = 0, bytes = 0;
  bool more = false;
  state.streams().records(stream.id, from, [&](const StreamRecord& record) {
    Sized sized = measure(keys_of, record);
    more = count == limit || (count > 0 && (bytes + sized.bytes > kBytesMax || response.body.size() >= kTextBytesMax));
    if (more) return false;
    write_record(json, stream, record, sized);
    bytes += sized.bytes;
    ++count;
    from = record.sequence + 1;
    return true;
  });
  json.end_array();
  bool at_end = stream.closed_at > 0 && !more;
  if (!at_end) json.field("NextShardIterator", iterator_text(stream, {.from = from, .made_at = call.now}));
  json.end_object();
  return outcome_of(std::move(response));
}

}  // namespace cloudemu::dynamodb
