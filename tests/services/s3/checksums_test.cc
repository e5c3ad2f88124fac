#include <catch2/catch.hpp>

#include "core/digest.h"
#include "core/encoding.h"
#include "core/strings.h"
#include "support/s3.h"

namespace cloudemu::test {

namespace {

const std::string kBody = "meow";

struct Algorithm {
  std::string name;
  DigestKind kind;
};
const std::vector<Algorithm> kAlgorithms = {{"crc32", DigestKind::crc32},
                                            {"crc32c", DigestKind::crc32c},
                                            {"crc64nvme", DigestKind::crc64nvme},
                                            {"sha1", DigestKind::sha1},
                                            {"sha256", DigestKind::sha256},
                                            {"sha512", DigestKind::sha512},
                                            {"md5", DigestKind::md5},
                                            {"xxhash64", DigestKind::xxhash64},
                                            {"xxhash3", DigestKind::xxhash3},
                                            {"xxhash128", DigestKind::xxhash128}};

std::string sum(DigestKind kind, std::string_view body = kBody) { return base64(digest(kind, body)); }

struct Fixture {
  Fixture() { s3.bucket("photos"); }
  std::string refused(Headers headers) { return s3.refusal("PUT", "/photos/cat", std::move(headers), kBody); }
  S3 s3;
};

/// An unsigned aws-chunked body with a trailer.
std::string chunked(std::string_view body, std::string_view trailer) { return concat("4\r\n", body, "\r\n0\r\n", trailer, "\r\n\r\n"); }
Headers chunked_headers(std::string_view trailer, std::string_view size = "4") {
  return {{"x-amz-content-sha256", "STREAMING-UNSIGNED-PAYLOAD-TRAILER"},
          {"x-amz-decoded-content-length", std::string(size)},
          {"Content-Encoding", "aws-chunked"},
          {"x-amz-trailer", std::string(trailer)}};
}

}  // namespace

TEST_CASE("Checksums: what the client sends is checked, kept and told on request", "[s3][checksums]") {
  Fixture f;
  for (const auto& [name, kind] : kAlgorithms) {
    INFO(name);
    std::string header = "x-amz-checksum-" + name;
    Reply put = f.s3.put("/photos/cat", kBody, {{header, sum(kind)}});
    CHECK(put.status == 200);
    CHECK(put.header(header) == sum(kind));
    CHECK(put.header("x-amz-checksum-type") == "FULL_OBJECT");
    Reply got = f.s3.get("/photos/cat", {{"x-amz-checksum-mode", "ENABLED"}});
    CHECK(got.header(header) == sum(kind));
    CHECK(got.header("x-amz-checksum-type") == "FULL_OBJECT");
    CHECK_FALSE(f.s3.get("/photos/cat").has_header(header));
    CHECK(f.refused({{header, sum(kind, "other")}}) ==
          concat("400 BadDigest: The ", upper(name), " you specified did not match the calculated checksum."));
    CHECK(f.refused({{header, "AAAA"}}) == concat("400 InvalidRequest: Value for ", header, " header is invalid."));
    CHECK(f.refused({{header, "not base64"}}) == concat("400 InvalidRequest: Value for ", header, " header is invalid."));
  }
}

TEST_CASE("Checksums: CRC64NVME where the client sends none", "[s3][checksums]") {
  Fixture f;
  CHECK(f.s3.put("/photos/cat", kBody).header("x-amz-checksum-crc64nvme") == sum(DigestKind::crc64nvme));
  CHECK(f.s3.get("/photos/cat", {{"x-amz-checksum-mode", "ENABLED"}}).header("x-amz-checksum-crc64nvme") == sum(DigestKind::crc64nvme));
  CHECK(element(f.s3.get("/photos"), "Contents/ChecksumAlgorithm") == "CRC64NVME");
  CHECK(element(f.s3.get("/photos"), "Contents/ChecksumType") == "FULL_OBJECT");
}

TEST_CASE("Checksums: one at a time, and one that there is", "[s3][checksums]") {
  Fixture f;
  CHECK(f.refused({{"x-amz-checksum-crc32", sum(DigestKind::crc32)}, {"x-amz-checksum-sha1", sum(DigestKind::sha1)}}) ==
        "400 InvalidRequest: Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.");
  CHECK(f.refused({{"x-amz-checksum-crc32", sum(DigestKind::crc32)}, {"x-amz-trailer", "x-amz-checksum-crc32"}}) ==
        "400 InvalidRequest: Expecting a single x-amz-checksum- header");
  CHECK(f.refused({{"x-amz-checksum-crc7", "AAAA"}}) ==
        "400 InvalidRequest: The algorithm type you specified in x-amz-checksum- header is invalid.");
  CHECK(f.refused({{"x-amz-sdk-checksum-algorithm", "CRC32"}}) ==
        "400 InvalidRequest: x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-* or x-amz-trailer headers "
        "were found.");
  CHECK(f.s3.put("/photos/cat", kBody, {{"x-amz-sdk-checksum-algorithm", ""}}).status == 200);
  CHECK(f.refused({{"x-amz-checksum-foo", "x"}, {"x-amz-checksum-crc32", sum(DigestKind::crc32)}}) ==
        "400 InvalidRequest: The algorithm type you specified in x-amz-checksum- header is invalid.");
  CHECK(f.refused({{"x-amz-sdk-checksum-algorithm", "CRC7"}}) ==
        "400 InvalidRequest: Checksum algorithm provided is unsupported. Please try again with any of the valid types: [CRC32, CRC32C, "
        "CRC64NVME, MD5, SHA1, SHA256, SHA512, XXHASH128, XXHASH3, XXHASH64]");
  CHECK(f.refused({{"x-amz-sdk-checksum-algorithm", "SHA1"}, {"x-amz-checksum-crc32", sum(DigestKind::crc32)}}) ==
        "400 InvalidRequest: Value for x-amz-sdk-checksum-algorithm header is invalid.");
}

TEST_CASE("Content-MD5: 16 bytes of base64, and the right ones", "[s3][checksums]") {
  Fixture f;
  CHECK(f.s3.put("/photos/cat", kBody, {{"Content-MD5", base64(md5(kBody))}}).status == 200);
  CHECK(f.refused({{"Content-MD5", base64(md5("other"))}}) ==
        "400 BadDigest: The Content-MD5 you specified did not match what we received.");
  CHECK(element(f.s3.last, "ExpectedDigest") == hex(md5("other")));
  CHECK(element(f.s3.last, "CalculatedDigest") == base64(md5(kBody)));
  CHECK(f.s3.last.body.find("CalculatedDigest") < f.s3.last.body.find("ExpectedDigest"));
  for (std::string bad : {"", "AAAA", "nonsense!"}) {
    CHECK(f.refused({{"Content-MD5", bad}}) == "400 InvalidDigest: The Content-MD5 you specified was invalid.");
    CHECK(element(f.s3.last, "Content-MD5") == bad);
  }
}

TEST_CASE("x-amz-content-sha256: must be the hash of the body, or a word", "[s3][checksums]") {
  Fixture f;
  CHECK(f.s3.put("/photos/cat", kBody, {{"x-amz-content-sha256", hex(sha256(kBody))}}).status == 200);
  CHECK(f.s3.put("/photos/cat", kBody, {{"x-amz-content-sha256", "UNSIGNED-PAYLOAD"}}).status == 200);
  CHECK(f.refused({{"x-amz-content-sha256", hex(sha256("other"))}}) ==
        "400 XAmzContentSHA256Mismatch: The provided 'x-amz-content-sha256' header does not match what was computed.");
  CHECK(element(f.s3.last, "ClientComputedContentSHA256") == hex(sha256("other")));
  CHECK(element(f.s3.last, "S3ComputedContentSHA256") == hex(sha256(kBody)));
  CHECK(f.refused({{"x-amz-content-sha256", "nonsense"}})
            .starts_with("400 InvalidArgument: x-amz-content-sha256 must be UNSIGNED-PAYLOAD, "));
}

TEST_CASE("Checksums: a large body that does not match leaves no blob behind", "[s3][checksums]") {
  Fixture f;
  std::string body(1'000'000, 'x');
  CHECK(f.s3.refusal("PUT", "/photos/cat", {{"x-amz-checksum-crc32", "AAAAAA=="}}, body) ==
        "400 BadDigest: The CRC32 you specified did not match the calculated checksum.");
  CHECK(f.s3.refusal("GET", "/photos/cat") == "404 NoSuchKey: The specified key does not exist.");
}

TEST_CASE("aws-chunked: the framing is taken off and the trailer is checked", "[s3][checksums][chunked]") {
  Fixture f;
  for (const auto& [name, kind] : kAlgorithms) {
    INFO(name);
    std::string header = "x-amz-checksum-" + name;
    Reply put = f.s3.put("/photos/cat", chunked(kBody, header + ":" + sum(kind)), chunked_headers(header));
    CHECK(put.status == 200);
    CHECK(put.header(header) == sum(kind));
    Reply got = f.s3.get("/photos/cat");
    CHECK(got.body == kBody);
    CHECK_FALSE(got.has_header("Content-Encoding"));
    CHECK(f.s3.refusal("PUT", "/photos/cat", chunked_headers(header), chunked(kBody, header + ":" + sum(kind, "other"))) ==
          concat("400 BadDigest: The ", upper(name), " you specified did not match the calculated checksum."));
    CHECK(f.s3.refusal("PUT", "/photos/cat", chunked_headers(header), chunked(kBody, header + ":nonsense")) ==
          concat("400 InvalidRequest: Value for ", header, " trailing header is invalid."));
  }
}

TEST_CASE("aws-chunked: trailers that were not announced, or did not come", "[s3][checksums][chunked]") {
  Fixture f;
  constexpr auto kMalformed =
      "400 MalformedTrailerError: The request contained trailing data that was not well-formed or did not conform to our published "
      "schema.";
  CHECK(f.s3.refusal("PUT", "/photos/cat", chunked_headers("x-amz-checksum-crc32"),
                     chunked(kBody, "x-amz-checksum-sha1:" + sum(DigestKind::sha1))) == kMalformed);
  CHECK(f.s3.refusal("PUT", "/photos/cat", chunked_headers("x-amz-checksum-crc32"), "4\r\nmeow\r\n0\r\n\r\n") == kMalformed);
  CHECK(f.s3.refusal("PUT", "/photos/cat", chunked_headers("x-amz-colour"), chunked(kBody, "x-amz-colour:red")) ==
        "400 InvalidRequest: The value specified in the x-amz-trailer header is not supported");
  Headers unannounced = chunked_headers("");
  unannounced.pop_back();
  CHECK(f.s3.refusal("PUT", "/photos/cat", unannounced, chunked(kBody, "x-amz-checksum-sha1:" + sum(DigestKind::sha1))) == kMalformed);
  CHECK(f.s3.put("/photos/cat", "4\r\nmeow\r\n0\r\n\r\n", unannounced).status == 200);
}

TEST_CASE("aws-chunked: lengths that do not add up", "[s3][checksums][chunked]") {
  Fixture f;
  std::string header = "x-amz-checksum-crc32", trailer = header + ":" + sum(DigestKind::crc32);
  CHECK(f.s3.refusal("PUT", "/photos/cat", chunked_headers(header, "5"), chunked(kBody, trailer)) ==
        "400 IncompleteBody: You did not provide the number of bytes specified by the Content-Length HTTP header");
  CHECK(f.s3.refusal("PUT", "/photos/cat", chunked_headers(header), "4\r\nme").starts_with("400 IncompleteBody"));
  Headers without_length = {{"x-amz-content-sha256", "STREAMING-UNSIGNED-PAYLOAD-TRAILER"}};
  CHECK(f.s3.refusal("PUT", "/photos/cat", without_length, chunked(kBody, trailer)) ==
        "411 MissingContentLength: You must provide the Content-Length HTTP header.");
}

TEST_CASE("Multipart checksums: which type goes with which algorithm", "[s3][checksums][multipart]") {
  Fixture f;
  auto begin = [&](std::string algorithm, std::string type) {
    Headers headers = {{"x-amz-checksum-algorithm", algorithm}};
    if (!type.empty()) headers.emplace_back("x-amz-checksum-type", type);
    return f.s3.post("/photos/album?uploads", {}, headers);
  };
  for (std::string algorithm : {"CRC32", "CRC32C", "SHA1", "SHA256"})
    CHECK(begin(algorithm, "").header("x-amz-checksum-type") == "COMPOSITE");
  CHECK(begin("CRC64NVME", "").header("x-amz-checksum-type") == "FULL_OBJECT");
  CHECK(begin("CRC32", "FULL_OBJECT").header("x-amz-checksum-type") == "FULL_OBJECT");
  CHECK(error_of(begin("SHA256", "FULL_OBJECT")) ==
        "400 InvalidRequest: The FULL_OBJECT checksum type cannot be used with the sha256 checksum algorithm.");
  CHECK(error_of(begin("CRC64NVME", "COMPOSITE")) ==
        "400 InvalidRequest: The COMPOSITE checksum type cannot be used with the crc64nvme checksum algorithm.");
  CHECK(error_of(begin("CRC32", "HALF")) == "400 InvalidRequest: Value for x-amz-checksum-type header is invalid.");
  CHECK(f.s3.refusal("POST", "/photos/album?uploads", {{"x-amz-checksum-type", "COMPOSITE"}}) ==
        "400 InvalidRequest: The x-amz-checksum-type header can only be used with the x-amz-checksum-algorithm header.");
}

TEST_CASE("Multipart checksums: full-object CRCs are those of the whole", "[s3][checksums][multipart]") {
  Fixture f;
  std::string five(5 << 20, 'a');
  for (auto [name, kind] :
       {Algorithm{"CRC32", DigestKind::crc32}, Algorithm{"CRC32C", DigestKind::crc32c}, Algorithm{"CRC64NVME", DigestKind::crc64nvme}}) {
    INFO(name);
    std::string upload = f.s3.begin_upload("/photos/album", {{"x-amz-checksum-algorithm", name}, {"x-amz-checksum-type", "FULL_OBJECT"}});
    std::string header = "x-amz-checksum-" + lower(name);
    std::string a = f.s3.upload_part("/photos/album", upload, 1, five, {{header, sum(kind, five)}});
    std::string b = f.s3.upload_part("/photos/album", upload, 2, kBody);
    std::string target = "/photos/album?uploadId=" + upload;
    CHECK(f.s3.refusal("POST", target, {{header, sum(kind, "other")}}, parts_document({a, b})) ==
          concat("400 BadDigest: The ", lower(name), " you specified did not match the calculated checksum."));
    Reply done = f.s3.post(target, parts_document({a, b}), {{header, sum(kind, five + kBody)}, {"x-amz-checksum-type", "FULL_OBJECT"}});
    CHECK(done.status == 200);
    CHECK(element(done, "Checksum" + name) == sum(kind, five + kBody));
    CHECK(f.s3.get("/photos/album", {{"x-amz-checksum-mode", "ENABLED"}}).header(header) == sum(kind, five + kBody));
  }
}

TEST_CASE("Multipart checksums: composite ones need each part's, in Complete too", "[s3][checksums][multipart]") {
  Fixture f;
  std::string upload = f.s3.begin_upload("/photos/album", {{"x-amz-checksum-algorithm", "SHA256"}});
  std::string target = "/photos/album?uploadId=" + upload;
  CHECK(f.s3.refusal("PUT", target + "&partNumber=1", {}, kBody) ==
        "400 InvalidRequest: Checksum Type mismatch occurred, expected checksum Type: sha256, actual checksum Type: null");
  CHECK(f.s3.refusal("PUT", target + "&partNumber=1", {{"x-amz-checksum-crc32", sum(DigestKind::crc32)}}, kBody) ==
        "400 InvalidRequest: Checksum Type mismatch occurred, expected checksum Type: sha256, actual checksum Type: crc32");
  std::string etag = f.s3.upload_part("/photos/album", upload, 1, kBody, {{"x-amz-checksum-sha256", sum(DigestKind::sha256)}});
  CHECK(f.s3.last.header("x-amz-checksum-sha256") == sum(DigestKind::sha256));
  CHECK(element(f.s3.get(target), "Part/ChecksumSHA256") == sum(DigestKind::sha256));
  CHECK(element(f.s3.get(target), "ChecksumType") == "COMPOSITE");
  CHECK(f.s3.refusal("POST", target, {}, parts_document({etag})) ==
        "400 InvalidRequest: The upload was created using a sha256 checksum. The complete request must include the checksum for each "
        "part. It was missing for part 1 in the request.");
  auto listed = [&](const std::string& value) {
    return concat("<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>", etag, "</ETag><ChecksumSHA256>", value,
                  "</ChecksumSHA256></Part></CompleteMultipartUpload>");
  };
  CHECK_THAT(f.s3.refusal("POST", target, {}, listed(sum(DigestKind::sha256, "other"))), Catch::StartsWith("400 InvalidPart: "));
  CHECK(element(f.s3.last, "UploadId") == upload);
  CHECK(f.s3.refusal("POST", target, {{"x-amz-checksum-type", "FULL_OBJECT"}}, listed(sum(DigestKind::sha256))) ==
        "400 InvalidRequest: The upload was created using the COMPOSITE checksum mode. The complete request must use the same checksum "
        "mode.");
  CHECK(f.s3.post(target, listed(sum(DigestKind::sha256))).status == 200);
  Reply part = f.s3.get("/photos/album?partNumber=1", {{"x-amz-checksum-mode", "ENABLED"}});
  CHECK(part.header("x-amz-checksum-sha256") == sum(DigestKind::sha256));
}

TEST_CASE("Multipart checksums: of another algorithm than the upload's, and of an upload without one", "[s3][checksums][multipart]") {
  Fixture f;
  std::string upload = f.s3.begin_upload("/photos/album", {{"x-amz-checksum-algorithm", "CRC32"}, {"x-amz-checksum-type", "FULL_OBJECT"}});
  std::string etag = f.s3.upload_part("/photos/album", upload, 1, kBody, {{"x-amz-checksum-crc32", sum(DigestKind::crc32)}});
  std::string list = concat("<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>", etag, "</ETag><ChecksumSHA256>",
                            sum(DigestKind::sha256), "</ChecksumSHA256></Part></CompleteMultipartUpload>");
  CHECK(f.s3.refusal("POST", "/photos/album?uploadId=" + upload, {}, list) ==
        "400 BadDigest: The sha256 you specified for part 1 did not match what we received.");
  // What a client sends with a part comes back, though nothing asked for it.
  std::string plain = f.s3.begin_upload("/photos/plain");
  f.s3.upload_part("/photos/plain", plain, 1, kBody, {{"x-amz-checksum-crc32", sum(DigestKind::crc32)}});
  CHECK(f.s3.last.header("x-amz-checksum-crc32") == sum(DigestKind::crc32));
  CHECK(element(f.s3.get("/photos/plain?uploadId=" + plain), "Part/ChecksumCRC32") == "-");
}

TEST_CASE("Multipart checksums: that of the whole says nothing of a part of several", "[s3][checksums][multipart]") {
  Fixture f;
  std::string upload = f.s3.begin_upload("/photos/album", {{"x-amz-checksum-algorithm", "CRC32"}, {"x-amz-checksum-type", "FULL_OBJECT"}});
  std::string five(5 << 20, 'a');
  std::string a = f.s3.upload_part("/photos/album", upload, 1, five, {{"x-amz-checksum-crc32", sum(DigestKind::crc32, five)}});
  std::string b = f.s3.upload_part("/photos/album", upload, 2, kBody, {{"x-amz-checksum-crc32", sum(DigestKind::crc32)}});
  REQUIRE(f.s3.post("/photos/album?uploadId=" + upload, parts_document({a, b})).status == 200);
  Reply part = f.s3.get("/photos/album?partNumber=2", {{"x-amz-checksum-mode", "ENABLED"}});
  CHECK(part.body == kBody);
  CHECK_FALSE(part.has_header("x-amz-checksum-crc32"));
  CHECK_FALSE(part.has_header("x-amz-checksum-type"));
}

TEST_CASE("Documents: rules of lifecycle and CORS, tags of buckets, and locks come with a digest", "[s3][checksums][settings]") {
  Fixture f;
  f.s3.put("/vault", {}, {{"x-amz-bucket-object-lock-enabled", "true"}});
  f.s3.put("/vault/cat", kBody);
  const std::pair<std::string, std::string> documents[] = {
      {"/vault?object-lock", "<ObjectLockConfiguration><ObjectLockEnabled>Enabled</ObjectLockEnabled></ObjectLockConfiguration>"},
      {"/vault/cat?legal-hold", "<LegalHold><Status>OFF</Status></LegalHold>"},
      {"/vault/cat?retention", "<Retention/>"},
      {"/photos?tagging", "<Tagging><TagSet><Tag><Key>a</Key><Value>b</Value></Tag></TagSet></Tagging>"},
      {"/photos?cors",
       "<CORSConfiguration><CORSRule><AllowedMethod>GET</AllowedMethod><AllowedOrigin>*</AllowedOrigin></CORSRule></CORSConfiguration>"},
      {"/photos?lifecycle",
       "<LifecycleConfiguration><Rule><Prefix/><Status>Enabled</Status><Expiration><Days>1</Days></Expiration></Rule>"
       "</LifecycleConfiguration>"}};
  for (const auto& [target, document] : documents) {
    CAPTURE(target);
    auto put = [&, &what = target, &text = document](Headers headers) {
      return error_of(f.s3.world.send({.method = "PUT", .target = what, .headers = std::move(headers), .body = text}));
    };
    std::string_view others = target.ends_with("lifecycle") ? "" : " OR x-amz-checksum-*";
    CHECK(put({}) == concat("400 InvalidRequest: Missing required header for this request: Content-MD5", others));
    CHECK(put({{"Content-MD5", base64(md5(document))}}).starts_with("20"));
    CHECK(put({{"x-amz-checksum-crc32", base64(digest(DigestKind::crc32, document))}}).starts_with("20"));
  }
}

TEST_CASE("x-amz-content-sha256: a hash or one of AWS's words, whatever is called", "[s3][checksums]") {
  Fixture f;
  auto refused = [&](std::string method, std::string target, std::string word) {
    return f.s3.refusal(std::move(method), std::move(target), {{"x-amz-content-sha256", std::move(word)}});
  };
  constexpr auto kGarbage = "400 InvalidArgument: x-amz-content-sha256 must be UNSIGNED-PAYLOAD, ";
  for (std::string method : {"GET", "DELETE", "PUT"}) CHECK_THAT(refused(method, "/photos/cat", "garbage"), Catch::StartsWith(kGarbage));
  CHECK_THAT(refused("GET", "/photos", std::string(64, 'F')), Catch::StartsWith(kGarbage));
  const std::string stream = "STREAMING-UNSIGNED-PAYLOAD-TRAILER";
  for (std::string target : {"/photos/cat", "/photos?tagging", "/photos"}) {
    CHECK(refused("GET", target, stream) == "400 InvalidRequest: The value of x-amz-content-sha256 header is invalid.");
  }
  CHECK(refused("PUT", "/photos?tagging", stream) == "400 InvalidRequest: The value of x-amz-content-sha256 header is invalid.");
  CHECK_THAT(refused("GET", "/nobody", stream), Catch::StartsWith("404 NoSuchBucket"));
  CHECK(f.s3.get("/photos", {{"x-amz-content-sha256", hex(sha256(""))}}).status == 200);
}

TEST_CASE("Documents: Content-MD5 and checksums are of the document", "[s3][checksums]") {
  Fixture f;
  std::string document = "<Tagging><TagSet><Tag><Key>a</Key><Value>b</Value></Tag></TagSet></Tagging>";
  auto refused = [&](Headers headers) { return f.s3.refusal("PUT", "/photos?tagging", std::move(headers), document); };
  CHECK(refused({{"Content-MD5", base64(md5("other"))}}) == "400 BadDigest: The Content-MD5 you specified did not match what we received.");
  CHECK(refused({{"Content-MD5", "x"}}) == "400 InvalidDigest: The Content-MD5 you specified was invalid.");
  CHECK(refused({{"x-amz-checksum-crc32", "AAAAAA=="}}) == "400 BadDigest: The CRC32 you specified did not match the calculated checksum.");
  CHECK(refused({{"x-amz-content-sha256", hex(sha256("other"))}}).starts_with("400 XAmzContentSHA256Mismatch"));
  CHECK(f.s3.put("/photos?tagging", document, {{"Content-MD5", base64(md5(document))}}).status == 204);
}

}  // namespace cloudemu::test
