#include <catch2/catch.hpp>

#include "core/strings.h"
#include "support/dynamodb.h"

/// TransactGetItems and TransactWriteItems.
namespace cloudemu::test {

using namespace cloudemu::dynamodb;

namespace {

struct Transactions : DynamoDb {
  Transactions() {
    table("tab", "p");
    put("tab", "{'p':{'S':'a'},'n':{'N':'1'}}");
  }
  std::string write(std::string_view actions, std::string_view more = "") {
    return ok("TransactWriteItems", concat("{'TransactItems':[", actions, "]", more, "}"));
  }
  std::string refused(std::string_view actions, std::string_view more = "") {
    return refusal("TransactWriteItems", concat("{'TransactItems':[", actions, "]", more, "}"));
  }
  /// CancellationReasons of a transaction that must be cancelled.
  std::string reasons(std::string_view actions) {
    Reply reply = call("TransactWriteItems", concat("{'TransactItems':[", actions, "]}"));
    std::string body = shown(reply.body);
    INFO(body);
    REQUIRE(body.find("#TransactionCanceledException") != std::string::npos);
    size_t at = body.find("'CancellationReasons':");
    return body.substr(at + 22, body.size() - at - 23);
  }
};

std::string put_of(std::string_view key, std::string_view more = "") {
  return concat("{'Put':{'TableName':'tab','Item':{'p':{'S':'", key, "'}}", more, "}}");
}
std::string delete_of(std::string_view key, std::string_view more = "") {
  return concat("{'Delete':{'TableName':'tab','Key':{'p':{'S':'", key, "'}}", more, "}}");
}
std::string check_of(std::string_view key, std::string_view condition) {
  return concat("{'ConditionCheck':{'TableName':'tab','Key':{'p':{'S':'", key, "'}},'ConditionExpression':'", condition, "'}}");
}
std::string update_of(std::string_view key, std::string_view expression, std::string_view value) {
  return concat("{'Update':{'TableName':'tab','Key':{'p':{'S':'", key, "'}},'UpdateExpression':'", expression,
                "','ExpressionAttributeValues':{':v':", value, "}}}");
}

constexpr std::string_view kFailed = "{'Code':'ConditionalCheckFailed','Message':'The conditional request failed'}";
constexpr std::string_view kNone = "{'Code':'None'}";

}  // namespace

TEST_CASE("TransactWriteItems: all actions happen, as one call in the log", "[dynamodb][transaction]") {
  Transactions db;
  db.put("tab", "{'p':{'S':'d'}}");
  CHECK(db.write(concat(check_of("a", "attribute_exists(n)"), ",", put_of("b"), ",", delete_of("d"), ",",
                        update_of("c", "SET n = :v", "{'N':'5'}"))) == "{}");
  db.require_events(3);
  CHECK(db.item("tab", "{'p':{'S':'b'}}") == "{'p':{'S':'b'}}");
  CHECK(db.item("tab", "{'p':{'S':'c'}}") == "{'p':{'S':'c'},'n':{'N':'5'}}");
  CHECK(db.item("tab", "{'p':{'S':'d'}}").empty());
}

TEST_CASE("TransactWriteItems: one failed condition, and nothing happens; all that failed are told", "[dynamodb][transaction]") {
  Transactions db;
  std::string failing = ",'ConditionExpression':'attribute_exists(q)'";
  std::string actions = concat(put_of("b"), ",", delete_of("a", failing), ",", check_of("c", "attribute_exists(p)"));
  CHECK(db.refused(actions) ==
        "TransactionCanceledException: Transaction cancelled, please refer cancellation reasons for specific reasons "
        "[None, ConditionalCheckFailed, "
        "ConditionalCheckFailed]");
  CHECK(db.reasons(actions) == concat("[", kNone, ",", kFailed, ",", kFailed, "]"));
  CHECK(db.item("tab", "{'p':{'S':'b'}}").empty());
  std::string with_item = ",'ConditionExpression':'attribute_exists(q)','ReturnValuesOnConditionCheckFailure':'ALL_OLD'";
  CHECK(db.reasons(concat(delete_of("a", with_item), ",", put_of("absent", with_item))) ==
        concat("[{'Code':'ConditionalCheckFailed','Message':'The conditional request "
               "failed','Item':{'p':{'S':'a'},'n':{'N':'1'}}},",
               kFailed, "]"));
}

TEST_CASE("TransactWriteItems: what is wrong with an item cancels it, too", "[dynamodb][transaction][errors]") {
  Transactions db;
  std::string failing = delete_of("a", ",'ConditionExpression':'attribute_exists(q)'");
  auto invalid = [](std::string_view message) { return concat("{'Code':'ValidationError','Message':'", message, "'}"); };
  CHECK(db.reasons(concat(failing, ",{'Put':{'TableName':'tab','Item':{'p':{'N':'1'}}}}")) ==
        concat("[", kNone, ",", invalid("One or more parameter values were invalid: Type mismatch for key p expected: S actual: N"), "]"));
  CHECK(db.reasons(concat("{'Delete':{'TableName':'tab','Key':{'q':{'S':'b'}}}},", put_of("b"))) ==
        concat("[", invalid("The provided key element does not match the schema"), ",", kNone, "]"));
  CHECK(db.reasons(concat("{'Put':{'TableName':'tab','Item':{'p':{'S':'b'},'x':{'S':'", std::string(409600, 'x'), "'}}}},", put_of("c"))) ==
        concat("[", invalid("Item size has exceeded the maximum allowed size"), ",", kNone, "]"));
  CHECK(db.reasons(concat(put_of("b"), ",", update_of("a", "SET n.x = :v", "{'N':'1'}"))) ==
        concat("[", kNone, ",", invalid("The document path provided in the update expression is invalid for update"), "]"));
  CHECK(db.reasons(update_of("a", "SET p = :v", "{'S':'b'}")) ==
        concat("[",
               invalid("One or more parameter values were invalid: Cannot update attribute p. This attribute is part "
                       "of the key"),
               "]"));
}

TEST_CASE("TransactWriteItems: an empty key refuses the whole request, a key of the wrong type cancels it",
          "[dynamodb][transaction][errors]") {
  Transactions db;
  constexpr std::string_view kEmpty =
      "ValidationException: One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty "
      "string value. Key: p";
  CHECK(db.refused(concat(put_of("b"), ",", put_of(""))) == kEmpty);
  CHECK(db.refused(delete_of("")) == kEmpty);
  CHECK(db.refused("{'Delete':{'TableName':'tab','Key':{'p':{'N':'1'}}}}").starts_with("TransactionCanceledException: "));
}

TEST_CASE("TransactWriteItems: 4 MB of items together, whatever the request says of them", "[dynamodb][transaction][limits]") {
  Transactions db;
  std::string large(400'000, 'x'), updates;
  for (int i = 0; i < 11; ++i) {
    std::string key = std::to_string(i);
    db.put("tab", concat("{'p':{'S':'", key, "'},'x':{'S':'", large, "'}}"));
    append(updates, i ? "," : "", update_of(key, "SET n = :v", "{'N':'1'}"));
    if (i == 9) db.write(updates);
  }
  CHECK(db.refused(updates).find("size cannot exceed 4 MB") != std::string::npos);
}

TEST_CASE("TransactWriteItems: the text of a cancellation is in Message, as in AWS's model", "[dynamodb][transaction][errors]") {
  Transactions db;
  Reply reply = db.call("TransactWriteItems", concat("{'TransactItems':[", check_of("a", "attribute_exists(q)"), "]}"));
  CHECK(db.shown(reply.body) ==
        concat("{'__type':'com.amazonaws.dynamodb.v20120810#TransactionCanceledException','Message':'Transaction cancelled, please refer "
               "cancellation reasons for specific reasons [ConditionalCheckFailed]','CancellationReasons':[",
               kFailed, "]}"));
}

TEST_CASE("TransactWriteItems: what refuses the whole request", "[dynamodb][transaction][errors]") {
  Transactions db;
  constexpr std::string_view kOneOf = "ValidationException: TransactItems can only contain one of Check, Put, Update or Delete";
  CHECK(db.refused("{}") == kOneOf);
  CHECK(db.refused("{'Put':{'TableName':'tab','Item':{'p':{'S':'b'}}},'Delete':{'TableName':'tab','Key':{'p':{'S':'c'}}}}") == kOneOf);
  CHECK(db.refused(concat(put_of("b"), ",", delete_of("b"))) ==
        "ValidationException: Transaction request cannot include multiple operations on one item");
  CHECK(db.refused("{'Put':{'TableName':'nil','Item':{'p':{'S':'b'}}}}") == "ResourceNotFoundException: Requested resource not found");
  CHECK(db.refused(check_of("a", "n =")) == "ValidationException: Invalid ConditionExpression: Syntax error; token: '<EOF>', near: '='");
  CHECK(db.refused(check_of("a", "n = :v")) ==
        "ValidationException: Invalid ConditionExpression: An expression attribute value used in expression is not "
        "defined; attribute value: :v");
  CHECK(db.refused(put_of("b", ",'ConditionExpression':'attribute_exists(n)','ExpressionAttributeNames':{'#n':'n'}")) ==
        "ValidationException: Value provided in ExpressionAttributeNames unused in expressions: keys: {#n}");
  CHECK(db.refused("{'ConditionCheck':{'TableName':'tab','Key':{'p':{'S':'a'}}}}") ==
        "ValidationException: 1 validation error detected: Value null at "
        "'transactItems.1.member.conditionCheck.conditionExpression' failed to "
        "satisfy constraint: Member must not be null");
  CHECK(db.refused(put_of("b", ",'ReturnValuesOnConditionCheckFailure':'ALL_NEW'")) ==
        "ValidationException: 1 validation error detected: Value 'ALL_NEW' at "
        "'transactItems.1.member.put.returnValuesOnConditionCheckFailure' failed "
        "to satisfy constraint: Member must satisfy enum value set: [ALL_OLD, NONE]");
}

TEST_CASE("TransactWriteItems: 1 to 100 actions, 4 MB", "[dynamodb][transaction][limits]") {
  Transactions db;
  auto puts = [](int count, size_t bytes) {
    std::string out;
    for (int i = 0; i < count; ++i) {
      append(out, i ? "," : "", "{'Put':{'TableName':'tab','Item':{'p':{'S':'", i, "'},'x':{'S':'", std::string(bytes, 'x'), "'}}}}");
    }
    return out;
  };
  db.write(puts(100, 0));
  CHECK(db.refused(puts(101, 0))
            .ends_with("at 'transactItems' failed to satisfy constraint: Member must have length less than or equal to 100"));
  CHECK(db.refused("").ends_with("at 'transactItems' failed to satisfy constraint: Member must have length greater than or equal to 1"));
  db.write(puts(10, 409'000));
  CHECK(db.refused(puts(11, 409'000)).find("size cannot exceed 4 MB") != std::string::npos);
  // What is deleted does not count.
  std::string deletes;
  for (int i = 0; i < 10; ++i) append(deletes, i ? "," : "", delete_of(std::to_string(i)));
  db.write(deletes);
}

TEST_CASE("TransactWriteItems: a token makes repeating harmless, for ten minutes", "[dynamodb][transaction][token]") {
  Transactions db;
  std::string add = update_of("a", "ADD n :v", "{'N':'1'}"), token = ",'ClientRequestToken':'once'";
  db.write(add, token);
  db.require_events(2);
  db.world.advance(10 * 60'000 - 1);
  CHECK(db.write(add, token) == "{}");
  db.require_events(0);
  CHECK(db.item("tab", "{'p':{'S':'a'}}") == "{'p':{'S':'a'},'n':{'N':'2'}}");
  CHECK(db.refused(put_of("b"), token).starts_with("IdempotentParameterMismatchException: "));
  db.write(add, ",'ClientRequestToken':'another'");
  db.world.advance(1);
  db.write(add, token);
  CHECK(db.item("tab", "{'p':{'S':'a'}}") == "{'p':{'S':'a'},'n':{'N':'4'}}");
}

TEST_CASE("TransactWriteItems: a repeated delete is charged as a read of what it deleted", "[dynamodb][transaction][token][capacity]") {
  Transactions db;
  db.put("tab", concat("{'p':{'S':'b'},'x':{'S':'", std::string(5000, 'x'), "'}}"));
  std::string remove = delete_of("b"), more = ",'ClientRequestToken':'once','ReturnConsumedCapacity':'TOTAL'";
  db.write(remove, more);
  CHECK(db.write(remove, more) == "{'ConsumedCapacity':[{'TableName':'tab','CapacityUnits':4.0,'ReadCapacityUnits':4.0}]}");
}

TEST_CASE("TransactWriteItems: a request is the same in whatever order its members are written", "[dynamodb][transaction][token]") {
  Transactions db;
  std::string token = ",'ClientRequestToken':'once'";
  db.write("{'Put':{'TableName':'tab','Item':{'p':{'S':'b'},'m':{'M':{'x':{'N':'1'},'y':{'N':'2'}}}}}}", token);
  db.write("{'Put':{'Item':{'m':{'M':{'y':{'N':'2'},'x':{'N':'1'}}},'p':{'S':'b'}},'TableName':'tab'}}", token);
  db.require_events(0);
  CHECK(db.refused("{'Put':{'Item':{'m':{'M':{'y':{'N':'1'},'x':{'N':'2'}}},'p':{'S':'b'}},'TableName':'tab'}}", token)
            .starts_with("IdempotentParameterMismatchException: "));
}

TEST_CASE("TransactWriteItems: the token of a transaction that was cancelled is free", "[dynamodb][transaction][token]") {
  Transactions db;
  std::string token = ",'ClientRequestToken':'once'";
  db.refused(check_of("a", "attribute_exists(q)"), token);
  db.write(put_of("b"), token);
}

TEST_CASE("TransactWriteItems: tokens have 1 to 36 characters", "[dynamodb][transaction][token][limits]") {
  Transactions db;
  db.write(put_of("b"), concat(",'ClientRequestToken':'", std::string(36, 't'), "'"));
  CHECK(db.refused(put_of("b"), concat(",'ClientRequestToken':'", std::string(37, 't'), "'"))
            .ends_with("at 'clientRequestToken' failed to satisfy constraint: Member must have length less than or "
                       "equal to 36"));
  CHECK(db.refused(put_of("b"), ",'ClientRequestToken':''")
            .ends_with("at 'clientRequestToken' failed to satisfy constraint: Member must have length greater than or "
                       "equal to 1"));
}

TEST_CASE("TransactGetItems: items in the order asked for", "[dynamodb][transaction]") {
  Transactions db;
  auto get = [](std::string_view key, std::string_view more = "") {
    return concat("{'Get':{'TableName':'tab','Key':{'p':{'S':'", key, "'}}", more, "}}");
  };
  auto got = [&](std::string_view gets) { return db.ok("TransactGetItems", concat("{'TransactItems':[", gets, "]}")); };
  auto refused = [&](std::string_view gets) { return db.refusal("TransactGetItems", concat("{'TransactItems':[", gets, "]}")); };
  CHECK(got(concat(get("nil"), ",", get("a", ",'ProjectionExpression':'n'"))) == "{'Responses':[{},{'Item':{'n':{'N':'1'}}}]}");
  CHECK(got(get("a", ",'ProjectionExpression':'absent'")) == "{'Responses':[{}]}");
  CHECK(refused(get("a", ",'ProjectionExpression':'p.x'")) ==
        "ValidationException: Key attributes must be scalars; list random access '[]' and map lookup '.' are not "
        "allowed: Key: p");
  CHECK(refused(concat(get("a"), ",", get("a"))) ==
        "ValidationException: Transaction request cannot include multiple operations on one item");
  CHECK(refused("{'Get':{'TableName':'nil','Key':{'p':{'S':'a'}}}}") == "ResourceNotFoundException: Requested resource not found");
  CHECK(refused(concat(get("a"), ",{'Get':{'TableName':'tab','Key':{'q':{'S':'a'}}}}")) ==
        "TransactionCanceledException: Transaction cancelled, please refer cancellation reasons for specific reasons "
        "[None, ValidationError]");
  CHECK(refused(get("a", ",'ProjectionExpression':'#n'"))
            .starts_with("ValidationException: Invalid ProjectionExpression: An expression attribute name used in the "
                         "document path is not defined"));
}

TEST_CASE("TransactWriteItems: members that only single calls have are not there", "[dynamodb][transaction]") {
  Transactions db;
  // Nobody has checked their types: "!" is no base64.
  std::string_view unknown = ",'ReturnValues':'ALL_NEW','Expected':{'n':{'Value':{'B':'!'}}},'ConditionalOperator':'OR'";
  db.write(put_of("b", unknown));
  db.write(delete_of("b", unknown));
  db.write(
      concat("{'Update':{'TableName':'tab','Key':{'p':{'S':'a'}},'UpdateExpression':'REMOVE "
             "n','AttributeUpdates':{'x':{'Value':{'B':'!'}}}",
             unknown, "}}"));
  CHECK(db.item("tab", "{'p':{'S':'a'}}") == "{'p':{'S':'a'}}");
}

TEST_CASE("TransactGetItems: 1 to 100 items, 4 MB", "[dynamodb][transaction][limits]") {
  Transactions db;
  auto gets = [](int count) {
    std::string out;
    for (int i = 0; i < count; ++i) {
      append(out, i ? "," : "", "{'Get':{'TableName':'tab','Key':{'p':{'S':'", i, "'}}}}");
    }
    return concat("{'TransactItems':[", out, "]}");
  };
  db.ok("TransactGetItems", gets(100));
  CHECK(db.refusal("TransactGetItems", gets(101)).ends_with("Member must have length less than or equal to 100"));
  CHECK(db.refusal("TransactGetItems", gets(0)).ends_with("Member must have length greater than or equal to 1"));
  std::string large(409'000, 'x');
  for (int i = 0; i < 11; ++i) db.put("tab", concat("{'p':{'S':'", i, "'},'x':{'S':'", large, "'}}"));
  db.ok("TransactGetItems", gets(10));
  CHECK(db.refusal("TransactGetItems", gets(11)).find("size cannot exceed 4 MB") != std::string::npos);
}

}  // namespace cloudemu::test
