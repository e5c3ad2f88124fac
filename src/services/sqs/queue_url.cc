#include "services/sqs/queue_url.h"

#include <algorithm>

#include "core/account_id.h"
#include "core/encoding.h"
#include "core/region.h"
#include "core/strings.h"
#include "protocol/json.h"
#include "protocol/url_scheme.h"
#include "services/iam/authenticate.h"
#include "services/sqs/errors.h"

namespace cloudemu::sqs {

namespace {

/// The last two parts of a path.
struct PathEnd {
  std::string_view account, name;
};
PathEnd path_end(std::string_view path) {
  if (path.ends_with('/')) path.remove_suffix(1);
  size_t slash = path.rfind('/');
  if (slash == std::string_view::npos) return {{}, path};
  std::string_view head = path.substr(0, slash);
  size_t before = head.rfind('/');
  return {before == std::string_view::npos ? head : head.substr(before + 1), path.substr(slash + 1)};
}

std::string_view path_of(std::string_view url) {
  size_t scheme = url.find("://");
  if (scheme == std::string_view::npos) return url;
  size_t slash = url.find('/', scheme + 3);
  return slash == std::string_view::npos ? std::string_view() : url.substr(slash, url.find_first_of("?#", slash) - slash);
}

/// The region that a URL names, by its host or by its path, in the forms of queue_url(); empty: none.
std::string_view region_of_url(std::string_view url) {
  size_t scheme = url.find("://");
  std::string_view host = scheme == std::string_view::npos ? std::string_view() : url.substr(scheme + 3);
  host = host.substr(0, host.find('/'));
  if (std::string_view region = region_of_host(host, "sqs"); !region.empty()) return region;
  auto [first, rest] = split_once(host, '.');
  if (rest.starts_with("queue.")) return first;
  constexpr std::string_view kHead = "/queue/";
  std::string_view path = path_of(url);
  return path.starts_with(kHead) ? split_once(path.substr(kHead.size()), '/').first : std::string_view();
}

}  // namespace

std::string queue_arn(std::string_view account, std::string_view region, std::string_view name) {
  return concat("arn:", partition_of(region), ":sqs:", region, ':', account, ':', name);
}

std::optional<QueueName> parse_queue_arn(std::string_view arn) {
  std::vector<std::string_view> parts = split(arn, ':');
  if (parts.size() != 6 || parts[0] != "arn" || parts[2] != "sqs" || !is_account_id(parts[4]) || parts[5].empty()) {
    return std::nullopt;
  }
  return QueueName{std::string(parts[4]), std::string(parts[3]), std::string(parts[5])};
}

std::string queue_url(const Call& call, std::string_view account, std::string_view name) {
  using Form = QueueUrls::Form;
  const QueueUrls& urls = call.environment.queue_urls;
  std::string_view scheme = http::url_scheme(call.http), region = call.principal.region, host = call.http.header("host");
  if (host.empty()) host = "localhost";
  switch (urls.form) {
    case Form::called: break;
    case Form::standard: return concat(scheme, "sqs.", region, '.', urls.host, '/', account, '/', name);
    case Form::domain:
      return concat(scheme, region == "us-east-1" ? "" : concat(region, '.'), "queue.", urls.host, '/', account, '/', name);
    case Form::path: return concat(scheme, host, "/queue/", region, '/', account, '/', name);
  }
  return concat(scheme, host, '/', account, '/', name);
}

bool is_queue_path(std::string_view path) {
  PathEnd end = path_end(path);
  return is_account_id(end.account) && !end.name.empty();
}

AwsResult<const Queue*> require_queue(const SqsReadModel& state, const Call& call, query::Text queue_url) {
  const Principal& caller = call.principal;
  std::string called;
  if (!queue_url || queue_url->empty()) {
    if (!is_queue_path(call.http.path)) return fail(non_existent_queue(call.shape));  // recorded from AWS
    called = concat("http://", call.http.header("host"), percent_decode(call.http.path));
    queue_url = called;
  }
  bool plain = queue_url->find('/') == std::string_view::npos;
  PathEnd end = plain ? PathEnd{{}, *queue_url} : path_end(path_of(*queue_url));
  if (end.name.empty()) return fail(invalid_address(*queue_url));
  // Other emulators have "queue" or the region where AWS has the account.
  std::string_view account = is_account_id(end.account) ? end.account : std::string_view(caller.account);
  // Whoever signs nothing is in no region but the one that the URL names.
  std::string_view named = region_of_url(*queue_url), own = caller.region;
  bool signs = !caller.access_key.empty();
  for (std::string_view region : {signs ? own : named, signs ? named : own}) {
    if (const Queue* queue = state.find_queue(account, region, end.name)) return queue;
  }
  return fail(non_existent_queue(call.shape));
}

const Queue* find_named_queue(const SqsReadModel& state, const Call& call, query::Text owner, query::Text name) {
  std::string_view account = owner && !owner->empty() ? *owner : std::string_view(call.principal.account);
  return state.find_queue(account, call.principal.region, name.value_or(""));
}

/// Base64 of {"taskId":"..","sourceArn":".."}, as AWS has it.
std::optional<MoveTaskHandle> parse_move_task_handle(std::string_view handle) {
  auto text = unbase64(handle);
  auto document = json::Document::parse(text.value_or(""));
  if (!document || !document->root()["taskId"].is_string() || !document->root()["sourceArn"].is_string()) return std::nullopt;
  return MoveTaskHandle{std::string(document->root()["taskId"].string()), std::string(document->root()["sourceArn"].string())};
}

}  // namespace cloudemu::sqs
