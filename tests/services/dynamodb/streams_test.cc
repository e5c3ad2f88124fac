#include <algorithm>
#include <catch2/catch.hpp>

#include "core/strings.h"
#include "support/dynamodb.h"

namespace cloudemu::test {

using namespace dynamodb;

namespace {

std::string between(const std::string& text, std::string_view before, std::string_view after) {
  size_t from = text.find(before);
  if (from == std::string::npos) return {};
  from += before.size();
  return text.substr(from, text.find(after, from) - from);
}

/// A table with a stream, and a reader of it.
struct Streamed : DynamoDb {
  explicit Streamed(std::string_view view = "NEW_AND_OLD_IMAGES") {
    table("tab", "p", {}, concat("'StreamSpecification':{'StreamEnabled':true,'StreamViewType':'", view, "'}"));
    arn = between(ok("DescribeTable", "{'TableName':'tab'}"), "'LatestStreamArn':'", "'");
  }

  std::string streams(std::string_view operation, std::string_view input) { return ok(concat(kPrefix, operation), input); }
  std::string streams_refusal(std::string_view operation, std::string_view input) { return refusal(concat(kPrefix, operation), input); }
  std::string shard() { return between(streams("DescribeStream", concat("{'StreamArn':'", arn, "'}")), "'ShardId':'", "'"); }
  std::string place(std::string_view type, std::string_view more = "") {
    return concat("{'StreamArn':'", arn, "','ShardId':'", shard(), "','ShardIteratorType':'", type, "'", more, "}");
  }
  std::string iterator(std::string_view type, std::string_view more = "") {
    return between(streams("GetShardIterator", place(type, more)), "'ShardIterator':'", "'");
  }
  std::string records(std::string_view iterator, std::string_view more = "") {
    return streams("GetRecords", concat("{'ShardIterator':'", iterator, "'", more, "}"));
  }
  std::string all() { return records(iterator("TRIM_HORIZON")); }
  /// "INSERT a, REMOVE b": events and the keys they are about.
  static std::string brief(const std::string& records) {
    std::string out;
    for (size_t at = 0; (at = records.find("'eventName':'", at)) != std::string::npos; ++at) {
      std::string record = records.substr(at, records.find("'SequenceNumber'", at) - at);
      append(out, out.empty() ? "" : ", ", between(record, "'eventName':'", "'"), ' ', between(record, "'Keys':{'p':{'S':'", "'"));
    }
    return out;
  }
  std::string update(std::string_view more) { return ok("UpdateTable", concat("{'TableName':'tab',", more, "}")); }

