#include <algorithm>
#include <memory>
#include <set>

#include "services/dynamodb/arn.h"
#include "services/dynamodb/canonical.h"
#include "services/dynamodb/operations.h"
#include "services/dynamodb/partiql/parser.h"
#include "services/dynamodb/partiql/select.h"
#include "services/dynamodb/partiql/write.h"
#include "services/dynamodb/parts.h"

/// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchExecuteStatement.html: each statement succeeds or fails by
/// itself.
namespace cloudemu::dynamodb {

namespace {

using partiql::Statement;

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

/// The batch, and what has become of the statements of the parts that are done.
struct Batch {
  std::vector<AwsResult<partiql::Write>> statements = {};
  Parts parts = {};
  std::vector<Result> results = {};
  std::vector<std::pair<int64_t, Consumed>> costs = {};  ///< by the number of the table
};

AwsResult<void> check_kinds(const Batch& batch) {
  bool reads = false, writes = false;
  for (const auto& entry : batch.statements) {
    if (entry) (entry->statement.reads() ? reads : writes) = true;
  }
  if (reads && writes) {
    return fail(validation("BatchExecuteStatement API does not support both read and write operations in the same request."));
  }
  return {};
}

class Execution {
 public:
  Execution(const DynamoDbReadModel& state, const Call& call, Batch& batch)
      : state_(state), call_(call), batch_(batch), detail_(capacity_detail(call.input)) {}

  AwsResult<Outcome> run_part() {
    if (call_.part == 0) TRY(check_kinds(batch_));
    if (call_.part == 0 && has_duplicates()) return fail(validation("Provided list of item keys contains duplicates"));
    size_t begin = batch_.parts.begin(call_.part), end = batch_.parts.end(call_.part);
    // The state failed under a part, and what became of those before it is forgotten.
    if (batch_.results.size() != begin) return fail(AwsError{"InternalServerError", 500, "Internal server error"});
    for (size_t i = begin; i < end; ++i) {
      auto& entry = batch_.statements[i];
      Result result{.table = entry ? entry->statement.table : std::string()};
      auto done = entry ? carry_out(*entry, call_.input["Statements"].at(i), result) : AwsResult<void>(fail(entry.error()));
      if (!done) result.error = std::move(done.error());
      batch_.results.push_back(std::move(result));
    }
    if (!batch_.parts.is_last(call_.part)) return Outcome(Part{std::move(answer_.events)});
    write_response();
    return std::move(answer_);
  }

 private:
  AwsResult<const Table*> bind(partiql::Write& write, json::Value entry) {
    const Table* table = TRY(require_table(state_, call_, write.statement.table));
    TRY(partiql::bind(write, *table, entry["ReturnValuesOnConditionCheckFailure"].string() == "ALL_OLD"));
    return table;
  }

  AwsResult<void> carry_out(partiql::Write& write, json::Value entry, Result& result) {
    if (write.statement.reads()) return look_up(write.statement, entry, result);
    if (write.statement.kind == Statement::Kind::exists) return fail(validation("EXISTS is supported in ExecuteTransaction only"));
    const Table& table = *TRY(bind(write, entry));
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
    auto known = std::find_if(batch_.costs.begin(), batch_.costs.end(), [&](const auto& cost) { return cost.first == table.id; });
    if (known == batch_.costs.end()) known = batch_.costs.insert(batch_.costs.end(), {table.id, Consumed()});
    known->second += consumed;
  }

  /// What is wrong with a statement is its own affair.
  bool has_duplicates() {
    std::set<std::pair<int64_t, std::string>> keys;
    for (size_t i = 0; i < batch_.statements.size(); ++i) {
      auto& write = batch_.statements[i];
      if (!write || write->statement.reads() || write->statement.kind == Statement::Kind::exists) continue;
      auto table = bind(*write, call_.input["Statements"].at(i));
      if (!table) continue;
      auto key = partiql::key_of(*write);
      if (key && !keys.emplace((*table)->id, std::move(*key)).second) return true;
    }
    return false;
  }

  void write_response() {
    JsonWriter json(answer_.response.body);
    json.begin_object().key("Responses").begin_array();
    for (const Result& result : batch_.results) {
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
      for (const auto& [id, consumed] : batch_.costs) {
        const Table* table = state_.find_table(id);
        if (table) write_consumed(json, {table, table->description.name}, detail_, consumed);
      }
      json.end_array();
    }
    json.end_object();
  }

  const DynamoDbReadModel& state_;
  const Call& call_;
  Batch& batch_;
  const CapacityDetail detail_;
  Answer answer_;
};

AwsResult<Outcome> run_part(const DynamoDbReadModel& state, const Call& call, Batch& batch) {
  return Execution(state, call, batch).run_part();
}

}  // namespace

AwsResult<Rest> batch_execute_statement(json::Value input) {
  auto batch = std::make_shared<Batch>();
  for (json::Value entry : input["Statements"].elements()) {
    auto statement = partiql::parse(entry["Statement"].string(), entry["Parameters"]);
    batch->parts.add(statement && !statement->reads() ? entry["Parameters"].text().size() : 0);
    if (statement) batch->statements.emplace_back(partiql::read_write(std::move(*statement)));
    else batch->statements.emplace_back(fail(std::move(statement.error())));
  }
  return with(std::move(batch), run_part);
}

}  // namespace cloudemu::dynamodb
