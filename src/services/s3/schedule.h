#pragma once
#include <optional>

#include "projections/s3_read_model.h"
#include "services/happened.h"
#include "services/moment.h"

/// When time will next do something to a version or an upload.
namespace cloudemu::s3 {

/// The appointments that change with an event: of the versions of a key that was written, deleted, tagged, locked or restored, of an upload
/// that began; or the beginning of a walk through a bucket whose rules changed. Nothing where none does.
std::optional<VersionsScheduled> schedule_after(const S3ReadModel& state, const Happened& happened, const Moment& moment);

/// When time next does something to it, as things are; 0: never. Lifecycle rules act at the end of a day, and of none that has passed.
TimeMs next_time_of(const S3ReadModel& state, const Bucket& bucket, const ObjectVersion& version, const Moment& moment);
TimeMs next_time_of(const Bucket& bucket, const Upload& upload, const Moment& moment);

/// The next stretch of the walk through a bucket, at most `limit` versions or uploads: their appointments, as far as they change.
VersionsScheduled walk_on(const S3ReadModel& state, const Bucket& bucket, ScheduleWalk walk, const Moment& moment, size_t limit);

}  // namespace cloudemu::s3
