#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/digest.h"
#include "protocol/aws_chunked.h"

namespace cloudemu {

/// What is to be done to a body as it streams in.
struct UploadPlan {
  std::optional<uint64_t> size;  ///< of the payload, where it was announced
  bool aws_chunked = false;
  std::optional<AwsChunkedDecoder::Signing> signing;          ///< checks chunk signatures
  std::vector<DigestKind> digests;                            ///< besides MD5, which is always taken
  std::vector<std::pair<DigestKind, std::string>> expected;   ///< raw digests announced in headers
  std::optional<std::pair<std::string, DigestKind>> trailer;  ///< a trailer that will bring one more, in base64
  uint64_t size_max = UINT64_MAX;
};

/// What became of it.
struct UploadedBody {
  enum class Flaw {
    none,
    malformed_chunks,
    malformed_trailer,  ///< not a header, or not the one that was announced
    small_chunk,        ///< aws-chunked: another chunk than the last has less than 8 KiB
    incomplete,
    bad_chunk_signature,
    too_large,
    wrong_digest,
    disk_full,
    io
  };
  Flaw flaw = Flaw::none;
  std::optional<DigestKind> wrong_digest;  ///< which of the expected ones did not match
  uint64_t size = 0;
  std::string bytes;                          ///< the body itself, if it is small
  std::string blob;                           ///< else its name in the blob store
  std::map<DigestKind, std::string> digests;  ///< raw bytes
  std::vector<std::pair<std::string, std::string>> trailers;

  const std::string& digest(DigestKind kind) const { return digests.at(kind); }
};

/// Bodies up to here stand in the event; larger ones are blobs.
inline constexpr uint64_t kInlineBodyBytesMax = 16 * 1024;

}  // namespace cloudemu
