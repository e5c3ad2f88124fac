#pragma once
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "protocol/json.h"
#include "services/dynamodb/errors.h"
#include "services/dynamodb/expression/condition.h"
#include "services/dynamodb/expression/update.h"

/// What a client asks to be written, read and checked as far as that goes without knowing the table: as the input of PutItem,
/// UpdateItem and DeleteItem, or as a member of a transaction.
namespace cloudemu::dynamodb {

/// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html#limits-items
inline constexpr size_t kItemBytesMax = 400 * 1024;

/// Batches know neither conditions nor return values; of what expressions replaced only single calls know.
enum class WrittenIn { call, transaction, batch };

enum class ReturnValues { none, all_old, updated_old, all_new, updated_new };

/// What all writes of items have in common. Views are into the request, which must outlive it.
struct WriteRequest {
  std::string_view table;  ///< name or ARN
  std::optional<expression::Condition> condition = {};
  bool old_item_on_failure = false;
  bool inserts = false;  ///< PartiQL's INSERT: that an item is there has an error of its own
  ReturnValues return_values = ReturnValues::none;
};

/// PutItem, alone or as part of a batch or transaction.
struct PutRequest : WriteRequest {
  json::Value sent;  ///< the item as it came
  std::string item;  ///< the same in canonical form
  size_t size = 0;
};

/// DeleteItem, ConditionCheck, and the key of an UpdateItem.
struct KeyedRequest : WriteRequest {
  json::Value sent_key;
  std::string key;  ///< canonical
};

/// UpdateItem.
struct UpdateRequest : KeyedRequest {
  expression::Update update;
};

/// In a transaction, an item that is too large is not refused here: it cancels the transaction. A batch cannot update.
AwsResult<PutRequest> read_put(json::Value input, WrittenIn in);
/// DeleteItem, and what only checks a condition.
AwsResult<KeyedRequest> read_keyed(json::Value input, WrittenIn in);
AwsResult<UpdateRequest> read_update(json::Value input, WrittenIn in);

/// Refuses parameters of both kinds together, each given by name; empty: there is none of the kind.
AwsResult<void> check_not_mixed(std::string_view legacy, std::string_view expressions);
/// Refuses to mix expressions with what they replaced, and placeholders that no expression is there for.
struct ParameterRules {
  std::span<const std::string_view> legacy, expressions;
  std::span<const std::string_view> with_values;  ///< expressions that may use values
};
AwsResult<void> check_parameters(json::Value input, const ParameterRules& rules);

}  // namespace cloudemu::dynamodb
