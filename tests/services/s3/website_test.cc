// Website endpoints: https://docs.aws.amazon.com/AmazonS3/latest/userguide/WebsiteHosting.html
#include <catch2/catch.hpp>

#include "core/strings.h"
#include "services/s3/address.h"
#include "support/s3.h"

namespace cloudemu::test {

namespace {

constexpr std::string_view kIndex = "<IndexDocument><Suffix>index.html</Suffix></IndexDocument>";
constexpr std::string_view kError = "<ErrorDocument><Key>error.html</Key></ErrorDocument>";

struct Site {
  explicit Site(Environment environment = {}) : s3(std::move(environment)) {
    put("");
    put("/index.html", "<h1>Home</h1>", {{"Content-Type", "text/html"}});
    put("/docs/index.html", "<h1>Docs</h1>");
    put("/error.html", "<h1>Oh</h1>");
    put("/cat", "meow");
  }
  /// As the bucket's owner.
  void put(const std::string& target, std::string body = {}, Headers headers = {}) {
    headers.push_back(as("000000000000"));
    Reply reply = s3.put("/photos" + target, std::move(body), std::move(headers));
    INFO(reply.body);
    REQUIRE(reply.status / 100 == 2);
  }
  void configure(std::string_view inside) { put("?website", concat("<WebsiteConfiguration>", inside, "</WebsiteConfiguration>")); }
  Reply visit(std::string target, std::string method = "GET", Headers headers = {}) {
    headers.emplace_back("Host", "photos.s3-website.localhost:4566");
    return s3.world.send({.method = std::move(method), .target = std::move(target), .headers = std::move(headers)});
  }
  /// "302 http://...", where a visitor is sent.
  std::string sent(std::string target) {
    Reply reply = visit(std::move(target));
    return concat(reply.status, ' ', reply.header("Location"));
  }
  S3 s3;
};

std::string rule(std::string_view condition, std::string_view redirect) {
  std::string when = condition.empty() ? std::string() : concat("<Condition>", condition, "</Condition>");
  return concat("<RoutingRules><RoutingRule>", when, "<Redirect>", redirect, "</Redirect></RoutingRule></RoutingRules>");
}

}  // namespace

TEST_CASE("Website: its endpoints have names of their own", "[s3][website]") {
  CHECK(s3::bucket_of_website("photos.s3-website.localhost:4566") == "photos");
  CHECK(s3::bucket_of_website("my.photos.s3-website-eu-west-1.amazonaws.com") == "my.photos");
  CHECK(s3::bucket_of_website("photos.s3-website.eu-central-1.amazonaws.com") == "photos");
  CHECK(s3::bucket_of_website("photos.s3.localhost") == "");
  CHECK(s3::bucket_of_website("s3-website.localhost") == "");
  CHECK(s3::bucket_of_website("localhost:4566") == "");
  for (std::string host : {"s3-website.localhost:4566", "s3-website-eu-west-1.amazonaws.com"}) {
    CAPTURE(host);
    CHECK(s3::is_website(host));
    Reply reply = Site().s3.world.send({.target = "/", .headers = {{"Host", host}}});
    CHECK(reply.status == 301);
    CHECK(reply.header("Location") == "https://aws.amazon.com/s3/");
    CHECK(reply.header("x-amz-error-code") == "WebsiteRedirect");
  }
  CHECK_FALSE(s3::is_website("s3.localhost"));
}

TEST_CASE("Website: objects, and the index of each folder", "[s3][website]") {
  Site f;
  f.configure(kIndex);
  Reply home = f.visit("/");
  CHECK(home.status == 200);
  CHECK(home.body == "<h1>Home</h1>");
  CHECK(home.header("Content-Type") == "text/html");
  CHECK(f.visit("/docs/").body == "<h1>Docs</h1>");
  CHECK(f.visit("/cat?versionId=nonsense&acl").body == "meow");
  CHECK(f.sent("/docs") == "302 /docs/");
  Reply found = f.visit("/docs");
  CHECK(found.header("x-amz-error-code") == "Found");
  CHECK(found.header("x-amz-error-message") == "Resource Found");
  CHECK_THAT(found.body, Catch::Contains("<h1>302 Found</h1>\n<ul>\n<li>Code: Found</li>\n<li>Message: Resource Found</li>\n"));
  CHECK(f.visit("/cat", "HEAD").status == 200);
  CHECK(f.visit("/cat", "GET", {{"Range", "bytes=1-2"}}).body == "eo");
  CHECK(f.visit("/cat", "GET", {{"If-None-Match", home.header("ETag")}}).status == 200);
  CHECK(f.visit("/", "GET", {{"If-None-Match", home.header("ETag")}}).status == 304);
}

TEST_CASE("Website: what is not there is told in HTML", "[s3][website]") {
  Site f;
  Reply none = f.visit("/");
  CHECK(none.status == 404);
  CHECK(none.header("Content-Type") == "text/html; charset=utf-8");
  CHECK(none.header("x-amz-error-code") == "NoSuchWebsiteConfiguration");
  f.configure(kIndex);
  Reply missing = f.visit("/<dog>");
  CHECK(missing.status == 404);
  CHECK(missing.header("x-amz-error-code") == "NoSuchKey");
  CHECK(missing.header("x-amz-error-detail-Key") == "<dog>");
  CHECK_THAT(missing.body, Catch::StartsWith("<html>\n<head><title>404 Not Found</title></head>\n<body>\n<h1>404 Not Found</h1>\n<ul>\n"
                                             "<li>Code: NoSuchKey</li>\n<li>Message: The specified key does not exist.</li>\n"
                                             "<li>Key: &lt;dog&gt;</li>\n<li>RequestId: "));
  for (std::string method : {"POST", "PUT", "DELETE"}) {
    CHECK(f.visit("/cat", method).status == 405);
    CHECK(f.s3.world.send({.method = method, .target = "/cat", .headers = {{"Host", "photos.s3-website.localhost"}}, .body = "woof"})
              .status == 405);
    CHECK(f.s3.get("/photos/cat").body == "meow");
  }
  Reply nobody = f.s3.world.send({.target = "/", .headers = {{"Host", "nobody.s3-website.localhost"}}});
  CHECK(nobody.status == 404);
  CHECK(nobody.header("x-amz-error-code") == "NoSuchBucket");
}

TEST_CASE("Website: an error document comes with the error's status and headers", "[s3][website]") {
  Site f;
  f.configure(concat(kError, kIndex));
  Reply missing = f.visit("/dog", "GET", {{"Range", "bytes=0-1"}});
  CHECK(missing.status == 404);
  CHECK(missing.body == "<h1>Oh</h1>");
  for (std::string method : {"GET", "HEAD"}) {
    CHECK(f.visit("/dog", method).header("x-amz-error-code") == "NoSuchKey");
    CHECK(f.visit("/dog", method).header("x-amz-error-message") == "The specified key does not exist.");
    CHECK(f.visit("/dog", method).header("x-amz-error-detail-Key") == "dog");
  }
  f.s3.remove("/photos/error.html");
  Reply twice = f.visit("/dog");
  CHECK(twice.status == 404);
  CHECK_THAT(twice.body, Catch::Contains("An Error Occurred While Attempting to Retrieve a Custom Error Document") &&
                             Catch::Contains("<li>Key: dog</li>") && Catch::Contains("<li>Key: error.html</li>"));
}

TEST_CASE("Website: an error document may send the visitor elsewhere", "[s3][website]") {
  Site f;
  f.put("/error.html", "", {{"x-amz-website-redirect-location", "/docs/"}});
  f.configure(concat(kError, kIndex));
  CHECK(f.sent("/dog") == "301 /docs/");
  CHECK(f.visit("/dog").header("x-amz-error-code") == "NoSuchKey");
}

TEST_CASE("Website: the bucket's CORS rules hold", "[s3][website][cors]") {
  Site f;
  f.configure(kIndex);
  const std::pair<std::string, std::string> page{"Origin", "https://shop.test"}, wish{"Access-Control-Request-Method", "GET"};
  CHECK(f.visit("/cat", "GET", {page}).status == 403);  // the door's word, as long as there are no rules
  Reply closed = f.visit("/cat", "OPTIONS", {page, wish});
  CHECK(closed.status == 403);
  CHECK(closed.header("x-amz-error-message") == "CORSResponse: CORS is not enabled for this bucket.");
  f.put("?cors",
        "<CORSConfiguration><CORSRule><AllowedMethod>GET</AllowedMethod><AllowedOrigin>https://shop.test</AllowedOrigin></CORSRule>"
        "</CORSConfiguration>");
  Reply got = f.visit("/cat", "GET", {page});
  CHECK(got.body == "meow");
  CHECK(got.header("Access-Control-Allow-Origin") == "https://shop.test");
  Reply preflight = f.visit("/cat", "OPTIONS", {page, wish});
  CHECK(preflight.status == 200);
  CHECK(preflight.header("Access-Control-Allow-Methods") == "GET");
  CHECK(f.visit("/cat", "OPTIONS", {{"Origin", "https://evil.test"}, wish}).status == 403);
  CHECK(f.visit("/cat", "GET", {{"Origin", "https://evil.test"}}).status == 403);
}

TEST_CASE("Website: redirects, by objects and by rules", "[s3][website]") {
  Site f;
  f.put("/old", "", {{"x-amz-website-redirect-location", "/docs/"}});
  f.configure(kIndex);
  CHECK(f.sent("/old") == "301 /docs/");
  f.configure(concat(kIndex, rule("<KeyPrefixEquals>docs/</KeyPrefixEquals>",
                                  "<Protocol>https</Protocol><HostName>example.com</HostName><HttpRedirectCode>302</HttpRedirectCode>"
                                  "<ReplaceKeyPrefixWith>documents/</ReplaceKeyPrefixWith>")));
  CHECK(f.sent("/docs/a%20b") == "302 https://example.com/documents/a%20b");
  CHECK(f.visit("/cat").body == "meow");
  f.configure(
      concat(kIndex, rule("<HttpErrorCodeReturnedEquals>404</HttpErrorCodeReturnedEquals>", "<ReplaceKeyWith>cat</ReplaceKeyWith>")));
  CHECK(f.sent("/dog") == "301 http://photos.s3-website.localhost:4566/cat");
  CHECK(f.visit("/cat").body == "meow");
  // What a rule puts in stands as it is written; only the rest of the key is encoded.
  constexpr std::string_view kMissing = "<HttpErrorCodeReturnedEquals>404</HttpErrorCodeReturnedEquals>";
  f.configure(concat(kIndex, rule(kMissing,
                                  "<Protocol>https</Protocol><HostName>api.example.com</HostName><HttpRedirectCode>307"
                                  "</HttpRedirectCode><ReplaceKeyPrefixWith>prod/resize?key=</ReplaceKeyPrefixWith>")));
  CHECK(f.sent("/300x300/a%20b.jpg") == "307 https://api.example.com/prod/resize?key=300x300/a%20b.jpg");
  f.configure(concat(kIndex, rule(kMissing, "<ReplaceKeyPrefixWith>#!/</ReplaceKeyPrefixWith>")));
  CHECK(f.sent("/some/page") == "301 http://photos.s3-website.localhost:4566/#!/some/page");
  f.configure(concat(kIndex, rule(kMissing, "<ReplaceKeyWith>n.html?a=b&amp;c=d</ReplaceKeyWith>")));
  CHECK(f.sent("/dog") == "301 http://photos.s3-website.localhost:4566/n.html?a=b&c=d");
  f.configure(concat(kIndex, rule(kMissing, "<ReplaceKeyPrefixWith>a&#13;&#10;b: c</ReplaceKeyPrefixWith>")));
  CHECK(f.sent("/dog") == "301 http://photos.s3-website.localhost:4566/a  b: cdog");  // still one header
  f.configure(concat(kIndex, rule("", "<HostName>example.com</HostName>")));
  CHECK(f.sent("/cat") == "301 http://example.com/cat");
  f.configure("<RedirectAllRequestsTo><HostName>example.com</HostName><Protocol>https</Protocol></RedirectAllRequestsTo>");
  CHECK(f.sent("/a%20b?c=d") == "301 https://example.com/a%20b?c=d");
}

TEST_CASE("Website: visitors see what everybody may", "[s3][website][iam]") {
  Site f(Environment{.policies = iam::Mode::enforce});
  f.configure(kIndex);
  CHECK(f.visit("/cat").status == 403);
  REQUIRE(f.s3.remove("/photos?publicAccessBlock", {as("000000000000")}).status == 204);
  f.put("?policy", R"({"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":"*","Action":"s3:GetObject",)"
                   R"("Resource":"arn:aws:s3:::photos/*"}})");
  CHECK(f.visit("/cat").body == "meow");
  CHECK(f.visit("/").body == "<h1>Home</h1>");
  CHECK(f.visit("/dog").status == 404);  // who may read it is told that it is not there, unlike of GetObject
  f.put("?policy", R"({"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":"*","Action":"s3:GetObject",)"
                   R"("Resource":["arn:aws:s3:::photos/d*s","arn:aws:s3:::photos/docs/*","arn:aws:s3:::photos/a"]}})");
  f.put("/a/index.html", "<h1>A</h1>");
  f.put("/b/index.html", "<h1>B</h1>");
  CHECK(f.visit("/dogs").status == 404);
  CHECK(f.visit("/cat").status == 403);
  CHECK(f.visit("/dog").status == 403);
  CHECK(f.sent("/docs") == "302 /docs/");
  CHECK(f.visit("/a").status == 403);  // its index is there, and may not be read
  CHECK(f.visit("/b").status == 403);
}

TEST_CASE("Website: visitors, who sign nothing, do not get what KMS encrypts", "[s3][website][encryption]") {
  Site site;
  site.configure(kIndex);
  site.put("/secret", "meow", {{"x-amz-server-side-encryption", "aws:kms"}});
  Reply reply = site.visit("/secret");
  CHECK(reply.status == 400);
  CHECK(reply.header("x-amz-error-code") == "InvalidArgument");
  CHECK(site.visit("/cat").status == 200);
}

}  // namespace cloudemu::test
