#pragma once
#include <vector>

#include "services/s3/call.h"

/// Annotations: up to a thousand named texts that belong to one version of an object, and go with it.
/// https://docs.aws.amazon.com/AmazonS3/latest/userguide/annotations-overview.html
namespace cloudemu::s3 {

inline constexpr size_t kAnnotationsMax = 1000;

/// Whether a copy takes them along: x-amz-object-annotation-directive. Error: InvalidArgument.
AwsResult<bool> copies_annotations(const Call& call);
/// The events that give a copy the annotations of its source.
std::vector<Event> copied_annotations(const S3ReadModel& state, const ObjectVersion& source, const ObjectPut& copy);

}  // namespace cloudemu::s3
