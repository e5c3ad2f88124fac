#include <algorithm>
#include <variant>

#include "core/digest.h"
#include "core/encoding.h"
#include "core/json_writer.h"
#include "services/dynamodb/arn.h"
#include "services/dynamodb/operations.h"
#include "services/dynamodb/transact_write.h"

namespace cloudemu::dynamodb {

namespace {

/// So long a ClientRequestToken makes a repeated request harmless.
constexpr TimeMs kTokenLifeMs = 10 * 60 * kSecondMs;

using Action = WriteAction;
using Request = decltype(Action::request);

AwsResult<Action> read_action(json::Value entry) {
  constexpr std::string_view kKinds[] = {"ConditionCheck", "Delete", "Put", "Update"};
  auto given = std::count_if(std::begin(kKinds), std::end(kKinds), [&](std::string_view kind) { return entry[kind].is_object(); });
  if (given != 1) return fail(validation("TransactItems can only contain one of Check, Put, Update or Delete"));
  constexpr WrittenIn kIn = WrittenIn::transaction;
  if (json::Value input = entry["ConditionCheck"]; input.is_object()) {
    KeyedRequest request = TRY(read_keyed(input, kIn));
    return Action{.request = ConditionCheck{std::move(request)}};
  }
  if (json::Value input = entry["Delete"]; input.is_object()) {
    KeyedRequest request = TRY(read_keyed(input, kIn));
    return Action{.request = Delete{std::move(request)}};
  }
  if (json::Value input = entry["Put"]; input.is_object()) {
    PutRequest request = TRY(read_put(input, kIn));
    return Action{.request = std::move(request)};
  }
  UpdateRequest request = TRY(read_update(entry["Update"], kIn));
  return Action{.request = std::move(request)};
}

/// What is written has the key's attributes there; nothing for a mere check.
json::Value key_holder(const Request& request) {
  if (std::holds_alternative<ConditionCheck>(request)) return {};
  if (auto* put = std::get_if<PutRequest>(&request)) return put->sent;
  if (auto* remove = std::get_if<Delete>(&request)) return remove->request.sent_key;
  return std::get<UpdateRequest>(request).sent_key;
}

size_t payload(const Request& request) {
  if (auto* put = std::get_if<PutRequest>(&request)) return put->size;
  if (auto* check = std::get_if<ConditionCheck>(&request)) return check->request.key.size();
  if (auto* remove = std::get_if<Delete>(&request)) return remove->request.key.size();
  return std::get<UpdateRequest>(request).key.size();
}

AwsResult<std::vector<Action>> read_actions(json::Value entries) {
  std::vector<Action> actions;
  for (json::Value entry : entries.elements()) actions.push_back(TRY(read_action(entry)));
  return actions;
}

AwsResult<void> check_payload(const std::vector<Action>& actions) {
  size_t bytes = 0;
  for (const Action& action : actions) bytes += payload(action.request);
  if (bytes > kTransactionBytesMax) return fail(transaction_too_large());
  return {};
}

AwsResult<std::string> key_of(const Table& table, const Request& request) {
  if (auto* put = std::get_if<PutRequest>(&request)) return dynamodb::key_of(table, *put);
  if (auto* check = std::get_if<ConditionCheck>(&request)) return dynamodb::key_of(table, check->request);
  if (auto* remove = std::get_if<Delete>(&request)) return dynamodb::key_of(table, remove->request);
  return dynamodb::key_of(table, static_cast<const KeyedRequest&>(std::get<UpdateRequest>(request)));
}

/// Finds tables and items. An empty key refuses the whole request: AWS finds it before the transaction begins. A key that is none for
/// another reason cancels the transaction before any condition is looked at.
AwsResult<void> find_items(const DynamoDbReadModel& state, const Call& call, std::vector<Action>& actions) {
  for (Action& action : actions) action.table = TRY(require_table(state, call, action.common().table));
  std::vector<ItemRef> items;
  for (size_t i = 0; i < actions.size(); ++i) {
    auto key = key_of(*actions[i].table, actions[i].request);
    if (!key && is_empty_value(key.error())) return fail(std::move(key.error()));
    if (!key) return fail(transaction_cancelled(actions.size(), i, std::move(key.error())));
    items.push_back({actions[i].table, *key});
    actions[i].existing.emplace(state, call.now, *actions[i].table, std::move(*key));
  }
  return check_distinct(items);
}

AwsResult<Change> decide(Action& action) {
  const Table& table = *action.table;
  if (auto* put = std::get_if<PutRequest>(&action.request)) return decide_put(table, *put, *action.existing);
  if (auto* update = std::get_if<UpdateRequest>(&action.request)) return decide_update(table, *update, *action.existing);
  if (auto* remove = std::get_if<Delete>(&action.request)) return decide_delete(table, remove->request, *action.existing);
  return Change{.event = {}, .new_item = {}, .size = action.existing->size().value_or(0)};
}

/// All conditions are looked at, so that all that failed are told.
AwsResult<void> check_conditions(std::vector<Action>& actions) {
  std::vector<std::optional<AwsError>> reasons;
  bool failed = false;
  for (Action& action : actions) {
    auto checked = check_condition(*action.table, action.common(), *action.existing);
    failed = failed || !checked;
    reasons.push_back(checked ? std::nullopt : std::optional(std::move(checked.error())));
  }
  if (!failed) return {};
  return fail(transaction_cancelled(reasons));
}

/// JSON with members in the order of their names: some SDKs write maps in a random one, and it is the same request all the same.
void append_in_order(std::string& out, json::Value value) {
  if (value.is_object()) {
    std::vector<std::pair<std::string_view, json::Value>> members;
    for (auto [name, member] : value.members()) members.emplace_back(name, member);
    std::stable_sort(members.begin(), members.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    out.push_back('{');
    for (const auto& [name, member] : members) {
      append_json_string(out, name);
      append_in_order(out, member);
    }
    out.push_back('}');
  } else if (value.is_array()) {
    out.push_back('[');
    for (json::Value element : value.elements()) append_in_order(out, element);
    out.push_back(']');
  } else {
    out.append(value.text()).push_back(',');
  }
}

using Token = DynamoDbReadModel::Token;

/// The token, if this very request was carried out before. Error: another one was, under the same token.
AwsResult<std::optional<Token>> find_token(const DynamoDbReadModel& state, const Call& call, const std::string& fingerprint) {
  json::Value token = call.input["ClientRequestToken"];
  if (!token.is_string()) return std::optional<Token>();
  auto used = state.token(call.principal.account, call.principal.region, token.string());
  if (!used || used->expires_at <= call.now) return std::optional<Token>();
  if (used->fingerprint == fingerprint) return used;
  return fail(AwsError{"IdempotentParameterMismatchException", 400, "The request with the same client token has different parameters"});
}

/// AWS charges a repeated transaction for reading the items that it wrote.
Consumed cost_of_repeating(const Token& token, size_t action, ItemBefore& existing) {
  uint32_t bytes = action < token.item_bytes.size() ? token.item_bytes[action] : existing.size().value_or(0);
  return {.table = read_cost(bytes, Consistency::strong)};
}

}  // namespace

const WriteRequest& WriteAction::common() const {
  if (auto* check = std::get_if<ConditionCheck>(&request)) return check->request;
  if (auto* remove = std::get_if<Delete>(&request)) return remove->request;
  if (auto* put = std::get_if<PutRequest>(&request)) return *put;
  return std::get<UpdateRequest>(request);
}

std::string fingerprint_of(json::Value input, std::string_view statements) {
  if (!input["ClientRequestToken"].is_string()) return {};
  std::string text;
  append_in_order(text, input[statements]);
  return hex(sha256(text));
}

AwsResult<WriteTransaction> transact(const DynamoDbReadModel& state, const Call& call, std::vector<WriteAction>& actions,
                                     std::string fingerprint) {
  TRY(check_payload(actions));
  std::optional<Token> done = TRY(find_token(state, call, fingerprint));
  TRY(find_items(state, call, actions));
  if (!done) TRY(check_conditions(actions));

  WriteTransaction result{.repeated = done.has_value()};
  std::vector<uint32_t> item_bytes;
  size_t bytes = 0;
  CapacityDetail detail = capacity_detail(call.input);
  for (size_t i = 0; i < actions.size(); ++i) {
    Action& action = actions[i];
    NamedTable table{action.table, action.common().table};
    if (done) {
      result.cost.add(table, cost_of_repeating(*done, i, *action.existing));
      continue;
    }
    auto change = decide(action);
    if (!change) return fail(transaction_cancelled(actions.size(), i, std::move(change.error())));
    item_bytes.push_back(change->size);
    // What is deleted may be as large as it likes.
    if (!std::holds_alternative<Delete>(action.request)) bytes += change->size;
    if (bytes > kTransactionBytesMax) return fail(transaction_too_large());
    result.cost.add(table, cost_of(*action.table, *change, *action.existing, detail));
    if (json::Value holder = key_holder(action.request)) result.written.push_back({table, holder});
    if (!change->event) continue;
    bool updates = std::holds_alternative<UpdateRequest>(action.request);
    result.events.push_back(updates ? as_logged(std::move(*change->event), *action.existing) : std::move(*change->event));
  }
  if (json::Value token = call.input["ClientRequestToken"]; token.is_string() && !done) {
    result.events.push_back(TokenUsed{.account = call.principal.account,
                                      .region = call.principal.region,
                                      .token = std::string(token.string()),
                                      .fingerprint = std::move(fingerprint),
                                      .used_at = call.now,
                                      .expires_at = call.now + kTokenLifeMs,
                                      .item_bytes = std::move(item_bytes)});
  }
  return result;
}

namespace {

struct Transaction {
  std::vector<Action> actions;
  std::string fingerprint;
};

AwsResult<Outcome> write_all(const DynamoDbReadModel& state, const Call& call, Transaction& sent) {
  WriteTransaction done = TRY(transact(state, call, sent.actions, std::move(sent.fingerprint)));
  Answer answer{.events = std::move(done.events)};
  JsonWriter json(answer.response.body);
  json.begin_object();
  done.cost.write(json, capacity_detail(call.input), done.repeated ? CapacityKind::reads : CapacityKind::writes);
  write_collection_metrics(json, call.input, done.written);
  json.end_object();
  return answer;
}

}  // namespace

/// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html. Atomic: the events of a call are written
/// together or not at all.
AwsResult<Rest> transact_write_items(json::Value input) {
  std::vector<Action> actions = TRY(read_actions(input["TransactItems"]));
  return with(Transaction{std::move(actions), fingerprint_of(input, "TransactItems")}, write_all);
}

}  // namespace cloudemu::dynamodb
