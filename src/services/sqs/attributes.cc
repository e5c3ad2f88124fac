#include "services/sqs/attributes.h"

#include <algorithm>

#include "core/strings.h"
#include "services/find_by_name.h"
#include "services/sqs/errors.h"
#include "services/sqs/limits.h"
#include "services/sqs/queue_policy.h"
#include "services/sqs/redrive_policy.h"

namespace cloudemu::sqs {

namespace {

using events::StringMap;

enum class Kind { number, boolean, text, policy, redrive_policy, redrive_allow_policy, scope, throughput, read_only };

struct Attribute {
  std::string_view name;
  Kind kind;
  int64_t min = 0, max = 0;
  std::string_view fallback = {};  ///< the value of a queue where it was not set; empty: none
  bool fifo_only = false;
};

constexpr Attribute kAttributes[] = {
    {"ApproximateNumberOfMessages", Kind::read_only},
    {"ApproximateNumberOfMessagesDelayed", Kind::read_only},
    {"ApproximateNumberOfMessagesNotVisible", Kind::read_only},
    {"ContentBasedDeduplication", Kind::boolean, 0, 0, "false", true},
    {"CreatedTimestamp", Kind::read_only},
    {"DeduplicationScope", Kind::scope, 0, 0, "queue", true},
    {"DelaySeconds", Kind::number, 0, kDelayMaxS, "0"},
    {"FifoQueue", Kind::boolean, 0, 0, {}, true},
    {"FifoThroughputLimit", Kind::throughput, 0, 0, "perQueue", true},
    {"KmsDataKeyReusePeriodSeconds", Kind::number, 60, 86'400},
    {"KmsMasterKeyId", Kind::text},
    {"LastModifiedTimestamp", Kind::read_only},
    {"MaximumMessageSize", Kind::number, kMessageBytesMin, kMessageBytesMax, "1048576"},
    {"MessageRetentionPeriod", Kind::number, kRetentionMinS, kRetentionMaxS, "345600"},
    {"Policy", Kind::policy},
    {"QueueArn", Kind::read_only},
    {"ReceiveMessageWaitTimeSeconds", Kind::number, 0, kWaitMaxS, "0"},
    {"RedriveAllowPolicy", Kind::redrive_allow_policy},
    {"RedrivePolicy", Kind::redrive_policy},
    {"SqsManagedSseEnabled", Kind::boolean, 0, 0, "true"},
    {"VisibilityTimeout", Kind::number, 0, kVisibilityTimeoutMaxS, "30"},
};

const std::string* find_value(const StringMap& map, std::string_view name) {
  for (const auto& [n, value] : map) {
    if (n == name) return &value;
  }
  return nullptr;
}

void set_value(StringMap& map, std::string_view name, std::string value) {
  auto at = std::lower_bound(map.begin(), map.end(), name, [](const auto& entry, std::string_view n) { return entry.first < n; });
  if (at != map.end() && at->first == name) at->second = std::move(value);
  else map.emplace(at, name, std::move(value));
}

void remove_value(StringMap& map, std::string_view name) {
  std::erase_if(map, [&](const auto& entry) { return entry.first == name; });
}

std::string_view value_or_default(const StringMap& map, std::string_view name) {
  const std::string* value = find_value(map, name);
  const Attribute* attribute = find_by_name(kAttributes, name);
  return value ? std::string_view(*value) : attribute ? attribute->fallback : std::string_view();
}

/// What the attribute reads. A redrive policy may be kept in other words.
std::string shown(const StringMap& attributes, const QueueSettings& settings, std::string_view name) {
  return name == "RedrivePolicy" ? redrive_policy_text(settings) : std::string(value_or_default(attributes, name));
}

int64_t number(const StringMap& map, std::string_view name) { return parse_integer(value_or_default(map, name)).value_or(0); }

/// Attributes being set, one by one.
class Setter {
 public:
  Setter(const SqsReadModel& state, AttributeSet set, QueueName queue, bool exists)
      : state_(state), set_(std::move(set)), queue_(std::move(queue)), fifo_(queue_.fifo()), exists_(exists) {}

  AwsResult<AttributeSet> set_all(const query::TextMap& given) {
    for (const auto& [name, value] : given) TRY(check_name(name, value));
    for (const auto& [name, value] : given) TRY(set(*find_by_name(kAttributes, name), value));
    TRY(check_encryption(given));
    if (value_or_default(set_.attributes, "FifoThroughputLimit") == "perMessageGroupId" &&
        value_or_default(set_.attributes, "DeduplicationScope") != "messageGroup") {
      return fail(invalid_attribute_value(
          "FifoThroughputLimit", "The perMessageGroupId value is allowed only when the value for DeduplicationScope is messageGroup."));
    }
    resolve();
    return std::move(set_);
  }

 private:
  AwsResult<void> check_name(std::string_view name, std::string_view value) const {
    const Attribute* attribute = find_by_name(kAttributes, name);
    if (!attribute || attribute->kind == Kind::read_only) return fail(unknown_attribute(name));
    if (attribute->fifo_only && !fifo_) {
      if (attribute->kind == Kind::boolean) return fail(unknown_attribute(name));
      return fail(invalid_attribute_name(concat("You can specify the ", name, " only when FifoQueue is set to true.")));
    }
    if (name == "FifoQueue" && exists_ && value != "true") {
      return fail(invalid_attribute_value(name, "Modifying queue type is not supported."));
    }
    return {};
  }

  AwsResult<void> set(const Attribute& attribute, std::string_view value) {
    if (value.empty() && may_be_removed(attribute)) {
      remove_value(set_.attributes, attribute.name);
      if (attribute.kind == Kind::redrive_policy) set_.settings.dead_letter_arn.clear(), set_.settings.receives_max = 0;
      return {};
    }
    set_value(set_.attributes, attribute.name, TRY(checked(attribute, value)));
    return {};
  }

  static bool may_be_removed(const Attribute& attribute) {
    return attribute.kind == Kind::policy || attribute.kind == Kind::redrive_policy || attribute.kind == Kind::redrive_allow_policy ||
           attribute.kind == Kind::text;
  }

  /// The value in the form that it is kept in.
  AwsResult<std::string> checked(const Attribute& attribute, std::string_view value) {
    auto one_of = [&](std::string_view a, std::string_view b) -> AwsResult<std::string> {
      if (value == a || value == b) return std::string(value);
      return fail(invalid_attribute_value(attribute.name));
    };
    switch (attribute.kind) {
      case Kind::number: {
        auto parsed = parse_integer(value);
        if (!parsed || *parsed < attribute.min || *parsed > attribute.max) return fail(invalid_attribute_value(attribute.name));
        return std::to_string(*parsed);
      }
      case Kind::boolean: {
        std::string canonical = lower(value);
        if (canonical != "true" && canonical != "false") return fail(invalid_attribute_value(attribute.name));
        return canonical;
      }
      case Kind::scope: return one_of("queue", "messageGroup");
      case Kind::throughput: return one_of("perQueue", "perMessageGroupId");
      case Kind::policy: return parse_policy(value, queue_.region);
      case Kind::redrive_allow_policy: return parse_redrive_allow_policy(value);
      case Kind::redrive_policy: {
        RedrivePolicy policy = TRY(parse_redrive_policy(state_, value, queue_));
        set_.settings.dead_letter_arn = policy.dead_letter_arn;
        set_.settings.receives_max = policy.receives_max;
        return redrive_policy_text(set_.settings);
      }
      case Kind::text:
      case Kind::read_only: break;
    }
    return std::string(value);
  }

  /// A queue is encrypted by KMS or by SQS itself. Choosing one ends the other; recorded from AWS: SqsManagedSseEnabled reads
  /// "false" from then on, even when the key is taken away again, and the default of 300 seconds does not show.
  AwsResult<void> check_encryption(const query::TextMap& given) {
    bool by_kms = false, by_sqs = false;
    for (const auto& [name, value] : given) {
      by_kms = by_kms || (name == "KmsMasterKeyId" && !value.empty());
      by_sqs = by_sqs || (name == "SqsManagedSseEnabled" && lower(value) == "true");
    }
    if (by_kms && by_sqs) {
      return fail(
          invalid_attribute_name("You can use one type of server-side encryption (SSE) at one time. You can either enable "
                                 "KMS SSE or SQS SSE."));
    }
    if (by_kms) set_value(set_.attributes, "SqsManagedSseEnabled", "false");
    if (by_sqs) remove_value(set_.attributes, "KmsMasterKeyId");
    if (number(set_.attributes, "KmsDataKeyReusePeriodSeconds") == 300) {
      remove_value(set_.attributes, "KmsDataKeyReusePeriodSeconds");
    }
    return {};
  }

  void resolve() {
    QueueSettings& s = set_.settings;
    const StringMap& attributes = set_.attributes;
    s.fifo = fifo_;
    s.content_based_deduplication = value_or_default(attributes, "ContentBasedDeduplication") == "true" && fifo_;
    // Recorded from AWS: changing the scope of a queue that is there changes nothing but what the attribute reads.
    if (!exists_) s.group_deduplication = value_or_default(attributes, "DeduplicationScope") == "messageGroup" && fifo_;
    s.visibility_timeout_s = number(attributes, "VisibilityTimeout");
    s.delay_s = number(attributes, "DelaySeconds");
    s.wait_s = number(attributes, "ReceiveMessageWaitTimeSeconds");
    s.retention_s = number(attributes, "MessageRetentionPeriod");
    s.message_bytes_max = number(attributes, "MaximumMessageSize");
  }

  const SqsReadModel& state_;
  AttributeSet set_;
  QueueName queue_;
  bool fifo_, exists_;
};

}  // namespace

AwsResult<AttributeSet> create_attributes(const SqsReadModel& state, const query::TextMap& given, const QueueName& queue) {
  return Setter(state, {}, queue, false).set_all(given);
}

AwsResult<AttributeSet> change_attributes(const SqsReadModel& state, const query::TextMap& given, const Queue& queue) {
  return Setter(state, {queue.attributes, queue.settings}, {queue.account, queue.region, queue.name}, true).set_all(given);
}

std::optional<std::string_view> first_difference(const Queue& queue, const query::TextMap& given, const AttributeSet& wanted) {
  for (const auto& [name, value] : given) {
    bool same = shown(queue.attributes, queue.settings, name) == shown(wanted.attributes, wanted.settings, name);
    if (!same) return find_by_name(kAttributes, name)->name;
  }
  return std::nullopt;
}

const std::vector<std::string_view>& attribute_names() {
  static const std::vector<std::string_view> names = [] {
    std::vector<std::string_view> all;
    for (const Attribute& attribute : kAttributes) all.push_back(attribute.name);
    return all;
  }();
  return names;
}

std::optional<std::string> attribute_value(const Queue& queue, const QueueCounters& counters, std::string_view name) {
  const Attribute* attribute = find_by_name(kAttributes, name);
  if (!attribute || (attribute->fifo_only && !queue.settings.fifo)) return std::nullopt;
  if (name == "ApproximateNumberOfMessages") return std::to_string(counters.visible);
  if (name == "ApproximateNumberOfMessagesNotVisible") return std::to_string(counters.in_flight);
  if (name == "ApproximateNumberOfMessagesDelayed") return std::to_string(counters.delayed);
  if (name == "CreatedTimestamp") return std::to_string(queue.created_at / kSecondMs);
  if (name == "LastModifiedTimestamp") return std::to_string(queue.modified_at / kSecondMs);
  if (name == "QueueArn") return queue_arn(queue);
  if (name == "FifoQueue") return "true";
  // Without a key there is none to use again: https://github.com/hashicorp/terraform-provider-aws/issues/40728
  if (name == "KmsDataKeyReusePeriodSeconds" && !find_value(queue.attributes, "KmsMasterKeyId")) return std::nullopt;
  std::string value = shown(queue.attributes, queue.settings, name);
  return value.empty() ? std::nullopt : std::optional(std::move(value));
}

}  // namespace cloudemu::sqs
