#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "core/result.h"

/// The content codings gzip and deflate of RFC 9110, section 8.4.1, and zstd. content_coding.cc is the only file that includes zlib.h.
namespace cloudemu {

enum class ContentCoding { gzip, deflate };

enum class CodingFlaw {
  broken,    ///< empty, cut off, damaged, followed by something else, or cut into pieces so small that it can only be meant badly
  too_large  ///< more than the limit when unpacked
};

/// Unpacks a whole body; gzip may have several members. Nothing beyond `bytes_max` is ever held.
Result<std::string, CodingFlaw> decode_content(ContentCoding coding, std::string_view body, size_t bytes_max);

/// Unpacks what was packed with zstd: https://www.rfc-editor.org/rfc/rfc8878.
Result<std::string, CodingFlaw> decode_zstd(std::string_view body, size_t bytes_max);

std::string encode_content(ContentCoding coding, std::string_view body);

/// The coding that a client likes best, by its Accept-Encoding header: https://www.rfc-editor.org/rfc/rfc9110#section-12.5.3.
/// Nothing: as it is. Weights are read as leniently as AWS reads them.
std::optional<ContentCoding> accepted_coding(std::string_view accept_encoding);

}  // namespace cloudemu
