// Objects whose blobs a disk has damaged: told, never passed on, healed by who brings the bytes again.
#include <catch2/catch.hpp>

#include "core/digest.h"
#include "core/encoding.h"
#include "core/strings.h"
#include "support/s3.h"

namespace cloudemu::test {

namespace {

std::string content() {
  std::string bytes(200'000, '\0');
  uint32_t seed = 3;
  for (char& byte : bytes) byte = static_cast<char>((seed = seed * 1664525 + 1013904223) >> 24);
  return bytes;
}

std::string path_of_blob() {
  std::string name = hex(digest(DigestKind::sha256, content()));
  return concat("/blobs/", name.substr(0, 2), "/", name, ".blob");
}

void rewrite(log::FileSystem& files, const std::string& path, std::string_view bytes) {
  REQUIRE(files.remove(path));
  REQUIRE((*files.open(path, log::OpenMode::create))->append(bytes));
}

void flip(log::FileSystem& files, size_t at) {
  std::string bytes = *log::read_file(files, path_of_blob());
  bytes[at] = static_cast<char>(bytes[at] ^ 4);
  rewrite(files, path_of_blob(), bytes);
}

constexpr const char* kInternalError = "500 InternalError: We encountered an internal error. Please try again.";

}  // namespace

TEST_CASE("Damaged blob: a bad first stretch is told before the 200, a later one by a cut connection", "[app][blobs]") {
  S3 s3;
  s3.bucket("photos");
  REQUIRE(s3.put("/photos/cat.jpg", content()).status == 200);
  SECTION("the first stretch") {
    flip(s3.world.files(), 100);
    CHECK(error_of(s3.get("/photos/cat.jpg")) == kInternalError);
    CHECK(error_of(s3.get("/photos/cat.jpg", {{"Range", "bytes=10-20"}})) == kInternalError);
    Reply rest = s3.get("/photos/cat.jpg", {{"Range", "bytes=65536-199999"}});
    CHECK(rest.status == 206);
    CHECK(rest.body == content().substr(65'536));
  }
  SECTION("the last stretch") {
    flip(s3.world.files(), 199'999);
    Reply whole = s3.get("/photos/cat.jpg");
    CHECK(whole.cut);
    CHECK(content().starts_with(whole.body));
    CHECK(error_of(s3.get("/photos/cat.jpg", {{"Range", "bytes=-1"}})) == kInternalError);
  }
  SECTION("too short") {
    rewrite(s3.world.files(), path_of_blob(), content().substr(0, 150'000));
    CHECK(error_of(s3.get("/photos/cat.jpg")) == kInternalError);
    CHECK(s3.head("/photos/cat.jpg").status == 500);
  }
  SECTION("missing") {
    REQUIRE(s3.world.files().remove(path_of_blob()));
    CHECK(error_of(s3.get("/photos/cat.jpg")) == kInternalError);
    CHECK(s3.head("/photos/cat.jpg").status == 500);
  }
  REQUIRE(s3.put("/photos/again.jpg", content()).status == 200);
  CHECK(s3.get("/photos/cat.jpg").body == content());
  Reply head = s3.head("/photos/cat.jpg");
  CHECK(head.status == 200);
  CHECK(head.body.empty());
}

TEST_CASE("Damaged blob: no copy is made of it, and no upload completed with it", "[app][blobs]") {
  S3 s3;
  s3.bucket("photos");
  REQUIRE(s3.put("/photos/cat.jpg", content()).status == 200);
  std::string upload = s3.begin_upload("/photos/whole");
  std::string etag = s3.upload_part("/photos/whole", upload, 1, content());
  SECTION("a flipped bit") { flip(s3.world.files(), 131'073); }
  SECTION("missing") { REQUIRE(s3.world.files().remove(path_of_blob())); }
  CHECK(s3.refusal("PUT", "/photos/copy", {{"x-amz-copy-source", "/photos/cat.jpg"}}) == kInternalError);
  CHECK(s3.refusal("PUT", "/photos/copy", {{"x-amz-copy-source", "/photos/cat.jpg"}, {"x-amz-checksum-algorithm", "SHA1"}}) ==
        kInternalError);
  std::string part = concat("/photos/whole?partNumber=2&uploadId=", upload);
  CHECK(s3.refusal("PUT", part, {{"x-amz-copy-source", "/photos/cat.jpg"}}) == kInternalError);
  std::string complete = concat("/photos/whole?uploadId=", upload);
  CHECK(s3.refusal("POST", complete, {}, parts_document({etag})) == kInternalError);
  // Healed, all of it works.
  REQUIRE(s3.put("/photos/again.jpg", content()).status == 200);
  CHECK(s3.put("/photos/copy", {}, {{"x-amz-copy-source", "/photos/cat.jpg"}}).status == 200);
  CHECK(s3.post(complete, parts_document({etag})).status == 200);
  CHECK(s3.get("/photos/whole").body == content());
}

TEST_CASE("Blobs: refused uploads leave none", "[app][blobs]") {
  S3 s3;
  s3.bucket("photos");
  auto blobs = [&] {
    s3.world.blobs().collect();
    return s3.world.blobs().list()->size();
  };
  REQUIRE(s3.put("/photos/cat.jpg", content()).status == 200);
  REQUIRE(blobs() == 1);
  std::string other = content() + "x";
  CHECK(s3.refusal("PUT", "/photos/cat.jpg", {{"If-None-Match", "*"}}, other).starts_with("412"));
  CHECK(s3.refusal("PUT", "/photos/dog.jpg", {{"Content-MD5", "AAAAAAAAAAAAAAAAAAAAAA=="}}, other).starts_with("400 BadDigest"));
  CHECK(blobs() == 1);
  // What there is already is not taken away by a refused upload of the same bytes.
  CHECK(s3.refusal("PUT", "/photos/dog.jpg", {{"Content-MD5", "AAAAAAAAAAAAAAAAAAAAAA=="}}, content()).starts_with("400 BadDigest"));
  CHECK(s3.get("/photos/cat.jpg").body == content());
  std::string upload = s3.begin_upload("/photos/big");
  s3.upload_part("/photos/big", upload, 1, other);
  CHECK(blobs() == 2);
  CHECK(s3.remove(concat("/photos/big?uploadId=", upload)).status == 204);
  CHECK(blobs() == 1);
  CHECK(s3.remove("/photos/cat.jpg").status == 204);
  CHECK(blobs() == 0);
}

}  // namespace cloudemu::test
