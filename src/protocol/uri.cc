#include "protocol/uri.h"

#include "core/encoding.h"
#include "core/strings.h"

namespace cloudemu {

QueryParameters QueryParameters::parse(std::string_view text) {
  QueryParameters parsed;
  if (text.empty()) return parsed;
  for (std::string_view piece : split(text, '&')) {
    if (piece.empty()) continue;
    auto [name, value] = split_once(piece, '=');
    parsed.parameters_.push_back({percent_decode(name, Plus::is_space), percent_decode(value, Plus::is_space), piece.size() > name.size()});
  }
  return parsed;
}

const std::string* QueryParameters::find(std::string_view name) const {
  for (const Parameter& parameter : parameters_) {
    if (parameter.name == name) return &parameter.value;
  }
  return nullptr;
}

std::string_view QueryParameters::get(std::string_view name) const {
  const std::string* value = find(name);
  return value ? std::string_view(*value) : std::string_view();
}

std::string_view host_name(std::string_view host_header) {
  if (!host_header.empty() && host_header.front() == '[') return host_header.substr(0, host_header.find(']') + 1);
  return host_header.substr(0, host_header.find(':'));
}

}  // namespace cloudemu
