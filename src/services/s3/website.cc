#include "services/s3/website.h"

#include <algorithm>

#include "core/encoding.h"
#include "core/strings.h"
#include "protocol/xml_writer.h"
#include "services/pipeline.h"
#include "services/s3/address.h"
#include "services/s3/authorise.h"
#include "services/s3/browser.h"
#include "services/s3/content.h"
#include "services/s3/errors.h"
#include "services/s3/operations.h"
#include "services/s3/reply.h"
#include "services/s3/settings/encryption.h"
#include "services/s3/settings/website.h"

namespace cloudemu::s3 {

namespace {

constexpr std::string_view kRedirectHeader = "x-amz-website-redirect-location";

AwsError no_website(std::string_view bucket) {
  return AwsError{"NoSuchWebsiteConfiguration", 404, "The specified bucket does not have a website configuration"}.with(
      "BucketName", std::string(bucket));
}

/// The endpoint alone is no website.
AwsError no_bucket_named() {
  AwsError elsewhere{"WebsiteRedirect", 301, "Request does not contain a bucket name."};
  elsewhere.headers.set("Location", "https://aws.amazon.com/s3/");
  return elsewhere;
}

http::Response redirection(int status, std::string location) {
  http::Response response{.status = status};
  response.set("Location", std::move(location)).set("Content-Type", "text/html; charset=utf-8");
  return response;
}

void add_item(std::string& html, std::string_view name, std::string_view value) {
  append(html, "<li>", name, ": ");
  xml::append_text(html, value);
  html += "</li>\n";
}

std::string list_of(const AwsError& error) {
  std::string html = "<ul>\n";
  add_item(html, "Code", error.code);
  add_item(html, "Message", error.message);
  for (const auto& [name, value] : error.members) add_item(html, name, value);
  return html;
}

void add_error_headers(http::Response& response, const AwsError& error) {
  response.set("x-amz-error-code", error.code).set("x-amz-error-message", error.message);
  for (const auto& [name, value] : error.members) {
    bool fits = std::all_of(value.begin(), value.end(), [](char c) { return c >= 0x20 && c < 0x7F; });
    if (fits) response.set(concat("x-amz-error-detail-", name), value);
  }
}

bool matches(const RoutingRule& rule, std::string_view key, int status) {
  const auto& condition = rule.condition;
  if (!condition) return status == 0;
  if (condition->prefix && !key.starts_with(*condition->prefix)) return false;
  // Before the object is looked for there is no status; rules about one wait for it.
  return condition->error_code ? *condition->error_code == std::to_string(status) : status == 0;
}

class WebsiteCall final : public Pipeline {
 public:
  WebsiteCall(const http::Request& request, const Environment& environment, uint64_t request_id)
      : Pipeline("s3", request, environment, request_id),
        bucket_(bucket_of_website(request.header("host"))),
        key_(percent_decode(request.path.starts_with('/') ? request.path.substr(1) : request.path)) {}

  BodyPlan body_plan() const override { return {}; }
  http::Response body_too_large() const override { return refused(max_message_length_exceeded(0)); }
  std::optional<PageAccess> page_access(const State& state) const override {
    return cors_page_access(state.s3(), bucket_, http_, environment_);
  }
  http::Response unavailable(Unavailable why) const override { return refused(unavailable_error(why)); }
  http::Response forbidden(std::string_view why) const override { return refused(access_denied(std::string(why))); }
  std::string resource() const override { return object_name(bucket_, key_); }

 private:
  std::string_view operation_name() const override { return "GetWebsiteObject"; }
  AwsResult<void> begin(const State& state, const Moment& moment) override { return identify(state, moment); }
  AwsResult<void> understand() override { return {}; }

  /// Nobody signs in at a website. Where policies are not evaluated, all doors are open.
  AwsResult<Principal> authenticate(const State& state, const Moment&) override {
    Principal visitor;
    if (const Bucket* bucket = state.s3().find_bucket(bucket_)) visitor.account = bucket->owner;
    return visitor;
  }

