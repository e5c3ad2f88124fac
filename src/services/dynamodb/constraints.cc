#include <algorithm>
#include <utility>
#include <vector>

#include "core/digest.h"
#include "core/strings.h"
#include "services/dynamodb/canonical.h"
#include "services/dynamodb/errors.h"
#include "services/dynamodb/shape.h"

namespace cloudemu::dynamodb {

namespace {

constexpr size_t kViolationsMax = 10;
constexpr size_t kTableNameMin = 3, kTableNameMax = 255, kTableArnMax = 1024;

std::string at_least(auto length) { return concat("Member must have length greater than or equal to ", length); }
std::string at_most(auto length) { return concat("Member must have length less than or equal to ", length); }

std::string must_match(const Pattern& pattern) { return concat("Member must satisfy regular expression pattern: ", pattern.expression); }

/// As Java prints a value.
std::string java_text(const Shape& shape, json::Value value) {
  switch (shape.kind) {
    case Kind::string:
    case Kind::blob: return std::string(value.string());
    case Kind::boolean: return is_true(value) ? "true" : "false";
    case Kind::integer:
    case Kind::long_integer: return concat(value.integer());
    default: break;
  }
  std::string out;
  auto add = [&](std::string_view name, const Shape& of, json::Value part) {
    if (out.size() > kShownBytesMax) return;
    append(out, out.empty() ? "" : ", ", name, name.empty() ? "" : "=", part && !part.is_null() ? java_text(of, part) : "null");
  };
  if (shape.kind == Kind::list) {
    for (json::Value element : value.elements()) add("", *shape.of, element);
    return concat('[', out, ']');
  }
  if (shape.kind == Kind::map) {
    for (auto [name, part] : value.members()) add(name, *shape.of, part);
    return concat('{', out, '}');
  }
  if (shape.name == "AttributeValue") {
    std::string_view hash_digits = "0123456789abcdef";
    std::string hash;
    for (uint32_t bits = static_cast<uint32_t>(xxh3(value.text())); bits > 0; bits >>= 4) hash += hash_digits[bits & 15];
    return concat("com.amazonaws.dynamodb.v20120810.AttributeValue@", hash);
  }
  for (const Member& member : shape.members) {
    std::string name(member.name);
    name.front() = to_lower(name.front());
    add(name, *member.shape, value[member.name]);
  }
  return concat(shape.name, '(', out, ')');
}

class Checker {
 public:
  explicit Checker(Telling telling = {}) : telling_(telling) {}

  void check(const Shape& shape, json::Value value, const std::string& path) {
    switch (shape.kind) {
      case Kind::string: return check_text(shape, value.string(), path);
      case Kind::integer:
      case Kind::long_integer: return check_integer(shape, value, path);
      case Kind::structure: return check_structure(shape, value, path);
      case Kind::list: return check_list(shape, value, path);
      case Kind::map: return check_map(shape, value, path);
      default: return;
    }
  }

  AwsResult<void> result() const {
    if (violations_.empty()) return {};
    std::string text = concat(violations_.size(), " validation error", violations_.size() == 1 ? "" : "s", " detected: ");
    for (size_t i = 0; i < violations_.size(); ++i) append(text, i == 0 ? "" : "; ", violations_[i]);
    return fail(validation(std::move(text)));
  }

 private:
  bool full() const { return violations_.size() >= kViolationsMax; }

  void add(std::string_view value, const std::string& path, std::string_view constraint) {
    if (full()) return;
    std::string shown = telling_.plain ? std::string() : concat(utf8_beginning(value, kShownBytesMax), ' ');
    violations_.push_back(concat("Value ", shown, "at '", path, "' failed to satisfy constraint: ", constraint));
  }
  void add_quoted(std::string_view value, const std::string& path, std::string_view constraint) {
    add(concat('\'', value, '\''), path, constraint);
  }

  void check_text(const Shape& shape, std::string_view text, const std::string& path) {
    if (shape.is_table_ref) return check_table_ref(text, path);
    if (shape.pattern && !shape.pattern->matches(text)) add_quoted(text, path, must_match(*shape.pattern));
    auto length = static_cast<int64_t>(utf8_length(text));
    if (length < shape.min) add_quoted(text, path, at_least(shape.min));
    if (length > shape.max) add_quoted(text, path, at_most(shape.max));
    if (!shape.values.empty() && std::find(shape.values.begin(), shape.values.end(), text) == shape.values.end()) {
      if (std::exchange(word_told_, true) && telling_.one_word) return;
      std::string set;
      for (std::string_view word : shape.values) append(set, set.empty() ? "" : ", ", word);
      add_quoted(text, path, concat("Member must satisfy enum value set: [", set, "]"));
    }
  }

