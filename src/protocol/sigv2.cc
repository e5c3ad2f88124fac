#include "protocol/sigv2.h"

#include <algorithm>
#include <map>
#include <vector>

#include "core/digest.h"
#include "core/encoding.h"
#include "core/strings.h"
#include "core/time_format.h"

namespace cloudemu::sigv2 {

namespace {

constexpr std::string_view kScheme = "AWS ";
constexpr std::string_view kAmzPrefix = "x-amz-";
constexpr size_t kBlockBytes = 64;

/// Parameters that are part of the resource. Sorted.
constexpr std::string_view kSignedParameters[] = {"accelerate",
                                                  "acl",
                                                  "analytics",
                                                  "cors",
                                                  "delete",
                                                  "encryption",
                                                  "inventory",
                                                  "legal-hold",
                                                  "lifecycle",
                                                  "location",
                                                  "logging",
                                                  "metrics",
                                                  "notification",
                                                  "object-lock",
                                                  "partNumber",
                                                  "policy",
                                                  "policyStatus",
                                                  "publicAccessBlock",
                                                  "replication",
                                                  "requestPayment",
                                                  "response-cache-control",
                                                  "response-content-disposition",
                                                  "response-content-encoding",
                                                  "response-content-language",
                                                  "response-content-type",
                                                  "response-expires",
                                                  "restore",
                                                  "retention",
                                                  "select",
                                                  "select-type",
                                                  "tagging",
                                                  "torrent",
                                                  "uploadId",
                                                  "uploads",
                                                  "versionId",
                                                  "versioning",
                                                  "versions",
                                                  "website"};

/// RFC 2104, with SHA-1. Keys of AWS are shorter than a block.
std::string hmac_sha1(std::string_view key, std::string_view message) {
  std::string block(key.size() > kBlockBytes ? digest(DigestKind::sha1, key) : std::string(key));
  block.resize(kBlockBytes, '\0');
  std::string inner = block, outer = block;
  for (char& c : inner) c ^= 0x36;
  for (char& c : outer) c ^= 0x5c;
  return digest(DigestKind::sha1, outer + digest(DigestKind::sha1, inner + std::string(message)));
}

/// The x-amz-* headers, those that stand in the URL among them, one a line.
std::string canonical_headers(const http::Request& request, const QueryParameters& query) {
  std::map<std::string, std::string> headers;
  auto add = [&](const std::string& name, std::string_view value) {
    std::string& values = headers[name];
    append(values, values.empty() ? "" : ",", trim(value));
  };
  for (const http::Header& header : request.headers) {
    if (header.name.starts_with(kAmzPrefix)) add(std::string(header.name), header.value);
  }
  for (const auto& parameter : query.all()) {
    if (std::string name = lower(parameter.name); name.starts_with(kAmzPrefix)) add(name, parameter.value);
  }
  std::string lines;
  for (const auto& [name, value] : headers) append(lines, name, ':', value, '\n');
  return lines;
}

/// "/bucket/key?acl&versionId=id", the path as it was sent.
std::string canonical_resource(const http::Request& request, const QueryParameters& query, std::string_view host_bucket) {
  std::vector<std::string> parameters;
  for (const auto& parameter : query.all()) {
    if (!std::binary_search(std::begin(kSignedParameters), std::end(kSignedParameters), std::string_view(parameter.name))) continue;
    parameters.push_back(parameter.has_value ? concat(parameter.name, '=', parameter.value) : parameter.name);
  }
  std::sort(parameters.begin(), parameters.end());
  std::string resource = concat(host_bucket.empty() ? "" : "/", host_bucket, request.path);
  if (!parameters.empty()) append(resource, '?', join(parameters, "&"));
  return resource;
}

}  // namespace

bool is_presigned(const QueryParameters& query) { return query.contains("Signature") || query.contains("AWSAccessKeyId"); }

Result<Signature, std::string> parse_signature(const QueryParameters& query) {
  for (std::string_view name : {"Signature", "Expires", "AWSAccessKeyId"}) {
    if (query.get(name).empty()) {
      return fail(std::string("Query-string authentication requires the Signature, Expires and AWSAccessKeyId parameters"));
    }
  }
  auto expires = parse_integer(query.get("Expires"));
  if (!expires || *expires < 0 || *expires > INT64_MAX / kSecondMs) {
    return fail(concat("Invalid date (should be seconds since epoch): ", query.get("Expires")));
  }
  Signature parsed{.access_key = std::string(query.get("AWSAccessKeyId")),
                   .signature = std::string(query.get("Signature")),
                   .security_token = {},
                   .date = std::string(query.get("Expires")),
                   .expires_at = *expires * kSecondMs};
  for (const auto& parameter : query.all()) {
    if (lower(parameter.name) == "x-amz-security-token") parsed.security_token = parameter.value;
  }
  return parsed;
}

bool is_in_header(const http::Request& request) { return request.header("authorization").starts_with(kScheme); }

std::optional<Signature> header_signature(const http::Request& request) {
  std::string_view credentials = trim(request.header("authorization").substr(kScheme.size()));
  size_t colon = credentials.rfind(':');
  if (colon == 0 || colon == std::string_view::npos || colon + 1 == credentials.size()) return std::nullopt;
  Signature parsed{.access_key = std::string(credentials.substr(0, colon)),
                   .signature = std::string(credentials.substr(colon + 1)),
                   .security_token = std::string(request.header("x-amz-security-token"))};
  auto amz_date = request.find("x-amz-date");
  if (!amz_date) parsed.date = request.header("date");
  std::string_view date = amz_date.value_or(parsed.date);
  parsed.signed_at = parse_http_date(date);
  if (!parsed.signed_at) parsed.signed_at = parse_iso8601(date);
  return parsed;
}

std::string string_to_sign(const http::Request& request, const QueryParameters& query, const Signature& signature,
                           std::string_view host_bucket) {
  return concat(request.method, '\n', request.header("content-md5"), '\n', request.header("content-type"), '\n', signature.date, '\n',
                canonical_headers(request, query), canonical_resource(request, query, host_bucket));
}

std::string sign(std::string_view secret, std::string_view string_to_sign) { return base64(hmac_sha1(secret, string_to_sign)); }

}  // namespace cloudemu::sigv2
