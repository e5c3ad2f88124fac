#pragma once
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "events/dynamodb_events.h"
#include "protocol/json.h"
#include "services/dynamodb/errors.h"
#include "services/dynamodb/value.h"

/// Primary keys: of tables and of secondary indexes, in what clients send and in items.
/// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.CoreComponents.html#HowItWorks.CoreComponents.PrimaryKey
namespace cloudemu::dynamodb {

inline constexpr size_t kHashKeyBytesMax = 2048;
inline constexpr size_t kRangeKeyBytesMax = 1024;

/// The attributes that make a key.
struct KeySchema {
  std::span<const KeyAttribute> hash;   ///< one; up to four in a global index
  std::span<const KeyAttribute> range;  ///< none or one; up to four in a global index

  size_t size() const { return hash.size() + range.size(); }
  const KeyAttribute* find(std::string_view name) const;
};
KeySchema schema_of(const TableDescription& table);
KeySchema schema_of(const IndexDescription& index);

/// An attribute of an item that may be part of a key.
struct KeyValue {
  Type type = Type::null;
  std::string bytes;  ///< ordered bytes; empty if `type` is no scalar
  size_t size = 0;    ///< as it counts towards the limits
};

/// Attributes by name, of an item as a client sent it or of one as a tree. A look at it: the item must live longer.
class Attributes {
 public:
  explicit Attributes(json::Value sent) : sent_(sent) {}
  explicit Attributes(const Item& tree) : tree_(&tree) {}

  std::optional<KeyValue> find(std::string_view name) const;
  /// Name and value, in DynamoDB's count; 0 if absent.
  size_t size_of(std::string_view name) const;

 private:
  std::optional<KeyValue> find_sent(std::string_view name) const;
  json::Value sent_;
  const Item* tree_ = nullptr;
};

/// Ordering key of an item to be written. Error: a key attribute is missing, of another type, empty or too long.
AwsResult<std::string> key_of_item(const TableDescription& table, const Attributes& item);

/// Ordering key of exactly the attributes of the table's key, as GetItem and its relatives are given it.
AwsResult<std::string> key_of_request(const TableDescription& table, json::Value key);

/// How a key attribute of an index got its value: the words of the refusal differ.
enum class WrittenBy { put, update };
/// Refuses attributes that are a key of an index, but cannot be for their type or length. `old`: attributes that are not looked at
/// again if they are as they were.
AwsResult<void> check_index_keys(const TableDescription& table, const Attributes& item, const Attributes* old, WrittenBy by);

/// The entries that an item has in the secondary indexes of its table. An item that lacks a key attribute of an index, or has it
/// in a form that cannot be a key, has none there.
std::vector<IndexKey> index_keys(const TableDescription& table, const Attributes& item, size_t item_size);

/// Ordering key of an index entry, given all attributes of both keys; nothing if one is not there or not of its type.
std::optional<std::string> index_key(const TableDescription& table, const IndexDescription& index, const Attributes& item);

/// Whether a projection of an index holds an attribute.
bool projects(const TableDescription& table, const IndexDescription& index, std::string_view name);

}  // namespace cloudemu::dynamodb
