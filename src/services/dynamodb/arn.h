#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "services/dynamodb/call.h"
#include "services/dynamodb/errors.h"

/// Names of tables and ARNs of what belongs to them.
namespace cloudemu::dynamodb {

/// arn:aws:dynamodb:REGION:ACCOUNT:table/NAME
std::string table_arn(const Table& table);
std::string table_arn(std::string_view region, std::string_view account, std::string_view name);
std::string index_arn(const Table& table, std::string_view index);
std::string stream_arn(const Table& table);

/// What the ARN of a table says. The views are of the text.
struct TableRef {
  std::string_view account, region, name;
};
/// Nothing for an ARN that is not a table's.
std::optional<TableRef> parse_table_arn(std::string_view arn);
/// Whether an ARN is of another account, region, partition or service than the caller's: nobody may look there.
bool is_elsewhere(const Call& call, std::string_view arn);
AwsError access_denied(const Call& call, std::string_view arn);
/// Whether an ARN ends as those of a table's parts do: "...:table/NAME/KIND/ID".
bool is_part_of_table(std::string_view arn, std::string_view kind);
/// Refuses what is no ARN where only one will do.
AwsResult<void> check_is_arn(std::string_view arn);
/// Where a call may look for what it names: only restores look beyond the region.
enum class Reach { region, account };
/// What a TableName says, which may be a name or an ARN. Error: an ARN that is not a table's, or one that is out of reach.
AwsResult<TableRef> resolve_table(const Call& call, std::string_view ref, Reach reach = Reach::region);
/// The same of a table that is to be made, which has to be the caller's.
AwsResult<TableRef> resolve_new_table(const Call& call, std::string_view ref);

/// The table that a TableName means, which may be a name or an ARN. Error: ResourceNotFoundException as calls on items word it.
AwsResult<const Table*> require_table(const DynamoDbReadModel& state, const Call& call, std::string_view ref);
/// The same, as calls on tables word it; TableName is a member of the input. The table may be one that is being deleted.
AwsResult<const Table*> require_named_table(const DynamoDbReadModel& state, const Call& call);
/// The table of a call on backups, which have an error of their own for one that does not exist. `ref`: a name or an ARN.
AwsResult<const Table*> require_backed_up_table(const DynamoDbReadModel& state, const Call& call, std::string_view ref,
                                                Reach reach = Reach::region);
/// Likewise for calls that change the table. Error: ResourceInUseException for one that is being deleted.
AwsResult<const Table*> require_usable_table(const DynamoDbReadModel& state, const Call& call);
/// The table that a ResourceArn of the tagging calls means.
AwsResult<const Table*> require_tagged_table(const DynamoDbReadModel& state, const Call& call);

/// Refuses a TableName that is missing, or cannot be a name by its length: calls on tables check it before anything else.
AwsResult<void> check_table_name(json::Value input);

}  // namespace cloudemu::dynamodb
