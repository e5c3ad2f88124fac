// Upload by a browser's form: https://docs.aws.amazon.com/AmazonS3/latest/API/RESTObjectPOST.html
//
// Order of checks: form, bucket, key, policy; then those of PutObject, whose headers are the fields here.
#include <algorithm>

#include "core/encoding.h"
#include "core/strings.h"
#include "core/time_format.h"
#include "services/iam/clock_skew.h"
#include "services/s3/authorise.h"
#include "services/s3/errors.h"
#include "services/s3/guards.h"
#include "services/s3/object_headers.h"
#include "services/s3/operations.h"
#include "services/s3/post_form.h"
#include "services/s3/post_policy.h"
#include "services/s3/reply.h"
#include "services/s3/tags.h"
#include "services/s3/upload_rules.h"

namespace cloudemu::s3 {

namespace {

/// The key, with the name that the file had at the client put in.
AwsResult<std::string> posted_key(const FormPlan::Fields& fields, std::string_view file_name) {
  std::string key = replace_all(field_text(fields, "key"), "${filename}", file_name);
  if (key.empty()) return fail(invalid_argument("User key must have a length greater than 0.", "key", ""));
  TRY(check_key_size(key));
  if (!is_utf8(key)) return fail(invalid_uri(percent_encode(key)));
  return key;
}

AwsResult<void> check_policy(const UploadedBody& form, const Call& call, const std::string& key) {
  const std::string* policy = find_field(form.fields, "policy");
  if (!policy) return {};
  // Forms of Version 4 say when they were signed.
  auto signed_at = parse_iso8601(field_text(form.fields, "x-amz-date"));
  TimeMs now = signed_at ? signers_now(*signed_at, call.now, call.clock) : call.now;
  PostedForm posted{.names = {}, .value = {}, .file_bytes = form.size, .now = now};
  for (const auto& field : form.fields) posted.names.push_back(field.name);
  if (!find_field(form.fields, "bucket")) posted.names.emplace_back("bucket");  // which the URL names
  posted.value = [&](std::string_view name) -> std::optional<std::string> {
    if (name == "bucket") return call.bucket;
    if (name == "key") return key;
    const std::string* value = find_field(form.fields, name);
    return value ? std::optional(*value) : std::nullopt;
  };
  return check_post_policy(*policy, posted);
}

/// The PutObject that a form stands for: its headers are the form's fields.
struct PostedPut {
  explicit PostedPut(const Call& form) : posted(form) {}

  /// Error: InvalidArgument for what cannot stand in a header.
  AwsResult<void> fill(const FormPlan::Fields& fields) {
    TRY(fill_headers(fields, request));
    for (std::string_view name : {"host", "user-agent", "referer", "x-forwarded-proto"}) {
      if (auto value = posted.http.find(name)) request.headers.push_back({name, *value});
    }
    request.peer = posted.http.peer;
    return {};
  }

  Call call() const {
    return {.http = request,
            .query = posted.query,
            .bucket = posted.bucket,
            .key = key,
            .principal = posted.principal,
            .request_id = posted.request_id,
            .now = posted.now,
            .entropy = posted.entropy,
            .everything = posted.everything,
            .body = posted.body,
            .digests = nullptr,
            .presigned = false,
            .by_host = posted.by_host,
            .legacy_acl = posted.legacy_acl,
            .lifecycle_day = posted.lifecycle_day,
            .judge = posted.judge};
  }

  const Call& posted;
  std::string key;
  http::Request request;
};

/// A URL that a browser can be sent to; others are ignored. Behind the host it may have blanks.
bool is_redirect_target(std::string_view url) {
  bool is_http = starts_with_ignoring_case(url, "http://") || starts_with_ignoring_case(url, "https://");
  std::string_view rest = is_http ? url.substr(url.find("//") + 2) : std::string_view();
  std::string_view authority = rest.substr(0, rest.find_first_of("/?#"));
  bool is_printable = std::all_of(url.begin(), url.end(), [](char c) { return c >= 0x20 && c < 0x7F && c != '"' && c != '<' && c != '>'; });
  return is_printable && !authority.empty() && authority.front() != ':' && authority.find(' ') == std::string_view::npos;
}

http::Response redirect(std::string_view url, const ObjectPut& put) {
  std::string fragment;
  if (size_t at = url.find('#'); at != std::string_view::npos) {
    fragment = url.substr(at);
    url = url.substr(0, at);
  }
  http::Response response{.status = 303};
  response.set("Location", concat(url, url.find('?') == std::string_view::npos ? "?" : "&", "bucket=", percent_encode(put.bucket),
                                  "&key=", percent_encode(put.key, Slash::keep), "&etag=", percent_encode(quoted(put.etag)), fragment));
  return response;
}

http::Response created(const Call& call, const ObjectPut& put) {
  xml::Writer xml;
  xml.open("PostResponse")
      .element("Location", object_url(call))
      .element("Bucket", put.bucket)
      .element("Key", put.key)
      .element("ETag", quoted(put.etag))
      .close();
  http::Response response = xml_reply(xml);
  response.status = 201;
  response.set("Location", object_url(call));
  return response;
}

/// What the form's maker wants to be answered.
http::Response success(const UploadedBody& form, const Call& call, const ObjectPut& put) {
  std::string_view url = find_field(form.fields, "success_action_redirect") ? field_text(form.fields, "success_action_redirect")
                                                                            : field_text(form.fields, "redirect");
  if (is_redirect_target(url)) return redirect(url, put);
  std::string_view status = field_text(form.fields, "success_action_status");
  if (status == "201") return created(call, put);
  http::Response response{.status = status == "200" ? 200 : 204};
  response.set("Location", object_url(call));
  return response;
}

}  // namespace

AwsResult<void> admit_post_object(const S3ReadModel&, const Call& call) {
  if (!form_boundary(call.http.header("content-type"))) return fail(malformed_post_request());
  if (!call.http.content_length) return fail(missing_content_length());
  return {};
}

/// What is wrong with the fields is left to the rule.
AwsResult<void> authorise_post_object(const S3ReadModel& state, const Operation& operation, const Call& call,
                                      const FormPlan::Fields& fields, std::string_view file_name) {
  PostedPut posted(call);
  auto key = posted_key(fields, file_name);
  if (!key || !posted.fill(fields)) return {};
  posted.key = std::move(*key);
  return authorise_call(state, operation, posted.call());
}

UploadPlan plan_post_object(const S3ReadModel&, const Call& call) {
  return {.form = FormPlan{*form_boundary(call.http.header("content-type")), form_digests}, .size_max = kUploadBytesMax};
}

AwsResult<Outcome> post_object(const S3ReadModel& state, const Call& call) {
  TRY(admit_post_object(state, call));
  const UploadedBody& form = *call.body;
  TRY(check_post_form(form));
  const Bucket& bucket = *TRY(require_bucket(state, call));
  PostedPut posted(call);
  posted.key = TRY(posted_key(form.fields, *form.file_name));
  TRY(check_policy(form, call, posted.key));
  TRY(posted.fill(form.fields));
  Call put = posted.call();
  TRY(check_object_headers(put, bucket));
  ObjectAttributes attributes = TRY(request_attributes(put, bucket));
  StringMap tags;
  if (const std::string* document = find_field(form.fields, "tagging")) tags = TRY(parse_tagging(xml::parse(*document), Tagged::object));
  TRY(check_upload(put));

  ObjectPut event = object_put(put, bucket, std::move(attributes), std::move(tags));
  http::Response response = success(form, put, event);
  return stored_object(put, std::move(event), bucket, std::move(response));
}

}  // namespace cloudemu::s3
