#pragma once
#include <concepts>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "core/strings.h"
#include "protocol/xml_reader.h"
#include "protocol/xml_writer.h"

/// Documents of a known shape. A struct lists its elements once, and the list reads them, checks them and writes them:
///
///   struct Rule {
///     std::optional<std::string> id;
///     std::vector<std::string> methods;
///     template <class Self, class Fields>
///     static void describe(Self& self, Fields& fields) {
///       fields("ID", self.id);
///       fields("AllowedMethod", self.methods, xml::kRequired, xml::OneOf{kMethods});
///     }
///   };
///
/// A vector is an element that may stand there several times, an optional one that may be absent; a struct is an element with elements in
/// it. The same list makes the JSON of an event (events/fields.h), which does not look at the rules.
namespace cloudemu::xml {

/// The element must be there; of a vector, one at least.
struct Required {};
inline constexpr Required kRequired;
/// It is an attribute of the element, not an element in it. Spelled with its prefix: "xsi:type".
struct Attribute {};
inline constexpr Attribute kAttribute;
/// Its text is one of these words.
struct OneOf {
  std::span<const std::string_view> words;
};

template <class T, class Fields>
concept Shape = requires(T& value, Fields& fields) {
  T::describe(value, fields);
};

template <class T>
inline constexpr bool kIsList = false;
template <class T>
inline constexpr bool kIsList<std::vector<T>> = true;

/// Reads one element. What does not fit the shape (an element that is missing, unknown or there too often, a word that is none of those
/// allowed, no number where one must be) makes ok() false.
class ShapeReader {
 public:
  explicit ShapeReader(const Element& element) : element_(element) {}

  template <class T, class... Rules>
  void operator()(std::string_view name, T& value, const Rules&... rules) {
    if constexpr ((std::same_as<Rules, Attribute> || ...)) return read_attribute(name, value, rules...);
    size_t found = 0;
    for (const Element& child : element_.children) {
      if (child.name != name) continue;
      ++found;
      ok_ = ok_ && (allows(rules, child.text) && ...) && read(child, value);
    }
    taken_ += found;
    constexpr bool kIsRequired = (std::same_as<Rules, Required> || ...);
    if ((kIsRequired && found == 0) || (!kIsList<T> && found > 1)) ok_ = false;
  }

  bool ok() const { return ok_ && taken_ == element_.children.size(); }

 private:
  template <class... Rules>
  void read_attribute(std::string_view name, std::string& value, const Rules&... rules) {
    std::string_view local = name.substr(name.find(':') + 1);
    constexpr bool kIsRequired = (std::same_as<Rules, Required> || ...);
    bool found = false;
    for (const auto& [attribute, text] : element_.attributes) {
      if (attribute != local) continue;
      found = true;
      value = text;
      ok_ = ok_ && (allows(rules, value) && ...);
    }
    if (kIsRequired && !found) ok_ = false;
  }

  static bool allows(Required, std::string_view) { return true; }
  static bool allows(Attribute, std::string_view) { return true; }
  static bool allows(const OneOf& rule, std::string_view text) {
    for (std::string_view word : rule.words) {
      if (word == text) return true;
    }
    return false;
  }

  static bool read(const Element& element, std::string& value) {
    value = element.text;
    return element.children.empty();
  }
  static bool read(const Element& element, bool& value) {
    std::string_view text = trim(element.text);
    value = text == "true" || text == "1";
    return element.children.empty() && (value || text == "false" || text == "0");
  }
  template <std::integral T>
  static bool read(const Element& element, T& value) {
    auto number = parse_integer<T>(trim(element.text));
    value = number.value_or(T{});
    return element.children.empty() && number.has_value();
  }
  template <class T>
  static bool read(const Element& element, std::optional<T>& value) {
    return read(element, value.emplace());
  }
  template <class T>
  static bool read(const Element& element, std::vector<T>& list) {
    return read(element, list.emplace_back());
  }
  template <Shape<ShapeReader> T>
  static bool read(const Element& element, T& value) {
    ShapeReader fields(element);
    T::describe(value, fields);
    return fields.ok();
  }

  const Element& element_;
  size_t taken_ = 0;
  bool ok_ = true;
};

/// Writes the elements of a struct into the element that is open. Absent optionals are left out, and so is a plain text that is empty and
/// need not be there; all else is written, in the order of the list.
class ShapeWriter {
 public:
  explicit ShapeWriter(Writer& xml) : xml_(xml) {}

  template <class T, class... Rules>
  void operator()(std::string_view name, const T& value, const Rules&...) {
    if constexpr ((std::same_as<Rules, Attribute> || ...)) return;
    else if constexpr (std::same_as<T, std::string> && !(std::same_as<Rules, Required> || ...)) {
      if (!value.empty()) write(name, value);
    } else {
      write(name, value);
    }
  }

 private:
  /// Collects the attributes of an element, as they stand behind its name.
  struct AttributeWriter {
    std::string text = {};

    template <class T, class... Rules>
    void operator()(std::string_view name, const T& value, const Rules&...) {
      if constexpr ((std::same_as<Rules, Attribute> || ...)) {
        if (name.starts_with("xsi:")) append(text, "xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" ");
        append(text, name, "=\"");
        append_text(text, value);
        text.push_back('"');
      }
    }
  };

  void write(std::string_view name, const std::string& value) { xml_.element(name, std::string_view(value)); }
  void write(std::string_view name, bool value) { xml_.element(name, value); }
  template <std::integral T>
  void write(std::string_view name, T value) {
    xml_.element(name, value);
  }
  template <class T>
  void write(std::string_view name, const std::optional<T>& value) {
    if (value) write(name, *value);
  }
  template <class T>
  void write(std::string_view name, const std::vector<T>& list) {
    for (const T& value : list) write(name, value);
  }
  template <Shape<ShapeWriter> T>
  void write(std::string_view name, const T& value) {
    AttributeWriter attributes;
    T::describe(value, attributes);
    xml_.open(name, attributes.text);
    T::describe(value, *this);
    xml_.close();
  }

  Writer& xml_;
};

/// Reads `element` as a T. False if it does not fit.
template <class T>
bool read_shape(const Element& element, T& value) {
  ShapeReader fields(element);
  T::describe(value, fields);
  return fields.ok();
}

/// Writes the elements of `value` into the element that is open.
template <class T>
void write_shape(Writer& xml, const T& value) {
  ShapeWriter fields(xml);
  T::describe(value, fields);
}

}  // namespace cloudemu::xml
