// Files to seed from: what comes out must be JSON again, in batches that DynamoDB takes.
#include "app/seed_items.h"
#include "fuzz.h"
#include "protocol/json.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace cloudemu;
  std::string_view input = fuzz::bytes(data, size);
  for (auto read : {definitions_in(input), items_in(input, "orders")}) {
    if (!read) continue;
    for (const SeedRequest& request : *read) fuzz::require(json::Document::parse(request.body).has_value());
  }
  return 0;
}
