#include "services/sqs/operations.h"

#include "services/sqs/authorise.h"
#include "services/sqs/errors.h"
#include "services/sqs/queue_url.h"

namespace cloudemu::query {

template <>
const sqs::SqsReadModel& read_model(const State& state) {
  return state.sqs();
}

}  // namespace cloudemu::query

namespace cloudemu::sqs {

namespace {

using query::Bound;
using query::Endpoint;
using query::Needs;
using query::Operation;

using Of = Needs::Of;
constexpr Needs kQueue{Of::queue_url}, kQueueName{Of::queue_name};
/// What can be granted to no other account:
/// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-customer-managed-policy-examples.html
constexpr Needs kOwners{Of::queue_url, {}, true}, kOwnersOfAccount{Of::account, {}, true}, kOwnersOfSource{Of::source_queue_arn, {}, true};

constexpr Operation kOperations[] = {
    {"AddPermission", Bound<add_permission>::decide, kOwners},
    {"CancelMessageMoveTask", Bound<cancel_message_move_task>::decide, kOwnersOfSource, Endpoint::service_only},
    {"ChangeMessageVisibility", Bound<change_message_visibility>::decide, kQueue},
    {"ChangeMessageVisibilityBatch", Bound<change_message_visibility_batch>::decide, {Of::queue_url, "ChangeMessageVisibility"}},
    {"CreateQueue", Bound<create_queue>::decide, kOwnersOfAccount, Endpoint::service_only},
    {"DeleteMessage", Bound<delete_message>::decide, kQueue},
    {"DeleteMessageBatch", Bound<delete_message_batch>::decide, {Of::queue_url, "DeleteMessage"}},
    {"DeleteQueue", Bound<delete_queue>::decide, kOwners},
    {"GetQueueAttributes", Bound<get_queue_attributes>::decide, kQueue},
    {"GetQueueUrl", Bound<get_queue_url>::decide, kQueueName},
    {"ListDeadLetterSourceQueues", Bound<list_dead_letter_source_queues>::decide, kQueue},
    {"ListMessageMoveTasks", Bound<list_message_move_tasks>::decide, kOwnersOfSource, Endpoint::service_only},
    {"ListQueueTags", Bound<list_queue_tags>::decide, kOwners},
    {"ListQueues", Bound<list_queues>::decide, kOwnersOfAccount, Endpoint::service_only},
    {"PurgeQueue", Bound<purge_queue>::decide, kQueue},
    {"ReceiveMessage", Bound<receive_message>::decide, kQueue},
    {"RemovePermission", Bound<remove_permission>::decide, kOwners},
    {"SendMessage", Bound<send_message>::decide, kQueue},
    {"SendMessageBatch", Bound<send_message_batch>::decide, {Of::queue_url, "SendMessage"}},
    {"SetQueueAttributes", Bound<set_queue_attributes>::decide, kOwners},
    {"StartMessageMoveTask", Bound<start_message_move_task>::decide, kOwnersOfSource, Endpoint::service_only},
    {"TagQueue", Bound<tag_queue>::decide, kOwners},
    {"UntagQueue", Bound<untag_queue>::decide, kOwners},
};

}  // namespace

const query::Service& service() {
  static const query::Service kService{.traits = {.name = "sqs",
                                                  .version = "2012-11-05",
                                                  .xml_namespace = "http://queue.amazonaws.com/doc/2012-11-05/",
                                                  .error_detail = true,
                                                  .json_error_type = json_error_type},
                                       .operations = kOperations,
                                       .is_resource_path = is_queue_path,
                                       .authorise = authorise_call};
  return kService;
}

}  // namespace cloudemu::sqs
