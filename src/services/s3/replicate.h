#pragma once
#include <vector>

#include "projections/s3_read_model.h"
#include "services/happened.h"

/// Copies to other buckets, as a bucket's replication rules say: https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication.html
/// Both buckets are of this daemon, so a copy is there at once, in the same call: PENDING is never seen. It shares the bytes of its source,
/// and has its version id and time.
namespace cloudemu::s3 {

/// What follows from an event in the buckets that the rules name: copies of a version that was put, its marker where markers are copied,
/// its tags and its lock. What was there before the rules is not copied, nor are copies (but changes to them, where a rule says so).
std::vector<Event> replicas_of(const S3ReadModel& state, const Happened& happened);

}  // namespace cloudemu::s3
