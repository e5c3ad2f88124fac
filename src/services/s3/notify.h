#pragma once
#include <string>
#include <vector>

#include "projections/s3_read_model.h"
#include "services/happened.h"

/// What S3 tells of what happens in a bucket: https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
namespace cloudemu::s3 {

/// A message to a queue.
struct Notice {
  std::string queue_arn;
  std::string body;
};

/// Whom a bucket's notification configuration wants told of an event, and what: an object that was put, marked as deleted, deleted,
/// tagged, moved or restored, by a client or by time, or the configuration itself, which is tried out with an s3:TestEvent. Usually
/// nothing. `now`: by the virtual clock.
std::vector<Notice> notices_of(const S3ReadModel& state, const Happened& happened, TimeMs now);

/// Who sends them, as SQS shows it: a session of a role of S3's.
inline constexpr std::string_view kNoticeSender = "AROACLOUDEMUS3NOTIFIE:S3-PROD-END";

}  // namespace cloudemu::s3
