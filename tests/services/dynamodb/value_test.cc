#include "services/dynamodb/value.h"

#include <catch2/catch.hpp>
#include <chrono>

#include "core/strings.h"
#include "support/dynamodb.h"

namespace cloudemu::dynamodb {

namespace {

Value value(std::string_view json) { return read_value(replace_all(json, "'", "\"")); }

bool same(std::string_view a, std::string_view b) { return equal(value(a), value(b)); }

size_t size(std::string_view json) { return size_of(value(json)); }

std::string nested(int levels, std::string_view innermost) {
  std::string out(innermost);
  for (int i = 0; i < levels; ++i) out = concat("{'M':{'a':", out, "}}");
  return out;
}

/// Refusal of a PutItem of an item with this attribute value.
std::string refused(test::DynamoDb& db, std::string_view attribute_value) {
  return db.refusal("PutItem", concat("{'TableName':'tab','Item':{'p':{'S':'k'},'a':", attribute_value, "}}"));
}

/// What PutItem takes this attribute value for.
std::string stored(test::DynamoDb& db, std::string_view attribute_value) {
  db.put("tab", concat("{'p':{'S':'k'},'a':", attribute_value, "}"));
  std::string item = db.item("tab", "{'p':{'S':'k'}}");
  constexpr std::string_view kBefore = "{'p':{'S':'k'},'a':";
  return item.substr(kBefore.size(), item.size() - kBefore.size() - 1);
}

}  // namespace

TEST_CASE("Values: canonical JSON is read and written unchanged", "[dynamodb][value]") {
  for (std::string_view json : {"{'S':''}", "{'S':'\\n\\u0001\\\\/'}", "{'N':'-1.5'}", "{'B':'AP8='}", "{'B':''}", "{'BOOL':true}",
                                "{'BOOL':false}", "{'NULL':true}", "{'SS':['b','a']}", "{'NS':['2','1']}", "{'BS':['Yg==']}", "{'L':[]}",
                                "{'M':{}}", "{'L':[{'S':'x'},{'M':{'':{'L':[{'NULL':true}]}}}]}"}) {
    std::string out;
    append_value(out, value(json));
    CHECK(test::DynamoDb::shown(out) == json);
  }
}

TEST_CASE("Values: sets and maps are equal whatever their order, lists are not", "[dynamodb][value]") {
  CHECK(same("{'SS':['a','b']}", "{'SS':['b','a']}"));
  CHECK_FALSE(same("{'SS':['a','b']}", "{'SS':['a','c']}"));
  CHECK_FALSE(same("{'SS':['a']}", "{'SS':['a','b']}"));
  CHECK(same("{'NS':['1','2','3','4','5','6','7','8','9']}", "{'NS':['9','8','7','6','5','4','3','2','1']}"));
  CHECK(same("{'M':{'a':{'S':'x'},'b':{'SS':['p','q']}}}", "{'M':{'b':{'SS':['q','p']},'a':{'S':'x'}}}"));
  CHECK_FALSE(same("{'M':{'a':{'S':'x'},'b':{'S':'y'}}}", "{'M':{'a':{'S':'y'},'b':{'S':'x'}}}"));
  CHECK_FALSE(same("{'M':{'a':{'S':'x'}}}", "{'M':{'b':{'S':'x'}}}"));
  CHECK_FALSE(same("{'L':[{'S':'a'},{'S':'b'}]}", "{'L':[{'S':'b'},{'S':'a'}]}"));
  CHECK_FALSE(same("{'S':'1'}", "{'N':'1'}"));
  CHECK_FALSE(same("{'BOOL':true}", "{'BOOL':false}"));
  CHECK(same("{'NULL':true}", "{'NULL':true}"));
}

TEST_CASE("Values: maps of many members are compared in any order, too", "[dynamodb][value]") {
  std::string up, down;
  for (int i = 0; i < 100; ++i) {
    std::string member = concat("'k", i, "':{'N':'", i, "'}");
    append(up, i ? "," : "", member);
    down.insert(0, member + (i ? "," : ""));
  }
  CHECK(same(concat("{'M':{", up, "}}"), concat("{'M':{", down, "}}")));
}

TEST_CASE("Values: comparing deep documents takes one pass", "[dynamodb][value]") {
  // Looking twice into every level would take 2^32 steps.
  auto start = std::chrono::steady_clock::now();
  CHECK_FALSE(same(nested(32, "{'S':'a'}"), nested(32, "{'S':'b'}")));
  CHECK(same(nested(32, "{'S':'a'}"), nested(32, "{'S':'a'}")));
  CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(1));
}

