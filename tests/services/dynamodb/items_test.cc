#include <catch2/catch.hpp>

#include "core/strings.h"
#include "support/dynamodb.h"

/// GetItem, PutItem, UpdateItem, DeleteItem: what they do, and what they answer.
namespace cloudemu::test {

using namespace cloudemu::dynamodb;

namespace {

constexpr std::string_view kSchema = "ValidationException: The provided key element does not match the schema";
constexpr std::string_view kDetected = "ValidationException: 1 validation error detected: ";

struct Items : DynamoDb {
  Items() {
    table("tab", "p");
    table("two", "p", "r:N");
  }
  std::string update(std::string_view expression, std::string_view values, std::string_view return_values) {
    std::string body = ok("UpdateItem", concat("{'TableName':'tab','Key':{'p':{'S':'k'}},'UpdateExpression':'", expression, "'",
                                               values.empty() ? "" : concat(",'ExpressionAttributeValues':{", values, "}"),
                                               ",'ReturnValues':'", return_values, "'}"));
    return body;
  }
};

}  // namespace

TEST_CASE("PutItem: what was put is got, whole and normalised", "[dynamodb][items]") {
  Items db;
  CHECK(db.ok("PutItem", "{'TableName':'two','Item':{'x':{'L':[{'N':'01'}]},'r':{'N':'1.50'},'p':{'S':'a'}}}") == "{}");
  const auto& event = db.event<ItemPut>();
  CHECK(db.shown(event.item.text) == "{'x':{'L':[{'N':'1'}]},'r':{'N':'1.5'},'p':{'S':'a'}}");
  CHECK(event.size == 1 + (3 + 1 + 2) + 1 + 3 + 1 + 1);
  CHECK_FALSE(event.old_size.has_value());
  CHECK(event.indexes.empty());
  CHECK(db.item("two", "{'p':{'S':'a'},'r':{'N':'15e-1'}}") == "{'x':{'L':[{'N':'1'}]},'r':{'N':'1.5'},'p':{'S':'a'}}");
  CHECK(db.item("two", "{'p':{'S':'a'},'r':{'N':'2'}}").empty());
}

TEST_CASE("PutItem: another item with the same key takes the place of the first", "[dynamodb][items]") {
  Items db;
  db.put("tab", "{'p':{'S':'k'},'a':{'N':'1'},'b':{'N':'1'}}");
  uint32_t size = db.event<ItemPut>().size;
  CHECK(db.ok("PutItem", "{'TableName':'tab','Item':{'p':{'S':'k'},'a':{'N':'2'}},'ReturnValues':'ALL_OLD'}") ==
        "{'Attributes':{'p':{'S':'k'},'a':{'N':'1'},'b':{'N':'1'}}}");
  CHECK(db.event<ItemPut>().old_size == size);
  CHECK(db.item("tab", "{'p':{'S':'k'}}") == "{'p':{'S':'k'},'a':{'N':'2'}}");
  CHECK(db.ok("PutItem", "{'TableName':'tab','Item':{'p':{'S':'new'}},'ReturnValues':'ALL_OLD'}") == "{}");
}

TEST_CASE("PutItem: an item that differs in nothing is written all the same", "[dynamodb][items]") {
  Items db;
  db.put("tab", "{'p':{'S':'k'}}");
  db.put("tab", "{'p':{'S':'k'}}");
  db.require_events(1);
}

TEST_CASE("Items: of a member given twice the last counts", "[dynamodb][items]") {
  Items db;
  db.put("tab", "{'p':{'S':'first'},'a':{'N':'1'},'p':{'S':'last'},'a':{'N':'2'}}");
  CHECK(db.item("tab", "{'p':{'S':'last'}}") == "{'p':{'S':'last'},'a':{'N':'2'}}");
  // Null is as if it were not there.
  db.put("tab", "{'p':{'S':'k'},'p':null,'m':{'M':{'x':{'N':'1'},'x':null,'y':null}}}");
  CHECK(db.event<ItemPut>().size == 1 + 1 + 1 + 3 + 1 + 1 + 2);
  CHECK(db.item("tab", "{'p':{'S':'k'}}") == "{'p':{'S':'k'},'m':{'M':{'x':{'N':'1'}}}}");
}

TEST_CASE("PutItem: ReturnValues is NONE or ALL_OLD", "[dynamodb][items][errors]") {
  Items db;
  for (std::string_view value : {"ALL_NEW", "UPDATED_OLD", "UPDATED_NEW"}) {
    CHECK(db.refusal("PutItem", concat("{'TableName':'tab','Item':{'p':{'S':'k'}},'ReturnValues':'", value, "'}")) ==
          concat(kDetected, "ReturnValues can only be ALL_OLD or NONE"));
    CHECK(db.refusal("DeleteItem", concat("{'TableName':'tab','Key':{'p':{'S':'k'}},'ReturnValues':'", value, "'}")) ==
          concat(kDetected, "ReturnValues can only be ALL_OLD or NONE"));
  }
}

TEST_CASE("PutItem: the key has to be there, of its type, and not empty", "[dynamodb][items][errors]") {
  Items db;
  auto put = [&](std::string_view item) { return db.refusal("PutItem", concat("{'TableName':'two','Item':", item, "}")); };
  constexpr std::string_view kInvalid = "ValidationException: One or more parameter values were invalid: ";
  CHECK(put("{}") == concat(kInvalid, "Missing the key p in the item"));
  CHECK(put("{'p':{'S':'a'}}") == concat(kInvalid, "Missing the key r in the item"));
  CHECK(put("{'p':{'N':'1'},'r':{'N':'1'}}") == concat(kInvalid, "Type mismatch for key p expected: S actual: N"));
  CHECK(put("{'p':{'S':'a'},'r':{'L':[]}}") == concat(kInvalid, "Type mismatch for key r expected: N actual: L"));
  CHECK(put("{'p':{'S':''},'r':{'N':'1'}}") ==
        "ValidationException: One or more parameter values are not valid. The AttributeValue for a key attribute "
        "cannot contain an empty "
        "string value. Key: p");
}

TEST_CASE("Keys: 2048 bytes of a hash key and 1024 of a range key fit, one more does not", "[dynamodb][items][limits]") {
  DynamoDb db;
  db.table("tab", "p", "r:B");
  auto key = [](size_t hash, std::string_view range) {
    return concat("{'p':{'S':'", std::string(hash, 'h'), "'},'r':{'B':'", range, "'}}");
  };
  // Bytes count, not the digits that they are sent as.
  std::string bytes_1023 = replace_all(std::string(341, 'x'), "x", "AAAA"),
              bytes_1024 = bytes_1023 + "AA==", bytes_1025 = bytes_1023 + "AAA=";
  db.put("tab", key(2048, bytes_1024));
  CHECK_FALSE(db.item("tab", key(2048, bytes_1024)).empty());
  constexpr std::string_view kHash =
      "ValidationException: One or more parameter values were invalid: Size of hashkey has exceeded the maximum size "
      "limit of2048 bytes";
  constexpr std::string_view kRange =
      "ValidationException: One or more parameter values were invalid: Aggregated size of all range keys has exceeded "
      "the size limit of 1024 "
      "bytes";
  CHECK(db.refusal("PutItem", concat("{'TableName':'tab','Item':", key(2049, "AA=="), "}")) == kHash);
  CHECK(db.refusal("PutItem", concat("{'TableName':'tab','Item':", key(1, bytes_1025), "}")) == kRange);
  CHECK(db.refusal("GetItem", concat("{'TableName':'tab','Key':", key(2049, "AA=="), "}")) == kHash);
  CHECK(db.refusal("DeleteItem", concat("{'TableName':'tab','Key':", key(1, bytes_1025), "}")) == kRange);
}

TEST_CASE("GetItem, UpdateItem, DeleteItem: the key has to be exactly the table's", "[dynamodb][items][errors]") {
  Items db;
  for (std::string_view operation : {"GetItem", "UpdateItem", "DeleteItem"}) {
    auto refused = [&](std::string_view key) { return db.refusal(operation, concat("{'TableName':'two','Key':", key, "}")); };
    INFO(operation);
    CHECK(refused("{}") == kSchema);
    CHECK(refused("{'p':{'S':'a'}}") == kSchema);
    CHECK(refused("{'p':{'S':'a'},'x':{'N':'1'}}") == kSchema);
    CHECK(refused("{'p':{'S':'a'},'r':{'N':'1'},'x':{'N':'1'}}") == kSchema);
    CHECK(refused("{'p':{'S':'a'},'r':{'S':'1'}}") == kSchema);
    CHECK(refused("{'p':{'S':''},'r':{'N':'1'}}") ==
          "ValidationException: One or more parameter values are not valid. The AttributeValue for a key attribute "
          "cannot contain an empty "
          "string value. Key: p");
  }
}

TEST_CASE("Items: a table that is not there", "[dynamodb][items][errors]") {
  DynamoDb db;
  constexpr std::string_view kNotFound = "ResourceNotFoundException: Requested resource not found";
  CHECK(db.refusal("GetItem", "{'TableName':'nil','Key':{'p':{'S':'a'}}}") == kNotFound);
  CHECK(db.refusal("PutItem", "{'TableName':'nil','Item':{'p':{'S':'a'}}}") == kNotFound);
  CHECK(db.refusal("UpdateItem", "{'TableName':'nil','Key':{'p':{'S':'a'}}}") == kNotFound);
  CHECK(db.refusal("DeleteItem", "{'TableName':'nil','Key':{'p':{'S':'a'}}}") == kNotFound);
  // What is wrong with the request is found before.
  CHECK(db.refusal("PutItem", "{'TableName':'nil','Item':{'p':{'S':'a','N':'1'}}}").starts_with("ValidationException"));
  CHECK(db.refusal("GetItem", "{'TableName':'nil','Key':{'p':{'N':'x'}}}").starts_with("ValidationException"));
}

TEST_CASE("Items: a table's ARN is as good as its name", "[dynamodb][items]") {
  Items db;
  db.put("arn:aws:dynamodb:us-east-1:000000000000:table/tab", "{'p':{'S':'k'}}");
  CHECK(db.item("tab", "{'p':{'S':'k'}}") == "{'p':{'S':'k'}}");
}

TEST_CASE("Items: an ARN of another region is refused, whatever the operation", "[dynamodb][items][errors]") {
  Items db;
  constexpr std::string_view kElsewhere = "'arn:aws:dynamodb:us-west-2:000000000000:table/tab'";
  constexpr std::string_view kRefusal =
      "ValidationException: 1 validation error detected: Invalid AWS region in 'arn:aws:dynamodb:us-west-2:000000000000:table/tab'";
  for (auto [operation, more] : {std::pair("GetItem", ",'Key':{'p':{'S':'k'}}"),
                                 {"PutItem", ",'Item':{'p':{'S':'k'}}"},
                                 {"Scan", ""},
                                 {"DescribeTable", ""},
                                 {"DescribeContinuousBackups", ""},
                                 {"ListBackups", ""},
                                 {"UpdateContinuousBackups", ",'PointInTimeRecoverySpecification':{'PointInTimeRecoveryEnabled':true}"}}) {
    CAPTURE(operation);
    CHECK(db.refusal(operation, concat("{'TableName':", kElsewhere, more, "}")) == kRefusal);
  }
}

TEST_CASE("Items: tables that all regions share have no wrong region", "[dynamodb][items]") {
  DynamoDb db(Environment{.shared_tables = true});
  db.table("tab", "p");
  auto get = [](std::string_view region) {
    return concat("{'TableName':'arn:aws:dynamodb:", region, ":000000000000:table/tab','Key':{'p':{'S':'k'}}}");
  };
  CHECK(db.ok("GetItem", get("ddblocal")) == "{}");
  CHECK(db.refusal("GetItem", get("us-west-2")) == "ResourceNotFoundException: Requested resource not found");
}

TEST_CASE("GetItem: ProjectionExpression and AttributesToGet pick what is returned", "[dynamodb][items][projection]") {
  Items db;
  db.put("tab",
         "{'p':{'S':'k'},'a':{'N':'1'},'l':{'L':[{'N':'0'},{'M':{'x':{'N':'1'},'y':{'N':'2'}}},{'N':'2'}]},'m':{'M':{'"
         "x':{'N':'7'},'y':{'M':{'z':{'S':'d'}}}}}}");
  auto get = [&](std::string_view projection, std::string_view more = "") {
    return db.ok("GetItem", concat("{'TableName':'tab','Key':{'p':{'S':'k'}},'ProjectionExpression':'", projection, "'", more, "}"));
  };
  CHECK(get("a, p") == "{'Item':{'p':{'S':'k'},'a':{'N':'1'}}}");
  CHECK(get("m.y.z") == "{'Item':{'m':{'M':{'y':{'M':{'z':{'S':'d'}}}}}}}");
  CHECK(get("l[2],l[1].y") == "{'Item':{'l':{'L':[{'M':{'y':{'N':'2'}}},{'N':'2'}]}}}");
  CHECK(get("q, a.x, l[7], m[0]") == "{'Item':{}}");
  CHECK(get("#x.x", ",'ExpressionAttributeNames':{'#x':'m'}") == "{'Item':{'m':{'M':{'x':{'N':'7'}}}}}");
  CHECK(db.ok("GetItem", "{'TableName':'tab','Key':{'p':{'S':'k'}},'AttributesToGet':['a','q']}") == "{'Item':{'a':{'N':'1'}}}");
  CHECK(db.ok("GetItem", "{'TableName':'tab','Key':{'p':{'S':'absent'}},'ProjectionExpression':'a'}") == "{}");
}

TEST_CASE("PutItem, UpdateItem: a TableName that cannot be is told alone", "[dynamodb][items][errors]") {
  Items db;
  constexpr std::string_view kName =
      "ValidationException: 1 validation error detected: Value 'ab' at 'tableName' failed to satisfy constraint: Member must have length "
      "greater than or equal to 3";
  std::string wrong = "'ReturnConsumedCapacity':'BAR','ReturnValues':'FOO'}";
  CHECK(db.refusal("PutItem", concat("{'TableName':'ab','Item':{},", wrong)) == kName);
  CHECK(db.refusal("UpdateItem", concat("{'TableName':'ab','Key':{},", wrong)) == kName);
  CHECK(db.refusal("PutItem", concat("{'TableName':'tab','Item':{},", wrong)).starts_with("ValidationException: 2 validation errors"));
  CHECK(db.refusal("UpdateItem", concat("{'TableName':'tab','Key':{},", wrong))
            .starts_with("ValidationException: 1 validation error detected: Value 'FOO' at 'returnValues' failed"));
  CHECK(db.refusal("UpdateItem", "{'ReturnValues':'FOO'}").starts_with("ValidationException: 3 validation errors"));
}

TEST_CASE("GetItem: projections that cannot be", "[dynamodb][items][projection][errors]") {
  Items db;
  auto get = [&](std::string_view more) { return db.refusal("GetItem", concat("{'TableName':'tab','Key':{'p':{'S':'k'}},", more, "}")); };
  constexpr std::string_view kInvalid = "ValidationException: Invalid ProjectionExpression: ";
  CHECK(get("'ProjectionExpression':''") == concat(kInvalid, "The expression can not be empty;"));
  CHECK(get("'ProjectionExpression':'a b'") == concat(kInvalid, "Syntax error; token: 'b', near: 'a b'"));
  CHECK(get("'ProjectionExpression':'a,'") == concat(kInvalid, "Syntax error; token: '<EOF>', near: ','"));
  CHECK(get("'ProjectionExpression':':a'") == concat(kInvalid, "Syntax error; token: ':a', near: ':a'"));
  CHECK(get("'ProjectionExpression':'a, data'") == concat(kInvalid, "Attribute name is a reserved keyword; reserved keyword: data"));
  CHECK(get("'ProjectionExpression':'#a'") ==
        concat(kInvalid, "An expression attribute name used in the document path is not defined; attribute name: #a"));
  CHECK(get("'ProjectionExpression':'a, p[0]'") ==
        "ValidationException: Key attributes must be scalars; list random access '[]' and map lookup '.' are not "
        "allowed: Key: p");
  CHECK(get("'ProjectionExpression':'a.b, a'") ==
        concat(kInvalid,
               "Two document paths overlap with each other; must remove or rewrite one of these paths; path one: [a, "
               "b], path two: [a]"));
  CHECK(get("'ProjectionExpression':'a.b, a[0]'") ==
        concat(kInvalid,
               "Two document paths conflict with each other; must remove or rewrite one of these paths; path one: [a, "
               "b], path two: [a, [0]]"));
  CHECK(get("'ProjectionExpression':'a','ExpressionAttributeNames':{'#b':'b'}") ==
        "ValidationException: Value provided in ExpressionAttributeNames unused in expressions: keys: {#b}");
  CHECK(get("'ExpressionAttributeNames':{'#b':'b'}") ==
        "ValidationException: ExpressionAttributeNames can only be specified when using expressions");
  CHECK(get("'ProjectionExpression':'a','ExpressionAttributeNames':{}") ==
        "ValidationException: ExpressionAttributeNames must not be empty");
  CHECK(get("'ProjectionExpression':'a','AttributesToGet':['a']") ==
        "ValidationException: Can not use both expression and non-expression parameters in the same request: "
        "Non-expression parameters: "
        "{AttributesToGet} Expression parameters: {ProjectionExpression}");
  CHECK(get("'AttributesToGet':['a','b','a']") ==
        "ValidationException: One or more parameter values were invalid: Duplicate value in attribute name: a");
  CHECK(get("'AttributesToGet':[]") ==
        "ValidationException: 1 validation error detected: Value '[]' at 'attributesToGet' failed to satisfy "
        "constraint: Member must have "
        "length greater than or equal to 1");
}

TEST_CASE("DeleteItem: what was deleted is gone; deleting nothing succeeds and is no event", "[dynamodb][items]") {
  Items db;
  db.put("tab", "{'p':{'S':'k'},'a':{'N':'1'}}");
  CHECK(db.ok("DeleteItem", "{'TableName':'tab','Key':{'p':{'S':'k'}},'ReturnValues':'ALL_OLD'}") ==
        "{'Attributes':{'p':{'S':'k'},'a':{'N':'1'}}}");
  CHECK(db.shown(db.event<ItemDeleted>().key_attributes.text) == "{'p':{'S':'k'}}");
  CHECK(db.item("tab", "{'p':{'S':'k'}}").empty());
  CHECK(db.ok("DeleteItem", "{'TableName':'tab','Key':{'p':{'S':'k'}},'ReturnValues':'ALL_OLD'}") == "{}");
  db.require_events(0);
}

TEST_CASE("DeleteItem: a condition decides", "[dynamodb][items]") {
  Items db;
  db.put("tab", "{'p':{'S':'k'},'a':{'N':'1'}}");
  std::string input =
      "{'TableName':'tab','Key':{'p':{'S':'k'}},'ConditionExpression':'a = "
      ":v','ExpressionAttributeValues':{':v':{'N':'V'}}}";
  CHECK(db.refusal("DeleteItem", replace_all(input, "V'}", "2'}")) == "ConditionalCheckFailedException: The conditional request failed");
  CHECK(db.ok("DeleteItem", replace_all(input, "V'}", "1'}")) == "{}");
  CHECK(db.refusal("DeleteItem", replace_all(input, "V'}", "1'}")) == "ConditionalCheckFailedException: The conditional request failed");
}

TEST_CASE("UpdateItem: without an expression it makes the item", "[dynamodb][items]") {
  Items db;
  CHECK(db.ok("UpdateItem", "{'TableName':'two','Key':{'r':{'N':'1.0'},'p':{'S':'a'}}}") == "{}");
  CHECK(db.shown(db.event<ItemPut>().item.text) == "{'r':{'N':'1'},'p':{'S':'a'}}");
  CHECK(db.ok("UpdateItem", "{'TableName':'two','Key':{'p':{'S':'b'},'r':{'N':'1'}},'AttributeUpdates':{},'ReturnValues':'ALL_NEW'}") ==
        "{'Attributes':{'p':{'S':'b'},'r':{'N':'1'}}}");
}

TEST_CASE("UpdateItem: ReturnValues of an item that was there", "[dynamodb][items][return_values]") {
  Items db;
  auto update = [&](std::string_view return_values) {
    db.put("tab",
           "{'p':{'S':'k'},'a':{'N':'1'},'b':{'N':'2'},'l':{'L':[{'N':'0'},{'N':'1'},{'N':'2'}]},'m':{'M':{'x':{'N':'1'"
           "},'y':{'N':'2'}}}}");
    return db.update("SET a = :v, m.x = :v, n = :v, l[9] = :v REMOVE b, l[1]", "':v':{'S':'new'}", return_values);
  };
  CHECK(update("NONE") == "{}");
  CHECK(update("ALL_OLD") ==
        "{'Attributes':{'p':{'S':'k'},'a':{'N':'1'},'b':{'N':'2'},'l':{'L':[{'N':'0'},{'N':'1'},{'N':'2'}]},'m':{'M':{'"
        "x':{'N':'1'},'y':{'N':'2'}}}}}");
  CHECK(update("UPDATED_OLD") == "{'Attributes':{'a':{'N':'1'},'b':{'N':'2'},'l':{'L':[{'N':'1'}]},'m':{'M':{'x':{'N':'1'}}}}}");
  CHECK(update("ALL_NEW") ==
        "{'Attributes':{'p':{'S':'k'},'a':{'S':'new'},'l':{'L':[{'N':'0'},{'N':'2'},{'S':'new'}]},'m':{'M':{'x':{'S':'"
        "new'},'y':{'N':'2'}}},'n':{'S':'new'}}}");
  // Of a list, what now stands at the index that was removed; what was appended is not where it was asked for.
  CHECK(update("UPDATED_NEW") == "{'Attributes':{'a':{'S':'new'},'l':{'L':[{'N':'2'}]},'m':{'M':{'x':{'S':'new'}}},'n':{'S':'new'}}}");
}

TEST_CASE("UpdateItem: ReturnValues of an item that was not there", "[dynamodb][items][return_values]") {
  Items db;
  auto update = [&](std::string_view return_values) {
    db.ok("DeleteItem", "{'TableName':'tab','Key':{'p':{'S':'k'}}}");
    return db.update("SET a = :v", "':v':{'S':'new'}", return_values);
  };
  CHECK(update("ALL_OLD") == "{}");
  CHECK(update("UPDATED_OLD") == "{}");
  CHECK(update("ALL_NEW") == "{'Attributes':{'p':{'S':'k'},'a':{'S':'new'}}}");
  CHECK(update("UPDATED_NEW") == "{'Attributes':{'a':{'S':'new'}}}");
  db.ok("DeleteItem", "{'TableName':'tab','Key':{'p':{'S':'k'}}}");
  CHECK(db.update("REMOVE a", "", "ALL_NEW") == "{}");
  db.require_events(0);
}

TEST_CASE("UpdateItem: a write that changes nothing is still one", "[dynamodb][items]") {
  Items db;
  db.put("tab", "{'p':{'S':'k'},'a':{'N':'1'}}");
  CHECK(db.update("SET a = :v", "':v':{'N':'1'}", "UPDATED_NEW") == "{'Attributes':{'a':{'N':'1'}}}");
  db.require_events(1);
}

TEST_CASE("Items: expressions and what they replaced cannot be mixed", "[dynamodb][items][errors]") {
  Items db;
  constexpr std::string_view kMixed =
      "Can not use both expression and non-expression parameters in the same request: Non-expression parameters: ";
  CHECK(db.refusal("UpdateItem",
                   "{'TableName':'tab','Key':{'p':{'S':'k'}},'AttributeUpdates':{},'Expected':{},'ConditionExpression':"
                   "'a = b'}") == concat(kDetected, kMixed, "{AttributeUpdates, Expected} Expression parameters: {ConditionExpression}"));
  CHECK(db.refusal("PutItem", "{'TableName':'tab','Item':{'p':{'S':'k'}},'Expected':{},'ConditionExpression':'a = b'}") ==
        concat(kDetected, kMixed, "{Expected} Expression parameters: {ConditionExpression}"));
  CHECK(db.refusal("PutItem", "{'TableName':'tab','Item':{'p':{'S':'k'}},'ExpressionAttributeValues':{':a':{'S':'x'}}}") ==
        concat(kDetected, "ExpressionAttributeValues can only be specified when using expressions: ConditionExpression is null"));
  CHECK(db.refusal("UpdateItem", "{'TableName':'tab','Key':{'p':{'S':'k'}},'ExpressionAttributeValues':{':a':{'S':'x'}}}") ==
        concat(kDetected,
               "ExpressionAttributeValues can only be specified when using expressions: UpdateExpression and "
               "ConditionExpression are null"));
  CHECK(db.refusal("PutItem", "{'TableName':'tab','Item':{'p':{'S':'k'}},'ExpressionAttributeNames':{'#a':'x'}}") ==
        concat(kDetected, "ExpressionAttributeNames can only be specified when using expressions"));
  CHECK(db.refusal("PutItem", "{'TableName':'tab','Item':{'p':{'S':'k'}},'ConditionExpression':'a = b','ExpressionAttributeValues':{}}") ==
        concat(kDetected, "ExpressionAttributeValues must not be empty"));
}

TEST_CASE("Items: accounts and regions do not see each other's tables", "[dynamodb][items]") {
  Items db;
  db.put("tab", "{'p':{'S':'k'}}");
  db.region = "eu-west-1";
  CHECK(db.refusal("GetItem", "{'TableName':'tab','Key':{'p':{'S':'k'}}}") == "ResourceNotFoundException: Requested resource not found");
  db.table("tab", "p");
  CHECK(db.item("tab", "{'p':{'S':'k'}}").empty());
}

}  // namespace cloudemu::test
