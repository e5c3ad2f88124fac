#pragma once
#include <string_view>
#include <vector>

#include "events/dynamodb_events.h"
#include "protocol/json.h"
#include "services/dynamodb/errors.h"

/// What CreateTable and UpdateTable hold a table's definition to.
/// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html
namespace cloudemu::dynamodb {

inline constexpr size_t kLocalIndexesMax = 5;
inline constexpr size_t kGlobalIndexesMax = 20;
inline constexpr size_t kKeyPartAttributesMax = 4;      ///< of HASH and of RANGE attributes of a global index
inline constexpr size_t kProjectedAttributesMax = 100;  ///< named by all indexes of a table together
inline constexpr size_t kTagsMax = 50;

/// Reads and checks all that the input of CreateTable says about the schema: keys, attributes, indexes and their throughput.
AwsResult<TableDescription> read_schema(json::Value input);

/// AttributeDefinitions as a list. Error: an attribute is defined twice.
AwsResult<std::vector<KeyAttribute>> read_attributes(json::Value definitions);
/// Reads one global index: of CreateTable, or the Create of UpdateTable. `attributes`: what its keys may be made of.
AwsResult<IndexDescription> read_global_index(json::Value input, const std::vector<KeyAttribute>& attributes);
/// What only holds for all indexes together: names, numbers, projected attributes.
AwsResult<void> check_indexes(const TableDescription& table);
/// Throughput is given with provisioned billing, and only then; for an index if `index` names one.
AwsResult<void> check_throughput(json::Value throughput, std::string_view billing_mode, std::string_view index = {});

/// OnDemandThroughput of a table: one or more units, or -1, which means no maximum.
AwsResult<void> check_on_demand_max(json::Value value);

Throughput read_throughput(json::Value throughput);
/// "MaxReadRequestUnits"/"MaxWriteRequestUnits" or "ReadUnitsPerSecond"/"WriteUnitsPerSecond".
ReadWrite read_on_demand_max(json::Value value);
ReadWrite read_warm(json::Value value);

/// Tags of CreateTable and TagResource. Error: characters or numbers that AWS does not take.
AwsResult<events::StringMap> read_tags(json::Value tags);
/// The number of tags that a table is to have.
AwsResult<void> check_tag_count(const events::StringMap& tags);

/// StreamSpecification: the view type, or nothing if there is to be no stream. Error: a combination that makes no sense.
AwsResult<std::string> read_stream(json::Value specification);

}  // namespace cloudemu::dynamodb
