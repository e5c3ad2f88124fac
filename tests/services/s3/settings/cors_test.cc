#include <catch2/catch.hpp>

#include "fixture.h"

namespace cloudemu::test {

namespace {

std::string configuration(std::string_view rules) { return concat("<CORSConfiguration>", rules, "</CORSConfiguration>"); }
std::string rule(std::string_view inside) { return concat("<CORSRule>", inside, "</CORSRule>"); }
const std::string kGet = "<AllowedMethod>GET</AllowedMethod><AllowedOrigin>*</AllowedOrigin>";
constexpr auto kNotAllowed =
    "403 AccessForbidden: CORSResponse: This CORS request is not allowed. This is usually because the evalution of Origin, request method "
    "/ Access-Control-Request-Method or Access-Control-Request-Headers are not whitelisted by the resource's CORS spec.";

struct Fixture : Settings {
  void rules(std::string_view rules) { REQUIRE(put("cors", configuration(rules)) == 200); }
  Reply preflight(std::string target, std::string origin, std::string method, std::string headers = {}) {
    Headers all{{"Origin", std::move(origin)}, {"Access-Control-Request-Method", std::move(method)}};
    if (!headers.empty()) all.emplace_back("Access-Control-Request-Headers", std::move(headers));
    return s3.call("OPTIONS", std::move(target), all);
  }
  /// Access-Control-Allow-Origin in the reply to a request of a page.
  std::string allowed(std::string method, std::string origin, std::string target = "/photos/cat") {
    return s3.call(std::move(method), std::move(target), {{"Origin", std::move(origin)}}).header("Access-Control-Allow-Origin");
  }
};

}  // namespace

TEST_CASE("PutBucketCors: a document comes back as it was", "[s3][settings][cors]") {
  Fixture f;
  CHECK(f.absent("cors") == "404 NoSuchCORSConfiguration: The CORS configuration does not exist");
  CHECK(element(f.s3.last, "BucketName") == "photos");
  check_document(f, "cors", "CORSConfiguration",
                 "<CORSRule><ID>uploads &amp; more</ID><AllowedHeader>x-amz-*</AllowedHeader><AllowedHeader>content-md5</AllowedHeader>"
                 "<AllowedMethod>PUT</AllowedMethod><AllowedMethod>POST</AllowedMethod><AllowedOrigin>https://*.example</AllowedOrigin>"
                 "<AllowedOrigin>null</AllowedOrigin><ExposeHeader>ETag</ExposeHeader><MaxAgeSeconds>3000</MaxAgeSeconds></CORSRule>"
                 "<CORSRule><AllowedMethod>GET</AllowedMethod><AllowedOrigin>*</AllowedOrigin></CORSRule>");
  CHECK(f.remove("cors") == 204);
  CHECK(f.absent("cors") == "404 NoSuchCORSConfiguration: The CORS configuration does not exist");
  CHECK(f.remove("cors") == 204);
  CHECK(f.s3.world.events().empty());
}

TEST_CASE("PutBucketCors: the event tells of the rules as AWS names them", "[s3][settings][cors]") {
  Fixture f;
  f.rules(rule(kGet + "<MaxAgeSeconds>60</MaxAgeSeconds>"));
  CHECK(f.s3.world.events() == std::vector<Event>{s3::BucketSettingPut{
                                   .bucket = "photos",
                                   .setting = "cors",
                                   .id = {},
                                   .value = R"({"CORSRule":[{"AllowedMethod":["GET"],"AllowedOrigin":["*"],"MaxAgeSeconds":60}]})"}});
}

TEST_CASE("PutBucketCors: what AWS refuses", "[s3][settings][cors]") {
  Fixture f;
  auto refused = [&](std::string_view inside) { return f.refused("cors", configuration(rule(inside))); };
  CHECK(f.refused("cors", configuration("")) == kMalformed);
  CHECK(refused("<AllowedMethod>GET</AllowedMethod>") == kMalformed);
  CHECK(refused("<AllowedOrigin>*</AllowedOrigin>") == kMalformed);
  CHECK(refused(kGet + "<MaxAgeSeconds>soon</MaxAgeSeconds>") == kMalformed);
  CHECK(refused(kGet + "<MaxAgeSeconds>99999999999</MaxAgeSeconds>") == kMalformed);
  CHECK(refused(kGet + "<ID>a</ID><ID>b</ID>") == kMalformed);
  CHECK(refused("<AllowedMethod>PATCH</AllowedMethod><AllowedOrigin>*</AllowedOrigin>") ==
        "400 InvalidRequest: Found unsupported HTTP method in CORS config. Unsupported method is PATCH");
  CHECK(refused("<AllowedMethod>GET</AllowedMethod><AllowedOrigin>*.a.*</AllowedOrigin>") ==
        "400 InvalidRequest: AllowedOrigin \"*.a.*\" can not have more than one wildcard.");
  CHECK(refused(kGet + "<AllowedHeader>x-*-*</AllowedHeader>") ==
        "400 InvalidRequest: AllowedHeader \"x-*-*\" can not have more than one wildcard.");
  CHECK(refused(kGet + "<ExposeHeader>*</ExposeHeader>") ==
        "400 InvalidRequest: ExposeHeader \"*\" contains wildcard. We currently do not support wildcard for ExposeHeader.");
  for (std::string name : {"invalid header", "X-Custom:Header", "X(Custom)", "Bad/Header", "X[Key]", "Bad=Name"}) {
    for (std::string element : {"AllowedHeader", "ExposeHeader"}) {
      CHECK(refused(concat(kGet, "<", element, ">", name, "</", element, ">")) ==
            concat("400 InvalidRequest: AllowedHeader \"", name, "\" contains invalid character."));
    }
  }
}

TEST_CASE("PutBucketCors: a hundred rules, ids of 255 characters, 64 KiB, and one past each", "[s3][settings][cors][limits]") {
  Fixture f;
  auto rules = [](int count) {
    std::string all;
    for (int i = 0; i < count; ++i) all += rule(kGet);
    return configuration(all);
  };
  CHECK(f.put("cors", rules(100)) == 200);
  CHECK(f.refused("cors", rules(101)) == "400 InvalidRequest: The number of CORS rules should not exceed allowed limit of 100 rules.");
  auto with_id = [](size_t size) { return configuration(rule("<ID>" + std::string(size, 'i') + "</ID>" + kGet)); };
  CHECK(f.put("cors", with_id(255)) == 200);
  CHECK(f.refused("cors", with_id(256)) == "400 InvalidArgument: ID length should not exceed allowed limit of 255");
  auto of_size = [](size_t size) {
    std::string document = configuration(rule(kGet) + "<!---->");
    return document.insert(document.find("-->"), size - document.size(), ' ');
  };
  CHECK(f.put("cors", of_size(64 << 10)) == 200);
  CHECK(f.refused("cors", of_size((64 << 10) + 1)) == "400 MaxMessageLengthExceeded: Your request was too big.");
}

TEST_CASE("CORS: a preflight is answered by the first rule that allows it", "[s3][settings][cors]") {
  Fixture f;
  f.rules(rule("<AllowedMethod>PUT</AllowedMethod><AllowedMethod>DELETE</AllowedMethod><AllowedOrigin>https://*.example</AllowedOrigin>"
               "<AllowedHeader>X-Amz-*</AllowedHeader><AllowedHeader>content-type</AllowedHeader><ExposeHeader>ETag</ExposeHeader>"
               "<ExposeHeader>x-amz-version-id</ExposeHeader><MaxAgeSeconds>300</MaxAgeSeconds>") +
          rule(kGet));
  Reply put = f.preflight("/photos/cat", "https://app.example", "PUT", "x-amz-date, Content-Type");
  CHECK(put.status == 200);
  CHECK(put.header("Access-Control-Allow-Origin") == "https://app.example");
  CHECK(put.header("Access-Control-Allow-Methods") == "PUT, DELETE");
  CHECK(put.header("Access-Control-Allow-Headers") == "x-amz-date, content-type");
  CHECK(put.header("Access-Control-Expose-Headers") == "ETag, x-amz-version-id");
  CHECK(put.header("Access-Control-Max-Age") == "300");
  CHECK(put.header("Access-Control-Allow-Credentials") == "true");
  CHECK(put.header("Vary") == "Origin, Access-Control-Request-Headers, Access-Control-Request-Method");
  CHECK(put.body.empty());
  Reply get = f.preflight("/photos/cat", "https://evil.test", "GET");
  CHECK(get.header("Access-Control-Allow-Origin") == "*");
  CHECK_FALSE(get.has_header("Access-Control-Allow-Credentials"));
  CHECK_FALSE(get.has_header("Access-Control-Max-Age"));

  CHECK(error_of(f.preflight("/photos/cat", "https://evil.test", "PUT")) == kNotAllowed);
  CHECK(element(f.s3.last, "Method") == "PUT");
  CHECK(element(f.s3.last, "ResourceType") == "OBJECT");
  CHECK(error_of(f.preflight("/photos", "https://app.example", "HEAD")) == kNotAllowed);
  CHECK(element(f.s3.last, "ResourceType") == "BUCKET");
  // All headers must be allowed.
  CHECK(error_of(f.preflight("/photos/cat", "https://app.example", "PUT", "x-amz-date,if-match")) == kNotAllowed);
  CHECK(error_of(f.preflight("/photos/cat", "https://app.example", "GET", "x-amz-date")) == kNotAllowed);
}

TEST_CASE("CORS: preflights that no rule is asked about", "[s3][settings][cors]") {
  Fixture f;
  CHECK(error_of(f.preflight("/photos/cat", "https://app.example.test", "PUT")) ==
        "403 AccessForbidden: CORSResponse: CORS is not enabled for this bucket.");
  CHECK(element(f.s3.last, "ResourceType") == "BUCKET");
  CHECK(error_of(f.preflight("/nobody/cat", "https://app.example.test", "PUT")) == "403 AccessForbidden: CORSResponse: Bucket not found");
  for (auto [names, bad] : {std::pair("x-amz-date,invalid header", "invalid header"), std::pair("date, Bad/Header", " Bad/Header"),
                            std::pair("X(Custom)", "X(Custom)")}) {
    CHECK(error_of(f.preflight("/photos/cat", "https://app.example.test", "GET", names)) ==
          concat("400 BadRequest: Access-Control-Request-Headers \"", bad, "\" contains invalid character."));
  }
  f.rules(rule(kGet));
  CHECK(error_of(f.s3.call("OPTIONS", "/photos/cat", {})) == "400 BadRequest: Insufficient information. Origin request header needed.");
  CHECK(error_of(f.preflight("/photos/cat", "https://app.example.test", "patch")) ==
        "400 BadRequest: Invalid Access-Control-Request-Method: patch");
  CHECK(f.preflight("/photos/cat", "https://app.example.test", "PATCH").status == 403);
}

TEST_CASE("CORS: replies carry the headers of the rule, refusals too", "[s3][settings][cors]") {
  Fixture f;
  f.s3.put("/photos/cat", "meow");
  f.rules(
      rule("<AllowedMethod>GET</AllowedMethod><AllowedMethod>PUT</AllowedMethod><AllowedOrigin>https://shop.test</AllowedOrigin>"
           "<ExposeHeader>ETag</ExposeHeader>"));
  const std::pair<std::string, std::string> page{"Origin", "https://shop.test"};
  Reply got = f.s3.get("/photos/cat", {page});
  CHECK(got.status == 200);
  CHECK(got.body == "meow");
  CHECK(got.header("Access-Control-Allow-Origin") == "https://shop.test");
  CHECK(got.header("Access-Control-Expose-Headers") == "ETag");
  CHECK(got.header("Access-Control-Allow-Methods") == "GET, PUT");
  CHECK(got.header("Vary") == "Origin, Access-Control-Request-Headers, Access-Control-Request-Method");
  Reply missing = f.s3.get("/photos/dog", {page});
  CHECK(missing.status == 404);
  CHECK(missing.header("Access-Control-Allow-Origin") == "https://shop.test");
  CHECK(f.s3.call("PUT", "/photos/dog", {page}, "woof").status == 200);
  CHECK(f.s3.last.header("Access-Control-Allow-Origin") == "https://shop.test");
  // A program says no origin, and is told none.
  CHECK_FALSE(f.s3.get("/photos/cat").has_header("Access-Control-Allow-Origin"));
}

TEST_CASE("CORS: a bucket lets in the pages that its rules name, and no others", "[s3][settings][cors][door]") {
  Fixture f;
  f.s3.bucket("secrets");
  f.s3.put("/secrets/key", "hidden");
  f.s3.put("/photos/cat", "meow");
  const std::string page = "https://shop.test";
  CHECK(f.s3.call("GET", "/photos/cat", {{"Origin", page}}).status == 403);  // the door's word, as long as there are no rules
  f.rules(rule("<AllowedMethod>GET</AllowedMethod><AllowedMethod>PUT</AllowedMethod><AllowedOrigin>" + page +
               "</AllowedOrigin><AllowedHeader>*</AllowedHeader>"));
  CHECK(f.s3.call("GET", "/photos/cat", {{"Origin", page}}).status == 200);
  CHECK(f.s3.call("PUT", "/photos/dog", {{"Origin", page}}, "woof").status == 200);
  CHECK(f.s3.call("DELETE", "/photos/cat", {{"Origin", page}}).status == 403);
  CHECK(f.s3.call("GET", "/photos/cat", {{"Origin", "https://evil.test"}}).status == 403);
  CHECK(f.s3.call("GET", "/photos/cat", {{"Sec-Fetch-Site", "cross-site"}}).status == 403);
  CHECK(f.s3.call("GET", "/secrets/key", {{"Origin", page}}).status == 403);
  // Nor through a copy into the open bucket.
  CHECK(f.s3.call("PUT", "/photos/stolen", {{"Origin", page}, {"x-amz-copy-source", "/secrets/key"}}).status == 403);
  CHECK(f.s3.call("PUT", "/photos/stolen?X-Amz-Copy-Source=/secrets/key", {{"Origin", page}}).status == 403);
  CHECK(f.s3.call("GET", "/", {{"Origin", page}}).status == 403);
}

TEST_CASE("CORS: rules decide for pages of this machine too, as they will at AWS", "[s3][settings][cors][door]") {
  Fixture f;
  f.s3.put("/photos/cat", "meow");
  const std::string local = "http://localhost:3000";
  CHECK(f.allowed("GET", local) == local);  // without rules the endpoint's own
  f.rules(rule("<AllowedMethod>GET</AllowedMethod><AllowedOrigin>https://shop.test</AllowedOrigin>"));
  CHECK(f.allowed("GET", local).empty());
  CHECK(f.s3.last.body == "meow");  // served; the browser keeps it from the page
  CHECK(error_of(f.preflight("/photos/cat", local, "GET")) == kNotAllowed);
  f.rules(rule("<AllowedMethod>GET</AllowedMethod><AllowedOrigin>http://localhost:*</AllowedOrigin>"));
  CHECK(f.allowed("GET", local) == local);
  CHECK(f.preflight("/photos/cat", local, "GET").status == 200);
}

TEST_CASE("CORS: origins are compared as they stand, with one wildcard", "[s3][settings][cors]") {
  Fixture f;
  f.s3.put("/photos/cat", "meow");
  f.rules(rule("<AllowedMethod>GET</AllowedMethod><AllowedOrigin>https://a*z.test</AllowedOrigin>"));
  for (std::string origin : {"https://az.test", "https://abcz.test"}) CHECK(f.allowed("GET", origin) == origin);
  for (std::string origin : {"https://a.test", "http://az.test", "https://AZ.test", "https://az.test:80", "xhttps://az.test"}) {
    CHECK(f.allowed("GET", origin).empty());
  }
}

}  // namespace cloudemu::test
