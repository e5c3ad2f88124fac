#include <catch2/catch.hpp>

#include "core/strings.h"
#include "support/dynamodb.h"

/// Tags, time to live, continuous backups, limits and endpoints.
namespace cloudemu::test {

namespace {

constexpr std::string_view kInvalid = "ValidationException: One or more parameter values were invalid: ";
constexpr std::string_view kArn = "arn:aws:dynamodb:us-east-1:000000000000:table/tab";

struct Settings : DynamoDb {
  Settings() { table("tab", "p"); }
  static std::string of(std::string_view arn, std::string_view more) { return concat("{'ResourceArn':'", arn, "'", more, "}"); }
  std::string tags() { return ok("ListTagsOfResource", of(kArn, "")); }
  std::string ttl(std::string_view attribute, bool enabled) {
    return concat("{'TableName':'tab','TimeToLiveSpecification':{'AttributeName':'", attribute, "','Enabled':", enabled ? "true" : "false",
                  "}}");
  }
};

std::string many_tags(int first, int count) {
  std::string out;
  for (int i = 0; i < count; ++i) append(out, i ? "," : "", "{'Key':'k", first + i, "','Value':''}");
  return concat(",'Tags':[", out, "]");
}

}  // namespace

TEST_CASE("Tags: come, change and go", "[dynamodb][tags]") {
  Settings db;
  CHECK(db.tags() == "{'Tags':[]}");
  CHECK(db.ok("TagResource", Settings::of(kArn, ",'Tags':[{'Key':'a','Value':'1'},{'Key':'b','Value':''}]")).empty());
  CHECK(db.ok("TagResource", Settings::of(kArn, ",'Tags':[{'Key':'a','Value':'2'}]")).empty());
  CHECK(db.tags() == "{'Tags':[{'Key':'a','Value':'2'},{'Key':'b','Value':''}]}");
  CHECK(db.ok("UntagResource", Settings::of(kArn, ",'TagKeys':['a','nil']")).empty());
  CHECK(db.tags() == "{'Tags':[{'Key':'b','Value':''}]}");
  db.ok("UntagResource", Settings::of(kArn, ",'TagKeys':['nil']"));
  db.require_events(0);
}

TEST_CASE("Tags: CreateTable sets them, or makes no table", "[dynamodb][tags]") {
  DynamoDb db;
  db.table("tab", "p", "", "'Tags':[{'Key':'a','Value':'1'}]");
  CHECK(db.ok("ListTagsOfResource", Settings::of(kArn, "")) == "{'Tags':[{'Key':'a','Value':'1'}]}");
  std::string create =
      "{'TableName':'other','AttributeDefinitions':[{'AttributeName':'p','AttributeType':'S'}],'KeySchema':[{'"
      "AttributeName':'p',"
      "'KeyType':'HASH'}],'BillingMode':'PAY_PER_REQUEST'";
  CHECK(db.refusal("CreateTable", concat(create, many_tags(0, 51), "}")) == concat(kInvalid, "Too many tags: the limit is 50"));
  CHECK(db.ok("ListTables", "{}") == "{'TableNames':['tab']}");
}

TEST_CASE("Tags: 50 of them, keys of 128 characters, values of 256", "[dynamodb][tags][limits]") {
  Settings db;
  auto tag = [](std::string_view key, std::string_view value) {
    return Settings::of(kArn, concat(",'Tags':[{'Key':'", key, "','Value':'", value, "'}]"));
  };
  // Characters count, not bytes.
  db.ok("TagResource", tag(replace_all(std::string(128, 'x'), "x", "\u00e9"), replace_all(std::string(256, 'x'), "x", "\u00e9")));
  CHECK(db.refusal("TagResource", tag(std::string(129, 'k'), ""))
            .ends_with("at 'tags.1.member.key' failed to satisfy constraint: Member must have length less than or "
                       "equal to 128"));
  CHECK(db.refusal("TagResource", tag("k", std::string(257, 'v')))
            .ends_with("at 'tags.1.member.value' failed to satisfy constraint: Member must have length less than or "
                       "equal to 256"));
  CHECK(db.refusal("TagResource", tag("", ""))
            .ends_with("at 'tags.1.member.key' failed to satisfy constraint: Member must have length greater than or "
                       "equal to 1"));
  db.ok("TagResource", Settings::of(kArn, many_tags(0, 49)));
  CHECK(db.refusal("TagResource", Settings::of(kArn, many_tags(49, 1))) == concat(kInvalid, "Too many tags: the limit is 50"));
  db.ok("TagResource", Settings::of(kArn, many_tags(48, 1)));
}

TEST_CASE("Tags: what cannot be", "[dynamodb][tags][errors]") {
  Settings db;
  auto refused = [&](std::string_view tags) { return db.refusal("TagResource", Settings::of(kArn, concat(",'Tags':[", tags, "]"))); };
  CHECK(refused("") == "ValidationException: Atleast one Tag needs to be provided as Input.");
  CHECK(refused("{'Key':'a'}") ==
        "ValidationException: 1 validation error detected: Value null at 'tags.1.member.value' failed to satisfy "
        "constraint: Member must not be null");
  CHECK(refused("{'Key':'a*','Value':''}").starts_with(kInvalid));
  CHECK(refused("{'Key':'a','Value':'#'}").starts_with(kInvalid));
  CHECK(refused("{'Key':'aws:a','Value':''}").starts_with(kInvalid));
  CHECK(refused("{'Key':'a','Value':''},{'Key':'a','Value':'1'}").starts_with(kInvalid));
  CHECK(db.refusal("UntagResource", Settings::of(kArn, ",'TagKeys':[]")) ==
        "ValidationException: Atleast one Tag Key needs to be provided as Input.");
}

TEST_CASE("Tags: ARNs that are none of a table of ours", "[dynamodb][tags][errors]") {
  Settings db;
  auto list = [&](std::string_view arn) { return db.refusal("ListTagsOfResource", Settings::of(arn, "")); };
  CHECK(list("tab") == "ValidationException: Invalid TableArn: Invalid ResourceArn provided as input tab: ARNs must start with 'arn:'");
  CHECK(list(concat(kArn, "/index/i")) ==
        concat("ValidationException: Invalid TableArn: Invalid ResourceArn provided as input ", kArn, "/index/i"));
  std::string absent = "arn:aws:dynamodb:us-east-1:000000000000:table/nil";
  CHECK(list(absent) == concat("ResourceNotFoundException: Requested resource not found: ResourceArn: ", absent, " not found"));
  std::string foreign = "arn:aws:dynamodb:us-east-1:999999999999:table/tab";
  CHECK(list(foreign) == concat("AccessDeniedException: User: arn:aws:iam::000000000000:root is not authorized to perform: "
                                "dynamodb:ListTagsOfResource on resource: ",
                                foreign));
}

TEST_CASE("Time to live: on, described, off", "[dynamodb][ttl]") {
  Settings db;
  CHECK(db.ok("DescribeTimeToLive", "{'TableName':'tab'}") == "{'TimeToLiveDescription':{'TimeToLiveStatus':'DISABLED'}}");
  CHECK(db.ok("UpdateTimeToLive", db.ttl("t", true)) == "{'TimeToLiveSpecification':{'AttributeName':'t','Enabled':true}}");
  CHECK(db.ok("DescribeTimeToLive", "{'TableName':'tab'}") ==
        "{'TimeToLiveDescription':{'AttributeName':'t','TimeToLiveStatus':'ENABLED'}}");
  CHECK(db.refusal("UpdateTimeToLive", db.ttl("t", true)) == "ValidationException: TimeToLive is already enabled");
  CHECK(db.refusal("UpdateTimeToLive", db.ttl("u", true)) ==
        "ValidationException: TimeToLive is active on a different AttributeName: current AttributeName is t");
  CHECK(db.refusal("UpdateTimeToLive", db.ttl("u", false)) ==
        "ValidationException: TimeToLive is active on a different AttributeName: current AttributeName is t");
  db.ok("UpdateTimeToLive", db.ttl("t", false));
  CHECK(db.ok("DescribeTimeToLive", "{'TableName':'tab'}") == "{'TimeToLiveDescription':{'TimeToLiveStatus':'DISABLED'}}");
  CHECK(db.refusal("UpdateTimeToLive", db.ttl("t", false)) == "ValidationException: TimeToLive is already disabled");
}

TEST_CASE("Time to live: the attribute's name has 1 to 255 characters", "[dynamodb][ttl][limits]") {
  Settings db;
  CHECK(db.refusal("UpdateTimeToLive", db.ttl("", true)) ==
        "ValidationException: 1 validation error detected: Value '' at 'timeToLiveSpecification.attributeName' failed "
        "to satisfy constraint: Member "
        "must have length greater than or equal to 1");
  CHECK(db.refusal("UpdateTimeToLive", db.ttl(std::string(256, 't'), true)).ends_with("Member must have length less than or equal to 255"));
  db.ok("UpdateTimeToLive", db.ttl(std::string(255, 't'), true));
  CHECK(db.refusal("DescribeTimeToLive", "{'TableName':'nil'}") ==
        "ResourceNotFoundException: Requested resource not found: Table: nil not found");
}

TEST_CASE("Continuous backups: the setting is kept and described", "[dynamodb][backups]") {
  Settings db;
  CHECK(db.ok("DescribeContinuousBackups", "{'TableName':'tab'}") ==
        "{'ContinuousBackupsDescription':{'ContinuousBackupsStatus':'ENABLED','PointInTimeRecoveryDescription':{'"
        "PointInTimeRecoveryStatus':'DISABLED'}}}");
  std::string enable = "{'TableName':'tab','PointInTimeRecoverySpecification':{'PointInTimeRecoveryEnabled':true}}";
  CHECK(db.ok("UpdateContinuousBackups", enable) ==
        "{'ContinuousBackupsDescription':{'ContinuousBackupsStatus':'ENABLED','PointInTimeRecoveryDescription':{'"
        "PointInTimeRecoveryStatus':'ENABLED',"
        "'RecoveryPeriodInDays':35,'EarliestRestorableDateTime':1795406400.000,'LatestRestorableDateTime':1795406400."
        "000}}}");
  db.ok("UpdateContinuousBackups", enable);
  db.require_events(0);
  db.world.advance(60'000);
  CHECK(db.ok("DescribeContinuousBackups", "{'TableName':'tab'}")
            .find("'EarliestRestorableDateTime':1795406460.000,'LatestRestorableDateTime':1795406460.000") != std::string::npos);
  db.ok("UpdateContinuousBackups", replace_all(enable, "true", "false"));
  CHECK(db.ok("DescribeContinuousBackups", "{'TableName':'tab'}").find("'PointInTimeRecoveryStatus':'DISABLED'") != std::string::npos);
  CHECK(db.refusal("DescribeContinuousBackups", "{'TableName':'nil'}") == "TableNotFoundException: Table not found: nil");
  CHECK(db.refusal("UpdateContinuousBackups", replace_all(enable, "'tab'", "'nil'")) == "TableNotFoundException: Table not found: nil");
}

TEST_CASE("DescribeLimits and DescribeEndpoints", "[dynamodb]") {
  Settings db;
  CHECK(db.ok("DescribeLimits", "{}") ==
        "{'AccountMaxReadCapacityUnits':80000,'AccountMaxWriteCapacityUnits':80000,'TableMaxReadCapacityUnits':40000,'"
        "TableMaxWriteCapacityUnits':40000}");
  db.headers.emplace_back("Host", "localhost:4566");
  CHECK(db.ok("DescribeEndpoints", "{}") == "{'Endpoints':[{'Address':'localhost:4566','CachePeriodInMinutes':1440}]}");
}

}  // namespace cloudemu::test
