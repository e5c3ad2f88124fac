#include "services/effects.h"

#include <algorithm>
#include <type_traits>

namespace cloudemu {

namespace {

/// No retention period is shorter: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html
constexpr TimeMs kRetentionMinMs = 60 * kSecondMs;

template <class E, class... Listed>
concept OneOf = (std::is_same_v<E, Listed> || ...);

/// Nobody waits for these, time does nothing about them, they start nothing, and nothing reacts to them.
template <class E>
concept Quiet =
    OneOf<E, system::ClockChanged, system::StateReset, system::SessionIssued, s3::BucketCreated, s3::BucketDeleted, s3::PartUploaded,
          s3::UploadEnded, s3::ObjectReplicated, s3::ObjectEncryptionPut, dynamodb::RowsDropped, dynamodb::IndexDropped,
          dynamodb::TableDropped, dynamodb::IndexFilled, dynamodb::StreamTrimmed, dynamodb::TokenUsed, dynamodb::VersionsDropped,
          dynamodb::TableFilled, dynamodb::TransferAdvanced, dynamodb::TransferEnded, sqs::QueueCreated, sqs::QueueTagged, sqs::QueuePurged,
          sqs::LeftoversCleared, sqs::ReceiveAttempted, sqs::MoveTaskStarted, sqs::MoveTaskEnded>;

struct Finder {
  Effects operator()(const Quiet auto&) const { return {}; }

  Effects operator()(const s3::BucketSettingPut&) const { return {.reacts = true}; }
  Effects operator()(const s3::BucketSettingDeleted&) const { return {.reacts = true}; }
  Effects operator()(const s3::ObjectPut&) const { return {.reacts = true}; }
  Effects operator()(const s3::DeleteMarkerPut&) const { return {.reacts = true}; }
  Effects operator()(const s3::VersionDeleted&) const { return {.reacts = true}; }
  Effects operator()(const s3::ObjectTagsPut&) const { return {.reacts = true}; }
  Effects operator()(const s3::ObjectAclPut&) const { return {.reacts = true}; }
  Effects operator()(const s3::ObjectAnnotationPut&) const { return {.reacts = true}; }
  Effects operator()(const s3::ObjectAnnotationDeleted&) const { return {.reacts = true}; }
  Effects operator()(const s3::UploadStarted&) const { return {.reacts = true}; }
  Effects operator()(const s3::ObjectTransitioned&) const { return {.reacts = true}; }
  Effects operator()(const s3::ObjectRetentionPut&) const { return {.reacts = true}; }
  Effects operator()(const s3::ObjectLegalHoldPut&) const { return {.reacts = true}; }
  Effects operator()(const s3::ObjectRestoreStarted&) const { return {.reacts = true}; }
  Effects operator()(const s3::ObjectRestored&) const { return {.reacts = true}; }
  Effects operator()(const s3::ObjectRestoreExpired&) const { return {.reacts = true}; }
  Effects operator()(const s3::VersionsScheduled& e) const {
    TimeMs first = e.walk && !e.walk->ended ? e.walk->since : 0;
    for (const s3::Appointment& appointment : e.versions) {
      if (appointment.at > 0 && (first == 0 || appointment.at < first)) first = appointment.at;
    }
    if (first == 0) return {};
    return {.arms = Effects::Due{Subject::bucket(e.number), first}};
  }

  // When something is due in a table or its streams, they know.
  Effects operator()(const dynamodb::TableUpdated& e) const { return {.arms = Effects::Due{Subject::table(e.table), 0}}; }
  Effects operator()(const dynamodb::TableDeleted& e) const { return {.arms = Effects::Due{Subject::table(e.table), 0}}; }
  Effects operator()(const dynamodb::IndexCompleted& e) const { return {.arms = Effects::Due{Subject::table(e.table), 0}}; }
  Effects operator()(const dynamodb::ItemPut& e) const {
    Effects effects = in_table(e.table, e.expires_at, e.streamed_until);
    effects.reacts = e.streamed_until > 0 && !e.replicated;
    return effects;
  }
  Effects operator()(const dynamodb::ItemPatched& e) const {
    Effects effects = in_table(e.table, e.expires_at, e.streamed_until);
    effects.reacts = e.streamed_until > 0;
    return effects;
  }
  Effects operator()(const dynamodb::ItemDeleted& e) const {
    Effects effects = in_table(e.table, 0, e.streamed_until);
    effects.reacts = e.streamed_until > 0 && !e.replicated;
    return effects;
  }

  Effects operator()(const dynamodb::TableCreated& e) const { return {.reacts = e.description.origin.has_value()}; }
  Effects operator()(const dynamodb::BackupCreated& e) const { return in_table(e.table, e.expires_at, 0); }
  Effects operator()(const dynamodb::BackupDeleted&) const { return {.reacts = true}; }
  Effects operator()(const dynamodb::TransferStarted&) const { return {.reacts = true}; }

  Effects operator()(const jobs::JobStarted&) const { return {.starts_job = true}; }
  Effects operator()(const jobs::JobAdvanced& e) const {
    if (e.resumes_at == 0) return {};
    return {.arms = Effects::Due{Subject::job(e.job), e.resumes_at}};
  }
  Effects operator()(const jobs::JobEnded& e) const { return {.forgets = Subject::job(e.job)}; }

  Effects operator()(const sqs::MessageSent& e) const {
    // When it will expire the queue knows; asking a little early does no harm.
    if (e.visible_at > 0) return {.arms = in_queue(e.queue, std::min(e.visible_at, e.sent_at + kRetentionMinMs))};
    return {.wakes = Subject::queue(e.queue), .arms = in_queue(e.queue, e.sent_at + kRetentionMinMs)};
  }
  Effects operator()(const sqs::MessageReceived& e) const { return hidden_until(e.queue, e.visible_at); }
  Effects operator()(const sqs::VisibilityChanged& e) const { return hidden_until(e.queue, e.visible_at); }
  Effects operator()(const sqs::MessageDeleted& e) const { return {.wakes = Subject::queue(e.queue)}; }  // may unlock a FIFO group
  Effects operator()(const sqs::MessageMoved& e) const {
    // It may have expired already, by the retention period of the queue it is in now.
    return {.wakes = Subject::queue(e.target), .arms = in_queue(e.target, e.moved_at)};
  }
  Effects operator()(const sqs::MessagesDue& e) const { return {.wakes = Subject::queue(e.queue)}; }
  Effects operator()(const sqs::MessageRedriven& e) const {
    return {.wakes = Subject::queue(e.target), .arms = in_queue(e.target, e.moved_at + kRetentionMinMs)};
  }
  Effects operator()(const sqs::QueueUpdated& e) const { return {.arms = in_queue(e.queue, e.modified_at)}; }
  Effects operator()(const sqs::QueueDeleted& e) const { return {.wakes = Subject::queue(e.queue), .forgets = Subject::queue(e.queue)}; }

  /// Times of 0 are none.
  static Effects in_table(int64_t table, TimeMs a, TimeMs b) {
    if (a == 0 && b == 0) return {};
    return {.arms = Effects::Due{Subject::table(table), a == 0 || b == 0 ? std::max(a, b) : std::min(a, b)}};
  }
  static Effects::Due in_queue(int64_t queue, TimeMs at) { return {Subject::queue(queue), at}; }
  static Effects hidden_until(int64_t queue, TimeMs visible_at) {
    if (visible_at > 0) return {.arms = in_queue(queue, visible_at)};
    return {.wakes = Subject::queue(queue)};
  }
};

}  // namespace

Effects effects_of(const Event& event) { return std::visit(Finder{}, event); }

}  // namespace cloudemu
