#include <algorithm>
#include <map>

#include "services/dynamodb/arn.h"
#include "services/dynamodb/canonical.h"
#include "services/dynamodb/operations.h"
#include "services/dynamodb/partiql/parser.h"
#include "services/dynamodb/partiql/select.h"
#include "services/dynamodb/partiql/write.h"

/// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchExecuteStatement.html: each statement succeeds or fails by
/// itself.
namespace cloudemu::dynamodb {

namespace {

using partiql::Statement;
using Statements = std::vector<AwsResult<Statement>>;

/// How a batch calls the errors of single calls.
std::string_view short_code(const AwsError& error) {
  constexpr std::pair<std::string_view, std::string_view> kCodes[] = {{"AccessDeniedException", "AccessDenied"},
                                                                      {"ConditionalCheckFailedException", "ConditionalCheckFailed"},
                                                                      {"DuplicateItemException", "DuplicateItem"},
                                                                      {"ResourceNotFoundException", "ResourceNotFound"}};
  for (const auto& [code, name] : kCodes) {
    if (error.code == code) return name;
  }
  return "ValidationError";
}

/// What one statement comes to.
struct Result {
  std::string table;  ///< as the statement calls it; empty: it could not be read
  std::string item;   ///< JSON
  std::optional<AwsError> error = {};
};

class Batch {
 public:
  Batch(const DynamoDbReadModel& state, const Call& call) : state_(state), call_(call), detail_(capacity_detail(call.input)) {}

  AwsResult<Outcome> run(Statements& statements) {
    TRY(check_kinds(statements));
    for (size_t i = 0; i < statements.size(); ++i) {
      Result result{.table = statements[i] ? statements[i]->table : std::string()};
      auto done = carry_out(std::move(statements[i]), call_.input["Statements"].at(i), result);
      if (!done) result.error = std::move(done.error());
      results_.push_back(std::move(result));
    }
    if (has_duplicates()) return fail(validation("Provided list of item keys contains duplicates"));
    write_response();
    return std::move(answer_);
  }

 private:
  static AwsResult<void> check_kinds(const Statements& statements) {
    bool reads = false, writes = false;
    for (const auto& statement : statements) {
      if (statement) (statement->reads() ? reads : writes) = true;
    }
    if (reads && writes) {
      return fail(validation("BatchExecuteStatement API does not support both read and write operations in the same request."));
    }
    return {};
  }

  AwsResult<void> carry_out(AwsResult<Statement> read, json::Value entry, Result& result) {
    Statement statement = TRY(std::move(read));
    if (statement.reads()) return look_up(statement, entry, result);
    if (statement.kind == Statement::Kind::exists) return fail(validation("EXISTS is supported in ExecuteTransaction only"));
    const Table& table = *TRY(require_table(state_, call_, statement.table));
    bool wants_old_item = entry["ReturnValuesOnConditionCheckFailure"].string() == "ALL_OLD";
    partiql::Write write = TRY(partiql::lower_write(table, std::move(statement), wants_old_item));
    partiql::Written written = TRY(partiql::carry_out(state_, call_.now, write, detail_));
    result.item = std::move(written.returned);
    charge(table, written.consumed);
    if (written.event) answer_.events.push_back(std::move(*written.event));
    return {};
  }

  AwsResult<void> look_up(const Statement& statement, json::Value entry, Result& result) {
    auto consistency = is_true(entry["ConsistentRead"]) ? Consistency::strong : Consistency::eventual;
    partiql::Selected selected = TRY(partiql::select(state_, call_, statement, {.consistency = consistency, .must_be_single = true}));
    result.item = std::move(selected.page.items);
    charge(*selected.table, selected.consumed);
    return {};
  }

  void charge(const Table& table, const Consumed& consumed) {
    auto known = std::find_if(costs_.begin(), costs_.end(), [&](const auto& cost) { return cost.first == &table; });
    if (known == costs_.end()) known = costs_.insert(costs_.end(), {&table, Consumed()});
    known->second += consumed;
  }

  /// Each write was decided by the state before the batch.
  bool has_duplicates() const {
    std::map<std::pair<int64_t, std::string_view>, int> keys;
    for (const Event& event : answer_.events) {
      auto item = std::visit(
          [](const auto& e) -> std::pair<int64_t, std::string_view> {
            if constexpr (requires {
                            e.key.bytes;
                            e.table;
                          })
              return {e.table, e.key.bytes};
            else return {};
          },
          event);
      if (++keys[item] > 1) return true;
    }
    return false;
  }

  void write_response() {
    JsonWriter json(answer_.response.body);
    json.begin_object().key("Responses").begin_array();
    for (const Result& result : results_) {
      json.begin_object();
      if (result.error) {
        json.key("Error").begin_object().field("Code", short_code(*result.error)).field("Message", result.error->message);
        for (const auto& [name, value] : result.error->members) json.raw_field(name, value);
        json.end_object();
      }
      if (!result.table.empty()) json.field("TableName", result.table);
      if (!result.item.empty()) json.raw_field("Item", result.item);
      json.end_object();
    }
    json.end_array();
    if (detail_ != CapacityDetail::none) {
      json.key("ConsumedCapacity").begin_array();
      for (const auto& [table, consumed] : costs_) write_consumed(json, {table, table->description.name}, detail_, consumed);
      json.end_array();
    }
    json.end_object();
  }

  const DynamoDbReadModel& state_;
  const Call& call_;
  const CapacityDetail detail_;
  Answer answer_;
  std::vector<Result> results_;
  std::vector<std::pair<const Table*, Consumed>> costs_;
};

AwsResult<Outcome> run(const DynamoDbReadModel& state, const Call& call, Statements& statements) {
  return Batch(state, call).run(statements);
}

}  // namespace

AwsResult<Rest> batch_execute_statement(json::Value input) {
  Statements statements;
  for (json::Value entry : input["Statements"].elements()) {
    statements.push_back(partiql::parse(entry["Statement"].string(), entry["Parameters"]));
  }
  return with(std::move(statements), run);
}

}  // namespace cloudemu::dynamodb
