#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "projections/s3_read_model.h"
#include "protocol/http_message.h"
#include "services/s3/settings/lifecycle.h"

/// What a bucket's lifecycle rules do to one version or upload, and when:
/// https://docs.aws.amazon.com/AmazonS3/latest/userguide/intro-lifecycle-rules.html
/// Times are rounded up to the next midnight UTC; where days are shortened, to the next whole one of those.
namespace cloudemu::s3 {

/// How old a thing is in the eyes of a rule, and what rules choose by.
struct Ageing {
  std::string_view key;
  uint64_t size = 0;
  const StringMap* tags = nullptr;  ///< of an object
  std::string_view storage_class = {};
  TimeMs since = 0;  ///< when it came into being; of a noncurrent version, when it ceased to be current
  enum class Kind {
    object,        ///< the current version
    marker,        ///< a delete marker that hides older versions: no rule is for it
    alone_marker,  ///< a delete marker that hides nothing
    noncurrent,    ///< an older version
    old_marker,    ///< an older delete marker
    upload
  };
  Kind kind = Kind::object;
  size_t newer = 0;            ///< of a noncurrent version: how many noncurrent ones are newer
  const Lock* lock = nullptr;  ///< what keeps it from going for good
};

/// What a rule does to a thing.
struct Act {
  enum class Kind {
    remove,      ///< for good; of an object in a bucket that keeps versions, hidden by a delete marker
    transition,  ///< to `storage_class`
    abort
  };
  Kind kind = Kind::remove;
  TimeMs at = 0;
  std::string_view rule;  ///< its id
  std::string_view storage_class = {};
};

/// The next boundary of a day that is not before `time`.
TimeMs end_of_day(TimeMs time, TimeMs day);

/// All that the rules will do to it as things are. Views into `rules`.
std::vector<Act> acts_on(const Lifecycle& rules, const Ageing& thing, TimeMs day);

/// Of those that are due at `now` the one that goes before the others; null: none is due.
/// https://docs.aws.amazon.com/AmazonS3/latest/userguide/lifecycle-conflicts.html
const Act* first_due(const std::vector<Act>& acts, TimeMs now);

/// The version as rules see it. `newer`: those of its key that are newer, the oldest first, as many as count.
Ageing ageing_of(const S3ReadModel& state, const Bucket& bucket, const ObjectVersion& version, const std::vector<NewerVersion>& newer);
Ageing ageing_of(const Upload& upload);
/// The current object that `event` makes.
Ageing ageing_of(const ObjectPut& event);

/// How many newer versions rules ask for at most, and one.
inline constexpr size_t kNewerThatCount = 102;

/// x-amz-expiration, where a rule will make an object expire.
void set_expiration(http::Response& response, const Bucket& bucket, const Ageing& object, TimeMs day);
void set_expiration(http::Response& response, const S3ReadModel& state, const Bucket& bucket, const ObjectVersion& version, TimeMs day);
/// x-amz-abort-date and x-amz-abort-rule-id, where a rule will abort an upload.
void set_abort(http::Response& response, const Bucket& bucket, const Ageing& upload, TimeMs day);

}  // namespace cloudemu::s3
