#pragma once
#include <optional>
#include <string>
#include <vector>

#include "services/dynamodb/capacity.h"
#include "services/dynamodb/errors.h"

/// What TransactWriteItems and TransactGetItems have in common.
/// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis.html
namespace cloudemu::dynamodb {

inline constexpr size_t kTransactionBytesMax = 4 << 20;

/// The items that are written, or read, are larger than kTransactionBytesMax together.
AwsError transaction_too_large();

/// TransactionCanceledException: one reason per action, in order; nothing where an action had no part in it. All are of errors that the
/// action by itself would have been refused with.
AwsError transaction_cancelled(const std::vector<std::optional<AwsError>>& reasons);
/// The same with one reason, of `count` actions.
AwsError transaction_cancelled(size_t count, size_t at, AwsError reason);

/// No two actions may be on one item.
struct ItemRef {
  const Table* table;
  std::string key;
  bool operator==(const ItemRef&) const = default;
};
AwsResult<void> check_distinct(const std::vector<ItemRef>& items);

/// Sums per table, in the order in which tables come up. A transaction costs twice as much.
class TransactionCost {
 public:
  void add(const NamedTable& table, const Consumed& cost);
  /// Writes the member ConsumedCapacity, if asked for.
  void write(JsonWriter& json, CapacityDetail detail, CapacityKind kind) const;

 private:
  std::vector<std::pair<NamedTable, Consumed>> sums_;
};

}  // namespace cloudemu::dynamodb
