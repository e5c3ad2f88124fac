#include <catch2/catch.hpp>

#include "core/strings.h"
#include "support/dynamodb.h"

/// Settings of a table that are stored and told, and do nothing.
namespace cloudemu::test {

namespace {

struct Settings : DynamoDb {
  Settings() { table("tab", "p"); }
  std::string kinesis(std::string_view operation, std::string_view more = "") {
    return ok(operation, concat("{'TableName':'tab','StreamArn':'", kArn, "'", more, "}"));
  }
  std::string kinesis_refusal(std::string_view operation, std::string_view more = "") {
    return refusal(operation, concat("{'TableName':'tab','StreamArn':'", kArn, "'", more, "}"));
  }
  static constexpr std::string_view kArn = "arn:aws:kinesis:us-east-1:000000000000:stream/changes";
};

}  // namespace

TEST_CASE("Kinesis destination: enabled, changed, described, disabled", "[dynamodb][settings]") {
  Settings db;
  CHECK(db.kinesis("EnableKinesisStreamingDestination",
                   ",'EnableKinesisStreamingConfiguration':{'ApproximateCreationDateTimePrecision':'MILLISECOND'}") ==
        concat("{'TableName':'tab','StreamArn':'", Settings::kArn,
               "','DestinationStatus':'ENABLING','EnableKinesisStreamingConfiguration':{'ApproximateCreationDateTimePrecision':"
               "'MILLISECOND'}}"));
  CHECK(
      db.kinesis_refusal("EnableKinesisStreamingDestination") ==
      "ValidationException: Table is not in a valid state to enable Kinesis Streaming Destination: EnableKinesisStreamingDestination must "
      "be DISABLED or ENABLE_FAILED to perform ENABLE operation.");
  CHECK(db.refusal("EnableKinesisStreamingDestination",
                   "{'TableName':'tab','StreamArn':'arn:aws:kinesis:us-east-1:000000000000:stream/second'}")
            .starts_with("ValidationException: Table is not in a valid state to enable Kinesis Streaming Destination: "));
  db.kinesis("UpdateKinesisStreamingDestination",
             ",'UpdateKinesisStreamingConfiguration':{'ApproximateCreationDateTimePrecision':'MICROSECOND'}");
  CHECK(
      db.kinesis_refusal("UpdateKinesisStreamingDestination",
                         ",'UpdateKinesisStreamingConfiguration':{'ApproximateCreationDateTimePrecision':'MICROSECOND'}")
          .starts_with("ValidationException: Invalid Request: Precision is already set to the desired value of MICROSECOND for tableId: "));
  CHECK(db.kinesis_refusal("UpdateKinesisStreamingDestination") ==
        "ValidationException: Streaming destination cannot be updated with given parameters: UpdateKinesisStreamingConfiguration cannot be "
        "null or contain only null values");
  CHECK(db.ok("DescribeKinesisStreamingDestination", "{'TableName':'tab'}") ==
        concat("{'TableName':'tab','KinesisDataStreamDestinations':[{'StreamArn':'", Settings::kArn,
               "','DestinationStatus':'ACTIVE','ApproximateCreationDateTimePrecision':'MICROSECOND'}]}"));
  db.kinesis("DisableKinesisStreamingDestination");
  CHECK(db.ok("DescribeKinesisStreamingDestination", "{'TableName':'tab'}").find("'DestinationStatus':'DISABLED'") != std::string::npos);
  CHECK(db.refusal("DisableKinesisStreamingDestination",
                   "{'TableName':'tab','StreamArn':'arn:aws:kinesis:us-east-1:111111111111:stream/bad-stream'}") ==
        "ValidationException: Table is not in a valid state to enable Kinesis Streaming Destination: No streaming destination with "
        "streamArn: arn:aws:kinesis:us-east-1:111111111111:stream/bad-stream found for table with tableName: tab");
}

TEST_CASE("Kinesis destination: has to be a stream of Kinesis", "[dynamodb][settings][errors]") {
  Settings db;
  for (std::string_view arn : {"arn:aws:sqs:us-east-1:000000000000:stream/changes", "arn:aws:kinesis:us-east-1:000000000000:table/changes",
                               "arn:aws:kinesis:us-east-1:000:stream/changes-of-a-table", "arn:aws:kinesis:us-east-1:000000000000:stream/",
                               "arn:aws:kinesis:us-east-1:000000000000:stream/a/consumer/b"}) {
    CAPTURE(arn);
    CHECK(db.refusal("EnableKinesisStreamingDestination", concat("{'TableName':'tab','StreamArn':'", arn, "'}")) ==
          concat("ValidationException: Invalid Request: StreamArn is not that of a Kinesis data stream: ", arn));
  }
}

TEST_CASE("Contributor insights: of a table and of its indexes", "[dynamodb][settings]") {
  Settings db;
  CHECK(db.ok("DescribeContributorInsights", "{'TableName':'tab'}") == "{'TableName':'tab','ContributorInsightsStatus':'DISABLED'}");
  CHECK(db.ok("UpdateContributorInsights", "{'TableName':'tab','ContributorInsightsAction':'ENABLE'}") ==
        "{'TableName':'tab','ContributorInsightsStatus':'ENABLING','ContributorInsightsMode':'ACCESSED_AND_THROTTLED_KEYS'}");
  std::string described = db.ok("DescribeContributorInsights", "{'TableName':'tab'}");
  CHECK(described.find("'ContributorInsightsRuleList':['DynamoDBContributorInsights-PKC-tab-") != std::string::npos);
  CHECK(described.find("'ContributorInsightsStatus':'ENABLED','LastUpdateDateTime':1795406400.000") != std::string::npos);
  CHECK(db.refusal("UpdateContributorInsights", "{'TableName':'tab','IndexName':'nil','ContributorInsightsAction':'ENABLE'}") ==
        "ResourceNotFoundException: Requested resource not found: Index: nil not found");
  db.table("zoo", "p");
  db.ok("UpdateContributorInsights", "{'TableName':'zoo','ContributorInsightsAction':'ENABLE','ContributorInsightsMode':'THROTTLED_KEYS'}");
  CHECK(db.ok("ListContributorInsights", "{'MaxResults':1}") ==
        "{'ContributorInsightsSummaries':[{'TableName':'tab','ContributorInsightsStatus':'ENABLED','ContributorInsightsMode':"
        "'ACCESSED_AND_THROTTLED_KEYS'}],'NextToken':'zoo/0'}");
  CHECK(db.ok("ListContributorInsights", "{'MaxResults':1,'NextToken':'zoo/0'}") ==
        "{'ContributorInsightsSummaries':[{'TableName':'zoo','ContributorInsightsStatus':'ENABLED','ContributorInsightsMode':"
        "'THROTTLED_KEYS'}]}");
}

TEST_CASE("Auto scaling: what was said last is told of every region", "[dynamodb][settings]") {
  Settings db;
  CHECK(db.ok("DescribeTableReplicaAutoScaling", "{'TableName':'tab'}") ==
        "{'TableAutoScalingDescription':{'TableName':'tab','TableStatus':'ACTIVE','Replicas':[{'RegionName':'us-east-1',"
        "'GlobalSecondaryIndexes':[],'ReplicaStatus':'ACTIVE'}]}}");
  db.ok("UpdateTableReplicaAutoScaling",
        "{'TableName':'tab','ProvisionedWriteCapacityAutoScalingUpdate':{'MinimumUnits':1,'MaximumUnits':9,'ScalingPolicyUpdate':"
        "{'PolicyName':'pol','TargetTrackingScalingPolicyConfiguration':{'TargetValue':70.5}}}}");
  db.ok("UpdateTableReplicaAutoScaling",
        "{'TableName':'tab','ReplicaUpdates':[{'RegionName':'us-east-1','ReplicaProvisionedReadCapacityAutoScalingUpdate':"
        "{'AutoScalingDisabled':true}}]}");
  CHECK(db.ok("DescribeTableReplicaAutoScaling", "{'TableName':'tab'}")
            .find("'ReplicaProvisionedReadCapacityAutoScalingSettings':{'AutoScalingDisabled':true},"
                  "'ReplicaProvisionedWriteCapacityAutoScalingSettings':{'MinimumUnits':1,'MaximumUnits':9,'ScalingPolicies':"
                  "[{'PolicyName':'pol','TargetTrackingScalingPolicyConfiguration':{'TargetValue':70.5}}]}") != std::string::npos);
  CHECK(db.refusal("UpdateTableReplicaAutoScaling", "{'TableName':'tab','ReplicaUpdates':[{'RegionName':'eu-west-1'}]}") ==
        "ValidationException: The table has no replica in region: eu-west-1");
}

TEST_CASE("Auto scaling: names and roles have AWS's characters", "[dynamodb][settings][errors]") {
  Settings db;
  auto refused = [&](std::string_view settings) {
    return db.refusal("UpdateTableReplicaAutoScaling",
                      concat("{'TableName':'tab','ProvisionedWriteCapacityAutoScalingUpdate':{", settings, "}}"));
  };
  CHECK(refused("'ScalingPolicyUpdate':{'PolicyName':'p\u00e9','TargetTrackingScalingPolicyConfiguration':{'TargetValue':70}}") ==
        "ValidationException: 1 validation error detected: Value 'p\u00e9' at 'provisionedWriteCapacityAutoScalingUpdate."
        "scalingPolicyUpdate.policyName' failed to satisfy constraint: Member must satisfy regular expression pattern: \\p{Print}+");
  CHECK(refused("'AutoScalingRoleArn':'a\\u0001'")
            .find("'provisionedWriteCapacityAutoScalingUpdate.autoScalingRoleArn' failed to satisfy "
                  "constraint: Member must satisfy regular expression pattern: ") != std::string::npos);
  db.ok(
      "UpdateTableReplicaAutoScaling",
      "{'TableName':'tab','ProvisionedWriteCapacityAutoScalingUpdate':{'AutoScalingRoleArn':'arn:aws:iam::000000000000:role/\u00e9\\n'}}");
}

TEST_CASE("Table class: when it was changed is told", "[dynamodb][settings]") {
  Settings db;
  db.world.advance(5 * kSecondMs);
  db.ok("UpdateTable", "{'TableName':'tab','TableClass':'STANDARD_INFREQUENT_ACCESS'}");
  CHECK(db.ok("DescribeTable", "{'TableName':'tab'}")
            .find("'TableClassSummary':{'TableClass':'STANDARD_INFREQUENT_ACCESS','LastUpdateDateTime':1795406405.000}") !=
        std::string::npos);
}

}  // namespace cloudemu::test
