#include <catch2/catch.hpp>

#include "core/digest.h"
#include "core/encoding.h"
#include "core/strings.h"
#include "support/s3.h"

namespace cloudemu::test {

namespace {

constexpr size_t kMin = 5 << 20;
constexpr auto kNoSuchUpload =
    "404 NoSuchUpload: The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or "
    "completed.";
constexpr auto kMalformed = "400 MalformedXML: The XML you provided was not well-formed or did not validate against our published schema";
constexpr auto kInvalidPart =
    "400 InvalidPart: One or more of the specified parts could not be found.  The part may not have been uploaded, or the "
    "specified entity tag may not match the part's entity tag.";

struct Fixture {
  explicit Fixture(Headers headers = {}) {
    s3.bucket("photos");
    upload = s3.begin_upload("/photos/album", std::move(headers));
    target = "/photos/album?uploadId=" + upload;
  }
  std::string part(int number, std::string body, Headers headers = {}) {
    return s3.upload_part("/photos/album", upload, number, std::move(body), std::move(headers));
  }
  std::string refused(std::string document, Headers headers = {}) { return s3.refusal("POST", target, std::move(headers), document); }
  S3 s3;
  std::string upload, target;
};

std::string listed_part(int number, const std::string& etag, std::string more = "") {
  return concat("<Part><PartNumber>", number, "</PartNumber><ETag>", etag, "</ETag>", more, "</Part>");
}
std::string document(const std::string& parts) { return concat("<CompleteMultipartUpload>", parts, "</CompleteMultipartUpload>"); }

}  // namespace

TEST_CASE("CreateMultipartUpload: names bucket, key and upload", "[s3][multipart]") {
  Fixture f;
  Reply reply = f.s3.post("/photos/a%20b?uploads", {}, {{"x-amz-checksum-algorithm", "SHA256"}});
  CHECK(element(reply, "Bucket") == "photos");
  CHECK(element(reply, "Key") == "a b");
  CHECK(element(reply, "UploadId").size() == 128);
  CHECK(reply.header("x-amz-checksum-algorithm") == "SHA256");
  CHECK(reply.header("x-amz-checksum-type") == "COMPOSITE");
  CHECK(reply.header("x-amz-server-side-encryption") == "AES256");
}

TEST_CASE("Multipart: parts are joined in the order of their numbers, gaps and all", "[s3][multipart]") {
  Fixture f(
      Headers{{"Content-Type", "text/plain"}, {"x-amz-meta-a", "1"}, {"x-amz-tagging", "k=v"}, {"x-amz-storage-class", "STANDARD_IA"}});
  std::string second = f.part(7, "tail"), first = f.part(3, std::string(kMin, 'a'));
  CHECK(f.s3.refusal("GET", "/photos/album") == "404 NoSuchKey: The specified key does not exist.");
  Reply reply = f.s3.post(f.target, document(listed_part(3, first) + listed_part(7, second)));
  CHECK(reply.status == 200);
  std::string md5s = md5(std::string(kMin, 'a')) + md5("tail");
  std::string etag = concat('"', hex(md5(md5s)), "-2\"");
  CHECK(element(reply, "ETag") == etag);
  CHECK(element(reply, "Location") == "http://localhost:4566/photos/album");
  CHECK(element(reply, "Bucket") == "photos");
  CHECK(element(reply, "Key") == "album");
  CHECK(element(reply, "ChecksumType") == "FULL_OBJECT");
  CHECK(element(reply, "ChecksumCRC64NVME") == base64(digest(DigestKind::crc64nvme, std::string(kMin, 'a') + "tail")));
  REQUIRE(f.s3.world.events().size() == 2);
  CHECK(std::get<s3::UploadEnded>(f.s3.world.events()[1]).completed);

  Reply object = f.s3.get("/photos/album");
  CHECK(object.body == std::string(kMin, 'a') + "tail");
  CHECK(object.header("ETag") == etag);
  CHECK(object.header("Content-Type") == "text/plain");
  CHECK(object.header("x-amz-meta-a") == "1");
  CHECK(object.header("x-amz-tagging-count") == "1");
  CHECK(object.header("x-amz-storage-class") == "STANDARD_IA");
  CHECK(element(f.s3.get("/photos?uploads"), "Upload/UploadId") == "-");
}

TEST_CASE("Multipart: the numbers of parts with checksums begin at 1 and have no gaps", "[s3][multipart][checksums]") {
  const std::string kOrder = "400 InvalidPartOrder: The list of parts was not in ascending order. Parts must be ordered by part number.";
  for (std::string type : {"COMPOSITE", "FULL_OBJECT"}) {
    Fixture f(Headers{{"x-amz-checksum-algorithm", "CRC32"}, {"x-amz-checksum-type", type}});
    auto listed = [&](int number, const std::string& body) {
      std::string checksum = base64(digest(DigestKind::crc32, body));
      return listed_part(number, f.part(number, body, {{"x-amz-checksum-crc32", checksum}}),
                         concat("<ChecksumCRC32>", checksum, "</ChecksumCRC32>"));
    };
    const std::string large(kMin, 'a');
    std::string first = listed(1, large), second = listed(2, large), third = listed(3, "tail");
    CHECK(f.refused(document(first + third)) == kOrder);
    CHECK(f.refused(document(second + third)) == kOrder);
    CHECK(f.s3.post(f.target, document(first + second + third)).status == 200);
  }
}

TEST_CASE("UploadPart: a part that comes again replaces the one before", "[s3][multipart]") {
  Fixture f;
  std::string old = f.part(1, "old"), now = f.part(1, "new");
  CHECK(element(f.s3.get(f.target), "Part/ETag") == now);
  CHECK(f.refused(parts_document({old})) == kInvalidPart);
  CHECK(f.s3.post(f.target, parts_document({now})).status == 200);
  CHECK(f.s3.get("/photos/album").body == "new");
}

TEST_CASE("UploadPart: numbers from 1 to 10000", "[s3][multipart][limits]") {
  Fixture f;
  for (std::string number : {"0", "10001", "-1", "one", ""}) {
    CHECK(f.s3.refusal("PUT", "/photos/album?partNumber=" + number + "&uploadId=" + f.upload, {}, "x") ==
          "400 InvalidArgument: Part number must be an integer between 1 and 10000, inclusive");
    CHECK(element(f.s3.last, "ArgumentName") == "partNumber");
    CHECK(element(f.s3.last, "ArgumentValue") == number);
  }
  f.part(1, "x");
  f.part(10000, "x");
}

TEST_CASE("Multipart: an upload that is not there, or of another key", "[s3][multipart]") {
  Fixture f;
  for (std::string target : {std::string("/photos/album?uploadId=nonsense"), "/photos/other?uploadId=" + f.upload}) {
    CHECK(f.s3.refusal("PUT", target + "&partNumber=1", {}, "x") == kNoSuchUpload);
    CHECK(f.s3.refusal("GET", target) == kNoSuchUpload);
    CHECK(f.s3.refusal("DELETE", target) == kNoSuchUpload);
    CHECK(f.s3.refusal("POST", target, {}, parts_document({"x"})) == kNoSuchUpload);
  }
  CHECK(element(f.s3.last, "UploadId") == f.upload);
}

TEST_CASE("AbortMultipartUpload: the upload is gone, the object stays", "[s3][multipart]") {
  Fixture f;
  f.s3.put("/photos/album", "old");
  f.part(1, "x");
  CHECK(f.s3.remove(f.target).status == 204);
  CHECK(f.s3.refusal("DELETE", f.target) == kNoSuchUpload);
  CHECK(f.s3.refusal("POST", f.target, {}, parts_document({"x"})) == kNoSuchUpload);
  CHECK(f.s3.get("/photos/album").body == "old");
}

TEST_CASE("CompleteMultipartUpload: lists that are none", "[s3][multipart]") {
  Fixture f;
  std::string etag = f.part(1, "x");
  CHECK(f.refused("") == "400 InvalidRequest: You must specify at least one part");
  std::vector<std::string> many(10'001, "x");
  CHECK(f.refused(parts_document(many)).starts_with("400 InvalidArgument: Part number must be"));
  many.pop_back();
  CHECK(f.refused(parts_document(many)).starts_with("400 InvalidPart: "));
  CHECK(f.refused("<CompleteMultipartUpload/>") == kMalformed);
  CHECK(f.refused("nonsense") == kMalformed);
  CHECK(f.refused("<Other/>") == kMalformed);
  CHECK(f.refused(document("<Part><PartNumber>1</PartNumber></Part>")) == kMalformed);
  CHECK(f.refused(document("<Part><ETag>x</ETag></Part>")) == kMalformed);
  CHECK(f.refused(document(listed_part(0, etag))) == "400 InvalidArgument: PartNumber must be >= 1");
}

TEST_CASE("CompleteMultipartUpload: parts must rise and be there", "[s3][multipart]") {
  Fixture f;
  std::string first = f.part(1, std::string(kMin, 'a')), second = f.part(2, "b");
  constexpr auto kOrder = "400 InvalidPartOrder: The list of parts was not in ascending order. Parts must be ordered by part number.";
  CHECK(f.refused(document(listed_part(2, second) + listed_part(1, first))) == kOrder);
  CHECK(f.refused(document(listed_part(1, first) + listed_part(1, first))) == kOrder);
  CHECK(element(f.s3.last, "UploadId") == f.upload);
  CHECK(f.refused(document(listed_part(1, first) + listed_part(3, second))) == kInvalidPart);
  CHECK(element(f.s3.last, "PartNumber") == "3");
  CHECK(f.refused(document(listed_part(1, "\"nonsense\""))) == kInvalidPart);
  CHECK(element(f.s3.last, "ETag") == "nonsense");
  CHECK(element(f.s3.last, "UploadId") == f.upload);
}

TEST_CASE("CompleteMultipartUpload: all but the last part have 5 MiB", "[s3][multipart][limits]") {
  Fixture f;
  std::string exact = f.part(1, std::string(kMin, 'a')), below = f.part(2, std::string(kMin - 1, 'b')), last = f.part(3, "c");
  CHECK(f.refused(document(listed_part(1, exact) + listed_part(2, below) + listed_part(3, last))) ==
        "400 EntityTooSmall: Your proposed upload is smaller than the minimum allowed size");
  CHECK(element(f.s3.last, "ProposedSize") == "5242879");
  CHECK(element(f.s3.last, "MinSizeAllowed") == "5242880");
  CHECK(element(f.s3.last, "PartNumber") == "2");
  CHECK(element(f.s3.last, "ETag") == below.substr(1, 32));
  CHECK(f.s3.post(f.target, document(listed_part(1, exact) + listed_part(3, last))).status == 200);
}

TEST_CASE("CompleteMultipartUpload: ETags with quotes, without, and escaped", "[s3][multipart]") {
  for (int form = 0; form < 3; ++form) {
    Fixture f;
    std::string bare = f.part(1, "x").substr(1, 32);
    std::string etag = form == 0 ? bare : form == 1 ? concat('"', bare, '"') : concat("&quot;", bare, "&quot;");
    CHECK(f.s3.post(f.target, parts_document({etag})).status == 200);
  }
}

TEST_CASE("CompleteMultipartUpload: may be repeated by who missed the reply", "[s3][multipart]") {
  Fixture f;
  std::string etag = f.part(1, "x");
  Reply first = f.s3.post(f.target, parts_document({etag}));
  Reply again = f.s3.post(f.target, parts_document({etag}));
  CHECK(again.status == 200);
  CHECK(f.s3.world.events().empty());
  CHECK(again.body == first.body);
  CHECK(f.refused(parts_document({"other"})) == kNoSuchUpload);
}

TEST_CASE("CompleteMultipartUpload: x-amz-mp-object-size must be right", "[s3][multipart]") {
  Fixture f;
  std::string etag = f.part(1, "four");
  CHECK(f.refused(parts_document({etag}), {{"x-amz-mp-object-size", "5"}}) ==
        "400 InvalidRequest: The provided 'x-amz-mp-object-size' header value 5 does not match what was computed: 4");
  CHECK(f.refused(parts_document({etag}), {{"x-amz-mp-object-size", "-1"}}) ==
        "400 InvalidRequest: Value for x-amz-mp-object-size header is less than zero: '-1'");
  CHECK(f.refused(parts_document({etag}), {{"x-amz-mp-object-size", "x"}}) ==
        "400 InvalidRequest: Value for x-amz-mp-object-size header is invalid: 'x'");
  CHECK(f.s3.post(f.target, parts_document({etag}), {{"x-amz-mp-object-size", "4"}}).status == 200);
}

TEST_CASE("CompleteMultipartUpload: a version id only while versioning is enabled", "[s3][multipart][versions]") {
  Fixture f;
  CHECK_FALSE(f.s3.post(f.target, parts_document({f.part(1, "x")})).has_header("x-amz-version-id"));
  f.s3.set_versioning("photos", "Enabled");
  std::string upload = f.s3.begin_upload("/photos/album");
  std::string etag = f.s3.upload_part("/photos/album", upload, 1, "y");
  CHECK(f.s3.post("/photos/album?uploadId=" + upload, parts_document({etag})).header("x-amz-version-id").size() == 32);
  CHECK(f.s3.get("/photos/album?versionId=null").body == "x");
}

TEST_CASE("ListParts: pages by part number", "[s3][multipart][listing]") {
  Fixture f;
  for (int number : {1, 2, 5, 9}) f.part(number, std::to_string(number));
  Reply all = f.s3.get(f.target);
  CHECK(elements(all, "Part/PartNumber") == "1 2 5 9");
  CHECK(element(all, "PartNumberMarker") == "0");
  CHECK(element(all, "NextPartNumberMarker") == "9");
  CHECK(element(all, "MaxParts") == "1000");
  CHECK(element(all, "IsTruncated") == "false");
  CHECK(element(all, "StorageClass") == "STANDARD");
  CHECK(element(all, "Part/LastModified") == "2026-11-23T04:00:00.000Z");
  CHECK(element(all, "Initiator/ID").size() == 64);
  CHECK(element(all, "Owner/ID").size() == 64);
  CHECK(element(all, "ChecksumAlgorithm") == "-");
  Reply first = f.s3.get(f.target + "&max-parts=2");
  CHECK(elements(first, "Part/PartNumber") == "1 2");
  CHECK(element(first, "IsTruncated") == "true");
  CHECK(element(first, "NextPartNumberMarker") == "2");
  Reply rest = f.s3.get(f.target + "&max-parts=2&part-number-marker=2");
  CHECK(elements(rest, "Part/PartNumber") == "5 9");
  CHECK(element(rest, "IsTruncated") == "false");
  CHECK(element(f.s3.get(f.target + "&part-number-marker=9"), "NextPartNumberMarker") == "0");
  CHECK(elements(f.s3.get(f.target + "&max-parts=%2B2&part-number-marker=%2B1"), "Part/PartNumber") == "2 5");
  CHECK(f.s3.refusal("GET", f.target + "&max-parts=%2B-2").starts_with("400 InvalidArgument: Provided max-parts"));
  CHECK(f.s3.refusal("GET", "/photos?uploads&max-uploads=a&encoding-type=foo").starts_with("400 InvalidArgument: Provided max-uploads"));
}

TEST_CASE("Multipart: two uploads of one key go on side by side", "[s3][multipart]") {
  Fixture f;
  std::string other = f.s3.begin_upload("/photos/album");
  std::string a = f.part(1, "a"), b = f.s3.upload_part("/photos/album", other, 1, "b");
  f.s3.post("/photos/album?uploadId=" + other, parts_document({b}));
  f.s3.post(f.target, parts_document({a}));
  CHECK(f.s3.get("/photos/album").body == "a");
}

TEST_CASE("Multipart: a large object is read across its parts", "[s3][multipart]") {
  Fixture f;
  std::vector<std::string> etags;
  std::string whole;
  for (int number = 1; number <= 3; ++number) {
    std::string body(kMin + static_cast<size_t>(number), static_cast<char>('a' + number));
    etags.push_back(f.part(number, body));
    whole += body;
  }
  f.s3.post(f.target, parts_document(etags));
  CHECK(f.s3.get("/photos/album").body == whole);
  CHECK(f.s3.get("/photos/album", {{"Range", "bytes=5242880-10485763"}}).body == whole.substr(5242880, 5242884));
}

TEST_CASE("GetObjectAttributes: parts are told where the checksum is made of theirs", "[s3][multipart][attributes]") {
  Fixture f(Headers{{"x-amz-checksum-algorithm", "SHA256"}});
  auto sum = [](std::string_view body) { return base64(sha256(body)); };
  std::string five(kMin, 'a');
  std::string first = f.part(1, five, {{"x-amz-checksum-sha256", sum(five)}}),
              second = f.part(2, "b", {{"x-amz-checksum-sha256", sum("b")}});
  Reply done = f.s3.post(f.target, document(listed_part(1, first, "<ChecksumSHA256>" + sum(five) + "</ChecksumSHA256>") +
                                            listed_part(2, second, "<ChecksumSHA256>" + sum("b") + "</ChecksumSHA256>")));
  std::string composite = base64(sha256(sha256(five) + sha256("b")));
  CHECK(element(done, "ChecksumSHA256") == composite + "-2");
  CHECK(element(done, "ChecksumType") == "COMPOSITE");
  Reply reply = f.s3.get("/photos/album?attributes", {{"x-amz-object-attributes", "ETag, Checksum,ObjectParts,StorageClass ,ObjectSize"}});
  CHECK(element(reply, "ETag") == concat(hex(md5(md5(five) + md5("b"))), "-2"));
  CHECK(element(reply, "Checksum/ChecksumSHA256") == composite);
  CHECK(element(reply, "Checksum/ChecksumType") == "COMPOSITE");
  CHECK(element(reply, "ObjectParts/PartsCount") == "2");
  CHECK(elements(reply, "ObjectParts/Part/ChecksumSHA256") == sum(five) + " " + sum("b"));
  CHECK(elements(reply, "ObjectParts/Part/Size") == "5242880 1");
  CHECK(element(reply, "StorageClass") == "STANDARD");
  CHECK(element(reply, "ObjectSize") == "5242881");
  Reply page = f.s3.get("/photos/album?attributes", {{"x-amz-object-attributes", "ObjectParts"}, {"x-amz-max-parts", "1"}});
  CHECK(element(page, "ObjectParts/IsTruncated") == "true");
  CHECK(element(page, "ObjectParts/NextPartNumberMarker") == "1");
}

TEST_CASE("GetObjectAttributes: only what is asked for, of what there is", "[s3][attributes]") {
  Fixture f;
  f.s3.put("/photos/cat", "meow");
  Reply reply = f.s3.get("/photos/cat?attributes", {{"x-amz-object-attributes", "ETag"}});
  CHECK(element(reply, "ETag") == "4a4be40c96ac6314e91d93f38043a634");
  CHECK(element(reply, "ObjectSize") == "-");
  CHECK(reply.header("Last-Modified") == "Mon, 23 Nov 2026 04:00:00 GMT");
  CHECK(element(f.s3.get("/photos/cat?attributes", {{"x-amz-object-attributes", "ObjectParts"}}), "ObjectParts/PartsCount") == "-");
  CHECK(f.s3.refusal("GET", "/photos/cat?attributes") ==
        "400 InvalidRequest: The x-amz-object-attributes header specifying the attributes to be retrieved is either missing or empty");
  CHECK(element(f.s3.get("/photos/cat?attributes", {{"x-amz-object-attributes", "ETag,,"}}), "ETag").size() == 32);
  for (std::string list : {"", ",ETag", "ETag,,ObjectSize", "ETag, ,ObjectSize"}) {
    CHECK(f.s3.refusal("GET", "/photos/cat?attributes", {{"x-amz-object-attributes", list}}) ==
          "400 InvalidArgument: Invalid attribute name specified.");
    CHECK(element(f.s3.last, "ArgumentValue").empty());
  }
  CHECK(f.s3.refusal("GET", "/photos/cat?attributes", {{"x-amz-object-attributes", ","}})
            .starts_with("400 InvalidRequest: The x-amz-object"));
  CHECK(f.s3.refusal("GET", "/photos/cat?attributes", {{"x-amz-object-attributes", "Colour"}}) ==
        "400 InvalidArgument: Invalid attribute name specified.");
}

}  // namespace cloudemu::test
