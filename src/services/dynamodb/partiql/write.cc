#include "services/dynamodb/partiql/write.h"

#include "core/strings.h"
#include "services/dynamodb/canonical.h"

namespace cloudemu::dynamodb::partiql {

namespace {

using expression::Condition;
using expression::Operand;
using Op = Condition::Op;

Condition on_hash(const Table& table, Op op) {
  return {.op = op, .operands = {Operand::of_attribute(table.description.hash.name)}, .parts = {}};
}

Condition combined(Op op, Condition first, std::optional<Condition> second) {
  if (!second) return first;
  Condition whole{.op = op};
  whole.parts.push_back(std::move(first));
  whole.parts.push_back(std::move(*second));
  return whole;
}

AwsResult<json::Document> document_of(const Item& item) {
  std::string text;
  append_item(text, item);
  auto document = json::Document::parse(text);
  if (!document) return fail(validation("Nesting Levels have exceeded supported limits"));
  return std::move(*document);
}

AwsResult<void> read_insert(Write& write) {
  write.document = TRY(document_of(write.statement.item));
  PutRequest request;
  request.inserts = true;
  request.sent = write.document.root();
  request.size = TRY(append_canonical_item(request.item, request.sent));
  write.action.request = std::move(request);
  return {};
}

/// The key that the condition says; the rest of it becomes `rest`.
AwsResult<void> read_key(const Table& table, Write& write, KeyedRequest& request, std::optional<Condition>& rest) {
  auto plan = TRY(plan_item(schema_of(table.description), write.statement.where));
  if (!plan) return fail(validation("Where clause does not contain a mandatory equality on all key attributes"));
  write.document = TRY(document_of(plan->key));
  request.sent_key = write.document.root();
  TRY(append_canonical_item(request.key, request.sent_key));
  rest = std::move(plan->rest);
  return {};
}

AwsResult<void> fill(const Table& table, Write& write) {
  std::optional<Condition> rest;
  switch (write.statement.kind) {
    case Statement::Kind::insert: {
      std::get<PutRequest>(write.action.request).condition = on_hash(table, Op::attribute_not_exists);
      return {};
    }
    case Statement::Kind::update: {
      UpdateRequest request;
      TRY(read_key(table, write, request, rest));
      request.update = write.statement.update;
      // An UPDATE never makes an item.
      request.condition = combined(Op::all, on_hash(table, Op::attribute_exists), std::move(rest));
      write.action.request = std::move(request);
      return {};
    }
    case Statement::Kind::remove: {
      KeyedRequest request;
      TRY(read_key(table, write, request, rest));
      // To delete what is not there succeeds, whatever the condition.
      if (rest) request.condition = combined(Op::any, on_hash(table, Op::attribute_not_exists), std::move(rest));
      write.action.request = Delete{std::move(request)};
      return {};
    }
    default: {
      KeyedRequest request;
      TRY(read_key(table, write, request, rest));
      request.condition = combined(Op::all, on_hash(table, Op::attribute_exists), std::move(rest));
      write.action.request = ConditionCheck{std::move(request)};
      return {};
    }
  }
}

WriteRequest& common(WriteAction& action) {
  if (auto* check = std::get_if<ConditionCheck>(&action.request)) return check->request;
  if (auto* remove = std::get_if<Delete>(&action.request)) return remove->request;
  if (auto* put = std::get_if<PutRequest>(&action.request)) return *put;
  return std::get<UpdateRequest>(action.request);
}

AwsResult<std::string> key_of(const Table& table, const WriteAction& action) {
  if (auto* put = std::get_if<PutRequest>(&action.request)) return dynamodb::key_of(table, *put);
  if (auto* remove = std::get_if<Delete>(&action.request)) return dynamodb::key_of(table, remove->request);
  return dynamodb::key_of(table, static_cast<const KeyedRequest&>(std::get<UpdateRequest>(action.request)));
}

}  // namespace

Write read_write(Statement statement) {
  Write write{.statement = std::move(statement)};
  if (write.statement.kind != Statement::Kind::insert) return write;
  if (auto read = read_insert(write); !read) write.flaw = std::move(read.error());
  return write;
}

AwsResult<void> bind(Write& write, const Table& table, bool wants_old_item) {
  if (!write.statement.index.empty()) return fail(validation("Only SELECT may name an index"));
  if (write.flaw) return fail(*write.flaw);
  TRY(fill(table, write));
  WriteRequest& request = common(write.action);
  request.old_item_on_failure = wants_old_item;
  request.return_values = write.statement.returned;
  write.action.table = &table;
  return {};
}

AwsResult<std::string> key_of(const Write& write) { return key_of(*write.action.table, write.action); }

void name_table(WriteAction& action, std::string_view name) { common(action).table = name; }

AwsResult<Written> carry_out(const DynamoDbReadModel& state, TimeMs now, Write& write, CapacityDetail detail) {
  const Table& table = *write.action.table;
  ItemBefore existing(state, now, table, TRY(key_of(write)));
  TRY(check_condition(table, common(write.action), existing));
  Written written;
  Change change;
  if (auto* put = std::get_if<PutRequest>(&write.action.request)) {
    change = TRY(decide_put(table, *put, existing));
  } else if (auto* update = std::get_if<UpdateRequest>(&write.action.request)) {
    change = TRY(decide_update(table, *update, existing));
    written.returned = returned_attributes(*update, change, existing);
  } else {
    change = decide_delete(table, std::get<Delete>(write.action.request).request, existing);
    bool wants_old = common(write.action).return_values == ReturnValues::all_old;
    if (wants_old && existing.json()) written.returned = *existing.json();
  }
  written.consumed = cost_of(table, change, existing, detail);
  if (change.event) written.event = as_logged(std::move(*change.event), existing);
  return written;
}

}  // namespace cloudemu::dynamodb::partiql
