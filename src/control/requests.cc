#include "control/requests.h"

#include "core/strings.h"
#include "protocol/uri.h"

namespace cloudemu::control {

std::optional<Reply> show_requests(Context& context, net::ConnectionId, const http::Request& request) {
  constexpr size_t kShown = 100;
  QueryParameters query = QueryParameters::parse(request.query);
  std::string_view last = query.get("last");
  auto count = last.empty() ? kShown : parse_integer<size_t>(last);
  if (!count) return refusal(400, concat("expected a number: /_cloudemu/requests?last=", kShown));
  return Reply{.body = context.requests.json(*count)};
}

}  // namespace cloudemu::control
