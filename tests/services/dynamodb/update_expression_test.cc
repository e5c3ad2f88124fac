#include <catch2/catch.hpp>

#include "core/strings.h"
#include "support/dynamodb.h"

/// UpdateExpression: what it does to an item, what is refused, and what is found first.
namespace cloudemu::test {

namespace {

struct Updates : DynamoDb {
  Updates() { table("tab", "p"); }

  std::string input(std::string_view expression, std::string_view values, std::string_view more) {
    return concat("{'TableName':'tab','Key':{'p':{'S':'k'}},'UpdateExpression':'", expression, "'",
                  values.empty() ? "" : concat(",'ExpressionAttributeValues':{", values, "}"), more, "}");
  }
  /// What an update makes of an item (its attributes but the key).
  std::string updated(std::string_view before, std::string_view expression, std::string_view values = "") {
    ok("DeleteItem", "{'TableName':'tab','Key':{'p':{'S':'k'}}}");
    if (!before.empty()) put("tab", concat("{'p':{'S':'k'}", before == "{}" ? "" : ",", before == "{}" ? "" : before, "}"));
    ok("UpdateItem", input(expression, values, ""));
    std::string item = this->item("tab", "{'p':{'S':'k'}}");
    if (item.empty()) return "no item";
    constexpr std::string_view kKey = "{'p':{'S':'k'}";
    REQUIRE(item.starts_with(kKey));
    item = item.substr(kKey.size(), item.size() - kKey.size() - 1);
    return item.empty() ? "{}" : item.substr(1);
  }
  /// Refused for what stands in the item.
  std::string refused(std::string_view before, std::string_view expression, std::string_view values = "") {
    ok("DeleteItem", "{'TableName':'tab','Key':{'p':{'S':'k'}}}");
    if (!before.empty()) put("tab", concat("{'p':{'S':'k'}", before == "{}" ? "" : ",", before == "{}" ? "" : before, "}"));
    return refusal("UpdateItem", input(expression, values, ""));
  }
  /// Refused for what stands in the expression.
  std::string flaw(std::string_view expression, std::string_view values = "", std::string_view more = "") {
    std::string text = refusal("UpdateItem", input(expression, values, more));
    constexpr std::string_view kBefore = "ValidationException: 1 validation error detected: Invalid UpdateExpression: ";
    return text.starts_with(kBefore) ? text.substr(kBefore.size()) : text;
  }
};

constexpr std::string_view kBadTarget = "ValidationException: The document path provided in the update expression is invalid for update";
constexpr std::string_view kBadOperand = "ValidationException: An operand in the update expression has an incorrect data type";
constexpr std::string_view kAbsent = "ValidationException: The provided expression refers to an attribute that does not exist in the item";
constexpr std::string_view kNumbers = "{'L':[{'N':'0'},{'N':'1'},{'N':'2'},{'N':'3'}]}";

}  // namespace

TEST_CASE("UpdateExpression: SET writes values, paths, sums, defaults and joined lists", "[dynamodb][update]") {
  Updates db;
  CHECK(db.updated("{}", "SET a = :v", "':v':{'N':'1.0'}") == "'a':{'N':'1'}");
  CHECK(db.updated("", "SET a = :v", "':v':{'S':'x'}") == "'a':{'S':'x'}");
  CHECK(db.updated("'a':{'S':'x'}", "SET b = a, c = p") == "'a':{'S':'x'},'b':{'S':'x'},'c':{'S':'k'}");
  CHECK(db.updated("'a':{'N':'0.1'}", "SET a = a + :v, b = :v - a", "':v':{'N':'0.2'}") == "'a':{'N':'0.3'},'b':{'N':'0.1'}");
  CHECK(db.updated("'a':{'N':'1'}", "SET a = if_not_exists(a, :v), b = if_not_exists(b, :v) + :v", "':v':{'N':'5'}") ==
        "'a':{'N':'1'},'b':{'N':'10'}");
  CHECK(db.updated("'a':{'L':[{'N':'1'}]}", "SET a = list_append(a, :v), b = list_append(:v, a)", "':v':{'L':[{'N':'2'}]}") ==
        "'a':{'L':[{'N':'1'},{'N':'2'}]},'b':{'L':[{'N':'2'},{'N':'1'}]}");
  CHECK(db.updated("{}", "SET a = list_append(if_not_exists(a, :e), :v)", "':e':{'L':[]},':v':{'L':[{'N':'2'}]}") ==
        "'a':{'L':[{'N':'2'}]}");
  CHECK(db.updated("'m':{'M':{'x':{'N':'1'}}}", "SET m.y = :v, m.x = m.x + :v", "':v':{'N':'2'}") ==
        "'m':{'M':{'x':{'N':'3'},'y':{'N':'2'}}}");
  CHECK(db.updated("'a':{'N':'1'}", "SET b = (a) + (:v)", "':v':{'N':'2'}") == "'a':{'N':'1'},'b':{'N':'3'}");
}

TEST_CASE("UpdateExpression: every part of it sees the item as it was", "[dynamodb][update]") {
  Updates db;
  CHECK(db.updated("'a':{'N':'1'},'b':{'N':'2'}", "SET a = b, b = a") == "'a':{'N':'2'},'b':{'N':'1'}");
  CHECK(db.updated("'a':{'N':'1'}", "REMOVE a SET b = a") == "'b':{'N':'1'}");
  CHECK(db.refused("{}", "SET x = :v, y = x", "':v':{'N':'1'}") == kAbsent);
  CHECK(db.updated(concat("'a':", kNumbers), "REMOVE a[1] SET a[3] = :v", "':v':{'S':'x'}") == "'a':{'L':[{'N':'0'},{'N':'2'},{'S':'x'}]}");
}

TEST_CASE("UpdateExpression: elements beyond the end of a list come to its end, in the order of their indexes", "[dynamodb][update]") {
  Updates db;
  CHECK(db.updated("'a':{'L':[]}", "SET a[4294967294] = :x", "':x':{'S':'x'}") == "'a':{'L':[{'S':'x'}]}");
  CHECK(db.updated("'a':{'L':[{'N':'0'}]}", "SET a[9] = :x, a[3] = :y, a[0] = :z", "':x':{'S':'x'},':y':{'S':'y'},':z':{'S':'z'}") ==
        "'a':{'L':[{'S':'z'},{'S':'y'},{'S':'x'}]}");
  CHECK(db.updated("'a':{'L':[]}", "SET a[2147483647] = :x", "':x':{'S':'x'}") == "'a':{'L':[{'S':'x'}]}");
}

TEST_CASE("UpdateExpression: REMOVE takes attributes, members and elements away", "[dynamodb][update]") {
  Updates db;
  CHECK(db.updated("'a':{'N':'1'},'b':{'N':'2'}", "REMOVE a") == "'b':{'N':'2'}");
  CHECK(db.updated("{}", "REMOVE a") == "{}");
  CHECK(db.updated("", "REMOVE a") == "no item");
  CHECK(db.updated("", "REMOVE a.b[3].c") == "no item");
  CHECK(db.updated(concat("'a':", kNumbers), "REMOVE a[0], a[2], a[7]") == "'a':{'L':[{'N':'1'},{'N':'3'}]}");
  CHECK(db.updated("'m':{'M':{'x':{'N':'1'},'y':{'N':'2'}}}", "REMOVE m.x, m.q") == "'m':{'M':{'y':{'N':'2'}}}");
}

TEST_CASE("UpdateExpression: what REMOVE takes from a list does not move what its other paths mean", "[dynamodb][update]") {
  Updates db;
  std::string before = "'a':{'L':[{'N':'0'},{'M':{'b':{'N':'1'},'c':{'N':'2'}}},{'L':[{'N':'5'},{'N':'6'}]}]}";
  CHECK(db.updated(before, "REMOVE a[0], a[1].b, a[2][0]") == "'a':{'L':[{'M':{'c':{'N':'2'}}},{'L':[{'N':'6'}]}]}");
  CHECK(db.updated(before, "REMOVE a[2][0], a[1].b, a[0]") == "'a':{'L':[{'M':{'c':{'N':'2'}}},{'L':[{'N':'6'}]}]}");
  CHECK(db.updated("'a':{'L':[{'N':'0'},{'M':{'s':{'SS':['x']}}}]}", "REMOVE a[0] DELETE a[1].s :x", "':x':{'SS':['x']}") ==
        "'a':{'L':[{'M':{}}]}");
}

TEST_CASE("UpdateExpression: ADD adds to numbers and sets, and makes them", "[dynamodb][update]") {
  Updates db;
  CHECK(db.updated("'a':{'N':'1'}", "ADD a :v, b :v", "':v':{'N':'-2.5'}") == "'a':{'N':'-1.5'},'b':{'N':'-2.5'}");
  CHECK(db.updated("", "ADD a :v", "':v':{'N':'3'}") == "'a':{'N':'3'}");
  CHECK(db.updated("'a':{'SS':['x','y']}", "ADD a :v", "':v':{'SS':['z','y']}") == "'a':{'SS':['x','y','z']}");
  CHECK(db.updated("{}", "ADD a :v", "':v':{'BS':['AQ==']}") == "'a':{'BS':['AQ==']}");
  CHECK(db.updated("'m':{'M':{}}", "ADD m.x :v", "':v':{'N':'3'}") == "'m':{'M':{'x':{'N':'3'}}}");
  CHECK(db.refused("'a':{'S':'x'}", "ADD a :v", "':v':{'N':'3'}") == kBadOperand);
  CHECK(db.refused("'a':{'NS':['1']}", "ADD a :v", "':v':{'SS':['x']}") == kBadOperand);
  CHECK(db.refused("{}", "ADD m.x :v", "':v':{'N':'3'}") == kBadTarget);
}

TEST_CASE("UpdateExpression: DELETE takes members out; with the last one the attribute goes", "[dynamodb][update]") {
  Updates db;
  CHECK(db.updated("'a':{'SS':['x','y','z']}", "DELETE a :v", "':v':{'SS':['z','q','x']}") == "'a':{'SS':['y']}");
  CHECK(db.updated("'a':{'NS':['1']},'b':{'N':'1'}", "DELETE a :v", "':v':{'NS':['1.0']}") == "'b':{'N':'1'}");
  CHECK(db.updated("{}", "DELETE a :v", "':v':{'NS':['1']}") == "{}");
  CHECK(db.updated("", "DELETE a :v", "':v':{'NS':['1']}") == "no item");
  CHECK(db.refused("'a':{'NS':['1']}", "DELETE a :v", "':v':{'SS':['1']}") == kBadOperand);
  CHECK(db.refused("'a':{'N':'1'}", "DELETE a :v", "':v':{'NS':['1']}") == kBadOperand);
}

TEST_CASE("UpdateExpression: paths have to lead somewhere", "[dynamodb][update][errors]") {
  Updates db;
  CHECK(db.refused("{}", "SET a.b = :v", "':v':{'N':'1'}") == kBadTarget);
  CHECK(db.refused("", "SET a.b = :v", "':v':{'N':'1'}") == kBadTarget);
  CHECK(db.refused("'a':{'N':'1'}", "SET a.b = :v", "':v':{'N':'1'}") == kBadTarget);
  CHECK(db.refused("'a':{'M':{}}", "SET a[0] = :v", "':v':{'N':'1'}") == kBadTarget);
  CHECK(db.refused("'a':{'L':[]}", "SET a.b = :v", "':v':{'N':'1'}") == kBadTarget);
  CHECK(db.refused("'a':{'L':[]}", "SET a[0].b = :v", "':v':{'N':'1'}") == kBadTarget);
  CHECK(db.refused("{}", "REMOVE a.b") == kBadTarget);
  CHECK(db.refused("'a':{'N':'1'}", "REMOVE a[0]") == kBadTarget);
}

TEST_CASE("UpdateExpression: operands from the item have to be there and of the right type", "[dynamodb][update][errors]") {
  Updates db;
  CHECK(db.refused("{}", "SET a = b") == kAbsent);
  CHECK(db.refused("{}", "SET a = a + :v", "':v':{'N':'1'}") == kAbsent);
  CHECK(db.refused("'a':{'S':'x'}", "SET a = a + :v", "':v':{'N':'1'}") == kBadOperand);
  CHECK(db.refused("'a':{'S':'x'}", "SET a = list_append(a, :v)", "':v':{'L':[]}") == kBadOperand);
  CHECK(db.refused("'a':{'N':'9e125'}", "SET a = a + a") ==
        "ValidationException: Number overflow. Attempting to store a number with magnitude larger than supported range");
  CHECK(db.refused("'a':{'N':'1e38'}", "ADD a :v", "':v':{'N':'1'}") ==
        "ValidationException: Number overflow. Attempting to store a number with magnitude larger than supported range");
}

TEST_CASE("UpdateExpression: keys cannot be updated", "[dynamodb][update][errors]") {
  Updates db;
  for (std::string_view expression : {"SET p = :v", "ADD p :v", "REMOVE p"}) {
    CHECK(db.refused("{}", expression, expression == "REMOVE p" ? "" : "':v':{'N':'1'}") ==
          "ValidationException: One or more parameter values were invalid: Cannot update attribute p. This attribute "
          "is part of the key");
  }
  for (std::string_view expression : {"SET p.x = :v", "SET a = p.x, b = :v", "SET a = list_append(if_not_exists(p[0], :v), :v)"}) {
    INFO(expression);
    CHECK(db.refused("{}", expression, "':v':{'L':[]}") ==
          "ValidationException: Key attributes must be scalars; list random access '[]' and map lookup '.' are not "
          "allowed: Key: p");
  }
}

TEST_CASE("UpdateExpression: what is put into a document may not nest too deep there", "[dynamodb][update][limits]") {
  Updates db;
  auto lists = [](size_t levels) {
    return concat("':v':", replace_all(std::string(levels, 'x'), "x", "{'L':["), "{'S':'s'}",
                  replace_all(std::string(levels, 'x'), "x", "]}"));
  };
  // The item is the first level, the map in it the second.
  CHECK(db.updated("'d':{'M':{}}", "SET d.x = :v", lists(30)).starts_with("'d':{'M':{'x':{'L':["));
  CHECK(db.refused("'d':{'M':{}}", "SET d.x = :v", lists(31)) ==
        "ValidationException: Nesting Levels have exceeded supported limits: Attributes in the item have nested levels "
        "beyond supported limit");
  CHECK(db.updated("{}", "SET d = :v", lists(31)).starts_with("'d':{'L':["));
}

TEST_CASE("UpdateExpression: syntax", "[dynamodb][update][syntax]") {
  Updates db;
  for (auto [expression, expected] : std::initializer_list<std::pair<const char*, const char*>>{
           {"", "The expression can not be empty;"},
           {"a = b", "Syntax error; token: 'a', near: 'a ='"},
           {"SET", "Syntax error; token: '<EOF>', near: 'SET'"},
           {"SET a", "Syntax error; token: '<EOF>', near: 'a'"},
           {"SET a = ", "Syntax error; token: '<EOF>', near: '='"},
           {"SET a = b,", "Syntax error; token: '<EOF>', near: ','"},
           {"SET a = b c = d", "Syntax error; token: 'c', near: 'b c ='"},
           {"SET a = b + c + d", "Syntax error; token: '+', near: 'c + d'"},
           {"SET a = list_append(b + c, d)", "Syntax error; token: '+', near: 'b + c'"},
           {"REMOVE a b", "Syntax error; token: 'b', near: 'a b'"},
           {"ADD a b", "Syntax error; token: 'b', near: 'a b'"},
           {"DELETE a = b", "Syntax error; token: '=', near: 'a = b'"},
           {"SET a = b SET = c", "Syntax error; token: '=', near: 'SET = c'"},
           {"SET a[4294967295] = b", "List index is not within the allowable range; index: [4294967295]"},
           {"SET a[-1] = b", "Syntax error; token: '-', near: '[-1'"},
           {"SET :a = b", "Syntax error; token: ':a', near: 'SET :a ='"}}) {
    INFO(expression);
    CHECK(db.flaw(expression) == expected);
  }
}

TEST_CASE("UpdateExpression: names, functions and operands that cannot be", "[dynamodb][update][errors]") {
  Updates db;
  CHECK(db.flaw("SET status = a") == "Attribute name is a reserved keyword; reserved keyword: status");
  CHECK(db.flaw("SET a = dog(b)") == "Invalid function name; function: dog");
  CHECK(db.flaw("SET a = IF_NOT_EXISTS(b, c)") == "Invalid function name; function: IF_NOT_EXISTS");
  CHECK(db.flaw("SET a = size(b)") == "The function is not allowed in an update expression; function: size");
  CHECK(db.flaw("SET a = b SET c = d") == "The 'SET' section can only be used once in an update expression;");
  CHECK(db.flaw("REMOVE a remove b") == "The 'REMOVE' section can only be used once in an update expression;");
  CHECK(db.flaw("SET #a = b") == "An expression attribute name used in the document path is not defined; attribute name: #a");
  CHECK(db.flaw("SET a = :a") == "An expression attribute value used in expression is not defined; attribute value: :a");
  CHECK(db.flaw("SET a = :v + :v", "':v':{'S':'x'}") ==
        "Incorrect operand type for operator or function; operator or function: +, operand type: S");
  CHECK(db.flaw("SET a = list_append(b, :v)", "':v':{'N':'1'}") ==
        "Incorrect operand type for operator or function; operator or function: list_append, operand type: N");
  CHECK(db.flaw("SET a = list_append(b)") ==
        "Incorrect number of operands for operator or function; operator or function: list_append, number of operands: "
        "1");
  CHECK(db.flaw("SET a = if_not_exists(:v, b)", "':v':{'N':'1'}") ==
        "Operator or function requires a document path; operator or function: if_not_exists");
  CHECK(db.flaw("SET a = if_not_exists(b, list_append(c, d))") ==
        "The function is not allowed to be used this way in an expression; function: list_append");
  CHECK(db.flaw("ADD a :v", "':v':{'S':'x'}") ==
        "Incorrect operand type for operator or function; operator: ADD, operand type: STRING, typeSet: ALLOWED_FOR_ADD_OPERAND");
  CHECK(db.flaw("ADD a :v", "':v':{'L':[]}") ==
        "Incorrect operand type for operator or function; operator: ADD, operand type: LIST, typeSet: ALLOWED_FOR_ADD_OPERAND");
  CHECK(db.flaw("DELETE a :v", "':v':{'N':'1'}") ==
        "Incorrect operand type for operator or function; operator: DELETE, operand type: NUMBER, typeSet: ALLOWED_FOR_DELETE_OPERAND");
  CHECK(db.flaw("DELETE a :v", "':v':{'BOOL':true}") ==
        "Incorrect operand type for operator or function; operator: DELETE, operand type: BOOLEAN, typeSet: ALLOWED_FOR_DELETE_OPERAND");
}

TEST_CASE("UpdateExpression: no two paths that are written may meet", "[dynamodb][update][errors]") {
  Updates db;
  constexpr std::string_view kRemedy = " with each other; must remove or rewrite one of these paths; path one: ";
  CHECK(db.flaw("SET a = b, a = c") == concat("Two document paths overlap", kRemedy, "[a], path two: [a]"));
  CHECK(db.flaw("SET a = b REMOVE a.b[0]") == concat("Two document paths overlap", kRemedy, "[a], path two: [a, b, [0]]"));
  CHECK(db.flaw("SET a.b = c REMOVE a[1]") == concat("Two document paths conflict", kRemedy, "[a, b], path two: [a, [1]]"));
  CHECK(db.flaw("SET #x = b, a = c", "", ",'ExpressionAttributeNames':{'#x':'a'}") ==
        concat("Two document paths overlap", kRemedy, "[a], path two: [a]"));
  CHECK(db.updated("'a':{'M':{'b':{'N':'1'}}}", "SET a.c = a.b, d = a.b") == "'a':{'M':{'b':{'N':'1'},'c':{'N':'1'}}},'d':{'N':'1'}");
}

TEST_CASE("UpdateExpression: of several flaws AWS tells one, in an order of its own", "[dynamodb][update][errors]") {
  Updates db;
  // reserved word > unknown function > section twice > undefined name > undefined value > overlap > conflict > operand
  // types
  CHECK(db.flaw("SET a = dog(b), status = c") == "Attribute name is a reserved keyword; reserved keyword: status");
  CHECK(db.flaw("SET a = b SET c = dog(d)") == "Invalid function name; function: dog");
  CHECK(db.flaw("SET #a = b SET c = d") == "The 'SET' section can only be used once in an update expression;");
  CHECK(db.flaw("SET a = :b, c = #d") == "An expression attribute name used in the document path is not defined; attribute name: #d");
  CHECK(db.flaw("SET a = :b, a = c") == "An expression attribute value used in expression is not defined; attribute value: :b");
  CHECK(db.flaw("SET a.b = c, a[0] = d, e = f, e = g").starts_with("Two document paths overlap"));
  CHECK(db.flaw("ADD a.b :v REMOVE a[0]", "':v':{'S':'x'}").starts_with("Two document paths conflict"));
}

TEST_CASE("UpdateExpression: limits", "[dynamodb][update][limits]") {
  Updates db;
  std::string set = "SET a = :v";
  CHECK(db.updated("{}", set + std::string(4096 - set.size(), ' '), "':v':{'N':'1'}") == "'a':{'N':'1'}");
  CHECK(db.flaw(set + std::string(4097 - set.size(), ' '), "':v':{'N':'1'}") == "Expression size has exceeded the maximum allowed size;");
  auto sums = [](int count) {
    std::string out = "SET ";
    for (int i = 0; i < count; ++i) append(out, i ? "," : "", "a", i, "=:v+:v");
    return out;
  };
  CHECK(db.updated("{}", sums(300), "':v':{'N':'1'}").find("'a299':{'N':'2'}") != std::string::npos);
  CHECK(db.flaw(sums(301), "':v':{'N':'1'}") == "The expression contains too many operators; operator count: 301");
  CHECK(db.flaw(concat("SET a = ", std::string(4000, '('))).size() > 0);
  CHECK(db.flaw(concat("SET a = ", replace_all(std::string(250, 'x'), "x", "if_not_exists(b,"))).size() > 0);
}

TEST_CASE("UpdateExpression: large sets are joined and thinned out at once", "[dynamodb][update][limits]") {
  Updates db;
  std::string many, more;
  for (int i = 0; i < 40'000; ++i) append(many, i ? "," : "", "'", 10'000 + i, "'");
  for (int i = 0; i < 40'000; ++i) append(more, i ? "," : "", "'", 20'000 + i, "'");
  db.put("tab", concat("{'p':{'S':'k'},'a':{'SS':[", many, "]}}"));
  db.ok("UpdateItem", db.input("ADD a :v", concat("':v':{'SS':[", more, "]}"), ""));
  db.ok("UpdateItem", db.input("DELETE a :v", concat("':v':{'SS':[", many, "]}"), ""));
  std::string item = db.item("tab", "{'p':{'S':'k'}}");
  CHECK(item.starts_with("{'p':{'S':'k'},'a':{'SS':['50000','50001',"));
  CHECK(item.ends_with(",'59999']}}"));
}

TEST_CASE("UpdateExpression: elements of several lists, one in the other, go at once", "[dynamodb][update]") {
  Updates db;
  constexpr std::string_view kLists =
      "'a':{'L':[{'L':[{'N':'0'},{'N':'1'},{'N':'2'}]},{'N':'3'},{'L':[{'N':'4'},{'M':{'x':{'N':'5'},'y':{'N':'6'}}}]},{'N':'7'}]}";
  CHECK(db.updated(kLists, "REMOVE a[1], a[0][2], a[2][1].x, a[2][0], a[0][0], a[3]") ==
        "'a':{'L':[{'L':[{'N':'1'}]},{'L':[{'M':{'y':{'N':'6'}}}]}]}");
  CHECK(db.updated(kLists, "REMOVE a[9], a[0][7], a[0][1]") ==
        "'a':{'L':[{'L':[{'N':'0'},{'N':'2'}]},{'N':'3'},{'L':[{'N':'4'},{'M':{'x':{'N':'5'},'y':{'N':'6'}}}]},{'N':'7'}]}");
}

TEST_CASE("UpdateExpression: a large attribute may be named often, but is not copied more often than fits", "[dynamodb][update][limits]") {
  Updates db;
  std::string copies;
  for (int i = 0; i < 290; ++i) append(copies, i ? "," : "SET ", "a", i, "=a");
  CHECK(db.refused(concat("'a':{'S':'", std::string(300'000, 'x'), "'}"), copies) ==
        "ValidationException: Item size to update has exceeded the maximum allowed size");
}

TEST_CASE("UpdateExpression: in an upsert the key of the new item can be read", "[dynamodb][update]") {
  Updates db;
  auto upsert = [&](std::string_view key, std::string_view text) {
    db.ok("UpdateItem", concat("{'TableName':'tab','Key':{'p':{'S':'", key, "'}},'UpdateExpression':'", text, "'}"));
    return db.item("tab", concat("{'p':{'S':'", key, "'}}"));
  };
  CHECK(upsert("new", "SET b = if_not_exists(b, p)") == "{'p':{'S':'new'},'b':{'S':'new'}}");
  CHECK(upsert("newer", "SET b = p") == "{'p':{'S':'newer'},'b':{'S':'newer'}}");
}

}  // namespace cloudemu::test
