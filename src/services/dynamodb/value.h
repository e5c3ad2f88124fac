#pragma once
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Attribute values as a tree, for expressions. Items are stored and returned as canonical JSON (canonical.h); only calls that look
/// inside of them make a tree.
namespace cloudemu::dynamodb {

enum class Type : uint8_t { string, number, binary, string_set, number_set, binary_set, map, list, boolean, null };

/// "S", "N", "B", "SS", "NS", "BS", "M", "L", "BOOL", "NULL".
std::string_view type_code(Type type);
std::optional<Type> type_of_code(std::string_view code);
inline bool is_set(Type type) { return type >= Type::string_set && type <= Type::binary_set; }
/// The type of a set's members, and the set of such members.
inline Type member_type(Type set) { return static_cast<Type>(static_cast<int>(set) - 3); }
inline Type set_type(Type member) { return static_cast<Type>(static_cast<int>(member) + 3); }

struct Attribute;

struct Value {
  Type type = Type::null;
  bool boolean = false;
  std::string text;             ///< S: UTF-8. N: canonical digits. B: the bytes
  std::vector<Value> elements;  ///< of L, SS, NS, BS
  std::vector<Attribute> map;   ///< of M, in the order of the item

  static Value string(std::string text);
  static Value number(std::string canonical);
};

struct Attribute {
  std::string name;
  Value value;
};

/// Attributes in the order they were first written in.
using Item = std::vector<Attribute>;

const Value* find(const Item& item, std::string_view name);
Value* find(Item& item, std::string_view name);
/// Overwrites in place, or appends.
void put(Item& item, std::string_view name, Value value);
/// True if it was there.
bool erase_attribute(Item& item, std::string_view name);

/// Equality by content: numbers by value, sets and maps whatever their order.
bool equal(const Value& a, const Value& b);
bool equal(const Item& a, const Item& b);
/// Order of two strings (by UTF-8 bytes), numbers or binaries (unsigned bytes); nothing for other or different types.
std::optional<std::strong_ordering> compare(const Value& a, const Value& b);

/// What DynamoDB counts as size:
/// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
size_t size_of(const Value& value);
size_t size_of(const Item& item);

/// Reads canonical JSON: what this program wrote, not what a client sent.
Item read_item(std::string_view canonical);
/// How many values, one in the other, there are about: what it takes to read them.
size_t count_values(std::string_view canonical);
Value read_value(std::string_view canonical);
void append_value(std::string& out, const Value& value);
void append_item(std::string& out, const Item& item);

}  // namespace cloudemu::dynamodb
