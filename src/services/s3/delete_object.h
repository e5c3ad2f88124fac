#pragma once
#include <optional>
#include <string>

#include "services/s3/call.h"

namespace cloudemu::s3 {

/// The result of deleting one key or one of its versions.
struct Deletion {
  std::optional<Event> event;          ///< none if there was nothing to delete
  bool made_marker = false;            ///< the key got a delete marker, `version`
  bool was_marker = false;             ///< the version that went was a delete marker
  std::optional<std::string> version;  ///< of the marker made, or of what was asked for by its id
};

/// Deletes a version for good, or puts a delete marker on a key (an object without versions goes for good), in a bucket as it is.
Deletion decide_deletion(const S3ReadModel& state, const Bucket& bucket, const Call& call, std::string_view key,
                         const std::optional<std::string>& version);

}  // namespace cloudemu::s3
