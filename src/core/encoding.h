#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace cloudemu {

std::string hex(std::string_view bytes);
/// Bytes of an even number of hexadecimal digits of either case, or nothing.
std::optional<std::string> unhex(std::string_view text);
/// Whether a text is the hexadecimal form of so many bytes, in lower case.
bool is_hex_of(std::string_view text, size_t bytes);

/// RFC 4648 section 4, padded.
std::string base64(std::string_view bytes);
void append_base64(std::string& out, std::string_view bytes);
/// Strict: padding is required, other characters and non-zero trailing bits are refused.
std::optional<std::string> unbase64(std::string_view text);

/// Percent-encodes all but the unreserved characters of RFC 3986 (as SigV4 wants it); `/` is kept on request.
enum class Slash { encode, keep };
std::string percent_encode(std::string_view text, Slash slash = Slash::encode);
/// Decodes %XX; a stray % is kept as it stands. `+` means a blank in forms and queries, itself in paths.
enum class Plus { is_space, is_plus };
std::string percent_decode(std::string_view text, Plus plus = Plus::is_plus);
/// The same, but nothing for a text with a stray %.
std::optional<std::string> strict_percent_decode(std::string_view text, Plus plus = Plus::is_plus);

/// The log is UTF-8; header bytes that are not count as ISO 8859-1, as RFC 9110 has it. At most so many bytes, whole characters.
std::string utf8_of_header(std::string_view value, size_t bytes_max = SIZE_MAX);

}  // namespace cloudemu
