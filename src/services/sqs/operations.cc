#include "services/sqs/operations.h"

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
using query::Operation;

constexpr Operation kOperations[] = {
    {"AddPermission", Bound<add_permission>::decide},
    {"CancelMessageMoveTask", Bound<cancel_message_move_task>::decide, Endpoint::service_only},
    {"ChangeMessageVisibility", Bound<change_message_visibility>::decide},
    {"ChangeMessageVisibilityBatch", Bound<change_message_visibility_batch>::decide},
    {"CreateQueue", Bound<create_queue>::decide, Endpoint::service_only},
    {"DeleteMessage", Bound<delete_message>::decide},
    {"DeleteMessageBatch", Bound<delete_message_batch>::decide},
    {"DeleteQueue", Bound<delete_queue>::decide},
    {"GetQueueAttributes", Bound<get_queue_attributes>::decide},
    {"GetQueueUrl", Bound<get_queue_url>::decide},
    {"ListDeadLetterSourceQueues", Bound<list_dead_letter_source_queues>::decide},
    {"ListMessageMoveTasks", Bound<list_message_move_tasks>::decide, Endpoint::service_only},
    {"ListQueueTags", Bound<list_queue_tags>::decide},
    {"ListQueues", Bound<list_queues>::decide, Endpoint::service_only},
    {"PurgeQueue", Bound<purge_queue>::decide},
    {"ReceiveMessage", Bound<receive_message>::decide},
    {"RemovePermission", Bound<remove_permission>::decide},
    {"SendMessage", Bound<send_message>::decide},
    {"SendMessageBatch", Bound<send_message_batch>::decide},
    {"SetQueueAttributes", Bound<set_queue_attributes>::decide},
    {"StartMessageMoveTask", Bound<start_message_move_task>::decide, Endpoint::service_only},
    {"TagQueue", Bound<tag_queue>::decide},
    {"UntagQueue", Bound<untag_queue>::decide},
};

}  // namespace

const query::Service& service() {
  static const query::Service kService{.traits = {.name = "sqs",
                                                  .version = "2012-11-05",
                                                  .xml_namespace = "http://queue.amazonaws.com/doc/2012-11-05/",
                                                  .error_detail = true,
                                                  .json_error_type = json_error_type},
                                       .operations = kOperations,
                                       .is_resource_path = is_queue_path};
  return kService;
}

}  // namespace cloudemu::sqs
