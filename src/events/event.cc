#include "events/event.h"

#include <utility>

namespace cloudemu {

Event::Event() = default;
Event::Event(const Event&) = default;
Event::Event(Event&&) noexcept = default;
Event& Event::operator=(const Event&) = default;
Event& Event::operator=(Event&&) noexcept = default;
Event::~Event() = default;
bool Event::operator==(const Event& other) const { return static_cast<const EventKinds&>(*this) == static_cast<const EventKinds&>(other); }

template <class Fact>
requires requires { Fact::kType; }
Event::Event(Fact fact) : EventKinds(std::in_place_type<Fact>, std::move(fact)) {}

template Event::Event(system::ClockChanged);
template Event::Event(system::StateReset);
template Event::Event(system::SessionIssued);
template Event::Event(s3::BucketCreated);
template Event::Event(s3::BucketDeleted);
template Event::Event(s3::BucketSettingPut);
template Event::Event(s3::BucketSettingDeleted);
template Event::Event(s3::ObjectPut);
template Event::Event(s3::DeleteMarkerPut);
template Event::Event(s3::VersionDeleted);
template Event::Event(s3::ObjectTagsPut);
template Event::Event(s3::ObjectAclPut);
template Event::Event(s3::UploadStarted);
template Event::Event(s3::PartUploaded);
template Event::Event(s3::UploadEnded);
template Event::Event(s3::ObjectTransitioned);
template Event::Event(s3::ObjectRetentionPut);
template Event::Event(s3::ObjectLegalHoldPut);
template Event::Event(s3::ObjectRestoreStarted);
template Event::Event(s3::ObjectRestored);
template Event::Event(s3::ObjectRestoreExpired);
template Event::Event(s3::ObjectReplicated);
template Event::Event(s3::VersionsScheduled);
template Event::Event(s3::ObjectEncryptionPut);
template Event::Event(s3::ObjectAnnotationPut);
template Event::Event(s3::ObjectAnnotationDeleted);
template Event::Event(dynamodb::TableCreated);
template Event::Event(dynamodb::TableUpdated);
template Event::Event(dynamodb::TableDeleted);
template Event::Event(dynamodb::RowsDropped);
template Event::Event(dynamodb::IndexDropped);
template Event::Event(dynamodb::TableDropped);
template Event::Event(dynamodb::ItemPut);
template Event::Event(dynamodb::ItemPatched);
template Event::Event(dynamodb::ItemDeleted);
template Event::Event(dynamodb::IndexFilled);
template Event::Event(dynamodb::IndexCompleted);
template Event::Event(dynamodb::StreamTrimmed);
template Event::Event(dynamodb::TokenUsed);
template Event::Event(dynamodb::BackupCreated);
template Event::Event(dynamodb::BackupDeleted);
template Event::Event(dynamodb::VersionsDropped);
template Event::Event(dynamodb::TableFilled);
template Event::Event(dynamodb::TransferStarted);
template Event::Event(dynamodb::TransferAdvanced);
template Event::Event(dynamodb::TransferEnded);
template Event::Event(jobs::JobStarted);
template Event::Event(jobs::JobAdvanced);
template Event::Event(jobs::JobEnded);
template Event::Event(sqs::QueueCreated);
template Event::Event(sqs::QueueDeleted);
template Event::Event(sqs::QueueUpdated);
template Event::Event(sqs::QueueTagged);
template Event::Event(sqs::QueuePurged);
template Event::Event(sqs::LeftoversCleared);
template Event::Event(sqs::MessageSent);
template Event::Event(sqs::MessageReceived);
template Event::Event(sqs::ReceiveAttempted);
template Event::Event(sqs::VisibilityChanged);
template Event::Event(sqs::MessageDeleted);
template Event::Event(sqs::MessageMoved);
template Event::Event(sqs::MessagesDue);
template Event::Event(sqs::MoveTaskStarted);
template Event::Event(sqs::MessageRedriven);
template Event::Event(sqs::MoveTaskEnded);

}  // namespace cloudemu
