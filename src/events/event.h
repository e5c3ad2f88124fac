#pragma once
#include <variant>

#include "events/dynamodb_backup_events.h"
#include "events/dynamodb_events.h"
#include "events/dynamodb_stream_events.h"
#include "events/job_events.h"
#include "events/s3_annotation_events.h"
#include "events/s3_events.h"
#include "events/s3_time_events.h"
#include "events/sqs_events.h"
#include "events/sqs_task_events.h"
#include "events/system_events.h"

namespace cloudemu {

/// Every kind of fact. Type names are permanent; a retired one stays here as a comment.
using EventKinds =
    std::variant<system::ClockChanged, system::StateReset, system::SessionIssued, s3::BucketCreated, s3::BucketDeleted,
                 s3::BucketSettingPut, s3::BucketSettingDeleted, s3::ObjectPut, s3::DeleteMarkerPut, s3::VersionDeleted, s3::ObjectTagsPut,
                 s3::ObjectAclPut, s3::UploadStarted, s3::PartUploaded, s3::UploadEnded, s3::ObjectTransitioned, s3::ObjectRetentionPut,
                 s3::ObjectLegalHoldPut, s3::ObjectRestoreStarted, s3::ObjectRestored, s3::ObjectRestoreExpired, s3::ObjectReplicated,
                 s3::VersionsScheduled, s3::ObjectEncryptionPut, s3::ObjectAnnotationPut, s3::ObjectAnnotationDeleted,
                 dynamodb::TableCreated, dynamodb::TableUpdated, dynamodb::TableDeleted, dynamodb::RowsDropped, dynamodb::IndexDropped,
                 dynamodb::TableDropped, dynamodb::ItemPut, dynamodb::ItemPatched, dynamodb::ItemDeleted, dynamodb::IndexFilled,
                 dynamodb::IndexCompleted, dynamodb::StreamTrimmed, dynamodb::TokenUsed, dynamodb::BackupCreated, dynamodb::BackupDeleted,
                 dynamodb::VersionsDropped, dynamodb::TableFilled, dynamodb::TransferStarted, dynamodb::TransferAdvanced,
                 dynamodb::TransferEnded, jobs::JobStarted, jobs::JobAdvanced, jobs::JobEnded, sqs::QueueCreated, sqs::QueueDeleted,
                 sqs::QueueUpdated, sqs::QueueTagged, sqs::QueuePurged, sqs::LeftoversCleared, sqs::MessageSent, sqs::MessageReceived,
                 sqs::ReceiveAttempted, sqs::VisibilityChanged, sqs::MessageDeleted, sqs::MessageMoved, sqs::MessagesDue,
                 sqs::MoveTaskStarted, sqs::MessageRedriven, sqs::MoveTaskEnded>;

/// One fact of any kind: what `std::visit` and `std::get_if` take. It is made, moved, compared and destroyed in event.cc, since each of these
/// looks at every kind: in the 300 files that use events it would be most of what the compiler does.
class Event : public EventKinds {
 public:
  Event();
  /// A kind that event.cc does not name does not link.
  template <class Fact>
  requires requires { Fact::kType; }
  Event(Fact fact);  // NOLINT(google-explicit-constructor): a fact is an event
  Event(const Event&);
  Event(Event&&) noexcept;
  Event& operator=(const Event&);
  Event& operator=(Event&&) noexcept;
  ~Event();
  bool operator==(const Event& other) const;
};

}  // namespace cloudemu
