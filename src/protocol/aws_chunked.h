#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/digest.h"

namespace cloudemu {

/// Takes the framing of `Content-Encoding: aws-chunked` off a body as it streams by, and checks chunk and trailer signatures
/// if given a key:
/// https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html and .../sigv4-streaming-trailers.html
class AwsChunkedDecoder {
 public:
  /// What the signed variants chain: key (raw bytes), the seed signature of the headers, and scope.
  struct Signing {
    std::string key;
    std::string seed_signature;
    std::string timestamp;
    std::string scope;      ///< "20261123/us-east-1/s3/aws4_request"
    bool trailers = false;  ///< the trailers are signed, too: their signature must be there, and last
  };
  /// A chunk of less than kChunkBytesMin, and the number, from 1, of the one that came after it.
  struct SmallChunk {
    uint64_t bytes = 0;
    uint64_t next = 0;
  };
  enum class Flaw { none, malformed, malformed_trailer, small_chunk, incomplete, bad_signature };

  static constexpr size_t kLineBytesMax = 4096;  ///< of a chunk header or of one trailer
  static constexpr size_t kTrailersBytesMax = 8192;
  static constexpr uint64_t kChunkBytesMin = 8192;  ///< of all chunks but the last

  explicit AwsChunkedDecoder(std::optional<Signing> signing = std::nullopt);

  /// Takes the next piece of the framed body and hands payload on. Returns false once the body has a flaw.
  bool feed(std::string_view piece, const std::function<void(std::string_view)>& payload);
  /// Call at the end of the body; false if it ended too early or had a flaw.
  bool finish();

  Flaw flaw() const { return flaw_; }
  /// Of Flaw::small_chunk.
  SmallChunk small_chunk() const { return {.bytes = chunk_bytes_, .next = chunk_number_}; }
  /// Lower-case names, in the order they came, without x-amz-trailer-signature.
  const std::vector<std::pair<std::string, std::string>>& trailers() const { return trailers_; }

 private:
  enum class State { chunk_header, chunk_data, chunk_end, trailer, done };

  bool fail_with(Flaw flaw);
  bool on_line(std::string_view line);
  bool on_chunk_header(std::string_view line);
  bool on_trailer(std::string_view line);
  bool check_chunk(std::string_view payload_hash);
  bool check_trailers(std::string_view signature);

  std::optional<Signing> signing_;
  std::string previous_signature_;
  std::string chunk_signature_;
  std::optional<Digest> chunk_hash_;
  State state_ = State::chunk_header;
  Flaw flaw_ = Flaw::none;
  std::string line_;
  uint64_t left_ = 0;  // bytes of the present chunk still to come
  uint64_t chunk_bytes_ = kChunkBytesMin;  // of the present chunk
  uint64_t chunk_number_ = 0;
  size_t trailers_bytes_ = 0;
  bool trailers_proven_ = false;
  std::vector<std::pair<std::string, std::string>> trailers_;
};

}  // namespace cloudemu
