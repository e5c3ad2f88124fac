#pragma once
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "services/dynamodb/call.h"
#include "services/dynamodb/item_write.h"
#include "services/dynamodb/transaction.h"

/// What TransactWriteItems and ExecuteTransaction have in common: all writes happen, or none.
namespace cloudemu::dynamodb {

/// What one of the actions of a transaction asks for.
struct ConditionCheck {
  KeyedRequest request;
};
struct Delete {
  KeyedRequest request;
};

struct WriteAction {
  std::variant<ConditionCheck, Delete, PutRequest, UpdateRequest> request;
  const Table* table = nullptr;
  std::optional<ItemBefore> existing = {};

  const WriteRequest& common() const;
};

/// What a transaction comes to.
struct WriteTransaction {
  std::vector<Event> events = {};
  TransactionCost cost = {};
  std::vector<WrittenItem> written = {};
  bool repeated = false;  ///< the same request, by its token, was carried out before: nothing happens
};

/// What tells requests with the same ClientRequestToken apart; empty without one. `statements`: the member of the input that says what is
/// to be done.
std::string fingerprint_of(json::Value input, std::string_view statements);

/// Carries a transaction out. Error: TransactionCanceledException; what is wrong with the request as a whole.
AwsResult<WriteTransaction> transact(const DynamoDbReadModel& state, const Call& call, std::vector<WriteAction>& actions,
                                     std::string fingerprint);

}  // namespace cloudemu::dynamodb
