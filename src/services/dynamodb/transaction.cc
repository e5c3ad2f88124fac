#include "services/dynamodb/transaction.h"

#include <algorithm>

#include "core/strings.h"

namespace cloudemu::dynamodb {

namespace {

std::string_view reason_code(const AwsError& error) {
  if (error.code == "DuplicateItemException") return "DuplicateItem";
  return error.code == "ConditionalCheckFailedException" ? "ConditionalCheckFailed" : "ValidationError";
}

}  // namespace

AwsError transaction_too_large() {
  return validation("Transaction payload size cannot exceed 4 MB: the aggregate size of the items in the transaction is too large");
}

AwsError transaction_cancelled(const std::vector<std::optional<AwsError>>& reasons) {
  std::string codes, members;
  JsonWriter json(members);
  json.begin_array();
  for (const std::optional<AwsError>& reason : reasons) {
    std::string_view code = reason ? reason_code(*reason) : "None";
    append(codes, codes.empty() ? "" : ", ", code);
    json.begin_object().field("Code", code);
    if (reason) {
      json.field("Message", reason->message);
      for (const auto& [name, value] : reason->members) json.raw_field(name, value);
    }
    json.end_object();
  }
  json.end_array();
  AwsError error{"TransactionCanceledException", 400,
                 concat("Transaction cancelled, please refer cancellation reasons for specific reasons [", codes, "]")};
  return std::move(error).with("CancellationReasons", members);
}

AwsError transaction_cancelled(size_t count, size_t at, AwsError reason) {
  std::vector<std::optional<AwsError>> reasons(count);
  reasons[at] = std::move(reason);
  return transaction_cancelled(reasons);
}

AwsResult<void> check_distinct(const std::vector<ItemRef>& items) {
  for (size_t i = 1; i < items.size(); ++i) {
    auto end = items.begin() + static_cast<long>(i);
    if (std::find(items.begin(), end, items[i]) != end) {
      return fail(validation("Transaction request cannot include multiple operations on one item"));
    }
  }
  return {};
}

void TransactionCost::add(const NamedTable& table, const Consumed& cost) {
  auto known = std::find_if(sums_.begin(), sums_.end(), [&](const auto& sum) { return sum.first.table == table.table; });
  if (known == sums_.end()) known = sums_.insert(sums_.end(), {table, Consumed()});
  known->second += cost;
  known->second.table += cost.table;  // a transaction costs double, but not what it changes in indexes
}

void TransactionCost::write(JsonWriter& json, CapacityDetail detail, CapacityKind kind) const {
  if (detail == CapacityDetail::none) return;
  json.key("ConsumedCapacity").begin_array();
  for (const auto& [table, cost] : sums_) write_consumed(json, table, detail, cost, kind);
  json.end_array();
}

}  // namespace cloudemu::dynamodb
