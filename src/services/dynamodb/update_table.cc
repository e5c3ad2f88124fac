#include <algorithm>

#include "core/json_writer.h"
#include "core/strings.h"
#include "services/dynamodb/arn.h"
#include "services/dynamodb/canonical.h"
#include "services/dynamodb/index_changes.h"
#include "services/dynamodb/operations.h"
#include "services/dynamodb/replicas.h"
#include "services/dynamodb/stream_rules.h"
#include "services/dynamodb/table_description.h"
#include "services/dynamodb/table_rules.h"

namespace cloudemu::dynamodb {

namespace {

AwsResult<void> check_input(json::Value input) {
  constexpr std::string_view kChanges[] = {"ProvisionedThroughput", "BillingMode",        "StreamSpecification",
                                           "SSESpecification",      "TableClass",         "DeletionProtectionEnabled",
                                           "WarmThroughput",        "OnDemandThroughput", "ReplicaUpdates"};
  bool any = std::any_of(std::begin(kChanges), std::end(kChanges), [&](std::string_view name) { return is_given(input[name]); });
  if (!any && input["GlobalSecondaryIndexUpdates"].size() == 0) {
    return fail(
        validation("At least one of ProvisionedThroughput, BillingMode, UpdateStreamEnabled, GlobalSecondaryIndexUpdates or "
                   "SSESpecification or ReplicaUpdates is required"));
  }
  TRY(check_table_class(input["TableClass"]));
  auto is_other = [&](std::string_view name) { return name != "TableClass" && is_given(input[name]); };
  bool any_other = input["GlobalSecondaryIndexUpdates"].size() > 0 || std::any_of(std::begin(kChanges), std::end(kChanges), is_other);
  if (is_given(input["TableClass"]) && any_other) {
    return fail(invalid_values("TableClass modification must be the only operation in the request"));
  }
  // Even of a table that has provisioned billing already, and before it is looked up.
  if (std::string_view mode = input["BillingMode"].string(); mode == "PROVISIONED") {
    TRY(check_throughput(input["ProvisionedThroughput"], {.billing_mode = mode}));
  }
  return check_index_changes(input["GlobalSecondaryIndexUpdates"]);
}

/// With on-demand billing there is no throughput, neither of the table nor of its indexes.
void go_on_demand(TimeMs now, TableDescription& table) {
  table.billing_mode = "PAY_PER_REQUEST";
  table.on_demand_since = now;
  auto clear = [](Throughput& throughput) { throughput.read = throughput.write = 0; };
  clear(table.throughput);
  for (IndexDescription& index : table.indexes) clear(index.throughput);
}

AwsResult<void> change_billing(json::Value input, TimeMs now, TableDescription& table) {
  json::Value mode = input["BillingMode"], throughput = input["ProvisionedThroughput"];
  std::string wanted(mode.is_string() ? mode.string() : table.billing_mode);
  bool changes = wanted != table.billing_mode;
  if (is_given(throughput) || changes) TRY(check_throughput(throughput, {.billing_mode = wanted}));
  if (changes && wanted == "PAY_PER_REQUEST") go_on_demand(now, table);
  if (changes && wanted == "PROVISIONED") drop_on_demand_maxima(table);
  table.billing_mode = wanted;
  if (is_given(throughput)) TRY(change_throughput(throughput, {"table", {}}, now, table.throughput));
  TRY(check_on_demand_max(input["OnDemandThroughput"], {.billing_mode = table.billing_mode}));
  change_on_demand_max(input["OnDemandThroughput"], table.on_demand_max);
  return {};
}

/// With provisioned billing every global index has a throughput of its own: a table that goes back to it has to bring them along.
AwsResult<void> check_index_throughput(const TableDescription& table) {
  if (table.billing_mode == "PAY_PER_REQUEST") return {};
  std::vector<std::string> lacking;
  for (const IndexDescription& index : table.indexes) {
    if (index.global && index.throughput.read == 0) lacking.push_back(index.name);
  }
  if (lacking.empty()) return {};
  return fail(invalid_values(concat("ProvisionedThroughput must be specified for index: ", join(lacking, ","))));
}

AwsResult<void> change_stream(const DynamoDbReadModel& state, json::Value specification, TimeMs now, Table& changed) {
  TableDescription& table = changed.description;
  if (!specification.is_object()) return {};
  std::string view_type = TRY(read_stream(specification));
  if (!view_type.empty() && !table.stream_view_type.empty()) {
    return fail(validation(concat("Table already has an enabled stream: TableName: ", table.name)));
  }
  if (view_type.empty() && table.stream_view_type.empty()) {
    return fail(validation(concat("Table has no stream to disable: TableName: ", table.name)));
  }
  if (view_type.empty() && !table.replicas.empty()) {
    return fail(invalid_values("Disabling Stream is not allowed for a Global Table replica."));
  }
  if (!view_type.empty()) table.stream_label = new_stream_label(state, changed.account, changed.region, table.name, now);
  table.stream_view_type = view_type;
  return {};
}

/// A specification that does not say whether it is on leaves an encrypted table encrypted: it names another key, or just the kind.
std::string encryption_of(json::Value asked, const RawJson& known) {
  if (is_given(asked["Enabled"]) || !is_encrypted(known)) return std::string(asked.text());
  auto before = json::Document::parse(known.text);
  std::string text;
  JsonWriter json(text);
  json.begin_object().field("Enabled", true);
  for (std::string_view name : {"SSEType", "KMSMasterKeyId"}) {
    json::Value value = is_given(asked[name]) ? asked[name] : before->root()[name];
    if (is_given(value)) json.raw_field(name, value.text());
  }
  json.end_object();
  return text;
}

AwsResult<void> change_encryption(json::Value asked, TableDescription& table) {
  if (!asked.is_object()) return {};
  if (table.global_version == kGlobalVersion && is_given(asked["KMSMasterKeyId"])) {
    return fail(
        validation("Invalid operation: Customer Managed CMKs on Global Table Version 2019.11.21 replicas cannot be updated through "
                   "SSESpecification parameter and can only be updated through ReplicaUpdates parameter"));
  }
  RawJson& sse = table.sse;
  RawJson wanted{encryption_of(asked, sse)};
  if (is_encrypted(sse) && !is_encrypted_otherwise(sse, wanted)) {
    return fail(
        invalid_values("Table is already encrypted with given KMSMasterKeyId. Use KMSMasterKeyId parameter if you want to change Master "
                       "Key"));
  }
  sse = std::move(wanted);
  return {};
}

AwsResult<void> change_settings(json::Value input, TimeMs now, TableDescription& table) {
  TRY(check_encryption(input["SSESpecification"]));
  TRY(change_encryption(input["SSESpecification"], table));
  if (json::Value value = input["TableClass"]; value.is_string() && table.table_class != value.string()) {
    table.table_class = value.string();
    table.class_changed_at = now;
  }
  if (json::Value value = input["DeletionProtectionEnabled"]; is_given(value)) table.deletion_protection = is_true(value);
  return raise_warm(input["WarmThroughput"], warm_of(table.warm, table.throughput, table.billing_mode), {}, table.warm);
}

/// Maxima that a call removes are gone, but its reply repeats the -1 that removed them.
void repeat_removed_maxima(json::Value input, TableDescription& replied) {
  auto repeat = [](json::Value asked, ReadWrite& max) {
    if (is_given(asked["MaxReadRequestUnits"]) && max.read == 0) max.read = asked["MaxReadRequestUnits"].integer();
    if (is_given(asked["MaxWriteRequestUnits"]) && max.write == 0) max.write = asked["MaxWriteRequestUnits"].integer();
  };
  repeat(input["OnDemandThroughput"], replied.on_demand_max);
  for (json::Value change : input["GlobalSecondaryIndexUpdates"].elements()) {
    for (IndexDescription& index : replied.indexes) {
      if (index.name == change["Update"]["IndexName"].string()) repeat(change["Update"]["OnDemandThroughput"], index.on_demand_max);
    }
  }
}

IndexDescription* added_index(const TableDescription& before, TableDescription& after) {
  bool any = after.indexes_made > before.indexes_made;
  return any ? &after.indexes.back() : nullptr;
}

const IndexDescription* removed_index(const TableDescription& before, const TableDescription& after) {
  for (const IndexDescription& index : before.indexes) {
    auto same = [&](const IndexDescription& other) { return other.number == index.number; };
    if (std::none_of(after.indexes.begin(), after.indexes.end(), same)) return &index;
  }
  return nullptr;
}

}  // namespace

/// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateTable.html. The reply says UPDATING; all is done at once
/// but the filling of a new index, which a job does.
AwsResult<Outcome> update_table(const DynamoDbReadModel& state, const Call& call) {
  TRY(check_input(call.input));
  std::vector<KeyAttribute> definitions = TRY(read_attributes(call.input["AttributeDefinitions"]));
  const Table& table = *TRY(require_usable_table(state, call));
  Table after = table;
  TRY(change_billing(call.input, call.now, after.description));
  TRY(change_indexes(call.input["GlobalSecondaryIndexUpdates"], definitions, call.now, after.description));
  TRY(check_index_throughput(after.description));
  TRY(change_stream(state, call.input["StreamSpecification"], call.now, after));
  TRY(change_settings(call.input, call.now, after.description));
  std::vector<Event> elsewhere = TRY(change_group(state, call, table, after.description));
  IndexDescription* added = added_index(table.description, after.description);
  const IndexDescription* removed = removed_index(table.description, after.description);
  if (added) added->filling = state.totals(table.id).items > 0;

  Answer answer;
  JsonWriter json(answer.response.body);
  json.begin_object().key("TableDescription");
  Table replied = after;
  repeat_removed_maxima(call.input, replied.description);
  write_table(json, {.table = replied,
                     .state = &state,
                     .occasion = Occasion::updated,
                     .before = &table.description,
                     .new_index = added ? std::string_view(added->name) : std::string_view(),
                     .old_index = removed});
  json.end_object();
  append_update(state, table, std::move(after.description), call.now, answer.events);
  for (Event& event : elsewhere) answer.events.push_back(std::move(event));
  return answer;
}

}  // namespace cloudemu::dynamodb
