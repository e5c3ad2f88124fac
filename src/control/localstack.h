#pragma once
#include "control/context.h"

/// LocalStack's paths, as far as they make sense here. Scripts compare texts, so the replies have its spacing.
namespace cloudemu::control {

/// What LocalStack calls the services that are here.
inline constexpr std::string_view kServiceNames[] = {"dynamodb", "dynamodbstreams", "s3", "sqs", "sts"};

/// GET /_localstack/health, /_localstack/init, its stages, and /_localstack/info: what LocalStack answers, to the space.
std::optional<Reply> localstack_health(Context& context, net::ConnectionId id, const http::Request& request);
std::optional<Reply> localstack_init(Context& context, net::ConnectionId id, const http::Request& request);
std::optional<Reply> localstack_info(Context& context, net::ConnectionId id, const http::Request& request);
/// GET /_localstack/plugins, /_localstack/config, /_localstack/diagnose: what runs, how it is set, and all of it together.
std::optional<Reply> localstack_plugins(Context& context, net::ConnectionId id, const http::Request& request);
std::optional<Reply> localstack_config(Context& context, net::ConnectionId id, const http::Request& request);
std::optional<Reply> localstack_diagnose(Context& context, net::ConnectionId id, const http::Request& request);
/// POST /_localstack/health {"action": "restart" | "kill"}: what a restart leaves is left: nothing of an ephemeral daemon.
std::optional<Reply> localstack_command(Context& context, net::ConnectionId id, const http::Request& request);
/// PUT /_localstack/health {"features:initScripts": "initialized"}: is shown by GET from then on.
std::optional<Reply> localstack_note(Context& context, net::ConnectionId id, const http::Request& request);
/// DELETE /_aws/dynamodb/expired: how many items time to live has taken since the last time of asking, those that are due now included.
std::optional<Reply> delete_expired_items(Context& context, net::ConnectionId id, const http::Request& request);

}  // namespace cloudemu::control
