// https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketTagging.html, API_GetBucketTagging.html, API_DeleteBucketTagging.html
#include "services/s3/settings/settings.h"
#include "services/s3/tags.h"

namespace cloudemu::s3 {

namespace {

constexpr uint64_t kDocumentBytesMax = 160 << 10;

/// An empty set is none.
AwsResult<std::optional<std::string>> read(const SettingCall& asked) {
  StringMap tags = TRY(parse_tagging(*asked.call.document, Tagged::bucket));
  if (tags.empty()) return std::nullopt;
  return std::optional(events::to_json(tags));
}

void write(xml::Writer& xml, std::string_view value, const Bucket&) { write_tag_set(xml, events::from_json<StringMap>(value)); }

}  // namespace

const Setting kTagging{.name = "tagging",
                       .root = "Tagging",
                       .absent_code = "NoSuchTagSet",
                       .absent_message = "The TagSet does not exist",
                       .read = read,
                       .write = write,
                       .bytes_max = kDocumentBytesMax,
                       .put_status = 204,
                       .digest = kAnyDigest};

}  // namespace cloudemu::s3
