#include "services/dynamodb/arn.h"

#include <vector>

#include "core/strings.h"
#include "services/dynamodb/auth.h"
#include "services/dynamodb/patterns.h"
#include "services/dynamodb/restore.h"
#include "services/iam/call_context.h"

namespace cloudemu::dynamodb {

namespace {

constexpr size_t kNameMin = 3, kNameMax = 255;

AwsError invalid_arn(std::string_view arn) { return validation(concat("Invalid TableArn: Invalid ResourceArn provided as input ", arn)); }

AwsError wrong_region(std::string_view arn) { return validation(concat("1 validation error detected: Invalid AWS region in '", arn, "'")); }

}  // namespace

AwsError access_denied(const Call& call, std::string_view arn) {
  return {
      "AccessDeniedException", 400,
      concat("User: ", iam::caller_arn(call.principal), " is not authorized to perform: dynamodb:", call.operation, " on resource: ", arn)};
}

std::optional<TableRef> parse_table_arn(std::string_view arn) {
  std::vector<std::string_view> parts = split(arn, ':');
  if (parts.size() != 6 || parts[2] != "dynamodb" || !parts[5].starts_with("table/")) return std::nullopt;
  std::string_view name = parts[5].substr(6);
  if (name.empty() || name.find('/') != std::string_view::npos) return std::nullopt;
  return TableRef{parts[4], parts[3], name};
}

AwsResult<TableRef> resolve_table(const Call& call, std::string_view ref, Reach reach) {
  if (!ref.starts_with("arn:")) return TableRef{call.principal.account, call.principal.region, ref};
  auto parsed = parse_table_arn(ref);
  if (!parsed) return fail(invalid_arn(ref));
  // Tables that all regions share are in none.
  bool is_here = parsed->region == call.principal.region || call.principal.region == kSharedRegion;
  if (!is_here && reach == Reach::region) return fail(wrong_region(ref));
  return *parsed;
}

bool is_elsewhere(const Call& call, std::string_view arn) {
  std::vector<std::string_view> parts = split(arn, ':');
  if (parts.size() < 6) return false;
  bool is_here = parts[3] == call.principal.region || call.principal.region == kSharedRegion;
  return parts[1] != "aws" || parts[2] != "dynamodb" || !is_here || parts[4] != call.principal.account;
}

bool is_part_of_table(std::string_view arn, std::string_view kind) {
  std::vector<std::string_view> parts = split(arn, '/');
  if (!arn.starts_with("arn:") || parts.size() != 4 || !parts[0].ends_with(":table")) return false;
  return parts[1].size() >= kNameMin && parts[2] == kind && !parts[3].empty();
}

AwsResult<void> check_is_arn(std::string_view arn) {
  if (arn.starts_with("arn:")) return {};
  return fail(validation(concat("Invalid TableArn: Invalid ResourceArn provided as input ", arn, ": ARNs must start with 'arn:'")));
}

AwsResult<TableRef> resolve_new_table(const Call& call, std::string_view ref) {
  TableRef resolved = TRY(resolve_table(call, ref));
  if (resolved.account != call.principal.account) return fail(access_denied(call, ref));
  size_t length = resolved.name.size();
  if (length < kNameMin || length > kNameMax || !patterns::kName.matches(resolved.name)) return fail(invalid_arn(ref));
  return resolved;
}

std::string table_arn(std::string_view region, std::string_view account, std::string_view name) {
  return concat("arn:aws:dynamodb:", region, ':', account, ":table/", name);
}
std::string table_arn(const Table& table) { return table_arn(table.region, table.account, table.description.name); }
std::string index_arn(const Table& table, std::string_view index) { return concat(table_arn(table), "/index/", index); }
std::string stream_arn(const Table& table) { return concat(table_arn(table), "/stream/", table.description.stream_label); }

AwsResult<const Table*> require_table(const DynamoDbReadModel& state, const Call& call, std::string_view ref) {
  TableRef resolved = TRY(resolve_table(call, ref));
  const Table* table = state.find_table(resolved.account, resolved.region, resolved.name);
  if (!table || table->deleting || is_filling(*table)) return fail(resource_not_found());
  return table;
}

AwsResult<const Table*> require_named_table(const DynamoDbReadModel& state, const Call& call) {
  TableRef resolved = TRY(resolve_table(call, call.input["TableName"].string()));
  const Table* table = state.find_table(resolved.account, resolved.region, resolved.name);
  if (!table) return fail(table_not_found(resolved.name));
  return table;
}

AwsResult<const Table*> require_backed_up_table(const DynamoDbReadModel& state, const Call& call, std::string_view ref, Reach reach) {
  TableRef resolved = TRY(resolve_table(call, ref, reach));
  // Nobody can let another account do this.
  bool is_near = reach == Reach::account || resolved.region == call.principal.region;
  const Table* table =
      is_near && resolved.account == call.principal.account ? state.find_table(resolved.account, resolved.region, resolved.name) : nullptr;
  if (table && !table->deleting) return table;
  return fail(AwsError{"TableNotFoundException", 400, concat("Table not found: ", resolved.name)});
}

AwsResult<const Table*> require_usable_table(const DynamoDbReadModel& state, const Call& call) {
  const Table* table = TRY(require_named_table(state, call));
  if (table->deleting) {
    return fail(
        table_in_use(concat("Attempt to change a resource which is still in use: Table is being deleted: ", table->description.name)));
  }
  if (is_filling(*table)) {
    return fail(
        table_in_use(concat("Attempt to change a resource which is still in use: Table is being created: ", table->description.name)));
  }
  return table;
}

/// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TagResource.html; which part of the ARN is wrong decides the
/// error, and whose table it is comes before where it is.
AwsResult<const Table*> require_tagged_table(const DynamoDbReadModel& state, const Call& call) {
  std::string_view arn = call.input["ResourceArn"].string();
  TRY(check_is_arn(arn));
  std::vector<std::string_view> parts = split(arn, ':');
  if (parts.size() < 6 || parts[2] != "dynamodb") return fail(access_denied(call, arn));
  auto ref = parse_table_arn(arn);
  if (!ref) return fail(invalid_arn(arn));
  if (ref->account != call.principal.account) return fail(access_denied(call, arn));
  if (ref->region != call.principal.region) return fail(invalid_arn(arn));
  const Table* table = state.find_table(ref->account, ref->region, ref->name);
  if (!table || table->deleting) {
    return fail(AwsError{"ResourceNotFoundException", 400, concat("Requested resource not found: ResourceArn: ", arn, " not found")});
  }
  return table;
}

AwsResult<void> check_table_name(json::Value input) {
  json::Value name = input["TableName"];
  if (!name.is_string()) {
    return fail(validation("The parameter 'TableName' is required but was not present in the request"));
  }
  bool is_arn = name.string().starts_with("arn:");
  if (name.string().size() < kNameMin || (!is_arn && name.string().size() > kNameMax)) {
    return fail(validation("TableName must be at least 3 characters long and at most 255 characters long"));
  }
  return {};
}

}  // namespace cloudemu::dynamodb