  static constexpr std::string_view kPrefix = "DynamoDBStreams_20120810.";
  std::string arn;
};

}  // namespace

TEST_CASE("Streams: a record says what happened to an item", "[dynamodb][streams]") {
  Streamed db;
  db.put("tab", "{'p':{'S':'a'},'x':{'N':'1'}}");
  std::string sequence = between(db.all(), "'SequenceNumber':'", "'");
  CHECK(sequence.size() == 21);
  CHECK(db.all().starts_with(concat("{'Records':[{'eventID':'", std::string(30, '0'),
                                    "32','eventName':'INSERT','eventVersion':'1.1','eventSource':'aws:dynamodb',",
                                    "'awsRegion':'us-east-1','dynamodb':{'ApproximateCreationDateTime':1795406400,'Keys':{'p':{'S':'a'}},",
                                    "'NewImage':{'p':{'S':'a'},'x':{'N':'1'}},'SequenceNumber':'", sequence,
                                    "','SizeBytes':7,'StreamViewType':'NEW_AND_OLD_IMAGES'}}],'NextShardIterator':'arn:aws:dynamodb:")));
  db.put("tab", "{'p':{'S':'a'},'x':{'N':'2'}}");
  db.ok("DeleteItem", "{'TableName':'tab','Key':{'p':{'S':'a'}}}");
  std::string all = db.all();
  CHECK(Streamed::brief(all) == "INSERT a, MODIFY a, REMOVE a");
  CHECK(all.find("'NewImage':{'p':{'S':'a'},'x':{'N':'2'}},'OldImage':{'p':{'S':'a'},'x':{'N':'1'}}") != std::string::npos);
  CHECK(all.find("userIdentity") == std::string::npos);
}

TEST_CASE("Streams: the view type says which images a record has", "[dynamodb][streams]") {
  auto [view, has_new, has_old] = GENERATE(table<const char*, bool, bool>(
      {{"KEYS_ONLY", false, false}, {"NEW_IMAGE", true, false}, {"OLD_IMAGE", false, true}, {"NEW_AND_OLD_IMAGES", true, true}}));
  Streamed db(view);
  db.put("tab", "{'p':{'S':'a'}}");
  db.ok("UpdateItem",
        "{'TableName':'tab','Key':{'p':{'S':'a'}},'UpdateExpression':'SET x = :x','ExpressionAttributeValues':{':x':{'S':'y'}}}");
  std::string modify = between(db.all(), "'eventName':'MODIFY'", "}}]");
  CHECK((modify.find("'NewImage':{'p':{'S':'a'},'x':{'S':'y'}}") != std::string::npos) == has_new);
  CHECK((modify.find("'OldImage':{'p':{'S':'a'}}") != std::string::npos) == has_old);
  CHECK(modify.find("'Keys':{'p':{'S':'a'}}") != std::string::npos);
}

TEST_CASE("Streams: what changes nothing has no record", "[dynamodb][streams]") {
  Streamed db;
  db.put("tab", "{'p':{'S':'a'},'m':{'M':{'x':{'N':'1'},'y':{'SS':['u','v']}}}}");
  db.put("tab", "{'p':{'S':'a'},'m':{'M':{'x':{'N':'1'},'y':{'SS':['u','v']}}}}");
  db.put("tab", "{'p':{'S':'a'},'m':{'M':{'y':{'SS':['v','u']},'x':{'N':'1.0'}}}}");
  db.ok("DeleteItem", "{'TableName':'tab','Key':{'p':{'S':'nobody'}}}");
  db.ok("UpdateItem", "{'TableName':'tab','Key':{'p':{'S':'a'}},'UpdateExpression':'REMOVE absent'}");
  db.ok("UpdateItem", "{'TableName':'tab','Key':{'p':{'S':'nobody'}},'UpdateExpression':'REMOVE x'}");
  CHECK(Streamed::brief(db.all()) == "INSERT a");
  db.ok("UpdateItem", "{'TableName':'tab','Key':{'p':{'S':'new'}}}");
  CHECK(Streamed::brief(db.all()) == "INSERT a, INSERT new");
}

TEST_CASE("Streams: batches and transactions have one record per item, in order", "[dynamodb][streams]") {
  Streamed db;
  db.put("tab", "{'p':{'S':'a'}}");
  db.ok("BatchWriteItem",
        "{'RequestItems':{'tab':[{'DeleteRequest':{'Key':{'p':{'S':'a'}}}},{'PutRequest':{'Item':{'p':{'S':'b'}}}},"
        "{'DeleteRequest':{'Key':{'p':{'S':'nobody'}}}},{'PutRequest':{'Item':{'p':{'S':'c'}}}}]}}");
  db.ok("TransactWriteItems",
        "{'TransactItems':[{'Put':{'TableName':'tab','Item':{'p':{'S':'d'}}}},{'Delete':{'TableName':'tab','Key':{'p':{'S':'b'}}}}]}");
  CHECK(Streamed::brief(db.all()) == "INSERT a, REMOVE a, INSERT b, INSERT c, INSERT d, REMOVE b");
}

TEST_CASE("Streams: a long item that changed little is in its record as a whole", "[dynamodb][streams]") {
  Streamed db;
  std::string filler(20'000, 'f');
  db.put("tab", concat("{'p':{'S':'a'},'f':{'S':'", filler, "'},'x':{'N':'1'}}"));
  db.ok("UpdateItem",
        "{'TableName':'tab','Key':{'p':{'S':'a'}},'UpdateExpression':'SET x = :x','ExpressionAttributeValues':{':x':{'N':'2'}}}");
  CHECK(db.event<ItemPatched>().streamed_until > 0);
  std::string all = db.all();
  CHECK(all.find(concat("'OldImage':{'p':{'S':'a'},'f':{'S':'", filler, "'},'x':{'N':'1'}}")) != std::string::npos);
  CHECK(all.find(concat("'NewImage':{'p':{'S':'a'},'f':{'S':'", filler, "'},'x':{'N':'2'}}")) != std::string::npos);
}

TEST_CASE("Streams: iterators begin at the horizon, behind the last record, at a record or after it", "[dynamodb][streams]") {
  Streamed db;
  std::string before = db.iterator("LATEST");
  db.put("tab", "{'p':{'S':'a'}}");
  db.put("tab", "{'p':{'S':'b'}}");
  std::string latest = db.iterator("LATEST");
  db.put("tab", "{'p':{'S':'c'}}");
  CHECK(Streamed::brief(db.all()) == "INSERT a, INSERT b, INSERT c");
  CHECK(Streamed::brief(db.records(before)) == "INSERT a, INSERT b, INSERT c");
  CHECK(Streamed::brief(db.records(latest)) == "INSERT c");
  std::string b = between(db.all().substr(db.all().find("'Keys':{'p':{'S':'b'")), "'SequenceNumber':'", "'");
  CHECK(Streamed::brief(db.records(db.iterator("AT_SEQUENCE_NUMBER", concat(",'SequenceNumber':'", b, "'")))) == "INSERT b, INSERT c");
  CHECK(Streamed::brief(db.records(db.iterator("AFTER_SEQUENCE_NUMBER", concat(",'SequenceNumber':'", b, "'")))) == "INSERT c");
  std::string start = between(db.streams("DescribeStream", concat("{'StreamArn':'", db.arn, "'}")), "'StartingSequenceNumber':'", "'");
  CHECK(Streamed::brief(db.records(db.iterator("AT_SEQUENCE_NUMBER", concat(",'SequenceNumber':'", start, "'")))) ==
        "INSERT a, INSERT b, INSERT c");
}

TEST_CASE("Streams: a page has as many records as asked for, the next one goes on behind it", "[dynamodb][streams][limits]") {
  Streamed db;
  db.put_many("tab", 1003, [](int i) { return concat("{'p':{'S':'", i, "'}}"); });
  std::string first = db.records(db.iterator("TRIM_HORIZON"), ",'Limit':2");
  CHECK(Streamed::brief(first) == "INSERT 1, INSERT 2");
  std::string second = db.records(between(first, "'NextShardIterator':'", "'"));
  CHECK(Streamed::brief(second).ends_with("INSERT 1002"));
  std::string third = db.records(between(second, "'NextShardIterator':'", "'"));
  CHECK(Streamed::brief(third) == "INSERT 1003");
  std::string fourth = db.records(between(third, "'NextShardIterator':'", "'"));
  CHECK(fourth.starts_with("{'Records':[],'NextShardIterator':'"));
  CHECK(db.streams_refusal("GetRecords", concat("{'ShardIterator':'", db.iterator("LATEST"), "','Limit':1001}"))
            .ends_with("at 'limit' failed to satisfy constraint: Member must have value less than or equal to 1000"));
}

TEST_CASE("Streams: a page has at most a megabyte of records", "[dynamodb][streams][limits]") {
  Streamed db("NEW_IMAGE");
  for (char name : {'a', 'b', 'c'}) db.put("tab", concat("{'p':{'S':'", name, "'},'f':{'S':'", std::string(390'000, name), "'}}"));
  std::string first = db.all();
  CHECK(Streamed::brief(first) == "INSERT a, INSERT b");
  CHECK(Streamed::brief(db.records(between(first, "'NextShardIterator':'", "'"))) == "INSERT c");
}

TEST_CASE("Streams: a page ends where its text gets long, too: records may be many times what they count", "[dynamodb][streams][limits]") {
  Streamed db("NEW_IMAGE");
  std::string nulls;
  for (int i = 0; i < 2000; ++i) append(nulls, i == 0 ? "" : ",", "{'NULL':true}");
  db.put_many("tab", 300, [&](int i) { return concat("{'p':{'S':'", i, "'},'l':{'L':[", nulls, "]}}"); });
  std::string page = db.all();
  CHECK(page.size() > 2 << 20);
  CHECK(page.size() < (2 << 20) + 100'000);
  size_t seen = 0;
  for (std::string next = db.iterator("TRIM_HORIZON"); seen < 300; next = between(page, "'NextShardIterator':'", "'")) {
    page = db.records(next);
    std::string brief = Streamed::brief(page);
    REQUIRE(brief != "");
    seen += static_cast<size_t>(std::count(brief.begin(), brief.end(), ',')) + 1;
  }
  CHECK(seen == 300);
}

TEST_CASE("Streams: an iterator is good for fifteen minutes", "[dynamodb][streams][time]") {
  Streamed db;
  std::string iterator = db.iterator("TRIM_HORIZON");
  db.world.advance(15 * 60 * kSecondMs);
  db.records(iterator);
  db.world.advance(1);
  CHECK(db.streams_refusal("GetRecords", concat("{'ShardIterator':'", iterator, "'}"))
            .starts_with("ExpiredIteratorException: Iterator expired. The iterator was created at time 1795406400.000 "));
  CHECK(db.streams_refusal("GetRecords", "{'ShardIterator':'nonsense'}") == "ValidationException: Invalid ShardIterator");
}

TEST_CASE("Streams: records are there for a day, and then are trimmed", "[dynamodb][streams][time]") {
  Streamed db;
  db.put("tab", "{'p':{'S':'a'}}");
  std::string a = between(db.all(), "'SequenceNumber':'", "'");
  db.world.advance(kDayMs - 1);
  db.put("tab", "{'p':{'S':'b'}}");
  CHECK(Streamed::brief(db.all()) == "INSERT a, INSERT b");
  db.world.advance(1);
  CHECK(Streamed::brief(db.all()) == "INSERT b");
  CHECK(db.streams_refusal("GetShardIterator", db.place("AT_SEQUENCE_NUMBER", concat(",'SequenceNumber':'", a, "'")))
            .starts_with("TrimmedDataAccessException: "));
  CHECK(Streamed::brief(db.records(db.iterator("AFTER_SEQUENCE_NUMBER", concat(",'SequenceNumber':'", a, "'")))) == "INSERT b");
  // It goes for good an hour later, with all that are past their day by then.
  db.world.advance(3600 * kSecondMs);
  CHECK(db.event<StreamTrimmed>().count == 1);
  CHECK(Streamed::brief(db.all()) == "INSERT b");
  db.world.advance(kDayMs);
  CHECK(db.event<StreamTrimmed>().count == 1);
  CHECK(Streamed::brief(db.all()).empty());
  CHECK(db.streams_refusal("GetShardIterator", db.place("AT_SEQUENCE_NUMBER", concat(",'SequenceNumber':'", a, "'")))
            .starts_with("TrimmedDataAccessException: "));
  db.put("tab", "{'p':{'S':'c'}}");
  CHECK(Streamed::brief(db.all()) == "INSERT c");
}

TEST_CASE("Streams: two thousand records are trimmed in slices", "[dynamodb][streams][time]") {
  Streamed db;
  db.put_many("tab", 2000, [](int i) { return concat("{'p':{'S':'", i, "'}}"); });
  db.world.advance(kDayMs + 3600 * kSecondMs);
  uint64_t trimmed = 0;
  for (const Event& event : db.world.events()) {
    auto count = std::get<StreamTrimmed>(event).count;
    CHECK(count <= 500);
    trimmed += count;
  }
  CHECK(trimmed == 2000);
  CHECK(Streamed::brief(db.all()).empty());
}

TEST_CASE("Streams: a clock that goes back neither hides records nor keeps the daemon busy", "[dynamodb][streams][time]") {
  Streamed db;
  db.world.advance(10 * kDayMs);
  db.put("tab", "{'p':{'S':'a'}}");
  db.world.clock().time -= 10 * kDayMs;
  db.put("tab", "{'p':{'S':'b'}}");
  CHECK(Streamed::brief(db.all()) == "INSERT a, INSERT b");
  db.world.advance(2 * kDayMs);
  CHECK(Streamed::brief(db.all()) == "INSERT a, INSERT b");
  db.world.advance(10 * kDayMs);
  CHECK(Streamed::brief(db.all()).empty());
}

TEST_CASE("Streams: a disabled one can be read to its end for a day; a new one has another ARN", "[dynamodb][streams][time]") {
  Streamed db;
  db.put("tab", "{'p':{'S':'a'}}");
  CHECK(db.refusal("UpdateTable", "{'TableName':'tab','StreamSpecification':{'StreamEnabled':true,'StreamViewType':'KEYS_ONLY'}}") ==
        "ValidationException: Table already has an enabled stream: TableName: tab");
  db.update("'StreamSpecification':{'StreamEnabled':false}");
  db.put("tab", "{'p':{'S':'unseen'}}");
  std::string described = db.streams("DescribeStream", concat("{'StreamArn':'", db.arn, "'}"));
  CHECK(described.find("'StreamStatus':'DISABLED'") != std::string::npos);
  CHECK(described.find("'EndingSequenceNumber':'1") != std::string::npos);
  std::string records = db.all();
  CHECK(Streamed::brief(records) == "INSERT a");
  CHECK(records.find("NextShardIterator") == std::string::npos);
  // At the same moment: the label is moved on.
  std::string again = db.update("'StreamSpecification':{'StreamEnabled':true,'StreamViewType':'KEYS_ONLY'}");
  CHECK(between(again, "'LatestStreamArn':'", "'") != db.arn);
  CHECK(db.streams("ListStreams", "{'TableName':'tab'}") ==
        "{'Streams':[{'StreamArn':'arn:aws:dynamodb:us-east-1:000000000000:table/tab/stream/2026-11-23T04:00:00.000','TableName':'tab',"
        "'StreamLabel':'2026-11-23T04:00:00.000'},{'StreamArn':'arn:aws:dynamodb:us-east-1:000000000000:table/tab/stream/"
        "2026-11-23T04:00:00.001','TableName':'tab','StreamLabel':'2026-11-23T04:00:00.001'}]}");
  db.world.advance(kDayMs);
  CHECK(db.event<StreamTrimmed>().ended);
  CHECK(db.streams_refusal("DescribeStream", concat("{'StreamArn':'", db.arn, "'}")) ==
        concat("ResourceNotFoundException: Requested resource not found: Stream: ", db.arn, " not found"));
}

TEST_CASE("Streams: the stream of a deleted table can be read for a day", "[dynamodb][streams][time]") {
  Streamed db;
  db.put("tab", "{'p':{'S':'a'}}");
  db.ok("DeleteTable", "{'TableName':'tab'}");
  CHECK(Streamed::brief(db.all()) == "INSERT a");
  // A table of the same name at the same moment has another stream.
  db.table("tab", "p", {}, "'StreamSpecification':{'StreamEnabled':true,'StreamViewType':'NEW_IMAGE'}");
  db.put("tab", "{'p':{'S':'b'}}");
  CHECK(Streamed::brief(db.all()) == "INSERT a");
  db.world.advance(kDayMs);
  CHECK(db.streams_refusal("DescribeStream", concat("{'StreamArn':'", db.arn, "'}")).starts_with("ResourceNotFoundException: "));
  db.world.advance(kDayMs);
  CHECK(db.streams("ListStreams", "{}").find("00.001'}]}") != std::string::npos);
}

TEST_CASE("ListStreams: pages, also from a stream that is gone", "[dynamodb][streams]") {
  Streamed streams;
  for (std::string_view name : {"tac", "tad"}) {
    streams.table(name, "p", {}, "'StreamSpecification':{'StreamEnabled':true,'StreamViewType':'KEYS_ONLY'}");
  }
  std::string first = streams.streams("ListStreams", "{'Limit':2}");
  std::string last = between(first, "'LastEvaluatedStreamArn':'", "'");
  CHECK(last.find("table/tac/") != std::string::npos);
  std::string rest = streams.streams("ListStreams", concat("{'Limit':2,'ExclusiveStartStreamArn':'", last, "'}"));
  CHECK(rest.starts_with("{'Streams':[{'StreamArn':'arn:aws:dynamodb:us-east-1:000000000000:table/tad/"));
  CHECK(
      streams.streams("ListStreams", concat("{'ExclusiveStartStreamArn':'", replace_all(last, "tac", "tabby"), "'}")).find("table/tac/") !=
      std::string::npos);
  CHECK(streams.streams("ListStreams", "{'TableName':'nil'}") == "{'Streams':[]}");
  CHECK(streams.streams_refusal("ListStreams", concat("{'ExclusiveStartStreamArn':'", std::string(40, 'x'), "'}")) ==
        "ValidationException: Invalid StreamArn");
}

TEST_CASE("DescribeStream and GetShardIterator: what is refused", "[dynamodb][streams]") {
  Streamed db;
  auto describe = [&](std::string_view more) { return concat("{'StreamArn':'", db.arn, "',", more, "}"); };
  CHECK(db.streams("DescribeStream", describe(concat("'ExclusiveStartShardId':'", db.shard(), "'"))).find("'Shards':[]") !=
        std::string::npos);
  CHECK(db.streams("DescribeStream", describe(concat("'ShardFilter':{'Type':'CHILD_SHARDS','ShardId':'", db.shard(), "'}")))
            .find("'Shards':[]") != std::string::npos);
  CHECK(db.streams_refusal("DescribeStream", describe("'ShardFilter':{'Type':'CHILD_SHARDS'}")) ==
        "ValidationException: ShardFilter.ShardId must be specified for ShardFilter type CHILD_SHARDS");
  CHECK(db.streams_refusal("GetShardIterator", db.place("AT_SEQUENCE_NUMBER")) ==
        "ValidationException: SequenceNumber must be specified when ShardIteratorType is AT_SEQUENCE_NUMBER");
  CHECK(db.streams_refusal("GetShardIterator", db.place("LATEST", ",'SequenceNumber':'100000000000000000001'")) ==
        "ValidationException: SequenceNumber must not be specified when ShardIteratorType is LATEST");
  CHECK(db.streams_refusal("GetShardIterator", db.place("AT_SEQUENCE_NUMBER", ",'SequenceNumber':'20000000000000000000x'")) ==
        "ValidationException: Invalid SequenceNumber: 20000000000000000000x");
  CHECK(db.streams_refusal("GetShardIterator",
                           concat("{'StreamArn':'", db.arn, "','ShardId':'", std::string(30, 's'), "','ShardIteratorType':'LATEST'}"))
            .starts_with("ResourceNotFoundException: Requested resource not found: Shard does not exist: sss"));
}

}  // namespace cloudemu::test
