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

/// Reads and checks what CreateTable and ImportTable say alike of a table: keys, attributes, indexes, throughput and encryption.
AwsResult<TableDescription> read_schema(json::Value input);

/// AttributeDefinitions as a list. Error: an attribute is defined twice.
AwsResult<std::vector<KeyAttribute>> read_attributes(json::Value definitions);
/// Reads one global index: of CreateTable, or the Create of UpdateTable. `attributes`: what its keys may be made of.
AwsResult<IndexDescription> read_global_index(json::Value input, const std::vector<KeyAttribute>& attributes);
/// What only holds for all indexes together: names, numbers, projected attributes.
AwsResult<void> check_indexes(const TableDescription& table);
/// What a table or one of its indexes is asked to have. AWS words it differently when a table is made and when it is changed.
struct Asked {
  bool of_new_table = false;
  std::string_view billing_mode;  ///< of the table, once all is done that is asked for
  std::string_view index = {};    ///< empty: it is the table's own
};
/// ProvisionedThroughput is given with provisioned billing, and only then.
AwsResult<void> check_throughput(json::Value throughput, const Asked& asked);
/// OnDemandThroughput: one or more units, or -1, which means no maximum; and only with on-demand billing.
AwsResult<void> check_on_demand_max(json::Value value, const Asked& asked);
/// WarmThroughput: one or more units of reads, of writes or of both.
AwsResult<void> check_warm(json::Value value, std::string_view index = {});
/// All three of a new global index.
AwsResult<void> check_index_rates(json::Value index, const Asked& asked);

Throughput read_throughput(json::Value throughput);
/// Takes over the members that are given; a maximum of -1 is none.
void change_on_demand_max(json::Value value, ReadWrite& max);
/// The same for warm throughput, which never falls. Error: less is asked for than there is.
AwsResult<void> raise_warm(json::Value value, const ReadWrite& current, std::string_view index, ReadWrite& warm);
/// Tables with provisioned billing have no maxima, and neither have their indexes.
void drop_on_demand_maxima(TableDescription& table);

/// The warm throughput of a table or an index: what was asked for, or what AWS gives unasked.
ReadWrite warm_of(const ReadWrite& warm, const Throughput& throughput, std::string_view billing_mode);

/// SSESpecification. Error: a kind of encryption that AWS does not offer here.
AwsResult<void> check_encryption(json::Value specification);
/// Whether a table's specification, as it is kept, says that it is encrypted with a key of KMS.
bool is_encrypted(const RawJson& sse);
/// The key, if it is one of the customer's own; else empty: AWS has one for each account.
std::string customer_key(const RawJson& sse);
/// Whether two specifications differ in whether there is such a key, or in which.
bool is_encrypted_otherwise(const RawJson& before, const RawJson& after);

/// TableClass, or an override of it.
AwsResult<void> check_table_class(json::Value name);

/// Tags of CreateTable and TagResource. Error: characters or numbers that AWS does not take.
AwsResult<events::StringMap> read_tags(json::Value tags);
/// The number of tags that a table is to have.
AwsResult<void> check_tag_count(const events::StringMap& tags);

/// StreamSpecification: the view type, or nothing if there is to be no stream. Error: a combination that makes no sense.
AwsResult<std::string> read_stream(json::Value specification);

}  // namespace cloudemu::dynamodb
