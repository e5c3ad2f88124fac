#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "projections/dynamodb_read_model.h"
#include "services/dynamodb/call.h"
#include "services/dynamodb/errors.h"

/// What clients call streams, shards, and places in them. A stream has one shard, and a record's sequence number is the number of its event
/// in the log: a place in a stream is a place in history.
namespace cloudemu::dynamodb {

/// arn:aws:dynamodb:REGION:ACCOUNT:table/NAME/stream/LABEL. The views are of the text.
struct StreamRef {
  std::string_view account, region, table, label;
};
/// Nothing for an ARN that is not a stream's.
std::optional<StreamRef> parse_stream_arn(std::string_view arn);
std::string stream_arn(const Stream& stream);

/// The stream that an ARN means. Error: ValidationException for what is no ARN, ResourceNotFoundException for one that is not there, or was
/// disabled more than a day ago.
AwsResult<Stream> require_stream(const DynamoDbReadModel& state, const Call& call, std::string_view arn);

std::string shard_id(const Stream& stream);

/// "100000000000000000042": at least 21 digits, as AWS's model wants it, in the order of numbers and of texts.
std::string sequence_text(int64_t sequence);
std::optional<int64_t> parse_sequence(std::string_view text);

/// A place between records, as an iterator has it.
struct Iterator {
  int64_t from = 0;         ///< sequence of the first event that is not yet read
  bool is_horizon = false;  ///< from wherever the stream begins at present; else what was trimmed meanwhile is missing
  TimeMs made_at = 0;
};
std::string iterator_text(const Stream& stream, const Iterator& iterator);
/// The ARN is a view of the text. Error: ValidationException for a text that no call has given.
struct ParsedIterator {
  std::string_view arn;
  Iterator iterator;
};
AwsResult<ParsedIterator> parse_iterator(std::string_view text);

/// Sequence of the last event that was trimmed away, or lies before the stream.
int64_t trim_horizon(const DynamoDbReadModel& state, const Stream& stream, TimeMs now);

AwsError trimmed_access();

}  // namespace cloudemu::dynamodb
