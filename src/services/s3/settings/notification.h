#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "projections/s3_read_model.h"
#include "protocol/xml_shape.h"

/// Who is told of what happens in a bucket: https://docs.aws.amazon.com/AmazonS3/latest/userguide/EventNotifications.html
namespace cloudemu::s3 {

struct FilterRule {
  std::string name, value;

  bool operator==(const FilterRule&) const = default;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("Name", self.name, xml::kRequired);
    fields("Value", self.value, xml::kRequired);
  }
};

struct KeyFilter {
  std::vector<FilterRule> rules;

  bool operator==(const KeyFilter&) const = default;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("FilterRule", self.rules);
  }
};

struct NotificationFilter {
  std::optional<KeyFilter> key;

  bool operator==(const NotificationFilter&) const = default;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("S3Key", self.key);
  }
};

/// What all destinations have in common.
struct Notified {
  std::string id;
  std::string arn;
  std::vector<std::string> events;  ///< "s3:ObjectCreated:*"
  std::optional<NotificationFilter> filter;

  bool operator==(const Notified&) const = default;
  template <class Self, class Fields>
  static void describe_as(std::string_view destination, Self& self, Fields& fields) {
    fields("Id", self.id);
    fields(destination, self.arn, xml::kRequired);
    fields("Event", self.events, xml::kRequired);
    fields("Filter", self.filter);
  }
};
struct NotifiedTopic : Notified {
  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    describe_as("Topic", self, fields);
  }
};
struct NotifiedQueue : Notified {
  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    describe_as("Queue", self, fields);
  }
};
struct NotifiedFunction : Notified {
  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    describe_as("CloudFunction", self, fields);
  }
};

struct EventBridge {
  bool operator==(const EventBridge&) const = default;
  template <class Self, class Fields>
  static void describe(Self&, Fields&) {}
};

struct Notification {
  static constexpr std::string_view kSetting = "notification";
  std::vector<NotifiedTopic> topics;
  std::vector<NotifiedQueue> queues;
  std::vector<NotifiedFunction> functions;
  std::optional<EventBridge> event_bridge;

  bool operator==(const Notification&) const = default;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("TopicConfiguration", self.topics);
    fields("QueueConfiguration", self.queues);
    fields("CloudFunctionConfiguration", self.functions);
    fields("EventBridgeConfiguration", self.event_bridge);
  }
};

/// "arn:aws:s3:::photos", with the partition of the bucket's region.
std::string arn_of(const Bucket& bucket);

/// Whether somebody asked to be told of `event` ("ObjectCreated:Put") at that key.
bool is_told(const Notified& notified, std::string_view event, std::string_view key);

}  // namespace cloudemu::s3
