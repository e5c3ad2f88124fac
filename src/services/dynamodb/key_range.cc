#include "services/dynamodb/key_range.h"

#include <algorithm>

#include "core/strings.h"
#include "services/dynamodb/ordering_key.h"

namespace cloudemu::dynamodb {

namespace {

using expression::Condition;
using expression::KeyPredicate;
using Op = Condition::Op;
using Predicates = std::vector<KeyPredicate>;

const KeyPredicate* find_predicate(const Predicates& predicates, std::string_view attribute) {
  auto found = std::find_if(predicates.begin(), predicates.end(), [&](const KeyPredicate& p) { return p.attribute == attribute; });
  return found == predicates.end() ? nullptr : &*found;
}

AwsError missed(std::string_view attribute) { return validation(concat("Query condition missed key schema element: ", attribute)); }
AwsError not_supported() { return validation("Query key condition not supported"); }

/// Keys of several attributes came in 2025, with wordings of their own:
/// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.DesignPattern.MultiAttributeKeys.html
bool is_multi_attribute(const KeySchema& schema) { return schema.hash.size() > 1 || schema.range.size() > 1; }

AwsError hash_incomplete(std::string_view attribute) {
  return validation(
      concat("Query key condition not supported: all HASH key attributes must have an equality condition. Attribute: ", attribute));
}
AwsError range_out_of_order(std::string_view attribute) {
  return validation(
      concat("Query key condition not supported: RANGE key attributes must have conditions from left to right, all but "
             "the last one an equality condition. Attribute: ",
             attribute));
}

AwsResult<void> check_value(const KeyAttribute& attribute, const Value& value) {
  if (type_code(value.type) != attribute.type) {
    return fail(invalid_values("Condition parameter type does not match schema type"));
  }
  if (value.type != Type::number && value.text.empty()) {
    return fail(not_valid_values(concat("The AttributeValue for a key attribute cannot contain an empty ",
                                        value.type == Type::binary ? "binary" : "string", " value. Key: ", attribute.name)));
  }
  return {};
}

AwsResult<void> check_values(const KeyAttribute& attribute, const KeyPredicate& predicate) {
  TRY(check_value(attribute, *predicate.operand));
  if (predicate.upper) TRY(check_value(attribute, *predicate.upper));
  return {};
}

AwsResult<void> check_length(std::string_view bytes, bool is_hash) {
  if (is_hash && bytes.size() > kHashKeyBytesMax) {
    return fail(invalid_values("Size of hashkey has exceeded the maximum size limit of2048 bytes"));
  }
  if (!is_hash && bytes.size() > kRangeKeyBytesMax) {
    return fail(invalid_values("Aggregated size of all range keys has exceeded the size limit of 1024 bytes"));
  }
  return {};
}

/// Conditions beyond the partition key, by the attributes that they are on: from the left, and only the last one may be no equality.
AwsResult<std::vector<const KeyPredicate*>> range_predicates(const KeySchema& schema, const Predicates& predicates) {
  size_t wanted = predicates.size() - schema.hash.size();
  if (wanted > 0 && schema.range.empty()) return fail(not_supported());
  if (wanted > schema.range.size()) return fail(validation("Conditions can be of length 1 or 2 only"));
  std::vector<const KeyPredicate*> found;
  for (size_t i = 0; i < wanted; ++i) {
    const std::string& name = schema.range[i].name;
    const KeyPredicate* predicate = find_predicate(predicates, name);
    if (!predicate) return fail(is_multi_attribute(schema) ? range_out_of_order(name) : missed(name));
    if (i + 1 < wanted && predicate->op != Op::equal) return fail(range_out_of_order(name));
    found.push_back(predicate);
  }
  return found;
}

/// From a key's beginning with all values of an attribute to those that meet a predicate.
void narrow(QueryRange& range, const std::string& prefix, const KeyPredicate& predicate) {
  // What an attribute's keys begin with, and the least key beyond them.
  auto at = [&](const Value& value) {
    std::string key = prefix;
    append_part(key, key_bytes(value));
    return key;
  };
  auto past = [&](const Value& value) { return after_prefix(at(value)); };
  const Value& operand = *predicate.operand;
  switch (predicate.op) {
    case Op::less: range.to = at(operand); return;
    case Op::less_equal: range.to = past(operand); return;
    case Op::greater: range.from = past(operand); return;
    case Op::greater_equal: range.from = at(operand); return;
    case Op::between:
      range.from = at(operand);
      range.to = past(*predicate.upper);
      return;
    case Op::begins_with: {
      std::string open = prefix;
      append_open_part(open, key_bytes(operand));
      range.from = open;
      range.to = after_prefix(std::move(open));
      return;
    }
    default: range.from = at(operand); range.to = past(operand);
  }
}

}  // namespace

AwsResult<QueryRange> query_range(const KeySchema& schema, const Predicates& predicates) {
  std::vector<std::string> hash;
  for (const KeyAttribute& attribute : schema.hash) {
    const KeyPredicate* predicate = find_predicate(predicates, attribute.name);
    bool several = is_multi_attribute(schema);
    if (!predicate) return fail(several ? hash_incomplete(attribute.name) : missed(attribute.name));
    if (predicate->op != Op::equal) return fail(several ? hash_incomplete(attribute.name) : not_supported());
  }
  std::vector<const KeyPredicate*> ranges = TRY(range_predicates(schema, predicates));
  for (const KeyAttribute& attribute : schema.hash) {
    const KeyPredicate& predicate = *find_predicate(predicates, attribute.name);
    TRY(check_values(attribute, predicate));
    hash.push_back(key_bytes(*predicate.operand));
    TRY(check_length(hash.back(), true));
  }
  QueryRange range;
  append_hash(range.partition, hash);
  for (const std::string& part : hash) append_part(range.partition, part);
  range.from = range.partition;
  range.to = after_prefix(range.partition);
  std::string prefix = range.partition;
  for (size_t i = 0; i < ranges.size(); ++i) {
    TRY(check_values(schema.range[i], *ranges[i]));
    TRY(check_length(key_bytes(*ranges[i]->operand), false));
    narrow(range, prefix, *ranges[i]);
    if (ranges[i]->op == Op::equal) append_part(prefix, key_bytes(*ranges[i]->operand));
  }
  range.single_item = ranges.size() == schema.range.size() &&
                      std::all_of(ranges.begin(), ranges.end(), [](const KeyPredicate* p) { return p->op == Op::equal; });
  return range;
}

}  // namespace cloudemu::dynamodb
