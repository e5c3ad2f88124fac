#include <algorithm>

#include "core/encoding.h"
#include "core/json_writer.h"
#include "core/strings.h"
#include "services/dynamodb/arn.h"
#include "services/dynamodb/operations.h"
#include "services/dynamodb/restore.h"
#include "services/dynamodb/table_description.h"
#include "services/dynamodb/table_rules.h"

/// Exports and imports: asked for, described, listed. What they do is in services/transfers.
namespace cloudemu::dynamodb {

namespace {

constexpr int64_t kListMax = 25;

std::string new_id(const Call& call) { return concat('0', call.now, '-', call.entropy.uuid().substr(0, 8)); }

/// A member of the request, as it came.
void write_asked(JsonWriter& json, json::Value request, std::string_view name) {
  if (json::Value value = request[name]; value && !value.is_null()) json.raw_field(name, value.text());
}

void write_end(JsonWriter& json, const Transfer& transfer) {
  if (transfer.status == "IN_PROGRESS") return;
  json.raw_field("EndTime", epoch_seconds(transfer.end.ended_at));
  if (!transfer.end.failure_code.empty()) {
    json.field("FailureCode", transfer.end.failure_code).field("FailureMessage", transfer.end.failure_message);
  }
}

http::Response describe_export_of(const Transfer& transfer) {
  http::Response response;
  JsonWriter json(response.body);
  auto document = json::Document::parse(transfer.facts.request.text);
  json::Value request = document ? document->root() : json::Value();
  json.begin_object().key("ExportDescription").begin_object();
  json.field("ExportArn", transfer.facts.arn).field("ExportStatus", transfer.status);
  json.raw_field("StartTime", epoch_seconds(transfer.facts.started_at));
  write_end(json, transfer);
  if (!transfer.end.manifest.empty()) json.field("ExportManifest", transfer.end.manifest);
  json.field("TableArn", transfer.facts.table_arn).field("TableId", transfer.facts.table_id);
  json.raw_field("ExportTime", epoch_seconds(transfer.facts.at)).field("ClientToken", transfer.facts.token);
  for (std::string_view name : {"S3Bucket", "S3BucketOwner", "S3Prefix"}) write_asked(json, request, name);
  if (request["S3SseAlgorithm"].is_string()) write_asked(json, request, "S3SseAlgorithm");
  else json.field("S3SseAlgorithm", "AES256");
  write_asked(json, request, "S3SseKmsKeyId");
  json.field("ExportFormat", request["ExportFormat"].is_string() ? request["ExportFormat"].string() : "DYNAMODB_JSON");
  // Unlike the format, not told unless it was asked for.
  for (std::string_view name : {"ExportType", "IncrementalExportSpecification"}) write_asked(json, request, name);
  if (transfer.status == "COMPLETED") json.field("BilledSizeBytes", transfer.bytes).field("ItemCount", transfer.items);
  json.end_object().end_object();
  return response;
}

void write_log_group(JsonWriter& json, const Transfer& transfer) {
  json.field("CloudWatchLogGroupArn",
             concat("arn:aws:logs:", transfer.facts.region, ':', transfer.facts.account, ":log-group:/aws-dynamodb/imports:*"));
}

/// While an import is in progress its counters stay at zero, and how much was read is not told.
void write_counters(JsonWriter& json, const Transfer& transfer) {
  bool has_ended = transfer.status != "IN_PROGRESS";
  if (has_ended && transfer.bytes > 0) json.field("ProcessedSizeBytes", transfer.bytes);
  json.field("ProcessedItemCount", has_ended ? transfer.read_items : 0).field("ImportedItemCount", has_ended ? transfer.items : 0);
  json.field("ErrorCount", has_ended ? transfer.errors : 0);
}

http::Response describe_import_of(const Transfer& transfer) {
  http::Response response;
  JsonWriter json(response.body);
  auto document = json::Document::parse(transfer.facts.request.text);
  json::Value request = document ? document->root() : json::Value();
  json.begin_object().key("ImportTableDescription").begin_object();
  json.field("ImportArn", transfer.facts.arn).field("ImportStatus", transfer.status);
  json.field("TableArn", transfer.facts.table_arn).field("TableId", transfer.facts.table_id).field("ClientToken", transfer.facts.token);
  write_asked(json, request, "S3BucketSource");
  write_log_group(json, transfer);
  for (std::string_view name : {"InputFormat", "InputFormatOptions"}) write_asked(json, request, name);
  json.field("InputCompressionType", request["InputCompressionType"].is_string() ? request["InputCompressionType"].string() : "NONE");
  write_asked(json, request, "TableCreationParameters");
  json.raw_field("StartTime", epoch_seconds(transfer.facts.started_at));
  write_end(json, transfer);
  write_counters(json, transfer);
  json.end_object().end_object();
  return response;
}

AwsError unavailable(const Table& table) {
  return {"PointInTimeRecoveryUnavailableException", 400,
          concat("Point in time recovery is not enabled for table '", table.description.name, "'")};
}

AwsError bad_time(std::string_view what) { return {"InvalidExportTimeException", 400, std::string(what)}; }

std::optional<TimeMs> time_in(json::Value seconds) {
  if (!seconds.is_number()) return std::nullopt;
  return static_cast<TimeMs>(seconds.number() * 1000);
}

/// The moment whose items are exported; nothing: now.
AwsResult<std::optional<TimeMs>> moment_of(const Table& table, const Call& call) {
  TimeMs earliest = earliest_restorable(table.description, call) / kSecondMs * kSecondMs;
  auto check = [&](TimeMs at) -> AwsResult<void> {
    if (at >= earliest && at <= call.now) return {};
    return fail(bad_time("Export Time is not within the span for which the table can be restored"));
  };
  if (call.input["ExportType"].string() != "INCREMENTAL_EXPORT") {
    auto at = time_in(call.input["ExportTime"]);
    if (at) TRY(check(*at));
    return has_past(call) ? at : std::nullopt;
  }
  json::Value span = call.input["IncrementalExportSpecification"];
  auto from = time_in(span["ExportFromTime"]);
  if (!from) return fail(validation("ExportFromTime must be given for an incremental export"));
  TimeMs to = time_in(span["ExportToTime"]).value_or(call.now);
  if (*from >= to) {
    return fail(bad_time("Incremental export period from time should not be greater or equal to incremental export period to time"));
  }
  TRY(check(*from));
  TRY(check(to));
  return std::optional(to);
}

/// What was begun with the token of this request.
std::optional<Transfer> begun_before(const DynamoDbReadModel& state, const Call& call, std::string_view kind) {
  json::Value token = call.input["ClientToken"];
  if (!token.is_string()) return std::nullopt;
  return state.backups().transfer_of_token(call.principal.account, call.principal.region, kind, token.string());
}

AwsError conflicts(std::string_view code) { return {std::string(code), 400, "Duplicate request detected with conflicting parameters"}; }

/// The ARN after which a list goes on; empty: from the beginning.
AwsResult<std::string> place_in_list(const DynamoDbReadModel& state, const Call& call, std::string_view kind) {
  json::Value token = call.input["NextToken"];
  if (!token.is_string()) return std::string();
  std::string arn(trim(unhex(token.string()).value_or("")));
  auto last = state.backups().transfer(arn);
  if (last && last->facts.kind == kind && last->facts.account == call.principal.account) return arn;
  return fail(validation(concat("The NextToken is not one that ", call.operation, " returned")));
}

/// Exports are no longer listed when their table is gone.
bool is_listed(const DynamoDbReadModel& state, const Transfer& transfer) {
  if (transfer.facts.kind != kExport) return true;
  const Table* table = state.find_table(transfer.facts.table);
  return table && !table->deleting;
}

template <class Show>
AwsResult<Outcome> list(const DynamoDbReadModel& state, const Call& call, std::string_view kind, std::string_view limit_name,
                        const Show& show, std::string_view list_name) {
  json::Value input = call.input;
  int64_t limit = input[limit_name].is_number() ? input[limit_name].integer() : kListMax;
  std::string after = TRY(place_in_list(state, call, kind));
  std::string_view table = input["TableArn"].string();
  std::string last;
  bool more = false;
  http::Response response;
  JsonWriter json(response.body);
  json.begin_object().key(list_name).begin_array();
  state.backups().for_each_transfer(call.principal.account, call.principal.region, kind, after, [&](const Transfer& transfer) {
    if ((!table.empty() && transfer.facts.table_arn != table) || !is_listed(state, transfer)) return true;
    more = limit-- == 0;
    if (more) return false;
    show(json, transfer);
    last = transfer.facts.arn;
    return true;
  });
  json.end_array();
  // Tokens have at least 112 digits, by sixteen.
  constexpr size_t kTokenBytesMin = 56, kTokenBytesStep = 8;
  while (last.size() < kTokenBytesMin || last.size() % kTokenBytesStep != 0) last.push_back(' ');
  if (more) json.field("NextToken", hex(last));
  json.end_object();
  return outcome_of(std::move(response));
}

AwsResult<Transfer> require_transfer(const DynamoDbReadModel& state, const Call& call, std::string_view kind, std::string_view member) {
  std::string_view arn = call.input[member].string(), noun = kind == kExport ? "Export" : "Import";
  if (is_elsewhere(call, arn)) return fail(access_denied(call, arn));
  if (!is_part_of_table(arn, lower(noun))) return fail(validation(concat("Invalid ", noun, " ARN: ", arn)));
  auto transfer = state.backups().transfer(arn);
  if (transfer && transfer->facts.kind == kind) return std::move(*transfer);
  return fail(AwsError{concat(noun, "NotFoundException"), 400, concat(noun, " not found: ", arn)});
}

/// What exports and imports note alike of the request that begins them.
TransferStarted begun_by(const Call& call, std::string_view kind) {
  json::Value token = call.input["ClientToken"];
  TransferStarted transfer{.kind = std::string(kind), .account = call.principal.account, .region = call.principal.region};
  transfer.request.text = call.input.text();
  transfer.token = token.is_string() ? std::string(token.string()) : call.entropy.uuid();
  transfer.started_at = call.now;
  return transfer;
}

Transfer started(const TransferStarted& facts) { return {.facts = facts, .status = "IN_PROGRESS"}; }

}  // namespace

/// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ExportTableToPointInTime.html
AwsResult<Outcome> export_table_to_point_in_time(const DynamoDbReadModel& state, const Call& call) {
  TRY(check_is_arn(call.input["TableArn"].string()));
  if (auto known = begun_before(state, call, kExport)) {
    if (known->facts.request.text != call.input.text()) return fail(conflicts("ExportConflictException"));
    return outcome_of(describe_export_of(*known));
  }
  const Table& table = *TRY(require_backed_up_table(state, call, call.input["TableArn"].string()));
  if (!table.description.point_in_time_recovery) return fail(unavailable(table));
  std::optional<TimeMs> at = TRY(moment_of(table, call));
  TransferStarted export_of = begun_by(call, kExport);
  export_of.arn = concat(table_arn(table), "/export/", new_id(call));
  export_of.table_name = table.description.name;
  export_of.table_arn = table_arn(table);
  export_of.table_id = table.description.table_id;
  export_of.table = table.id;
  export_of.at = at.value_or(call.now);
  Answer answer{.response = describe_export_of(started(export_of))};
  // What the table is now is kept until it is written; what it was earlier stands in the log.
  if (!at) answer.events.push_back(backup_of(state, table, kHold, call.now));
  answer.events.push_back(std::move(export_of));
  return answer;
}

AwsResult<Outcome> describe_export(const DynamoDbReadModel& state, const Call& call) {
  return outcome_of(describe_export_of(TRY(require_transfer(state, call, kExport, "ExportArn"))));
}

AwsResult<Outcome> list_exports(const DynamoDbReadModel& state, const Call& call) {
  auto show = [](JsonWriter& json, const Transfer& transfer) {
    auto document = json::Document::parse(transfer.facts.request.text);
    bool incremental = document && document->root()["ExportType"].string() == "INCREMENTAL_EXPORT";
    json.begin_object().field("ExportArn", transfer.facts.arn).field("ExportStatus", transfer.status);
    json.field("ExportType", incremental ? "INCREMENTAL_EXPORT" : "FULL_EXPORT").end_object();
  };
  return list(state, call, kExport, "MaxResults", show, "ExportSummaries");
}

namespace {

AwsResult<void> check_format_options(json::Value input) {
  std::string_view format = input["InputFormat"].string();
  if (!input["InputFormatOptions"]["Csv"].is_object() || format == "CSV") return {};
  return fail(invalid_values(concat("InputFormatOptions.Csv cannot be specified when InputFormat is ", format)));
}

}  // namespace

/// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ImportTable.html
AwsResult<Outcome> import_table(const DynamoDbReadModel& state, const Call& call) {
  TRY(check_format_options(call.input));
  TableDescription description = TRY(read_schema(call.input["TableCreationParameters"]));
  const Table* table = state.find_table(call.principal.account, call.principal.region, description.name);
  // A token counts until its import has ended: then the table is there. Of the request only the table's name is compared.
  bool has_ended = table && !is_filling(*table);
  if (auto known = begun_before(state, call, kImport); known && !has_ended) {
    if (known->facts.table_name != description.name) return fail(conflicts("ImportConflictException"));
    return outcome_of(describe_import_of(*known));
  }
  if (table) return fail(table_in_use(concat("Table already exists: ", description.name)));
  description.table_id = call.entropy.uuid();
  description.created_at = call.now;
  if (description.billing_mode == "PAY_PER_REQUEST") description.on_demand_since = call.now;
  TransferStarted import = begun_by(call, kImport);
  import.table_name = description.name;
  import.table_arn = table_arn(call.principal.region, call.principal.account, description.name);
  import.arn = concat(import.table_arn, "/import/", new_id(call));
  import.table_id = description.table_id;
  import.at = call.now;
  description.origin = Origin{.kind = std::string(kImported), .source = import.arn, .source_table = {}, .at = call.now, .filling = true};
  Answer answer{.response = describe_import_of(started(import))};
  answer.events.push_back(TableCreated{.account = import.account, .region = import.region, .description = std::move(description)});
  answer.events.push_back(std::move(import));
  return answer;
}

AwsResult<Outcome> describe_import(const DynamoDbReadModel& state, const Call& call) {
  return outcome_of(describe_import_of(TRY(require_transfer(state, call, kImport, "ImportArn"))));
}

AwsResult<Outcome> list_imports(const DynamoDbReadModel& state, const Call& call) {
  auto show = [](JsonWriter& json, const Transfer& transfer) {
    auto document = json::Document::parse(transfer.facts.request.text);
    json.begin_object().field("ImportArn", transfer.facts.arn).field("ImportStatus", transfer.status);
    json.field("TableArn", transfer.facts.table_arn);
    if (document) {
      write_asked(json, document->root(), "S3BucketSource");
      write_asked(json, document->root(), "InputFormat");
    }
    json.raw_field("StartTime", epoch_seconds(transfer.facts.started_at));
    if (transfer.status != "IN_PROGRESS") json.raw_field("EndTime", epoch_seconds(transfer.end.ended_at));
    write_log_group(json, transfer);
    json.end_object();
  };
  return list(state, call, kImport, "PageSize", show, "ImportSummaryList");
}

}  // namespace cloudemu::dynamodb