TEST_CASE("Values: sizes are counted as DynamoDB counts them", "[dynamodb][value]") {
  CHECK(size("{'S':''}") == 0);
  CHECK(size("{'S':'\u00e9'}") == 2);
  CHECK(size("{'B':'AP8='}") == 2);
  CHECK(size("{'N':'0'}") == 1);
  CHECK(size("{'N':'123'}") == 3);
  CHECK(size("{'N':'-123'}") == 4);
  CHECK(size("{'BOOL':false}") == 1);
  CHECK(size("{'NULL':true}") == 1);
  CHECK(size("{'SS':['ab','c']}") == 3);
  CHECK(size("{'NS':['1','100']}") == 4);
  CHECK(size("{'BS':['Yg==']}") == 1);
  CHECK(size("{'L':[]}") == 3);
  CHECK(size("{'L':[{'S':'ab'},{'BOOL':true}]}") == 3 + 2 + 2 + 1);
  CHECK(size("{'M':{}}") == 3);
  CHECK(size("{'M':{'abc':{'S':'x'}}}") == 3 + 1 + 3 + 1);
}

TEST_CASE("AttributeValue: exactly one known type has to be given", "[dynamodb][value]") {
  test::DynamoDb db;
  db.table("tab", "p");
  std::string empty =
      "ValidationException: 1 validation error detected: Supplied AttributeValue is empty, must contain exactly one of "
      "the supported datatypes";
  std::string several =
      "ValidationException: 1 validation error detected: Supplied AttributeValue has more than one datatypes set, must "
      "contain exactly one "
      "of the supported datatypes";
  CHECK(refused(db, "{}") == empty);
  CHECK(refused(db, "{'dog':'cat'}") == empty);
  CHECK(refused(db, "{'L':[{}]}") == empty);
  CHECK(refused(db, "{'M':{'x':{'dog':'cat'}}}") == empty);
  CHECK(refused(db, "{'S':null}") == empty);
  CHECK(refused(db, "{'S':'a','N':'1'}") == several);
  CHECK(refused(db, "{'L':[{'S':'a','BOOL':true}]}") == several);
}

TEST_CASE("AttributeValue: sets are not empty and hold nothing twice", "[dynamodb][value]") {
  test::DynamoDb db;
  db.table("tab", "p");
  constexpr std::string_view kInvalid = "ValidationException: 1 validation error detected: One or more parameter values were invalid: ";
  CHECK(refused(db, "{'SS':[]}") == concat(kInvalid, "An string set  may not be empty"));
  CHECK(refused(db, "{'NS':[]}") == concat(kInvalid, "An number set  may not be empty"));
  CHECK(refused(db, "{'BS':[]}") == concat(kInvalid, "Binary sets should not be empty"));
  CHECK(refused(db, "{'SS':['a','b','a']}") == concat(kInvalid, "Input collection [a, b, a] contains duplicates."));
  CHECK(refused(db, "{'NS':['1','1.0']}") == "ValidationException: 1 validation error detected: Input collection contains duplicates");
  CHECK(refused(db, "{'BS':['Yg==','Yg==']}") == concat(kInvalid, "Input collection [Yg==, Yg==]of type BS contains duplicates."));
  CHECK(refused(db, "{'NULL':false}") == concat(kInvalid, "Null attribute value types must have the value of true"));
}

TEST_CASE("AttributeValue: numbers are told what is wrong with them", "[dynamodb][value]") {
  test::DynamoDb db;
  db.table("tab", "p");
  constexpr std::string_view kDetected = "ValidationException: 1 validation error detected: ";
  CHECK(refused(db, "{'N':''}") == concat(kDetected, "The parameter cannot be converted to a numeric value"));
  CHECK(refused(db, "{'N':'b'}") == concat(kDetected, "The parameter cannot be converted to a numeric value: b"));
  CHECK(refused(db, "{'NS':['1','b']}") == concat(kDetected, "The parameter cannot be converted to a numeric value: b"));
  CHECK(refused(db, "{'N':'123456789012345678901234567890123456789'}") ==
        concat(kDetected, "Attempting to store more than 38 significant digits in a Number"));
  CHECK(refused(db, "{'N':'1e126'}") ==
        concat(kDetected, "Number overflow. Attempting to store a number with magnitude larger than supported range"));
  CHECK(refused(db, "{'N':'-1e-131'}") ==
        concat(kDetected, "Number underflow. Attempting to store a number with magnitude smaller than supported range"));
}

