#include "services/sqs/authorise.h"

#include <algorithm>

#include "core/strings.h"
#include "services/iam/judge.h"
#include "services/query/errors.h"
#include "services/sqs/inputs.h"
#include "services/sqs/queue_url.h"

namespace cloudemu::sqs {

namespace {

using Of = query::Needs::Of;
using Queues = std::vector<const Queue*>;

constexpr std::string_view kPolicy = "Policy";

class SqsContext final : public iam::CallContext {
 public:
  SqsContext(const Call& call, const iam::Caller& caller, const Queue* queue)
      : CallContext(call.principal, caller, call.http, call.now(), queue ? queue->account : call.principal.account), queue_(queue) {}

  std::optional<Values> find(std::string_view key) const override {
    constexpr std::string_view kTag = "aws:resourcetag/";
    if (!key.starts_with(kTag)) return CallContext::find(key);
    auto value = queue_ ? iam::tag_value(queue_->tags, key.substr(kTag.size())) : std::nullopt;
    return value ? std::optional(Values{std::move(*value)}) : std::nullopt;
  }

 private:
  const Queue* queue_;
};

std::string_view policy_of(const Queue& queue) {
  auto found = std::find_if(queue.attributes.begin(), queue.attributes.end(), [](const auto& entry) { return entry.first == kPolicy; });
  return found == queue.attributes.end() ? std::string_view() : std::string_view(found->second);
}

void add_by_arn(const SqsReadModel& state, std::string_view arn, Queues& queues) {
  auto name = parse_queue_arn(arn);
  const Queue* queue = name ? state.find_queue(name->account, name->region, name->name) : nullptr;
  if (queue) queues.push_back(queue);
}

/// Of a message move task: where the messages are, and where they are to go.
Queues queues_of_task(const SqsReadModel& state, const query::Input& input) {
  Queues queues;
  auto started = query::read_input<StartMessageMoveTaskInput>(input);
  if (started && started->source_arn) add_by_arn(state, *started->source_arn, queues);
  if (started && started->target_arn) add_by_arn(state, *started->target_arn, queues);
  auto cancelled = query::read_input<CancelMessageMoveTaskInput>(input);
  if (cancelled && cancelled->handle) {
    if (auto handle = parse_move_task_handle(*cancelled->handle)) add_by_arn(state, handle->source_arn, queues);
  }
  return queues;
}

/// The queues that a call is about, as far as they are there: the rule says what is missing.
Queues queues_of(const SqsReadModel& state, const Call& call, Of of, const query::Input& input) {
  if (of == Of::source_queue_arn) return queues_of_task(state, input);
  if (of == Of::queue_name) {
    auto named = query::read_input<GetQueueUrlInput>(input);
    const Queue* queue = named ? find_named_queue(state, call, named->owner, named->name) : nullptr;
    return queue ? Queues{queue} : Queues{};
  }
  auto by_url = query::read_input<QueueInput>(input);
  if (!by_url) return {};
  auto queue = require_queue(state, call, by_url->queue_url);
  return queue ? Queues{*queue} : Queues{};
}

/// SQS writes the names of its actions in lower case where it refuses; policies may have them in any case.
AwsResult<void> judge_on(const Call& call, const query::Operation& operation, const Queue* queue, std::string_view arn,
                         std::string_view owner, std::string_view policy, iam::Judge& judge) {
  const query::Needs& needs = operation.needs;
  iam::Caller caller = iam::caller_of(call.principal);
  std::string action = concat("sqs:", lower(needs.action.empty() ? operation.name : needs.action));
  iam::Access access{.action = action, .resource = arn, .owner = owner, .policy = policy, .policy_can_grant = !needs.owners_only};
  auto refusal = judge.refuse(access, caller, SqsContext(call, caller, queue));
  if (refusal) return fail(query::access_denied(iam::sentence(*refusal)));
  return {};
}

}  // namespace

AwsResult<void> authorise_on_queue(const Call& call, const query::Operation& operation, const Queue& queue, iam::Judge& judge) {
  return judge_on(call, operation, &queue, queue_arn(queue), queue.account, policy_of(queue), judge);
}

AwsResult<void> authorise_call(const State& state, const query::Call& call, const query::Operation& operation, const query::Input& input,
                               iam::Judge& judge) {
  if (operation.needs.of == Of::account) {
    // All of them, or the one that is to be made.
    const Principal& caller = call.principal;
    auto named = query::read_input<GetQueueUrlInput>(input);
    std::string_view name = named && named->name ? *named->name : "*";
    return judge_on(call, operation, nullptr, queue_arn(caller.account, caller.region, name), caller.account, {}, judge);
  }
  for (const Queue* queue : queues_of(state.sqs(), call, operation.needs.of, input)) {
    TRY(authorise_on_queue(call, operation, *queue, judge));
  }
  return {};
}

}  // namespace cloudemu::sqs
