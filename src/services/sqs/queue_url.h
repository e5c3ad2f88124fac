#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "projections/sqs_read_model.h"
#include "services/query/call.h"

/// How queues are named: by URL, by ARN, or plainly.
namespace cloudemu::sqs {

using query::Call;

struct QueueName {
  std::string account, region, name;

  /// A FIFO queue has the suffix, and no other may.
  bool fifo() const { return name.ends_with(".fifo"); }
};

/// "arn:aws:sqs:us-east-1:000000000000:jobs"
std::string queue_arn(std::string_view account, std::string_view region, std::string_view name);
inline std::string queue_arn(const Queue& queue) { return queue_arn(queue.account, queue.region, queue.name); }
/// Nothing unless it is the ARN of a queue.
std::optional<QueueName> parse_queue_arn(std::string_view arn);

/// "http://HOST/ACCOUNT/NAME", or another form of Environment::queue_urls; https where the caller speaks it.
std::string queue_url(const Call& call, std::string_view account, std::string_view name);
inline std::string queue_url(const Call& call, const Queue& queue) { return queue_url(call, queue.account, queue.name); }

/// Whether the path of a URL is that of a queue: "/000000000000/jobs".
bool is_queue_path(std::string_view path);

/// The queue that a call is about: as the parameter QueueUrl says (a URL, or a queue's plain name), else the address of the request. It is
/// of the caller's region, or of the one that a URL names by its host or path.
/// Errors: InvalidAddress, NonExistentQueue.
AwsResult<const Queue*> require_queue(const SqsReadModel& state, const Call& call, query::Text queue_url);

/// The queue that GetQueueUrl asks for: of the account that it names, else of the caller's. Null if there is none.
const Queue* find_named_queue(const SqsReadModel& state, const Call& call, query::Text owner, query::Text name);

/// What the handle of a message move task says.
struct MoveTaskHandle {
  std::string task_id, source_arn;
};
/// Nothing: it is no such handle.
std::optional<MoveTaskHandle> parse_move_task_handle(std::string_view handle);

}  // namespace cloudemu::sqs
