#include "services/s3/reply.h"

#include "core/digest.h"
#include "core/encoding.h"
#include "core/strings.h"
#include "core/time_format.h"
#include "protocol/url_scheme.h"

namespace cloudemu::s3 {

http::Response xml_reply(std::string document) {
  http::Response response{.body = std::move(document)};
  response.set("Content-Type", "application/xml");
  return response;
}

http::Response xml_reply(xml::Writer& document) { return xml_reply(document.take()); }

http::Response no_content() { return http::Response{.status = 204}; }

std::string quoted(std::string_view etag) { return concat('"', etag, '"'); }

std::string xml_time(TimeMs time) { return iso8601(time - time % kSecondMs); }

std::string host_id(uint64_t request_id) {
  uint64_t mixed = request_id;
  uint64_t numbers[7];
  for (uint64_t& number : numbers) number = mixed = mixed * 6364136223846793005ULL + 1442695040888963407ULL;
  return base64({reinterpret_cast<const char*>(numbers), sizeof numbers});
}

std::string canonical_user_id(std::string_view account) { return hex(sha256(concat("canonical user of account ", account))); }

void write_owner(xml::Writer& xml, std::string_view account, const Call& call) {
  xml.open("Owner").element("ID", canonical_user_id(account));
  if (call.legacy_acl) xml.element("DisplayName", account);
  xml.close();
}

std::string owner_element(std::string_view account, const Call& call) {
  xml::Writer owner = xml::Writer::fragment();
  write_owner(owner, account, call);
  return owner.take();
}

void write_initiator(xml::Writer& xml, std::string_view account) {
  xml.open("Initiator").element("ID", canonical_user_id(account)).element("DisplayName", account).close();
}

std::string_view storage_class_name(std::string_view stored) { return stored.empty() ? "STANDARD" : stored; }

std::string checksum_element(std::string_view algorithm) { return concat("Checksum", algorithm); }

std::string checksum_header(std::string_view algorithm) { return concat("x-amz-checksum-", lower(algorithm)); }

std::string object_url(const Call& call) {
  std::string_view host = call.http.header("host");
  std::string path = url_encode(call.key, Slash::encode);
  if (call.by_host) return concat(http::url_scheme(call.http), host, "/", path);
  return concat(http::url_scheme(call.http), host, "/", call.bucket, "/", path);
}

std::string url_encode(std::string_view name, Slash slash) {
  static constexpr char kHex[] = "0123456789ABCDEF";
  std::string out;
  out.reserve(name.size());
  for (char c : name) {
    bool stays = is_alnum(c) || c == '-' || c == '_' || c == '.' || c == '*' || (c == '/' && slash == Slash::keep);
    if (stays) {
      out.push_back(c);
    } else if (c == ' ') {
      out.push_back('+');
    } else {
      auto byte = static_cast<unsigned char>(c);
      out.push_back('%');
      out.push_back(kHex[byte >> 4]);
      out.push_back(kHex[byte & 15]);
    }
  }
  return out;
}

}  // namespace cloudemu::s3
