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
  Writer() { out_ = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"; }

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
    requires(!std::same_as<Integer, bool>)
  Writer& element(std::string_view name, Integer value) {
    append(out_, '<', name, '>', value, "</", name, '>');
    return *this;
  }
  Writer& empty(std::string_view name) {
    append(out_, '<', name, "/>");
    return *this;
  }

  /// The document; all elements must be closed.
  std::string take() { return std::move(out_); }

 private:
  std::string out_;
  std::vector<std::string> stack_;
};

}  // namespace cloudemu::xml
