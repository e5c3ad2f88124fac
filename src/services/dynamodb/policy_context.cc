#include "services/dynamodb/policy_context.h"

#include <algorithm>
#include <set>

#include "core/strings.h"
#include "services/dynamodb/expression/key_condition.h"

namespace cloudemu::dynamodb {

namespace {

using Values = iam::Context::Values;

/// Expressions may name attributes plainly.
constexpr std::string_view kExpressions[] = {"ConditionExpression", "FilterExpression", "KeyConditionExpression", "ProjectionExpression",
                                             "UpdateExpression"};
/// Members whose members are named like attributes.
constexpr std::string_view kMapsByName[] = {"AttributeUpdates", "Expected", "Item", "Key", "KeyConditions", "QueryFilter", "ScanFilter"};
constexpr std::string_view kWords[] = {"ADD", "AND", "BETWEEN", "DELETE", "IN", "NOT", "OR", "REMOVE", "SET"};

bool is_name_character(char c) { return is_alnum(c) || c == '_'; }

/// The attributes that an expression names without a placeholder: at the top level, for what follows a dot is inside of one.
void add_plain_names(std::string_view expression, std::set<std::string>& names) {
  for (size_t at = 0; at < expression.size();) {
    if (!is_name_character(expression[at])) {
      ++at;
      continue;
    }
    size_t end = at;
    while (end < expression.size() && is_name_character(expression[end])) ++end;
    std::string_view word = expression.substr(at, end - at);
    char before = at == 0 ? ' ' : expression[at - 1];
    size_t next = expression.find_first_not_of(' ', end);
    bool is_function = next != std::string_view::npos && expression[next] == '(';
    bool is_word = std::find(std::begin(kWords), std::end(kWords), upper(word)) != std::end(kWords);
    bool is_path_start = before != ':' && before != '#' && before != '.' && !is_digit(word.front());
    if (is_path_start && !is_function && !is_word) names.emplace(word);
    at = end;
  }
}

/// All attributes that a request names.
void add_names(json::Value input, std::set<std::string>& names) {
  for (std::string_view map : kMapsByName) {
    for (auto [name, value] : input[map].members()) names.emplace(name);
  }
  for (auto [placeholder, name] : input["ExpressionAttributeNames"].members()) names.emplace(name.string());
  for (json::Value name : input["AttributesToGet"].elements()) names.emplace(name.string());
  for (std::string_view expression : kExpressions) add_plain_names(input[expression].string(), names);
  for (json::Value key : input["Keys"].elements()) {
    for (auto [name, value] : key.members()) names.emplace(name);
  }
  // Of BatchWriteItem the requests for a table.
  for (json::Value request : input.elements()) {
    add_names(request["PutRequest"], names);
    add_names(request["DeleteRequest"], names);
  }
}

/// The text of an attribute value: of a string or number itself, of bytes in base64.
void add_scalar(json::Value value, Values& values) {
  for (std::string_view type : {"S", "N", "B"}) {
    if (value[type].is_string()) values.emplace_back(value[type].string());
  }
}

/// The partition key that a Query looks for.
void add_queried_key(json::Value input, std::string_view attribute, Values& values) {
  add_scalar(input["KeyConditions"][attribute]["AttributeValueList"].size() > 0
                 ? input["KeyConditions"][attribute]["AttributeValueList"].at(0)
                 : json::Value(),
             values);
  json::Value text = input["KeyConditionExpression"];
  if (!text.is_string()) return;
  auto placeholders = expression::Placeholders::read(input["ExpressionAttributeNames"], input["ExpressionAttributeValues"]);
  if (!placeholders) return;
  auto predicates = expression::parse_key_condition(text.string(), *placeholders);
  if (!predicates) return;
  for (const expression::KeyPredicate& predicate : *predicates) {
    if (predicate.attribute == attribute && predicate.operand) values.push_back(predicate.operand->text);
  }
}

Values leading_keys(json::Value input, std::string_view attribute) {
  Values values;
  add_scalar(input["Key"][attribute], values);
  add_scalar(input["Item"][attribute], values);
  for (json::Value key : input["Keys"].elements()) add_scalar(key[attribute], values);
  for (json::Value request : input.elements()) {
    add_scalar(request["PutRequest"]["Item"][attribute], values);
    add_scalar(request["DeleteRequest"]["Key"][attribute], values);
  }
  add_queried_key(input, attribute, values);
  return values;
}

/// The partition key of the table, or of the index that is read.
std::string_view partition_key(const Table& table, std::string_view index) {
  for (const IndexDescription& known : table.description.indexes) {
    if (known.name == index && !known.hash.empty()) return known.hash.front().name;
  }
  return table.description.hash.name;
}

std::optional<Values> some(Values values) { return values.empty() ? std::nullopt : std::optional(std::move(values)); }

std::optional<Values> text_of(json::Value value) {
  return value.is_string() ? std::optional(Values{std::string(value.string())}) : std::nullopt;
}

/// What of the items a Query or a Scan returns.
std::optional<Values> selection(const TableAccess& access) {
  if (access.action != "dynamodb:Query" && access.action != "dynamodb:Scan") return std::nullopt;
  if (access.input["Select"].is_string()) return text_of(access.input["Select"]);
  bool is_specific = access.input["ProjectionExpression"].is_string() || access.input["AttributesToGet"].is_array();
  return Values{is_specific ? "SPECIFIC_ATTRIBUTES" : access.index.empty() ? "ALL_ATTRIBUTES" : "ALL_PROJECTED_ATTRIBUTES"};
}

}  // namespace

std::optional<Values> PolicyContext::find_tag(std::string_view key) const {
  constexpr std::string_view kOfTable = "aws:resourcetag/", kOfRequest = "aws:requesttag/";
  if (key.starts_with(kOfTable)) {
    auto value = table_ ? iam::tag_value(table_->description.tags, key.substr(kOfTable.size())) : std::nullopt;
    return value ? std::optional(Values{std::move(*value)}) : std::nullopt;
  }
  Values keys;
  for (json::Value tag : access_.input["Tags"].elements()) {
    if (key.starts_with(kOfRequest) && tag["Key"].string() == key.substr(kOfRequest.size())) return text_of(tag["Value"]);
    keys.emplace_back(tag["Key"].string());
  }
  for (json::Value name : access_.input["TagKeys"].elements()) keys.emplace_back(name.string());
  return key == "aws:tagkeys" ? some(std::move(keys)) : std::nullopt;
}

std::optional<Values> PolicyContext::find(std::string_view key) const {
  constexpr std::string_view kOwn = "dynamodb:";
  if (key.starts_with("aws:tagkeys") || key.starts_with("aws:resourcetag/") || key.starts_with("aws:requesttag/")) return find_tag(key);
  if (!key.starts_with(kOwn)) return CallContext::find(key);
  std::string_view name = key.substr(kOwn.size());
  if (name == "leadingkeys") return table_ ? some(leading_keys(access_.input, partition_key(*table_, access_.index))) : std::nullopt;
  if (name == "attributes") {
    std::set<std::string> names;
    add_names(access_.input, names);
    return some(Values(names.begin(), names.end()));
  }
  if (name == "select") return selection(access_);
  if (name == "returnvalues") return text_of(access_.input["ReturnValues"]);
  if (name == "returnconsumedcapacity") return text_of(access_.input["ReturnConsumedCapacity"]);
  if (name == "enclosingoperation" && !access_.enclosing.empty()) return one(access_.enclosing);
  if (name == "fulltablescan" && access_.action == "dynamodb:Scan") return one("true");
  return std::nullopt;
}

}  // namespace cloudemu::dynamodb
