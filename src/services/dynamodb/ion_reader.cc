#include <algorithm>

#include "core/encoding.h"
#include "core/strings.h"
#include "services/dynamodb/canonical.h"
#include "services/dynamodb/ion.h"
#include "services/dynamodb/number.h"

namespace cloudemu::dynamodb {

namespace {

constexpr std::string_view kVersionMarker = "$ion_1_0";

void append_utf8(std::string& out, uint32_t code) {
  auto push = [&](uint32_t byte) { out.push_back(static_cast<char>(byte)); };
  if (code < 0x80) return push(code);
  if (code < 0x800) {
    push(0xC0 | code >> 6);
  } else {
    if (code < 0x10000) {
      push(0xE0 | code >> 12);
    } else {
      push(0xF0 | code >> 18);
      push(0x80 | (code >> 12 & 63));
    }
    push(0x80 | (code >> 6 & 63));
  }
  push(0x80 | (code & 63));
}

class IonReader {
 public:
  explicit IonReader(std::string_view text) : rest_(text) {}

  std::optional<Item> top() {
    skip();
    if (rest_.starts_with(kVersionMarker)) {
      rest_.remove_prefix(kVersionMarker.size());
      skip();
    }
    return structure();
  }
  std::string_view rest() const { return rest_; }

 private:
  void skip() {
    while (!rest_.empty()) {
      if (is_space(rest_.front())) rest_.remove_prefix(1);
      else if (rest_.starts_with("//")) rest_.remove_prefix(std::min(rest_.find('\n'), rest_.size()));
      else if (rest_.starts_with("/*")) rest_.remove_prefix(std::min(rest_.find("*/", 2), rest_.size() - 2) + 2);
      else return;
    }
  }

  bool accept(std::string_view text) {
    skip();
    if (!rest_.starts_with(text)) return false;
    rest_.remove_prefix(text.size());
    return true;
  }

  std::string_view word() {
    auto is_part = [](char c) { return is_alnum(c) || c == '_' || c == '$' || c == '.' || c == '+' || c == '-'; };
    auto length = static_cast<size_t>(std::find_if_not(rest_.begin(), rest_.end(), is_part) - rest_.begin());
    std::string_view found = rest_.substr(0, length);
    rest_.remove_prefix(length);
    return found;
  }

  /// \n, \", \x41, é, \U0001F600.
  bool escape(std::string& out) {
    if (rest_.size() < 2) return false;
    char c = rest_[1];
    rest_.remove_prefix(2);
    constexpr std::string_view kFrom = "abtnfrv0", kTo("\a\b\t\n\f\r\v\0", 8);
    if (size_t at = kFrom.find(c); at != std::string_view::npos) {
      out.push_back(kTo[at]);
      return true;
    }
    size_t digits = c == 'x' ? 2 : c == 'u' ? 4 : c == 'U' ? 8 : 0;
    if (digits == 0) {
      if (c != '\n') out.push_back(c);
      return true;
    }
    uint32_t code = 0;
    for (size_t i = 0; i < digits; ++i) {
      if (i >= rest_.size()) return false;
      char digit = to_lower(rest_[i]);
      if (!is_digit(digit) && (digit < 'a' || digit > 'f')) return false;
      code = code * 16 + static_cast<uint32_t>(is_digit(digit) ? digit - '0' : digit - 'a' + 10);
    }
    rest_.remove_prefix(digits);
    if (code > 0x10FFFF) return false;
    append_utf8(out, code);
    return true;
  }

  std::optional<std::string> quoted(std::string_view quote) {
    rest_.remove_prefix(quote.size());
    std::string out;
    while (!rest_.starts_with(quote)) {
      if (rest_.empty()) return std::nullopt;
      if (rest_.front() == '\\') {
        if (!escape(out)) return std::nullopt;
        continue;
      }
      out.push_back(rest_.front());
      rest_.remove_prefix(1);
    }
    rest_.remove_prefix(quote.size());
    return out;
  }

