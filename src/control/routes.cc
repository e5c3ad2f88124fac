#include "control/routes.h"

#include <algorithm>
#include <iterator>

#include "control/clock.h"
#include "control/health.h"
#include "control/localstack.h"
#include "control/page.h"
#include "control/requests.h"
#include "control/reset.h"

namespace cloudemu::control {

namespace {

constexpr Route kRoutes[] = {
    {"GET", "/", show_page, Access::commander, Listed::no},
    {"GET", "/_cloudemu/ca.pem", show_ca, Access::everybody, Listed::no},
    {"GET", "/_cloudemu/clock", show_clock},
    {"GET", "/_cloudemu/health", health, Access::everybody, Listed::no},
    {"GET", "/_cloudemu/requests", show_requests, Access::commander, Listed::no},
    {"GET", "/_localstack/config", localstack_config},
    {"GET", "/_localstack/diagnose", localstack_diagnose},
    {"GET", "/_localstack/health", localstack_health, Access::everybody, Listed::no},
    {"GET", "/_localstack/info", localstack_info, Access::everybody, Listed::no},
    {"GET", "/_localstack/init", localstack_init, Access::everybody, Listed::no},
    {"GET", "/_localstack/init/boot", localstack_init, Access::everybody, Listed::no},
    {"GET", "/_localstack/init/ready", localstack_init, Access::everybody, Listed::no},
    {"GET", "/_localstack/init/shutdown", localstack_init, Access::everybody, Listed::no},
    {"GET", "/_localstack/init/start", localstack_init, Access::everybody, Listed::no},
    {"GET", "/_localstack/plugins", localstack_plugins},
    {"POST", "/_cloudemu/clock", change_clock},
    {"POST", "/_cloudemu/reset", reset},
    {"POST", "/_localstack/health", localstack_command},
    {"POST", "/_localstack/state/reset", reset},
    {"PUT", "/_localstack/health", localstack_note},
    {"DELETE", "/_aws/dynamodb/expired", delete_expired_items},
};

}  // namespace

const Route* find_route(const http::Request& request) {
  std::string_view method = request.method == "HEAD" ? "GET" : request.method;
  auto found = std::find_if(std::begin(kRoutes), std::end(kRoutes),
                            [&](const Route& route) { return route.method == method && equals_ignoring_case(route.path, request.path); });
  return found == std::end(kRoutes) ? nullptr : found;
}

}  // namespace cloudemu::control
