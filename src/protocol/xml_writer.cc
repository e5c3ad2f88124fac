#include "protocol/xml_writer.h"

#include <array>

namespace cloudemu::xml {

namespace {

/// Which bytes cannot stand as they are. A listing has a hundred thousand bytes of text, nearly none of them special.
constexpr std::array<bool, 256> kEscaped = [] {
  std::array<bool, 256> escaped{};
  for (size_t c = 0; c < 0x20; ++c) escaped[c] = c != '\t' && c != '\n';
  for (unsigned char c : {'&', '<', '>', '"'}) escaped[c] = true;
  return escaped;
}();

}  // namespace

void append_text(std::string& out, std::string_view text) {
  size_t start = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    auto c = static_cast<unsigned char>(text[i]);
    if (!kEscaped[c]) continue;
    out.append(text, start, i - start);
    start = i + 1;
    switch (c) {
      case '&': out.append("&amp;"); break;
      case '<': out.append("&lt;"); break;
      case '>': out.append("&gt;"); break;
      case '"': out.append("&quot;"); break;
      default:
        out.append("&#x");
        if (c >= 16) out.push_back('1');
        out.push_back("0123456789ABCDEF"[c & 15]);
        out.push_back(';');
    }
  }
  out.append(text, start);
}

}  // namespace cloudemu::xml
