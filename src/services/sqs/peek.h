#pragma once
#include <string_view>

#include "services/query/call.h"

/// LocalStack's look into a queue, which changes nothing: ReceiveMessage at a path of its own, of all messages.
/// https://docs.localstack.cloud/aws/services/sqs/
namespace cloudemu::sqs {

/// "/_aws/sqs/messages", with QueueUrl as a parameter, or "/_aws/sqs/messages/REGION/ACCOUNT/NAME".
bool is_peek_path(std::string_view path);

/// SQS as it is at a path: there a table of one operation, which need not be named; elsewhere sqs::service().
const query::Service& service_at(std::string_view path);

}  // namespace cloudemu::sqs