TEST_CASE("AttributeValue: numbers come back normalised, everything else as it was", "[dynamodb][value]") {
  test::DynamoDb db;
  db.table("tab", "p");
  CHECK(stored(db, "{'N':'+01.50e2'}") == "{'N':'150'}");
  CHECK(stored(db, "{'NS':['1e1','-0','.5']}") == "{'NS':['10','0','0.5']}");
  CHECK(stored(db, "{'S':''}") == "{'S':''}");
  CHECK(stored(db, "{'B':''}") == "{'B':''}");
  CHECK(stored(db, "{'L':[]}") == "{'L':[]}");
  CHECK(stored(db, "{'M':{}}") == "{'M':{}}");
  CHECK(stored(db, "{'M':{'x':null,'y':{'N':'1.0'}}}") == "{'M':{'y':{'N':'1'}}}");
  CHECK(stored(db, "{'BOOL':'true'}") == "{'BOOL':true}");
  CHECK(stored(db, "{'BOOL':'no'}") == "{'BOOL':false}");
  CHECK(stored(db, "{'S':'x','N':null,'dog':1}") == "{'S':'x'}");
  CHECK(stored(db, "{'S':'\\u0000\u20ac'}") == "{'S':'\\u0000\u20ac'}");
  CHECK(stored(db, "{'SS':['b','a']}") == "{'SS':['b','a']}");
}

TEST_CASE("AttributeValue: documents nest 32 levels, not 33", "[dynamodb][value]") {
  test::DynamoDb db;
  db.table("tab", "p");
  // The item itself is the first level.
  CHECK(stored(db, nested(31, "{'S':'x'}")) == nested(31, "{'S':'x'}"));
  CHECK(refused(db, nested(32, "{'S':'x'}")) ==
        "ValidationException: 1 validation error detected: Nesting Levels have exceeded supported limits: Attributes "
        "in the item have nested "
        "levels beyond supported limit");
}

TEST_CASE("AttributeValue: JSON nested beyond all measure is refused, not followed", "[dynamodb][value]") {
  test::DynamoDb db;
  db.table("tab", "p");
  std::string deep = concat(replace_all(std::string(100'000, 'x'), "x", "{'L':["), replace_all(std::string(100'000, 'x'), "x", "]}"));
  test::Reply reply = db.call("PutItem", concat("{'TableName':'tab','Item':{'p':{'S':'k'},'a':", deep, "}}"));
  CHECK(reply.status == 400);
}

TEST_CASE("Attribute names: not empty, and up to 65535 bytes", "[dynamodb][value]") {
  test::DynamoDb db;
  db.table("tab", "p");
  auto put = [](std::string_view name) { return concat("{'TableName':'tab','Item':{'p':{'S':'k'},'", name, "':{'S':'x'}}}"); };
  CHECK(db.refusal("PutItem", put("")) == "ValidationException: 1 validation error detected: Empty attribute name");
  db.ok("PutItem", put(std::string(65535, 'n')));
  CHECK(db.refusal("PutItem", put(std::string(65536, 'n'))) ==
        "ValidationException: 1 validation error detected: Attribute name is too large, must be less than 65536 bytes");
}

TEST_CASE("Items: 400 KB fit, names included, one byte more does not", "[dynamodb][value][limits]") {
  test::DynamoDb db;
  db.table("tab", "p");
  constexpr size_t kMax = 400 * 1024, kNames = 2, kKey = 1;
  auto put = [](size_t length) { return concat("{'TableName':'tab','Item':{'p':{'S':'k'},'a':{'S':'", std::string(length, 'x'), "'}}}"); };
  db.ok("PutItem", put(kMax - kNames - kKey));
  CHECK(db.refusal("PutItem", put(kMax - kNames - kKey + 1)) ==
        "ValidationException: 1 validation error detected: Item size has exceeded the maximum allowed size");
  db.ok("UpdateItem",
        "{'TableName':'tab','Key':{'p':{'S':'k'}},'UpdateExpression':'SET a = "
        ":a','ExpressionAttributeValues':{':a':{'S':'y'}}}");
  auto update = [](size_t length) {
    return concat(
        "{'TableName':'tab','Key':{'p':{'S':'k'}},'UpdateExpression':'SET a = "
        ":a','ExpressionAttributeValues':{':a':{'S':'",
        std::string(length, 'x'), "'}}}");
  };
  db.ok("UpdateItem", update(kMax - kNames - kKey));
  CHECK(db.refusal("UpdateItem", update(kMax - kNames - kKey + 1)) ==
        "ValidationException: Item size to update has exceeded the maximum allowed size");
}

}  // namespace cloudemu::dynamodb
