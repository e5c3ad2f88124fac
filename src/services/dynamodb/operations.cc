#include "services/dynamodb/operations.h"

#include "services/dynamodb/shapes.h"

namespace cloudemu::dynamodb {

namespace {

constexpr Operation kOperations[] = {
    {"BatchExecuteStatement"},
    {"BatchGetItem", batch_get_item, &shapes::kBatchGetItem},
    {"BatchWriteItem", batch_write_item, &shapes::kBatchWriteItem},
    {"CancelBulkOperation"},
    {"CreateBackup"},
    {"CreateGlobalTable"},
    {"CreateTable", create_table, &shapes::kCreateTable, true},
    {"DeleteBackup"},
    {"DeleteItem", delete_item, &shapes::kDeleteItem},
    {"DeleteResourcePolicy"},
    {"DeleteTable", delete_table, &shapes::kTableOnly, true},
    {"DescribeBackup"},
    {"DescribeBulkOperation"},
    {"DescribeContinuousBackups", describe_continuous_backups, &shapes::kTableRequired},
    {"DescribeContributorInsights"},
    {"DescribeEndpoints", describe_endpoints, &shapes::kDescribeNothing},
    {"DescribeExport"},
    {"DescribeGlobalTable"},
    {"DescribeGlobalTableSettings"},
    {"DescribeImport"},
    {"DescribeKinesisStreamingDestination"},
    {"DescribeLimits", describe_limits, &shapes::kDescribeNothing},
    {"DescribeTable", describe_table, &shapes::kTableOnly, true},
    {"DescribeTableReplicaAutoScaling"},
    {"DescribeTimeToLive", describe_time_to_live, &shapes::kTableRequired},
    {"DisableKinesisStreamingDestination"},
    {"EnableKinesisStreamingDestination"},
    {"ExecuteStatement"},
    {"ExecuteTransaction"},
    {"ExportTableToPointInTime"},
    {"GetItem", get_item, &shapes::kGetItem},
    {"GetResourcePolicy"},
    {"ImportTable"},
    {"ListBackups"},
    {"ListBulkOperations"},
    {"ListContributorInsights"},
    {"ListExports"},
    {"ListGlobalTables"},
    {"ListImports"},
    {"ListTables", list_tables, &shapes::kListTables},
    {"ListTagsOfResource", list_tags_of_resource, &shapes::kListTagsOfResource},
    {"PutItem", put_item, &shapes::kPutItem},
    {"PutResourcePolicy"},
    {"Query", query, &shapes::kQuery},
    {"RestoreTableFromBackup"},
    {"RestoreTableToPointInTime"},
    {"Scan", scan, &shapes::kScan},
    {"SearchVectors"},
    {"StartBulkPutItems"},
    {"TagResource", tag_resource, &shapes::kTagResource},
    {"TransactGetItems", transact_get_items, &shapes::kTransactGetItems},
    {"TransactWriteItems", transact_write_items, &shapes::kTransactWriteItems},
    {"UntagResource", untag_resource, &shapes::kUntagResource},
    {"UpdateContinuousBackups", update_continuous_backups, &shapes::kUpdateContinuousBackups},
    {"UpdateContributorInsights"},
    {"UpdateGlobalTable"},
    {"UpdateGlobalTableSettings"},
    {"UpdateItem", update_item, &shapes::kUpdateItem},
    {"UpdateKinesisStreamingDestination"},
    {"UpdateTable", update_table, &shapes::kUpdateTable, true},
    {"UpdateTableReplicaAutoScaling"},
    {"UpdateTimeToLive", update_time_to_live, &shapes::kUpdateTimeToLive},
};

constexpr Operation kStreamOperations[] = {
    {"DescribeStream"},
    {"GetRecords"},
    {"GetShardIterator"},
    {"ListStreams"},
};

}  // namespace

std::span<const Operation> operations() { return kOperations; }
std::span<const Operation> stream_operations() { return kStreamOperations; }

}  // namespace cloudemu::dynamodb
