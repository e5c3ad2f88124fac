// PartiQL: whatever the text, it is read or refused, and what was read can be planned and carried out on an item.
#include <string>

#include "fuzz.h"
#include "services/dynamodb/partiql/parser.h"
#include "services/dynamodb/partiql/plan.h"
#include "services/dynamodb/value.h"

namespace {

using namespace cloudemu;
using namespace cloudemu::dynamodb;

constexpr std::string_view kItem =
    R"({"p":{"S":"k"},"r":{"N":"1"},"a":{"N":"5"},"b":{"B":"AQI="},"c":{"SS":["x","y"]},"l":{"L":[{"N":"1"},{"M":{"a":{"SS":["q"]}}}]}})";
constexpr std::string_view kParameters = R"([{"S":"k"},{"N":"1"}])";

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const Item item = read_item(kItem);
  static const json::Document parameters = *json::Document::parse(kParameters);
  static const KeyAttribute hash{"p", "S"}, range{"r", "N"};
  const KeySchema schema{.hash = std::span(&hash, 1), .range = std::span(&range, 1)};
  std::string_view text = fuzz::bytes(data, size);
  for (json::Value given : {json::Value(), parameters.root()}) {
    auto statement = partiql::parse(text, given);
    if (!statement) {
      fuzz::require(!statement.error().message.empty());
      continue;
    }
    if (statement->where) (void)expression::holds(*statement->where, item);
    if (auto plan = partiql::plan_read(schema, *statement); plan && plan->filter) (void)expression::holds(*plan->filter, item);
    (void)partiql::plan_item(schema, statement->where);
    Item changed = item;
    if (expression::apply(statement->update, expression::Before::present, changed)) {
      std::string out;
      append_item(out, changed);
      fuzz::require(equal(read_item(out), changed));
    }
  }
  return 0;
}
