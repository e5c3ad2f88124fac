#include <algorithm>

#include "core/encoding.h"
#include "core/strings.h"
#include "services/sqs/clear_leftovers.h"
#include "services/sqs/errors.h"
#include "services/sqs/limits.h"
#include "services/sqs/operations.h"
#include "services/sqs/queue_url.h"

namespace cloudemu::sqs {

namespace {

constexpr query::ListNames kQueueUrls{"QueueUrls", "QueueUrl"};
/// With a small letter, unlike ListQueues.
constexpr query::ListNames kSourceUrls{"queueUrls", "QueueUrl"};

/// A page of a listing of the queues of an account: how many, and after which name.
struct Page {
  std::string account;
  size_t limit;
  bool limited;  ///< MaxResults was given; only then there is a NextToken
  std::string after;
};

AwsResult<Page> page_of(std::string_view account, const Integer& max_results, const Text& next_token) {
  if (max_results && (*max_results < 1 || *max_results > kListMax)) {
    return fail(invalid_value(std::to_string(*max_results), "MaxResults", "MaxResults must be an integer between 1 and 1000."));
  }
  Page page{std::string(account), static_cast<size_t>(max_results.value_or(kListMax)), max_results.has_value(), {}};
  if (next_token && !next_token->empty()) {
    auto after = unbase64(*next_token);
    if (!after || !is_utf8(*after)) return fail(invalid_parameter_value("Invalid or expired next token."));
    page.after = std::move(*after);
  }
  return page;
}

/// `names` may hold one more than the page: then there is another.
AwsResult<Outcome> answer_names(const Call& call, std::vector<std::string> names, const Page& page, const query::ListNames& list) {
  bool more = names.size() > page.limit;
  if (more) names.resize(page.limit);
  std::string next = more && page.limited ? base64(names.back()) : std::string();
  for (std::string& name : names) name = queue_url(call, page.account, name);
  query::ReplyWriter reply = call.reply();
  // Recorded from AWS: an empty listing has no member at all, though the model says of one of the two that it must be there.
  if (!names.empty()) reply.texts(list, names);
  if (!next.empty()) reply.text("NextToken", next);
  return call.answer(reply);
}

/// The event leaves all messages behind; many of them are a job's to clear away.
template <class Emptied>
AwsResult<Outcome> answer_emptied(const SqsReadModel& state, const Call& call, const Queue& queue, Emptied event) {
  auto job = clear_job(state, queue, call.now());
  event.cleared_by_job = job.has_value();
  std::vector<Event> events;
  events.push_back(std::move(event));
  if (job) events.push_back(std::move(*job));
  return call.answer_nothing(std::move(events));
}

}  // namespace

/// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ListQueues.html
AwsResult<Outcome> list_queues(const SqsReadModel& state, const Call& call, const ListQueuesInput& input) {
  const Principal& caller = call.principal;
  Page page = TRY(page_of(caller.account, input.max_results, input.next_token));
  auto names = state.queue_names(caller.account, caller.region, input.prefix.value_or(""), page.after, page.limit + 1);
  return answer_names(call, std::move(names), page, kQueueUrls);
}

/// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ListDeadLetterSourceQueues.html
AwsResult<Outcome> list_dead_letter_source_queues(const SqsReadModel& state, const Call& call,
                                                  const ListDeadLetterSourceQueuesInput& input) {
  const Queue* queue = TRY(require_queue(state, call, input.queue_url));
  Page page = TRY(page_of(queue->account, input.max_results, input.next_token));
  auto names = state.dead_letter_sources(queue_arn(*queue), queue->account, queue->region, page.after, page.limit + 1);
  return answer_names(call, std::move(names), page, kSourceUrls);
}

/// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_GetQueueUrl.html
AwsResult<Outcome> get_queue_url(const SqsReadModel& state, const Call& call, const GetQueueUrlInput& input) {
  if (!input.name || input.name->empty()) {
    return fail(invalid_parameter_value("Value for parameter QueueName is invalid. Reason: Must specify a queue name."));
  }
  const Queue* queue = find_named_queue(state, call, input.owner, input.name);
  if (!queue) return fail(non_existent_queue(call.shape));
  query::ReplyWriter reply = call.reply();
  reply.text("QueueUrl", queue_url(call, *queue));
  return call.answer(reply);
}

/// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_DeleteQueue.html
AwsResult<Outcome> delete_queue(const SqsReadModel& state, const Call& call, const QueueInput& input) {
  const Queue* queue = TRY(require_queue(state, call, input.queue_url));
  return answer_emptied(state, call, *queue, QueueDeleted{.queue = queue->id, .name = queue->name, .deleted_at = call.now()});
}

/// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_PurgeQueue.html
/// In flight and delayed messages go as well, and so does what is known of duplicates.
AwsResult<Outcome> purge_queue(const SqsReadModel& state, const Call& call, const QueueInput& input) {
  const Queue* queue = TRY(require_queue(state, call, input.queue_url));
  bool recently = queue->purged_at > 0 && call.now() < queue->purged_at + kPurgeIntervalMs;
  if (recently && call.environment.sqs_purged_recently) return fail(purge_queue_in_progress(queue->name));
  return answer_emptied(state, call, *queue, QueuePurged{.queue = queue->id, .purged_at = call.now()});
}

}  // namespace cloudemu::sqs
