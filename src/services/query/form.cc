#include "services/query/form.h"

#include <algorithm>

#include "core/strings.h"
#include "protocol/uri.h"
#include "services/find_by_name.h"

namespace cloudemu::query {

bool is_form(const http::Request& request) {
  constexpr std::string_view kType = "application/x-www-form-urlencoded";
  return equals_ignoring_case(request.header("content-type").substr(0, kType.size()), kType);
}

Form::Form(std::string_view query_string, std::string_view body) {
  for (std::string_view text : {query_string, body}) {
    QueryParameters parsed = QueryParameters::parse(text);
    for (const auto& parameter : parsed.all()) {
      is_text_ = is_text_ && is_utf8(parameter.name) && is_utf8(parameter.value);
      parameters_.push_back({parameter.name, parameter.value});
    }
  }
  std::stable_sort(parameters_.begin(), parameters_.end(), [](const Parameter& a, const Parameter& b) { return a.name < b.name; });
}

std::optional<std::string_view> Form::find(std::string_view name) const {
  const Parameter* found = find_by_name(parameters_, name);
  return found ? std::optional<std::string_view>(found->value) : std::nullopt;
}

std::vector<std::string> Form::items(std::string_view name) const {
  bool unnumbered = !find(name).value_or("").empty();  // botocore writes an empty list as "Entries="
  std::vector<uint32_t> numbers;
  std::string prefix = concat(name, '.');
  auto at = std::lower_bound(parameters_.begin(), parameters_.end(), prefix,
                             [](const Parameter& parameter, const std::string& p) { return parameter.name < p; });
  for (; at != parameters_.end() && at->name.starts_with(prefix); ++at) {
    std::string_view rest = std::string_view(at->name).substr(prefix.size());
    auto number = parse_integer<uint32_t>(rest.substr(0, rest.find('.')));
    if (number) numbers.push_back(*number);
    else unnumbered = true;
  }
  std::sort(numbers.begin(), numbers.end());
  numbers.erase(std::unique(numbers.begin(), numbers.end()), numbers.end());
  std::vector<std::string> items;
  if (unnumbered) items.emplace_back(name);
  for (uint32_t number : numbers) items.push_back(concat(prefix, number));
  return items;
}

}  // namespace cloudemu::query
