#include <algorithm>

#include "core/check.h"
#include "core/encoding.h"
#include "core/json_writer.h"
#include "services/dynamodb/value.h"

/// Canonical JSON to trees and back. Compact, members in a stable order, numbers as plain decimals: the form that canonical.cc and
/// append_value() write. What is read here was written by this program, so a flaw in it is a broken invariant.
namespace cloudemu::dynamodb {

namespace {

class Reader {
 public:
  explicit Reader(std::string_view json) : at_(json.data()), end_(json.data() + json.size()) {}

  Item item() {
    Item item;
    expect('{');
    if (take('}')) return item;
    do {
      Attribute& attribute = item.emplace_back();
      attribute.name = string();
      expect(':');
      read(attribute.value);
    } while (take(','));
    expect('}');
    return item;
  }

  /// Where the value is to be: a list may have a hundred thousand of them.
  void read(Value& value) {
    expect('{');
    auto type = type_of_code(string());
    CHECK_INVARIANT(type.has_value());
    expect(':');
    value.type = *type;
    fill(value);
    expect('}');
  }

  void done() const { CHECK_INVARIANT(at_ == end_); }

 private:
  void fill(Value& value) {
    switch (value.type) {
      case Type::string:
      case Type::number: value.text = string(); return;
      case Type::binary: value.text = binary(); return;
      case Type::boolean: value.boolean = literal() == 't'; return;
      case Type::null: literal(); return;
      case Type::map: value.map = item(); return;
      case Type::list: return elements(value, [&](Value& element) { read(element); });
      default: break;
    }
    elements(value, [&](Value& element) {
      element.type = member_type(value.type);
      element.text = element.type == Type::binary ? binary() : string();
    });
  }

  template <class Fill>
  void elements(Value& value, Fill fill) {
    expect('[');
    if (take(']')) return;
    do fill(value.elements.emplace_back());
    while (take(','));
    expect(']');
  }

  void expect(char c) {
    CHECK_INVARIANT(at_ < end_ && *at_ == c);
    ++at_;
  }
  bool take(char c) {
    if (at_ == end_ || *at_ != c) return false;
    ++at_;
    return true;
  }
  /// Skips true, false; returns the first letter.
  char literal() {
    CHECK_INVARIANT(at_ < end_);
    char first = *at_;
    while (at_ < end_ && *at_ >= 'a' && *at_ <= 'z') ++at_;
    return first;
  }
  std::string binary() {
    auto bytes = unbase64(string());
    CHECK_INVARIANT(bytes.has_value());
    return std::move(*bytes);
  }
  std::string string() {
    expect('"');
    std::string out;
    while (true) {
      const char* start = at_;
      while (at_ < end_ && *at_ != '"' && *at_ != '\\') ++at_;
      CHECK_INVARIANT(at_ < end_);
      out.append(start, at_);
      if (*at_++ == '"') return out;
      out.push_back(escaped());
    }
  }
  /// append_json_string escapes nothing but quotes, backslashes and control characters.
  char escaped() {
    CHECK_INVARIANT(at_ < end_);
    char c = *at_++;
    switch (c) {
      case 'n': return '\n';
      case 'r': return '\r';
      case 't': return '\t';
      case 'u': break;
      default: return c;
    }
    CHECK_INVARIANT(end_ - at_ >= 4);
    auto bytes = unhex({at_, 4});
    CHECK_INVARIANT(bytes.has_value());
    at_ += 4;
    return (*bytes)[1];
  }

  const char* at_;
  const char* end_;
};

}  // namespace

size_t count_values(std::string_view canonical) { return static_cast<size_t>(std::count(canonical.begin(), canonical.end(), '{')); }

Item read_item(std::string_view canonical) {
  Reader reader(canonical);
  Item item = reader.item();
  reader.done();
  return item;
}

Value read_value(std::string_view canonical) {
  Reader reader(canonical);
  Value value;
  reader.read(value);
  reader.done();
  return value;
}

namespace {

void append_scalar(std::string& out, const Value& value) {
  if (value.type == Type::binary) {
    out.push_back('"');
    append_base64(out, value.text);
    out.push_back('"');
  } else {
    append_json_string(out, value.text);
  }
}

template <class Append>
void append_elements(std::string& out, const std::vector<Value>& elements, Append append) {
  out.push_back('[');
  for (size_t i = 0; i < elements.size(); ++i) {
    if (i > 0) out.push_back(',');
    append(out, elements[i]);
  }
  out.push_back(']');
}

}  // namespace

void append_value(std::string& out, const Value& value) {
  out.append("{\"").append(type_code(value.type)).append("\":");
  switch (value.type) {
    case Type::string:
    case Type::number:
    case Type::binary: append_scalar(out, value); break;
    case Type::string_set:
    case Type::number_set:
    case Type::binary_set: append_elements(out, value.elements, append_scalar); break;
    case Type::list: append_elements(out, value.elements, append_value); break;
    case Type::map: append_item(out, value.map); break;
    case Type::boolean: out.append(value.boolean ? "true" : "false"); break;
    case Type::null: out.append("true"); break;
  }
  out.push_back('}');
}

void append_item(std::string& out, const Item& item) {
  out.push_back('{');
  for (size_t i = 0; i < item.size(); ++i) {
    if (i > 0) out.push_back(',');
    append_json_string(out, item[i].name);
    out.push_back(':');
    append_value(out, item[i].value);
  }
  out.push_back('}');
}

}  // namespace cloudemu::dynamodb
