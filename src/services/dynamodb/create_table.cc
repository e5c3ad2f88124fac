#include "core/json_writer.h"
#include "core/strings.h"
#include "services/dynamodb/arn.h"
#include "services/dynamodb/canonical.h"
#include "services/dynamodb/operations.h"
#include "services/dynamodb/resource_policy.h"
#include "services/dynamodb/stream_rules.h"
#include "services/dynamodb/table_description.h"
#include "services/dynamodb/table_rules.h"

namespace cloudemu::dynamodb {

namespace {

/// Per account and region: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html
constexpr int64_t kTablesMax = 2500;

}  // namespace

/// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_CreateTable.html. The reply says CREATING, as AWS's does; the
/// table is usable at once.
AwsResult<Outcome> create_table(const DynamoDbReadModel& state, const Call& call) {
  json::Value input = call.input;
  TRY(check_table_class(input["TableClass"]));
  TableRef ref = TRY(resolve_new_table(call, input["TableName"].string()));
  TableDescription description = TRY(read_schema(input));
  description.name = ref.name;
  TRY(raise_warm(input["WarmThroughput"], warm_of({}, description.throughput, description.billing_mode), {}, description.warm));
  description.stream_view_type = TRY(read_stream(input["StreamSpecification"]));
  description.tags = TRY(read_tags(input["Tags"]));
  if (json::Value policy = input["ResourcePolicy"]; policy.is_string()) {
    TRY(check_resource_policy(policy.string(), PolicyOf::table));
    description.resource_policy = policy.string();
    description.policy_revision = first_policy_revision(call.now);
  }
  if (state.find_table(call.principal.account, call.principal.region, description.name)) {
    return fail(table_in_use(concat("Table already exists: ", description.name)));
  }
  if (state.table_count(call.principal.account, call.principal.region) >= kTablesMax) {
    return fail(limit_exceeded(concat("Subscriber limit exceeded: There is a limit of ", kTablesMax, " tables per subscriber")));
  }
  description.table_id = call.entropy.uuid();
  description.created_at = call.now;
  if (description.billing_mode == "PAY_PER_REQUEST") description.on_demand_since = call.now;
  if (!description.stream_view_type.empty()) {
    description.stream_label = new_stream_label(state, call.principal.account, call.principal.region, description.name, call.now);
  }
  description.table_class = input["TableClass"].string();
  description.deletion_protection = is_true(input["DeletionProtectionEnabled"]);

  http::Response response;
  JsonWriter json(response.body);
  Table table{0, call.principal.account, call.principal.region, description};
  json.begin_object().key("TableDescription");
  write_table(json, {.table = table, .occasion = Occasion::created});
  json.end_object();
  return outcome_of(TableCreated{.account = table.account, .region = table.region, .description = std::move(description)},
                    std::move(response));
}

}  // namespace cloudemu::dynamodb
