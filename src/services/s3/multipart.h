#pragma once
#include "protocol/xml_writer.h"
#include "services/s3/call.h"
#include "services/s3/checksum.h"

/// Limits and rules of multipart uploads: https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html
namespace cloudemu::s3 {

inline constexpr int kPartNumberMax = 10'000;
inline constexpr uint64_t kPartBytesMin = 5ULL << 20;        ///< of all parts but the last
inline constexpr uint64_t kMultipartBytesMax = 50ULL << 40;  ///< 50 TB since December 2025

/// Error: InvalidArgument for what is no integer from 1 to 10,000.
AwsResult<int> parse_part_number(std::string_view text);

/// What is written whole has no part number, which whoever forgets the uploadId sends. Error: InvalidArgument.
AwsResult<void> refuse_part_number(const Call& call);

/// 128 characters.
std::string new_upload_id(Entropy& entropy);
/// Whether a text has the form of an upload's id.
bool could_be_upload_id(std::string_view text);

/// The unfinished upload that ?uploadId= names, of this key. Error: NoSuchUpload.
AwsResult<Upload> require_upload(const S3ReadModel& state, const Bucket& bucket, const Call& call);

/// The checksum that parts of an upload are given: the upload's algorithm, or CRC64NVME, which S3 then shows of no part.
DigestKind part_algorithm(const Upload& upload);
inline bool shows_part_checksums(const Upload& upload) { return !upload.checksum_algorithm.empty(); }

/// Writes the checksum element of one part, if it is shown.
void write_part_checksum(xml::Writer& xml, std::string_view algorithm, std::string_view value);

}  // namespace cloudemu::s3
