#pragma once
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/digest.h"
#include "protocol/aws_chunked.h"
#include "protocol/multipart_form.h"

namespace cloudemu {

/// How a browser's form is taken in, the content of whose file is the payload.
struct FormPlan {
  using Fields = std::vector<MultipartFormDecoder::Field>;
  std::string boundary;
  /// What to compute besides MD5, once the fields are there.
  std::vector<DigestKind> (*digests)(const Fields& fields);
  /// Whether the fields let the caller in: if not, nothing of the file is kept. Called once, on the loop, with all fields.
  std::function<bool(const Fields& fields)> admit = {};
};

/// What is to be done to a body as it streams in.
struct UploadPlan {
  std::optional<uint64_t> size;  ///< of the payload, where it was announced
  bool aws_chunked = false;
  std::optional<FormPlan> form;
  std::optional<AwsChunkedDecoder::Signing> signing;          ///< checks chunk signatures
  std::vector<DigestKind> digests;                            ///< besides MD5, which is always taken
  std::vector<std::pair<DigestKind, std::string>> expected;   ///< raw digests announced in headers
  std::optional<std::pair<std::string, DigestKind>> trailer;  ///< a trailer that will bring one more, in base64
  uint64_t size_max = UINT64_MAX;
  bool is_text = false;  ///< what is no UTF-8 is refused
};

/// What became of it.
struct UploadedBody {
  enum class Flaw {
    none,
    malformed_chunks,
    malformed_trailer,  ///< not a header, or not the one that was announced
    small_chunk,        ///< aws-chunked: another chunk than the last has less than 8 KiB
    incomplete,
    malformed_form,
    large_form,    ///< what stands before the file is too large
    refused_form,  ///< FormPlan::admit said no
    bad_chunk_signature,
    too_large,
    not_text,
    wrong_digest,
    disk_full,
    io
  };
  Flaw flaw = Flaw::none;
  std::optional<DigestKind> wrong_digest;     ///< which of the expected ones did not match
  AwsChunkedDecoder::SmallChunk small_chunk;  ///< of Flaw::small_chunk
  uint64_t size = 0;
  std::string bytes;                          ///< the body itself, if it is small
  std::string blob;                           ///< else its name in the blob store
  std::shared_ptr<void> blob_pin;             ///< keeps that blob until it is decided whether an event names it
  std::map<DigestKind, std::string> digests;  ///< raw bytes
  std::vector<std::pair<std::string, std::string>> trailers;
  std::vector<MultipartFormDecoder::Field> fields;  ///< of a form
  std::optional<std::string> file_name;             ///< of the file in a form; nothing: it has none

  const std::string& digest(DigestKind kind) const { return digests.at(kind); }
};

/// Bodies up to here stand in the event; larger ones are blobs.
inline constexpr uint64_t kInlineBodyBytesMax = 16 * 1024;

}  // namespace cloudemu
