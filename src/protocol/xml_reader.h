#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"

/// XML that came from outside. xml_reader.cc is the only file that knows Expat.
namespace cloudemu::xml {

inline constexpr int kDepthMax = 32;
inline constexpr size_t kElementsMax = 100'000;

/// One element. Names are local (namespace prefixes dropped); text is all character data directly inside, joined.
struct Element {
  std::string name;
  std::string text;
  std::vector<std::pair<std::string, std::string>> attributes;
  std::vector<Element> children;

  /// First child of that name, or null.
  const Element* find(std::string_view child) const;
  /// Text of the first child of that name, or empty.
  std::string_view child_text(std::string_view child) const;
};

/// Parses a whole document. Refused (Errc::bad_input): malformed, a document type declaration (so no entities of one's own),
/// more than kDepthMax levels or kElementsMax elements.
Result<Element> parse(std::string_view text);

}  // namespace cloudemu::xml
