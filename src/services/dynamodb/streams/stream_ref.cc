#include "services/dynamodb/streams/stream_ref.h"

#include <vector>

#include "core/encoding.h"
#include "core/strings.h"
#include "services/dynamodb/arn.h"
#include "services/dynamodb/stream_rules.h"

namespace cloudemu::dynamodb {

namespace {

constexpr size_t kSequenceDigits = 20;  // behind a one
constexpr std::string_view kStreamInfix = "/stream/";
constexpr std::string_view kIteratorVersion = "|1|";

std::string padded(int64_t number) {
  std::string digits = std::to_string(number);
  return std::string(kSequenceDigits - digits.size(), '0') + digits;
}

AwsError invalid_iterator() { return validation("Invalid ShardIterator"); }

}  // namespace

std::optional<StreamRef> parse_stream_arn(std::string_view arn) {
  size_t at = arn.find(kStreamInfix);
  if (at == std::string_view::npos) return std::nullopt;
  auto table = parse_table_arn(arn.substr(0, at));
  std::string_view label = arn.substr(at + kStreamInfix.size());
  if (!table || label.empty()) return std::nullopt;
  return StreamRef{table->account, table->region, table->name, label};
}

std::string stream_arn(const Stream& stream) {
  return concat(table_arn(stream.region, stream.account, stream.table_name), kStreamInfix, stream.label);
}

AwsResult<Stream> require_stream(const DynamoDbReadModel& state, const Call& call, std::string_view arn) {
  auto ref = parse_stream_arn(arn);
  if (!ref) return fail(validation("Invalid StreamArn"));
  auto stream = state.streams().find(ref->account, ref->region, ref->table, ref->label);
  bool is_over = stream && stream->closed_at > 0 && is_past_its_day(stream->closed_at, call.now);
  if (!stream || is_over) {
    return fail(AwsError{"ResourceNotFoundException", 400, concat("Requested resource not found: Stream: ", arn, " not found")});
  }
  return std::move(*stream);
}

std::string shard_id(const Stream& stream) {
  std::string mark = hex(std::to_string(stream.id));
  mark.resize(8, '0');
  return concat("shardId-", padded(stream.enabled_at), '-', mark);
}

std::string sequence_text(int64_t sequence) { return concat('1', padded(sequence)); }

std::optional<int64_t> parse_sequence(std::string_view text) {
  if (text.size() != kSequenceDigits + 1 || text.front() != '1') return std::nullopt;
  if (text.find_first_not_of("0123456789") != std::string_view::npos) return std::nullopt;
  return parse_integer<int64_t>(text.substr(std::min(text.find_first_not_of('0', 1), text.size() - 1)));
}

std::string iterator_text(const Stream& stream, const Iterator& iterator) {
  std::string place = concat(iterator.from, ' ', iterator.is_horizon ? 1 : 0, ' ', iterator.made_at);
  return concat(stream_arn(stream), kIteratorVersion, base64(place));
}

AwsResult<ParsedIterator> parse_iterator(std::string_view text) {
  size_t at = text.find(kIteratorVersion);
  if (at == std::string_view::npos) return fail(invalid_iterator());
  auto place = unbase64(text.substr(at + kIteratorVersion.size()));
  std::vector<std::string_view> parts = split(place ? std::string_view(*place) : std::string_view(), ' ');
  if (parts.size() != 3 || !parse_stream_arn(text.substr(0, at))) return fail(invalid_iterator());
  auto from = parse_integer<int64_t>(parts[0]), made_at = parse_integer<int64_t>(parts[2]);
  if (!from || !made_at || *from < 0) return fail(invalid_iterator());
  return ParsedIterator{text.substr(0, at), {.from = *from, .is_horizon = parts[1] == "1", .made_at = *made_at}};
}

/// Records are trimmed from the oldest on: a look at that one mostly tells.
int64_t trim_horizon(const DynamoDbReadModel& state, const Stream& stream, TimeMs now) {
  auto oldest = state.streams().oldest(stream.id);
  if (!oldest || !is_past_its_day(oldest->at, now)) return std::max(stream.trimmed, stream.id - 1);
  // What was trimmed by time alone, but is still there.
  auto younger = state.streams().first_after(stream.id, now - kStreamLifeMs);
  return younger ? younger->sequence - 1 : state.streams().last(stream.id);
}

AwsError trimmed_access() {
  return {"TrimmedDataAccessException", 400, "The operation attempted to read past the oldest stream record in a shard."};
}

}  // namespace cloudemu::dynamodb
