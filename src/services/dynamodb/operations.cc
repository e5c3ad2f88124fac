#include "services/dynamodb/operations.h"

#include "services/dynamodb/shapes.h"

namespace cloudemu::dynamodb {

namespace {

constexpr Operation kOperations[] = {
    {"BatchExecuteStatement", batch_execute_statement, &shapes::kBatchExecuteStatement, Names::statements},
    {"BatchGetItem", batch_get_item, &shapes::kBatchGetItem, Names::items},
    {"BatchWriteItem", batch_write_item, &shapes::kBatchWriteItem, Names::items},
    {"CancelBulkOperation"},
    {"CreateBackup", create_backup, &shapes::kCreateBackup, Names::table},
    {"CreateGlobalTable", create_global_table, &shapes::kCreateGlobalTable},
    {"CreateTable", create_table, &shapes::kCreateTable, Names::none, true},
    {"DeleteBackup", delete_backup, &shapes::kBackupOnly},
    {"DeleteItem", delete_item, &shapes::kDeleteItem, Names::table},
    {"DeleteResourcePolicy", delete_resource_policy, &shapes::kResourcePolicy, Names::arn},
    {"DeleteTable", delete_table, &shapes::kTableOnly, Names::table, true},
    {"DescribeBackup", describe_backup, &shapes::kBackupOnly},
    {"DescribeBulkOperation"},
    {"DescribeContinuousBackups", describe_continuous_backups, &shapes::kTableRequired, Names::table},
    {"DescribeContributorInsights", describe_contributor_insights, &shapes::kDescribeContributorInsights, Names::table},
    {"DescribeEndpoints", describe_endpoints, &shapes::kDescribeNothing},
    {"DescribeExport", describe_export, &shapes::kDescribeExport},
    {"DescribeGlobalTable", describe_global_table, &shapes::kGlobalTableOnly},
    {"DescribeGlobalTableSettings", describe_global_table_settings, &shapes::kGlobalTableOnly},
    {"DescribeImport", describe_import, &shapes::kDescribeImport},
    {"DescribeKinesisStreamingDestination", describe_kinesis_destination, &shapes::kTableRequired, Names::table},
    {"DescribeLimits", describe_limits, &shapes::kDescribeNothing},
    {"DescribeTable", describe_table, &shapes::kTableOnly, Names::table, true},
    {"DescribeTableReplicaAutoScaling", describe_replica_auto_scaling, &shapes::kTableRequired, Names::table},
    {"DescribeTimeToLive", describe_time_to_live, &shapes::kTableRequired, Names::table},
    {"DisableKinesisStreamingDestination", disable_kinesis_destination, &shapes::kKinesisDestination, Names::table},
    {"EnableKinesisStreamingDestination", enable_kinesis_destination, &shapes::kKinesisDestination, Names::table},
    {"ExecuteStatement", execute_statement, &shapes::kExecuteStatement, Names::statements},
    {"ExecuteTransaction", execute_transaction, &shapes::kExecuteTransaction, Names::statements},
    {"ExportTableToPointInTime", export_table_to_point_in_time, &shapes::kExportTable, Names::table},
    {"GetItem", get_item, &shapes::kGetItem, Names::table},
    {"GetResourcePolicy", get_resource_policy, &shapes::kResourceOnly, Names::arn},
    {"ImportTable", import_table, &shapes::kImportTable},
    {"ListBackups", list_backups, &shapes::kListBackups},
    {"ListBulkOperations"},
    {"ListContributorInsights", list_contributor_insights, &shapes::kListContributorInsights},
    {"ListExports", list_exports, &shapes::kListExports},
    {"ListGlobalTables", list_global_tables, &shapes::kListGlobalTables},
    {"ListImports", list_imports, &shapes::kListImports},
    {"ListTables", list_tables, &shapes::kListTables},
    {"ListTagsOfResource", list_tags_of_resource, &shapes::kListTagsOfResource, Names::arn},
    {"PutItem", put_item, &shapes::kPutItem, Names::table},
    {"PutResourcePolicy", put_resource_policy, &shapes::kPutResourcePolicy, Names::arn},
    {"Query", query, &shapes::kQuery, Names::table},
    {"RestoreTableFromBackup", restore_table_from_backup, &shapes::kRestoreTableFromBackup},
    {"RestoreTableToPointInTime", restore_table_to_point_in_time, &shapes::kRestoreTableToPointInTime, Names::table},
    {"Scan", scan, &shapes::kScan, Names::table},
    {"SearchVectors"},
    {"StartBulkPutItems"},
    {"TagResource", tag_resource, &shapes::kTagResource, Names::arn},
    {"TransactGetItems", transact_get_items, &shapes::kTransactGetItems, Names::transaction},
    {"TransactWriteItems", transact_write_items, &shapes::kTransactWriteItems, Names::transaction},
    {"UntagResource", untag_resource, &shapes::kUntagResource, Names::arn},
    {"UpdateContinuousBackups", update_continuous_backups, &shapes::kUpdateContinuousBackups, Names::table},
    {"UpdateContributorInsights", update_contributor_insights, &shapes::kUpdateContributorInsights, Names::table},
    {"UpdateGlobalTable", update_global_table, &shapes::kUpdateGlobalTable},
    {"UpdateGlobalTableSettings", update_global_table_settings, &shapes::kUpdateGlobalTableSettings},
    {"UpdateItem", update_item, &shapes::kUpdateItem, Names::table},
    {"UpdateKinesisStreamingDestination", update_kinesis_destination, &shapes::kUpdateKinesisDestination, Names::table},
    {"UpdateTable", update_table, &shapes::kUpdateTable, Names::table, true},
    {"UpdateTableReplicaAutoScaling", update_replica_auto_scaling, &shapes::kUpdateReplicaAutoScaling, Names::table},
    {"UpdateTimeToLive", update_time_to_live, &shapes::kUpdateTimeToLive, Names::table},
};

constexpr Operation kStreamOperations[] = {
    {"DescribeStream", describe_stream, &shapes::kDescribeStream, Names::stream},
    {"GetRecords", get_records, &shapes::kGetRecords, Names::stream},
    {"GetShardIterator", get_shard_iterator, &shapes::kGetShardIterator, Names::stream},
    {"ListStreams", list_streams, &shapes::kListStreams},
};

}  // namespace

std::span<const Operation> operations() { return kOperations; }
std::span<const Operation> stream_operations() { return kStreamOperations; }

}  // namespace cloudemu::dynamodb
