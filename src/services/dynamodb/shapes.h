#pragma once
#include "services/dynamodb/shape.h"

/// The input of each operation that is built.
/// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Operations_Amazon_DynamoDB.html
namespace cloudemu::dynamodb::shapes {

extern const Shape kCreateGlobalTable, kGlobalTableOnly, kListGlobalTables, kUpdateGlobalTable, kUpdateGlobalTableSettings,
    kUpdateReplicaAutoScaling;
extern const Shape kBatchGetItem, kBatchWriteItem, kCreateTable, kDescribeContributorInsights, kKinesisDestination,
    kListContributorInsights, kUpdateContributorInsights, kUpdateKinesisDestination, kDeleteItem, kDescribeNothing, kDescribeStream,
    kGetItem, kGetRecords, kGetShardIterator, kListStreams, kListTables, kListTagsOfResource, kPutItem, kPutResourcePolicy, kQuery,
    kResourceOnly, kResourcePolicy, kScan, kTableOnly, kTableRequired, kTagResource, kTransactGetItems, kTransactWriteItems, kUntagResource,
    kUpdateContinuousBackups, kUpdateItem, kUpdateTable, kUpdateTimeToLive;
extern const Shape kBackupOnly, kCreateBackup, kDescribeExport, kDescribeImport, kExportTable, kImportTable, kListBackups, kListExports,
    kListImports, kRestoreTableFromBackup, kRestoreTableToPointInTime;
extern const Shape kBatchExecuteStatement, kExecuteStatement, kExecuteTransaction;

// What they share.
extern const Shape kAttributeMap, kAttributeNames, kAttributeValue, kBoolean, kConditionalOperator, kExpected, kFilter, kIndexName, kNames,
    kReturnConsumedCapacity, kAttributeList, kReturnItemCollectionMetrics, kReturnValues, kReturnValuesOnFailure, kString, kTableRef;

// What calls share that make tables.
extern const Shape kDefinitionList, kTableKeySchema, kLocalIndexList, kGlobalIndexList, kBilling, kTableThroughput, kOnDemandThroughput,
    kEncryption, kNewTableName;

}  // namespace cloudemu::dynamodb::shapes
