#pragma once
#include <optional>

#include "services/s3/call.h"

/// The headers that an object keeps and gives back, and those that ask for what no bucket here has.
namespace cloudemu::s3 {

/// Content-Type and the like, x-amz-meta-*, storage class, website redirect. Errors: MetadataTooLarge, InvalidStorageClass,
/// InvalidRedirectLocation.
AwsResult<ObjectAttributes> request_attributes(const Call& call);

/// x-amz-storage-class, empty for STANDARD. Error: InvalidStorageClass.
AwsResult<std::string> requested_storage_class(const Call& call);

/// Refuses the headers of a write that ask for ACLs, encryption with keys, object lock and the like: as a bucket that does not
/// allow it where AWS has such an answer, else as NotImplemented with the header's name. Nothing is silently dropped.
AwsResult<void> refuse_unsupported_headers(const Call& call);
/// The same for reads.
AwsResult<void> refuse_unsupported_read_headers(const Call& call);

/// An object that has to be restored from GLACIER or DEEP_ARCHIVE before it can be read. Error: InvalidObjectState.
AwsResult<void> check_readable(const ObjectVersion& object);

/// All headers that describe an object, in the reply to GetObject and HeadObject.
void set_object_headers(http::Response& response, const ObjectVersion& object);

/// x-amz-server-side-encryption: AES256, which every object has since January 2023.
void set_encryption(http::Response& response);

}  // namespace cloudemu::s3
