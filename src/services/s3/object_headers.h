#pragma once
#include <optional>

#include "services/s3/call.h"

/// The headers that an object keeps and gives back, and those that ask for what no bucket here has.
namespace cloudemu::s3 {

/// Content-Type and the like, x-amz-meta-*, storage class, website redirect, encryption, ACL: of an object that is to be written into
/// `bucket`. Errors: MetadataTooLarge, InvalidStorageClass, InvalidRedirectLocation, those of check_object_headers.
AwsResult<ObjectAttributes> request_attributes(const Call& call, const Bucket& bucket);

/// x-amz-storage-class, empty for STANDARD. Error: InvalidStorageClass.
AwsResult<std::string> requested_storage_class(const Call& call);

/// Checks what a write asks of ACLs, encryption and object lock, before its body comes. What is real at AWS and not built here is refused
/// as NotImplemented with the header's name: nothing is silently dropped. Errors: those of requested_object_acl and
/// requested_encryption, InvalidRequest for locks.
AwsResult<void> check_object_headers(const Call& call, const Bucket& bucket);
/// A read brings the key that the object was written with (SSE-C), and no other encryption headers. Errors: InvalidArgument, InvalidRequest,
/// AccessDenied for another key.
AwsResult<void> check_read_key(const Call& call, const ObjectVersion& object);

/// What the name of a header is made of: https://www.rfc-editor.org/rfc/rfc9110#name-tokens
bool is_header_name(std::string_view name);

/// All headers that describe an object, in the reply to GetObject and HeadObject.
void set_object_headers(http::Response& response, const ObjectVersion& object);

}  // namespace cloudemu::s3
