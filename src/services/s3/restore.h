#pragma once
#include "services/s3/call.h"

/// Objects in an archive cannot be read until a copy of them was restored, for a while:
/// https://docs.aws.amazon.com/AmazonS3/latest/userguide/restoring-objects.html
namespace cloudemu::s3 {

/// Whether an object of that storage class has to be restored before it can be read.
bool is_archived(std::string_view storage_class);

/// Error: InvalidObjectState for what has to be restored before it can be read.
AwsResult<void> check_readable(const ObjectVersion& object);

/// x-amz-restore, where a restore goes on or was done.
void set_restore(http::Response& response, const ObjectVersion& object);

}  // namespace cloudemu::s3
