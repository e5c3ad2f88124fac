#pragma once
#include <string>
#include <string_view>

#include "core/entropy.h"
#include "projections/s3_read_model.h"

/// What other services of this daemon put into buckets, and read from them.
namespace cloudemu::s3 {

struct Deposit {
  std::string_view key, content_type;
  std::string bytes;
  Encryption encryption = {};
};
/// The event that puts an object into a bucket, with its bytes in it. `bucket` must be there.
ObjectPut deposit(const Bucket& bucket, Deposit object, TimeMs now, Entropy& entropy);

}  // namespace cloudemu::s3
