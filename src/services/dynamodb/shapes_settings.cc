#include "services/dynamodb/shapes.h"

namespace cloudemu::dynamodb::shapes {

namespace {

constexpr Shape kStreamArn{.kind = Kind::string, .min = 37, .max = 1024};
constexpr std::string_view kPrecisions[] = {"MILLISECOND", "MICROSECOND"};
constexpr Shape kPrecision{.kind = Kind::string, .values = kPrecisions};
constexpr Member kPrecisionMembers[] = {{"ApproximateCreationDateTimePrecision", &kPrecision}};
constexpr Shape kEnablePrecision{.kind = Kind::structure, .name = "EnableKinesisStreamingConfiguration", .members = kPrecisionMembers};
constexpr Shape kUpdatePrecision{.kind = Kind::structure, .name = "UpdateKinesisStreamingConfiguration", .members = kPrecisionMembers};
constexpr Member kKinesisMembers[] = {
    {"TableName", &kTableRef, true}, {"StreamArn", &kStreamArn, true}, {"EnableKinesisStreamingConfiguration", &kEnablePrecision}};
constexpr Member kUpdateKinesisMembers[] = {
    {"TableName", &kTableRef, true}, {"StreamArn", &kStreamArn, true}, {"UpdateKinesisStreamingConfiguration", &kUpdatePrecision}};

constexpr std::string_view kActions[] = {"ENABLE", "DISABLE"};
constexpr Shape kAction{.kind = Kind::string, .values = kActions};
constexpr std::string_view kModes[] = {"ACCESSED_AND_THROTTLED_KEYS", "THROTTLED_KEYS"};
constexpr Shape kMode{.kind = Kind::string, .values = kModes};
constexpr Shape kMaxResults{.kind = Kind::integer, .max = 100};
constexpr Member kDescribeInsightsMembers[] = {{"TableName", &kTableRef, true}, {"IndexName", &kIndexName}};
constexpr Member kListInsightsMembers[] = {{"TableName", &kTableRef}, {"NextToken", &kString}, {"MaxResults", &kMaxResults}};
constexpr Member kUpdateInsightsMembers[] = {{"TableName", &kTableRef, true},
                                             {"IndexName", &kIndexName},
                                             {"ContributorInsightsAction", &kAction, true},
                                             {"ContributorInsightsMode", &kMode}};

}  // namespace

constinit const Shape kKinesisDestination{.kind = Kind::structure, .name = "KinesisStreamingDestinationInput", .members = kKinesisMembers};
constinit const Shape kUpdateKinesisDestination{
    .kind = Kind::structure, .name = "UpdateKinesisStreamingDestinationInput", .members = kUpdateKinesisMembers};
constinit const Shape kDescribeContributorInsights{
    .kind = Kind::structure, .name = "DescribeContributorInsightsInput", .members = kDescribeInsightsMembers};
constinit const Shape kListContributorInsights{
    .kind = Kind::structure, .name = "ListContributorInsightsInput", .members = kListInsightsMembers};
constinit const Shape kUpdateContributorInsights{
    .kind = Kind::structure, .name = "UpdateContributorInsightsInput", .members = kUpdateInsightsMembers};

}  // namespace cloudemu::dynamodb::shapes
