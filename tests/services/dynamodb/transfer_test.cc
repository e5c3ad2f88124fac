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
  static std::string import_of(std::string_view prefix, std::string_view format, std::string_view more, std::string_view table = "copy") {
    return concat("{'S3BucketSource':{'S3Bucket':'lake','S3KeyPrefix':'", prefix, "'},'InputFormat':'", format, "'", more,
                  ",'TableCreationParameters':{'TableName':'", table,
                  "','BillingMode':'PAY_PER_REQUEST','KeySchema':[{'AttributeName':'p','KeyType':'HASH'}],'AttributeDefinitions':"
                  "[{'AttributeName':'p','AttributeType':'S'}]}}");
  }
  std::string import_table(std::string_view prefix, std::string_view format, std::string_view more = "") {
    std::string reply = ok("ImportTable", import_of(prefix, format, concat(more, ",'ClientToken':'", ++imports, "'")));
    for (int i = 0; i < 3; ++i) {  // what is fetched on a worker thread arrives in the next turn of the loop
      world.run_jobs();
      ok("ListTables", "{}");
    }
    world.run_jobs();
    return ok("DescribeImport", concat("{'ImportArn':'", between(reply, "'ImportArn':'", "'"), "'}"));
  }

  int imports = 0;
};

constexpr std::string_view kTab = "'TableArn':'arn:aws:dynamodb:us-east-1:000000000000:table/tab'";

