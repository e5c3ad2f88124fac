#include <catch2/catch.hpp>

#include "core/strings.h"
#include "support/dynamodb.h"

/// ConditionExpression and FilterExpression: what they mean, what is refused, and what is found first.
namespace cloudemu::test {

namespace {

constexpr std::string_view kFailed = "ConditionalCheckFailedException: The conditional request failed";

/// A table with one item of all types of attributes.
struct Conditions : DynamoDb {
  Conditions() {
    table("tab", "p");
    put("tab",
        "{'p':{'S':'k'},'n':{'N':'5'},'s':{'S':'hello'},'b':{'B':'AQI='},'t':{'BOOL':true},'z':{'NULL':true},"
        "'ss':{'SS':['a','b']},'ns':{'NS':['1','2']},'bs':{'BS':['AQ==']},"
        "'l':{'L':[{'N':'1'},{'S':'x'},{'SS':['q','r']}]},'m':{'M':{'x':{'N':'7'},'y':{'L':[{'S':'deep'}]}}},'five':{'"
        "N':'5.0'}}");
  }

  std::string input(std::string_view condition, std::string_view values, std::string_view names) {
    return concat("{'TableName':'tab','Key':{'p':{'S':'k'}},'ConditionExpression':'", condition, "'",
                  values.empty() ? "" : concat(",'ExpressionAttributeValues':{", values, "}"),
                  names.empty() ? "" : concat(",'ExpressionAttributeNames':{", names, "}"), "}");
  }
  /// Whether the item meets a condition. An update that does nothing tells.
  bool holds(std::string_view condition, std::string_view values = "", std::string_view names = "") {
    Reply reply = call("UpdateItem", input(condition, values, names));
    INFO(condition << ' ' << reply.body);
    REQUIRE((reply.status == 200 || reply.body.find("ConditionalCheckFailed") != std::string::npos));
    return reply.status == 200;
  }
  /// What a condition is refused with, less the words before.
  std::string flaw(std::string_view condition, std::string_view values = "", std::string_view names = "") {
    std::string text = refusal("UpdateItem", input(condition, values, names));
    constexpr std::string_view kBefore = "ValidationException: 1 validation error detected: Invalid ConditionExpression: ";
    return text.starts_with(kBefore) ? text.substr(kBefore.size()) : text;
  }
};

}  // namespace

TEST_CASE("Conditions: to look for a long text in a long text takes the time of both", "[dynamodb][condition][limits]") {
  Conditions db;
  db.put("tab", concat("{'p':{'S':'k'},'s':{'S':'", std::string(400'000, 'x'), "'}}"));
  // The product of both would be a minute's work.
  CHECK_FALSE(db.holds("contains(s, :v)", concat("':v':{'S':'", std::string(200'000, 'x'), "y'}")));
  CHECK(db.holds("contains(s, :v)", concat("':v':{'S':'", std::string(400'000, 'x'), "'}")));
  CHECK(db.holds("contains(s, :v)", "':v':{'S':'xx'}"));
}

TEST_CASE("Conditions: comparisons of values of one type", "[dynamodb][condition]") {
  Conditions db;
  CHECK(db.holds("n = :v", "':v':{'N':'5.00'}"));
  CHECK(db.holds("n < :v", "':v':{'N':'10'}"));
  CHECK_FALSE(db.holds("n > :v", "':v':{'N':'10'}"));
  CHECK(db.holds("n <= :v AND n >= :v", "':v':{'N':'5'}"));
  CHECK(db.holds("s < :v", "':v':{'S':'hellp'}"));
  CHECK(db.holds("b > :v", "':v':{'B':'AP8='}"));
  CHECK(db.holds("n = five"));
  CHECK(db.holds(":v = n", "':v':{'N':'5'}"));
  CHECK(db.holds("t = :v", "':v':{'BOOL':true}"));
  CHECK(db.holds("z = :v", "':v':{'NULL':true}"));
  CHECK(db.holds("m.x = :v AND l[0] < m.x", "':v':{'N':'7'}"));
  CHECK(db.holds("m.y[0] = :v", "':v':{'S':'deep'}"));
  CHECK(db.holds("ss = :v", "':v':{'SS':['b','a']}"));
  CHECK(db.holds("m = :v", "':v':{'M':{'y':{'L':[{'S':'deep'}]},'x':{'N':'7'}}}"));
}

TEST_CASE("Conditions: values of different types are unequal, and in no order", "[dynamodb][condition]") {
  Conditions db;
  CHECK_FALSE(db.holds("n = :v", "':v':{'S':'5'}"));
  CHECK(db.holds("n <> :v", "':v':{'S':'5'}"));
  CHECK_FALSE(db.holds("n < :v", "':v':{'S':'9'}"));
  CHECK_FALSE(db.holds("s > :v", "':v':{'N':'1'}"));
  CHECK_FALSE(db.holds("l < n"));
}

TEST_CASE("Conditions: with an absent attribute nothing holds but <>", "[dynamodb][condition]") {
  Conditions db;
  CHECK_FALSE(db.holds("q = :v", "':v':{'N':'5'}"));
  CHECK(db.holds("q <> :v", "':v':{'N':'5'}"));
  CHECK(db.holds("q <> r"));
  CHECK_FALSE(db.holds("q = r"));
  CHECK_FALSE(db.holds("q < :v", "':v':{'N':'5'}"));
  CHECK_FALSE(db.holds("q BETWEEN :v AND :v", "':v':{'N':'5'}"));
  CHECK_FALSE(db.holds("q IN (:v)", "':v':{'N':'5'}"));
  CHECK_FALSE(db.holds("l[9] = :v OR m.q = :v OR n.q = :v OR m[0] = :v OR l.q = :v", "':v':{'N':'5'}"));
}

TEST_CASE("Conditions: BETWEEN and IN", "[dynamodb][condition]") {
  Conditions db;
  CHECK(db.holds("n BETWEEN :a AND :b", "':a':{'N':'5'},':b':{'N':'5'}"));
  CHECK_FALSE(db.holds("n BETWEEN :a AND :b", "':a':{'N':'6'},':b':{'N':'7'}"));
  CHECK(db.holds("n BETWEEN l[0] AND m.x"));
  CHECK_FALSE(db.holds("n BETWEEN m.x AND l[0]"));
  CHECK_FALSE(db.holds("n BETWEEN s AND m.x"));
  CHECK(db.holds(":v BETWEEN l[0] AND n", "':v':{'N':'3'}"));
  CHECK(db.holds("n IN (:a, :b)", "':a':{'S':'5'},':b':{'N':'5'}"));
  CHECK_FALSE(db.holds("n IN (:a)", "':a':{'S':'5'}"));
  CHECK(db.holds("n in (five)"));
}

TEST_CASE("Conditions: functions", "[dynamodb][condition]") {
  Conditions db;
  CHECK(db.holds("attribute_exists(m.y[0])"));
  CHECK_FALSE(db.holds("attribute_exists(m.y[1])"));
  CHECK(db.holds("attribute_not_exists(q)"));
  CHECK(db.holds("attribute_type(l[2], :v)", "':v':{'S':'SS'}"));
  CHECK_FALSE(db.holds("attribute_type(q, :v)", "':v':{'S':'S'}"));
  CHECK(db.holds("begins_with(s, :v)", "':v':{'S':'he'}"));
  CHECK(db.holds("begins_with(b, :v)", "':v':{'B':'AQ=='}"));
  CHECK_FALSE(db.holds("begins_with(n, :v)", "':v':{'S':'5'}"));
  CHECK(db.holds("contains(s, :v)", "':v':{'S':'ell'}"));
  CHECK(db.holds("contains(b, :v)", "':v':{'B':'Ag=='}"));
  CHECK(db.holds("contains(ss, :v)", "':v':{'S':'a'}"));
  CHECK(db.holds("contains(ns, :v)", "':v':{'N':'2.0'}"));
  CHECK_FALSE(db.holds("contains(ns, :v)", "':v':{'S':'2'}"));
  CHECK(db.holds("contains(l, :v)", "':v':{'SS':['r','q']}"));
  CHECK_FALSE(db.holds("contains(ss, :v)", "':v':{'SS':['a']}"));
  CHECK_FALSE(db.holds("contains(m, :v)", "':v':{'S':'x'}"));
  CHECK(db.holds("contains(:v, s)", "':v':{'S':'say hello'}"));
}

TEST_CASE("Conditions: size is of bytes, or of elements", "[dynamodb][condition]") {
  Conditions db;
  CHECK(db.holds("size(s) = n"));
  CHECK(db.holds("size(b) = :v", "':v':{'N':'2'}"));
  CHECK(db.holds("size(ss) = size(ns)"));
  CHECK(db.holds("size(l) = :v", "':v':{'N':'3'}"));
  CHECK(db.holds("size(m) BETWEEN :v AND :v", "':v':{'N':'2'}"));
  CHECK(db.holds("size(m.y) IN (:v)", "':v':{'N':'1'}"));
  CHECK_FALSE(db.holds("size(n) > :v", "':v':{'N':'0'}"));
  CHECK(db.holds("contains(ns, size(ss)) AND NOT contains(size(s), :v)", "':v':{'N':'5'}"));
  CHECK(db.flaw("size(:v) = n", "':v':{'N':'1'}") ==
        "Incorrect operand type for operator or function; operator or function: size, operand type: N");
}

TEST_CASE("Conditions: NOT binds before AND, AND before OR, in any case", "[dynamodb][condition]") {
  Conditions db;
  std::string values = "':y':{'N':'5'},':x':{'N':'6'}";
  CHECK(db.holds("n = :y OR n = :x AND n = :x", values));
  CHECK_FALSE(db.holds("(n = :y OR n = :x) AND n = :x", values));
  CHECK(db.holds("NOT n = :x AND n = :y", values));
  CHECK_FALSE(db.holds("not (n = :x or n = :y)", values));
  CHECK(db.holds("NOT NOT n = :y", "':y':{'N':'5'}"));
  CHECK(db.holds("((n = :y) AND (n <> :x))", values));
}

TEST_CASE("Conditions: names and values stand for what they are defined as", "[dynamodb][condition]") {
  Conditions db;
  CHECK(db.holds("#1 = :1", "':1':{'N':'7'}", "'#1':'n'") == false);
  CHECK(db.holds("#m.#x = :1", "':1':{'N':'7'}", "'#m':'m','#x':'x'"));
  // A dot in a name is part of the name.
  CHECK(db.holds("attribute_not_exists(#a)", "", "'#a':'m.x'"));
}

TEST_CASE("Conditions: a failed one can bring the item along", "[dynamodb][condition]") {
  DynamoDb db;
  db.table("tab", "p");
  db.put("tab", "{'p':{'S':'k'},'n':{'N':'1'}}");
  std::string put =
      "{'TableName':'tab','Item':{'p':{'S':'KEY'}},'ConditionExpression':'n = "
      ":v','ExpressionAttributeValues':{':v':{'N':'2'}}"
      ",'ReturnValuesOnConditionCheckFailure':'ALL_OLD'}";
  Reply reply = db.call("PutItem", replace_all(put, "KEY", "k"));
  CHECK(reply.status == 400);
  CHECK(db.shown(reply.body) ==
        "{'__type':'com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException','message':'The conditional "
        "request failed',"
        "'Item':{'p':{'S':'k'},'n':{'N':'1'}}}");
  CHECK(db.shown(db.call("PutItem", replace_all(put, "KEY", "absent")).body) ==
        "{'__type':'com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException','message':'The conditional "
        "request failed'}");
  CHECK(db.refusal("PutItem", replace_all(replace_all(put, "KEY", "k"), "ALL_OLD", "NONE")) == kFailed);
}

TEST_CASE("Conditions: syntax errors show the token and its neighbours", "[dynamodb][condition][syntax]") {
  Conditions db;
  for (auto [condition, expected] :
       std::initializer_list<std::pair<const char*, const char*>>{{"", "The expression can not be empty;"},
                                                                  {"  ", "The expression can not be empty;"},
                                                                  {"a", "Syntax error; token: '<EOF>', near: 'a'"},
                                                                  {"a b c", "Syntax error; token: 'b', near: 'a b c'"},
                                                                  {"a = ", "Syntax error; token: '<EOF>', near: '='"},
                                                                  {"a = b = c", "Syntax error; token: '=', near: 'b = c'"},
                                                                  {"a == b", "Syntax error; token: '=', near: '== b'"},
                                                                  {"= b", "Syntax error; token: '=', near: '= b'"},
                                                                  {"a = $", "Syntax error; token: '$', near: '= $'"},
                                                                  {"_a = b", "Syntax error; token: '_', near: '_a'"},
                                                                  {"1a = b", "Syntax error; token: '1', near: '1a'"},
                                                                  {"a[x] = b", "Syntax error; token: 'x', near: '[x]'"},
                                                                  {"a[1 = b", "Syntax error; token: '=', near: '1 = b'"},
                                                                  {"a. = b", "Syntax error; token: '=', near: '. = b'"},
                                                                  {"a = b)", "Syntax error; token: ')', near: 'b)'"},
                                                                  {"(a = b", "Syntax error; token: '<EOF>', near: 'b'"},
                                                                  {"a IN ()", "Syntax error; token: ')', near: '()'"},
                                                                  {"a IN b", "Syntax error; token: 'b', near: 'IN b'"},
                                                                  {"a BETWEEN b OR c", "Syntax error; token: 'OR', near: 'b OR c'"},
                                                                  {"a = b AND", "Syntax error; token: '<EOF>', near: 'AND'"},
                                                                  {"NOT", "Syntax error; token: '<EOF>', near: 'NOT'"},
                                                                  {"# = b", "Syntax error; token: '#', near: '# ='"},
                                                                  {"a = :", "Syntax error; token: ':', near: '= :'"},
                                                                  {"\u00e9 = b", "Syntax error; token: '\u00e9', near: '\u00e9 ='"}}) {
    INFO(condition);
    CHECK(db.flaw(condition) == expected);
  }
}

TEST_CASE("Conditions: names, functions and operands that cannot be", "[dynamodb][condition][errors]") {
  Conditions db;
  CHECK(db.flaw("size = n") == "Attribute name is a reserved keyword; reserved keyword: size");
  CHECK(db.flaw("n = Status") == "Attribute name is a reserved keyword; reserved keyword: Status");
  CHECK(db.flaw("#x = n") == "An expression attribute name used in the document path is not defined; attribute name: #x");
  CHECK(db.flaw(":x = n") == "An expression attribute value used in expression is not defined; attribute value: :x");
  CHECK(db.flaw("dog(n)") == "Invalid function name; function: dog");
  CHECK(db.flaw("SIZE(s) = n") == "Invalid function name; function: SIZE");
  CHECK(db.flaw("if_not_exists(n, s) = n") == "The function is not allowed in a condition expression; function: if_not_exists");
  CHECK(db.flaw("size(n)") == "The function is not allowed to be used this way in an expression; function: size");
  CHECK(db.flaw("attribute_exists(n) = n") ==
        "The function is not allowed to be used this way in an expression; function: attribute_exists");
  CHECK(db.flaw("contains(n)") ==
        "Incorrect number of operands for operator or function; operator or function: contains, number of operands: 1");
  CHECK(db.flaw("attribute_exists(n, s)") ==
        "Incorrect number of operands for operator or function; operator or function: attribute_exists, number of "
        "operands: 2");
  CHECK(db.flaw("attribute_exists(:v)", "':v':{'S':'x'}") ==
        "Operator or function requires a document path; operator or function: attribute_exists");
  CHECK(db.flaw("contains(l, l)") ==
        "The first operand must be distinct from the remaining operands for this operator or function; operator: "
        "contains, first operand: [l]");
  CHECK(db.flaw("m.y[0] = m.y[0]") ==
        "The first operand must be distinct from the remaining operands for this operator or function; operator: =, "
        "first operand: [m, y, [0]]");
  CHECK(db.flaw("size(size(s)) = n") == "Incorrect operand type for operator or function; operator or function: size, operand type: N");
  CHECK(db.flaw("begins_with(size(s), :v)", "':v':{'S':'x'}") ==
        "Incorrect operand type for operator or function; operator or function: begins_with, operand type: N");
  CHECK(db.flaw("attribute_type(s, size(m))") ==
        "Incorrect operand type for operator or function; operator or function: attribute_type, operand type: N");
  CHECK(db.flaw("attribute_exists(size(s))") == "Operator or function requires a document path; operator or function: attribute_exists");
  CHECK(db.flaw("contains(s, attribute_exists(n))") ==
        "The function is not allowed to be used this way in an expression; function: attribute_exists");
  CHECK(db.flaw("n < :v", "':v':{'L':[]}") == "Incorrect operand type for operator or function; operator or function: <, operand type: L");
  CHECK(db.flaw("begins_with(s, :v)", "':v':{'N':'1'}") ==
        "Incorrect operand type for operator or function; operator or function: begins_with, operand type: N");
  CHECK(db.flaw("attribute_type(s, :v)", "':v':{'S':'DOG'}") ==
        "Invalid attribute type name found; type: DOG, valid types: {B,NULL,SS,BOOL,L,BS,N,NS,S,M}");
  CHECK(db.flaw("attribute_type(s, :v)", "':v':{'N':'1'}") ==
        "Incorrect operand type for operator or function; operator or function: attribute_type, operand type: N");
  CHECK(db.flaw("((n = s))") == "The expression has redundant parentheses;");
  CHECK(db.flaw("n = a[99999999999]") == "List index is not within the allowable range; index: [99999999999]");
}

TEST_CASE("Conditions: the bounds of BETWEEN have to fit each other", "[dynamodb][condition][errors]") {
  Conditions db;
  CHECK(db.flaw("n BETWEEN :a AND :b", "':a':{'N':'1'},':b':{'S':'a'}") ==
        "The BETWEEN operator requires same data type for lower and upper bounds; lower bound operand: AttributeValue: "
        "{N:1}, upper bound "
        "operand: AttributeValue: {S:a}");
  CHECK(db.flaw("n BETWEEN :a AND :b", "':a':{'N':'2'},':b':{'N':'1'}") ==
        "The BETWEEN operator requires upper bound to be greater than or equal to lower bound; lower bound operand: "
        "AttributeValue: {N:2}, "
        "upper bound operand: AttributeValue: {N:1}");
  CHECK(db.flaw("b BETWEEN :a AND :b", "':a':{'B':'eg=='},':b':{'B':'YQ=='}") ==
        "The BETWEEN operator requires upper bound to be greater than or equal to lower bound; lower bound operand: "
        "AttributeValue: {B:eg==}, upper bound operand: AttributeValue: {B:YQ==}");
}

TEST_CASE("Conditions: of several flaws AWS tells one, in an order of its own", "[dynamodb][condition][errors]") {
  Conditions db;
  // parentheses > unknown function > misused function > reserved word > undefined name > undefined value > number of
  // operands > distinct operands > types
  CHECK(db.flaw("dog(n) AND ((n = s))") == "The expression has redundant parentheses;");
  CHECK(db.flaw("size(n) AND dog(n)") == "Invalid function name; function: dog");
  CHECK(db.flaw("size = n AND size(n)") == "The function is not allowed to be used this way in an expression; function: size");
  CHECK(db.flaw("#x = size") == "Attribute name is a reserved keyword; reserved keyword: size");
  CHECK(db.flaw(":x = #x") == "An expression attribute name used in the document path is not defined; attribute name: #x");
  CHECK(db.flaw("contains(n) AND n = :x") == "An expression attribute value used in expression is not defined; attribute value: :x");
  CHECK(db.flaw("n = n AND contains(n)") ==
        "Incorrect number of operands for operator or function; operator or function: contains, number of operands: 1");
  CHECK(db.flaw("n < :v AND n = n", "':v':{'L':[]}") ==
        "The first operand must be distinct from the remaining operands for this operator or function; operator: =, "
        "first operand: [n]");
}

TEST_CASE("Conditions: what is defined has to be used", "[dynamodb][condition][errors]") {
  Conditions db;
  constexpr std::string_view kDetected = "ValidationException: 1 validation error detected: ";
  CHECK(db.flaw("n = :a", "':a':{'N':'1'},':b':{'N':'1'},':c':{'N':'1'}") ==
        concat(kDetected, "Value provided in ExpressionAttributeValues unused in expressions: keys: {:b, :c}"));
  CHECK(db.flaw("n = s", "", "'#a':'a'") ==
        concat(kDetected, "Value provided in ExpressionAttributeNames unused in expressions: keys: {#a}"));
  CHECK(db.flaw("n = :a", "':a':{'N':'1'},'b':{'N':'1'}") ==
        concat(kDetected, "ExpressionAttributeValues contains invalid key: Syntax error; key: 'b'"));
  CHECK(db.flaw("n = s", "", "'a':'a'") == concat(kDetected, "ExpressionAttributeNames contains invalid key: Syntax error; key: 'a'"));
  CHECK(db.flaw("n = s", "", "'#a':''") ==
        concat(kDetected, "ExpressionAttributeNames contains invalid value: Empty attribute name for key #a"));
  CHECK(db.flaw("n = :a", "':a':{'N':'x'}") == concat(kDetected,
                                                      "ExpressionAttributeValues contains invalid value: The parameter "
                                                      "cannot be converted to a numeric value: x for key :a"));
}

TEST_CASE("Conditions: limits of expressions", "[dynamodb][condition][limits]") {
  Conditions db;
  std::string fill = "attribute_exists(s)";
  CHECK(db.holds(fill + std::string(4096 - fill.size(), ' ')));
  CHECK(db.flaw(fill + std::string(4097 - fill.size(), ' ')) ==
        "Expression size has exceeded the maximum allowed size; expression size: 4097");
  auto nots = [&](int count) {
    std::string out;
    for (int i = 0; i < count; ++i) out.append("NOT ");
    return out + fill;
  };
  CHECK(db.holds(nots(300)));
  CHECK(db.flaw(nots(301)) == "The expression contains too many operators; operator count: 301");
  auto ins = [](int count) {
    std::string out = "n IN (:v";
    for (int i = 1; i < count; ++i) out.append(",:v");
    return out + ")";
  };
  CHECK(db.holds(ins(99), "':v':{'N':'5'}"));
  CHECK(db.flaw(ins(100), "':v':{'N':'5'}") ==
        "Incorrect number of operands for operator or function; operator or function: IN, number of operands: 101");
  std::string path = "a";
  for (int i = 1; i < 32; ++i) path.append(".a");
  CHECK(db.holds(concat("attribute_not_exists(", path, ")")));
  CHECK(db.flaw(concat("attribute_not_exists(", path, ".a)")) == "The document path has too many nesting levels; nesting levels: 33");
}

TEST_CASE("Conditions: however deep the parentheses, there is an answer", "[dynamodb][condition][limits]") {
  Conditions db;
  CHECK(db.flaw(std::string(4096, '(')).size() > 0);
  CHECK(db.flaw(concat(std::string(2000, '('), "n = s", std::string(2000, ')'))) == "The expression has redundant parentheses;");
  CHECK(db.flaw(replace_all(std::string(500, 'x'), "x", "size(")).size() > 0);
  CHECK(db.flaw(replace_all(std::string(1000, 'x'), "x", "NOT ")) == "The expression contains too many operators; operator count: 301");
}

TEST_CASE("Conditions: key attributes are scalars", "[dynamodb][condition][errors]") {
  Conditions db;
  CHECK(db.flaw("p.a = s") ==
        "ValidationException: Key attributes must be scalars; list random access '[]' and map lookup '.' are not "
        "allowed: Key: p");
  CHECK(db.flaw("p[0] = s") ==
        "ValidationException: Key attributes must be scalars; list random access '[]' and map lookup '.' are not "
        "allowed: Key: p");
}

}  // namespace cloudemu::test
