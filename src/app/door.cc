#include "app/door.h"

#include <algorithm>

#include "core/strings.h"
#include "protocol/uri.h"

namespace cloudemu {

namespace {

constexpr std::string_view kHttpPort = "80", kHttpsPort = "443";

bool is_ipv4(std::string_view host) { return !host.empty() && host.find_first_not_of("0123456789.") == std::string_view::npos; }

/// "aws.example" is below "example", and so is "example" itself.
bool is_below(std::string_view name, std::string_view domain) {
  if (!name.ends_with(domain)) return false;
  return name.size() == domain.size() || name[name.size() - domain.size() - 1] == '.';
}

std::string_view port_of(std::string_view authority, std::string_view otherwise) {
  std::string_view rest = authority.substr(host_name(authority).size());
  return rest.size() > 1 ? rest.substr(1) : otherwise;
}

/// "https://app.example:8443", taken apart.
struct Origin {
  bool https = false;
  std::string_view authority;  ///< empty: not the origin of a page that came by HTTP
  std::string_view name() const { return host_name(authority); }
  std::string_view port() const { return port_of(authority, https ? kHttpsPort : kHttpPort); }
};
Origin take_apart(std::string_view origin) {
  if (starts_with_ignoring_case(origin, "http://")) return {false, origin.substr(7)};
  if (starts_with_ignoring_case(origin, "https://")) return {true, origin.substr(8)};
  return {};
}

/// The origin of a URL: "http://app.example" of "http://app.example/cart?id=1".
std::string_view origin_of(std::string_view url) {
  size_t scheme = url.find("://");
  return scheme == std::string_view::npos ? url : url.substr(0, url.find_first_of("/?#", scheme + 3));
}

/// '*' stands for any characters.
bool matches(std::string_view pattern, std::string_view text) {
  size_t star = pattern.find('*');
  if (star == std::string_view::npos) return equals_ignoring_case(pattern, text);
  if (!starts_with_ignoring_case(text, pattern.substr(0, star))) return false;
  pattern.remove_prefix(star + 1);
  for (size_t at = star; at <= text.size(); ++at) {
    if (matches(pattern, text.substr(at))) return true;
  }
  return false;
}

/// The label of a service in a host name: "sqs" of "sqs.eu-west-1.cloudemu", "s3" of "photos.s3.cloudemu".
bool is_service_label(std::string_view label) {
  constexpr std::string_view kServices[] = {"dynamodb", "queue", "s3", "sqs", "sts"};
  return std::binary_search(std::begin(kServices), std::end(kServices), label) || label.starts_with("s3-");
}

/// "eu-west-1", "us-gov-east-1": what may stand between the label of a service and the endpoint's own name.
bool is_region_label(std::string_view label) { return std::count(label.begin(), label.end(), '-') >= 2 && is_digit(label.back()); }

/// The endpoint's own name in the name of one of its services: behind the last service label, and a region. Else the whole.
std::string_view endpoint_of(std::string_view name) {
  std::string_view rest = name;
  for (size_t dot = name.find('.'), begin = 0; dot != std::string_view::npos; begin = dot + 1, dot = name.find('.', begin)) {
    if (is_service_label(name.substr(begin, dot - begin))) rest = name.substr(dot + 1);
  }
  size_t dot = rest.find('.');
  if (rest.size() != name.size() && dot != std::string_view::npos && is_region_label(rest.substr(0, dot))) rest.remove_prefix(dot + 1);
  return rest;
}

}  // namespace

bool is_loopback_name(std::string_view host) {
  return host == "localhost" || (is_ipv4(host) && host.starts_with("127.")) || host == "[::1]" || host == "::1" ||
         host.ends_with(".localhost") || host == "localhost.localstack.cloud" || host.ends_with(".localhost.localstack.cloud");
}

/// What a request says of where it comes from.
struct Door::Visitor {
  std::string_view host, origin, referer, site, agent, authorization;

  explicit Visitor(const http::Request& request) {
    for (const http::Header& header : request.headers) {
      switch (header.name.size()) {  // all of them are looked at in every request
        case 4:
          if (header.name == "host") host = header.value;
          break;
        case 6:
          if (header.name == "origin") origin = header.value;
          break;
        case 7:
          if (header.name == "referer") referer = header.value;
          break;
        case 10:
          if (header.name == "user-agent") agent = header.value;
          break;
        case 13:
          if (header.name == "authorization") authorization = header.value;
          break;
        case 14:
          if (header.name == "sec-fetch-site") site = header.value;
          break;
        default: break;
      }
    }
  }

