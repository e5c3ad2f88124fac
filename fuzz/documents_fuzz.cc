// JSON, XML, query strings, credentials files, dates, encodings: parsers of short texts from outside.
#include "core/encoding.h"
#include "core/time_format.h"
#include "fuzz.h"
#include "protocol/json.h"
#include "protocol/sigv4.h"
#include "protocol/uri.h"
#include "protocol/xml_reader.h"
#include "services/iam/credentials.h"
#include "services/s3/address.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace cloudemu;
  std::string_view input = fuzz::bytes(data, size);
  if (auto document = json::Document::parse(input)) {
    // What was parsed can be written, and parsed again. (Not to the same text: large numbers lose digits.)
    fuzz::require(json::Document::parse(document->root().text()).has_value());
  }
  (void)xml::parse(input);
  (void)QueryParameters::parse(input);
  (void)CredentialStore::parse(input);
  (void)parse_iso8601(input);
  (void)parse_http_date(input);
  (void)sigv4::parse_scope(input);
  (void)s3::parse_address(input, input);
  if (auto decoded = unbase64(input)) fuzz::require(base64(*decoded) == input);
  fuzz::require(percent_decode(percent_encode(input)) == input);
  return 0;
}
