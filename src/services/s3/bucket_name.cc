#include "services/s3/bucket_name.h"

#include <algorithm>

#include "core/strings.h"

namespace cloudemu::s3 {

namespace {

constexpr size_t kNameBytesMin = 3;
constexpr size_t kNameBytesMax = 63;
constexpr size_t kLegacyNameBytesMax = 255;
constexpr std::string_view kReservedPrefixes[] = {"xn--", "sthree-"};
constexpr std::string_view kReservedSuffixes[] = {"-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3"};

bool is_lower_alnum(char c) { return is_digit(c) || (c >= 'a' && c <= 'z'); }

bool is_ip_form(std::string_view name) {
  auto groups = split(name, '.');
  return groups.size() == 4 && std::all_of(groups.begin(), groups.end(), [](std::string_view group) {
           return !group.empty() && group.size() <= 3 && std::all_of(group.begin(), group.end(), is_digit);
         });
}

bool is_reserved(std::string_view name) {
  auto begins = [&](std::string_view prefix) { return name.starts_with(prefix); };
  auto ends = [&](std::string_view suffix) { return name.ends_with(suffix); };
  return std::any_of(std::begin(kReservedPrefixes), std::end(kReservedPrefixes), begins) ||
         std::any_of(std::begin(kReservedSuffixes), std::end(kReservedSuffixes), ends);
}

}  // namespace

bool is_bucket_name(std::string_view name) {
  if (name.size() < kNameBytesMin || name.size() > kNameBytesMax) return false;
  if (!is_lower_alnum(name.front()) || !is_lower_alnum(name.back())) return false;
  auto allowed = [](char c) { return is_lower_alnum(c) || c == '.' || c == '-'; };
  if (!std::all_of(name.begin(), name.end(), allowed)) return false;
  for (std::string_view pair : {"..", ".-", "-."}) {
    if (name.find(pair) != std::string_view::npos) return false;
  }
  return !is_ip_form(name) && !is_reserved(name);
}

bool could_be_bucket_name(std::string_view name) {
  auto allowed = [](char c) { return is_alnum(c) || c == '.' || c == '-' || c == '_'; };
  return name.size() >= kNameBytesMin && name.size() <= kLegacyNameBytesMax && std::all_of(name.begin(), name.end(), allowed);
}

}  // namespace cloudemu::s3
