#pragma once
#include <string>
#include <string_view>

#include "core/clock.h"
#include "core/encoding.h"
#include "protocol/http_message.h"
#include "protocol/xml_writer.h"
#include "services/s3/call.h"

/// What the replies of many operations have in common.
namespace cloudemu::s3 {

inline constexpr std::string_view kXmlns = "xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"";

/// 200 with an XML document.
http::Response xml_reply(std::string document);
http::Response xml_reply(xml::Writer& document);
/// 204
http::Response no_content();

/// "\"d41d8...\"": ETags stand in quotes nearly everywhere.
std::string quoted(std::string_view etag);

/// S3 keeps no fractions of a second: "2026-11-23T03:53:00.000Z"
std::string xml_time(TimeMs time);

/// x-amz-id-2: some 76 characters of base64 that nobody reads; made from the request id, so that both can be told from one.
std::string host_id(uint64_t request_id);

/// The canonical user id of an account: 64 hexadecimal digits, the same in every daemon.
std::string canonical_user_id(std::string_view account);
/// Writes <Owner><ID>...</ID></Owner>. AWS sends no DisplayName any more: it comes back with --legacy-acl.
void write_owner(xml::Writer& xml, std::string_view account, const Call& call);
/// The same element by itself, for listings that repeat it.
std::string owner_element(std::string_view account, const Call& call);
/// Who began a multipart upload; here AWS still sends a DisplayName.
void write_initiator(xml::Writer& xml, std::string_view account);

/// "STANDARD" for an object that says nothing.
std::string_view storage_class_name(std::string_view stored);

/// The element that holds a checksum: "ChecksumCRC32".
std::string checksum_element(std::string_view algorithm);
/// The header that holds a checksum: "x-amz-checksum-crc32".
std::string checksum_header(std::string_view algorithm);

/// The address of the call's object: path style or virtual-host style, as the client asked for this request. Its key is one piece, slashes
/// and all, as AWS has it.
std::string object_url(const Call& call);

/// As a form is encoded: what is not a letter, digit or `-._*` percent-encoded, blanks as `+`. With its slashes as encoding-type=url wants
/// names, without them as addresses of objects have their key.
std::string url_encode(std::string_view name, Slash slash = Slash::keep);

}  // namespace cloudemu::s3
