#include "services/dynamodb/real_members.h"

#include <catch2/catch.hpp>
#include <set>

#include "core/strings.h"
#include "services/dynamodb/operations.h"
#include "support/dynamodb.h"

/// What is real at AWS and not built is refused by name, at whatever depth it stands; what AWS does not know is ignored.
namespace cloudemu::test {

using namespace dynamodb;

namespace {

/// Checks a shape and all that it is made of against AWS's model.
void check_names(const Shape& shape, std::set<const Shape*>& seen) {
  if (!seen.insert(&shape).second) return;
  for (const Member& member : shape.members) {
    INFO(shape.name << '.' << member.name);
    CHECK(is_real_member(shape.name, member.name));
    check_names(*member.shape, seen);
  }
  if (shape.of) check_names(*shape.of, seen);
}

struct Unbuilt : DynamoDb {
  std::string refused(std::string_view operation, std::string_view input) {
    Reply reply = call(operation, input);
    CHECK(reply.status == 501);
    auto document = json::Document::parse(reply.body);
    return document ? std::string(document->root()["message"].string()) : std::string();
  }
};

constexpr std::string_view kTable =
    "'TableName':'tab','BillingMode':'PAY_PER_REQUEST','KeySchema':[{'AttributeName':'p','KeyType':'HASH'}],"
    "'AttributeDefinitions':[{'AttributeName':'p','AttributeType':'S'}]";

}  // namespace

TEST_CASE("Members: shapes are called as AWS's model calls them, and have no member that it does not have", "[dynamodb][members]") {
  std::set<const Shape*> seen;
  for (const Operation& operation : operations()) {
    if (operation.decide) check_names(*operation.input, seen);
  }
  CHECK(seen.size() > 50);
}

TEST_CASE("Members: what is real at AWS and not built is refused by name", "[dynamodb][members]") {
  Unbuilt db;
  std::string vectors =
      "'VectorIndexes':[{'IndexName':'vec','VectorAttribute':{'AttributeName':'v'},'Dimensions':3,'DistanceFunction':'COSINE'}]";
  CHECK(db.refused("CreateTable", concat("{", kTable, ",", vectors, "}")) ==
        "The operation CreateTable with VectorIndexes is not implemented.");
  CHECK(db.refused("CreateTable", concat("{", kTable, ",'GlobalTableSourceArn':'arn:x'}")) ==
        "The operation CreateTable with GlobalTableSourceArn is not implemented.");
  db.ok("CreateTable", concat("{", kTable, "}"));
  CHECK(db.refused("UpdateTable", "{'TableName':'tab','MultiRegionConsistency':'EVENTUAL'}") ==
        "The operation UpdateTable with MultiRegionConsistency is not implemented.");
  CHECK(db.refused("SearchVectors", "{'TableName':'tab'}") == "The operation SearchVectors is not implemented.");
}

TEST_CASE("Members: what AWS does not know is ignored, and null is absent", "[dynamodb][members]") {
  Unbuilt db;
  db.ok("CreateTable", concat("{", kTable, ",'Colour':'blue','VectorIndexes':null,'KeySchema ':1}"));
  db.ok("PutItem", "{'TableName':'tab','Item':{'p':{'S':'a'}},'IndexName':'i'}");
}

}  // namespace cloudemu::test
