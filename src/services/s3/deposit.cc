#include "services/s3/deposit.h"

#include "core/digest.h"
#include "core/encoding.h"
#include "services/s3/checksum.h"
#include "services/s3/guards.h"

namespace cloudemu::s3 {

ObjectPut deposit(const Bucket& bucket, std::string_view key, std::string_view content_type, std::string bytes, TimeMs now,
                  Entropy& entropy) {
  Digest md5(DigestKind::md5), checksum(kDefaultChecksum);
  md5.update(bytes);
  checksum.update(bytes);
  ObjectPut put{.bucket = bucket.name,
                .key = std::string(key),
                .version = new_version_id(bucket, entropy),
                .size = bytes.size(),
                .etag = hex(md5.finish()),
                .modified_at = now,
                .checksum = {std::string(algorithm_name(kDefaultChecksum)), std::string(kFullObject), base64(checksum.finish())}};
  put.attributes.headers = {{"content-type", std::string(content_type)}};
  if (!bytes.empty()) put.content.push_back(Piece{.blob = {}, .offset = 0, .size = bytes.size(), .bytes = {std::move(bytes)}});
  return put;
}

}  // namespace cloudemu::s3
