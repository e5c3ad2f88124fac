// Bucket policies decide: for anonymous callers and other accounts, and by an explicit Deny for the owner's account, too.
#include <catch2/catch.hpp>

#include "core/encoding.h"
#include "core/strings.h"
#include "services/s3/operations.h"
#include "support/s3.h"

namespace cloudemu::test {

namespace {

constexpr std::string_view kOwner = "111122223333", kOther = "444455556666";
const std::string kPhotos = "arn:aws:s3:::photos", kObjects = "arn:aws:s3:::photos/*";

/// ' stands for ".
std::string json(std::string text) {
  for (char& c : text) c = c == '\'' ? '"' : c;
  return text;
}
std::string statement(std::string_view effect, std::string_view principal, std::string_view action, std::string_view resource,
                      std::string_view condition = {}) {
  std::string text = concat("{'Effect':'", effect, "','Principal':", principal, ",'Action':", action, ",'Resource':'", resource, "'");
  if (!condition.empty()) append(text, ",'Condition':{", condition, "}");
  return text + "}";
}

/// A bucket of kOwner with an object in it. Whoever names an account in the request is that account; nobody proves it.
struct Fixture {
  explicit Fixture(iam::Mode mode = iam::Mode::enforce) : s3(Environment{.policies = mode}) {
    REQUIRE(s3.put("/photos", {}, {owner}).status == 200);
    REQUIRE(s3.put("/photos/cat", "meow", {owner}).status == 200);
    REQUIRE(s3.remove("/photos?publicAccessBlock", {owner}).status == 204);
  }
  void policy(const std::vector<std::string>& statements) {
    std::string text = concat("{'Version':'2012-10-17','Statement':[", join(statements, ","), "]}");
    Reply put = s3.put("/photos?policy", json(text), {owner});
    INFO(put.body);
    REQUIRE(put.status == 204);
  }
  int status(std::string method, std::string target, Headers headers = {}, std::string body = {}) {
    return s3.call(std::move(method), std::move(target), std::move(headers), std::move(body)).status;
  }

