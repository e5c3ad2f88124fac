#include <catch2/catch.hpp>

#include "core/digest.h"
#include "core/encoding.h"
#include "core/strings.h"
#include "core/time_format.h"
#include "protocol/sigv4.h"
#include "protocol/xml_reader.h"
#include "services/sts/operations.h"
#include "support/world.h"

namespace cloudemu::test {

namespace {

constexpr std::string_view kRole = "RoleArn=arn%3Aaws%3Aiam%3A%3A111122223333%3Arole%2Fteams%2Fbuilder";
constexpr std::string_view kAssume = "RoleArn=arn%3Aaws%3Aiam%3A%3A111122223333%3Arole%2Fteams%2Fbuilder&RoleSessionName=ci";

struct Credentials {
  std::string access_key = "test", secret_key = "test", token = {};
};

struct Answer {
  int status = 0;
  xml::Element root;
  std::string body;

  /// Text at a path such as "GetCallerIdentityResult/Account".
  std::string operator[](std::string_view path) const {
    const xml::Element* at = &root;
    for (std::string_view name : split(path, '/')) {
      if (at) at = at->find(name);
    }
    return at ? std::string(at->text) : std::string();
  }
};

/// A client of STS (and of SQS, to try credentials on) that signs what it sends.
struct Sts {
  explicit Sts(Environment environment = {}) : world(std::move(environment)) {}

  Answer call(std::string_view action, std::string_view parameters = "", std::string_view service = "sts") {
    Request request{.method = "POST",
                    .target = "/",
                    .headers = {{"Host", "localhost:4566"},
                                {"Content-Type", "application/x-www-form-urlencoded"},
                                {"X-Amz-Date", iso8601_basic(world.clock().now())}},
                    .body = concat("Action=", action, service == "sts" ? "&Version=2011-06-15" : "&Version=2012-11-05",
                                   parameters.empty() ? "" : "&", parameters)};
    if (!credentials.token.empty()) request.headers.emplace_back("X-Amz-Security-Token", credentials.token);
    sign(request, service);
    Reply reply = world.send(request);
    auto root = xml::parse(reply.body);
    INFO(reply.body);
    REQUIRE(root);
    return Answer{reply.status, std::move(*root), reply.body};
  }

  void sign(Request& request, std::string_view service) {
    std::string date = iso8601_basic(world.clock().now());
    std::string scope = concat(credentials.access_key, '/', date.substr(0, 8), "/us-east-1/", service, "/aws4_request");
    auto authorization = [&](std::string_view signature) {
      return concat("AWS4-HMAC-SHA256 Credential=", scope, ", SignedHeaders=host;x-amz-date, Signature=", signature);
    };
    request.headers.emplace_back("Authorization", authorization(std::string(64, '0')));
    auto http = make_request(request);
    auto parsed = sigv4::parse_signature(*http, {});
    REQUIRE(parsed);
    std::string canonical = sigv4::canonical_request(*http, {}, *parsed, hex(sha256(request.body)), sigv4::PathEncoding::twice);
    std::string key = sigv4::signing_key(credentials.secret_key, parsed->scope());
    request.headers.back().second = authorization(sigv4::sign(key, sigv4::string_to_sign(*parsed, canonical)));
  }

  void use(const Answer& answer, std::string_view result) {
    auto member = [&](std::string_view name) { return answer[concat(result, "/Credentials/", name)]; };
    credentials = {member("AccessKeyId"), member("SecretAccessKey"), member("SessionToken")};
  }

