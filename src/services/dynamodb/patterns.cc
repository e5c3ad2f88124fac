#include "services/dynamodb/patterns.h"

#include <algorithm>

#include "core/strings.h"

namespace cloudemu::dynamodb::patterns {

namespace {

bool has_only(std::string_view text, bool (*is_allowed)(char)) { return std::all_of(text.begin(), text.end(), is_allowed); }

bool is_name_part(char c) { return is_alnum(c) || c == '_' || c == '.' || c == '-'; }
bool is_printable(char c) { return c >= ' ' && c <= '~'; }
bool is_hex_digit(char c) { return is_digit(c) || (c >= 'a' && c <= 'f'); }
bool is_one_of(char c, std::string_view set) { return set.find(c) != std::string_view::npos; }

bool is_name(std::string_view text) { return !text.empty() && has_only(text, is_name_part); }

bool is_account(std::string_view text) { return text.size() == 12 && has_only(text, is_digit); }

bool is_bucket(std::string_view text) {
  return text.size() >= 2 && is_alnum(text.front()) && is_alnum(text.back()) && has_only(text, is_name_part);
}

bool is_token(std::string_view text) { return !text.empty() && text.find('$') == std::string_view::npos; }

bool is_import_token(std::string_view text) { return !text.empty() && text.size() % 16 == 0 && has_only(text, is_hex_digit); }

bool is_delimiter(std::string_view text) { return text.size() == 1 && is_one_of(text.front(), ",;:|\t "); }

bool is_header(std::string_view text) {
  return has_only(text, [](char c) { return is_printable(c) && c != '"' && c != ','; });
}

bool is_policy_name(std::string_view text) { return !text.empty() && has_only(text, is_printable); }

/// All but control characters, and the two that Unicode says are none.
bool is_role_arn(std::string_view text) {
  bool any_control = !has_only(text, [](char c) { return static_cast<unsigned char>(c) >= ' ' || is_one_of(c, "\r\n\t"); });
  bool any_non_character = text.find("\xEF\xBF\xBE") != std::string_view::npos || text.find("\xEF\xBF\xBF") != std::string_view::npos;
  return !any_control && !any_non_character;
}

}  // namespace

constinit const Pattern kAccount{R"([0-9]{12})", is_account};
constinit const Pattern kBucket{R"(^[a-z0-9A-Z]+[\.\-\w]*[a-z0-9A-Z]+$)", is_bucket};
constinit const Pattern kCsvDelimiter{R"([,;:|\t ])", is_delimiter};
constinit const Pattern kCsvHeader{R"([\x20-\x21\x23-\x2B\x2D-\x7E]*)", is_header};
constinit const Pattern kImportToken{R"(([0-9a-f]{16})+)", is_import_token};
constinit const Pattern kName{R"([a-zA-Z0-9_.-]+)", is_name};
constinit const Pattern kPolicyName{R"(\p{Print}+)", is_policy_name};
constinit const Pattern kRoleArn{R"([\u0020-\uD7FF\uE000-\uFFFD\uD800\uDC00-\uDBFF\uDFFF\r\n\t]*)", is_role_arn};
constinit const Pattern kToken{R"(^[^\$]+$)", is_token};

}  // namespace cloudemu::dynamodb::patterns