bool has(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

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
  CHECK(db.object(folder + "manifest-files.md5").size() == 24);
  CHECK(db.object(folder + "manifest-summary.md5").size() == 24);
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

TEST_CASE("An import counts what it writes, and ends each object at the first line that is no item", "[dynamodb][transfer]") {
  Transfers db;
  db.upload("in/a", "{\"Item\":{\"p\":{\"S\":\"a\"}}}\n   \n\n{\"Item\":{\"p\":{\"S\":\"a\"},\"v\":{\"N\":\"2\"}}}");
  int objects = 0;
  for (std::string_view wrong : {R"({"NotAnItem":{"p":{"S":"x"}}})", R"({"Item":{"q":{"S":"x"}}})", R"({"Item":{"p":{"N":"1"}}})",
                                 R"({"Item": )", R"({"Item":{"p":{"S":"x"},"":{"S":"v"}}})"}) {
    db.upload(concat("in/b", ++objects), concat(wrong, "\n{\"Item\":{\"p\":{\"S\":\"behind\"}}}\nno json"));
  }
  std::string done = db.import_table("in/", "DYNAMODB_JSON");
  INFO(done);
  CHECK(has(done, "'ImportStatus':'FAILED'"));
  CHECK(has(done, "'FailureCode':'ItemValidationError','FailureMessage':'Some of the items failed validation checks."));
  CHECK(has(done, "'ProcessedItemCount':7,'ImportedItemCount':2,'ErrorCount':5"));
  CHECK(db.ok("Scan", "{'TableName':'copy'}") == "{'Count':1,'Items':[{'p':{'S':'a'},'v':{'N':'2'}}],'ScannedCount':1}");
  CHECK(has(db.ok("DescribeTable", "{'TableName':'copy'}"), "'TableStatus':'ACTIVE'"));
}

TEST_CASE("An import tells nothing of how far it is, and its token counts until it has ended", "[dynamodb][transfer]") {
  Transfers db;
  std::string lines;
  for (int i = 0; i < 3000; ++i) append(lines, "{\"Item\":{\"p\":{\"S\":\"", i, "\"}}}\n");
  db.upload("in/a", lines);
  std::string begun = db.ok("ImportTable", Transfers::import_of("in/", "DYNAMODB_JSON", ",'ClientToken':'t'"));
  CHECK(has(begun, "'ProcessedItemCount':0,'ImportedItemCount':0,'ErrorCount':0"));
  CHECK_FALSE(has(begun, "ProcessedSizeBytes"));
  std::string arn = Transfers::between(begun, "'ImportArn':'", "'");
  CHECK(db.ok("DescribeImport", concat("{'ImportArn':'", arn, "'}")) == begun);
  CHECK(db.ok("ImportTable", Transfers::import_of("elsewhere/", "CSV", ",'ClientToken':'t'")) == begun);
  CHECK(db.refusal("ImportTable", Transfers::import_of("in/", "DYNAMODB_JSON", ",'ClientToken':'t'", "other")) ==
        "ImportConflictException: Duplicate request detected with conflicting parameters");
  db.world.run_jobs();
  db.ok("ListTables", "{}");
  db.world.run_jobs();
  std::string done = db.ok("DescribeImport", concat("{'ImportArn':'", arn, "'}"));
  CHECK(has(done, concat("'ProcessedSizeBytes':", lines.size(), ",'ProcessedItemCount':3000,'ImportedItemCount':3000,'ErrorCount':0")));
  CHECK(db.refusal("ImportTable", Transfers::import_of("in/", "DYNAMODB_JSON", ",'ClientToken':'t'")) ==
        "ResourceInUseException: Table already exists: copy");
  CHECK(has(db.ok("ListImports", "{}"), "'CloudWatchLogGroupArn':'arn:aws:logs:"));
}

TEST_CASE("An import reads CSV", "[dynamodb][transfer]") {
  Transfers db;
  db.upload("csv/a", "p,v\na,\"one, \"\"two\"\"\"\nb,\n");
  std::string done = db.import_table("csv/", "CSV");
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
                                            "},'InputFormat':'CSV','ClientToken':'t','TableCreationParameters':{'TableName':"
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

TEST_CASE("An export with a key of KMS writes objects that are encrypted so", "[dynamodb][transfer]") {
  Transfers db;
  std::string done = db.export_table(",'S3SseAlgorithm':'KMS','S3SseKmsKeyId':'arn:aws:kms:us-east-1:000000000000:key/k'");
  std::string manifest = Transfers::between(done, "'ExportManifest':'", "'");
  Reply reply = db.world.send({.method = "HEAD", .target = concat("/lake/", manifest)});
  CHECK(reply.header("x-amz-server-side-encryption") == "aws:kms");
  CHECK(reply.header("x-amz-server-side-encryption-aws-kms-key-id") == "arn:aws:kms:us-east-1:000000000000:key/k");
  std::string files = db.object(concat(manifest.substr(0, manifest.rfind('/')), "/manifest-files.json"));
  std::string key = Transfers::between(files, "\"dataFileS3Key\":\"", "\""), etag = Transfers::between(files, "\"etag\":\"", "\"");
  CHECK(db.world.send({.method = "HEAD", .target = concat("/lake/", key)}).header("ETag") == concat('"', etag, '"'));
}

TEST_CASE("An export tells its type only where it was asked for, but lists have it", "[dynamodb][transfer]") {
  Transfers db;
  CHECK_FALSE(has(db.export_table(), "ExportType"));
  CHECK(has(db.export_table(",'ExportType':'FULL_EXPORT'"), "'ExportType':'FULL_EXPORT'"));
  CHECK(has(db.ok("ListExports", "{'MaxResults':1}"), "'ExportType':'FULL_EXPORT'"));
}

TEST_CASE("Exports are listed newest first, while their table is there", "[dynamodb][transfer]") {
  Transfers db;
  std::vector<std::string> arns;
  for (int i = 0; i < 3; ++i) {
    arns.push_back(Transfers::between(db.export_table(), "'ExportArn':'", "'"));
    db.world.advance(1);
  }
  std::string first = db.ok("ListExports", "{'MaxResults':2}");
  CHECK(first.find(arns[2]) < first.find(arns[1]));
  CHECK_FALSE(has(first, arns[0]));
  std::string rest = db.ok("ListExports", concat("{'NextToken':'", Transfers::between(first, "'NextToken':'", "'"), "'}"));
  CHECK(rest == concat("{'ExportSummaries':[{'ExportArn':'", arns[0], "','ExportStatus':'COMPLETED','ExportType':'FULL_EXPORT'}]}"));
  db.ok("DeleteTable", "{'TableName':'tab'}");
  CHECK(db.ok("ListExports", "{}") == "{'ExportSummaries':[]}");
  CHECK(has(db.ok("DescribeExport", concat("{'ExportArn':'", arns[0], "'}")), "'ExportStatus':'COMPLETED'"));
}

TEST_CASE("Exports and imports: what cannot be asked for", "[dynamodb][transfer][errors]") {
  struct {
    std::string_view operation, input, refusal;
  } rows[] = {
      {"ListExports", "{'NextToken':'0123456789abcdef'}", "ValidationException: The NextToken is not one that ListExports returned"},
      {"DescribeExport", "{'ExportArn':'arn:aws:dynamodb:us-east-1:000000000000:table/tab'}",
       "ValidationException: Invalid Export ARN: arn:aws:dynamodb:us-east-1:000000000000:table/tab"},
      {"DescribeExport", "{'ExportArn':'qwerty:aws:dynamodb:us-east-1:000000000000:table/tab'}",
       "ValidationException: Invalid Export ARN: qwerty:aws:dynamodb:us-east-1:000000000000:table/tab"},
      {"DescribeImport", "{'ImportArn':'arn:aws:dynamodb:us-east-1:000000000000:table/x/import/01658528578619-c4d4e311'}",
       "ValidationException: Invalid Import ARN: arn:aws:dynamodb:us-east-1:000000000000:table/x/import/01658528578619-c4d4e311"},
      {"DescribeImport", "{'ImportArn':'arn:aws:dynamodb:us-east-1:000000000000:table/tab/import/01658528578619-c4d4e311'}",
       "ImportNotFoundException: Import not found: arn:aws:dynamodb:us-east-1:000000000000:table/tab/import/01658528578619-c4d4e311"},
      {"ExportTableToPointInTime", "{'TableArn':'tab','S3Bucket':'lake'}",
       "ValidationException: 1 validation error detected: Value 'tab' at 'tableArn' failed to satisfy constraint: Member must have length "
       "greater than or equal to 37"},
      {"ExportTableToPointInTime", "{'TableArn':'a-table-name-that-is-as-long-as-an-arn','S3Bucket':'lake'}",
       "ValidationException: Invalid TableArn: Invalid ResourceArn provided as input a-table-name-that-is-as-long-as-an-arn: ARNs must "
       "start with 'arn:'"},
  };
  Transfers db;
  for (const auto& row : rows) CHECK(db.refusal(row.operation, row.input) == row.refusal);
  CHECK(db.refusal("ListImports", concat("{'NextToken':'", std::string(112, '0'), "'}")) ==
        "ValidationException: The NextToken is not one that ListImports returned");
  for (std::string_view elsewhere : {"arn:qwerty:dynamodb:us-east-1:000000000000", "arn:aws:qwerty:us-east-1:000000000000",
                                     "arn:aws:dynamodb:qwerty:000000000000", "arn:aws:dynamodb:us-east-1:111111111111"}) {
    CHECK(db.refusal("DescribeExport", concat("{'ExportArn':'", elsewhere, ":table/tab'}")).starts_with("AccessDeniedException"));
  }
  CHECK(db.refusal("ExportTableToPointInTime", concat("{", kTab, ",'S3Bucket':'lake','S3Prefix':''}")) ==
        "ValidationException: 1 validation error detected: Value '' at 's3Prefix' failed to satisfy constraint: Member must have length "
        "greater than or equal to 1");
  CHECK(db.refusal("ExportTableToPointInTime", concat("{", kTab, ",'S3Bucket':'lake','ExportTime':-1}"))
            .starts_with("InvalidExportTimeException: Export Time is not within"));
  CHECK(db.refusal("ImportTable", Transfers::import_of("in/", "DYNAMODB_JSON", ",'ClientToken':'t','InputFormatOptions':{'Csv':{}}")) ==
        "ValidationException: One or more parameter values were invalid: InputFormatOptions.Csv cannot be specified when InputFormat is "
        "DYNAMODB_JSON");
  CHECK(db.refusal("ImportTable", Transfers::import_of("in/", "DYNAMODB_JSON", "")) ==
        "ValidationException: 1 validation error detected: Value null at 'clientToken' failed to satisfy constraint: Member must not be "
        "null");
}

TEST_CASE("An incremental export ends after it begins", "[dynamodb][transfer][errors]") {
  Transfers db;
  TimeMs now = db.world.clock().time / 1000;
  CHECK(db.refusal("ExportTableToPointInTime",
                   concat("{'TableArn':'arn:aws:dynamodb:us-east-1:000000000000:table/tab','S3Bucket':'lake','ExportType':"
                          "'INCREMENTAL_EXPORT','IncrementalExportSpecification':{'ExportFromTime':",
                          now - 100, ",'ExportToTime':", now - 100, "}}")) ==
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