  /// A symbol or a string, as the name of a field or of an annotation.
  std::optional<std::string> symbol() {
    skip();
    if (rest_.starts_with('"')) return quoted("\"");
    if (rest_.starts_with('\'')) return quoted("'");
    std::string_view found = word();
    if (found.empty()) return std::nullopt;
    return std::string(found);
  }

  std::optional<Item> structure() {
    if (!accept("{") || rest_.starts_with('{') || ++depth_ > kNestingMax + 1) return std::nullopt;
    Item item;
    while (!accept("}")) {
      auto name = symbol();
      if (!name || !accept(":")) return std::nullopt;
      auto found = value();
      if (!found) return std::nullopt;
      item.push_back({std::move(*name), std::move(*found)});
      if (!accept(",") && !rest_.starts_with('}')) return std::nullopt;
    }
    --depth_;
    return item;
  }

  std::optional<Value> list() {
    if (!accept("[") || ++depth_ > kNestingMax + 1) return std::nullopt;
    Value list{.type = Type::list};
    while (!accept("]")) {
      auto element = value();
      if (!element) return std::nullopt;
      list.elements.push_back(std::move(*element));
      if (!accept(",") && !rest_.starts_with(']')) return std::nullopt;
    }
    --depth_;
    return list;
  }

  std::optional<Value> blob() {
    rest_.remove_prefix(2);
    size_t end = rest_.find("}}");
    if (end == std::string_view::npos) return std::nullopt;
    std::string text(rest_.substr(0, end));
    std::erase_if(text, is_space);
    rest_.remove_prefix(end + 2);
    auto bytes = unbase64(text);
    if (!bytes) return std::nullopt;
    return Value{.type = Type::binary, .text = std::move(*bytes)};
  }

  std::optional<Value> number() {
    std::string text(word());
    // The exponent of a decimal is written with a d.
    std::replace_if(
        text.begin(), text.end(), [](char c) { return c == 'd' || c == 'D'; }, 'e');
    auto canonical = canonical_number(text);
    if (!canonical) return std::nullopt;
    return Value::number(std::move(*canonical));
  }

  static std::optional<Value> as_set(std::string_view annotation, Value list) {
    auto type = annotation.starts_with("$dynamodb_") ? type_of_code(annotation.substr(10)) : std::nullopt;
    if (!type || !is_set(*type) || list.type != Type::list) return std::nullopt;
    for (const Value& element : list.elements) {
      if (element.type != member_type(*type)) return std::nullopt;
    }
    list.type = *type;
    return list;
  }

  std::optional<Value> value() {
    skip();
    if (rest_.empty()) return std::nullopt;
    char c = rest_.front();
    if (rest_.starts_with("{{")) return blob();
    if (c == '{') {
      auto fields = structure();
      if (!fields) return std::nullopt;
      Value map{.type = Type::map};
      map.map = std::move(*fields);
      return map;
    }
    if (c == '[') return list();
    bool is_long = rest_.starts_with("'''");
    if (is_long || c == '"') {
      auto text = quoted(is_long ? "'''" : "\"");
      if (!text) return std::nullopt;
      return Value::string(std::move(*text));
    }
    if (is_digit(c) || ((c == '-' || c == '+') && rest_.size() > 1 && is_digit(rest_[1]))) return number();
    auto name = symbol();
    if (!name) return std::nullopt;
    if (accept("::")) {
      if (!rest_.starts_with('[')) return std::nullopt;
      auto set = list();
      return set ? as_set(*name, std::move(*set)) : std::nullopt;
    }
    if (*name == "true" || *name == "false") return Value{.type = Type::boolean, .boolean = *name == "true"};
    if (*name == "null" || name->starts_with("null.")) return Value{.type = Type::null};
    return std::nullopt;
  }

  std::string_view rest_;
  int depth_ = 0;
};

}  // namespace

std::optional<Item> take_ion_struct(std::string_view& text) {
  IonReader reader(text);
  auto item = reader.top();
  if (item) text = reader.rest();
  return item;
}

}  // namespace cloudemu::dynamodb
