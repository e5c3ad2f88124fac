// https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketWebsite.html, API_GetBucketWebsite.html, API_DeleteBucketWebsite.html
#include "services/s3/settings/website.h"

#include "core/strings.h"
#include "services/s3/settings/settings.h"

namespace cloudemu::s3 {

namespace {

constexpr size_t kRulesMax = 50;
constexpr uint64_t kDocumentBytesMax = 128 << 10;
/// "301", "404": three digits that begin as they must.
bool is_code(std::string_view code, std::string_view first_digits) {
  return code.size() == 3 && first_digits.find(code.front()) != std::string_view::npos && is_digit(code[1]) && is_digit(code[2]);
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
    if (code && !is_code(*code, "45")) {
      return fail(invalid_request(concat("The provided HTTP error code (", *code, ") is not valid. Valid codes are 4XX or 5XX.")));
    }
  }
  const Redirect& redirect = rule.redirect;
  if (redirect.key && redirect.prefix) return fail(invalid_request("You can only define ReplaceKeyPrefix or ReplaceKey but not both."));
  TRY(check_protocol(redirect.protocol));
  if (redirect.code && (!is_code(*redirect.code, "3") || *redirect.code == "300")) {
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
