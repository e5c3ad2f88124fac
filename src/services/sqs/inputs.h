#pragma once
#include "services/query/input.h"
#include "services/sqs/attributes.h"
#include "services/sqs/message_attributes.h"

/// What each operation is given; members as AWS names them, first in JSON, then (where they differ) in the Query protocol.
/// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_Operations.html
namespace cloudemu::sqs {

using query::Integer;
using query::Text;
using query::TextList;
using query::TextMap;

inline constexpr query::MapNames kTagMap{"Tag", "Key", "Value"};

/// DeleteQueue, PurgeQueue, ListQueueTags.
struct QueueInput {
  Text queue_url;
  template <class Self, class Members>
  static void describe(Self& self, Members& members) {
    members("QueueUrl", self.queue_url);
  }
};

struct CreateQueueInput {
  Text name;
  TextMap attributes, tags;
  template <class Self, class Members>
  static void describe(Self& self, Members& members) {
    members("QueueName", self.name);
    members.map("Attributes", kAttributeMap, self.attributes);
    members.map("tags", kTagMap, self.tags);
  }
};

struct GetQueueUrlInput {
  Text name, owner;
  template <class Self, class Members>
  static void describe(Self& self, Members& members) {
    members("QueueName", self.name);
    members("QueueOwnerAWSAccountId", self.owner);
  }
};

struct ListQueuesInput {
  Text prefix, next_token;
  Integer max_results;
  template <class Self, class Members>
  static void describe(Self& self, Members& members) {
    members("QueueNamePrefix", self.prefix);
    members("NextToken", self.next_token);
    members("MaxResults", self.max_results);
  }
};

struct ListDeadLetterSourceQueuesInput {
  Text queue_url, next_token;
  Integer max_results;
  template <class Self, class Members>
  static void describe(Self& self, Members& members) {
    members("QueueUrl", self.queue_url);
    members("NextToken", self.next_token);
    members("MaxResults", self.max_results);
  }
};

struct GetQueueAttributesInput {
  Text queue_url;
  TextList names;
  template <class Self, class Members>
  static void describe(Self& self, Members& members) {
    members("QueueUrl", self.queue_url);
    members.list("AttributeNames", "AttributeName", self.names);
  }
};

struct SetQueueAttributesInput {
  Text queue_url;
  TextMap attributes;
  template <class Self, class Members>
  static void describe(Self& self, Members& members) {
    members("QueueUrl", self.queue_url);
    members.map("Attributes", kAttributeMap, self.attributes);
  }
};

struct TagQueueInput {
  Text queue_url;
  TextMap tags;
  template <class Self, class Members>
  static void describe(Self& self, Members& members) {
    members("QueueUrl", self.queue_url);
    members.map("Tags", kTagMap, self.tags);
  }
};

struct UntagQueueInput {
  Text queue_url;
  TextList keys;
  template <class Self, class Members>
  static void describe(Self& self, Members& members) {
    members("QueueUrl", self.queue_url);
    members.list("TagKeys", "TagKey", self.keys);
  }
};

struct AddPermissionInput {
  Text queue_url, label;
  TextList accounts, actions;
  template <class Self, class Members>
  static void describe(Self& self, Members& members) {
    members("QueueUrl", self.queue_url);
    members("Label", self.label);
    members.list("AWSAccountIds", "AWSAccountId", self.accounts);
    members.list("Actions", "ActionName", self.actions);
  }
};

struct RemovePermissionInput {
  Text queue_url, label;
  template <class Self, class Members>
  static void describe(Self& self, Members& members) {
    members("QueueUrl", self.queue_url);
    members("Label", self.label);
  }
};

/// A message to be sent, alone or in a batch.
struct MessageInput {
  Text body, group, deduplication;
  Integer delay_s;
  query::MapOf<MessageAttributeInput> attributes, system_attributes;
  template <class Self, class Members>
  static void describe(Self& self, Members& members) {
    members("MessageBody", self.body);
    members("MessageGroupId", self.group);
    members("MessageDeduplicationId", self.deduplication);
    members("DelaySeconds", self.delay_s);
    members.map("MessageAttributes", kMessageAttributeMap, self.attributes);
    members.map("MessageSystemAttributes", kMessageSystemAttributeMap, self.system_attributes);
  }
};

struct SendMessageInput {
  Text queue_url;
  MessageInput message;
  template <class Self, class Members>
  static void describe(Self& self, Members& members) {
    members("QueueUrl", self.queue_url);
    MessageInput::describe(self.message, members);
  }
};

struct SendMessageEntry {
  Text id;
  MessageInput message;
  template <class Self, class Members>
  static void describe(Self& self, Members& members) {
    members("Id", self.id);
    MessageInput::describe(self.message, members);
  }
};

struct ReceiveMessageInput {
  Text queue_url, attempt;
  TextList attribute_names, system_attribute_names, message_attribute_names;
  Integer messages_max, visibility_timeout_s, wait_s;
  template <class Self, class Members>
  static void describe(Self& self, Members& members) {
    members("QueueUrl", self.queue_url);
    members("ReceiveRequestAttemptId", self.attempt);
    members.list("AttributeNames", "AttributeName", self.attribute_names);
    members.list("MessageSystemAttributeNames", "MessageSystemAttributeName", self.system_attribute_names);
    members.list("MessageAttributeNames", "MessageAttributeName", self.message_attribute_names);
    members("MaxNumberOfMessages", self.messages_max);
    members("VisibilityTimeout", self.visibility_timeout_s);
    members("WaitTimeSeconds", self.wait_s);
  }
};

struct DeleteMessageInput {
  Text queue_url, handle;
  template <class Self, class Members>
  static void describe(Self& self, Members& members) {
    members("QueueUrl", self.queue_url);
    members("ReceiptHandle", self.handle);
  }
};

struct DeleteMessageEntry {
  Text id, handle;
  template <class Self, class Members>
  static void describe(Self& self, Members& members) {
    members("Id", self.id);
    members("ReceiptHandle", self.handle);
  }
};

struct ChangeMessageVisibilityInput {
  Text queue_url, handle;
  Integer timeout_s;
  template <class Self, class Members>
  static void describe(Self& self, Members& members) {
    members("QueueUrl", self.queue_url);
    members("ReceiptHandle", self.handle);
    members("VisibilityTimeout", self.timeout_s);
  }
};

struct ChangeMessageVisibilityEntry {
  Text id, handle;
  Integer timeout_s;
  template <class Self, class Members>
  static void describe(Self& self, Members& members) {
    members("Id", self.id);
    members("ReceiptHandle", self.handle);
    members("VisibilityTimeout", self.timeout_s);
  }
};

struct StartMessageMoveTaskInput {
  Text source_arn, target_arn;
  Integer per_second;
  template <class Self, class Members>
  static void describe(Self& self, Members& members) {
    members("SourceArn", self.source_arn);
    members("DestinationArn", self.target_arn);
    members("MaxNumberOfMessagesPerSecond", self.per_second);
  }
};

struct ListMessageMoveTasksInput {
  Text source_arn;
  Integer max_results;
  template <class Self, class Members>
  static void describe(Self& self, Members& members) {
    members("SourceArn", self.source_arn);
    members("MaxResults", self.max_results);
  }
};

struct CancelMessageMoveTaskInput {
  Text handle;
  template <class Self, class Members>
  static void describe(Self& self, Members& members) {
    members("TaskHandle", self.handle);
  }
};

/// A batch of entries, whose Query name is that of their type.
template <class Entry>
struct BatchNames;
template <>
struct BatchNames<SendMessageEntry> {
  static constexpr std::string_view kEntry = "SendMessageBatchRequestEntry", kResult = "SendMessageBatchResultEntry";
};
template <>
struct BatchNames<DeleteMessageEntry> {
  static constexpr std::string_view kEntry = "DeleteMessageBatchRequestEntry", kResult = "DeleteMessageBatchResultEntry";
};
template <>
struct BatchNames<ChangeMessageVisibilityEntry> {
  static constexpr std::string_view kEntry = "ChangeMessageVisibilityBatchRequestEntry",
                                    kResult = "ChangeMessageVisibilityBatchResultEntry";
};

template <class Entry>
struct BatchInput {
  Text queue_url;
  std::vector<Entry> entries;
  template <class Self, class Members>
  static void describe(Self& self, Members& members) {
    members("QueueUrl", self.queue_url);
    members.list("Entries", BatchNames<Entry>::kEntry, self.entries);
  }
};

}  // namespace cloudemu::sqs
