#include <algorithm>
#include <vector>

#include "core/account_id.h"
#include "core/json_writer.h"
#include "core/strings.h"
#include "services/dynamodb/arn.h"
#include "services/dynamodb/operations.h"
#include "services/dynamodb/patterns.h"

/// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_EnableKinesisStreamingDestination.html and its relatives: settings.
/// There is no Kinesis that changes could go to.
namespace cloudemu::dynamodb {

namespace {

KinesisDestination* find_destination(TableDescription& table, std::string_view arn) {
  auto found =
      std::find_if(table.kinesis.begin(), table.kinesis.end(), [&](const KinesisDestination& known) { return known.stream_arn == arn; });
  return found == table.kinesis.end() ? nullptr : &*found;
}

/// AWS speaks of enabling whatever was asked for.
AwsError not_in_state(std::string_view why) {
  return validation(concat("Table is not in a valid state to enable Kinesis Streaming Destination: ", why));
}

AwsError no_destination(const TableDescription& table, std::string_view arn) {
  return not_in_state(concat("No streaming destination with streamArn: ", arn, " found for table with tableName: ", table.name));
}

/// arn:aws:kinesis:REGION:ACCOUNT:stream/NAME
bool is_stream(std::string_view arn) {
  std::vector<std::string_view> parts = split(arn, ':');
  if (parts.size() != 6 || parts[0] != "arn" || parts[2] != "kinesis" || parts[3].empty() || !is_account_id(parts[4])) return false;
  return parts[5].starts_with("stream/") && patterns::kName.matches(parts[5].substr(7));
}

std::string_view precision_of(json::Value configuration) { return configuration["ApproximateCreationDateTimePrecision"].string(); }

/// The reply to a change, which says what it was given.
Answer changed(const Call& call, const Table& table, TableDescription description, std::string_view status,
               std::string_view configuration) {
  Answer answer;
  JsonWriter json(answer.response.body);
  json.begin_object().field("TableName", description.name).field("StreamArn", call.input["StreamArn"].string());
  json.field("DestinationStatus", status);
  if (std::string_view precision = precision_of(call.input[configuration]); !precision.empty()) {
    json.key(configuration).begin_object().field("ApproximateCreationDateTimePrecision", precision).end_object();
  }
  json.end_object();
  answer.events.push_back(TableUpdated{.table = table.id, .description = std::move(description)});
  return answer;
}

}  // namespace

AwsResult<Outcome> enable_kinesis_destination(const DynamoDbReadModel& state, const Call& call) {
  const Table& table = *TRY(require_usable_table(state, call));
  constexpr std::string_view kConfiguration = "EnableKinesisStreamingConfiguration";
  if (!is_stream(call.input["StreamArn"].string())) {
    return fail(validation(concat("Invalid Request: StreamArn is not that of a Kinesis data stream: ", call.input["StreamArn"].string())));
  }
  TableDescription description = table.description;
  std::string_view arn = call.input["StreamArn"].string();
  KinesisDestination* known = find_destination(description, arn);
  // One stream at a time.
  const std::vector<KinesisDestination>& all = description.kinesis;
  if (std::any_of(all.begin(), all.end(), [](const KinesisDestination& destination) { return destination.active; })) {
    return fail(not_in_state("EnableKinesisStreamingDestination must be DISABLED or ENABLE_FAILED to perform ENABLE operation."));
  }
  if (!known) known = &description.kinesis.emplace_back(KinesisDestination{.stream_arn = std::string(arn)});
  known->active = true;
  known->precision = precision_of(call.input[kConfiguration]);
  return changed(call, table, std::move(description), "ENABLING", kConfiguration);
}

AwsResult<Outcome> disable_kinesis_destination(const DynamoDbReadModel& state, const Call& call) {
  const Table& table = *TRY(require_usable_table(state, call));
  TableDescription description = table.description;
  std::string_view arn = call.input["StreamArn"].string();
  KinesisDestination* known = find_destination(description, arn);
  if (!known) return fail(no_destination(table.description, arn));
  if (!known->active) return fail(not_in_state("DisableKinesisStreamingDestination must be ACTIVE to perform DISABLE operation."));
  known->active = false;
  return changed(call, table, std::move(description), "DISABLING", "EnableKinesisStreamingConfiguration");
}

AwsResult<Outcome> update_kinesis_destination(const DynamoDbReadModel& state, const Call& call) {
  constexpr std::string_view kConfiguration = "UpdateKinesisStreamingConfiguration";
  std::string_view precision = precision_of(call.input[kConfiguration]), arn = call.input["StreamArn"].string();
  if (precision.empty()) {
    return fail(
        validation("Streaming destination cannot be updated with given parameters: UpdateKinesisStreamingConfiguration cannot be null or "
                   "contain only null values"));
  }
  const Table& table = *TRY(require_usable_table(state, call));
  TableDescription description = table.description;
  KinesisDestination* known = find_destination(description, arn);
  if (!known || !known->active) return fail(no_destination(table.description, arn));
  if (known->precision == precision) {
    return fail(validation(concat("Invalid Request: Precision is already set to the desired value of ", precision,
                                  " for tableId: ", table.description.table_id, ", kdsArn: ", arn)));
  }
  known->precision = precision;
  return changed(call, table, std::move(description), "UPDATING", kConfiguration);
}

AwsResult<Outcome> describe_kinesis_destination(const DynamoDbReadModel& state, const Call& call) {
  const Table& table = *TRY(require_named_table(state, call));
  http::Response response;
  JsonWriter json(response.body);
  json.begin_object().field("TableName", table.description.name).key("KinesisDataStreamDestinations").begin_array();
  for (const KinesisDestination& destination : table.description.kinesis) {
    json.begin_object().field("StreamArn", destination.stream_arn);
    json.field("DestinationStatus", destination.active ? "ACTIVE" : "DISABLED");
    if (!destination.precision.empty()) json.field("ApproximateCreationDateTimePrecision", destination.precision);
    json.end_object();
  }
  json.end_array().end_object();
  return outcome_of(std::move(response));
}

}  // namespace cloudemu::dynamodb
