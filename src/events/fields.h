#pragma once
#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "core/encoding.h"
#include "core/json_writer.h"
#include "events/json_cursor.h"

/// How the fields of an event become JSON and back. An event lists its fields once:
///
///   template <class Self, class Fields>
///   static void describe(Self& self, Fields& fields) { fields("bucket", self.bucket); fields("size", self.size); }
///
/// Further arguments of a field are rules for the documents of clients (protocol/xml_shape.h); events do not look at them.
///
/// A field that has its default value (0, false, empty) is not written, and reading leaves what is absent at its default: so a new
/// field may be added to an event without a new version as long as its default means "as before".
namespace cloudemu::events {

/// JSON text that stands in the line as it is, e.g. an item.
struct RawJson {
  std::string text;
  bool operator==(const RawJson&) const = default;
};

/// Bytes that stand in the line as base64.
struct Binary {
  std::string bytes;
  bool operator==(const Binary&) const = default;
};

/// Names and values in a given order, written as a JSON object.
using StringMap = std::vector<std::pair<std::string, std::string>>;

template <class T, class Fields>
concept Described = requires(T& value, Fields& fields) {
  T::describe(value, fields);
};

class FieldWriter {
 public:
  explicit FieldWriter(JsonWriter& json) : json_(json) {}

  template <class T, class... Rules>
  void operator()(std::string_view name, const T& value, const Rules&...) {
    if (is_default(value)) return;
    json_.plain_key(name);
    write(value);
  }

 private:
  static bool is_default(const std::string& value) { return value.empty(); }
  static bool is_default(const RawJson& value) { return value.text.empty(); }
  static bool is_default(const Binary& value) { return value.bytes.empty(); }
  template <std::integral T>
  static bool is_default(T value) {
    return value == T{};
  }
  template <class T>
  static bool is_default(const std::optional<T>& value) {
    return !value;
  }
  template <class T>
  static bool is_default(const std::vector<T>& value) {
    return value.empty();
  }
  template <Described<FieldWriter> T>
  static bool is_default(const T& value) {
    return value == T{};
  }

  void write(const std::string& value) { json_.string(value); }
  void write(const RawJson& value) { json_.raw(value.text); }
  void write(const Binary& value) {
    json_.raw("\"");
    append_base64(json_.out(), value.bytes);
    json_.out().push_back('"');
  }
  void write(bool value) { json_.boolean(value); }
  template <std::integral T>
  void write(T value) {
    json_.number(value);
  }
  template <class T>
  void write(const std::optional<T>& value) {
    write(*value);
  }
  void write(const StringMap& map) {
    json_.begin_object();
    for (const auto& [name, value] : map) json_.field(name, std::string_view(value));
    json_.end_object();
  }
  template <class T>
  void write(const std::vector<T>& list) {
    json_.begin_array();
    for (const T& value : list) write(value);
    json_.end_array();
  }
  template <Described<FieldWriter> T>
  void write(const T& value) {
    json_.begin_object();
    T::describe(value, *this);
    json_.end_object();
  }

  JsonWriter& json_;
};

class FieldReader {
 public:
  /// `object`: the text of a JSON object.
  explicit FieldReader(std::string_view object) { ok_ = members_.parse(object); }

  template <class T, class... Rules>
  void operator()(std::string_view name, T& value, const Rules&...) {
    if (auto text = members_.find(name)) ok_ = read(*text, value) && ok_;
  }

  bool ok() const { return ok_; }

 private:
  static bool read(std::string_view text, std::string& value) { return read_json_string(text, value); }
  static bool read(std::string_view text, RawJson& value) {
    value.text = text;
    return true;
  }
  static bool read(std::string_view text, Binary& value) {
    if (text.size() < 2 || text.front() != '"') return false;
    auto bytes = unbase64(text.substr(1, text.size() - 2));
    if (bytes) value.bytes = std::move(*bytes);
    return bytes.has_value();
  }
  static bool read(std::string_view text, bool& value) {
    value = text == "true";
    return value || text == "false";
  }
  template <std::integral T>
  static bool read(std::string_view text, T& value) {
    auto number = parse_integer<T>(text);
    value = number.value_or(0);
    return number.has_value();
  }
  template <class T>
  static bool read(std::string_view text, std::optional<T>& value) {
    return read(text, value.emplace());
  }
  static bool read(std::string_view text, StringMap& map) {
    JsonMembers members;
    if (!members.parse(text)) return false;
    for (const auto& member : members.all()) {
      auto& [name, value] = map.emplace_back();
      if (!read_json_string(member.name, name) || !read_json_string(member.value, value)) return false;
    }
    return true;
  }
  template <class T>
  static bool read(std::string_view text, std::vector<T>& list) {
    std::vector<std::string_view> elements;
    if (!split_json_array(text, elements)) return false;
    for (std::string_view element : elements) {
      if (!read(element, list.emplace_back())) return false;
    }
    return true;
  }
  template <Described<FieldReader> T>
  static bool read(std::string_view text, T& value) {
    FieldReader inner(text);
    T::describe(value, inner);
    return inner.ok();
  }

  JsonMembers members_;
  bool ok_ = false;
};

}  // namespace cloudemu::events
