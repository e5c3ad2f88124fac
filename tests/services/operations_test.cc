// The tables of operations, and the page of the documentation that is made from them.
#include <catch2/catch.hpp>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "core/strings.h"
#include "services/dynamodb/operations.h"
#include "services/s3/operations.h"
#include "services/sqs/operations.h"
#include "services/sts/operations.h"
#include "support/s3.h"

namespace cloudemu::test {

namespace {

struct Row {
  std::string name;
  bool built;
};

struct Table {
  std::string id;  ///< in the marks of the page
  std::vector<Row> rows;
};

template <class Operations>
Table table(std::string id, const Operations& operations) {
  Table table{.id = std::move(id), .rows = {}};
  for (const auto& operation : operations) table.rows.push_back({std::string(operation.name), operation.decide != nullptr});
  return table;
}

std::vector<Table> tables() {
  return {table("s3", s3::operations()), table("dynamodb", dynamodb::operations()), table("dynamodbstreams", dynamodb::stream_operations()),
          table("sqs", sqs::service().operations), table("sts", sts::service().operations)};
}

std::string names(const Table& table, bool built) {
  std::string out;
  size_t count = 0;
  for (const Row& row : table.rows) {
    if (row.built != built) continue;
    append(out, count++ ? ", " : "", "`", row.name, "`");
  }
  return count ? concat(built ? "Built" : "Not built", " (", count, "): ", out, ".\n") : std::string();
}

std::string opening(const Table& table) { return concat("<!-- operations of ", table.id, " -->\n"); }
constexpr std::string_view kClosing = "<!-- end -->\n";

/// The page with what stands between the marks of each table made anew.
std::string rewritten(std::string page) {
  for (const Table& table : tables()) {
    size_t begin = page.find(opening(table));
    REQUIRE(begin != std::string::npos);
    begin += opening(table).size();
    size_t end = page.find(kClosing, begin);
    REQUIRE(end != std::string::npos);
    std::string built = names(table, true), rest = names(table, false);
    page.replace(begin, end - begin, concat(built, built.empty() || rest.empty() ? "" : "\n", rest));
  }
  return page;
}

/// A request of an S3 operation, as far as its route says what it is.
Request request_of(const s3::Operation& operation) {
  static constexpr const char* kForm =
      "--x\r\nContent-Disposition: form-data; name=\"key\"\r\n\r\ncat\r\n--x\r\nContent-Disposition: form-data; "
      "name=\"file\"\r\n\r\nmeow\r\n--x--\r\n";
  const s3::Route& route = operation.route;
  Request request{.method = std::string(route.method)};
  request.target = route.scope == s3::Scope::service ? "/" : route.scope == s3::Scope::bucket ? "/photos" : "/photos/cat";
  append(request.target, "?", route.subresource, route.parameter.empty() ? "" : "&", route.parameter);
  if (!route.header.empty()) request.headers.emplace_back(route.header, "photos/cat");
  if (!route.signed_for.empty()) {
    request.headers.emplace_back("authorization", concat("AWS4-HMAC-SHA256 Credential=test/20261123/us-east-1/", route.signed_for,
                                                         "/aws4_request, SignedHeaders=host, Signature=0"));
  }
  if (operation.name == "PostObject") request.headers.emplace_back("content-type", "multipart/form-data; boundary=x");
  if (operation.name == "PostObject") request.body = kForm;
  return request;
}

/// A request of an operation of the JSON protocol.
Request request_of(std::string_view service, std::string_view target, std::string_view name) {
  return {.method = "POST",
          .target = "/",
          .headers = {{"x-amz-target", concat(target, ".", name)},
                      {"content-type", "application/x-amz-json-1.0"},
                      {"x-amz-date", "20261123T040000Z"},
                      {"authorization", concat("AWS4-HMAC-SHA256 Credential=test/20261123/us-east-1/", service,
                                               "/aws4_request, SignedHeaders=host, Signature=", std::string(64, '0'))}},
          .body = "{}"};
}

}  // namespace

TEST_CASE("Operations: what counts as built does not answer NotImplemented, and the rest does", "[services][docs]") {
  for (const s3::Operation& operation : s3::operations()) {
    INFO(operation.name);
    S3 s3;
    s3.bucket("photos");
    s3.put("/photos/cat", "meow");
    CHECK((s3.world.send(request_of(operation)).status == 501) == (operation.decide == nullptr));
  }
  World world;
  for (const auto& operation : dynamodb::operations()) {
    INFO(operation.name);
    Reply reply = world.send(request_of("dynamodb", "DynamoDB_20120810", operation.name));
    CHECK((reply.status == 501) == (operation.decide == nullptr));
  }
  for (const auto& operation : sqs::service().operations) {
    INFO(operation.name);
    CHECK((world.send(request_of("sqs", "AmazonSQS", operation.name)).status == 501) == (operation.decide == nullptr));
  }
  for (const auto& operation : sts::service().operations) {
    INFO(operation.name);
    Reply reply = world.send({.method = "POST",
                              .target = "/",
                              .headers = {{"content-type", "application/x-www-form-urlencoded"}},
                              .body = concat("Version=2011-06-15&Action=", operation.name)});
    CHECK((reply.status == 501) == (operation.decide == nullptr));
  }
}

TEST_CASE("Operations: tables are sorted by name, and no name stands twice", "[services]") {
  for (const Table& table : tables()) {
    for (size_t i = 1; i < table.rows.size(); ++i) {
      INFO(table.id);
      CHECK(table.rows[i - 1].name < table.rows[i].name);
    }
  }
}

TEST_CASE("Operations: docs/compatibility.md says what the tables say (scripts/update-docs writes it)", "[services][docs]") {
  const std::string path = std::string(CLOUDEMU_SOURCE_DIR) + "/docs/compatibility.md";
  std::ifstream in(path);
  REQUIRE(in.good());
  const std::string page((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  const std::string expected = rewritten(page);
  if (std::getenv("CLOUDEMU_UPDATE_DOCS")) std::ofstream(path) << expected;
  else CHECK(page == expected);
}

}  // namespace cloudemu::test
