#include "services/dynamodb/value.h"

#include <algorithm>

#include "services/dynamodb/number.h"

namespace cloudemu::dynamodb {

namespace {

constexpr std::string_view kCodes[] = {"S", "N", "B", "SS", "NS", "BS", "M", "L", "BOOL", "NULL"};

/// Looks at the elements of a list, in the order of a text that each of them has.
template <class T>
std::vector<const T*> sorted_by(std::string T::*text, const std::vector<T>& list) {
  std::vector<const T*> out;
  out.reserve(list.size());
  for (const T& element : list) out.push_back(&element);
  std::sort(out.begin(), out.end(), [&](const T* x, const T* y) { return x->*text < y->*text; });
  return out;
}

/// No member of a set is in it twice.
bool equal_sets(const std::vector<Value>& a, const std::vector<Value>& b) {
  if (a.size() != b.size()) return false;
  auto same = [](const Value& x, const Value& y) { return x.text == y.text; };
  if (std::equal(a.begin(), a.end(), b.begin(), same)) return true;
  auto x = sorted_by(&Value::text, a), y = sorted_by(&Value::text, b);
  return std::equal(x.begin(), x.end(), y.begin(), [&](const Value* p, const Value* q) { return same(*p, *q); });
}

}  // namespace

std::string_view type_code(Type type) { return kCodes[static_cast<size_t>(type)]; }

std::optional<Type> type_of_code(std::string_view code) {
  for (size_t i = 0; i < std::size(kCodes); ++i) {
    if (kCodes[i] == code) return static_cast<Type>(i);
  }
  return std::nullopt;
}

Value Value::string(std::string text) {
  Value value;
  value.type = Type::string;
  value.text = std::move(text);
  return value;
}

Value Value::number(std::string canonical) {
  Value value;
  value.type = Type::number;
  value.text = std::move(canonical);
  return value;
}

const Value* find(const Item& item, std::string_view name) {
  for (const Attribute& attribute : item) {
    if (attribute.name == name) return &attribute.value;
  }
  return nullptr;
}

Value* find(Item& item, std::string_view name) { return const_cast<Value*>(find(std::as_const(item), name)); }

void put(Item& item, std::string_view name, Value value) {
  if (Value* old = find(item, name)) *old = std::move(value);
  else item.push_back({std::string(name), std::move(value)});
}

bool erase_attribute(Item& item, std::string_view name) {
  auto found = std::find_if(item.begin(), item.end(), [&](const Attribute& a) { return a.name == name; });
  if (found == item.end()) return false;
  item.erase(found);
  return true;
}

bool equal(const Value& a, const Value& b) {
  if (a.type != b.type) return false;
  switch (a.type) {
    case Type::string:
    case Type::number:  // canonical texts
    case Type::binary: return a.text == b.text;
    case Type::string_set:
    case Type::number_set:
    case Type::binary_set: return equal_sets(a.elements, b.elements);
    case Type::list:
      return a.elements.size() == b.elements.size() && std::equal(a.elements.begin(), a.elements.end(), b.elements.begin(),
                                                                  [](const Value& x, const Value& y) { return equal(x, y); });
    case Type::map: return equal(a.map, b.map);
    case Type::boolean: return a.boolean == b.boolean;
    case Type::null: return true;
  }
  return false;
}

/// Looks into each pair of attributes once: twice would be 2^32 times for documents of 32 levels.
bool equal(const Item& a, const Item& b) {
  if (a.size() != b.size()) return false;
  auto same_name = [](const Attribute& x, const Attribute& y) { return x.name == y.name; };
  if (std::equal(a.begin(), a.end(), b.begin(), same_name)) {
    return std::equal(a.begin(), a.end(), b.begin(), [](const Attribute& x, const Attribute& y) { return equal(x.value, y.value); });
  }
  auto x = sorted_by(&Attribute::name, a), y = sorted_by(&Attribute::name, b);
  return std::equal(x.begin(), x.end(), y.begin(),
                    [&](const Attribute* p, const Attribute* q) { return same_name(*p, *q) && equal(p->value, q->value); });
}

std::optional<std::strong_ordering> compare(const Value& a, const Value& b) {
  if (a.type != b.type) return std::nullopt;
  if (a.type == Type::string || a.type == Type::binary) return a.text <=> b.text;
  if (a.type != Type::number) return std::nullopt;
  auto x = Number::parse(a.text), y = Number::parse(b.text);
  if (!x || !y) return std::nullopt;
  return *x <=> *y;
}

size_t size_of(const Value& value) {
  constexpr size_t kDocumentOverhead = 3, kElementOverhead = 1;
  size_t size = 0;
  switch (value.type) {
    case Type::string:
    case Type::binary: return value.text.size();
    case Type::number: return number_size(value.text);
    case Type::boolean:
    case Type::null: return 1;
    case Type::map: return kDocumentOverhead + value.map.size() * kElementOverhead + size_of(value.map);
    case Type::list: size = kDocumentOverhead + value.elements.size() * kElementOverhead; break;
    default: break;
  }
  for (const Value& element : value.elements) size += size_of(element);
  return size;
}

size_t size_of(const Item& item) {
  size_t size = 0;
  for (const Attribute& attribute : item) size += attribute.name.size() + size_of(attribute.value);
  return size;
}

}  // namespace cloudemu::dynamodb
