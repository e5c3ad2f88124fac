#include "services/s3/post_form.h"

#include <algorithm>

#include "core/strings.h"
#include "core/time_format.h"
#include "core/word_list.h"
#include "services/s3/checksum.h"
#include "services/s3/errors.h"
#include "services/s3/object_headers.h"

namespace cloudemu::s3 {

namespace {

constexpr std::string_view kChecksumPrefix = "x-amz-checksum-";
constexpr std::string_view kAlgorithm = "AWS4-HMAC-SHA256";

/// Fields that stand for a header which an object keeps, or which a write is checked by.
constexpr std::string_view kHeaders[] = {"cache-control", "content-disposition", "content-encoding", "content-language",
                                         "content-md5",   "content-type",        "expires"};
/// x-amz-* fields that are no header of a PutObject, or mean something else in one.
constexpr std::string_view kNoHeaders[] = {"x-amz-algorithm",
                                           "x-amz-content-sha256",
                                           "x-amz-credential",
                                           "x-amz-date",
                                           "x-amz-decoded-content-length",
                                           "x-amz-sdk-checksum-algorithm",
                                           "x-amz-security-token",
                                           "x-amz-signature",
                                           "x-amz-tagging",
                                           "x-amz-trailer"};

bool is_header(std::string_view name) { return contains(kHeaders, name) || (name.starts_with("x-amz-") && !contains(kNoHeaders, name)); }

bool is_header_value(std::string_view value) {
  return std::all_of(value.begin(), value.end(), [](char c) {
    auto byte = static_cast<unsigned char>(c);
    return byte == '\t' || (byte >= 0x20 && byte != 0x7F);
  });
}

}  // namespace

bool is_post_form(const http::Request& request) {
  std::string_view type = split_once(request.header("content-type"), ';').first;
  return request.method == "POST" && equals_ignoring_case(trim(type), "multipart/form-data");
}

const std::string* find_field(const FormPlan::Fields& fields, std::string_view name) {
  auto found = std::find_if(fields.begin(), fields.end(), [&](const auto& field) { return equals_ignoring_case(field.name, name); });
  return found == fields.end() ? nullptr : &found->value;
}

std::string_view field_text(const FormPlan::Fields& fields, std::string_view name) {
  const std::string* value = find_field(fields, name);
  return value ? std::string_view(*value) : std::string_view();
}

AwsResult<void> check_post_form(const UploadedBody& form) {
  using Flaw = UploadedBody::Flaw;
  if (form.flaw == Flaw::malformed_form) return fail(malformed_post_request());
  if (form.flaw == Flaw::large_form) return fail(max_post_pre_data_length_exceeded(MultipartFormDecoder::kFieldsBytesMax));
  if (!find_field(form.fields, "key")) return fail(missing_form_field("key"));
  if (!form.file_name) return fail(invalid_argument("POST requires exactly one file upload per request.", "file", "0"));
  return {};
}

AwsResult<std::optional<FormSignature>> form_signature(const FormPlan::Fields& fields) {
  auto has_any = [&](std::initializer_list<std::string_view> names) {
    return std::any_of(names.begin(), names.end(), [&](std::string_view name) { return find_field(fields, name) != nullptr; });
  };
  auto require = [&](std::initializer_list<std::string_view> names) -> AwsResult<void> {
    for (std::string_view name : names) {
      if (!find_field(fields, name)) return fail(missing_form_field(name));
    }
    return {};
  };
  bool is_v4 = has_any({"X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Date", "X-Amz-Signature"});
  if (!is_v4 && !has_any({"policy", "AWSAccessKeyId", "Signature"})) return std::nullopt;
  FormSignature signature{.policy = std::string(field_text(fields, "policy")),
                          .security_token = std::string(field_text(fields, "x-amz-security-token"))};
  if (is_v4) {
    TRY(require({"X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Date", "X-Amz-Signature", "policy"}));
    if (field_text(fields, "X-Amz-Algorithm") != kAlgorithm) {
      return fail(invalid_argument(concat("X-Amz-Algorithm only supports \"", kAlgorithm, "\""), "X-Amz-Algorithm",
                                   field_text(fields, "X-Amz-Algorithm")));
    }
    if (!parse_iso8601(field_text(fields, "X-Amz-Date"))) {
      return fail(invalid_argument("X-Amz-Date must be formated via ISO8601 Long format", "X-Amz-Date", field_text(fields, "X-Amz-Date")));
    }
    signature.credential = field_text(fields, "X-Amz-Credential");
    signature.signature = field_text(fields, "X-Amz-Signature");
    if (signature.credential.empty()) return fail(missing_form_field("X-Amz-Credential"));
  } else {
    TRY(require({"AWSAccessKeyId", "Signature", "policy"}));
    signature.access_key = field_text(fields, "AWSAccessKeyId");
    signature.signature = field_text(fields, "Signature");
  }
  return signature;
}

std::vector<DigestKind> form_digests(const FormPlan::Fields& fields) {
  std::vector<DigestKind> kinds = {kDefaultChecksum};
  for (const auto& field : fields) {
    if (!starts_with_ignoring_case(field.name, kChecksumPrefix)) continue;
    if (auto kind = checksum_algorithm(std::string_view(field.name).substr(kChecksumPrefix.size()))) kinds.push_back(*kind);
  }
  return kinds;
}

AwsResult<void> fill_headers(const FormPlan::Fields& fields, http::Request& request) {
  request.method = "PUT";
  // The names in lower case, and what else is no view of the form, stand in the head. It does not grow any more once views are taken.
  std::vector<std::pair<std::string, std::string_view>> headers;
  for (const auto& field : fields) {
    std::string name = lower(field.name);
    if (name == "acl") name = "x-amz-acl";
    if (!is_header(name)) continue;
    // It would come out of the object as a broken reply.
    if (!is_header_name(name)) return fail(invalid_argument("The name of a field cannot be the name of a header.", "Field", field.name));
    if (!is_header_value(field.value))
      return fail(invalid_argument("The value of a field cannot stand in a header.", field.name, field.value));
    headers.emplace_back(std::move(name), field.value);
  }
  for (const auto& [name, value] : headers) request.head += name;
  size_t at = 0;
  for (const auto& [name, value] : headers) {
    request.headers.push_back({std::string_view(request.head).substr(at, name.size()), value});
    at += name.size();
  }
  return {};
}

}  // namespace cloudemu::s3
