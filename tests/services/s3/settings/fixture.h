#pragma once
#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "core/strings.h"
#include "support/s3.h"

/// A bucket "photos" and its settings.
namespace cloudemu::test {

#define XMLNS " xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\""

struct Settings {
  explicit Settings(Environment environment = {}) : s3(std::move(environment)) { s3.bucket("photos"); }
  /// The document of a sub-resource, without the XML declaration.
  std::string document(const std::string& subresource) {
    std::string body = s3.get("/photos?" + subresource).body;
    size_t at = body.find("?>\n");
    return at == std::string::npos ? body : body.substr(at + 3);
  }
  int put(const std::string& subresource, std::string document) { return s3.put("/photos?" + subresource, std::move(document)).status; }
  std::string refused(const std::string& subresource, std::string document) {
    return s3.refusal("PUT", "/photos?" + subresource, {}, std::move(document));
  }
  std::string absent(const std::string& subresource) { return s3.refusal("GET", "/photos?" + subresource); }
  int remove(const std::string& subresource) { return s3.remove("/photos?" + subresource).status; }

  S3 s3;
};

inline const std::string kMalformed =
    "400 MalformedXML: The XML you provided was not well-formed or did not validate against our published schema";

/// What any setting must do: take a document and give it back as it stands; refuse what is no such document, and keep the old one then.
/// `inside`: a whole document without its root element.
inline void check_document(Settings& f, const std::string& subresource, const std::string& root, const std::string& inside) {
  CAPTURE(subresource);
  const std::string written = "<" + root + ">" + inside + "</" + root + ">";
  const std::string shown = "<" + root + XMLNS ">" + inside + "</" + root + ">";
  REQUIRE(f.put(subresource, written) == 200);
  REQUIRE_FALSE(f.s3.world.events().empty());
  CHECK(std::holds_alternative<s3::BucketSettingPut>(f.s3.world.events().front()));
  CHECK(f.document(subresource) == shown);
  REQUIRE(f.put(subresource, shown) == 200);  // with its namespace, as SDKs send it
  CHECK(f.document(subresource) == shown);
  for (const std::string& flawed : {std::string(), std::string("no XML"), "<Other>" + inside + "</Other>", "<" + root + ">" + inside,
                                    "<" + root + ">" + inside + "<Colour>red</Colour></" + root + ">", "<!DOCTYPE a>" + written}) {
    INFO(flawed);
    CHECK(f.refused(subresource, flawed) == kMalformed);
  }
  CHECK(f.document(subresource) == shown);
  std::string large = "<" + root + "><!--" + std::string(2 << 20, ' ') + "-->" + inside + "</" + root + ">";
  CHECK_THAT(f.refused(subresource, large), Catch::StartsWith("400 MaxMessageLengthExceeded"));
  CHECK(f.s3.refusal("PUT", "/nobody?" + subresource, {}, written) == "404 NoSuchBucket: The specified bucket does not exist");
}

}  // namespace cloudemu::test
