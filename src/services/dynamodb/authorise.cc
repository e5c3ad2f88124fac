#include "services/dynamodb/authorise.h"

#include <vector>

#include "core/strings.h"
#include "services/dynamodb/arn.h"
#include "services/dynamodb/partiql/parser.h"
#include "services/dynamodb/policy_context.h"
#include "services/dynamodb/streams/stream_ref.h"

namespace cloudemu::dynamodb {

namespace {

/// The members of a transaction's entry, and what each would be alone.
struct Kind {
  std::string_view member, action;
};
constexpr Kind kTransactionKinds[] = {{"ConditionCheck", "dynamodb:ConditionCheckItem"},
                                      {"Delete", "dynamodb:DeleteItem"},
                                      {"Get", "dynamodb:GetItem"},
                                      {"Put", "dynamodb:PutItem"},
                                      {"Update", "dynamodb:UpdateItem"}};

/// Of PartiQL's calls: each statement needs the permission of its kind. One that cannot be read is left to the rule, which refuses it.
std::vector<TableAccess> accesses_of_statements(json::Value input) {
  std::vector<TableAccess> accesses;
  auto add = [&](json::Value entry) {
    auto statement = partiql::parse(entry["Statement"].string(), entry["Parameters"]);
    if (!statement) return;
    accesses.push_back({.action = std::string(statement->action()),
                        .table = std::move(statement->table),
                        .index = std::move(statement->index),
                        .input = entry});
  };
  if (input["Statement"].is_string()) add(input);
  for (std::string_view list : {"Statements", "TransactStatements"}) {
    for (json::Value entry : input[list].elements()) add(entry);
  }
  return accesses;
}

/// Exports and restores name their table in other members than all other calls.
std::string_view table_named_by(json::Value input) {
  for (std::string_view member : {"TableName", "TableArn", "SourceTableArn", "SourceTableName"}) {
    if (json::Value name = input[member]; name.is_string()) return name.string();
  }
  return {};
}

/// What a call asks of the tables, one entry for each thing that needs a permission of its own.
std::vector<TableAccess> accesses_of(const Operation& operation, json::Value input) {
  std::string action = concat("dynamodb:", operation.name);
  switch (operation.names) {
    case Names::none: return {};
    case Names::table:
      return {{.action = action,
               .table = std::string(table_named_by(input)),
               .index = std::string(input["IndexName"].string()),
               .input = input}};
    case Names::arn: return {{.action = action, .table = std::string(input["ResourceArn"].string()), .index = {}, .input = input}};
    case Names::stream: {
      std::string_view stream = input["StreamArn"].string(), iterator = input["ShardIterator"].string();
      std::string_view arn = stream.empty() ? iterator.substr(0, iterator.find('|')) : stream;
      return {{.action = action, .table = std::string(arn), .index = {}, .input = input}};
    }
    case Names::items: {
      std::vector<TableAccess> accesses;
      for (auto [table, of_table] : input["RequestItems"].members()) {
        accesses.push_back({.action = action, .table = std::string(table), .index = {}, .input = of_table});
      }
      return accesses;
    }
    case Names::statements: return accesses_of_statements(input);
    case Names::transaction: break;
  }
  std::vector<TableAccess> accesses;
  for (json::Value entry : input["TransactItems"].elements()) {
    for (const Kind& kind : kTransactionKinds) {
      json::Value item = entry[kind.member];
      if (!item.is_object()) continue;
      accesses.push_back({.action = std::string(kind.action),
                          .table = std::string(item["TableName"].string()),
                          .index = {},
                          .input = item,
                          .enclosing = operation.name});
    }
  }
  return accesses;
}

std::string_view stream_policy(const Table* table, std::string_view label) {
  if (!table) return {};
  for (const StreamPolicy& policy : table->description.stream_policies) {
    if (policy.label == label) return policy.document;
  }
  return {};
}

/// A stream is its table's owner's; its policy is its own.
AwsResult<void> check_stream(const DynamoDbReadModel& state, const StreamRef& ref, const Call& call, const iam::Caller& caller,
                             const TableAccess& access, iam::Judge& judge) {
  const Table* table = state.find_table(ref.account, ref.region, ref.table);
  std::string_view policy = stream_policy(table, ref.label);
  if (policy.empty() && iam::owns(call.principal, ref.account)) return {};
  PolicyContext context(call, caller, access, ref.account, table);
  auto refusal = judge.refuse({.action = access.action, .resource = std::string(access.table), .owner = ref.account, .policy = policy},
                              caller, context);
  if (!refusal) return {};
  return fail(AwsError{"AccessDeniedException", 400, iam::sentence(*refusal)});
}

AwsResult<void> check(const DynamoDbReadModel& state, const Call& call, const iam::Caller& caller, const TableAccess& access,
                      iam::Judge& judge) {
  if (auto stream = parse_stream_arn(access.table)) return check_stream(state, *stream, call, caller, access, judge);
  TableRef ref{call.principal.account, call.principal.region, access.table};
  if (access.table.starts_with("arn:")) {
    auto parsed = parse_table_arn(access.table);
    if (!parsed) return {};
    ref = *parsed;
  }
  const Table* table = state.find_table(ref.account, ref.region, ref.name);
  std::string_view policy = table ? std::string_view(table->description.resource_policy) : std::string_view();
  // Nearly all calls are of the owner, and nearly no table has a policy.
  if (policy.empty() && iam::owns(call.principal, ref.account)) return {};
  std::string arn = table_arn(ref.region, ref.account, ref.name);
  if (!access.index.empty()) append(arn, "/index/", access.index);
  PolicyContext context(call, caller, access, ref.account, table);
  auto refusal = judge.refuse({.action = access.action, .resource = arn, .owner = ref.account, .policy = policy}, caller, context);
  if (!refusal) return {};
  return fail(AwsError{"AccessDeniedException", 400, iam::sentence(*refusal)});
}

}  // namespace

AwsResult<void> authorise_call(const DynamoDbReadModel& state, const Operation& operation, const Call& call, iam::Judge& judge) {
  iam::Caller caller = iam::caller_of(call.principal);
  for (const TableAccess& access : accesses_of(operation, call.input)) TRY(check(state, call, caller, access, judge));
  return {};
}

}  // namespace cloudemu::dynamodb
