#pragma once
#include <concepts>
#include <string>
#include <string_view>
#include <vector>

#include "core/strings.h"

namespace cloudemu::xml {

/// Appends character data: markup characters, carriage returns and other control characters escaped.
void append_text(std::string& out, std::string_view text);

/// Writes an XML document front to back into a string.
class Writer {
 public:
  Writer() : Writer("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n") {}
  /// Elements that are put into another document later, with raw().
  static Writer fragment() { return Writer(""); }
  void reserve(size_t bytes) { out_.reserve(bytes); }
  size_t size() const { return out_.size(); }

  Writer& open(std::string_view name) { return open(name, {}); }
  /// `attributes` is written as it stands, e.g. xmlns="...".
  Writer& open(std::string_view name, std::string_view attributes) {
    append(out_, '<', name);
    if (!attributes.empty()) append(out_, ' ', attributes);
    out_.push_back('>');
    stack_.emplace_back(name);
    return *this;
  }
  Writer& close() {
    append(out_, "</", stack_.back(), '>');
    stack_.pop_back();
    return *this;
  }
  Writer& element(std::string_view name, std::string_view text) {
    append(out_, '<', name, '>');
    append_text(out_, text);
    append(out_, "</", name, '>');
    return *this;
  }
  Writer& element(std::string_view name, const char* text) { return element(name, std::string_view(text)); }
  Writer& element(std::string_view name, bool value) { return element(name, value ? "true" : "false"); }
  template <std::integral Integer>
  requires(!std::same_as<Integer, bool>) Writer& element(std::string_view name, Integer value) {
    append(out_, '<', name, '>', value, "</", name, '>');
    return *this;
  }
  /// Character data of the open element.
  Writer& text(std::string_view text) {
    append_text(out_, text);
    return *this;
  }
  /// XML that is well-formed already.
  Writer& raw(std::string_view xml) {
    out_.append(xml);
    return *this;
  }
  Writer& empty(std::string_view name) {
    append(out_, '<', name, "/>");
    return *this;
  }

  /// The document; all elements must be closed.
  std::string take() { return std::move(out_); }

 private:
  explicit Writer(std::string_view beginning) : out_(beginning) {}

  std::string out_;
  std::vector<std::string> stack_;
};

}  // namespace cloudemu::xml
