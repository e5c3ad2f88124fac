#pragma once
#include <concepts>
#include <string>
#include <variant>
#include <vector>

#include "events/event.h"

/// Which blobs an event names. As long as an event is kept, in the log or as what the state made of it, so are they.
namespace cloudemu {

template <class T, class... Ts>
concept OneOf = (std::same_as<T, Ts> || ...);

/// The events that name no blob. There is no rule for the rest: a new kind of event does not compile until its author has said here,
/// or in BlobsOf below, what it refers to.
template <class E>
concept NamesNoBlob =
    OneOf<E, system::ClockChanged, system::StateReset, system::SessionIssued, s3::BucketCreated, s3::BucketDeleted, s3::BucketSettingPut,
          s3::BucketSettingDeleted, s3::DeleteMarkerPut, s3::VersionDeleted, s3::ObjectTagsPut, s3::ObjectAclPut, s3::UploadStarted,
          s3::UploadEnded, s3::ObjectTransitioned, s3::ObjectRetentionPut, s3::ObjectLegalHoldPut, s3::ObjectRestoreStarted,
          s3::ObjectRestored, s3::ObjectRestoreExpired, s3::ObjectReplicated, s3::VersionsScheduled, s3::ObjectEncryptionPut,
          s3::ObjectAnnotationDeleted, dynamodb::TableCreated, dynamodb::TableUpdated, dynamodb::TableDeleted, dynamodb::RowsDropped,
          dynamodb::IndexDropped, dynamodb::TableDropped, dynamodb::ItemPut, dynamodb::ItemPatched, dynamodb::ItemDeleted,
          dynamodb::IndexFilled, dynamodb::IndexCompleted, dynamodb::StreamTrimmed, dynamodb::TokenUsed, dynamodb::BackupCreated,
          dynamodb::BackupDeleted, dynamodb::VersionsDropped, dynamodb::TableFilled, dynamodb::TransferStarted, dynamodb::TransferAdvanced,
          dynamodb::TransferEnded, jobs::JobStarted, jobs::JobAdvanced, jobs::JobEnded, sqs::QueueCreated, sqs::QueueDeleted,
          sqs::QueueUpdated, sqs::QueueTagged, sqs::QueuePurged, sqs::LeftoversCleared, sqs::MessageSent, sqs::MessageReceived,
          sqs::ReceiveAttempted, sqs::VisibilityChanged, sqs::MessageDeleted, sqs::MessageMoved, sqs::MessagesDue, sqs::MoveTaskStarted,
          sqs::MessageRedriven, sqs::MoveTaskEnded>;

template <class Visit>
struct BlobsOf {
  const Visit& visit;

  void operator()(const s3::ObjectPut& event) const {
    all(event.content);
    for (const s3::Part& part : event.parts) all(part.content);
  }
  void operator()(const s3::PartUploaded& event) const { all(event.part.content); }
  void operator()(const s3::ObjectAnnotationPut& event) const { all(event.annotation.content); }
  void operator()(const NamesNoBlob auto&) const {}

  void all(const std::vector<s3::Piece>& content) const {
    for (const s3::Piece& piece : content) {
      if (!piece.blob.empty()) visit(piece.blob);
    }
  }
};

/// Calls `visit(name)` for every blob, as often as it is named.
template <class Visit>
void for_each_blob(const Event& event, const Visit& visit) {
  std::visit(BlobsOf<Visit>{visit}, event);
}

}  // namespace cloudemu
