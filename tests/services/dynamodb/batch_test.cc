#include <catch2/catch.hpp>

#include "core/strings.h"
#include "support/dynamodb.h"

/// BatchGetItem and BatchWriteItem.
namespace cloudemu::test {

namespace {

constexpr std::string_view kDuplicates = "ValidationException: Provided list of item keys contains duplicates";

struct Batches : DynamoDb {
  Batches() {
    table("tab", "p");
    table("num", "p:N");
  }
  std::string get(std::string_view requests) { return ok("BatchGetItem", concat("{'RequestItems':{", requests, "}}")); }
  std::string get_refused(std::string_view requests) { return refusal("BatchGetItem", concat("{'RequestItems':{", requests, "}}")); }
  std::string write(std::string_view requests) { return ok("BatchWriteItem", concat("{'RequestItems':{", requests, "}}")); }
  std::string write_refused(std::string_view requests) { return refusal("BatchWriteItem", concat("{'RequestItems':{", requests, "}}")); }
};

std::string keys(int count) {
  std::string out;
  for (int i = 0; i < count; ++i) append(out, i ? "," : "", "{'p':{'S':'", i, "'}}");
  return out;
}
std::string puts(int count, std::string_view more = "") {
  std::string out;
  for (int i = 0; i < count; ++i) append(out, i ? "," : "", "{'PutRequest':{'Item':{'p':{'S':'", i, "'}", more, "}}}");
  return out;
}

}  // namespace

TEST_CASE("BatchWriteItem: puts and deletes in several tables, as one", "[dynamodb][batch]") {
  Batches db;
  db.put("tab", "{'p':{'S':'old'}}");
  CHECK(db.write("'tab':[{'PutRequest':{'Item':{'p':{'S':'a'},'n':{'N':'01'}}}},{'DeleteRequest':{'Key':{'p':{'S':'old'"
                 "}}}},{'DeleteRequest':{'Key':"
                 "{'p':{'S':'absent'}}}}],'num':[{'PutRequest':{'Item':{'p':{'N':'1.0'}}}}]") == "{'UnprocessedItems':{}}");
  db.require_events(3);
  CHECK(db.item("tab", "{'p':{'S':'a'}}") == "{'p':{'S':'a'},'n':{'N':'1'}}");
  CHECK(db.item("tab", "{'p':{'S':'old'}}").empty());
  CHECK(db.item("num", "{'p':{'N':'1'}}") == "{'p':{'N':'1'}}");
}

TEST_CASE("BatchWriteItem: 25 requests, over all tables", "[dynamodb][batch][limits]") {
  Batches db;
  db.write(concat("'tab':[", puts(25), "]"));
  CHECK(db.write_refused(concat("'tab':[", puts(26), "]"))
            .ends_with("at 'requestItems' failed to satisfy constraint: Map value must satisfy constraint: "
                       "[Member must have length less than or equal to 25, Member must have length "
                       "greater than or equal to 1]"));
  CHECK(db.write_refused(concat("'tab':[", puts(25), "],'num':[{'PutRequest':{'Item':{'p':{'N':'1'}}}}]")) ==
        "ValidationException: Too many items requested for the BatchWriteItem call");
}

TEST_CASE("What is wrong is shown in a message, up to 32 KiB of it", "[dynamodb][batch][limits]") {
  Batches db;
  std::string tables;
  for (int i = 0; i < 10'000; ++i) append(tables, i ? "," : "", "'t", i, "':[]");
  std::string message = db.write_refused(tables);
  CHECK(message.starts_with("ValidationException: "));
  CHECK(message.size() > 32 * 1024);
  CHECK(message.size() < 4 * 33 * 1024);
  std::string values;
  for (int i = 0; i < 10'000; ++i) append(values, i ? "," : "", "':v", i, "':{'N':'1'}");
  message = db.refusal(
      "UpdateItem",
      concat("{'TableName':'tab','Key':{'p':{'S':'a'}},'UpdateExpression':'SET x=y','ExpressionAttributeValues':{", values, "}}"));
  CHECK_THAT(message, Catch::Contains("unused in expressions: keys: {:v"));
  CHECK(message.size() > 32 * 1024);
  CHECK(message.size() < 33 * 1024);
}

TEST_CASE("BatchWriteItem: one flaw refuses all of it", "[dynamodb][batch][errors]") {
  Batches db;
  std::string good = "{'PutRequest':{'Item':{'p':{'S':'a'}}}}";
  CHECK(db.write_refused(concat("'tab':[", good, ",{'DeleteRequest':{'Key':{'q':{'S':'a'}}}}]")) ==
        "ValidationException: The provided key element does not match the schema");
  CHECK(db.write_refused(concat("'tab':[", good, ",{'PutRequest':{'Item':{'p':{'S':'b'},'x':{'N':'x'}}}}]")) ==
        "ValidationException: The parameter cannot be converted to a numeric value: x");
  CHECK(db.write_refused(concat("'tab':[", good, ",{'PutRequest':{'Item':{'p':{'S':'b'},'x':{'S':'", std::string(409600, 'x'), "'}}}}]")) ==
        "ValidationException: Item size has exceeded the maximum allowed size");
  CHECK(db.write_refused(concat("'tab':[", good, "],'nil':[", good, "]")) == "ResourceNotFoundException: Requested resource not found");
  CHECK(db.write_refused(concat("'tab':[", good, ",{'DeleteRequest':{'Key':{'p':{'S':'a'}}}}]")) == kDuplicates);
  CHECK(db.write_refused("'num':[{'PutRequest':{'Item':{'p':{'N':'1'}}}},{'PutRequest':{'Item':{'p':{'N':'1.0'}}}}]") == kDuplicates);
  CHECK(db.write_refused(concat("'tab':[", good, ",{}]"))
            .starts_with("ValidationException: Supplied AttributeValue has more than one datatypes set"));
  CHECK(db.write_refused("'tab':[{'PutRequest':{'Item':{'p':{'S':'a'}}},'DeleteRequest':{'Key':{'p':{'S':'a'}}}}]")
            .starts_with("ValidationException: Supplied AttributeValue has more than one datatypes set"));
  CHECK(db.write_refused("'tab':[{'PutRequest':{}}]") ==
        "ValidationException: 1 validation error detected: Value null at "
        "'requestItems.tab.member.1.member.putRequest.item' failed to satisfy "
        "constraint: Member must not be null");
  CHECK(db.item("tab", "{'p':{'S':'a'}}").empty());
}

TEST_CASE("BatchWriteItem: nothing asked for", "[dynamodb][batch][errors]") {
  Batches db;
  CHECK(db.write_refused("") == "ValidationException: The requestItems parameter is required for BatchWriteItem");
  CHECK(db.write_refused("'tab':[]").starts_with("ValidationException: "));
  CHECK(db.refusal("BatchWriteItem", "{}") ==
        "ValidationException: 1 validation error detected: Value null at 'requestItems' failed to satisfy constraint: "
        "Member must not be null");
}

TEST_CASE("BatchGetItem: what is there, per table; the rest is left out", "[dynamodb][batch]") {
  Batches db;
  db.put("tab", "{'p':{'S':'a'},'n':{'N':'1'}}");
  db.put("num", "{'p':{'N':'1'}}");
  CHECK(db.get("'tab':{'Keys':[{'p':{'S':'a'}},{'p':{'S':'nil'}}],'ProjectionExpression':'n'},'num':{'Keys':[{'p':{'N':"
               "'2'}}],'ConsistentRead':true}") == "{'Responses':{'tab':[{'n':{'N':'1'}}],'num':[]},'UnprocessedKeys':{}}");
  CHECK(db.get("'tab':{'Keys':[{'p':{'S':'a'}}],'AttributesToGet':['p']}") ==
        "{'Responses':{'tab':[{'p':{'S':'a'}}]},'UnprocessedKeys':{}}");
  std::string arn = "arn:aws:dynamodb:us-east-1:000000000000:table/num";
  CHECK(db.get(concat("'", arn, "':{'Keys':[{'p':{'N':'1'}}]}")) ==
        concat("{'Responses':{'", arn, "':[{'p':{'N':'1'}}]},'UnprocessedKeys':{}}"));
}

TEST_CASE("BatchGetItem: 100 keys, over all tables", "[dynamodb][batch][limits]") {
  Batches db;
  db.get(concat("'tab':{'Keys':[", keys(100), "]}"));
  CHECK(db.get_refused(concat("'tab':{'Keys':[", keys(101), "]}")) ==
        "ValidationException: 1 validation error detected: Value at 'RequestItems.tab.member.Keys' failed to satisfy "
        "constraint: Member must have length less than or equal to 100");
  CHECK(db.get_refused(concat("'tab':{'Keys':[", keys(100), "]},'num':{'Keys':[{'p':{'N':'1'}}]}")) ==
        "ValidationException: Too many items requested for the BatchGetItem call");
}

TEST_CASE("BatchGetItem: what cannot be", "[dynamodb][batch][errors]") {
  Batches db;
  constexpr std::string_view kAt = "ValidationException: 1 validation error detected: Value at 'RequestItems";
  constexpr std::string_view kTooShort = "' failed to satisfy constraint: Member must have length greater than or equal to 1";
  CHECK(db.get_refused("") == concat(kAt, kTooShort));
  CHECK(db.get_refused("'tab':{'Keys':[]}") == concat(kAt, ".tab.member.Keys", kTooShort));
  CHECK(db.get_refused("'tab':{'Keys':[{'p':{'S':'a'}},{'p':{'S':'a'}}]}") == kDuplicates);
  CHECK(db.get_refused("'num':{'Keys':[{'p':{'N':'1'}},{'p':{'N':'1.0'}}]}") == kDuplicates);
  CHECK(db.get_refused("'tab':{'Keys':[{'q':{'S':'a'}}]}") == "ValidationException: The provided key element does not match the schema");
  CHECK(db.get_refused("'nil':{'Keys':[{'p':{'S':'a'}}]}") == "ResourceNotFoundException: Requested resource not found");
  CHECK(db.get_refused("'tab':{'Keys':[{'p':{'S':'a'}}],'ProjectionExpression':'a','AttributesToGet':['a']}")
            .starts_with("ValidationException: Can not use both expression and non-expression parameters in the same request"));
  CHECK(db.get_refused("'tab':{'Keys':[{'p':{'S':'a'}}],'ProjectionExpression':'a'},'num':{'Keys':[{'p':{'N':'1'}}],"
                       "'AttributesToGet':['a']}") ==
        "ValidationException: Can not use both expression and non-expression parameters in the same request: "
        "Non-expression parameters: {AttributesToGet} Expression parameters: {ProjectionExpression}");
  CHECK(db.get_refused("'tab':{'Keys':[{'p':{'S':'a'}}],'ProjectionExpression':'p.x'}") ==
        "ValidationException: Key attributes must be scalars; list random access '[]' and map lookup '.' are not "
        "allowed: Key: p");
  CHECK(db.get_refused("'a;':{'Keys':[{'p':{'S':'a'}}]}")
            .find("Map keys must satisfy constraint: [Member must have length less than or equal to 255, "
                  "Member must have length greater than or equal to 3, Member must satisfy regular "
                  "expression pattern: [a-zA-Z0-9_.-]+]") != std::string::npos);
}

TEST_CASE("BatchGetItem: where parts of huge items are wanted, what would take too long is left to be asked for again",
          "[dynamodb][batch][limits]") {
  Batches db;
  std::string list;
  for (int i = 0; i < 40'000; ++i) append(list, i ? "," : "", "{'N':'1'}");
  for (int i = 0; i < 5; ++i) db.put("tab", concat("{'p':{'S':'", i, "'},'l':{'L':[", list, "]}}"));
  std::string wanted = "'ProjectionExpression':'l[39999]'";
  std::string reply = db.get(concat("'tab':{", wanted, ",'Keys':[", keys(5), "]}"));
  CHECK(reply == concat("{'Responses':{'tab':[{'l':{'L':[{'N':'1'}]}},{'l':{'L':[{'N':'1'}]}}]},'UnprocessedKeys':{'tab':{", wanted,
                        ",'Keys':[{'p':{'S':'2'}},{'p':{'S':'3'}},{'p':{'S':'4'}}]}}}"));
}

TEST_CASE("BatchGetItem: at 16 MB the rest is left to be asked for again", "[dynamodb][batch][limits]") {
  Batches db;
  std::string large(400'000, 'x');
  constexpr int kItems = 43;  // 42 of them are 16.8 million bytes, more than 16 MB
  for (int i = 0; i < kItems; ++i) db.put("tab", concat("{'p':{'S':'", i, "'},'x':{'S':'", large, "'}}"));
  std::string body = db.get(concat("'tab':{'ConsistentRead':true,'ProjectionExpression':'p','Keys':[", keys(kItems), "]}"));
  CHECK(
      body.ends_with(",{'p':{'S':'40'}}]},'UnprocessedKeys':{'tab':{'ConsistentRead':true,'ProjectionExpression':'p','"
                     "Keys':[{'p':{'S':'41'}},"
                     "{'p':{'S':'42'}}]}}}"));
}

TEST_CASE("BatchWriteItem: there are no conditions", "[dynamodb][batch]") {
  Batches db;
  std::string_view unknown =
      "'ConditionExpression':'(','ExpressionAttributeValues':{':v':{'B':'!'}},'Expected':{'n':{'Value':{'B':'!'}}},'"
      "ReturnValues':'x'";
  db.write(concat("'tab':[{'PutRequest':{'Item':{'p':{'S':'a'}},", unknown, "}},{'DeleteRequest':{'Key':{'p':{'S':'b'}},", unknown, "}}]"));
  CHECK(db.item("tab", "{'p':{'S':'a'}}") == "{'p':{'S':'a'}}");
}

}  // namespace cloudemu::test