  World world;
  Credentials credentials;
};

#define CHECK_STS_ERROR(answer, expected_status, expected_code, expected_message) \
  do {                                                                            \
    Answer checked = (answer);                                                    \
    CHECK(checked.status == (expected_status));                                   \
    CHECK(checked["Error/Code"] == (expected_code));                              \
    CHECK(checked["Error/Message"] == (expected_message));                        \
  } while (false)

}  // namespace

TEST_CASE("GetCallerIdentity: the account of the key, as its root", "[sts]") {
  Sts sts;
  Answer answer = sts.call("GetCallerIdentity");
  CHECK(answer.status == 200);
  CHECK(answer["GetCallerIdentityResult/Account"] == "000000000000");
  CHECK(answer["GetCallerIdentityResult/Arn"] == "arn:aws:iam::000000000000:root");
  CHECK(answer["GetCallerIdentityResult/UserId"] == "000000000000");
  CHECK(answer["ResponseMetadata/RequestId"].size() == 36);
  CHECK(answer.body.find("xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"") != std::string::npos);
  sts.credentials.access_key = "111122223333";
  CHECK(sts.call("GetCallerIdentity")["GetCallerIdentityResult/Account"] == "111122223333");
}

TEST_CASE("GetCallerIdentity: works without a signature, too, and by GET", "[sts]") {
  World world;
  Request request{.method = "POST",
                  .target = "/",
                  .headers = {{"Content-Type", "application/x-www-form-urlencoded"}},
                  .body = "Action=GetCallerIdentity&Version=2011-06-15"};
  CHECK(world.send(request).body.find("<Account>000000000000</Account>") != std::string::npos);
  CHECK(world.send({.target = "/?Action=GetCallerIdentity&Version=2011-06-15"}).status == 200);
}

TEST_CASE("AssumeRole: a session of the role, an hour long", "[sts]") {
  Sts sts;
  Answer answer = sts.call("AssumeRole", kAssume);
  CHECK(answer.status == 200);
  REQUIRE(sts.world.events().size() == 1);
  auto issued = std::get<system::SessionIssued>(sts.world.events()[0]);
  CHECK(issued.account == "111122223333");
  CHECK(issued.arn == "arn:aws:sts::111122223333:assumed-role/builder/ci");
  CHECK(issued.expires_at == sts.world.clock().now() + 3600 * kSecondMs);
  CHECK(answer["AssumeRoleResult/AssumedRoleUser/Arn"] == issued.arn);
  CHECK(answer["AssumeRoleResult/AssumedRoleUser/AssumedRoleId"] == issued.user_id);
  CHECK(issued.user_id.starts_with("AROA"));
  CHECK(issued.user_id.size() == 21 + 3);
  CHECK(answer["AssumeRoleResult/Credentials/AccessKeyId"] == issued.access_key);
  CHECK(issued.access_key.starts_with("ASIA"));
  CHECK(issued.access_key.size() == 20);
  CHECK(answer["AssumeRoleResult/Credentials/SecretAccessKey"].size() == 40);
  CHECK(answer["AssumeRoleResult/Credentials/SessionToken"] == issued.token);
  CHECK(answer["AssumeRoleResult/Credentials/Expiration"] == "2026-11-23T05:00:00Z");
  Answer other = sts.call("AssumeRole", concat(kAssume, "-2"));
  CHECK(std::get<system::SessionIssued>(sts.world.events()[0]).user_id.substr(0, 21) == issued.user_id.substr(0, 21));
  CHECK(other["AssumeRoleResult/Credentials/AccessKeyId"] != issued.access_key);
}

TEST_CASE("AssumeRole: its credentials are those of the role's account, checked to the letter", "[sts][auth]") {
  Sts sts(Environment{.auth = AuthMode::verify, .credentials = {}});
  sts.use(sts.call("AssumeRole", kAssume), "AssumeRoleResult");
  Answer identity = sts.call("GetCallerIdentity");
  CHECK(identity.status == 200);
  CHECK(identity["GetCallerIdentityResult/Account"] == "111122223333");
  CHECK(identity["GetCallerIdentityResult/Arn"] == "arn:aws:sts::111122223333:assumed-role/builder/ci");
  CHECK(identity["GetCallerIdentityResult/UserId"].ends_with(":ci"));
  Answer queue = sts.call("CreateQueue", "QueueName=jobs", "sqs");
  CHECK(queue["CreateQueueResult/QueueUrl"] == "http://localhost:4566/111122223333/jobs");
  Credentials right = sts.credentials;
  sts.credentials.token = "wrong";
  CHECK_STS_ERROR(sts.call("GetCallerIdentity"), 403, "InvalidClientTokenId", "The security token included in the request is invalid.");
  sts.credentials = right;
  sts.credentials.secret_key = "wrong";
  CHECK(sts.call("GetCallerIdentity")["Error/Code"] == "SignatureDoesNotMatch");
  sts.credentials = right;
  sts.world.advance(3600 * kSecondMs - 1);
  CHECK(sts.call("GetCallerIdentity").status == 200);
  sts.world.advance(1);
  CHECK_STS_ERROR(sts.call("GetCallerIdentity"), 403, "ExpiredToken", "The security token included in the request is expired");
}

TEST_CASE("AssumeRole: DurationSeconds is 900 to 43200, of a chained role 3600 at most", "[sts]") {
  Sts sts;
  auto assume = [&](int seconds) { return sts.call("AssumeRole", concat(kAssume, "&DurationSeconds=", seconds)); };
  CHECK(assume(900)["AssumeRoleResult/Credentials/Expiration"] == "2026-11-23T04:15:00Z");
  CHECK(assume(43'200)["AssumeRoleResult/Credentials/Expiration"] == "2026-11-23T16:00:00Z");
  CHECK_STS_ERROR(assume(899), 400, "ValidationError",
                  "1 validation error detected: Value '899' at 'durationSeconds' failed to satisfy constraint: Member must have value "
                  "greater than or equal to 900");
  CHECK_STS_ERROR(assume(43'201), 400, "ValidationError",
                  "1 validation error detected: Value '43201' at 'durationSeconds' failed to satisfy constraint: Member must have value "
                  "less than or equal to 43200");
  sts.use(sts.call("AssumeRole", kAssume), "AssumeRoleResult");
  CHECK(assume(3600).status == 200);
  CHECK_STS_ERROR(assume(3601), 400, "ValidationError",
                  "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.");
}

TEST_CASE("AssumeRole: tells all that is wrong at once", "[sts]") {
  Sts sts;
  CHECK_STS_ERROR(sts.call("AssumeRole"), 400, "ValidationError",
                  "2 validation errors detected: Value null at 'roleArn' failed to satisfy constraint: Member must not be null; Value "
                  "null at 'roleSessionName' failed to satisfy constraint: Member must not be null");
  CHECK_STS_ERROR(sts.call("AssumeRole", "RoleArn=short&RoleSessionName=ci"), 400, "ValidationError",
                  "1 validation error detected: Value 'short' at 'roleArn' failed to satisfy constraint: Member must have length greater "
                  "than or equal to 20");
  CHECK_STS_ERROR(sts.call("AssumeRole", concat(kRole, "&RoleSessionName=a%20b")), 400, "ValidationError",
                  "1 validation error detected: Value 'a b' at 'roleSessionName' failed to satisfy constraint: Member must satisfy "
                  "regular expression pattern: [\\w+=,.@-]*");
  for (std::string name : {std::string(1, 'x'), std::string(65, 'x')}) {
    CHECK(sts.call("AssumeRole", concat(kRole, "&RoleSessionName=", name)).status == 400);
  }
  for (std::string name : {std::string(2, 'x'), std::string(64, 'x')}) {
    CHECK(sts.call("AssumeRole", concat(kRole, "&RoleSessionName=", name)).status == 200);
  }
  for (std::string_view arn : {"arn:aws:iam::1111:role/builder", "arn:aws:iam::111122223333:user/builder",
                               "arn:aws:s3::111122223333:role/builder", "arn:aws:iam::111122223333:role/"}) {
    CHECK_STS_ERROR(sts.call("AssumeRole", concat("RoleSessionName=ci&RoleArn=", percent_encode(arn))), 400, "ValidationError",
                    "Request ARN is invalid");
  }
  CHECK(sts.call("AssumeRole", concat(kAssume, "&DurationSeconds=x")).status == 400);
}

TEST_CASE("GetSessionToken: credentials for oneself, twelve hours long", "[sts]") {
  Sts sts(Environment{.auth = AuthMode::verify, .credentials = {}});
  Answer answer = sts.call("GetSessionToken");
  CHECK(answer["GetSessionTokenResult/Credentials/Expiration"] == "2026-11-23T16:00:00Z");
  sts.use(answer, "GetSessionTokenResult");
  CHECK(sts.call("GetCallerIdentity")["GetCallerIdentityResult/Arn"] == "arn:aws:iam::000000000000:root");
  CHECK_STS_ERROR(sts.call("GetSessionToken"), 403, "AccessDenied", "Cannot call GetSessionToken with session credentials");
  sts.credentials = {};
  CHECK(sts.call("GetSessionToken", "DurationSeconds=900").status == 200);
  CHECK(sts.call("GetSessionToken", "DurationSeconds=129600").status == 200);
  CHECK(sts.call("GetSessionToken", "DurationSeconds=899").status == 400);
  CHECK(sts.call("GetSessionToken", "DurationSeconds=129601").status == 400);
}

TEST_CASE("STS: what is real but not built says so by name; what is not real is no action", "[sts]") {
  Sts sts;
  for (const query::Operation& operation : sts::service().operations) {
    if (operation.decide) continue;
    CHECK_STS_ERROR(sts.call(operation.name), 501, "NotImplemented",
                    concat("CloudEmu does not implement the STS operation ", operation.name, " yet."));
  }
  CHECK_STS_ERROR(sts.call("Nonsense"), 400, "InvalidAction", "Could not find operation Nonsense for version 2011-06-15");
  CHECK(sts.call("Nonsense").body.find("xmlns=\"http://webservices.amazon.com/AWSFault/2005-15-09\"") != std::string::npos);
  auto operations = sts::service().operations;
  CHECK(std::is_sorted(operations.begin(), operations.end(), [](const auto& a, const auto& b) { return a.name < b.name; }));
}

TEST_CASE("STS: actions are there in one version, which a request that is written by hand need not name", "[sts]") {
  World world;
  auto call = [&](std::string_view parameters) {
    return world.send({.target = concat("/?", parameters),
                       .headers = {{"Authorization",
                                    "AWS4-HMAC-SHA256 Credential=test/20261123/us-east-1/sts/aws4_request, "
                                    "SignedHeaders=host, Signature=0"}}});
  };
  CHECK(call("Action=GetCallerIdentity").status == 200);
  for (std::string_view version : {"2000-01-01", ""}) {
    Reply refused = call(concat("Action=GetCallerIdentity&Version=", version));
    CHECK(refused.status == 400);
    CHECK(refused.body.find(concat("<Message>Could not find operation GetCallerIdentity for version ", version, "</Message>")) !=
          std::string::npos);
  }
  CHECK(call("Action=Nonsense").body.find("Could not find operation Nonsense for version NO_VERSION_SPECIFIED") != std::string::npos);
}

TEST_CASE("AssumeRole: a session policy is a policy without principals", "[sts]") {
  Sts sts;
  auto assume = [&](std::string_view policy) { return sts.call("AssumeRole", concat(kAssume, "&Policy=", percent_encode(policy))); };
  constexpr std::string_view kPolicy = R"({"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:*","Resource":"*"}})";
  CHECK(assume(kPolicy).status == 200);
  CHECK_STS_ERROR(assume("x"), 400, "MalformedPolicyDocument", "This policy contains invalid Json");
  for (std::string_view wrong : {"[]", "{}", R"({"Version":"2000-10-17","Statement":{"Effect":"Allow","Action":"s3:*","Resource":"*"}})",
                                 R"({"Statement":{"Effect":"Perhaps","Action":"s3:*","Resource":"*"}})"}) {
    INFO(wrong);
    CHECK_STS_ERROR(assume(wrong), 400, "MalformedPolicyDocument", "Syntax errors in policy.");
  }
  CHECK_STS_ERROR(assume(R"({"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":"*","Action":"s3:*","Resource":"*"}})"), 400,
                  "MalformedPolicyDocument", "Policy document should not specify a principal.");
  CHECK_STS_ERROR(assume(R"({"Version":"2012-10-17","Statement":[]})"), 400, "MalformedPolicyDocument", "Syntax errors in policy.");
}

TEST_CASE("AssumeRole: what is wrong with tags, managed policies and devices", "[sts]") {
  Sts sts;
  auto refused = [&](std::string_view parameters, int status, std::string_view code, std::string_view message) {
    INFO(parameters);
    CHECK_STS_ERROR(sts.call("AssumeRole", concat(kAssume, '&', parameters)), status, code, message);
  };
  auto constraint = [](std::string_view value, std::string_view member, std::string_view must) {
    return concat("1 validation error detected: Value ", value, " at '", member, "' failed to satisfy constraint: Member must ", must);
  };
  refused("Tags.member.1.Key=a&Tags.member.1.Value=1&Tags.member.2.Key=A&Tags.member.2.Value=2", 400, "InvalidParameterValue",
          "Duplicate tag keys found. Please note that Tag keys are case insensitive.");
  refused("Tags.member.1.Key=a", 400, "ValidationError", constraint("null", "tags.1.member.value", "not be null"));
  refused("TransitiveTagKeys.member.1=a", 400, "InvalidParameterValue",
          "The specified transitive tag key must be included in the requested tags.");
  refused("PolicyArns.member.1.arn=x", 400, "ValidationError",
          constraint("'x'", "policyArns.1.member.arn", "have length greater than or equal to 20"));
  refused("TokenCode=12", 400, "ValidationError", constraint("'12'", "tokenCode", "have length greater than or equal to 6"));
  refused("TokenCode=123456", 403, "AccessDenied",
          "MultiFactorAuthentication failed, must provide both MFA serial number and one time pass code.");
  auto many = [&](std::string_view list, std::string_view member, int count) {
    std::string parameters(kAssume);
    for (int i = 1; i <= count; ++i) {
      append(parameters, '&', list, ".member.", i, member, "=arn:aws:iam::aws:policy/p", i);
      if (list == "Tags") append(parameters, "&Tags.member.", i, ".Value=v");
    }
    return sts.call("AssumeRole", parameters).status;
  };
  CHECK(many("Tags", ".Key", 50) == 200);
  CHECK(many("Tags", ".Key", 51) == 400);
  CHECK(many("PolicyArns", ".arn", 10) == 200);
  CHECK(many("PolicyArns", ".arn", 11) == 400);
  CHECK(sts.call("AssumeRole", concat(kAssume, "&SerialNumber=arn:aws:iam::1:mfa/me&TokenCode=123456")).status == 200);
}

TEST_CASE("AssumeRole: tells how much of the room for policies and tags is taken", "[sts]") {
  Sts sts;
  CHECK(sts.call("AssumeRole", kAssume).body.find("PackedPolicySize") == std::string::npos);
  Answer tagged = sts.call("AssumeRole", concat(kAssume, "&Tags.member.1.Key=team&Tags.member.1.Value=red"));
  CHECK(tagged["AssumeRoleResult/PackedPolicySize"] == "1");
}

TEST_CASE("AssumeRole: a session may do what its policy allows, and no more", "[sts][iam]") {
  Sts sts(Environment{.auth = AuthMode::verify, .credentials = {}});
  constexpr std::string_view kPolicy =
      R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["sqs:CreateQueue","sqs:SendMessage"],"Resource":"arn:aws:sqs:*:*:jobs"},)"
      R"({"Effect":"Deny","Action":"sqs:PurgeQueue","Resource":"*"}]})";
  sts.use(sts.call("AssumeRole", concat(kAssume, "&Policy=", percent_encode(kPolicy))), "AssumeRoleResult");
  CHECK(sts.call("CreateQueue", "QueueName=other", "sqs").status == 403);
  CHECK(sts.call("CreateQueue", "QueueName=jobs", "sqs").status == 200);
  std::string url = "QueueUrl=http%3A%2F%2Flocalhost%3A4566%2F111122223333%2Fjobs";
  CHECK(sts.call("SendMessage", url + "&MessageBody=x", "sqs").status == 200);
  auto refused = [&](std::string_view action, std::string_view why) {
    Answer answer = sts.call(action, url, "sqs");
    CHECK(answer.status == 403);
    INFO(answer.body);
    CHECK(answer.body.find(concat("User: arn:aws:sts::111122223333:assumed-role/builder/ci is not authorized to perform: sqs:",
                                  lower(action), " on resource: arn:aws:sqs:us-east-1:111122223333:jobs ", why)) != std::string::npos);
  };
  refused("ReceiveMessage", "because no session policy allows the sqs:receivemessage action");
  refused("PurgeQueue", "with an explicit deny in a session policy");
  // The role without a policy may do all of it.
  sts.credentials = {};
  sts.use(sts.call("AssumeRole", kAssume), "AssumeRoleResult");
  CHECK(sts.call("ReceiveMessage", url, "sqs").status == 200);
  CHECK(sts.call("PurgeQueue", url, "sqs").status == 200);
}

TEST_CASE("AssumeRole: tags and the source identity of a session are what policies ask for, and go on to the next", "[sts][iam]") {
  Sts sts(Environment{.auth = AuthMode::verify, .credentials = {}});
  constexpr std::string_view kTags =
      "&Tags.member.1.Key=team&Tags.member.1.Value=red&Tags.member.2.Key=mine&Tags.member.2.Value=1&TransitiveTagKeys.member.1=team"
      "&SourceIdentity=alice";
  sts.use(sts.call("AssumeRole", concat(kAssume, kTags)), "AssumeRoleResult");
  auto denied_if = [&](std::string_view key, std::string_view value) {
    std::string policy = concat(R"({"Version":"2012-10-17","Statement":{"Effect":"Deny","Principal":"*","Action":"sqs:ReceiveMessage",)",
                                R"("Resource":"*","Condition":{"StringEquals":{")", key, R"(":")", value, R"("}}}})");
    std::string url = "QueueUrl=http%3A%2F%2Flocalhost%3A4566%2F111122223333%2Fjobs";
    CHECK(
        sts.call("SetQueueAttributes", concat(url, "&Attribute.1.Name=Policy&Attribute.1.Value=", percent_encode(policy)), "sqs").status ==
        200);
    return sts.call("ReceiveMessage", url, "sqs").status == 403;
  };
  CHECK(sts.call("CreateQueue", "QueueName=jobs", "sqs").status == 200);
  CHECK(denied_if("aws:PrincipalTag/team", "red"));
  CHECK(denied_if("aws:PrincipalTag/Mine", "1"));
  CHECK_FALSE(denied_if("aws:PrincipalTag/team", "blue"));
  CHECK(denied_if("aws:SourceIdentity", "alice"));
  CHECK(denied_if("aws:MultiFactorAuthPresent", "false"));
  CHECK_STS_ERROR(sts.call("AssumeRole", concat(kAssume, "&Tags.member.1.Key=Team&Tags.member.1.Value=x")), 400, "InvalidParameterValue",
                  "One of the specified transitive tag keys can't be set because it conflicts with a transitive tag key from the calling "
                  "session.");
  Answer next = sts.call("AssumeRole", kAssume);
  CHECK(next["AssumeRoleResult/SourceIdentity"] == "alice");
  sts.use(next, "AssumeRoleResult");
  CHECK(denied_if("aws:PrincipalTag/team", "red"));
  CHECK_FALSE(denied_if("aws:PrincipalTag/mine", "1"));
}

/// As an issuer would make one; nobody checks who signed it.
std::string web_token(std::string_view claims) {
  std::string payload = base64(claims);
  std::replace(payload.begin(), payload.end(), '+', '-');
  std::replace(payload.begin(), payload.end(), '/', '_');
  payload.erase(std::min(payload.find('='), payload.size()));
  return concat("eyJhbGciOiJub25lIn0.", payload, ".c2ln");
}

TEST_CASE("AssumeRoleWithWebIdentity: whoever brings a token need not sign", "[sts]") {
  World world(Environment{.auth = AuthMode::verify, .credentials = {}});
  auto assume = [&](std::string_view token, std::string_view more = "") {
    Reply reply = world.send({.method = "POST",
                              .target = "/",
                              .headers = {{"Content-Type", "application/x-www-form-urlencoded"}},
                              .body = concat("Action=AssumeRoleWithWebIdentity&Version=2011-06-15&", kAssume,
                                             "&WebIdentityToken=", percent_encode(token), more)});
    auto root = xml::parse(reply.body);
    REQUIRE(root);
    return Answer{reply.status, std::move(*root), reply.body};
  };
  Answer answer = assume(web_token(R"({"iss":"https://idp.example.com","sub":"system:serviceaccount:a:b","aud":["sts.amazonaws.com"]})"));
  INFO(answer.body);
  CHECK(answer.status == 200);
  CHECK(answer["AssumeRoleWithWebIdentityResult/SubjectFromWebIdentityToken"] == "system:serviceaccount:a:b");
  CHECK(answer["AssumeRoleWithWebIdentityResult/Audience"] == "sts.amazonaws.com");
  CHECK(answer["AssumeRoleWithWebIdentityResult/Provider"] == "https://idp.example.com");
  CHECK(answer["AssumeRoleWithWebIdentityResult/AssumedRoleUser/Arn"] == "arn:aws:sts::111122223333:assumed-role/builder/ci");
  CHECK(answer["AssumeRoleWithWebIdentityResult/Credentials/AccessKeyId"].starts_with("ASIA"));
  CHECK_STS_ERROR(assume("no-token-at-all"), 400, "InvalidIdentityToken",
                  "The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)");
  CHECK(assume("opaque", "&ProviderId=www.amazon.com")["AssumeRoleWithWebIdentityResult/Provider"] == "www.amazon.com");
  CHECK(assume(web_token(R"({"iss":"i","sub":"s","exp":1})"))["Error/Code"] == "ExpiredTokenException");
  CHECK(assume(std::string(20'000, 'x'))["Error/Code"] == "InvalidIdentityToken");
  CHECK(assume(std::string(20'001, 'x'))["Error/Code"] == "ValidationError");
}

TEST_CASE("GetFederationToken: a user of a name, who may do what the policy says", "[sts][iam]") {
  Sts sts(Environment{.auth = AuthMode::verify, .credentials = {}});
  CHECK_STS_ERROR(sts.call("GetFederationToken"), 400, "ValidationError",
                  "1 validation error detected: Value null at 'name' failed to satisfy constraint: Member must not be null");
  CHECK(sts.call("GetFederationToken", concat("Name=", std::string(33, 'x'))).status == 400);
  Answer nothing = sts.call("GetFederationToken", "Name=bob");
  CHECK(nothing["GetFederationTokenResult/FederatedUser/Arn"] == "arn:aws:sts::000000000000:federated-user/bob");
  CHECK(nothing["GetFederationTokenResult/FederatedUser/FederatedUserId"] == "000000000000:bob");
  constexpr std::string_view kPolicy = R"({"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"sqs:*","Resource":"*"}})";
  Answer policy = sts.call("GetFederationToken", concat("Name=bob&Policy=", percent_encode(kPolicy)));
  sts.use(nothing, "GetFederationTokenResult");
  CHECK(sts.call("ListQueues", "", "sqs").status == 403);
  CHECK_STS_ERROR(sts.call("GetFederationToken", "Name=bob"), 403, "AccessDenied",
                  "Cannot call GetFederationToken with session credentials");
  sts.use(policy, "GetFederationTokenResult");
  CHECK(sts.call("ListQueues", "", "sqs").status == 200);
}

TEST_CASE("GetAccessKeyInfo: whose a key is", "[sts]") {
  Sts sts;
  auto account = [&](std::string_view key) {
    return sts.call("GetAccessKeyInfo", concat("AccessKeyId=", key))["GetAccessKeyInfoResult/Account"];
  };
  CHECK(account("AKIAIOSFODNN7EXAMPLE") == "000000000000");
  Answer role = sts.call("AssumeRole", kAssume);
  CHECK(account(role["AssumeRoleResult/Credentials/AccessKeyId"]) == "111122223333");
  CHECK(sts.call("GetAccessKeyInfo", "AccessKeyId=short").status == 400);
}

TEST_CASE("AssumeRole: each transitive tag of the calling session is looked for among the new ones", "[sts]") {
  Sts sts(Environment{.auth = AuthMode::verify, .credentials = {}});
  std::string calling(kAssume);
  constexpr int kTags = 20;
  for (int i = 1; i <= kTags; ++i)
    append(calling, "&Tags.member.", i, ".Key=t", i, "&Tags.member.", i, ".Value=v&TransitiveTagKeys.member.", i, "=t", i);
  sts.use(sts.call("AssumeRole", calling), "AssumeRoleResult");
  for (int i = 1; i <= kTags; ++i) {
    CHECK_STS_ERROR(sts.call("AssumeRole", concat(kAssume, "&Tags.member.1.Key=T", i, "&Tags.member.1.Value=x")), 400,
                    "InvalidParameterValue",
                    "One of the specified transitive tag keys can't be set because it conflicts with a transitive tag key from the calling "
                    "session.");
  }
}

TEST_CASE("STS: errors have no Detail", "[sts]") {
  Sts sts;
  std::string body = sts.call("AssumeRole").body;
  CHECK(body.find("<Type>Sender</Type>") != std::string::npos);
  CHECK(body.find("Detail") == std::string::npos);
}

}  // namespace cloudemu::test