  const std::pair<std::string, std::string> owner = as(kOwner), other = as(kOther);
  S3 s3;
};

}  // namespace

TEST_CASE("Bucket policy: without one only the owner's account comes in", "[s3][iam]") {
  Fixture f;
  CHECK(f.s3.get("/photos/cat", {f.owner}).body == "meow");
  CHECK(f.s3.refusal("GET", "/photos/cat") == "403 AccessDenied: Access Denied");
  CHECK(f.s3.refusal("GET", "/photos/cat", {f.other}) ==
        "403 AccessDenied: User: arn:aws:iam::444455556666:root is not authorized to perform: s3:GetObject on resource: "
        "\"arn:aws:s3:::photos/cat\" because no resource-based policy allows the s3:GetObject action");
  CHECK(f.s3.refusal("GET", "/photos", {f.other}).starts_with("403 AccessDenied"));
  CHECK(f.s3.refusal("PUT", "/photos/dog", {f.other}, "woof").starts_with("403 AccessDenied"));
  CHECK(f.s3.refusal("PUT", "/photos/dog", {}, "woof").starts_with("403 AccessDenied"));
  CHECK(f.s3.refusal("GET", "/photos?policy", {f.other}).starts_with("403 AccessDenied"));
  CHECK(f.s3.refusal("DELETE", "/photos", {f.other}).starts_with("403 AccessDenied"));
  // What is not there is said to everybody.
  CHECK(f.s3.refusal("GET", "/nowhere/cat").starts_with("404 NoSuchBucket"));
  CHECK(f.s3.refusal("GET", "/nowhere/cat", {f.other}).starts_with("404 NoSuchBucket"));
  // Anonymous callers have no buckets.
  Reply list = f.s3.get("/");
  CHECK(list.status == 307);
  CHECK(list.header("Location") == "https://aws.amazon.com/s3/");
  CHECK(list.body.empty());
  CHECK(f.s3.refusal("PUT", "/mine") == "403 AccessDenied: Anonymous users cannot invoke this API. Please authenticate.");
  CHECK(f.s3.get("/", {f.other}).status == 200);
}

TEST_CASE("HeadBucket: who may not enter is told the region", "[s3][iam]") {
  Fixture f;
  for (const Headers& who : {Headers{}, Headers{f.other}}) {
    Reply reply = f.s3.call("HEAD", "/photos", who, {});
    CHECK(reply.status == 403);
    CHECK(reply.header("x-amz-bucket-region") == "us-east-1");
  }
}

TEST_CASE("Bucket policy: it is its owner's account's, even where it is given to all", "[s3][iam]") {
  for (iam::Mode mode : {iam::Mode::enforce, iam::Mode::soft}) {
    Fixture f(mode);
    f.policy({statement("Allow", "'*'", "'s3:*Policy'", kPhotos)});
    bool is_strict = mode == iam::Mode::enforce;
    for (const Headers& who : {Headers{}, Headers{f.other}}) {
      CHECK(f.status("GET", "/photos?policy", who) == (is_strict ? 405 : 200));
      if (!is_strict) continue;
      CHECK(element(f.s3.last, "ResourceType") == "BUCKETPOLICY");
      CHECK(f.status("PUT", "/photos?policy", who, "{}") == 405);
      CHECK(f.status("DELETE", "/photos?policy", who) == 405);
    }
    CHECK(f.status("GET", "/photos?policy", {f.owner}) == 200);
  }
}

TEST_CASE("Bucket policy: what anonymous callers may never do, and how they are told", "[s3][iam]") {
  Fixture f;
  f.policy({statement("Allow", "'*'", "'s3:*'", kPhotos), statement("Allow", "'*'", "'s3:*'", kObjects)});
  const std::string denied = "403 AccessDenied: ", name = "Anonymous users cannot invoke this API. Please authenticate.";
  CHECK(f.s3.refusal("PUT", "/photos/copy", {{"x-amz-copy-source", "photos/cat"}}) ==
        denied + "Anonymous users cannot copy objects.  Please authenticate.");
  CHECK(f.s3.refusal("PUT", "/photos?acl", {{"x-amz-acl", "private"}}) == denied + name);
  CHECK(f.s3.refusal("PUT", "/photos/cat?acl", {{"x-amz-acl", "private"}}) == denied + name);
  for (std::string method : {"PUT", "DELETE"}) {
    CHECK(f.s3.refusal(method, "/photos?ownershipControls") ==
          denied + "s3:PutBucketOwnershipControls does not support Anonymous requests!");
  }
  CHECK(f.s3.refusal("GET", "/photos?ownershipControls") == denied + "s3:GetBucketOwnershipControls does not support Anonymous requests!");
  CHECK(f.status("GET", "/photos?ownershipControls", {f.other}) == 200);
  CHECK(f.status("PUT", "/photos/copy", {f.other, {"x-amz-copy-source", "photos/cat"}}) == 200);
}

TEST_CASE("Bucket policy: nobody begins an upload in parts without a name, whoever may write", "[s3][iam]") {
  for (iam::Mode mode : {iam::Mode::enforce, iam::Mode::soft, iam::Mode::off}) {
    Fixture f(mode);
    f.policy({statement("Allow", "'*'", "'s3:PutObject'", kObjects)});
    CHECK(f.status("PUT", "/photos/dog", {}, "woof") == 200);
    CHECK(f.status("POST", "/photos/dog?uploads", {f.other}) == 200);
    if (mode != iam::Mode::enforce) {
      CHECK(f.status("POST", "/photos/dog?uploads") == 200);
      continue;
    }
    CHECK(f.s3.refusal("POST", "/photos/dog?uploads") ==
          "403 AccessDenied: Anonymous users cannot initiate multipart uploads.  Please authenticate.");
  }
}

TEST_CASE("Bucket policy: a public bucket is read by everyone, and by nobody else's leave written", "[s3][iam]") {
  Fixture f;
  f.policy({statement("Allow", "'*'", "'s3:GetObject'", kObjects)});
  CHECK(f.s3.get("/photos/cat").body == "meow");
  CHECK(f.s3.get("/photos/cat", {f.other}).body == "meow");
  CHECK(f.status("HEAD", "/photos/cat") == 200);
  CHECK(f.status("GET", "/photos") == 403);
  CHECK(f.status("PUT", "/photos/dog", {}, "woof") == 403);
  CHECK(f.status("DELETE", "/photos/cat") == 403);
  CHECK(f.status("GET", "/photos/cat?tagging") == 403);
  CHECK(f.status("GET", "/photos/cat?attributes", {{"x-amz-object-attributes", "ETag"}}) == 403);
}

TEST_CASE("Bucket policy: what is not there is hidden from those who may not list", "[s3][iam]") {
  Fixture f;
  f.policy({statement("Allow", "'*'", "'s3:GetObject'", kObjects)});
  CHECK(f.s3.refusal("GET", "/photos/dog").starts_with("403 AccessDenied"));
  CHECK(f.status("HEAD", "/photos/dog") == 403);
  CHECK_THAT(f.s3.refusal("GET", "/photos/dog", {f.other}), Catch::Contains("perform: s3:ListBucket on resource: \"arn:aws:s3:::photos\""));
  CHECK(f.s3.refusal("GET", "/photos/dog", {f.owner}).starts_with("404 NoSuchKey"));
  f.policy({statement("Allow", "'*'", "'s3:GetObject'", kObjects), statement("Allow", "'*'", "'s3:ListBucket'", kPhotos)});
  CHECK(f.s3.refusal("GET", "/photos/dog").starts_with("404 NoSuchKey"));
  // A copy looks into the bucket of its source.
  REQUIRE(f.s3.put("/theirs", {}, {f.other}).status == 200);
  CHECK(f.s3.refusal("PUT", "/theirs/dog", {f.other, {"x-amz-copy-source", "/photos/dog"}}).starts_with("404 NoSuchKey"));
}

TEST_CASE("Bucket policy: a Deny binds the owner's account, too", "[s3][iam]") {
  Fixture f;
  f.policy({statement("Deny", "'*'", "'s3:DeleteObject'", kObjects)});
  CHECK(f.s3.refusal("DELETE", "/photos/cat", {f.owner}) ==
        "403 AccessDenied: User: arn:aws:iam::111122223333:root is not authorized to perform: s3:DeleteObject on resource: "
        "\"arn:aws:s3:::photos/cat\" with an explicit deny in a resource-based policy");
  CHECK(f.s3.get("/photos/cat", {f.owner}).status == 200);
  // Nobody locks himself out: the root of the owner's account may always deal with the policy itself.
  f.policy({statement("Deny", "'*'", "'s3:*'", kPhotos), statement("Deny", "'*'", "'s3:*'", kObjects)});
  CHECK(f.status("GET", "/photos/cat", {f.owner}) == 403);
  CHECK(f.status("GET", "/photos", {f.owner}) == 403);
  CHECK(f.status("GET", "/photos?policy", {f.owner}) == 200);
  CHECK(f.status("GET", "/photos?policy", {f.other}) == 403);
  CHECK(f.status("DELETE", "/photos?policy", {f.owner}) == 204);
  CHECK(f.status("GET", "/photos/cat", {f.owner}) == 200);
}

TEST_CASE("Bucket policy: deny what comes without TLS", "[s3][iam]") {
  Fixture f;
  f.policy({statement("Deny", "'*'", "'s3:*'", kObjects, "'Bool':{'aws:SecureTransport':'false'}")});
  CHECK(f.status("GET", "/photos/cat", {f.owner}) == 403);
  CHECK(f.status("GET", "/photos/cat", {f.owner, {"X-Forwarded-Proto", "https"}}) == 200);
}

TEST_CASE("Bucket policy: deny what is not to be encrypted", "[s3][iam]") {
  Fixture f;
  f.policy({statement("Deny", "'*'", "'s3:PutObject'", kObjects, "'Null':{'s3:x-amz-server-side-encryption':'true'}"),
            statement("Deny", "'*'", "'s3:PutObject'", kObjects, "'StringNotEquals':{'s3:x-amz-server-side-encryption':'AES256'}")});
  CHECK(f.status("PUT", "/photos/dog", {f.owner}, "woof") == 403);
  CHECK(f.status("PUT", "/photos/dog", {f.owner, {"x-amz-server-side-encryption", "AES256"}}, "woof") == 200);
  CHECK(f.status("POST", "/photos/dog?uploads", {f.owner}) == 403);
  CHECK(f.status("POST", "/photos/dog?uploads", {f.owner, {"x-amz-server-side-encryption", "AES256"}}) == 200);
}

TEST_CASE("Bucket policy: how an upload was begun stands for its parts, which cannot say it", "[s3][iam][multipart]") {
  Fixture f;
  auto is_taken = [&](std::string method) {
    std::string upload = f.s3.begin_upload("/photos/dog", {f.owner, {"x-amz-server-side-encryption", std::move(method)}});
    const std::string target = "/photos/dog?uploadId=" + upload;
    Reply part = f.s3.put(target + "&partNumber=1", "woof", {f.owner});
    int copied = f.status("PUT", target + "&partNumber=2", {f.owner, {"x-amz-copy-source", "/photos/cat"}});
    const std::string document = parts_document({part.header("ETag")});
    Reply done = f.s3.post(target, document, {f.owner});
    return part.status == 200 && copied == 200 && done.status == 200 && f.s3.post(target, document, {f.owner}).status == 200;
  };
  f.policy({statement("Deny", "'*'", "'s3:PutObject'", kObjects, "'Null':{'s3:x-amz-server-side-encryption':'true'}")});
  CHECK(is_taken("AES256"));
  CHECK(is_taken("aws:kms"));
  f.policy({statement("Deny", "'*'", "'s3:PutObject'", kObjects, "'StringNotEquals':{'s3:x-amz-server-side-encryption':'aws:kms'}"),
            statement("Deny", "'*'", "'s3:PutObject'", kObjects, "'Null':{'s3:x-amz-server-side-encryption-aws-kms-key-id':'true'}")});
  std::string upload =
      f.s3.begin_upload("/photos/dog", {f.owner,
                                        {"x-amz-server-side-encryption", "aws:kms"},
                                        {"x-amz-server-side-encryption-aws-kms-key-id", "1234abcd-12ab-34cd-56ef-1234567890ab"}});
  CHECK(f.status("PUT", "/photos/dog?partNumber=1&uploadId=" + upload, {f.owner}, "woof") == 200);
  CHECK(f.status("PUT", "/photos/dog", {f.owner}, "woof") == 403);
}

TEST_CASE("Bucket policy: by the address of the caller", "[s3][iam]") {
  Fixture f;
  f.policy({statement("Deny", "'*'", "'s3:*'", kObjects, "'NotIpAddress':{'aws:SourceIp':['203.0.113.0/24','2001:db8::/32']}")});
  f.s3.world.set_peer("203.0.113.9");
  CHECK(f.status("GET", "/photos/cat", {f.owner}) == 200);
  f.s3.world.set_peer("::ffff:203.0.113.9");
  CHECK(f.status("GET", "/photos/cat", {f.owner}) == 200);
  f.s3.world.set_peer("2001:db8::7");
  CHECK(f.status("GET", "/photos/cat", {f.owner}) == 200);
  f.s3.world.set_peer("198.51.100.1");
  CHECK(f.status("GET", "/photos/cat", {f.owner}) == 403);
}

TEST_CASE("Bucket policy: another account is let in to what it is allowed", "[s3][iam]") {
  Fixture f;
  f.policy({statement("Allow", concat("{'AWS':'", kOther, "'}"), "['s3:GetObject','s3:PutObject']", "arn:aws:s3:::photos/in/*"),
            statement("Allow", concat("{'AWS':'", kOther, "'}"), "'s3:ListBucket'", kPhotos, "'StringLike':{'s3:prefix':'in/*'}")});
  CHECK(f.status("PUT", "/photos/in/dog", {f.other}, "woof") == 200);
  CHECK(f.status("GET", "/photos/in/dog", {f.other}) == 200);
  CHECK(f.status("GET", "/photos/cat", {f.other}) == 403);
  CHECK(f.status("GET", "/photos?list-type=2&prefix=in/", {f.other}) == 200);
  CHECK(f.status("GET", "/photos?prefix=in/", {f.other}) == 200);
  CHECK(f.status("GET", "/photos", {f.other}) == 403);
  CHECK(f.status("GET", "/photos/in/dog") == 403);
  // An upload in parts needs the same permission as one in one piece. Only who began it may look at it and give it up, besides the owner.
  std::string upload = f.s3.begin_upload("/photos/in/big", {f.other});
  std::string etag = f.s3.upload_part("/photos/in/big", upload, 1, "all", {f.other});
  CHECK(f.status("GET", concat("/photos/in/big?uploadId=", upload), {f.other}) == 200);
  CHECK(f.status("GET", concat("/photos/in/big?uploadId=", upload), {as("777788889999")}) == 403);
  CHECK(f.status("DELETE", concat("/photos/in/big?uploadId=", upload), {as("777788889999")}) == 403);
  CHECK(f.status("POST", concat("/photos/in/big?uploadId=", upload), {}, parts_document({etag})) == 403);
  CHECK(f.status("POST", concat("/photos/in/big?uploadId=", upload), {f.other}, parts_document({etag})) == 200);
  // What headers ask for besides needs permissions of its own.
  CHECK(f.status("PUT", "/photos/in/dog", {f.other, {"x-amz-tagging", "a=b"}}, "woof") == 403);
  CHECK(f.status("PUT", "/photos/in/dog", {f.other, {"x-amz-acl", "bucket-owner-full-control"}}, "woof") == 200);
  CHECK(f.status("PUT", "/photos/in/dog", {f.other, {"x-amz-acl", "public-read"}}, "woof") == 403);
}

TEST_CASE("Bucket policy: a copy reads its source", "[s3][iam]") {
  Fixture f;
  REQUIRE(f.s3.put("/theirs", {}, {f.other}).status == 200);
  const Headers copy = {f.other, {"x-amz-copy-source", "/photos/cat"}};
  CHECK(f.status("PUT", "/theirs/cat", copy) == 403);
  f.policy({statement("Allow", concat("{'AWS':'", kOther, "'}"), "'s3:GetObject'", kObjects)});
  CHECK(f.status("PUT", "/theirs/cat", copy) == 200);
  CHECK(f.status("PUT", "/photos/copied", {f.other, {"x-amz-copy-source", "/theirs/cat"}}) == 403);
  std::string upload = f.s3.begin_upload("/theirs/big", {f.other});
  CHECK(f.status("PUT", concat("/theirs/big?partNumber=1&uploadId=", upload), copy) == 200);
  // Tags are copied along, and need permissions.
  REQUIRE(f.s3.put("/photos/cat", "meow", {f.owner, {"x-amz-tagging", "mood=good"}}).status == 200);
  CHECK(f.status("PUT", "/theirs/cat", copy) == 403);
  CHECK(f.status("PUT", "/theirs/cat", {f.other, {"x-amz-copy-source", "/photos/cat"}, {"x-amz-tagging-directive", "REPLACE"}}) == 200);
  // The source of a copy as a condition.
  f.policy({statement("Deny", "'*'", "'s3:PutObject'", kObjects, "'StringNotLikeIfExists':{'s3:x-amz-copy-source':'photos/*'}")});
  CHECK(f.status("PUT", "/photos/again", {f.owner, {"x-amz-copy-source", "photos/cat"}}) == 200);
  REQUIRE(f.s3.put("/elsewhere", {}, {f.owner}).status == 200);
  REQUIRE(f.s3.put("/elsewhere/cat", "meow", {f.owner}).status == 200);
  CHECK(f.status("PUT", "/photos/again", {f.owner, {"x-amz-copy-source", "/elsewhere/cat"}}) == 403);
}

TEST_CASE("Bucket policy: DeleteObjects asks for each key by itself", "[s3][iam]") {
  Fixture f;
  REQUIRE(f.s3.put("/photos/dog", "woof", {f.owner}).status == 200);
  const std::string document = "<Delete><Object><Key>cat</Key></Object><Object><Key>dog</Key></Object></Delete>";
  const Headers sent = {f.other, {"Content-MD5", base64(md5(document))}};
  f.policy({statement("Allow", concat("{'AWS':'", kOther, "'}"), "'s3:DeleteObject'", "arn:aws:s3:::photos/d*")});
  Reply reply = f.s3.post("/photos?delete", document, sent);
  CHECK(reply.status == 200);
  CHECK(elements(reply, "Deleted/Key") == "dog");
  CHECK(elements(reply, "Error/Key") == "cat");
  CHECK(elements(reply, "Error/Code") == "AccessDenied");
  CHECK(f.s3.get("/photos/cat", {f.owner}).status == 200);
  reply = f.s3.post("/photos?delete", document, {{"Content-MD5", base64(md5(document))}});
  CHECK(elements(reply, "Error/Key") == "cat dog");
}

TEST_CASE("Bucket policy: versions have actions of their own", "[s3][iam]") {
  Fixture f;
  REQUIRE(f.s3.put("/photos?versioning", "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>", {f.owner}).status ==
          200);
  std::string version = f.s3.put("/photos/cat", "hiss", {f.owner}).header("x-amz-version-id");
  f.policy({statement("Allow", "'*'", "['s3:GetObject','s3:DeleteObject']", kObjects)});
  CHECK(f.status("GET", "/photos/cat") == 200);
  CHECK(f.status("GET", "/photos/cat?versionId=" + version) == 403);
  CHECK(f.status("DELETE", "/photos/cat?versionId=" + version) == 403);
  f.policy({statement("Allow", "'*'", "'s3:GetObjectVersion'", kObjects, concat("'StringEquals':{'s3:VersionId':'", version, "'}"))});
  CHECK(f.status("GET", "/photos/cat?versionId=" + version) == 200);
  CHECK(f.status("GET", "/photos/cat?versionId=null") == 403);
}

TEST_CASE("Bucket policy: tags of objects and of requests", "[s3][iam]") {
  Fixture f;
  REQUIRE(f.s3.put("/photos/secret", "x", {f.owner, {"x-amz-tagging", "Class=secret"}}).status == 200);
  f.policy({statement("Allow", "'*'", "'s3:GetObject'", kObjects, "'StringNotEquals':{'s3:ExistingObjectTag/Class':'secret'}"),
            statement("Allow", concat("{'AWS':'", kOther, "'}"), "['s3:PutObject','s3:PutObjectTagging']", kObjects,
                      "'ForAllValues:StringEquals':{'s3:RequestObjectTagKeys':['Class','Team']},'StringEquals':{'s3:RequestObjectTag/"
                      "Class':'open'}")});
  CHECK(f.status("GET", "/photos/secret") == 403);
  CHECK(f.status("GET", "/photos/cat") == 200);
  CHECK(f.status("PUT", "/photos/a", {f.other, {"x-amz-tagging", "Class=open&Team=red"}}, "x") == 200);
  CHECK(f.status("PUT", "/photos/a", {f.other, {"x-amz-tagging", "Class=secret"}}, "x") == 403);
  CHECK(f.status("PUT", "/photos/a", {f.other, {"x-amz-tagging", "Class=open&Mood=good"}}, "x") == 403);
  const std::string tags = "<Tagging><TagSet><Tag><Key>Class</Key><Value>@</Value></Tag></TagSet></Tagging>";
  CHECK(f.status("PUT", "/photos/a?tagging", {f.other}, replace_all(tags, "@", "open")) == 200);
  CHECK(f.status("PUT", "/photos/a?tagging", {f.other}, replace_all(tags, "@", "secret")) == 403);
}

TEST_CASE("Bucket policy: time is the virtual clock's", "[s3][iam]") {
  Fixture f;
  f.policy({statement("Allow", "'*'", "'s3:GetObject'", kObjects, "'DateLessThan':{'aws:CurrentTime':'2026-11-24'}")});
  CHECK(f.status("GET", "/photos/cat") == 200);
  f.s3.world.advance(24 * 3600 * kSecondMs);
  CHECK(f.status("GET", "/photos/cat") == 403);
}

TEST_CASE("Bucket policy: a browser's form is a PutObject", "[s3][iam]") {
  Fixture f;
  auto form = [](std::string_view key) {
    return concat("--x\r\nContent-Disposition: form-data; name=\"key\"\r\n\r\n", key,
                  "\r\n--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.txt\"\r\n\r\nhello\r\n--x--\r\n");
  };
  auto post = [&](std::string_view key) {
    std::string body = form(key);
    return f.status("POST", "/photos",
                    {{"Content-Type", "multipart/form-data; boundary=x"}, {"Content-Length", std::to_string(body.size())}}, body);
  };
  CHECK(post("in/a") == 403);
  f.policy({statement("Allow", "'*'", "'s3:PutObject'", "arn:aws:s3:::photos/in/*.txt")});
  CHECK(post("in/a.txt") == 204);
  CHECK(post("in/${filename}") == 204);
  CHECK(post("in/a.gif") == 403);
  CHECK(post("out/${filename}") == 403);
}

TEST_CASE("Bucket policy: soft lets through and tells what it would have refused", "[s3][iam]") {
  Fixture f(iam::Mode::soft);
  CHECK(f.s3.get("/photos/cat", {f.other}).body == "meow");
  CHECK(f.s3.get("/photos/cat").body == "meow");
  std::string log = f.s3.call("GET", "/_cloudemu/requests?last=2").body;
  CHECK_THAT(log,
             Catch::Contains("\"iam_would_refuse\":\"User: arn:aws:iam::444455556666:root is not authorized to perform: s3:GetObject"));
  CHECK_THAT(log, Catch::Contains("\"iam_would_refuse\":\"Anonymous users are not authorized to perform: s3:GetObject"));
  CHECK(f.s3.get("/photos/cat", {f.owner}).status == 200);
  CHECK_THAT(f.s3.call("GET", "/_cloudemu/requests?last=1").body, !Catch::Contains("iam_would_refuse"));
}

TEST_CASE("Bucket policy: soft or not, nobody comes in whom --auth verify keeps out", "[s3][iam][auth]") {
  S3 s3(Environment{.auth = AuthMode::verify, .policies = iam::Mode::soft});
  CHECK(s3.get("/").status == 307);
  CHECK(s3.refusal("PUT", "/photos").starts_with("403 AccessDenied"));
}

TEST_CASE("Bucket policy: a block of public access lets nobody else in by a public policy", "[s3][iam]") {
  Fixture f;
  auto block = [&](std::string_view restricts) {
    return f.status("PUT", "/photos?publicAccessBlock", {f.owner},
                    concat("<PublicAccessBlockConfiguration><RestrictPublicBuckets>", restricts,
                           "</RestrictPublicBuckets></PublicAccessBlockConfiguration>"));
  };
  f.policy({statement("Allow", "'*'", "'s3:GetObject'", kObjects)});
  CHECK(f.status("GET", "/photos/cat") == 200);
  REQUIRE(block("true") == 200);
  CHECK(f.status("GET", "/photos/cat") == 403);
  CHECK(f.status("GET", "/photos/cat", {f.other}) == 403);
  CHECK(f.status("GET", "/photos/cat", {f.owner}) == 200);
  // A policy that is not public is left alone, and a Deny counts.
  f.policy({statement("Allow", concat("{'AWS':'", kOther, "'}"), "'s3:GetObject'", kObjects)});
  CHECK(f.status("GET", "/photos/cat", {f.other}) == 200);
  f.policy({statement("Allow", "'*'", "'s3:GetObject'", kObjects), statement("Deny", "'*'", "'s3:PutObject'", kObjects)});
  CHECK(f.status("PUT", "/photos/dog", {f.owner}, "woof") == 403);
  REQUIRE(block("false") == 200);
  CHECK(f.status("GET", "/photos/cat") == 200);
}

TEST_CASE("Access control lists let others in where the bucket takes them", "[s3][iam]") {
  Fixture f;
  const std::string controls =
      "<OwnershipControls><Rule><ObjectOwnership>BucketOwnerPreferred</ObjectOwnership></Rule></OwnershipControls>";
  REQUIRE(f.status("PUT", "/photos?ownershipControls", {f.owner}, controls) == 200);
  REQUIRE(f.status("PUT", "/photos/open", {f.owner, {"x-amz-acl", "public-read"}}, "hello") == 200);
  REQUIRE(f.status("PUT", "/photos/members", {f.owner, {"x-amz-acl", "authenticated-read"}}, "hello") == 200);
  CHECK(f.status("GET", "/photos/open") == 200);
  CHECK(f.status("GET", "/photos/open", {f.other}) == 200);
  CHECK(f.status("GET", "/photos/members") == 403);
  CHECK(f.status("GET", "/photos/members", {f.other}) == 200);
  CHECK(f.status("GET", "/photos/cat") == 403);
  CHECK(f.status("GET", "/photos") == 403);
  CHECK(f.status("GET", "/photos/open?acl") == 403);
  REQUIRE(f.status("PUT", "/photos?acl", {f.owner, {"x-amz-acl", "public-read-write"}}) == 200);
  CHECK(f.status("GET", "/photos") == 200);
  CHECK(f.status("PUT", "/photos/guest", {}, "hi") == 200);
  CHECK(f.status("GET", "/photos/guest") == 403);
  CHECK(f.status("DELETE", "/photos/guest") == 403);
  // An explicit Deny of the policy goes before.
  f.policy({statement("Deny", "'*'", "'s3:GetObject'", "arn:aws:s3:::photos/open")});
  CHECK(f.status("GET", "/photos/open") == 403);
  CHECK(f.status("GET", "/photos/members", {f.other}) == 200);
  const std::string ignore = "<PublicAccessBlockConfiguration><IgnorePublicAcls>true</IgnorePublicAcls></PublicAccessBlockConfiguration>";
  REQUIRE(f.status("PUT", "/photos?publicAccessBlock", {f.owner}, ignore) == 200);
  CHECK(f.status("GET", "/photos/members", {f.other}) == 403);
  // Once the owner owns everything again, no list has a say.
  REQUIRE(f.status("DELETE", "/photos?publicAccessBlock", {f.owner}) == 204);
  CHECK(f.status("GET", "/photos") == 200);
  REQUIRE(f.status("PUT", "/photos?ownershipControls", {f.owner}, replace_all(controls, "BucketOwnerPreferred", "BucketOwnerEnforced")) !=
          500);
}

namespace {

/// Every account may write into the bucket, and ACLs have a say.
struct Guests : Fixture {
  explicit Guests(std::string_view ownership) {
    std::string controls = concat("<OwnershipControls><Rule><ObjectOwnership>", ownership, "</ObjectOwnership></Rule></OwnershipControls>");
    REQUIRE(status("PUT", "/photos?ownershipControls", {owner}, controls) == 200);
    REQUIRE(status("PUT", "/photos?acl", {owner, {"x-amz-acl", "public-read-write"}}) == 200);
  }
  std::string owner_of(const std::string& target, const std::pair<std::string, std::string>& who) {
    return element(s3.get(target + "?acl", {who}), "Owner/ID");
  }
  const std::string owner_id = element(s3.get("/photos?acl", {owner}), "Owner/ID");
};

}  // namespace

TEST_CASE("Ownership: an object belongs to whoever wrote it, where ACLs have a say", "[s3][iam][ownership]") {
  Guests f("ObjectWriter");
  REQUIRE(f.status("PUT", "/photos/guest", {f.other}, "hi") == 200);
  CHECK(f.owner_of("/photos/guest", f.other) != f.owner_id);
  CHECK(f.s3.get("/photos/guest", {f.other}).body == "hi");
  for (std::string target : {"/photos/guest", "/photos/guest?acl"}) CHECK(f.status("GET", target, {f.owner}) == 403);
  CHECK(f.status("PUT", "/photos/guest?acl", {f.owner, {"x-amz-acl", "private"}}) == 403);
  CHECK(f.status("GET", "/photos/guest?tagging", {f.owner}) == 200);
  // The writer may share it, and a policy of the bucket's owner may not.
  f.policy({statement("Allow", "'*'", "'s3:GetObject'", kObjects)});
  CHECK(f.status("GET", "/photos/guest", {as("777788889999")}) == 403);
  CHECK(f.status("GET", "/photos/cat", {as("777788889999")}) == 200);
  REQUIRE(f.status("PUT", "/photos/guest?acl", {f.other, {"x-amz-acl", "bucket-owner-read"}}) == 200);
  CHECK(f.s3.get("/photos/guest", {f.owner}).body == "hi");
  CHECK(elements(f.s3.get("/photos/guest?acl", {f.other}), "AccessControlList/Grant/Permission") == "FULL_CONTROL READ");
  // The bucket's owner pays, and may clear it away.
  CHECK(f.status("DELETE", "/photos/guest", {f.owner}) == 204);
  REQUIRE(f.status("PUT", "/photos/gift", {f.other, {"x-amz-acl", "bucket-owner-full-control"}}, "hi") == 200);
  CHECK(f.owner_of("/photos/gift", f.owner) != f.owner_id);
  CHECK(f.status("GET", "/photos/gift", {f.owner}) == 200);
}

TEST_CASE("Ownership: BucketOwnerPreferred takes what is given with full control", "[s3][iam][ownership]") {
  Guests f("BucketOwnerPreferred");
  REQUIRE(f.status("PUT", "/photos/own", {f.other}, "hi") == 200);
  CHECK(f.owner_of("/photos/own", f.other) != f.owner_id);
  REQUIRE(f.status("PUT", "/photos/gift", {f.other, {"x-amz-acl", "bucket-owner-full-control"}}, "hi") == 200);
  CHECK(f.owner_of("/photos/gift", f.owner) == f.owner_id);
  REQUIRE(f.status("PUT", "/photos/copy", {f.other, {"x-amz-copy-source", "/photos/own"}}) == 200);
  CHECK(f.owner_of("/photos/copy", f.other) != f.owner_id);
}

TEST_CASE("Ownership: an upload belongs to whoever began it, who may give it up", "[s3][iam][ownership][multipart]") {
  Guests f("ObjectWriter");
  Reply begun = f.s3.post("/photos/film?uploads", {}, {f.other});
  const std::string target = "/photos/film?uploadId=" + element(begun, "UploadId");
  CHECK(element(f.s3.get(target, {f.other}), "Owner/ID") == element(f.s3.get(target, {f.other}), "Initiator/ID"));
  CHECK(element(f.s3.get("/photos?uploads", {f.owner}), "Upload/Owner/ID") != f.owner_id);
  CHECK(f.status("GET", target, {as("777788889999")}) == 403);
  CHECK(f.status("DELETE", target, {as("777788889999")}) == 403);
  CHECK(f.status("DELETE", target, {f.other}) == 204);
}

TEST_CASE("Ownership: where the owner is enforced, writers may name no other ACL than his", "[s3][iam][ownership][acl]") {
  Fixture f;
  f.policy({statement("Allow", concat("{'AWS':'", kOther, "'}"), "'s3:PutObject*'", kObjects)});
  CHECK(f.status("PUT", "/photos/gift", {f.other, {"x-amz-acl", "bucket-owner-full-control"}}, "hi") == 200);
  CHECK(f.s3.refusal("PUT", "/photos/gift", {f.other, {"x-amz-acl", "private"}}, "hi") ==
        "400 AccessControlListNotSupported: The bucket does not allow ACLs");
  CHECK(f.s3.get("/photos/gift", {f.owner}).body == "hi");
}

TEST_CASE("Access control lists: who may list a bucket is told what is not there", "[s3][iam][acl]") {
  Guests f("ObjectWriter");
  CHECK(f.s3.refusal("GET", "/photos/nothing").starts_with("404 NoSuchKey"));
  REQUIRE(f.status("PUT", "/photos?acl", {f.owner, {"x-amz-acl", "private"}}) == 200);
  CHECK(f.s3.refusal("GET", "/photos/nothing").starts_with("403 AccessDenied"));
}

TEST_CASE("Bucket policy: a missing key is looked for by its prefix", "[s3][iam]") {
  Fixture f;
  f.policy({statement("Allow", "'*'", "'s3:ListBucket'", kPhotos, "'StringLike':{'s3:prefix':'public/*'}"),
            statement("Allow", "'*'", "'s3:PutObject'", kObjects)});
  CHECK(f.status("HEAD", "/photos/public/nothing", {f.other}) == 404);
  CHECK(f.status("HEAD", "/photos/private/nothing", {f.other}) == 403);
}

TEST_CASE("Bucket policy: giving an object to the bucket's owner wants no permission of its own", "[s3][iam][acl]") {
  Guests f("ObjectWriter");
  REQUIRE(f.status("PUT", "/photos?acl", {f.owner, {"x-amz-acl", "private"}}) == 200);
  f.policy({statement("Allow", concat("{'AWS':'", kOther, "'}"), "'s3:PutObject'", kObjects)});
  const std::pair<std::string, std::string> to_owner{"x-amz-grant-full-control", "id=" + f.owner_id};
  CHECK(f.status("PUT", "/photos/gift", {f.other, to_owner}, "hi") == 200);
  CHECK(f.status("PUT", "/photos/gift", {f.other, {"x-amz-acl", "bucket-owner-full-control"}}, "hi") == 200);
  CHECK(f.s3.refusal("PUT", "/photos/open", {f.other, {"x-amz-acl", "public-read"}}, "hi").find("s3:PutObjectAcl") != std::string::npos);
}

TEST_CASE("Operations: each row that is built says what it needs", "[s3][iam]") {
  for (const s3::Operation& operation : s3::operations()) {
    CAPTURE(operation.name);
    bool asks_otherwise = operation.name == "DeleteObjects" || operation.name == "OptionsObject";
    CHECK(operation.needs.action.empty() == asks_otherwise);
  }
}

TEST_CASE("Bucket policy: what KMS encrypts is not for anonymous callers", "[s3][iam][encryption]") {
  Fixture f;
  REQUIRE(f.s3.put("/photos/secret", "x", {f.owner, {"x-amz-server-side-encryption", "aws:kms"}}).status == 200);
  f.policy({statement("Allow", "'*'", "'s3:GetObject'", kObjects)});
  CHECK(f.status("GET", "/photos/cat") == 200);
  CHECK(f.s3.refusal("GET", "/photos/secret").starts_with("400 InvalidArgument: Requests specifying Server Side Encryption with AWS KMS"));
  CHECK(f.status("GET", "/photos/secret", {f.other}) == 200);
}

TEST_CASE("Bucket policy: the tags of what is there are not known to attributes, nor to a copy of it", "[s3][iam]") {
  Fixture f;
  REQUIRE(f.s3.put("/photos/open", "x", {f.owner, {"x-amz-tagging", "security=public"}}).status == 200);
  REQUIRE(f.s3.put("/theirs", {}, {f.other}).status == 200);
  f.policy({statement("Allow", concat("{'AWS':'", kOther, "'}"), "['s3:GetObject','s3:GetObjectAttributes','s3:GetObjectTagging']",
                      kObjects, "'StringEquals':{'s3:ExistingObjectTag/security':'public'}")});
  const Headers copy = {f.other, {"x-amz-copy-source", "/photos/open"}};
  CHECK(f.status("GET", "/photos/open", {f.other}) == 200);
  CHECK(f.status("GET", "/photos/open?tagging", {f.other}) == 200);
  CHECK(f.status("GET", "/photos/open?attributes", {f.other, {"x-amz-object-attributes", "ETag"}}) == 403);
  CHECK(f.status("PUT", "/theirs/open", copy) == 403);
  std::string upload = f.s3.begin_upload("/theirs/big", {f.other});
  CHECK(f.status("PUT", concat("/theirs/big?partNumber=1&uploadId=", upload), copy) == 200);
}

TEST_CASE("Bucket policy: a copy's source is compared as it was sent", "[s3][iam][copy]") {
  Fixture f;
  REQUIRE(f.s3.put("/photos/private/x", "x", {f.owner}).status == 200);
  f.policy({statement("Deny", "'*'", "'s3:PutObject'", kObjects, "'StringLike':{'s3:x-amz-copy-source':'photos/private/*'}")});
  CHECK(f.status("PUT", "/photos/a", {f.owner, {"x-amz-copy-source", "photos/private/x"}}) == 403);
  CHECK(f.status("PUT", "/photos/a", {f.owner, {"x-amz-copy-source", "photos/%70rivate/x"}}) == 200);
}

TEST_CASE("Bucket policy: only what is signed in a URL or a form has an age", "[s3][iam]") {
  Fixture f;
  f.policy({statement("Deny", "'*'", "'s3:GetObject'", kObjects, "'NumericGreaterThanEquals':{'s3:signatureAge':'0'}")});
  CHECK(f.status("GET", "/photos/cat", {f.owner, {"x-amz-date", "20261123T040000Z"}}) == 200);
  CHECK(f.status("GET",
                 "/photos/cat?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=111122223333%2F20261123%2Fus-east-1%2Fs3%2Faws4_request"
                 "&X-Amz-Date=20261123T040000Z&X-Amz-Expires=604800&X-Amz-SignedHeaders=host&X-Amz-Signature=" +
                     std::string(64, '0')) == 403);
}

}  // namespace cloudemu::test
