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

}  // namespace

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
