#include <catch2/catch.hpp>
#include <ctime>
#include <tuple>

#include "core/crc32.h"
#include "core/strings.h"
#include "protocol/content_coding.h"
#include "services/dynamodb/operations.h"
#include "support/dynamodb.h"
#include "support/signing.h"

/// What comes before any operation: HTTP, JSON, targets, signatures, types.
namespace cloudemu::test {

namespace {

constexpr std::string_view kService = "{'__type':'com.amazon.coral.service#";

std::string error(std::string_view code, std::string_view message = "") {
  return concat(kService, code, "'", message.empty() ? "" : concat(",'message':'", message, "'"), "}");
}

struct Wire : DynamoDb {
  using DynamoDb::DynamoDb;
  /// Status and body of a request as changed by `change`.
  template <class Change>
  std::string sent(Change change, std::string_view input = "{}") {
    Request request = this->request("ListTables", input);
    change(request);
    Reply reply = world.send(request);
    return concat(reply.status, ' ', shown(reply.body));
  }
  static void set(Request& request, std::string_view name, std::string_view value) {
    std::erase_if(request.headers, [&](const auto& header) { return header.first == name; });
    if (!value.empty()) request.headers.emplace_back(name, value);
  }
  std::string typed(std::string_view operation, std::string_view input) {
    std::string text = refusal(operation, input);
    constexpr std::string_view kBefore = "SerializationException: ";
    INFO(text);
    CHECK(text.starts_with(kBefore));
    return text.substr(kBefore.size());
  }
};

}  // namespace

TEST_CASE("Wire: GET / tells that the service is well", "[dynamodb][wire]") {
  Wire db;
  Reply reply = db.world.send({.target = "/", .headers = {{"Host", "dynamodb.us-east-1.localhost"}}});
  CHECK(reply.status == 200);
  CHECK(reply.body == "healthy: dynamodb.us-east-1.localhost ");
}

TEST_CASE("Wire: the reply has the content type of the request, or application/json", "[dynamodb][wire]") {
  Wire db;
  for (auto [type, expected] : std::initializer_list<std::pair<const char*, const char*>>{
           {"application/x-amz-json-1.0", "application/x-amz-json-1.0"},
           {"application/x-amz-json-1.0 ; charset=utf-8", "application/x-amz-json-1.0"},
           {"application/json", "application/json"}}) {
    Request request = db.request("ListTables", "{}");
    Wire::set(request, "Content-Type", type);
    Reply reply = db.world.send(request);
    CHECK(reply.status == 200);
    CHECK(reply.header("content-type") == expected);
  }
  CHECK(db.sent([](Request& r) { Wire::set(r, "Content-Type", "text/plain"); }) == "404 <UnknownOperationException/>\n");
  CHECK(db.sent([](Request& r) { r.method = "PUT"; }) == "404 <UnknownOperationException/>\n");
}

TEST_CASE("Wire: text that is no JSON", "[dynamodb][wire][errors]") {
  Wire db;
  for (std::string_view body : {"", "{", "hello", "{'a':}", "{} x"}) {
    CHECK(db.sent([](Request&) {}, body) == concat("400 ", error("SerializationException")));
  }
}

TEST_CASE("Wire: targets", "[dynamodb][wire][errors]") {
  Wire db;
  std::string unknown = concat("400 ", error("UnknownOperationException"));
  for (std::string_view target : {"DynamoDB_20120810.Nothing", "DynamoDB_20120810.", "DynamoDB_20120810", "DynamoDB_20111205.ListTables",
                                  "DynamoDB_20120810.listTables", "DynamoDBStreams_20120810.ListTables"}) {
    CHECK(db.sent([&](Request& r) { Wire::set(r, "X-Amz-Target", target); }) == unknown);
  }
  // What cannot be read is told before.
  CHECK(db.sent([&](Request& r) { Wire::set(r, "X-Amz-Target", "DynamoDB_20120810.Nothing"); }, "{") ==
        concat("400 ", error("SerializationException")));
}

TEST_CASE("Wire: operations that are not built say so by name", "[dynamodb][wire]") {
  Wire db;
  for (auto [prefix, operations] :
       {std::pair("DynamoDB_20120810.", dynamodb::operations()), std::pair("DynamoDBStreams_20120810.", dynamodb::stream_operations())}) {
    std::string_view before;
    for (const dynamodb::Operation& operation : operations) {
      CHECK(before < operation.name);
      before = operation.name;
      if (operation.decide) continue;
      CHECK(db.sent([&](Request& r) { Wire::set(r, "X-Amz-Target", concat(prefix, operation.name)); }) ==
            concat("501 ", error("NotImplemented", concat("The operation ", operation.name, " is not implemented."))));
    }
  }
}

TEST_CASE("Wire: signatures that are missing or lack a part", "[dynamodb][wire][auth]") {
  Wire db;
  auto with = [&](std::string_view authorization) { return db.sent([&](Request& r) { Wire::set(r, "Authorization", authorization); }); };
  CHECK(with("") == concat("400 ", error("MissingAuthenticationTokenException", "Request is missing Authentication Token")));
  CHECK(with("Basic abc") == concat("400 ", error("MissingAuthenticationTokenException", "Request is missing Authentication Token")));
  CHECK(with("AWS4-") ==
        concat("400 ", error("IncompleteSignatureException",
                             "Authorization header requires 'Credential' parameter. Authorization header requires 'Signature' "
                             "parameter. Authorization header requires 'SignedHeaders' parameter. Authorization=AWS4-")));
  std::string undated = db.sent([](Request& r) { Wire::set(r, "X-Amz-Date", ""); });
  CHECK(undated.find("Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. "
                     "Authorization=AWS4-HMAC-SHA256") != std::string::npos);
  CHECK(db.sent([](Request& r) { r.target = "/?X-Amz-Algorithm=AWS4-HMAC-SHA256"; }) ==
        concat("400 ", error("InvalidSignatureException",
                             "Found both 'X-Amz-Algorithm' as a query-string param and 'Authorization' as HTTP header.")));
  CHECK(db.sent([](Request& r) {
    Wire::set(r, "Authorization", "");
    r.target = "/?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Date=20261123T040000Z&X-Amz-SignedHeaders=host&X-Amz-Signature=0";
  }) == concat("400 ", error("IncompleteSignatureException",
                             "AWS query-string parameters must include 'X-Amz-Credential'. Re-examine the query-string parameters.")));
}

TEST_CASE("Wire: signatures that are checked, and wrong", "[dynamodb][wire][auth]") {
  Wire db(Environment{.auth = AuthMode::verify});
  CHECK(db.sent([](Request&) {}) ==
        concat("400 ", error("InvalidSignatureException",
                             "The request signature we calculated does not match the signature you provided. Check "
                             "your AWS Secret Access Key and "
                             "signing method. Consult the service documentation for details.")));
  CHECK(db.sent([](Request& r) { Wire::set(r, "X-Amz-Date", "20261123T034459Z"); }) ==
        concat("400 ", error("InvalidSignatureException",
                             "Signature expired: 20261123T034459Z is now earlier than 20261123T034500Z "
                             "(20261123T040000Z - 15 min.)")));
  CHECK(db.sent([](Request& r) { Wire::set(r, "X-Amz-Date", "20261123T041501Z"); }) ==
        concat("400 ", error("InvalidSignatureException",
                             "Signature not yet current: 20261123T041501Z is still later than 20261123T041500Z "
                             "(20261123T040000Z + 15 min.)")));
  db.access_key = "nobody";
  CHECK(db.sent([](Request&) {}) ==
        concat("400 ", error("UnrecognizedClientException", "The security token included in the request is invalid.")));
}

TEST_CASE("Wire: packed requests are read, packed replies given if they are long", "[dynamodb][wire][gzip]") {
  Wire db;
  db.table("tab", "p");
  Request request = db.request("PutItem", concat("{'TableName':'tab','Item':{'p':{'S':'k'},'x':{'S':'", std::string(5000, 'x'), "'}}}"));
  for (auto [coding, name] : {std::pair(ContentCoding::gzip, "gzip"), std::pair(ContentCoding::deflate, "deflate")}) {
    Request packed = request;
    packed.body = encode_content(coding, request.body);
    packed.headers.emplace_back("Content-Encoding", name);
    CHECK(db.world.send(packed).status == 200);
    packed.body = "not packed";
    CHECK(db.world.send(packed).status == 500);
    Request get = db.request("GetItem", "{'TableName':'tab','Key':{'p':{'S':'k'}}}");
    get.headers.emplace_back("Accept-Encoding", name);
    Reply reply = db.world.send(get);
    CHECK(reply.header("content-encoding") == name);
    CHECK(reply.header("x-amz-crc32") == std::to_string(crc32(reply.body)));
    auto body = decode_content(coding, reply.body, 10'000);
    REQUIRE(body);
    CHECK(body->starts_with("{\"Item\":{\"p\":"));
  }
  request.headers.emplace_back("Content-Encoding", "br");
  CHECK(db.world.send(request).status == 500);
  Request brief = db.request("ListTables", "{}");
  brief.headers.emplace_back("Accept-Encoding", "gzip");
  CHECK_FALSE(db.world.send(brief).has_header("content-encoding"));
}

TEST_CASE("Wire: a body may not unpack to more than 16 MB", "[dynamodb][wire][gzip][limits]") {
  Wire db;
  Request request = db.request("ListTables", "");
  request.body = encode_content(ContentCoding::gzip, std::string((16 << 20) + 1, ' '));
  request.headers.emplace_back("Content-Encoding", "gzip");
  CHECK(db.world.send(request).status == 413);
}

TEST_CASE("Wire: browsers may call, from pages that may", "[dynamodb][wire][cors]") {
  Wire db;
  Request request = db.request("ListTables", "{}");
  CHECK_FALSE(db.world.send(request).has_header("access-control-allow-origin"));
  request.headers.emplace_back("Origin", "http://localhost:3000");
  CHECK(db.world.send(request).header("access-control-allow-origin") == "http://localhost:3000");
  Reply preflight = db.world.send({.method = "OPTIONS",
                                   .target = "/",
                                   .headers = {{"Host", "dynamodb.us-east-1.localhost"},
                                               {"Origin", "http://localhost:3000"},
                                               {"Access-Control-Request-Method", "POST"},
                                               {"Access-Control-Request-Headers", "x-amz-target"}}});
  CHECK(preflight.status == 200);
  CHECK(preflight.header("access-control-max-age") == "172800");
  CHECK(preflight.header("access-control-allow-methods") == "POST");
  CHECK(preflight.header("access-control-allow-headers") == "x-amz-target");
  CHECK(preflight.body.empty());
}

TEST_CASE("Serialization: scalars where others are expected", "[dynamodb][wire][types]") {
  Wire db;
  for (auto [value, word] : std::initializer_list<std::pair<const char*, const char*>>{
           {"true", "TRUE_VALUE"}, {"false", "FALSE_VALUE"}, {"1", "NUMBER_VALUE"}, {"1.5", "DECIMAL_VALUE"}}) {
    CHECK(db.typed("ListTables", concat("{'ExclusiveStartTableName':", value, "}")) == concat(word, " cannot be converted to String"));
  }
  CHECK(db.typed("ListTables", "{'ExclusiveStartTableName':[]}") == "Unrecognized collection type class java.lang.String");
  CHECK(db.typed("ListTables", "{'ExclusiveStartTableName':{}}") == "Start of structure or map found where not expected");
  CHECK(db.typed("ListTables", "{'Limit':'1'}") == "STRING_VALUE cannot be converted to Integer");
  CHECK(db.typed("ListTables", "{'Limit':true}") == "TRUE_VALUE cannot be converted to Integer");
  CHECK(db.typed("GetItem", "{'ConsistentRead':1}") == "NUMBER_VALUE cannot be converted to Boolean");
  CHECK(db.typed("GetItem", "{'ConsistentRead':'maybe'}") == "Unexpected token received from parser");
  CHECK(db.typed("GetItem", "{'Key':'k'}") == "Unexpected field type");
  CHECK(db.typed("GetItem", "{'Key':[]}") ==
        "Unrecognized collection type java.util.Map<java.lang.String, com.amazonaws.dynamodb.v20120810.AttributeValue>");
  CHECK(db.typed("GetItem", "{'Key':{'p':'k'}}") == "Unexpected value type in payload");
  CHECK(db.typed("GetItem", "{'Key':{'p':[]}}") == "Unrecognized collection type class com.amazonaws.dynamodb.v20120810.AttributeValue");
  CHECK(db.typed("GetItem", "{'AttributesToGet':'a'}") == "Unexpected field type");
  CHECK(db.typed("GetItem", "{'AttributesToGet':[1]}") == "NUMBER_VALUE cannot be converted to String");
  CHECK(db.typed("GetItem", "{'Key':{'p':{'M':{'x':{'N':1}}}}}") == "NUMBER_VALUE cannot be converted to String");
}

TEST_CASE("Serialization: binaries are base64, to the bit", "[dynamodb][wire][types]") {
  Wire db;
  auto b = [&](std::string_view value) { return db.typed("GetItem", concat("{'Key':{'p':{'B':", value, "}}}")); };
  CHECK(b("1") == "only base-64-encoded strings are convertible to bytes");
  CHECK(b("'abcde'") == "Base64 encoded length is expected a multiple of 4 bytes but found: 5");
  CHECK(b("'ab?='") == "Invalid Base64 character: '?'");
  CHECK(b("'ab\\u00ff'").starts_with("Invalid Base64 character: "));
  CHECK(b("'AB=='") == "Invalid last non-pad Base64 character dectected");
  CHECK(b("'===='").starts_with("Invalid Base64 character: "));
  CHECK(b("[]") == "Unrecognized collection type class java.nio.ByteBuffer");
}

TEST_CASE("Serialization: unknown members and nulls are not there", "[dynamodb][wire][types]") {
  Wire db;
  CHECK(db.ok("ListTables", "{'Limit':null,'Dog':{'x':[1,2]},'ExclusiveStartTableName':null}") == "{'TableNames':[]}");
  CHECK(db.ok("ListTables", "{'Limit':3.7}") == "{'TableNames':[]}");
  CHECK(db.refusal("ListTables", "{'Limit':1e300}")
            .starts_with("ValidationException: 1 validation error detected: Value '9223372036854775807'"));
}

TEST_CASE("Serialization: a request is a structure", "[dynamodb][wire][types]") {
  Wire db;
  for (std::string_view input : {"null", "[]", "1", "'x'"}) CHECK(db.refusal("ListTables", input).starts_with("SerializationException"));
}

TEST_CASE("Wire: what says which operation is called must be signed, and for the right region", "[dynamodb][wire][auth]") {
  Wire db(Environment{.auth = AuthMode::verify});
  Request read = db.request("ListTables", "{}");
  Signer{.service = "dynamodb"}.sign(read);
  CHECK(db.world.send(read).status == 200);
  // A read that was overheard must not do as a write.
  Request unsigned_target = db.request("ListTables", "{}");
  Signer{.service = "dynamodb", .signed_headers = "host;x-amz-date"}.sign(unsigned_target);
  Reply refused = db.world.send(unsigned_target);
  CHECK(refused.status == 400);
  CHECK(DynamoDb::shown(refused.body) ==
        error("InvalidSignatureException", "'x-amz-target' must be a 'SignedHeader' in the AWS Authorization."));
  for (auto [host, region, ok] : {std::tuple("dynamodb.eu-west-1.amazonaws.com", "eu-west-1", true),
                                  {"dynamodb.eu-west-1.amazonaws.com", "us-east-1", false},
                                  {"dynamodb.eu-west-1.localhost.localstack.cloud:4566", "us-east-1", false},
                                  {"localhost:4566", "eu-west-1", true}}) {
    CAPTURE(host, region);
    Request request = db.request("ListTables", "{}");
    request.headers.emplace_back("Host", host);
    Signer{.service = "dynamodb", .region = region}.sign(request);
    Reply reply = db.world.send(request);
    CHECK(reply.status == (ok ? 200 : 400));
    if (ok) continue;
    CHECK(DynamoDb::shown(reply.body) ==
          error("InvalidSignatureException", concat("Credential should be scoped to a valid region, not '", region, "'. ")));
  }
}

TEST_CASE("Wire: a packed body of a great many pieces costs next to nothing", "[dynamodb][wire][gzip][limits]") {
  auto repeated = [](std::string_view text, size_t count) {
    std::string out;
    out.reserve(text.size() * count);
    for (size_t i = 0; i < count; ++i) out.append(text);
    return out;
  };
  auto cpu_ms = [](std::string_view packed) {
    std::clock_t start = std::clock();
    CHECK_FALSE(decode_content(ContentCoding::gzip, packed, 16 << 20));
    return 1000.0 * static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
  };
  const std::string member = encode_content(ContentCoding::gzip, "");
  CHECK(cpu_ms(repeated(member, 840'000)) < 20);
  const std::string head("\x1f\x8b\x08\0\0\0\0\0\0\x03", 10);
  CHECK(cpu_ms(head + repeated(std::string("\0\0\0\xff\xff", 5), 3'300'000)) < 20);      // empty stored blocks
  CHECK(cpu_ms(head + repeated(std::string("\x02\x08\x20\x80\0", 5), 3'300'000)) < 20);  // four empty blocks of ten bits each
  // What encoders make is far from the limit: many members, many flushes.
  std::string piece(10'000, 'x');
  auto members = decode_content(ContentCoding::gzip, repeated(encode_content(ContentCoding::gzip, piece), 1500), 16 << 20);
  REQUIRE(members);
  CHECK(members->size() == 15'000'000);
  CHECK(decode_content(ContentCoding::gzip, repeated(encode_content(ContentCoding::gzip, "{}"), 600), 16 << 20));
}

}  // namespace cloudemu::test
