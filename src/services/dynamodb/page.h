#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "projections/dynamodb_read_model.h"
#include "services/dynamodb/capacity.h"
#include "services/dynamodb/expression/condition.h"
#include "services/dynamodb/key_schema.h"
#include "services/dynamodb/read_request.h"

/// What Query and Scan have in common: a walk over a stretch of a table or an index, a page at a time.
namespace cloudemu::dynamodb {

/// A page ends where so much was read:
/// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Query.Pagination.html
inline constexpr size_t kPageBytesMax = 1 << 20;
/// Bounds of our own, that no page takes long whatever the items are: a page may end early, and clients go on from its last key. Where
/// AWS's pages end is theirs to say, too: they count something for each item beside its bytes.
inline constexpr int64_t kPageItemsMax = 10'000;
inline constexpr size_t kPageParsedBytesMax = 2 << 20;  ///< of items that had to be looked into
inline constexpr size_t kPageEffortMax = 200'000;       ///< values that were read, and comparisons with them

/// What a request says of its pages, apart from which stretch it reads.
struct PageRequest {
  std::string_view table;  ///< name or ARN
  std::string_view index;  ///< empty: the table itself
  std::optional<expression::Condition> filter = {};
  WantedPaths wanted = {};
  bool flat = false;  ///< what is wanted of an item comes without the documents around it
  std::optional<int64_t> limit = {};
  bool count_only = false;
  bool all_attributes = false;  ///< asked for by name, which a global index may not be able to give
  Consistency consistency = Consistency::eventual;
  CapacityDetail detail = CapacityDetail::none;
};

/// Where a page is read from, and how far.
struct Stretch {
  const Table* table = nullptr;
  const IndexDescription* index = nullptr;  ///< null: the table itself
  bool whole_items = false;                 ///< a local index does not hold all that is wanted: items are fetched from the table
  KeyRange range = {};

  KeySchema schema() const { return index ? schema_of(*index) : schema_of(table->description); }
};

struct Page {
  std::string items;      ///< JSON, without the brackets
  int64_t count = 0;      ///< of items that are returned
  int64_t scanned = 0;    ///< of items that were read
  size_t bytes = 0;       ///< that were read, of the table or the index
  HalfUnits fetched = 0;  ///< cost of items that a local index did not hold whole
  std::string last_key;   ///< JSON; empty: the end was reached
};

/// Members that Query and Scan share. `legacy_filter`: "QueryFilter" or "ScanFilter". `placeholders` is left for further expressions of
/// the caller, who checks that all are used.
AwsResult<PageRequest> read_page_request(json::Value input, std::string_view legacy_filter, expression::Placeholders& placeholders);

/// The table, and the index if one is named. Error: it does not exist; the index cannot be read consistently, or does not hold what
/// is wanted.
AwsResult<Stretch> find_stretch(const DynamoDbReadModel& state, const Call& call, const PageRequest& request);

/// Refuses paths into key attributes, in what is wanted and in the filter.
AwsResult<void> check_key_paths(const TableDescription& table, const PageRequest& request);

/// Ordering key of an ExclusiveStartKey; nothing if it does not have exactly the attributes of both keys with their types.
std::optional<std::string> start_key(const Stretch& stretch, json::Value key);

Page read_page(const DynamoDbReadModel& state, const Stretch& stretch, const PageRequest& request);

/// What a page costs. `least_cost`: what is consumed however little there is to read.
Consumed cost_of(const Stretch& stretch, const PageRequest& request, const Page& page, HalfUnits least_cost);

/// The reply of both. `least_cost`: what is consumed however little there is to read.
http::Response page_response(const Stretch& stretch, const PageRequest& request, const Page& page, HalfUnits least_cost);

}  // namespace cloudemu::dynamodb
