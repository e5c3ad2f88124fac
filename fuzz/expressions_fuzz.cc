// DynamoDB's expressions: whatever the text, it is read or refused, and what was read can be carried out on an item.
#include <string>

#include "fuzz.h"
#include "services/dynamodb/expression/condition.h"
#include "services/dynamodb/expression/key_condition.h"
#include "services/dynamodb/expression/projection.h"
#include "services/dynamodb/expression/update.h"
#include "services/dynamodb/key_range.h"
#include "services/dynamodb/value.h"

namespace {

using namespace cloudemu;
using namespace cloudemu::dynamodb;
using namespace cloudemu::dynamodb::expression;

constexpr std::string_view kItem =
    R"({"p":{"S":"k"},"r":{"N":"1"},"a":{"N":"5"},"b":{"B":"AQI="},"c":{"SS":["x","y"]},"d":{"NS":["1","2"]},"e":{"BOOL":true},)"
    R"("l":{"L":[{"N":"1"},{"M":{"a":{"SS":["q"]}}},{"L":[{"N":"1"},{"N":"2"}]}]},"m":{"M":{"a":{"N":"7"},"l":{"L":[{"S":"x"}]}}}})";
constexpr std::string_view kNames = R"({"#a":"a","#l":"l","#m":"m","#p":"p"})";
constexpr std::string_view kValues =
    R"({":n":{"N":"2"},":s":{"S":"x"},":b":{"B":"AQ=="},":l":{"L":[{"N":"9"}]},":m":{"M":{}},":c":{"SS":["x"]},":d":{"NS":["2"]},":t":{"S":"SS"}})";

Placeholders placeholders() {
  static const json::Document names = *json::Document::parse(kNames), values = *json::Document::parse(kValues);
  auto read = Placeholders::read(names.root(), values.root());
  fuzz::require(read.has_value());
  return std::move(*read);
}

/// What is written is read back as the same.
void require_whole(const Item& item) {
  std::string text;
  append_item(text, item);
  fuzz::require(equal(read_item(text), item));
  fuzz::require(size_of(read_item(text)) == size_of(item));
}

void try_update(std::string_view text, const Item& old) {
  Placeholders known = placeholders();
  auto update = parse_update(text, known);
  if (!update) return fuzz::require(!update.error().message.empty());
  (void)update->creates();
  Item item = old;
  if (apply(*update, Before::present, item)) require_whole(item);
  Item made = read_item(R"({"p":{"S":"k"},"r":{"N":"1"}})");
  if (apply(*update, Before::absent, made)) require_whole(made);
}

void try_key_condition(std::string_view text) {
  Placeholders known = placeholders();
  auto predicates = parse_key_condition(text, known);
  if (!predicates) return;
  static const KeyAttribute hash{"p", "S"}, range{"r", "N"}, text_range{"r", "S"};
  for (const KeyAttribute* second : {&range, &text_range}) {
    auto stretch = query_range({.hash = std::span(&hash, 1), .range = std::span(second, 1)}, *predicates);
    if (stretch) fuzz::require(stretch->from.starts_with(stretch->partition));
  }
  (void)query_range({.hash = std::span(&hash, 1), .range = {}}, *predicates);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const Item item = read_item(kItem);
  std::string_view text = fuzz::bytes(data, size);
  Placeholders known = placeholders();
  if (auto condition = parse_condition("ConditionExpression", text, known)) {
    (void)holds(*condition, item);
    (void)holds(*condition, {});
  }
  known = placeholders();
  if (auto paths = parse_projection(text, known)) require_whole(Projection(*paths).apply(item));
  try_update(text, item);
  try_key_condition(text);
  return 0;
}
