// Settings of which AWS itself shows no more than the document.
#include <catch2/catch.hpp>

#include "fixture.h"

namespace cloudemu::test {

TEST_CASE("Acceleration: kept and shown, but not for names with dots", "[s3][settings]") {
  Settings f;
  check_document(f, "accelerate", "AccelerateConfiguration", "<Status>Enabled</Status>");
  CHECK(f.put("accelerate", "<AccelerateConfiguration><Status>Suspended</Status></AccelerateConfiguration>") == 200);
  CHECK(f.refused("accelerate", "<AccelerateConfiguration><Status>Fast</Status></AccelerateConfiguration>") == kMalformed);
  CHECK(f.refused("accelerate", "<AccelerateConfiguration/>") == kMalformed);
  f.s3.bucket("my.photos");
  CHECK(f.s3.refusal("PUT", "/my.photos?accelerate", {}, "<AccelerateConfiguration><Status>Enabled</Status></AccelerateConfiguration>") ==
        "400 InvalidRequest: S3 Transfer Acceleration is not supported for buckets with periods (.) in their names");
}

TEST_CASE("Request payment: kept and shown", "[s3][settings]") {
  Settings f;
  check_document(f, "requestPayment", "RequestPaymentConfiguration", "<Payer>Requester</Payer>");
  CHECK(f.refused("requestPayment", "<RequestPaymentConfiguration><Payer>Nobody</Payer></RequestPaymentConfiguration>") == kMalformed);
  CHECK(f.refused("requestPayment", "<RequestPaymentConfiguration/>") == kMalformed);
}

TEST_CASE("Request payment: others than the owner must say that they pay", "[s3][settings][request-payment]") {
  Settings f;
  f.put("policy", R"({"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"s3:GetObject",)"
                  R"("Resource":"arn:aws:s3:::photos/*"}})");
  f.s3.put("/photos/cat", "meow");
  const Headers other{as("111122223333")}, willing{as("111122223333"), {"x-amz-request-payer", "requester"}};
  CHECK(f.s3.get("/photos/cat", other).status == 200);
  CHECK_FALSE(f.s3.get("/photos/cat", willing).has_header("x-amz-request-charged"));
  f.put("requestPayment", "<RequestPaymentConfiguration><Payer>Requester</Payer></RequestPaymentConfiguration>");
  CHECK(f.s3.refusal("GET", "/photos/cat", other) == "403 AccessDenied: Access Denied");
  CHECK(f.s3.get("/photos/cat", willing).header("x-amz-request-charged") == "requester");
  CHECK(f.s3.get("/photos/cat").status == 200);
}

TEST_CASE("Logging: kept and shown; its target must be there, in the same region", "[s3][settings]") {
  Settings f;
  f.s3.bucket("logs");
  const std::string grants =
      "<TargetGrants><Grant><Grantee xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xsi:type=\"Group\">"
      "<URI>http://acs.amazonaws.com/groups/global/AllUsers</URI></Grantee><Permission>READ</Permission></Grant></TargetGrants>";
  CHECK(f.refused("logging", "<BucketLoggingStatus><LoggingEnabled><TargetBucket>logs</TargetBucket>" + grants +
                                 "<TargetPrefix/></LoggingEnabled></BucketLoggingStatus>") ==
        "400 AccessControlListNotSupported: Target grants not allowed for bucket owner enforced buckets");
  REQUIRE(f.s3.remove("/logs?ownershipControls").status == 204);
  auto to = [](std::string_view bucket, std::string_view more = {}) {
    return concat("<BucketLoggingStatus><LoggingEnabled><TargetBucket>", bucket, "</TargetBucket><TargetPrefix>a/</TargetPrefix>", more,
                  "</LoggingEnabled></BucketLoggingStatus>");
  };
  check_document(f, "logging", "BucketLoggingStatus",
                 "<LoggingEnabled><TargetBucket>logs</TargetBucket>" + grants +
                     "<TargetPrefix>a/</TargetPrefix>"
                     "<TargetObjectKeyFormat><PartitionedPrefix><PartitionDateSource>EventTime</PartitionDateSource></PartitionedPrefix>"
                     "</TargetObjectKeyFormat></LoggingEnabled>");
  check_document(f, "logging", "BucketLoggingStatus",
                 "<LoggingEnabled><TargetBucket>logs</TargetBucket><TargetPrefix></TargetPrefix><TargetObjectKeyFormat>"
                 "<SimplePrefix></SimplePrefix></TargetObjectKeyFormat></LoggingEnabled>");
  CHECK(f.refused("logging", to("nobody")) == "400 InvalidTargetBucketForLogging: The target bucket for logging does not exist");
  CHECK(element(f.s3.last, "TargetBucket") == "nobody");
  REQUIRE(f.s3.put("/far", "<CreateBucketConfiguration><LocationConstraint>eu-west-1</LocationConstraint></CreateBucketConfiguration>")
              .status == 200);
  CHECK_THAT(f.refused("logging", to("far")), Catch::StartsWith("403 CrossLocationLoggingProhibitted"));
  CHECK(element(f.s3.last, "TargetBucketLocation") == "eu-west-1");
  REQUIRE(f.s3.call("PUT", "/theirs", {as("111122223333")}).status == 200);
  CHECK_THAT(f.refused("logging", to("theirs")), Catch::StartsWith("400 InvalidTargetBucketForLogging"));
  CHECK(f.refused("logging", to("logs", "<TargetObjectKeyFormat/>")) == kMalformed);
  CHECK(f.refused("logging", "<BucketLoggingStatus><LoggingEnabled/></BucketLoggingStatus>") == kMalformed);
  CHECK(f.put("logging", "<BucketLoggingStatus/>") == 200);
  CHECK(f.s3.world.events().size() == 1);
  CHECK(f.document("logging") == "<BucketLoggingStatus" XMLNS "></BucketLoggingStatus>");
  CHECK(f.put("logging", "<BucketLoggingStatus/>") == 200);
  CHECK(f.s3.world.events().empty());
}

TEST_CASE("Website: kept and shown", "[s3][settings][website]") {
  Settings f;
  check_document(f, "website", "WebsiteConfiguration",
                 "<ErrorDocument><Key>error.html</Key></ErrorDocument><IndexDocument><Suffix>index.html</Suffix></IndexDocument>"
                 "<RoutingRules><RoutingRule><Condition><HttpErrorCodeReturnedEquals>404</HttpErrorCodeReturnedEquals>"
                 "<KeyPrefixEquals>docs/</KeyPrefixEquals></Condition><Redirect><HostName>example.com</HostName>"
                 "<HttpRedirectCode>302</HttpRedirectCode><Protocol>https</Protocol><ReplaceKeyPrefixWith>d/</ReplaceKeyPrefixWith>"
                 "</Redirect></RoutingRule></RoutingRules>");
  check_document(f, "website", "WebsiteConfiguration",
                 "<RedirectAllRequestsTo><HostName>example.com</HostName><Protocol>http</Protocol></RedirectAllRequestsTo>");
  CHECK(f.remove("website") == 204);
  CHECK(f.absent("website") == "404 NoSuchWebsiteConfiguration: The specified bucket does not have a website configuration");
}

TEST_CASE("Website: what AWS refuses, and its fifty rules", "[s3][settings][website][limits]") {
  Settings f;
  auto site = [](std::string_view inside) { return concat("<WebsiteConfiguration>", inside, "</WebsiteConfiguration>"); };
  const std::string index = "<IndexDocument><Suffix>index.html</Suffix></IndexDocument>";
  auto rule = [&](std::string_view inside) {
    return site(index + concat("<RoutingRules><RoutingRule>", inside, "</RoutingRule></RoutingRules>"));
  };
  CHECK(f.refused("website", site("")).starts_with("400 InvalidArgument: A value for IndexDocument Suffix must be provided"));
  CHECK(f.refused("website", site("<IndexDocument><Suffix>a/b</Suffix></IndexDocument>")) ==
        "400 InvalidArgument: The IndexDocument Suffix is not well formed");
  CHECK(f.refused("website", site("<RedirectAllRequestsTo><HostName>a</HostName></RedirectAllRequestsTo>" + index))
            .starts_with("400 InvalidArgument: RedirectAllRequestsTo cannot be provided"));
  CHECK(f.refused("website", rule("")) == kMalformed);
  const std::string kProtocol =
      "400 InvalidRequest: Invalid protocol, protocol can be http or https. If not defined the protocol will be selected automatically.";
  CHECK(f.refused("website", rule("<Redirect><Protocol>ftp</Protocol></Redirect>")) == kProtocol);
  CHECK(f.refused("website", site("<RedirectAllRequestsTo><HostName>a</HostName><Protocol>HTTP</Protocol></RedirectAllRequestsTo>")) ==
        kProtocol);
  CHECK(f.refused("website", rule("<Condition/><Redirect><HostName>a</HostName></Redirect>"))
            .starts_with("400 InvalidRequest: Condition cannot be empty."));
  CHECK(f.refused("website", rule("<Redirect><ReplaceKeyWith>a</ReplaceKeyWith><ReplaceKeyPrefixWith>b</ReplaceKeyPrefixWith></Redirect>"))
            .starts_with("400 InvalidRequest: You can only define"));
  CHECK(f.refused("website", rule("<Redirect><HttpRedirectCode>200</HttpRedirectCode></Redirect>"))
            .starts_with("400 InvalidRequest: The provided HTTP redirect code (200)"));
  CHECK(f.refused("website", rule("<Redirect><HttpRedirectCode>300</HttpRedirectCode></Redirect>"))
            .starts_with("400 InvalidRequest: The provided HTTP redirect code (300)"));
  auto to = [&](std::string_view code) { return rule(concat("<Redirect><HttpRedirectCode>", code, "</HttpRedirectCode></Redirect>")); };
  auto on = [&](std::string_view code) {
    return rule(concat("<Condition><HttpErrorCodeReturnedEquals>", code,
                       "</HttpErrorCodeReturnedEquals></Condition>"
                       "<Redirect><HostName>a</HostName></Redirect>"));
  };
  for (std::string_view code : {"301", "305", "307", "308"}) CHECK(f.put("website", to(code)) == 200);
  for (std::string_view code : {"306", "309", "399", "3010"}) {
    CHECK(f.refused("website", to(code)) ==
          concat("400 InvalidRequest: The provided HTTP redirect code (", code, ") is not valid. Valid codes are 3XX except 300."));
  }
  for (std::string_view code : {"400", "417", "500", "505"}) CHECK(f.put("website", on(code)) == 200);
  for (std::string_view code : {"399", "418", "499", "506"}) {
    CHECK(f.refused("website", on(code)) ==
          concat("400 InvalidRequest: The provided HTTP error code (", code, ") is not valid. Valid codes are 4XX or 5XX."));
  }
  for (std::string_view code : {"3xx", "jibberish", ""}) {
    CHECK(f.refused("website", to(code)) == kMalformed);
    CHECK(f.refused("website", on(code)) == kMalformed);
  }
  CHECK(f.refused("website", rule("<Redirect></Redirect>")) == kMalformed);
  auto many = [&](int count) {
    std::string rules;
    for (int i = 0; i < count; ++i) rules += "<RoutingRule><Redirect><HostName>a</HostName></Redirect></RoutingRule>";
    return site(index + "<RoutingRules>" + rules + "</RoutingRules>");
  };
  CHECK(f.put("website", many(50)) == 200);
  CHECK(f.refused("website", many(51)) ==
        "400 InvalidRequest: 51 routing rules provided, the number of routing rules in a website configuration is limited to 50.");
}

TEST_CASE("Documents: AWS's limits of their size, but for a lifecycle", "[s3][settings][limits]") {
  Settings f;
  const std::pair<std::string, size_t> limits[] = {{"?versioning", 1024},
                                                   {"?ownershipControls", 2048},
                                                   {"?tagging", 163'840},
                                                   {"?encryption", 2'097'152},
                                                   {"?lifecycle", 524'288},
                                                   {"?object-lock", 2'097'152},
                                                   {"?publicAccessBlock", 2'097'152}};
  for (const auto& [subresource, max] : limits) {
    CAPTURE(subresource);
    CHECK(f.s3.refusal("PUT", "/photos" + subresource, {}, std::string(max + 1, ' ')) ==
          "400 MaxMessageLengthExceeded: Your request was too big.");
    CHECK(element(f.s3.last, "MaxMessageLengthBytes") == std::to_string(max));
    CHECK(f.s3.refusal("PUT", "/photos" + subresource, {}, std::string(max, ' ')) == kMalformed);
  }
  for (const auto& [target, max] : {std::pair<std::string, size_t>("/photos?delete", 2'048'000), {"/photos/cat?uploadId=", 2'621'440}}) {
    const std::string id = target.ends_with("=") ? f.s3.begin_upload("/photos/cat") : "";
    CHECK(f.s3.refusal("POST", target + id, {}, std::string(max + 1, ' ')).starts_with("400 MaxMessageLengthExceeded"));
    CHECK_FALSE(f.s3.refusal("POST", target + id, {}, std::string(max, ' ')).starts_with("400 MaxMessageLengthExceeded"));
  }
}

}  // namespace cloudemu::test
