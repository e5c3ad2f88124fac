#include "services/dynamodb/arn.h"
#include "services/dynamodb/operations.h"
#include "services/dynamodb/partiql/parser.h"
#include "services/dynamodb/partiql/select.h"
#include "services/dynamodb/partiql/write.h"

/// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ExecuteTransaction.html
namespace cloudemu::dynamodb {

namespace {

using partiql::Statement;

struct Transaction {
  std::vector<partiql::Write> writes;
  std::string fingerprint;
};

AwsResult<Outcome> read_all(const DynamoDbReadModel& state, const Call& call, std::vector<Statement>& statements) {
  http::Response response;
  JsonWriter json(response.body);
  TransactionCost cost;
  size_t bytes = 0;
  json.begin_object().key("Responses").begin_array();
  for (const Statement& statement : statements) {
    partiql::Selected selected = TRY(partiql::select(state, call, statement, {.consistency = Consistency::strong, .must_be_single = true}));
    json.begin_object();
    if (!selected.page.items.empty()) json.raw_field("Item", selected.page.items);
    json.end_object();
    bytes += selected.page.bytes;
    if (bytes > kTransactionBytesMax) return fail(transaction_too_large());
    cost.add({selected.table, statement.table}, selected.consumed);
  }
  json.end_array();
  cost.write(json, capacity_detail(call.input), CapacityKind::reads);
  json.end_object();
  return outcome_of(std::move(response));
}

AwsResult<Outcome> write_all(const DynamoDbReadModel& state, const Call& call, Transaction& sent) {
  json::Value entries = call.input["TransactStatements"];
  std::vector<WriteAction> actions;
  for (size_t i = 0; i < sent.writes.size(); ++i) {
    partiql::Write& write = sent.writes[i];
    const Table& table = *TRY(require_table(state, call, write.statement.table));
    bool wants_old_item = entries.at(i)["ReturnValuesOnConditionCheckFailure"].string() == "ALL_OLD";
    auto bound = partiql::bind(write, table, wants_old_item);
    if (!bound) return fail(transaction_cancelled(sent.writes.size(), i, std::move(bound.error())));
    actions.push_back(std::move(write.action));
    partiql::name_table(actions.back(), write.statement.table);
  }
  WriteTransaction done = TRY(transact(state, call, actions, std::move(sent.fingerprint)));

  Answer answer{.events = std::move(done.events)};
  JsonWriter json(answer.response.body);
  json.begin_object().key("Responses").begin_array();
  for (size_t i = 0; i < actions.size(); ++i) json.begin_object().end_object();
  json.end_array();
  done.cost.write(json, capacity_detail(call.input), done.repeated ? CapacityKind::reads : CapacityKind::writes);
  json.end_object();
  return answer;
}

}  // namespace

AwsResult<Rest> execute_transaction(json::Value input) {
  std::vector<Statement> statements;
  bool reads = false, writes = false;
  for (json::Value entry : input["TransactStatements"].elements()) {
    statements.push_back(TRY(partiql::parse(entry["Statement"].string(), entry["Parameters"])));
    (statements.back().reads() ? reads : writes) = true;
  }
  if (reads && writes) {
    return fail(validation("ExecuteTransaction API does not support both read and write operations in the same request."));
  }
  if (reads) return with(std::move(statements), read_all);
  auto sent = std::make_shared<Transaction>(Transaction{.writes = {}, .fingerprint = fingerprint_of(input, "TransactStatements")});
  for (Statement& statement : statements) sent->writes.push_back(partiql::read_write(std::move(statement)));
  return with(std::move(sent), write_all);
}

}  // namespace cloudemu::dynamodb
