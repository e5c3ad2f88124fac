#include "services/dynamodb/shapes.h"

namespace cloudemu::dynamodb::shapes {

namespace {

constexpr Shape kStreamArn{.kind = Kind::string, .min = 37, .max = 1024};
constexpr Shape kShardId{.kind = Kind::string, .min = 28, .max = 65};
constexpr Shape kTableName{.kind = Kind::string, .min = 3, .max = 255, .pattern = &patterns::kName};
constexpr Shape kPageLimit{.kind = Kind::integer, .min = 1, .max = 100};
constexpr Shape kRecordLimit{.kind = Kind::integer, .min = 1, .max = 1000};

constexpr Member kListStreamsMembers[] = {{"TableName", &kTableName}, {"Limit", &kPageLimit}, {"ExclusiveStartStreamArn", &kStreamArn}};

constexpr std::string_view kFilterTypes[] = {"CHILD_SHARDS"};
constexpr Shape kFilterType{.kind = Kind::string, .values = kFilterTypes};
constexpr Member kShardFilterMembers[] = {{"Type", &kFilterType}, {"ShardId", &kShardId}};
constexpr Shape kShardFilter{.kind = Kind::structure, .name = "ShardFilter", .members = kShardFilterMembers};
constexpr Member kDescribeStreamMembers[] = {
    {"StreamArn", &kStreamArn, true}, {"Limit", &kPageLimit}, {"ExclusiveStartShardId", &kShardId}, {"ShardFilter", &kShardFilter}};

constexpr std::string_view kIteratorTypes[] = {"AFTER_SEQUENCE_NUMBER", "LATEST", "AT_SEQUENCE_NUMBER", "TRIM_HORIZON"};
constexpr Shape kIteratorType{.kind = Kind::string, .values = kIteratorTypes};
constexpr Shape kSequenceNumber{.kind = Kind::string, .min = 21, .max = 40};
constexpr Member kGetShardIteratorMembers[] = {{"StreamArn", &kStreamArn, true},
                                               {"ShardId", &kShardId, true},
                                               {"ShardIteratorType", &kIteratorType, true},
                                               {"SequenceNumber", &kSequenceNumber}};

constexpr Shape kIterator{.kind = Kind::string, .min = 1, .max = 2048};
constexpr Member kGetRecordsMembers[] = {{"ShardIterator", &kIterator, true}, {"Limit", &kRecordLimit}};

}  // namespace

constinit const Shape kListStreams{.kind = Kind::structure, .name = "ListStreamsInput", .members = kListStreamsMembers};
constinit const Shape kDescribeStream{.kind = Kind::structure, .name = "DescribeStreamInput", .members = kDescribeStreamMembers};
constinit const Shape kGetShardIterator{.kind = Kind::structure, .name = "GetShardIteratorInput", .members = kGetShardIteratorMembers};
constinit const Shape kGetRecords{.kind = Kind::structure, .name = "GetRecordsInput", .members = kGetRecordsMembers};

}  // namespace cloudemu::dynamodb::shapes