  AwsResult<void> check(const State&, const Moment&) override {
    if (bucket_.empty()) return fail(no_bucket_named());
    bool is_read = http_.method == "GET" || http_.method == "HEAD";
    if (!is_read && !is_preflight()) return fail(method_not_allowed(http_.method, "OBJECT"));
    if (!is_utf8(key_)) return fail(invalid_uri(http_.path));
    return {};
  }

  /// Each object is asked for by itself.
  AwsResult<void> authorise(const State&, const Moment&) override { return {}; }

  AwsResult<Outcome> answer(const State& state, const Moment& moment) override {
    const Bucket* bucket = state.s3().find_bucket(bucket_);
    if (is_preflight()) return options_object(state.s3(), call(state, moment, key_, http_));
    if (!bucket) return fail(no_such_bucket(bucket_));
    const Website* site = bucket->settings.find<Website>();
    if (!site) return fail(no_website(bucket_));
    if (site->redirect_all) return outcome_of(redirect_all(*site->redirect_all));
    if (auto redirected = redirect_by_rule(*site, 0)) return outcome_of(std::move(*redirected));

    bool is_folder = key_.empty() || key_.ends_with('/');
    const std::string& suffix = site->index_document->suffix;
    auto page = read(state, moment, *bucket, is_folder ? key_ + suffix : key_, http_);
    if (page) return page;
    AwsError error = page.error();
    if (!is_folder) {
      std::string index = concat(key_, '/', suffix);
      auto folder = read(state, moment, *bucket, index, http_);
      if (folder) return outcome_of(to_folder());
      if (is_there(state, *bucket, index)) error = folder.error();
    }
    if (auto redirected = redirect_by_rule(*site, error.status)) return outcome_of(std::move(*redirected));
    if (!site->error_document) return fail(std::move(error));
    return outcome_of_error(state, moment, *bucket, site->error_document->key, error);
  }

  /// To where the folder's index is: a page that AWS tells of like an error.
  http::Response to_folder() const {
    http::Response response = error_page({"Found", 302, "Resource Found"});
    response.set("Location", concat('/', percent_encode(key_, Slash::keep), '/'));
    return response;
  }

  static bool is_there(const State& state, const Bucket& bucket, const std::string& key) {
    auto current = state.s3().current(bucket.id, key);
    return current && !current->marker;
  }

  /// The error document with the status and the headers of the error; where it cannot be had, a page that says both.
  Outcome outcome_of_error(const State& state, const Moment& moment, const Bucket& bucket, const std::string& key, const AwsError& error) {
    http::Request plain;  // no range, no conditions
    plain.method = http_.method;
    plain.path = http_.path;
    auto document = read(state, moment, bucket, key, plain);
    if (auto* answer = document ? std::get_if<Answer>(&*document) : nullptr) {
      // The document may itself send the visitor elsewhere.
      if (!answer->response.headers.find("Location")) answer->response.status = error.status;
      add_error_headers(answer->response, error);
      return std::move(*document);
    }
    std::string more = concat("<h3>An Error Occurred While Attempting to Retrieve a Custom Error Document</h3>\n",
                              document ? "" : list_of(document.error()), "</ul>\n");
    return outcome_of(error_page(error, more));
  }

  /// An object as everybody gets it. Errors: AccessDenied, and those of GetObject: whoever may read a key is told when nothing is there,
  /// whether he may list the bucket or not.
  AwsResult<Outcome> read(const State& state, const Moment& moment, const Bucket& bucket, const std::string& key,
                          const http::Request& request) {
    Call wish = call(state, moment, key, request);
    if (judge()) TRY(require_access(state.s3(), wish, bucket, {.action = "GetObject", .key = key}));
    auto outcome = get_object(state.s3(), wish);
    auto* answer = outcome ? std::get_if<Answer>(&*outcome) : nullptr;
    if (!answer) return outcome;
    // Whoever visits has signed nothing.
    constexpr std::string_view kKms = "aws:kms";
    if (answer->response.headers.find("x-amz-server-side-encryption").value_or("").starts_with(kKms)) return fail(kms_needs_version_4());
    auto redirect = answer->response.headers.find(kRedirectHeader);
    if (!redirect) return outcome;
    return outcome_of(redirection(301, std::string(*redirect)));
  }

