#include <catch2/catch.hpp>
#include <set>

#include "core/digest.h"
#include "core/encoding.h"
#include "services/s3/address.h"
#include "services/s3/operations.h"
#include "services/s3/subresource.h"
#include "support/s3.h"

namespace cloudemu::test {

namespace {

constexpr auto kNotAllowed = "405 MethodNotAllowed: The specified method is not allowed against this resource.";

struct Fixture {
  Fixture() {
    s3.bucket("photos");
    s3.put("/photos/cat", "meow");
  }
  S3 s3;
};

}  // namespace

TEST_CASE("Operations: sorted by name, each once, each reachable", "[s3][routing]") {
  std::set<std::string_view> names;
  std::string_view last;
  for (const s3::Operation& operation : s3::operations()) {
    INFO(operation.name);
    CHECK(last < operation.name);
    last = operation.name;
    CHECK(names.insert(operation.name).second);
  }
}

TEST_CASE("Sub-resources: sorted by name, and each that an operation names", "[s3][routing]") {
  std::string_view last;
  for (const s3::Subresource& subresource : s3::subresources()) {
    INFO(subresource.name);
    CHECK(last < subresource.name);
    last = subresource.name;
  }
  for (const s3::Operation& operation : s3::operations()) {
    INFO(operation.name);
    CHECK((operation.route.subresource.empty() || s3::find_subresource(operation.route.subresource)));
  }
}

TEST_CASE("Routing: methods that a resource does not take, and those that it does", "[s3][routing]") {
  Fixture f;
  CHECK(f.s3.refusal("PUT", "/") == kNotAllowed);
  CHECK(element(f.s3.last, "ResourceType") == "SERVICE");
  CHECK(element(f.s3.last, "Method") == "PUT");
  CHECK(f.s3.last.header("Allow") == "GET");
  CHECK(f.s3.refusal("POST", "/photos/cat") == kNotAllowed);
  CHECK(element(f.s3.last, "ResourceType") == "OBJECT");
  CHECK(f.s3.last.header("Allow") == "HEAD, DELETE, GET, PUT");
  CHECK(f.s3.refusal("PATCH", "/photos/cat") == kNotAllowed);
  CHECK(f.s3.refusal("POST", "/?acl") == kNotAllowed);
  CHECK(element(f.s3.last, "ResourceType") == "SERVICE");
  CHECK(f.s3.refusal("POST", "/photos?policy") == kNotAllowed);
  CHECK(element(f.s3.last, "ResourceType") == "BUCKETPOLICY");
  CHECK(f.s3.refusal("GET", "/photos?delete") == kNotAllowed);
  CHECK(f.s3.last.header("Allow") == "POST");
}

TEST_CASE("Routing: how AWS calls a resource when it refuses a method", "[s3][routing]") {
  struct Row {
    std::string method, target, type, allowed;
  };
  const Row rows[] = {{"POST", "/photos?object-lock", "OBJECT_LOCK_CONFIGURATION", "GET, PUT"},
                      {"PATCH", "/photos?acl", "ACL", "GET, PUT"},
                      {"PATCH", "/photos?uploads", "UPLOADS", "POST, GET"},
                      {"PUT", "/photos?delete", "MULTI_OBJECT_DELETE", "POST"},
                      {"DELETE", "/photos?logging", "LOGGING_STATUS", "GET, PUT"},
                      {"DELETE", "/photos?versions", "BUCKETVERSIONS", "GET"},
                      {"POST", "/photos?publicAccessBlock", "PUBLIC_ACCESS_BLOCK", "DELETE, GET, PUT"},
                      {"POST", "/photos?encryption", "ENCRYPTION", "DELETE, GET, PUT"},
                      {"GET", "/photos/cat?encryption", "OBJECT_ENCRYPTION", "PUT"},
                      {"GET", "/photos/cat?delete", "MULTI_OBJECT_DELETE", "POST"},
                      {"POST", "/photos/cat?tagging", "OBJECT_TAGGING", "DELETE, GET, PUT"},
                      {"DELETE", "/photos/cat?retention", "OBJECT_LOCK_RETENTION", "GET, PUT"},
                      {"PATCH", "/photos/cat?uploadId=x", "UPLOAD", "DELETE, POST, GET"},
                      {"PUT", "/photos/cat?uploadId=x", "UPLOAD", "DELETE, POST, GET"},
                      {"GET", "/photos/cat?partNumber=1&uploadId=x", "PART", "PUT"},
                      {"GET", "/photos?partNumber=1&uploadId=x", "PART", "PUT"}};
  Fixture f;
  for (const Row& row : rows) {
    INFO(row.method << ' ' << row.target);
    CHECK(f.s3.refusal(row.method, row.target) == kNotAllowed);
    CHECK(element(f.s3.last, "ResourceType") == row.type);
    CHECK(f.s3.last.header("Allow") == row.allowed);
  }
  CHECK(f.s3.head("/photos/cat?partNumber=1&uploadId=x").status == 405);
}

TEST_CASE("Routing: methods that S3 has never heard of", "[s3][routing]") {
  Fixture f;
  for (std::string target : {"/", "/photos", "/photos/cat?acl"}) {
    CHECK(f.s3.refusal("TRACE", target) == "400 BadRequest: An error occurred when parsing the HTTP request.");
  }
}

TEST_CASE("Routing: no sub-resource has a HEAD, and none becomes the plain resource", "[s3][routing]") {
  Fixture f;
  const std::pair<std::string, std::string> allowed[] = {
      {"location", "GET"}, {"uploads", "POST, GET"},        {"versioning", "GET, PUT"},
      {"acl", "GET, PUT"}, {"tagging", "DELETE, GET, PUT"}, {"policy", "DELETE, GET, PUT"},
      {"versions", "GET"}};
  for (const auto& [subresource, methods] : allowed) {
    INFO(subresource);
    for (std::string path : {"/photos", "/photos/cat"}) {
      Reply reply = f.s3.head(path + "?" + subresource);
      CHECK(reply.status == 405);
      CHECK(reply.header("Allow") == methods);
    }
  }
  for (std::string subresource : {"versioning", "acl", "location", "versions"}) {
    CHECK(f.s3.refusal("DELETE", "/photos/cat?" + subresource) == kNotAllowed);
  }
  CHECK(f.s3.get("/photos/cat").body == "meow");
}

TEST_CASE("Routing: two sub-resources at once", "[s3][routing]") {
  Fixture f;
  CHECK(f.s3.refusal("GET", "/photos?acl&policy") == "400 InvalidArgument: Conflicting query string parameters: acl, policy");
  CHECK(element(f.s3.last, "ArgumentName") == "ResourceType");
  CHECK(element(f.s3.last, "ArgumentValue") == "acl");
  CHECK(f.s3.head("/photos?acl&versioning").status == 400);
  CHECK(f.s3.refusal("GET", "/photos?versioning&policy&acl") ==
        "400 InvalidArgument: Conflicting query string parameters: acl, policy, versioning");
  CHECK(f.s3.refusal("GET", "/photos/cat?tagging&partNumber=1") ==
        "400 InvalidArgument: Conflicting query string parameters: partNumber, tagging");
  CHECK(f.s3.refusal("GET", "/photos?partNumber=1&acl") == "400 InvalidArgument: Conflicting query string parameters: acl, partNumber");
}

TEST_CASE("Routing: sub-resources of buckets at a key, and of keys at a bucket", "[s3][routing]") {
  Fixture f;
  CHECK(f.s3.get("/photos/cat?location").body == f.s3.get("/photos?location").body);
  CHECK(f.s3.refusal("GET", "/photos/cat?uploads") == "400 InvalidRequest: Key is not expected for the GET method ?uploads subresource");
  CHECK(f.s3.refusal("GET", "/photos/cat?versions") ==
        "400 InvalidRequest: There is no such thing as the ?versions sub-resource for a key");
  CHECK(f.s3.refusal("POST", "/photos?uploads") == "400 InvalidRequest: A key must be specified");
  CHECK(f.s3.refusal("GET", "/photos?uploadId=x") == "400 InvalidRequest: A key must be specified");
  CHECK(f.s3.refusal("GET", "/photos?retention") == "400 InvalidRequest: A key must be specified");
  CHECK(f.s3.refusal("POST", "/photos?restore") == "400 UserKeyMustBeSpecified: User key must be specified.");
  CHECK(f.s3.refusal("GET", "/photos?partNumber=1") == "400 InvalidRequest: Object must have a valid key name.");
  CHECK(f.s3.refusal("GET", "/photos/cat?logging") ==
        "400 NoLoggingStatusForKey: There is no such thing as the ?logging sub-resource for a key");
  for (std::string target : {"/photos", "/photos/cat"}) {
    CHECK(f.s3.refusal("GET", target + "?website=x") == "400 InvalidArgument: The website parameter must not have a value");
    CHECK(element(f.s3.last, "ArgumentName") == "website");
  }
  CHECK(f.s3.refusal("GET", "/photos/cat?torrent").substr(0, 18) == "501 NotImplemented");
}

TEST_CASE("Routing: what acts on the bucket whatever the key, with every method", "[s3][routing]") {
  Fixture f;
  const std::string enabled = "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>";
  CHECK(f.s3.put("/photos/cat?versioning", enabled).status == 200);
  CHECK(element(f.s3.get("/photos?versioning"), "Status") == "Enabled");
  const std::string rule =
      "<CORSConfiguration><CORSRule><AllowedMethod>GET</AllowedMethod><AllowedOrigin>*</AllowedOrigin></CORSRule></CORSConfiguration>";
  CHECK(f.s3.put("/photos?cors", rule).status == 200);
  CHECK(f.s3.remove("/photos/none?cors").status == 204);
  CHECK(f.s3.get("/photos?cors").status == 404);
  const std::string document = "<Delete><Object><Key>cat</Key></Object></Delete>";
  Reply deleted = f.s3.post("/photos/dog?delete", document, {{"Content-MD5", base64(md5(document))}});
  CHECK(element(deleted, "Deleted/Key") == "cat");
}

TEST_CASE("Routing: what S3 does not see at a key", "[s3][routing]") {
  Fixture f;
  for (std::string name : {"abac", "analytics", "intelligent-tiering", "metadataConfiguration", "metadataTable", "metrics", "object-lock",
                           "ownershipControls", "policyStatus", "publicAccessBlock", "session"}) {
    INFO(name);
    CHECK(f.s3.get("/photos/cat?" + name).body == "meow");
    CHECK(f.s3.head("/photos/cat?" + name).status == 200);
  }
  CHECK(f.s3.get("/photos/cat?abac&tagging").body.find("<TagSet>") != std::string::npos);
  CHECK(element(f.s3.get("/photos?session"), "Name") == "photos");
}

TEST_CASE("Routing: keys that climb out of the bucket are refused with nothing but the status", "[s3][routing]") {
  Fixture f;
  for (std::string key : {"..", "../x", "%2E%2E/x/y", "a/../../b", "a/b/../../../c/d"}) {
    INFO(key);
    for (std::string method : {"PUT", "GET", "HEAD", "DELETE"}) {
      Reply reply = f.s3.call(method, "/photos/" + key, {}, method == "PUT" ? "x" : "");
      CHECK(reply.status == 400);
      CHECK(reply.body.empty());
    }
  }
  CHECK(f.s3.put("/..", "x", {{"Host", "photos.s3.amazonaws.com"}}).status == 400);
  CHECK(f.s3.world.events().empty());
  for (std::string key : {"a/..", "a/b/../../c", "..a", "a..", "a/...", "a/../b"}) {
    INFO(key);
    CHECK(f.s3.put("/photos/" + key, "x").status == 200);
  }
}

TEST_CASE("Routing: parameters that nobody knows are ignored", "[s3][routing]") {
  Fixture f;
  CHECK(f.s3.get("/photos/cat?x-id=GetObject&colour=red").body == "meow");
  CHECK(f.s3.put("/photos/dog?x-id=PutObject", "woof").status == 200);
}

TEST_CASE("Routing: directory buckets are told by their signature", "[s3][routing]") {
  Fixture f;
  std::string credential =
      "AWS4-HMAC-SHA256 Credential=test/20261123/us-east-1/s3express/aws4_request, SignedHeaders=host, Signature=" + std::string(64, '0');
  CHECK(f.s3.refusal("GET", "/", {{"Authorization", credential}}) ==
        "501 NotImplemented: CloudEmu does not implement the S3 operation ListDirectoryBuckets yet.");
  CHECK(f.s3.refusal("GET", "/photos?session", {{"Authorization", credential}}) ==
        "501 NotImplemented: CloudEmu does not implement the S3 operation CreateSession yet.");
}

TEST_CASE("PutObject, CopyObject: partNumber belongs to uploads", "[s3][routing]") {
  Fixture f;
  for (Headers headers : {Headers{}, Headers{{"x-amz-copy-source", "/photos/cat"}}}) {
    CHECK(f.s3.refusal("PUT", "/photos/dog?partNumber=1", headers, headers.empty() ? "x" : "") ==
          "400 InvalidArgument: This operation does not accept partNumber without uploadId");
    CHECK(element(f.s3.last, "ArgumentName") == "partNumber");
    CHECK(element(f.s3.last, "ArgumentValue") == "partNumber");
  }
}

TEST_CASE("Routing: a version id where no version is meant is refused", "[s3][routing][versions]") {
  Fixture f;
  constexpr auto kNoVersion = "400 InvalidArgument: This operation does not accept a version-id.";
  CHECK(f.s3.refusal("PUT", "/photos/cat?versionId=null", {}, "meow") == kNoVersion);
  CHECK(element(f.s3.last, "ArgumentName") == "versionId");
  CHECK(element(f.s3.last, "ArgumentValue") == "null");
  CHECK(f.s3.refusal("PUT", "/photos/cat?partNumber=1&uploadId=x&versionId=", {}, "meow") == kNoVersion);
  CHECK(f.s3.refusal("GET", "/photos?list-type=2&versionId=x") == kNoVersion);
  CHECK(f.s3.refusal("GET", "/photos?acl&versionId=x") == "400 InvalidArgument: Invalid version id specified");
  CHECK(f.s3.get("/photos/cat?versionId=null").status == 200);
}

TEST_CASE("Routing: a bucket before the label of S3 in any host, or before a name of this endpoint", "[s3][routing]") {
  using s3::bucket_of_host;
  const std::pair<std::string, std::string> hosts[] = {{"photos.s3.host.docker.internal:4566", "photos"},
                                                       {"my.photos.s3.us-east-1.host.docker.internal", "my.photos"},
                                                       {"photos.s3.minio", "photos"},
                                                       {"sqs.s3.amazonaws.com", "sqs"},
                                                       {"a.s3.b.s3.eu-west-1.amazonaws.com", "a.s3.b"},
                                                       {"photos.s3-eu-west-1.amazonaws.com", "photos"},
                                                       {"photos.s3.dualstack.eu-west-1.amazonaws.com", "photos"},
                                                       {"photos.localhost:4566", "photos"},
                                                       {"photos.s3.localhost.localstack.cloud:4566", "photos"},
                                                       {"photos.s3.s3-proxy.example.com", "photos"},
                                                       {"photos.cloud.test:4566", "photos"},
                                                       {"my.photos.cloud.test", "my.photos"},
                                                       {"photos.s3.cloud.test", "photos"},
                                                       {"s3.cloud.test", ""},
                                                       {"s3.eu-west-1.cloud.test", ""},
                                                       {"cloud.test", ""},
                                                       {".cloud.test", ""},
                                                       {"xcloud.test", ""},
                                                       {"s3.localhost", ""},
                                                       {"s3.us-east-1.amazonaws.com", ""},
                                                       {"host.docker.internal:4566", ""},
                                                       {"localhost:4566", ""},
                                                       {"127.0.0.1:4566", ""},
                                                       {"[::1]:4566", ""},
                                                       {"photos.s3", ""},
                                                       {"s3", ""},
                                                       {"...", ""},
                                                       {"", ""}};
  const std::vector<std::string> domains = {"cloud.test"};
  for (const auto& [host, bucket] : hosts) {
    INFO(host);
    CHECK(bucket_of_host(host, domains) == bucket);
  }
  CHECK(bucket_of_host("photos.cloud.test").empty());
}

TEST_CASE("Routing: virtual-host style, and the Location in its words", "[s3][routing]") {
  S3 s3(Environment{.credentials = {}, .domains = {"cloudemu.example"}});  // a World's door knows it
  s3.bucket("photos");
  for (std::string host : {"photos.s3.host.docker.internal:4566", "photos.cloudemu.example:4566"}) {
    CHECK(s3.put("/cat", "meow", {{"Host", host}}).status == 200);
    CHECK(s3.get("/photos/cat").body == "meow");
    std::string upload = element(s3.post("/my%20pets/dog?uploads", {}, {{"Host", host}}), "UploadId");
    std::string etag = s3.put("/my%20pets/dog?partNumber=1&uploadId=" + upload, "woof", {{"Host", host}}).header("ETag");
    Reply done = s3.post("/my%20pets/dog?uploadId=" + upload, parts_document({etag}), {{"Host", host}});
    CHECK(element(done, "Location") == "http://" + host + "/my+pets%2Fdog");
    CHECK(s3.remove("/cat", {{"Host", host}}).status == 204);
  }
}

TEST_CASE("Preflight: no bucket allows other origins", "[s3][browser]") {
  Fixture f;
  Headers headers = {{"Origin", "http://example.com"}, {"Access-Control-Request-Method", "PUT"}};
  for (std::string target : {"/photos", "/photos/cat"}) {
    CHECK(f.s3.refusal("OPTIONS", target, headers) == "403 AccessForbidden: CORSResponse: CORS is not enabled for this bucket.");
    CHECK(element(f.s3.last, "Method") == "PUT");
    CHECK(element(f.s3.last, "ResourceType") == "BUCKET");
  }
  CHECK(f.s3.refusal("OPTIONS", "/nobody/cat", headers) == "403 AccessForbidden: CORSResponse: Bucket not found");
  // The same to a page of another site whose browser forgot what it asks for.
  CHECK(f.s3.refusal("OPTIONS", "/photos/cat", {{"Origin", "https://evil.test"}}) ==
        "403 AccessForbidden: CORSResponse: CORS is not enabled for this bucket.");
  CHECK(element(f.s3.last, "Method") == "OPTIONS");
  CHECK(f.s3.refusal("OPTIONS", "/photos/cat") == "400 BadRequest: Insufficient information. Origin request header needed.");
  CHECK(f.s3.refusal("OPTIONS", "/photos/cat?versionId=x&partNumber=1&acl", headers) ==
        "403 AccessForbidden: CORSResponse: CORS is not enabled for this bucket.");
}

TEST_CASE("Preflight: case counts in the method that is asked for", "[s3][browser]") {
  Fixture f;
  auto asked = [&](std::string method) {
    return f.s3.refusal("OPTIONS", "/photos/cat", {{"Origin", "http://example.com"}, {"Access-Control-Request-Method", method}});
  };
  for (std::string method : {"put", "Get", "TRACE"}) {
    CHECK(asked(method) == "400 BadRequest: Invalid Access-Control-Request-Method: " + method);
  }
  for (std::string method : {"PATCH", "OPTIONS", ""}) CHECK(asked(method).starts_with("403 AccessForbidden"));
  CHECK(element(f.s3.last, "Method") == "OPTIONS");
}

}  // namespace cloudemu::test
