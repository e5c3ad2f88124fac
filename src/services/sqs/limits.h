#pragma once
#include <cstddef>
#include <cstdint>

#include "core/clock.h"

/// Every limit of Amazon SQS.
/// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html and .../quotas-queues.html
namespace cloudemu::sqs {

inline constexpr size_t kQueueNameMax = 80;
inline constexpr int64_t kMessageBytesMin = 1024, kMessageBytesMax = 1 << 20;
inline constexpr int64_t kRetentionMinS = 60, kRetentionMaxS = 1'209'600;
inline constexpr int64_t kVisibilityTimeoutMaxS = 43'200;
inline constexpr int64_t kDelayMaxS = 900;
inline constexpr int64_t kWaitMaxS = 20;
inline constexpr int64_t kReceiveMessagesMax = 10;
inline constexpr int64_t kInFlightMax = 120'000;
inline constexpr int64_t kReceivesMax = 1000;  ///< the largest maxReceiveCount
inline constexpr int64_t kMovesPerSecondMax = 500, kMoveTasksMax = 10;
inline constexpr size_t kBatchEntriesMax = 10;
inline constexpr int64_t kBatchBytesMax = 1 << 20;
inline constexpr size_t kBatchIdMax = 80;
inline constexpr size_t kMessageAttributesMax = 10;
inline constexpr size_t kMessageAttributeNameMax = 256, kMessageAttributeTypeMax = 256;
inline constexpr size_t kFifoIdMax = 128;  ///< of MessageGroupId, MessageDeduplicationId and ReceiveRequestAttemptId
inline constexpr TimeMs kDeduplicationMs = 5 * 60 * kSecondMs;
inline constexpr TimeMs kRepeatMs = 5 * 60 * kSecondMs;  ///< so long a receive may be made again
inline constexpr TimeMs kPurgeIntervalMs = 60 * kSecondMs;
inline constexpr TimeMs kDeletedIntervalMs = 60 * kSecondMs;  ///< before a deleted queue's name may be used again
inline constexpr int64_t kListMax = 1000;
inline constexpr size_t kTagsMax = 50, kTagKeyMax = 128, kTagValueMax = 256;
inline constexpr size_t kPermissionActionsMax = 7, kPolicyStatementsMax = 20, kPolicyBytesMax = 8192;

}  // namespace cloudemu::sqs