  /// The REST call that something of the site comes from.
  Call call(const State& state, const Moment& moment, const std::string& key, const http::Request& request) {
    static const QueryParameters kNone;
    return {.http = request,
            .query = kNone,
            .bucket = bucket_,
            .key = key,
            .principal = principal_,
            .request_id = request_id_,
            .now = moment.now,
            .entropy = moment.entropy,
            .everything = state,
            .body = nullptr,
            .digests = nullptr,
            .presigned = false,
            .by_host = true,
            .lifecycle_day = moment.lifecycle_day,
            .judge = judge()};
  }

  bool is_preflight() const { return http_.method == "OPTIONS"; }

  std::string location(const std::optional<std::string>& protocol, std::string_view host, std::string_view path) const {
    std::string_view proxied = http_.header("x-forwarded-proto");
    std::string_view own = proxied.empty() ? std::string_view("http") : proxied;
    return concat(protocol ? std::string_view(*protocol) : own, "://", host, path);
  }

  http::Response redirect_all(const RedirectAll& redirect) const {
    std::string query = http_.query.empty() ? std::string() : concat('?', http_.query);
    return redirection(301, location(redirect.protocol, redirect.host, concat(http_.path, query)));
  }

  std::optional<http::Response> redirect_by_rule(const Website& site, int status) const {
    if (!site.rules) return std::nullopt;
    const auto& rules = site.rules->list;
    auto rule = std::find_if(rules.begin(), rules.end(), [&](const RoutingRule& each) { return matches(each, key_, status); });
    if (rule == rules.end()) return std::nullopt;
    const Redirect& to = rule->redirect;
    int code = to.code ? parse_integer<int>(*to.code).value_or(301) : 301;
    std::string_view host = to.host ? std::string_view(*to.host) : http_.header("host");
    return redirection(code, location(to.protocol, host, concat('/', redirected_path(*rule))));
  }

  /// What a rule puts in stands there as it is written, be it a query or a fragment: only what is left of the key is encoded.
  std::string redirected_path(const RoutingRule& rule) const {
    const Redirect& to = rule.redirect;
    if (to.key) return *to.key;
    size_t replaced = to.prefix && rule.condition && rule.condition->prefix ? rule.condition->prefix->size() : 0;
    return concat(to.prefix.value_or(""), percent_encode(std::string_view(key_).substr(replaced), Slash::keep));
  }

  /// `more`: HTML that stands below what the page says of the error.
  http::Response error_page(const AwsError& error, std::string_view more = {}) const {
    std::string title = concat(error.status, ' ', http::reason_phrase(error.status));
    http::Response response{.status = error.status, .headers = error.headers};
    response.body = concat("<html>\n<head><title>", title, "</title></head>\n<body>\n<h1>", title, "</h1>\n", list_of(error));
    add_item(response.body, "RequestId", request_id_text(request_id_));
    add_item(response.body, "HostId", host_id(request_id_));
    append(response.body, "</ul>\n", more, "<hr/>\n</body>\n</html>\n");
    add_error_headers(response, error);
    response.set("Content-Type", "text/html; charset=utf-8");
    return response;
  }

  http::Response render(const AwsError& error) const override { return error_page(error); }

  void finish(http::Response& response) const override {
    response.set("x-amz-request-id", request_id_text(request_id_)).set("x-amz-id-2", host_id(request_id_));
  }

  std::string bucket_, key_;
};

}  // namespace

std::unique_ptr<PendingCall> open_website_call(const http::Request& request, const Environment& environment, uint64_t request_id) {
  return std::make_unique<WebsiteCall>(request, environment, request_id);
}

}  // namespace cloudemu::s3
