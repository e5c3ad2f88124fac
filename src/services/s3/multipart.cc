#include "services/s3/multipart.h"

#include "core/strings.h"
#include "services/s3/errors.h"
#include "services/s3/reply.h"

namespace cloudemu::s3 {

namespace {

constexpr size_t kUploadIdBytes = 128;
constexpr std::string_view kUploadIdAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._";

}  // namespace

std::string new_upload_id(Entropy& entropy) { return entropy.text(kUploadIdBytes, kUploadIdAlphabet); }

bool could_be_upload_id(std::string_view text) {
  return text.size() == kUploadIdBytes && text.find_first_not_of(kUploadIdAlphabet) == std::string_view::npos;
}

AwsResult<int> parse_part_number(std::string_view text) {
  auto number = parse_integer<int>(text);
  if (!number || *number < 1 || *number > kPartNumberMax) {
    return fail(invalid_argument("Part number must be an integer between 1 and 10000, inclusive", "partNumber", text));
  }
  return *number;
}

AwsResult<void> refuse_part_number(const Call& call) {
  constexpr std::string_view kName = "partNumber";
  if (!call.query.contains(kName)) return {};
  return fail(invalid_argument("This operation does not accept partNumber without uploadId", kName, kName));  // AWS names it twice
}

AwsResult<Upload> require_upload(const S3ReadModel& state, const Bucket& bucket, const Call& call) {
  std::string_view id = call.query.get("uploadId");
  auto upload = state.upload(bucket.id, id);
  if (!upload || upload->key != call.key) return fail(no_such_upload(id));
  return std::move(*upload);
}

DigestKind part_algorithm(const Upload& upload) { return checksum_algorithm(upload.checksum_algorithm).value_or(kDefaultChecksum); }

void write_part_checksum(xml::Writer& xml, std::string_view algorithm, std::string_view value) {
  if (!algorithm.empty() && !value.empty()) xml.element(checksum_element(algorithm), value);
}

}  // namespace cloudemu::s3
