#include "services/s3/deposit.h"

#include "core/digest.h"
#include "core/encoding.h"
#include "services/s3/checksum.h"
#include "services/s3/guards.h"
#include "services/s3/settings/encryption.h"

namespace cloudemu::s3 {

ObjectPut deposit(const Bucket& bucket, Deposit object, TimeMs now, Entropy& entropy) {
  std::string& bytes = object.bytes;
  Digest md5(DigestKind::md5), checksum(kDefaultChecksum);
  md5.update(bytes);
  checksum.update(bytes);
  ObjectPut put{.bucket = bucket.name,
                .key = std::string(object.key),
                .version = new_version_id(bucket, entropy),
                .size = bytes.size(),
                .etag = etag_of(md5.finish(), object.encryption, entropy),
                .modified_at = now,
                .checksum = {std::string(algorithm_name(kDefaultChecksum)), std::string(kFullObject), base64(checksum.finish())}};
  put.attributes.headers = {{"content-type", std::string(object.content_type)}};
  put.attributes.encryption = std::move(object.encryption);
  if (!bytes.empty()) put.content.push_back(Piece{.blob = {}, .offset = 0, .size = bytes.size(), .bytes = {std::move(bytes)}});
  return put;
}

}  // namespace cloudemu::s3
