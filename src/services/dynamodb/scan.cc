#include <algorithm>

#include "core/strings.h"
#include "services/dynamodb/operations.h"
#include "services/dynamodb/ordering_key.h"
#include "services/dynamodb/page.h"
#include "services/dynamodb/write_request.h"

namespace cloudemu::dynamodb {

namespace {

struct Segment {
  int64_t number = 0, total = 1;
};

struct ScanRequest {
  PageRequest page;
  Segment segment;
};

AwsResult<Segment> read_segment(json::Value input) {
  bool has_number = input["Segment"].is_number(), has_total = input["TotalSegments"].is_number();
  if (has_number && !has_total) {
    return fail(validation("The TotalSegments parameter is required but was not present in the request when Segment parameter is present"));
  }
  if (has_total && !has_number) {
    return fail(validation("The Segment parameter is required but was not present in the request when parameter TotalSegments is present"));
  }
  if (!has_total) return Segment{};
  Segment segment{input["Segment"].integer(), input["TotalSegments"].integer()};
  if (segment.number >= segment.total) {
    return fail(validation(concat("The Segment parameter is zero-based and must be less than parameter TotalSegments: Segment: ",
                                  segment.number, " is not less than TotalSegments: ", segment.total)));
  }
  return segment;
}

AwsResult<void> start_after(json::Value sent, const Segment& segment, Stretch& stretch) {
  auto key = start_key(stretch, sent);
  if (!key) {
    std::string_view why = stretch.index ? "" : ": The provided key element does not match the schema";
    return fail(validation(concat("The provided starting key is invalid", why)));
  }
  const KeyRange& range = stretch.range;
  if (*key < range.from || (!range.to.empty() && *key >= range.to)) {
    return fail(
        validation(concat("The provided starting key is invalid: Invalid ExclusiveStartKey. Please use ExclusiveStartKey "
                          "with correct Segment. TotalSegments: ",
                          segment.total, " Segment: ", segment.number)));
  }
  stretch.range.from = *key + '\0';
  return {};
}

/// A scan reads something of every partition. AWS gives an on-demand table four of them; a provisioned one of little throughput one.
HalfUnits least_cost(const Table& table, const Segment& segment, Consistency consistency) {
  constexpr int64_t kOnDemandPartitions = 4;
  bool on_demand = table.description.billing_mode == "PAY_PER_REQUEST";
  int64_t partitions = on_demand ? std::max<int64_t>(1, kOnDemandPartitions / segment.total) : 1;
  return static_cast<HalfUnits>(partitions) * read_cost(0, consistency);
}

AwsResult<Outcome> read_stretch(const DynamoDbReadModel& state, const Call& call, ScanRequest& scan) {
  const auto& [request, segment] = scan;
  Stretch stretch = TRY(find_stretch(state, call, request));
  TRY(check_key_paths(stretch.table->description, request));
  stretch.range = {.from = segment_start(segment.number, segment.total), .to = segment_start(segment.number + 1, segment.total)};
  // With more segments than slices some are empty. That of a slice that two segments share is the latter's.
  bool is_empty = stretch.range.from == stretch.range.to;
  if (call.input["ExclusiveStartKey"].is_object()) TRY(start_after(call.input["ExclusiveStartKey"], segment, stretch));
  Page page = is_empty ? Page() : read_page(state, stretch, request);
  return outcome_of(page_response(stretch, request, page, least_cost(*stretch.table, segment, request.consistency)));
}

}  // namespace

/// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Scan.html
AwsResult<Rest> scan(json::Value input) {
  constexpr static std::string_view kLegacy[] = {"AttributesToGet", "ScanFilter", "ConditionalOperator"};
  constexpr static std::string_view kExpressions[] = {"ProjectionExpression", "FilterExpression"};
  constexpr static std::string_view kWithValues[] = {"FilterExpression"};
  TRY(check_parameters(input, {.legacy = kLegacy, .expressions = kExpressions, .with_values = kWithValues}));
  expression::Placeholders placeholders;
  PageRequest page = TRY(read_page_request(input, "ScanFilter", placeholders));
  TRY(placeholders.check_all_used());
  Segment segment = TRY(read_segment(input));
  return with(ScanRequest{std::move(page), segment}, read_stretch);
}

}  // namespace cloudemu::dynamodb
