// https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketCors.html, API_GetBucketCors.html, API_DeleteBucketCors.html
#include "services/s3/settings/cors.h"

#include <algorithm>

#include "core/strings.h"
#include "services/s3/object_headers.h"
#include "services/s3/settings/settings.h"

namespace cloudemu::s3 {

namespace {

constexpr size_t kRulesMax = 100;
constexpr size_t kIdCharactersMax = 255;
constexpr uint64_t kDocumentBytesMax = 64 << 10;
constexpr std::string_view kMethods[] = {"GET", "PUT", "POST", "DELETE", "HEAD"};

size_t wildcards(std::string_view text) { return static_cast<size_t>(std::count(text.begin(), text.end(), '*')); }

AwsResult<void> check_wildcards(std::string_view element, const std::vector<std::string>& values) {
  for (const std::string& value : values) {
    if (wildcards(value) > 1) return fail(invalid_request(concat(element, " \"", value, "\" can not have more than one wildcard.")));
  }
  return {};
}

/// AWS says "AllowedHeader" of those that are exposed, too.
AwsResult<void> check_header_names(const std::vector<std::string>& names) {
  for (const std::string& name : names) {
    if (!is_header_name(name)) return fail(invalid_request(concat("AllowedHeader \"", name, "\" contains invalid character.")));
  }
  return {};
}

AwsResult<void> check_rule(const CorsRule& rule) {
  if (rule.id && utf8_length(*rule.id) > kIdCharactersMax) {
    return fail(invalid_argument("ID length should not exceed allowed limit of 255", "ID", *rule.id));
  }
  for (const std::string& method : rule.allowed_methods) {
    if (is_cors_method(method)) continue;
    return fail(invalid_request(concat("Found unsupported HTTP method in CORS config. Unsupported method is ", method)));
  }
  TRY(check_wildcards("AllowedOrigin", rule.allowed_origins));
  TRY(check_wildcards("AllowedHeader", rule.allowed_headers));
  for (const std::string& header : rule.expose_headers) {
    if (wildcards(header) == 0) continue;
    return fail(
        invalid_request(concat("ExposeHeader \"", header, "\" contains wildcard. We currently do not support wildcard for ExposeHeader.")));
  }
  TRY(check_header_names(rule.allowed_headers));
  return check_header_names(rule.expose_headers);
}

AwsResult<void> check(Cors& cors, const SettingCall&) {
  if (cors.rules.size() > kRulesMax) {
    return fail(invalid_request(concat("The number of CORS rules should not exceed allowed limit of ", kRulesMax, " rules.")));
  }
  for (const CorsRule& rule : cors.rules) TRY(check_rule(rule));
  return {};
}

/// With one '*' at most, which stands for any characters.
bool matches(std::string_view pattern, std::string_view text) {
  size_t star = pattern.find('*');
  if (star == std::string_view::npos) return pattern == text;
  std::string_view head = pattern.substr(0, star), tail = pattern.substr(star + 1);
  return text.size() >= head.size() + tail.size() && text.starts_with(head) && text.ends_with(tail);
}

bool allows_header(const CorsRule& rule, std::string_view header) {
  return std::any_of(rule.allowed_headers.begin(), rule.allowed_headers.end(),
                     [&](const std::string& pattern) { return matches(lower(pattern), header); });
}

/// The names in Access-Control-Request-Headers, in lower case.
std::vector<std::string> header_names(std::string_view list) {
  std::vector<std::string> names;
  for (std::string_view name : split(list, ',')) {
    if (!trim(name).empty()) names.push_back(lower(trim(name)));
  }
  return names;
}

/// The pattern that lets the origin in; null if none does.
const std::string* matching_origin(const CorsRule& rule, std::string_view origin) {
  for (const std::string& pattern : rule.allowed_origins) {
    if (matches(pattern, origin)) return &pattern;
  }
  return nullptr;
}

http::Headers reply_headers(const CorsRule& rule, std::string_view pattern, std::string_view origin,
                            const std::vector<std::string>& headers) {
  bool is_anybody = pattern == "*";
  http::Headers reply = {{"Access-Control-Allow-Origin", is_anybody ? "*" : origin},
                         {"Access-Control-Allow-Methods", join(rule.allowed_methods, ", ")}};
  if (!headers.empty()) reply.set("Access-Control-Allow-Headers", join(headers, ", "));
  if (!rule.expose_headers.empty()) reply.set("Access-Control-Expose-Headers", join(rule.expose_headers, ", "));
  if (rule.max_age_seconds) reply.set("Access-Control-Max-Age", std::to_string(*rule.max_age_seconds));
  if (!is_anybody) reply.set("Access-Control-Allow-Credentials", "true");
  reply.set("Vary", "Origin, Access-Control-Request-Headers, Access-Control-Request-Method");
  return reply;
}

}  // namespace

const Setting kCors{.name = Cors::kSetting,
                    .root = "CORSConfiguration",
                    .absent_code = "NoSuchCORSConfiguration",
                    .absent_message = "The CORS configuration does not exist",
                    .read = read_document<Cors, check>,
                    .write = write_document<Cors>,
                    .bytes_max = kDocumentBytesMax,
                    .digest = kAnyDigest};

bool is_cors_method(std::string_view method) { return std::find(std::begin(kMethods), std::end(kMethods), method) != std::end(kMethods); }

std::optional<http::Headers> cors_headers(const Cors& cors, const PageRequest& request) {
  std::vector<std::string> headers = header_names(request.headers);
  for (const CorsRule& rule : cors.rules) {
    const auto& methods = rule.allowed_methods;
    const std::string* pattern = matching_origin(rule, request.origin);
    bool allows_method = std::find(methods.begin(), methods.end(), request.method) != methods.end();
    if (!pattern || !allows_method) continue;
    bool allows_headers = std::all_of(headers.begin(), headers.end(), [&](const std::string& name) { return allows_header(rule, name); });
    if (allows_headers) return reply_headers(rule, *pattern, request.origin, headers);
  }
  return std::nullopt;
}

}  // namespace cloudemu::s3
