#include <catch2/catch.hpp>

#include "core/strings.h"
#include "services/dynamodb/partiql/statement.h"
#include "support/dynamodb.h"

/// PartiQL: ExecuteStatement, BatchExecuteStatement, ExecuteTransaction. In statements ^ stands for the quote of a text, | for that of a
/// name.
namespace cloudemu::test {

using namespace dynamodb;

namespace {

std::string sql(std::string_view text) { return replace_all(replace_all(text, "^", "\\u0027"), "|", "\\\""); }

struct PartiQl : DynamoDb {
  PartiQl() {
    table("music", "artist", "song",
          "'AttributeDefinitions':[{'AttributeName':'artist','AttributeType':'S'},{'AttributeName':'song','AttributeType':'S'},"
          "{'AttributeName':'year','AttributeType':'N'}],'GlobalSecondaryIndexes':[{'IndexName':'by_year','KeySchema':["
          "{'AttributeName':'year','KeyType':'HASH'}],'Projection':{'ProjectionType':'ALL'}}]");
  }
  void songs() {
    for (const char* song : {"c", "a", "b"}) put("music", concat("{'artist':{'S':'x'},'song':{'S':'", song, "'},'year':{'N':'1999'}}"));
    put("music", "{'artist':{'S':'y'},'song':{'S':'d'},'tags':{'SS':['p','q']},'m':{'M':{'l':{'L':[{'N':'1'},{'N':'2'}]}}}}");
  }
  static std::string entry(std::string_view statement, std::string_view more = "") {
    return concat("{'Statement':'", sql(statement), "'", more.empty() ? "" : ",", more, "}");
  }
  std::string run(std::string_view statement, std::string_view more = "") { return ok("ExecuteStatement", entry(statement, more)); }
  std::string refused(std::string_view statement, std::string_view more = "") {
    return refusal("ExecuteStatement", entry(statement, more));
  }
  /// The songs that a SELECT finds, by all its pages.
  std::string found(std::string_view statement, std::string_view more = "") {
    return pages("ExecuteStatement", entry(statement, more), "song");
  }
  std::string transact(std::string_view statements, std::string_view more = "") {
    return ok("ExecuteTransaction", concat("{'TransactStatements':[", statements, "]", more, "}"));
  }
  std::string transact_refused(std::string_view statements, std::string_view more = "") {
    return refusal("ExecuteTransaction", concat("{'TransactStatements':[", statements, "]", more, "}"));
  }
  std::string batch(std::string_view statements, std::string_view more = "") {
    return ok("BatchExecuteStatement", concat("{'Statements':[", statements, "]", more, "}"));
  }
};

constexpr std::string_view kMalformed = "ValidationException: Statement wasn't well formed, can't be processed: ";
const std::string kFailed = "ConditionalCheckFailedException: The conditional request failed";
constexpr std::string_view kKeyD = "{'artist':{'S':'y'},'song':{'S':'d'}}";

}  // namespace

TEST_CASE("PartiQL: INSERT writes an item with every type, and refuses one that is there", "[dynamodb][partiql]") {
  PartiQl db;
  CHECK(db.run("INSERT INTO |music| VALUE {^artist^:^x^,^song^:^a^,^n^:-1.50e1,^t^:true,^z^:null,^l^:[1,^two^],^m^:{^k^:^v^},^ns^:<<1,2>>,"
               "^ss^:<<^b^>>,^q^:^it^^s^}") == "{'Items':[]}");
  CHECK(db.item("music", "{'artist':{'S':'x'},'song':{'S':'a'}}") ==
        "{'artist':{'S':'x'},'song':{'S':'a'},'n':{'N':'-15'},'t':{'BOOL':true},'z':{'NULL':true},'l':{'L':[{'N':'1'},{'S':'two'}]},"
        "'m':{'M':{'k':{'S':'v'}}},'ns':{'NS':['1','2']},'ss':{'SS':['b']},'q':{'S':'it's'}}");
  CHECK(db.refused("INSERT INTO music VALUE {^artist^:^x^,^song^:^a^}") == "DuplicateItemException: Duplicate primary key exists in table");
  db.run("INSERT INTO music VALUE ?", "'Parameters':[{'M':{'artist':{'S':'x'},'song':{'S':'b'},'b':{'B':'AQ=='}}}]");
  CHECK(db.item("music", "{'artist':{'S':'x'},'song':{'S':'b'}}") == "{'artist':{'S':'x'},'song':{'S':'b'},'b':{'B':'AQ=='}}");
  CHECK(db.refused("INSERT INTO music VALUE {^artist^:^x^}") ==
        "ValidationException: One or more parameter values were invalid: Missing the key song in the item");
}

TEST_CASE("PartiQL: SELECT reads by the key, in its order and by pages", "[dynamodb][partiql]") {
  PartiQl db;
  db.songs();
  CHECK(db.run("SELECT * FROM music WHERE artist = ^x^ AND song = ^a^") ==
        "{'Items':[{'artist':{'S':'x'},'song':{'S':'a'},'year':{'N':'1999'}}]}");
  CHECK(db.found("select song from |music| where artist = ^x^") == "a b c");
  CHECK(db.found("SELECT song FROM music WHERE artist = ? AND song >= ?", "'Parameters':[{'S':'x'},{'S':'b'}]") == "b c");
  CHECK(db.found("SELECT song FROM music WHERE artist = ^x^ AND song BETWEEN ^a^ AND ^b^") == "a b");
  CHECK(db.found("SELECT song FROM music WHERE artist = ^x^ AND begins_with(song, ^c^)") == "c");
  CHECK(db.found("SELECT song FROM music WHERE ^x^ = artist ORDER BY song DESC") == "c b a");
  CHECK(db.found("SELECT song FROM music WHERE artist IN [^y^, ^x^] ORDER BY artist DESC, song ASC") == "d a b c");
  CHECK(db.found("SELECT song FROM music WHERE artist = ^x^ OR artist = ^y^") == "a b c d");
  CHECK(db.found("SELECT song FROM |music|.|by_year| WHERE year = 1999 AND song <> ^b^") == "c a");
  CHECK(db.run("SELECT song FROM music WHERE artist = ^nobody^ AND song = ^a^") == "{'Items':[]}");
}

TEST_CASE("PartiQL: what the key cannot answer is a filter", "[dynamodb][partiql]") {
  PartiQl db;
  db.songs();
  CHECK(db.found("SELECT song FROM music WHERE year IS MISSING") == "d");
  CHECK(db.found("SELECT song FROM music WHERE artist = ^x^ AND (song = ^a^ OR NOT song < ^c^)") == "a c");
  CHECK(db.found("SELECT song FROM music WHERE contains(tags, ^p^)") == "d");
  CHECK(db.found("SELECT song FROM music WHERE size(tags) = 2 AND m.l[1] = 2") == "d");
  CHECK(db.found("SELECT song FROM music WHERE attribute_type(tags, ^SS^)") == "d");
  CHECK(db.found("SELECT song FROM music WHERE year IS NOT MISSING AND song NOT IN (^a^, ^b^)") == "c");
  CHECK(db.run("SELECT m.l[1], tags FROM music WHERE artist = ^y^") == "{'Items':[{'l[1]':{'N':'2'},'tags':{'SS':['p','q']}}]}");
}

TEST_CASE("PartiQL: a page ends at the limit, and its token belongs to the statement", "[dynamodb][partiql]") {
  PartiQl db;
  db.songs();
  auto token_of = [&](const std::string& reply) {
    size_t at = reply.find("'NextToken':'");
    return at == std::string::npos ? std::string() : reply.substr(at + 13, reply.find('\'', at + 13) - at - 13);
  };
  constexpr std::string_view kStatement = "SELECT song FROM music WHERE artist IN [^x^, ^y^]";
  std::string all, token;
  for (int page = 0; page < 10; ++page) {
    std::string reply = db.run(kStatement, concat("'Limit':1", token.empty() ? "" : concat(",'NextToken':'", token, "'")));
    size_t at = reply.find("'song':{'S':'");
    if (at != std::string::npos) all += reply[at + 13];
    token = token_of(reply);
    if (token.empty()) break;
    CHECK(db.refused("SELECT song FROM music", concat("'NextToken':'", token, "'")) ==
          "ValidationException: The NextToken is not valid for this statement");
  }
  CHECK(all == "abcd");
  CHECK(db.refused("SELECT song FROM music", "'NextToken':'bm9uc2Vuc2U='") ==
        "ValidationException: The NextToken is not valid for this statement");
}

TEST_CASE("PartiQL: UPDATE sets, removes, adds and returns what was asked for", "[dynamodb][partiql]") {
  PartiQl db;
  db.songs();
  auto update = [&](std::string_view what, std::string_view returning = "") {
    return db.run(concat("UPDATE music ", what, " WHERE artist=^y^ AND song=^d^", returning));
  };
  CHECK(update("SET n = 5", " RETURNING ALL OLD *") ==
        "{'Items':[{'artist':{'S':'y'},'song':{'S':'d'},'tags':{'SS':['p','q']},'m':{'M':{'l':{'L':[{'N':'1'},{'N':'2'}]}}}}]}");
  CHECK(update("SET n = n + 2 - 1, m.k = ^v^", " RETURNING MODIFIED NEW *") == "{'Items':[{'m':{'M':{'k':{'S':'v'}}},'n':{'N':'6'}}]}");
  CHECK(update("SET m.l = list_append(m.l, [3]) SET tags = set_add(tags, <<^r^>>)", " RETURNING MODIFIED NEW *") ==
        "{'Items':[{'tags':{'SS':['p','q','r']},'m':{'M':{'l':{'L':[{'N':'1'},{'N':'2'},{'N':'3'}]}}}}]}");
  CHECK(update("SET tags = SET_DELETE(tags, <<^p^,^q^>>) REMOVE n", " RETURNING MODIFIED OLD *") ==
        "{'Items':[{'tags':{'SS':['p','q','r']},'n':{'N':'6'}}]}");
  CHECK(update("REMOVE m.l[0], m.k", " RETURNING ALL NEW *") ==
        "{'Items':[{'artist':{'S':'y'},'song':{'S':'d'},'tags':{'SS':['r']},'m':{'M':{'l':{'L':[{'N':'2'},{'N':'3'}]}}}}]}");
  CHECK(db.refused("UPDATE music SET n = 1 WHERE artist=^y^ AND song=^nothing^") == kFailed);
  CHECK(db.refused("UPDATE music SET n = 1 WHERE artist=^y^ AND song=^d^ AND year = 1") == kFailed);
  CHECK(db.refused("UPDATE music SET n = 1 WHERE artist=^y^") ==
        "ValidationException: Where clause does not contain a mandatory equality on all key attributes");
  CHECK(db.refused("UPDATE music SET song = ^e^ WHERE artist=^y^ AND song=^d^") ==
        "ValidationException: One or more parameter values were invalid: Cannot update attribute song. This attribute is part of the key");
}

TEST_CASE("PartiQL: DELETE succeeds without an item, and fails by its condition", "[dynamodb][partiql]") {
  PartiQl db;
  db.songs();
  CHECK(db.run("DELETE FROM music WHERE artist=^y^ AND song=^nothing^ AND year = 1") == "{'Items':[]}");
  CHECK(db.refused("DELETE FROM music WHERE artist=^y^ AND song=^d^ AND year = 1") == kFailed);
  CHECK(db.run("DELETE FROM music WHERE artist=^y^ AND song=^d^ RETURNING ALL OLD *").find("'tags':{'SS':['p','q']}") != std::string::npos);
  CHECK(db.item("music", kKeyD) == "");
  Reply reply = db.call("ExecuteStatement", PartiQl::entry("DELETE FROM music WHERE artist=^x^ AND song=^a^ AND year = 1",
                                                           "'ReturnValuesOnConditionCheckFailure':'ALL_OLD'"));
  CHECK(reply.body.find(R"("Item":{"artist":{"S":"x"},"song":{"S":"a"})") != std::string::npos);
}

TEST_CASE("PartiQL: errors are worded as AWS words them", "[dynamodb][partiql]") {
  PartiQl db;
  db.songs();
  CHECK(db.refused("UPSERT INTO music VALUE {}") == concat(kMalformed, "Expected data manipulation"));
  CHECK(db.refused("UPDATE my-music SET year=1 WHERE artist=^x^") == concat(kMalformed, "Expected data manipulation"));
  CHECK(db.refused("INSERT INTO music (artist) VALUES (1)") == concat(kMalformed, "Unexpected keyword"));
  CHECK(db.refused("UPDATE music SET a = set_add(b, <<^c^>>) WHERE artist = ^x^ AND song = ^a^") ==
        "ValidationException: The first argument to SET_ADD must equal the assignment value");
  CHECK(db.refused("INSERT INTO music VALUES {}") == concat(kMalformed, "Unexpected keyword"));
  CHECK(db.refused("SELECT * FROM music WHERE artist = ^x") == concat(kMalformed, "Unterminated quoted text"));
  CHECK(db.refused("SELECT * FROM music WHERE nosuch(artist, 1)") == concat(kMalformed, "No such function: nosuch"));
  CHECK(db.refused("SELECT * FROM music WHERE") == concat(kMalformed, "Unexpected end of statement"));
  CHECK(db.refused("SELECT * FROM nowhere") == "ResourceNotFoundException: Requested resource not found");
  CHECK(db.refused("SELECT * FROM |music|.|nowhere|") == "ValidationException: The table does not have the specified index: nowhere");
  CHECK(db.refused("SELECT * FROM music ORDER BY song") ==
        "ValidationException: Must have WHERE clause in the statement when using ORDER BY clause.");
  CHECK(db.refused("SELECT * FROM music WHERE year = 1 ORDER BY song") ==
        "ValidationException: Must have at least one non-optional hash key condition in WHERE clause when using ORDER BY clause.");
  CHECK(db.refused("SELECT * FROM music WHERE artist IN [^x^, ^y^] ORDER BY song") ==
        "ValidationException: Must have hash key in ORDER BY clause when more than one hash key condition specified in WHERE clause.");
  CHECK(db.refused("SELECT * FROM music WHERE artist = ^x^ ORDER BY year") ==
        "ValidationException: Variable reference year in ORDER BY clause must be part of the primary key.");
  CHECK(db.refused("SELECT * FROM music WHERE artist = 5") ==
        "ValidationException: Key attribute's data type should match its data type in table's schema.");
  CHECK(db.refused("SELECT * FROM music WHERE artist = ?") ==
        "ValidationException: Number of parameters in request and statement don't match.");
  CHECK(db.refused("SELECT * FROM music", "'Parameters':[{'S':'x'}]") ==
        "ValidationException: Number of parameters in request and statement don't match.");
  CHECK(db.refused("SELECT * FROM music", "'Parameters':[]") ==
        "ValidationException: 1 validation error detected: Value '[]' at 'parameters' failed to satisfy constraint: Member must have "
        "length greater than or equal to 1");
  CHECK(db.refused("SELECT * FROM |music|.|by_year| WHERE year = 1999", "'ConsistentRead':true") ==
        "ValidationException: Consistent reads are not supported on global secondary indexes");
}

TEST_CASE("PartiQL: a statement has at most 8192 characters, and bounded depth", "[dynamodb][partiql]") {
  PartiQl db;
  std::string longest = "SELECT * FROM music";
  longest.resize(partiql::kStatementCharactersMax, ' ');
  CHECK(db.run(longest) == "{'Items':[]}");
  CHECK(db.refused(longest + " ").find("Member must have length less than or equal to 8192") != std::string::npos);
  auto nested = [](int levels) {
    return concat("SELECT * FROM music WHERE ", std::string(levels, '('), "year = 1", std::string(levels, ')'));
  };
  CHECK(db.run(nested(partiql::kDepthMax - 1)) == "{'Items':[]}");
  CHECK(db.refused(nested(partiql::kDepthMax)) == concat(kMalformed, "Statement is nested too deeply"));
  auto list = [](int levels) {
    return concat("INSERT INTO music VALUE {^artist^:^x^,^song^:^a^,^l^:", std::string(levels, '['), std::string(levels, ']'), "}");
  };
  CHECK(db.refused(list(32)) == "ValidationException: Nesting Levels have exceeded supported limits");
  CHECK(db.run(list(31)) == "{'Items':[]}");
  auto in = [](int count) {
    std::string values = "1";
    for (int i = 1; i < count; ++i) values += ",1";
    return concat("SELECT * FROM music WHERE year IN [", values, "]");
  };
  CHECK(db.run(in(100)) == "{'Items':[]}");
  CHECK(db.refused(in(101)) == "ValidationException: Too many values in the IN operator: 101, at most 100");
}

TEST_CASE("BatchExecuteStatement: each statement has its own outcome", "[dynamodb][partiql]") {
  PartiQl db;
  db.songs();
  CHECK(db.batch(concat(PartiQl::entry("SELECT song FROM music WHERE artist=^x^ AND song=^a^"), ",",
                        PartiQl::entry("SELECT * FROM music WHERE artist=^x^ AND song=^nothing^"), ",",
                        PartiQl::entry("SELECT * FROM nowhere WHERE artist=^x^"), ",",
                        PartiQl::entry("SELECT * FROM music WHERE artist=^x^"))) ==
        "{'Responses':[{'TableName':'music','Item':{'song':{'S':'a'}}},{'TableName':'music'},"
        "{'Error':{'Code':'ResourceNotFound','Message':'Requested resource not found'},'TableName':'nowhere'},"
        "{'Error':{'Code':'ValidationError','Message':'Select statements within BatchExecuteStatement must specify the primary key in the "
        "where clause.'},'TableName':'music'}]}");
  CHECK(
      db.batch(concat(PartiQl::entry("INSERT INTO music VALUE {^artist^:^x^,^song^:^a^}"), ",",
                      PartiQl::entry("INSERT INTO music VALUE {^artist^:^x^,^song^:^e^}"), ",",
                      PartiQl::entry("UPDATE music SET n=1 WHERE artist=^x^ AND song=^no^"))) ==
      "{'Responses':[{'Error':{'Code':'DuplicateItem','Message':'Duplicate primary key exists in table'},'TableName':'music'},"
      "{'TableName':'music'},{'Error':{'Code':'ConditionalCheckFailed','Message':'The conditional request failed'},'TableName':'music'}]}");
  CHECK(db.item("music", "{'artist':{'S':'x'},'song':{'S':'e'}}") == "{'artist':{'S':'x'},'song':{'S':'e'}}");
  auto refused = [&](std::string_view statements) {
    return db.refusal("BatchExecuteStatement", concat("{'Statements':[", statements, "]}"));
  };
  std::string remove = PartiQl::entry("DELETE FROM music WHERE artist=^x^ AND song=^a^");
  CHECK(refused(concat(remove, ",", remove)) == "ValidationException: Provided list of item keys contains duplicates");
  std::string fails = PartiQl::entry("UPDATE music SET n=1 WHERE artist=^x^ AND song=^a^ AND n=7");
  CHECK(refused(concat(remove, ",", fails)) == "ValidationException: Provided list of item keys contains duplicates");
  CHECK(refused(concat(remove, ",", PartiQl::entry("SELECT * FROM music WHERE artist=^x^ AND song=^a^"))) ==
        "ValidationException: BatchExecuteStatement API does not support both read and write operations in the same request.");
  std::string many = remove;
  for (int i = 1; i < 26; ++i) append(many, ",", remove);
  CHECK(refused(many).find("Member must have length less than or equal to 25") != std::string::npos);
}

TEST_CASE("ExecuteTransaction: all statements or none", "[dynamodb][partiql]") {
  PartiQl db;
  db.songs();
  std::string exists = PartiQl::entry("EXISTS(SELECT * FROM music WHERE artist=^y^ AND song=^d^ AND tags IS NOT MISSING)");
  std::string insert = PartiQl::entry("INSERT INTO music VALUE {^artist^:^z^,^song^:^a^}");
  std::string update = PartiQl::entry("UPDATE music SET n=1 WHERE artist=^x^ AND song=^a^");
  CHECK(db.transact(concat(exists, ",", insert, ",", update), ",'ClientRequestToken':'t'") == "{'Responses':[{},{},{}]}");
  db.require_events(3);
  CHECK(db.transact(concat(exists, ",", insert, ",", update), ",'ClientRequestToken':'t'") == "{'Responses':[{},{},{}]}");
  db.require_events(0);
  CHECK(db.transact_refused(exists, ",'ClientRequestToken':'t'").starts_with("IdempotentParameterMismatchException"));
  CHECK(
      db.transact_refused(concat(update, ",", insert)) ==
      "TransactionCanceledException: Transaction cancelled, please refer cancellation reasons for specific reasons [None, DuplicateItem]");
  CHECK(db.transact(concat(PartiQl::entry("SELECT n FROM music WHERE artist=^x^ AND song=^a^"), ",",
                           PartiQl::entry("SELECT * FROM music WHERE artist=^x^ AND song=^no^"))) ==
        "{'Responses':[{'Item':{'n':{'N':'1'}}},{}]}");
  CHECK(db.transact_refused(concat(update, ",", PartiQl::entry("SELECT * FROM music WHERE artist=^x^ AND song=^a^"))) ==
        "ValidationException: ExecuteTransaction API does not support both read and write operations in the same request.");
  CHECK(db.refused("EXISTS(SELECT * FROM music WHERE artist=^y^ AND song=^d^)") ==
        "ValidationException: EXISTS is supported in ExecuteTransaction only");
  std::string many = insert;
  for (int i = 1; i < 101; ++i) append(many, ",", insert);
  CHECK(db.transact_refused(many).find("Member must have length less than or equal to 100") != std::string::npos);
}

TEST_CASE("PartiQL: consumed capacity is told as the other operations tell it", "[dynamodb][partiql]") {
  PartiQl db;
  db.songs();
  constexpr std::string_view kTotal = "'ReturnConsumedCapacity':'TOTAL'";
  CHECK(db.run("SELECT song FROM music WHERE artist = ^x^ AND song = ^a^", kTotal) ==
        "{'Items':[{'song':{'S':'a'}}],'ConsumedCapacity':{'TableName':'music','CapacityUnits':0.5}}");
  CHECK(db.run("UPDATE music SET n = 1 WHERE artist = ^y^ AND song = ^d^", kTotal) ==
        "{'Items':[],'ConsumedCapacity':{'TableName':'music','CapacityUnits':1.0}}");
}

}  // namespace cloudemu::test