  /// Signs as no page can without saying where it comes from: a browser sends Authorization to other origins only with Origin, and after a
  /// preflight. A Referer beside it is a program's own.
  bool is_program() const { return origin.empty() && site.empty() && authorization.starts_with("AWS"); }
  /// The origin of the page that calls, as far as it is said.
  std::string_view page() const { return origin.empty() ? origin_of(referer) : origin; }
};

/// Public DNS cannot give the names that this knows to anybody else: without a dot they are not looked up there, and the others have
/// their owners.
bool Door::knows_name(std::string_view name) const {
  if (is_loopback_name(name) || is_ipv4(name) || name.starts_with('[') || name.find('.') == std::string_view::npos) return true;
  constexpr std::string_view kOwned[] = {"amazonaws.com", "amazonaws.com.cn", "localstack.cloud", "docker.internal", "cluster.local"};
  auto below = [&](std::string_view domain) { return is_below(name, domain); };
  return std::any_of(std::begin(kOwned), std::end(kOwned), below) || std::any_of(policy_.domains.begin(), policy_.domains.end(), below);
}

bool Door::knows_host(std::string_view host_header) const {
  std::string_view host = host_name(host_header);
  if (knows_name(host)) return true;
  std::string name = lower(host);
  if (name.ends_with('.')) name.pop_back();
  return knows_name(name) || knows_name(endpoint_of(name));
}

bool Door::is_listed(std::string_view origin) const {
  return std::any_of(policy_.origins.begin(), policy_.origins.end(), [&](const std::string& pattern) { return matches(pattern, origin); });
}

/// A page from this endpoint itself: out of a bucket, then.
bool Door::is_own_page(std::string_view origin, std::string_view host_header) const {
  Origin page = take_apart(origin);
  if (page.authority.empty()) return false;
  std::string_view port = page.port();
  bool same_port = port == port_of(host_header, page.https ? kHttpsPort : kHttpPort) || port == std::to_string(policy_.port);
  return same_port && (equals_ignoring_case(page.name(), host_name(host_header)) || is_loopback_name(lower(page.name())));
}

bool Door::lets_in(const Visitor& visitor, Path path) const {
  if (visitor.is_program()) return true;
  std::string_view page = visitor.page();
  if (page.empty()) return visitor.site != "cross-site" && !(path == Path::control && visitor.site == "same-origin");
  if (is_listed(page)) return true;
  if (is_own_page(page, visitor.host)) return path != Path::control;
  return policy_.any_origin || is_loopback_name(lower(take_apart(page).name()));
}

Door::Verdict Door::judge(const http::Request& request, Path path) const {
  Visitor visitor(request);
  if (path != Path::open_control && !knows_host(visitor.host)) {
    return {.refusal = concat("This endpoint does not know itself by the name ", host_name(visitor.host),
                              ". If the name is right, start cloudemu with --domain ", host_name(visitor.host), ".")};
  }
  if (!lets_in(visitor, path)) {
    if (path == Path::open_control) return {};
    std::string_view page = visitor.page();
    if (path == Path::control && is_own_page(page.empty() ? "" : page, visitor.host)) page = "this endpoint itself";
    return {.refusal = concat("Pages of ", page.empty() ? "other sites" : page, " may not call this endpoint. To let them, start cloudemu ",
                              "with --cors-origins."),
            .foreign_page = true};
  }
  // A browser without Sec-Fetch-Site (old, or not on loopback) that was asked to say nothing of the page: a program it is not.
  bool hidden = visitor.page().empty() && visitor.site.empty() && visitor.agent.starts_with("Mozilla/");
  bool is_link = request.method == "GET" && (request.query.starts_with("Action=") || request.query.find("&Action=") != std::string::npos);
  if (hidden && is_link) return {.refusal = "A browser may not make this call by a link.", .foreign_page = true};
  // Its page may be typed, or framed by whomever: it must not be the latter.
  if (hidden) return {.reply_headers = {{"X-Frame-Options", "SAMEORIGIN"}}};
  if (visitor.origin.empty()) return {};
  constexpr std::string_view kExposed =
      "*, Date, ETag, x-amz-delete-marker, x-amz-id-2, x-amz-request-id, x-amz-version-id, x-amzn-ErrorMessage, x-amzn-ErrorType, "
      "x-amzn-RequestId, x-cloudemu-seq";
  return {.reply_headers = {{"Access-Control-Allow-Origin", visitor.origin},
                            {"Access-Control-Allow-Credentials", "true"},
                            {"Access-Control-Expose-Headers", kExposed},
                            {"Vary", "Origin, Access-Control-Request-Headers, Access-Control-Request-Method"}}};
}

bool Door::is_preflight(const http::Request& request) {
  return request.method == "OPTIONS" && request.find("origin") && request.find("access-control-request-method");
}

http::Response Door::answer_preflight(const http::Request& request, std::string_view methods) {
  constexpr std::string_view kMaxAgeSeconds = "172800";
  http::Response response;
  response.set("Access-Control-Allow-Methods", methods).set("Access-Control-Max-Age", kMaxAgeSeconds);
  if (auto headers = request.find("access-control-request-headers")) {
    response.set("Access-Control-Allow-Headers", *headers);
  }
  // https://wicg.github.io/private-network-access/: a public page asks whether it may call a private address.
  if (request.find("access-control-request-private-network")) response.set("Access-Control-Allow-Private-Network", "true");
  return response;
}

}  // namespace cloudemu
