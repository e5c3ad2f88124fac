#pragma once
#include <cstddef>
#include <optional>

#include "projections/s3_read_model.h"
#include "services/happened.h"
#include "services/moment.h"
#include "services/own_call.h"

/// What time does in a bucket: it expires and moves objects, removes old versions and aborts uploads as the lifecycle rules say, and ends
/// restores. A version's or upload's next time is kept beside it as an appointment, made anew whenever the version, its key or the rules
/// change (schedule.h): so nothing is looked at before its time comes, and a bucket without rules has nothing to look at.
namespace cloudemu::s3 {

/// What is due in a bucket at `moment`: at most `limit` units of work, a fraction of them versions. No events: nothing is, or the bucket
/// is gone.
OwnCall due_in_bucket(const S3ReadModel& state, int64_t bucket, const Moment& moment, size_t limit);

/// When something will be due, at the earliest.
std::optional<TimeMs> next_in_bucket(const S3ReadModel& state, int64_t bucket);

}  // namespace cloudemu::s3
