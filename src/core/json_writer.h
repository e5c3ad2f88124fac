#pragma once
#include <concepts>
#include <string>
#include <string_view>

#include "core/strings.h"

namespace cloudemu {

/// Appends `text` as a JSON string: quotes, backslash and control characters escaped, all else as it is.
void append_json_string(std::string& out, std::string_view text);

/// Writes compact JSON front to back into a string. Commas are its business, nesting is the caller's.
class JsonWriter {
 public:
  explicit JsonWriter(std::string& out) : out_(out) {}

  JsonWriter& begin_object() { return open('{'); }
  JsonWriter& end_object() { return close('}'); }
  JsonWriter& begin_array() { return open('['); }
  JsonWriter& end_array() { return close(']'); }

  JsonWriter& key(std::string_view name) {
    comma();
    append_json_string(out_, name);
    out_.push_back(':');
    first_ = true;
    return *this;
  }
  /// A key that needs no escapes, e.g. a field's name.
  JsonWriter& plain_key(std::string_view name) {
    comma();
    out_.push_back('"');
    out_.append(name);
    out_.append("\":", 2);
    first_ = true;
    return *this;
  }
  JsonWriter& string(std::string_view text) {
    comma();
    append_json_string(out_, text);
    return *this;
  }
  template <std::integral Integer>
  JsonWriter& number(Integer value) {
    comma();
    append(out_, value);
    return *this;
  }
  JsonWriter& boolean(bool value) { return raw(value ? "true" : "false"); }
  JsonWriter& null() { return raw("null"); }
  /// A value that is JSON already.
  JsonWriter& raw(std::string_view json) {
    comma();
    out_.append(json);
    return *this;
  }

  JsonWriter& field(std::string_view name, std::string_view text) { return key(name).string(text); }
  JsonWriter& field(std::string_view name, const char* text) { return key(name).string(text); }
  JsonWriter& field(std::string_view name, bool value) { return key(name).boolean(value); }
  template <std::integral Integer>
  requires(!std::same_as<Integer, bool>) JsonWriter& field(std::string_view name, Integer value) { return key(name).number(value); }
  JsonWriter& raw_field(std::string_view name, std::string_view json) { return key(name).raw(json); }

  std::string& out() { return out_; }

 private:
  void comma() {
    if (!first_) out_.push_back(',');
    first_ = false;
  }
  JsonWriter& open(char bracket) {
    comma();
    out_.push_back(bracket);
    first_ = true;
    return *this;
  }
  JsonWriter& close(char bracket) {
    out_.push_back(bracket);
    first_ = false;
    return *this;
  }

  std::string& out_;
  bool first_ = true;
};

}  // namespace cloudemu
