#include <catch2/catch.hpp>

#include "core/strings.h"
#include "protocol/content_coding.h"
#include "services/dynamodb/ion.h"
#include "support/dynamodb.h"

/// Exports of tables into buckets, and imports from them.
namespace cloudemu::test {

using namespace dynamodb;

namespace {

struct Transfers : DynamoDb {
  Transfers() {
    table("tab", "p");
    ok("UpdateContinuousBackups", "{'TableName':'tab','PointInTimeRecoverySpecification':{'PointInTimeRecoveryEnabled':true}}");
    REQUIRE(world.send({.method = "PUT", .target = "/lake"}).status == 200);
  }
  void upload(std::string_view key, std::string body) {
    REQUIRE(world.send({.method = "PUT", .target = concat("/lake/", key), .body = std::move(body)}).status == 200);
  }
  std::string object(std::string_view key) {
    Reply reply = world.send({.target = concat("/lake/", key)});
    REQUIRE(reply.status == 200);
    return reply.body;
  }
  static std::string between(const std::string& text, std::string_view open, std::string_view close) {
    size_t at = text.find(open);
    REQUIRE(at != std::string::npos);
    at += open.size();
    return text.substr(at, text.find(close, at) - at);
  }
  std::string export_table(std::string_view more = "") {
    std::string reply = ok("ExportTableToPointInTime", concat("{'TableArn':'arn:aws:dynamodb:us-east-1:000000000000:table/tab',"
                                                              "'S3Bucket':'lake','S3Prefix':'out'",
                                                              more, "}"));
    world.run_jobs();
    return ok("DescribeExport", concat("{'ExportArn':'", between(reply, "'ExportArn':'", "'"), "'}"));
  }
  /// All lines of the data files that a manifest names.
  std::string lines_of(const std::string& description) {
    std::string summary = shown(object(between(description, "'ExportManifest':'", "'")));
    std::string files = shown(object(between(summary, "'manifestFilesS3Key':'", "'"))), lines;
    for (std::string_view line : split(files, '\n')) {
      if (line.empty()) continue;
      auto unpacked = decode_content(ContentCoding::gzip, object(between(std::string(line), "'dataFileS3Key':'", "'")), 1 << 24);
      REQUIRE(unpacked);
      lines += *unpacked;
    }
    return shown(lines);
  }
  std::string import_table(std::string_view prefix, std::string_view format, std::string_view more = "") {
    std::string reply =
        ok("ImportTable",
           concat("{'S3BucketSource':{'S3Bucket':'lake','S3KeyPrefix':'", prefix, "'},'InputFormat':'", format, "'", more,
                  ",'TableCreationParameters':{'TableName':'copy','BillingMode':'PAY_PER_REQUEST','KeySchema':[{'AttributeName':'p',"
                  "'KeyType':'HASH'}],'AttributeDefinitions':[{'AttributeName':'p','AttributeType':'S'}]}}"));
    for (int i = 0; i < 3; ++i) {  // what is fetched on a worker thread arrives in the next turn of the loop
      world.run_jobs();
      ok("ListTables", "{}");
    }
    world.run_jobs();
    return ok("DescribeImport", concat("{'ImportArn':'", between(reply, "'ImportArn':'", "'"), "'}"));
  }
};

}  // namespace

TEST_CASE("An export writes every item once, and names its files in manifests", "[dynamodb][transfer]") {
  Transfers db;
  db.put_many("tab", 700, [](int i) { return concat("{'p':{'S':'", i, "'},'text':{'S':'", std::string(400, 'x'), "'}}"); });
  std::string done = db.export_table();
  CHECK(done.find("'ExportStatus':'COMPLETED'") != std::string::npos);
  CHECK(done.find("'ItemCount':700") != std::string::npos);
  std::string lines = db.lines_of(done);
  for (int i = 1; i <= 700; ++i) CHECK(lines.find(concat("{'Item':{'p':{'S':'", i, "'},")) != std::string::npos);
  CHECK(split(lines, '\n').size() == 701);
  std::string manifest = Transfers::between(done, "'ExportManifest':'", "'");
  CHECK(manifest.starts_with("out/AWSDynamoDB/0"));
  std::string folder = manifest.substr(0, manifest.rfind('/') + 1);
  CHECK(db.object(folder + "_started") == "");
  CHECK(db.object(folder + "manifest-files.checksum").size() == 24);
  CHECK(db.ok("ListExports", "{}").find("'ExportType':'FULL_EXPORT'") != std::string::npos);
  CHECK(db.ok("ListBackups", "{}") == "{'BackupSummaries':[]}");
}

TEST_CASE("An export as Ion, and one that has no bucket", "[dynamodb][transfer]") {
  Transfers db;
  db.put("tab",
         "{'p':{'S':'it'},'n':{'N':'1.50'},'i':{'N':'7'},'s':{'SS':['a']},'l':{'L':[{'BOOL':true},{'NULL':true}]},'b':{'B':'AQ=='}}");
  CHECK(db.lines_of(db.export_table(",'ExportFormat':'ION'")) ==
        "$ion_1_0{Item:{p:'it',n:1.5,i:7.,s:$dynamodb_SS::['a'],l:[true,null],b:{{AQ==}}}}\n");
  std::string reply = db.ok("ExportTableToPointInTime",
                            "{'TableArn':'arn:aws:dynamodb:us-east-1:000000000000:table/tab','S3Bucket':'nowhere','ClientToken':'t'}");
  std::string described = db.ok("DescribeExport", concat("{'ExportArn':'", Transfers::between(reply, "'ExportArn':'", "'"), "'}"));
  CHECK(described.find("'ExportStatus':'FAILED'") != std::string::npos);
  CHECK(described.find("'FailureCode':'S3NoSuchBucket'") != std::string::npos);
  CHECK(db.refusal("ExportTableToPointInTime",
                   "{'TableArn':'arn:aws:dynamodb:us-east-1:000000000000:table/tab','S3Bucket':'lake','ClientToken':'t'}")
            .starts_with("ExportConflictException"));
}

TEST_CASE("What was exported is imported as it was, in both formats", "[dynamodb][transfer]") {
  for (std::string_view format : {"DYNAMODB_JSON", "ION"}) {
    Transfers db;
    db.put_many("tab", 300, [](int i) {
      return concat("{'p':{'S':'", i, "'},'n':{'N':'-", i, ".5'},'m':{'M':{'x':{'L':[{'S':'q\\u0000\\\\'}]}}},'z':{'NS':['1','2']}}");
    });
    std::string folder = Transfers::between(db.export_table(concat(",'ExportFormat':'", format, "'")), "'ExportManifest':'", "manifest");
    std::string done = db.import_table(concat(folder, "data/"), format, ",'InputCompressionType':'GZIP'");
    INFO(done);
    CHECK(done.find("'ImportStatus':'COMPLETED'") != std::string::npos);
    CHECK(done.find("'ImportedItemCount':300") != std::string::npos);
    CHECK(done.find("'ErrorCount':0") != std::string::npos);
    CHECK(db.item("copy", "{'p':{'S':'17'}}") == db.item("tab", "{'p':{'S':'17'}}"));
  }
}

TEST_CASE("An import counts what is no item, reads CSV, and fails without a bucket", "[dynamodb][transfer]") {
  Transfers db;
  db.upload(
      "json/a",
      "{\"Item\":{\"p\":{\"S\":\"a\"}}}\nno json\n{\"Item\":{\"q\":{\"S\":\"a\"}}}\n{\"Item\":{\"p\":{\"S\":\"a\"},\"v\":{\"N\":\"2\"}}}");
  std::string done = db.import_table("json/", "DYNAMODB_JSON");
  CHECK(done.find("'ErrorCount':2") != std::string::npos);
  CHECK(done.find("'ProcessedItemCount':4,'ImportedItemCount':1") != std::string::npos);
  CHECK(db.item("copy", "{'p':{'S':'a'}}") == "{'p':{'S':'a'},'v':{'N':'2'}}");
  db.ok("DeleteTable", "{'TableName':'copy'}");
  db.world.run_jobs();
  db.upload("csv/a", "p,v\na,\"one, \"\"two\"\"\"\nb,\n");
  done = db.import_table("csv/", "CSV");
  CHECK(done.find("'ImportedItemCount':2") != std::string::npos);
  CHECK(db.item("copy", "{'p':{'S':'a'}}") == "{'p':{'S':'a'},'v':{'S':'one, \\'two\\''}}");
  CHECK(db.item("copy", "{'p':{'S':'b'}}") == "{'p':{'S':'b'}}");
}

namespace {

/// A frame of Zstandard with one block that is not packed (RFC 8878, 3.1.1), of up to 255 bytes.
std::string zstd_frame(std::string_view text) {
  uint32_t block = static_cast<uint32_t>(text.size()) << 3 | 1;
  std::string frame("\x28\xB5\x2F\xFD\x20", 5);
  frame.push_back(static_cast<char>(text.size()));
  for (int shift : {0, 8, 16}) frame.push_back(static_cast<char>(block >> shift & 0xFF));
  return frame.append(text);
}

}  // namespace

TEST_CASE("An import unpacks Zstandard, and fails where that cannot be done", "[dynamodb][transfer]") {
  Transfers db;
  db.upload("in/a", zstd_frame("{\"Item\":{\"p\":{\"S\":\"a\"}}}\n"));
  db.upload("in/b",
            zstd_frame("{\"Item\":{\"p\":{\"S\":\"b\"}}}") + zstd_frame("\n{\"Item\":{\"p\":{\"S\":\"c\"},\"v\":{\"N\":\"3\"}}}\n"));
  std::string done = db.import_table("in/", "DYNAMODB_JSON", ",'InputCompressionType':'ZSTD'");
  INFO(done);
  CHECK(done.find("'ImportStatus':'COMPLETED'") != std::string::npos);
  CHECK(done.find("'ImportedItemCount':3") != std::string::npos);
  CHECK(db.item("copy", "{'p':{'S':'c'}}") == "{'p':{'S':'c'},'v':{'N':'3'}}");
  db.ok("DeleteTable", "{'TableName':'copy'}");
  db.world.run_jobs();
  db.upload("bad/a", "this is no frame");
  done = db.import_table("bad/", "DYNAMODB_JSON", ",'InputCompressionType':'ZSTD'");
  CHECK(done.find("'ImportStatus':'FAILED'") != std::string::npos);
  CHECK(db.ok("ListTables", "{}").find("copy") == std::string::npos);
}

TEST_CASE("An object that is a blob is read beside the loop", "[dynamodb][transfer]") {
  Transfers db;
  std::string lines;
  for (int i = 0; i < 2000; ++i) append(lines, "{\"Item\":{\"p\":{\"S\":\"", i, "\"},\"text\":{\"S\":\"", std::string(100, 'y'), "\"}}}\n");
  db.upload("big/a", lines);
  std::string done = db.import_table("big/", "DYNAMODB_JSON");
  INFO(done);
  CHECK(done.find("'ImportedItemCount':2000") != std::string::npos);
  CHECK(done.find("'ImportStatus':'COMPLETED'") != std::string::npos);
}

TEST_CASE("Exports and imports: texts have AWS's patterns", "[dynamodb][transfer][errors]") {
  Transfers db;
  auto violation = [](std::string_view value, std::string_view member, std::string_view pattern) {
    return concat("ValidationException: 1 validation error detected: Value '", value, "' at '", member,
                  "' failed to satisfy constraint: Member must satisfy regular expression pattern: ", pattern);
  };
  auto exports = [&](std::string_view members) {
    return db.refusal("ExportTableToPointInTime", concat("{'TableArn':'arn:aws:dynamodb:us-east-1:000000000000:table/tab',", members, "}"));
  };
  constexpr std::string_view kBucket = R"(^[a-z0-9A-Z]+[\.\-\w]*[a-z0-9A-Z]+$)";
  for (std::string_view bucket : {"a", "-lake", "lake.", "la ke", ""}) {
    CHECK(exports(concat("'S3Bucket':'", bucket, "'")) == violation(bucket, "s3Bucket", kBucket));
  }
  CHECK(exports("'S3Bucket':'lake','S3BucketOwner':'12345678901'") == violation("12345678901", "s3BucketOwner", "[0-9]{12}"));
  CHECK(exports("'S3Bucket':'lake','ClientToken':'a$'") == violation("a$", "clientToken", R"(^[^\$]+$)"));
  auto imports = [&](std::string_view source, std::string_view more) {
    return db.refusal("ImportTable", concat("{'S3BucketSource':{", source,
                                            "},'InputFormat':'CSV','TableCreationParameters':{'TableName':"
                                            "'copy','BillingMode':'PAY_PER_REQUEST','KeySchema':[{'AttributeName':'p','KeyType':'HASH'}],"
                                            "'AttributeDefinitions':[{'AttributeName':'p','AttributeType':'S'}]",
                                            more, "}"));
  };
  constexpr std::string_view kLake = "'S3Bucket':'lake'";
  CHECK(imports("'S3Bucket':'x'", "}") == violation("x", "s3BucketSource.s3Bucket", kBucket));
  CHECK(imports("'S3Bucket':'lake','S3BucketOwner':'me'", "}") == violation("me", "s3BucketSource.s3BucketOwner", "[0-9]{12}"));
  CHECK(imports(kLake, "},'InputFormatOptions':{'Csv':{'Delimiter':'.'}}") ==
        violation(".", "inputFormatOptions.csv.delimiter", R"([,;:|\t ])"));
  CHECK(imports(kLake, "},'InputFormatOptions':{'Csv':{'HeaderList':['p','a,b']}}") ==
        violation("a,b", "inputFormatOptions.csv.headerList.2.member", R"([\x20-\x21\x23-\x2B\x2D-\x7E]*)"));
  CHECK(imports(kLake, ",'SSESpecification':{'Enabled':true,'SSEType':'AES256'}}") ==
        "ValidationException: One or more parameter values were invalid: SSEType AES256 is not supported");
  std::string token = std::string(111, 'a') + "g";
  CHECK(db.refusal("ListImports", concat("{'NextToken':'", token, "'}")) == violation(token, "nextToken", "([0-9a-f]{16})+"));
}

TEST_CASE("An incremental export ends after it begins", "[dynamodb][transfer][errors]") {
  Transfers db;
  TimeMs now = db.world.clock().time / 1000;
  CHECK(db.refusal("ExportTableToPointInTime",
                   concat("{'TableArn':'arn:aws:dynamodb:us-east-1:000000000000:table/tab','S3Bucket':'lake','ExportType':"
                          "'INCREMENTAL_EXPORT','IncrementalExportSpecification':{'ExportFromTime':",
                          now, ",'ExportToTime':", now, "}}")) ==
        "InvalidExportTimeException: Incremental export period from time should not be greater or equal to incremental export period to "
        "time");
}

TEST_CASE("Ion: what is read back is what was written, and nonsense is nothing", "[dynamodb][transfer]") {
  auto read = [](std::string_view text) -> std::string {
    auto item = take_ion_struct(text);
    if (!item) return "nothing";
    std::string out;
    append_item(out, *item);
    return out;
  };
  CHECK(read("$ion_1_0 /* hi */ {a: \"x\\n\\u00e9\", 'b c': 1.5d2, c: -3, d: '''long''', e: null.string, f: {{ AQ== }}}") ==
        R"({"a":{"S":"x\né"},"b c":{"N":"150"},"c":{"N":"-3"},"d":{"S":"long"},"e":{"NULL":true},"f":{"B":"AQ=="}})");
  CHECK(read("{a: $dynamodb_NS::[1., 2.5]}") == R"({"a":{"NS":["1","2.5"]}})");
  for (std::string_view wrong : {"", "{", "{a}", "{a:}", "[1]", "{a: $dynamodb_NS::[\"x\"]}", "{a: bare}", "{a: \"x}", "{a: {{*}}}"}) {
    CHECK(read(wrong) == "nothing");
  }
  std::string deep = "{a:";
  CHECK(read(deep + std::string(100'000, '[')) == "nothing");
}

}  // namespace cloudemu::test