  /// The shape is that of an ARN, of one character or more; what is no ARN has to be a table's name.
  void check_table_ref(std::string_view text, const std::string& path) {
    if (text.empty()) return add_quoted(text, path, at_least(1));
    if (text.starts_with("arn:")) {
      if (text.size() > kTableArnMax) add_quoted(text, path, at_most(kTableArnMax));
      return;
    }
    if (!patterns::kName.matches(text)) add_quoted(text, path, must_match(patterns::kName));
    if (text.size() < kTableNameMin) add_quoted(text, path, at_least(kTableNameMin));
    if (text.size() > kTableNameMax) add_quoted(text, path, at_most(kTableNameMax));
  }

  void check_integer(const Shape& shape, json::Value value, const std::string& path) {
    int64_t number = value.integer();
    if (number < shape.min) add_quoted(concat(number), path, concat("Member must have value greater than or equal to ", shape.min));
    if (number > shape.max) add_quoted(concat(number), path, concat("Member must have value less than or equal to ", shape.max));
  }

  void check_structure(const Shape& shape, json::Value value, const std::string& path) {
    for (const Member& member : shape.members) {
      if (full()) return;
      json::Value child = value[member.name];
      bool absent = !child || child.is_null();
      if (absent && !member.required) continue;
      std::string child_path = path.empty() ? std::string(member.name) : concat(path, '.', member.name);
      char& initial = child_path[child_path.size() - member.name.size()];
      if (!telling_.plain) initial = to_lower(initial);
      auto told = static_cast<std::ptrdiff_t>(violations_.size());
      if (absent) add("null", child_path, "Member must not be null");
      else check(*member.shape, child, child_path);
      bool is_new = violations_.size() > static_cast<size_t>(told);
      if (is_new && telling_.name_alone && !absent && member.name == "TableName") {
        violations_.erase(violations_.begin(), violations_.begin() + told);
        return;
      }
    }
  }

  void check_list(const Shape& shape, json::Value value, const std::string& path) {
    auto length = static_cast<int64_t>(value.size());
    if (length < shape.min) add_quoted(java_text(shape, value), path, at_least(shape.min));
    if (length > shape.max) add_quoted(java_text(shape, value), path, at_most(shape.max));
    check_elements(shape, value, path);
  }

  void check_elements(const Shape& list, json::Value value, const std::string& path) {
    if (!has_constraints(*list.of)) return;
    size_t number = 0;
    for (json::Value element : value.elements()) {
      if (full()) return;
      check(*list.of, element, concat(path, '.', ++number, ".member"));
    }
  }

  void check_map(const Shape& shape, json::Value value, const std::string& path) {
    auto length = static_cast<int64_t>(value.size());
    if (length < shape.min) add_quoted(java_text(shape, value), path, at_least(shape.min));
    if (length > shape.max) add_quoted(java_text(shape, value), path, at_most(shape.max));
    if (shape.keys && !keys_are_good(*shape.keys, value)) {
      add_quoted(java_text(shape, value), path,
                 concat("Map keys must satisfy constraint: [", at_most(kTableNameMax), ", ", at_least(kTableNameMin), ", ",
                        must_match(patterns::kName), "]"));
    }
    bool values_are_lists = shape.of->kind == Kind::list;
    if (values_are_lists && !lengths_are_good(*shape.of, value)) {
      add_quoted(java_text(shape, value), path,
                 concat("Map value must satisfy constraint: [", at_most(shape.of->max), ", ", at_least(shape.of->min), "]"));
    }
    if (!has_constraints(*shape.of)) return;
    for (auto [name, child] : value.members()) {
      if (full()) return;
      std::string child_path = concat(path, '.', name, ".member");
      if (values_are_lists) check_elements(*shape.of, child, child_path);
      else check(*shape.of, child, child_path);
    }
  }

  static bool keys_are_good(const Shape& shape, json::Value map) {
    for (auto [name, value] : map.members()) {
      Checker checker;
      checker.check_text(shape, name, {});
      if (!checker.violations_.empty()) return false;
    }
    return true;
  }

  static bool lengths_are_good(const Shape& shape, json::Value map) {
    for (auto [name, list] : map.members()) {
      auto length = static_cast<int64_t>(list.size());
      if (length < shape.min || length > shape.max) return false;
    }
    return true;
  }

  /// Items may be large; nothing in an attribute value is constrained.
  static bool has_constraints(const Shape& shape) { return shape.name != "AttributeValue" && shape.kind != Kind::boolean; }

  Telling telling_;
  bool word_told_ = false;
  std::vector<std::string> violations_;
};

}  // namespace

AwsResult<void> check_constraints(const Shape& shape, json::Value input) {
  Checker checker(shape.telling);
  checker.check(shape, input, {});
  return checker.result();
}

}  // namespace cloudemu::dynamodb
