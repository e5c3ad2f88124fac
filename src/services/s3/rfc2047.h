#pragma once
#include <string>
#include <string_view>

/// Metadata outside of ASCII travels in headers as "encoded words" (RFC 2047):
/// https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingMetadata.html
namespace cloudemu::s3 {

/// The text of a header value as it came, in UTF-8. Bytes outside of ASCII count as ISO 8859-1, as they do for AWS; encoded words
/// in UTF-8, US-ASCII or ISO 8859-1 are decoded; what is no well-formed encoded word stays as it is.
std::string decode_metadata(std::string_view header);

/// UTF-8 text as a header value: itself if it is ASCII, else encoded words, of the encoding (Q or B) that suits it.
std::string encode_metadata(std::string_view text);

}  // namespace cloudemu::s3
