#include <catch2/catch.hpp>

#include "core/strings.h"
#include "support/dynamodb.h"

/// The parameters that expressions replaced: Expected, AttributeUpdates, KeyConditions, QueryFilter, ScanFilter,
/// ConditionalOperator.
namespace cloudemu::test {

namespace {

constexpr std::string_view kFailed = "ConditionalCheckFailedException: The conditional request failed";
constexpr std::string_view kInvalid = "ValidationException: 1 validation error detected: One or more parameter values were invalid: ";

struct Legacy : DynamoDb {
  Legacy() {
    table("tab", "p", "r:N");
    put("tab", "{'p':{'S':'k'},'r':{'N':'1'},'n':{'N':'5'},'s':{'S':'hello'},'ss':{'SS':['a','b']},'l':{'L':[{'S':'x'}]}}");
  }
  std::string input(std::string_view expected, std::string_view more) {
    return concat("{'TableName':'tab','Key':{'p':{'S':'k'},'r':{'N':'1'}},'Expected':{", expected, "}", more, "}");
  }
  bool meets(std::string_view expected, std::string_view more = "") {
    Reply reply = call("UpdateItem", input(expected, more));
    INFO(expected << ' ' << reply.body);
    REQUIRE((reply.status == 200 || reply.body.find("ConditionalCheckFailed") != std::string::npos));
    return reply.status == 200;
  }
  std::string flaw(std::string_view expected, std::string_view more = "") {
    std::string text = refusal("UpdateItem", input(expected, more));
    return text.starts_with(kInvalid) ? text.substr(kInvalid.size()) : text;
  }
  std::string query(std::string_view conditions, std::string_view more = "") {
    return refusal("Query", concat("{'TableName':'tab','KeyConditions':{", conditions, "}", more, "}"));
  }
};

std::string compare(std::string_view attribute, std::string_view comparison, std::string_view values) {
  return concat("'", attribute, "':{'ComparisonOperator':'", comparison, "'",
                values.empty() ? "" : concat(",'AttributeValueList':[", values, "]"), "}");
}

}  // namespace

TEST_CASE("Expected: a value, or that there is none", "[dynamodb][legacy]") {
  Legacy db;
  CHECK(db.meets("'n':{'Value':{'N':'5.0'}}"));
  CHECK(db.meets("'n':{'Value':{'N':'5'},'Exists':true}"));
  CHECK(db.meets("'n':{'Value':{'N':'5'},'Exists':'true'}"));
  CHECK_FALSE(db.meets("'n':{'Value':{'S':'5'}}"));
  CHECK(db.meets("'q':{'Exists':false}"));
  CHECK(db.meets("'q':{'Exists':'false'}"));
  CHECK_FALSE(db.meets("'n':{'Exists':false}"));
  CHECK(db.meets(""));
}

TEST_CASE("Expected: comparisons", "[dynamodb][legacy]") {
  Legacy db;
  CHECK(db.meets(compare("n", "EQ", "{'N':'5'}")));
  CHECK(db.meets(compare("ss", "EQ", "{'SS':['b','a']}")));
  CHECK(db.meets(compare("n", "NE", "{'N':'6'}")));
  CHECK(db.meets(compare("q", "NE", "{'N':'6'}")));
  CHECK(db.meets(compare("n", "LE", "{'N':'5'}")));
  CHECK_FALSE(db.meets(compare("n", "LT", "{'N':'5'}")));
  CHECK(db.meets(compare("n", "GE", "{'N':'5'}")));
  CHECK_FALSE(db.meets(compare("n", "GT", "{'N':'5'}")));
  CHECK(db.meets(compare("q", "NULL", "")));
  CHECK_FALSE(db.meets(compare("n", "NULL", "")));
  CHECK(db.meets(compare("n", "NOT_NULL", "")));
  CHECK(db.meets(compare("s", "BEGINS_WITH", "{'S':'he'}")));
  CHECK(db.meets(compare("s", "CONTAINS", "{'S':'ell'}")));
  CHECK(db.meets(compare("ss", "CONTAINS", "{'S':'a'}")));
  CHECK(db.meets(compare("l", "CONTAINS", "{'S':'x'}")));
  CHECK(db.meets(compare("ss", "NOT_CONTAINS", "{'S':'c'}")));
  CHECK_FALSE(db.meets(compare("q", "NOT_CONTAINS", "{'S':'c'}")));
  CHECK(db.meets(compare("n", "IN", "{'N':'4'},{'N':'5'}")));
  CHECK(db.meets(compare("n", "BETWEEN", "{'N':'5'},{'N':'5'}")));
  CHECK(db.meets("'n':{'ComparisonOperator':'EQ','Value':{'N':'5'}}"));
}

TEST_CASE("Expected: ConditionalOperator joins several", "[dynamodb][legacy]") {
  Legacy db;
  std::string both = concat(compare("n", "EQ", "{'N':'5'}"), ",", compare("s", "EQ", "{'S':'other'}"));
  CHECK_FALSE(db.meets(both));
  CHECK_FALSE(db.meets(both, ",'ConditionalOperator':'AND'"));
  CHECK(db.meets(both, ",'ConditionalOperator':'OR'"));
  CHECK(db.flaw("", ",'ConditionalOperator':'OR'") == "ConditionalOperator cannot be used without Filter or Expected");
  CHECK(db.flaw(compare("n", "NULL", ""), ",'ConditionalOperator':'OR'") ==
        "ConditionalOperator can only be used when Filter or Expected has two or more elements");
}

TEST_CASE("Expected: combinations that make no sense", "[dynamodb][legacy][errors]") {
  Legacy db;
  CHECK(db.flaw("'n':{'Exists':true,'ComparisonOperator':'NULL'}") ==
        "Exists and ComparisonOperator cannot be used together for Attribute: n");
  CHECK(db.flaw("'n':{}") == "Value must be provided when Exists is null for Attribute: n");
  CHECK(db.flaw("'n':{'Exists':true}") == "Value must be provided when Exists is true for Attribute: n");
  CHECK(db.flaw("'n':{'Exists':false,'Value':{'N':'5'}}") == "Value cannot be used when Exists is false for Attribute: n");
  CHECK(db.flaw("'n':{'AttributeValueList':[{'N':'1'}]}") ==
        "AttributeValueList can only be used with a ComparisonOperator for Attribute: n");
  CHECK(db.flaw("'n':{'ComparisonOperator':'EQ','Value':{'N':'5'},'AttributeValueList':[{'N':'5'}]}") ==
        "Value and AttributeValueList cannot be used together for Attribute: n");
  CHECK(db.flaw("'n':{'Exists':false,'Value':{'N':'5'},'AttributeValueList':[{'N':'5'}]}") ==
        "Value and AttributeValueList cannot be used together for Attribute: n");
}

TEST_CASE("Comparisons: the number and types of their values", "[dynamodb][legacy][errors]") {
  Legacy db;
  for (std::string_view op : {"EQ", "NE", "LE", "LT", "GE", "GT", "CONTAINS", "NOT_CONTAINS", "BEGINS_WITH", "IN", "BETWEEN"}) {
    CHECK(db.flaw(concat("'n':{'ComparisonOperator':'", op, "','AttributeValueList':[]}")) ==
          concat("Invalid number of argument(s) for the ", op, " ComparisonOperator"));
    CHECK(db.flaw(compare("n", op, "")) ==
          concat("Value or AttributeValueList must be used with ComparisonOperator: ", op, " for Attribute: n"));
  }
  for (std::string_view op : {"NULL", "NOT_NULL"}) {
    CHECK(db.flaw(compare("n", op, "{'N':'1'}")) == concat("Invalid number of argument(s) for the ", op, " ComparisonOperator"));
  }
  CHECK(db.flaw(compare("n", "EQ", "{'N':'1'},{'N':'2'}")) == "Invalid number of argument(s) for the EQ ComparisonOperator");
  CHECK(db.flaw(compare("n", "IN", "{'N':'1'},{'S':'2'}")) == "AttributeValues inside AttributeValueList must be of same type");
  for (std::string_view op : {"LT", "LE", "GT", "GE", "IN"}) {
    CHECK(db.flaw(compare("n", op, "{'L':[]}")) == concat("ComparisonOperator ", op, " is not valid for L AttributeValue type"));
  }
  CHECK(db.flaw(compare("n", "BEGINS_WITH", "{'N':'1'}")) == "ComparisonOperator BEGINS_WITH is not valid for N AttributeValue type");
  CHECK(db.flaw(compare("n", "CONTAINS", "{'SS':['a']}")) == "ComparisonOperator CONTAINS is not valid for SS AttributeValue type");
  CHECK(db.flaw(compare("n", "NOT_CONTAINS", "{'M':{}}")) == "ComparisonOperator NOT_CONTAINS is not valid for M AttributeValue type");
  CHECK(db.flaw(compare("n", "BETWEEN", "{'N':'2'},{'N':'1'}")) ==
        "ValidationException: 1 validation error detected: The BETWEEN condition was provided a range where the lower "
        "bound is greater than the "
        "upper bound");
  CHECK(db.flaw("'n':{'ComparisonOperator':'LIKE'}") ==
        "ValidationException: 1 validation error detected: Value 'LIKE' at 'expected.n.member.comparisonOperator' "
        "failed to satisfy constraint: "
        "Member must satisfy enum value set: [IN, NULL, BETWEEN, LT, NOT_CONTAINS, EQ, GT, NOT_NULL, NE, LE, "
        "BEGINS_WITH, GE, CONTAINS]");
}

TEST_CASE("AttributeUpdates: PUT, ADD and DELETE", "[dynamodb][legacy]") {
  Legacy db;
  auto update = [&](std::string_view updates) {
    return db.ok("UpdateItem", concat("{'TableName':'tab','Key':{'p':{'S':'new'},'r':{'N':'1'}},'AttributeUpdates':{", updates,
                                      "},'ReturnValues':'UPDATED_NEW'}"));
  };
  CHECK(update("'a':{'Value':{'N':'1'}},'b':{'Action':'PUT','Value':{'S':'x'}}") == "{'Attributes':{'a':{'N':'1'},'b':{'S':'x'}}}");
  CHECK(update("'a':{'Action':'ADD','Value':{'N':'2'}}") == "{'Attributes':{'a':{'N':'3'}}}");
  CHECK(update("'l':{'Action':'ADD','Value':{'L':[{'N':'1'}]}}") == "{'Attributes':{'l':{'L':[{'N':'1'}]}}}");
  CHECK(update("'l':{'Action':'ADD','Value':{'L':[{'N':'2'}]}}") == "{'Attributes':{'l':{'L':[{'N':'1'},{'N':'2'}]}}}");
  CHECK(update("'s':{'Action':'ADD','Value':{'SS':['x','y']}}") == "{'Attributes':{'s':{'SS':['x','y']}}}");
  CHECK(update("'s':{'Action':'DELETE','Value':{'SS':['x']}}") == "{'Attributes':{'s':{'SS':['y']}}}");
  CHECK(update("'s':{'Action':'DELETE'},'a':{'Action':'DELETE'}") == "{}");
  CHECK(db.item("tab", "{'p':{'S':'new'},'r':{'N':'1'}}") ==
        "{'p':{'S':'new'},'r':{'N':'1'},'b':{'S':'x'},'l':{'L':[{'N':'1'},{'N':'2'}]}}");
}

TEST_CASE("AttributeUpdates: what cannot be", "[dynamodb][legacy][errors]") {
  Legacy db;
  auto flaw = [&](std::string_view updates) {
    return db.refusal("UpdateItem", concat("{'TableName':'tab','Key':{'p':{'S':'k'},'r':{'N':'1'}},'AttributeUpdates':{", updates, "}}"));
  };
  CHECK(flaw("'a':{'Action':'PUT'}") == concat(kInvalid, "Only DELETE action is allowed when no attribute value is specified"));
  CHECK(flaw("'a':{'Action':'DELETE','Value':{'L':[]}}") == concat(kInvalid, "DELETE action with value is not supported for the type L"));
  CHECK(flaw("'a':{'Action':'ADD','Value':{'S':'x'}}") == concat(kInvalid, "ADD action is not supported for the type S"));
  CHECK(flaw("'n':{'Action':'ADD','Value':{'SS':['x']}}") == "ValidationException: Type mismatch for attribute to update");
  CHECK(flaw("'ss':{'Action':'DELETE','Value':{'NS':['1']}}") == "ValidationException: Type mismatch for attribute to update");
  CHECK(flaw("'p':{'Value':{'S':'x'}}") ==
        "ValidationException: One or more parameter values were invalid: Cannot update attribute p. This attribute is "
        "part of the key");
  CHECK(flaw("'':{'Value':{'S':'x'}}") == "ValidationException: 1 validation error detected: Empty attribute name");
  CHECK(flaw("'a':{'Action':'SET'}") ==
        "ValidationException: 1 validation error detected: Value 'SET' at 'attributeUpdates.a.member.action' failed to "
        "satisfy constraint: "
        "Member must satisfy enum value set: [ADD, PUT, DELETE]");
}

TEST_CASE("KeyConditions: a partition, and a range of it", "[dynamodb][legacy]") {
  Legacy db;
  for (int i = 2; i <= 5; ++i) db.put("tab", concat("{'p':{'S':'k'},'r':{'N':'", i, "'}}"));
  auto ranges = [&](std::string_view range) {
    return db.pages("Query",
                    concat("{'TableName':'tab','KeyConditions':{", compare("p", "EQ", "{'S':'k'}"), range.empty() ? "" : ",", range, "}}"),
                    "r");
  };
  CHECK(ranges("") == "1 2 3 4 5");
  CHECK(ranges(compare("r", "GT", "{'N':'3'}")) == "4 5");
  CHECK(ranges(compare("r", "BETWEEN", "{'N':'2'},{'N':'3'}")) == "2 3");
  CHECK(ranges(compare("r", "EQ", "{'N':'3.0'}")) == "3");
}

TEST_CASE("KeyConditions: what cannot be", "[dynamodb][legacy][errors]") {
  Legacy db;
  std::string hash = compare("p", "EQ", "{'S':'k'}") + ",";
  constexpr std::string_view kPlain = "ValidationException: One or more parameter values were invalid: ";
  CHECK(db.query("") == "ValidationException: Conditions can be of length 1 or 2 only");
  CHECK(db.query(concat(hash, compare("r", "EQ", "{'N':'1'}"), ",", compare("x", "EQ", "{'N':'1'}"))) ==
        "ValidationException: Conditions can be of length 1 or 2 only");
  CHECK(db.query(compare("p", "GT", "{'S':'k'}")) == "ValidationException: Query key condition not supported");
  CHECK(db.query(compare("r", "EQ", "{'N':'1'}")) == "ValidationException: Query condition missed key schema element: p");
  CHECK(db.query(concat(hash, compare("x", "EQ", "{'N':'1'}"))) == "ValidationException: Query condition missed key schema element: r");
  for (std::string_view op : {"NE", "CONTAINS", "NOT_CONTAINS", "IN"}) {
    CHECK(db.query(concat(hash, compare("r", op, "{'N':'1'}"))) ==
          "ValidationException: Attempted conditional constraint is not an indexable operation");
  }
  for (std::string_view op : {"NULL", "NOT_NULL"}) {
    CHECK(db.query(concat(hash, compare("r", op, ""))) ==
          "ValidationException: Attempted conditional constraint is not an indexable operation");
  }
  CHECK(db.query(compare("p", "EQ", "{'N':'1'}")) == concat(kPlain, "Condition parameter type does not match schema type"));
  CHECK(db.query(concat(hash, compare("r", "BEGINS_WITH", "{'N':'1'}"))) ==
        concat(kPlain, "ComparisonOperator BEGINS_WITH is not valid for N AttributeValue type"));
}

TEST_CASE("QueryFilter and ScanFilter: choose from what was read", "[dynamodb][legacy]") {
  Legacy db;
  for (int i = 2; i <= 5; ++i) db.put("tab", concat("{'p':{'S':'k'},'r':{'N':'", i, "'},'n':{'N':'", i, "'}}"));
  std::string filter = concat("{", compare("n", "GE", "{'N':'4'}"), "}");
  CHECK(db.pages("Query", concat("{'TableName':'tab','KeyConditions':{", compare("p", "EQ", "{'S':'k'}"), "},'QueryFilter':", filter, "}"),
                 "r") == "1 4 5");
  CHECK(db.pages("Scan", concat("{'TableName':'tab','ScanFilter':", filter, "}"), "r") == "1 4 5");
  CHECK(db.query(compare("p", "EQ", "{'S':'k'}"), concat(",'QueryFilter':{", compare("r", "EQ", "{'N':'1'}"), "}")) ==
        "ValidationException: QueryFilter can only contain non-primary key attributes: Primary key attribute: r");
  // A filter of a scan may be on keys.
  CHECK(db.pages("Scan", concat("{'TableName':'tab','ScanFilter':{", compare("r", "EQ", "{'N':'2'}"), "}}"), "r") == "2");
}

TEST_CASE("ScanFilter: 27,500 values of IN", "[dynamodb][legacy][limits]") {
  Legacy db;
  std::string values;
  for (int i = 0; i < 27'500; ++i) append(values, i ? "," : "", "{'N':'", i, "'}");
  CHECK(db.pages("Scan", concat("{'TableName':'tab','ScanFilter':{", compare("n", "IN", values), "}}"), "r") == "1");
}

}  // namespace cloudemu::test
