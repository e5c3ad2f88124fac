#include <memory>

#include "core/digest.h"
#include "core/encoding.h"
#include "services/dynamodb/arn.h"
#include "services/dynamodb/canonical.h"
#include "services/dynamodb/operations.h"
#include "services/dynamodb/partiql/parser.h"
#include "services/dynamodb/partiql/select.h"
#include "services/dynamodb/partiql/write.h"

namespace cloudemu::dynamodb {

namespace {

using partiql::Statement;

std::string fingerprint_of(json::Value input) { return hex(sha256(input["Statement"].text() + input["Parameters"].text())).substr(0, 16); }

AwsResult<Outcome> answer_select(const DynamoDbReadModel& state, const Call& call, const Statement& statement) {
  json::Value input = call.input;
  std::string fingerprint = fingerprint_of(input);
  partiql::SelectOptions options{.next_token = input["NextToken"].string(), .fingerprint = fingerprint};
  if (is_true(input["ConsistentRead"])) options.consistency = Consistency::strong;
  if (input["Limit"].is_number()) options.limit = input["Limit"].integer();
  partiql::Selected selected = TRY(partiql::select(state, call, statement, options));

  http::Response response;
  response.body.reserve(selected.page.items.size() + 128);
  JsonWriter json(response.body);
  json.begin_object().key("Items").begin_array().raw(selected.page.items).end_array();
  if (!selected.next_token.empty()) json.field("NextToken", selected.next_token);
  if (!selected.page.last_key.empty()) json.raw_field("LastEvaluatedKey", selected.page.last_key);
  if (CapacityDetail detail = capacity_detail(input); detail != CapacityDetail::none) {
    json.key("ConsumedCapacity");
    write_consumed(json, {selected.table, statement.table}, detail, selected.consumed);
  }
  json.end_object();
  return outcome_of(std::move(response));
}

AwsResult<Outcome> execute(const DynamoDbReadModel& state, const Call& call, partiql::Write& write) {
  const Statement& statement = write.statement;
  if (statement.reads()) return answer_select(state, call, statement);
  if (statement.kind == Statement::Kind::exists) return fail(validation("EXISTS is supported in ExecuteTransaction only"));
  const Table& table = *TRY(require_table(state, call, statement.table));
  bool wants_old_item = call.input["ReturnValuesOnConditionCheckFailure"].string() == "ALL_OLD";
  TRY(partiql::bind(write, table, wants_old_item));
  CapacityDetail detail = capacity_detail(call.input);
  partiql::Written written = TRY(partiql::carry_out(state, call.now, write, detail));

  Answer answer;
  JsonWriter json(answer.response.body);
  json.begin_object().key("Items").begin_array();
  if (!written.returned.empty()) json.raw(written.returned);
  json.end_array();
  if (detail != CapacityDetail::none) {
    json.key("ConsumedCapacity");
    write_consumed(json, {&table, statement.table}, detail, written.consumed);
  }
  json.end_object();
  if (written.event) answer.events.push_back(std::move(*written.event));
  return answer;
}

}  // namespace

/// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ExecuteStatement.html
AwsResult<Rest> execute_statement(json::Value input) {
  Statement statement = TRY(partiql::parse(input["Statement"].string(), input["Parameters"]));
  return with(std::make_shared<partiql::Write>(partiql::read_write(std::move(statement))), execute);
}

}  // namespace cloudemu::dynamodb
