// https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketWebsite.html, API_GetBucketWebsite.html, API_DeleteBucketWebsite.html
#include "services/s3/settings/website.h"

#include "core/strings.h"
#include "services/s3/settings/settings.h"

namespace cloudemu::s3 {

namespace {

constexpr size_t kRulesMax = 50;
constexpr uint64_t kDocumentBytesMax = 128 << 10;
/// Those that stand for something: 306 and 418 do not.
bool is_redirect_code(int code) { return (code >= 301 && code <= 308) && code != 306; }
bool is_error_code(int code) { return (code >= 400 && code <= 417) || (code >= 500 && code <= 505); }

/// Error: MalformedXML for what is no number.
AwsResult<int> parse_code(std::string_view text) {
  auto code = parse_integer<int>(text);
  if (!code) return fail(malformed_xml());
  return *code;
}

AwsResult<void> check_protocol(const std::optional<std::string>& protocol) {
  if (!protocol || *protocol == "http" || *protocol == "https") return {};
  return fail(
      invalid_request("Invalid protocol, protocol can be http or https. If not defined the protocol will be selected automatically."));
}

AwsResult<void> check_rule(const RoutingRule& rule) {
  if (rule.condition) {
    const auto& code = rule.condition->error_code;
    if (!code && !rule.condition->prefix) {
      return fail(invalid_request(
          "Condition cannot be empty. To redirect all requests without a condition, the condition element shouldn't be present."));
    }
    if (code && !is_error_code(TRY(parse_code(*code)))) {
      return fail(invalid_request(concat("The provided HTTP error code (", *code, ") is not valid. Valid codes are 4XX or 5XX.")));
    }
  }
  const Redirect& redirect = rule.redirect;
  if (redirect == Redirect()) return fail(malformed_xml());
  if (redirect.key && redirect.prefix) return fail(invalid_request("You can only define ReplaceKeyPrefix or ReplaceKey but not both."));
  TRY(check_protocol(redirect.protocol));
  if (redirect.code && !is_redirect_code(TRY(parse_code(*redirect.code)))) {
    return fail(
        invalid_request(concat("The provided HTTP redirect code (", *redirect.code, ") is not valid. Valid codes are 3XX except 300.")));
  }
  return {};
}

AwsResult<void> check(Website& website, const SettingCall&) {
  if (website.redirect_all) {
    if (!website.error_document && !website.index_document && !website.rules) return check_protocol(website.redirect_all->protocol);
    return fail(invalid_argument("RedirectAllRequestsTo cannot be provided in conjunction with other Routing Rules.",
                                 "RedirectAllRequestsTo", "not null"));
  }
  if (!website.index_document) {
    return fail(
        invalid_argument("A value for IndexDocument Suffix must be provided if RedirectAllRequestsTo is empty", "IndexDocument", "null"));
  }
  const std::string& suffix = website.index_document->suffix;
  if (suffix.empty() || suffix.find('/') != std::string::npos) {
    return fail(invalid_argument("The IndexDocument Suffix is not well formed", "IndexDocument", suffix));
  }
  if (website.error_document && website.error_document->key.empty()) {
    return fail(invalid_argument("The ErrorDocument Key is not well formed", "ErrorDocument", ""));
  }
  if (!website.rules) return {};
  if (website.rules->list.size() > kRulesMax) {
    return fail(invalid_request(concat(website.rules->list.size(),
                                       " routing rules provided, the number of routing rules in a website "
                                       "configuration is limited to ",
                                       kRulesMax, ".")));
  }
  for (const RoutingRule& rule : website.rules->list) TRY(check_rule(rule));
  return {};
}

}  // namespace

const Setting kWebsite{.name = Website::kSetting,
                       .root = "WebsiteConfiguration",
                       .absent_code = "NoSuchWebsiteConfiguration",
                       .absent_message = "The specified bucket does not have a website configuration",
                       .read = read_document<Website, check>,
                       .write = write_document<Website>,
                       .bytes_max = kDocumentBytesMax};

}  // namespace cloudemu::s3
