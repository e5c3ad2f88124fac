#pragma once
#include "services/s3/settings/setting.h"

/// All settings of a bucket, for the operation table. Each is defined in the file of its name.
namespace cloudemu::s3 {

extern const Setting kAbac, kAccelerate, kAcl, kAnalytics, kCors, kEncryption, kIntelligentTiering, kInventory, kLifecycle, kLogging,
    kMetadata, kMetadataTable, kMetrics, kNotification, kObjectLock, kOwnershipControls, kPolicy, kPublicAccessBlock, kReplication,
    kRequestPayment, kTagging, kVersioning, kWebsite;

/// PutBucketVersioning also keeps what is said of MfaDelete; PutBucketAcl takes headers, too.
AwsResult<Outcome> put_bucket_versioning(const S3ReadModel& state, const Call& call);
AwsResult<Outcome> put_bucket_acl(const S3ReadModel& state, const Call& call);
AwsResult<Outcome> get_bucket_acl(const S3ReadModel& state, const Call& call);
/// With x-amz-transition-default-minimum-object-size.
AwsResult<Outcome> put_bucket_lifecycle(const S3ReadModel& state, const Call& call);
AwsResult<Outcome> get_bucket_lifecycle(const S3ReadModel& state, const Call& call);
/// Tables of metadata, in two versions: a bucket has one of them, and the operations of the second know the first.
AwsResult<Outcome> create_metadata(const S3ReadModel& state, const Call& call);
AwsResult<Outcome> create_metadata_table(const S3ReadModel& state, const Call& call);
AwsResult<Outcome> get_metadata(const S3ReadModel& state, const Call& call);
AwsResult<Outcome> get_metadata_table(const S3ReadModel& state, const Call& call);
AwsResult<Outcome> delete_metadata(const S3ReadModel& state, const Call& call);
AwsResult<Outcome> delete_metadata_table(const S3ReadModel& state, const Call& call);
AwsResult<Outcome> update_journal_table(const S3ReadModel& state, const Call& call);
AwsResult<Outcome> update_inventory_table(const S3ReadModel& state, const Call& call);
AwsResult<Outcome> update_annotation_table(const S3ReadModel& state, const Call& call);
AwsResult<Outcome> get_bucket_policy_status(const S3ReadModel& state, const Call& call);

}  // namespace cloudemu::s3
