// Tables of metadata, V1 and V2, and the switch of attribute-based access control.
#include "core/strings.h"
#include "fixture.h"

namespace cloudemu::test {

namespace {

const std::string kAbsent = "404 MetadataConfigurationNotFound: The metadata configuration was not found";
constexpr std::string_view kJournal =
    "<JournalTableConfiguration><RecordExpiration><Expiration>ENABLED</Expiration><Days>7</Days></RecordExpiration>"
    "</JournalTableConfiguration>";
constexpr std::string_view kInventory =
    "<InventoryTableConfiguration><ConfigurationState>ENABLED</ConfigurationState></InventoryTableConfiguration>";

std::string tables(std::string_view inside) { return concat("<MetadataConfiguration>", inside, "</MetadataConfiguration>"); }
std::string table(std::string_view arn) {
  return concat("<MetadataTableConfiguration><S3TablesDestination><TableBucketArn>", arn,
                "</TableBucketArn><TableName>facts</TableName></S3TablesDestination></MetadataTableConfiguration>");
}
constexpr std::string_view kTableBucket = "arn:aws:s3tables:us-east-1:000000000000:bucket/tables";

struct Metadata : Settings {
  int create(const std::string& version, std::string document) { return s3.post("/photos?" + version, std::move(document)).status; }
  std::string refused(const std::string& version, std::string document) {
    return s3.refusal("POST", "/photos?" + version, {}, std::move(document));
  }
  std::string shown(std::string_view path) {
    return element(s3.get("/photos?metadataConfiguration"), concat("MetadataConfigurationResult/", path));
  }
};

}  // namespace

TEST_CASE("Metadata tables: created, told as active, changed table by table, deleted", "[s3][settings][metadata]") {
  Metadata f;
  CHECK(f.absent("metadataConfiguration") == kAbsent);
  REQUIRE(f.create("metadataConfiguration", tables(concat(kJournal, kInventory))) == 200);
  CHECK(f.shown("DestinationResult/TableBucketType") == "aws");
  CHECK(f.shown("DestinationResult/TableBucketArn") == "arn:aws:s3tables:us-east-1:000000000000:bucket/aws-s3");
  CHECK(f.shown("DestinationResult/TableNamespace") == "b_photos");
  CHECK(f.shown("JournalTableConfigurationResult/TableStatus") == "ACTIVE");
  CHECK(f.shown("JournalTableConfigurationResult/TableName") == "journal");
  CHECK(f.shown("JournalTableConfigurationResult/TableArn").starts_with("arn:aws:s3tables:us-east-1:000000000000:bucket/aws-s3/table/"));
  CHECK(f.shown("JournalTableConfigurationResult/RecordExpiration/Days") == "7");
  CHECK(f.shown("InventoryTableConfigurationResult/ConfigurationState") == "ENABLED");
  CHECK(f.refused("metadataConfiguration", tables(kJournal)).starts_with("409 MetadataConfigurationAlreadyExists"));

  CHECK(f.put("metadataInventoryTable",
              "<InventoryTableConfiguration><ConfigurationState>DISABLED</ConfigurationState></InventoryTableConfiguration>") == 200);
  CHECK(f.shown("InventoryTableConfigurationResult/ConfigurationState") == "DISABLED");
  CHECK(f.shown("InventoryTableConfigurationResult/TableArn") == "-");
  CHECK(f.put("metadataJournalTable",
              "<JournalTableConfiguration><RecordExpiration><Expiration>DISABLED</Expiration></RecordExpiration>"
              "</JournalTableConfiguration>") == 200);
  CHECK(f.shown("JournalTableConfigurationResult/RecordExpiration/Expiration") == "DISABLED");
  CHECK(f.put("metadataAnnotationTable",
              "<AnnotationTableConfiguration><ConfigurationState>ENABLED</ConfigurationState><Role>arn:aws:iam::000000000000:role/r</Role>"
              "</AnnotationTableConfiguration>") == 200);
  CHECK(f.shown("AnnotationTableConfigurationResult/Role") == "arn:aws:iam::000000000000:role/r");
  CHECK(f.s3.refusal("GET", "/photos?metadataTable").starts_with("405 MethodNotAllowed"));
  CHECK(f.s3.refusal("DELETE", "/photos?metadataTable").starts_with("405 MethodNotAllowed"));
  CHECK(f.remove("metadataConfiguration") == 204);
  CHECK(f.remove("metadataConfiguration") == 204);
  CHECK(f.absent("metadataConfiguration") == kAbsent);
}

TEST_CASE("Metadata tables: the older version, which the newer operations know", "[s3][settings][metadata]") {
  Metadata f;
  CHECK(f.absent("metadataTable") == kAbsent);
  REQUIRE(f.create("metadataTable", table(kTableBucket)) == 200);
  Reply got = f.s3.get("/photos?metadataTable");
  const std::string path = "MetadataTableConfigurationResult/S3TablesDestinationResult/";
  CHECK(element(got, path + "TableBucketArn") == kTableBucket);
  CHECK(element(got, path + "TableName") == "facts");
  CHECK(element(got, path + "TableNamespace") == "aws_s3_metadata");
  CHECK(element(got, "Status") == "ACTIVE");
  CHECK(f.shown("DestinationResult/TableBucketType") == "customer");
  CHECK(f.shown("JournalTableConfigurationResult/TableName") == "facts");
  CHECK(f.refused("metadataConfiguration", tables(kJournal)).starts_with("409 "));
  CHECK(f.s3.refusal("PUT", "/photos?metadataInventoryTable", {}, std::string(kInventory)) == kAbsent);
  CHECK(f.remove("metadataConfiguration") == 204);
  CHECK(f.absent("metadataTable") == kAbsent);
}

TEST_CASE("Metadata tables: what AWS does not take", "[s3][settings][metadata]") {
  Metadata f;
  auto journal = [](std::string_view expiration, std::string_view more = "") {
    return tables(
        concat("<JournalTableConfiguration><RecordExpiration>", expiration, "</RecordExpiration>", more, "</JournalTableConfiguration>"));
  };
  auto encryption = [](std::string_view inside) { return concat("<EncryptionConfiguration>", inside, "</EncryptionConfiguration>"); };
  const std::string_view kNever = "<Expiration>DISABLED</Expiration>";
  for (const std::string& flawed :
       {std::string(), std::string("no XML"), tables(""), tables(kInventory),
        concat("<GetBucketMetadataConfigurationResult>", kJournal, "</GetBucketMetadataConfigurationResult>"),
        journal("<Expiration>enabled</Expiration>"), journal("<Expiration>ENABLED</Expiration>"),
        journal("<Expiration>DISABLED</Expiration><Days>7</Days>"), journal(kNever, encryption("<SseAlgorithm>aws:kms</SseAlgorithm>")),
        journal(kNever, encryption("<SseAlgorithm>none</SseAlgorithm>")),
        journal(kNever, encryption("<SseAlgorithm>AES256</SseAlgorithm><KmsKeyArn>a</KmsKeyArn>"))}) {
    INFO(flawed);
    CHECK(f.refused("metadataConfiguration", flawed) == kMalformed);
  }
  CHECK(f.refused("metadataConfiguration", journal("<Expiration>ENABLED</Expiration><Days>6</Days>")).starts_with("400 InvalidArgument"));
  CHECK(f.create("metadataConfiguration", journal("<Expiration>ENABLED</Expiration><Days>2147483647</Days>")) == 200);
  CHECK(f.refused("metadataTable", table("arn:aws:s3:::tables")).starts_with("409 "));
  CHECK(f.remove("metadataConfiguration") == 204);
  CHECK(f.refused("metadataTable", table("arn:aws:s3:::tables")).starts_with("400 InvalidArgument"));
  CHECK(f.s3.refusal("PUT", "/photos?metadataInventoryTable", {}, "<InventoryTableConfiguration/>") == kMalformed);
}

TEST_CASE("ABAC: off until it is switched on", "[s3][settings]") {
  Settings f;
  CHECK(element(f.s3.get("/photos?abac"), "Status") == "Disabled");
  check_document(f, "abac", "AbacStatus", "<Status>Enabled</Status>");
  CHECK(f.refused("abac", "<AbacStatus><Status>On</Status></AbacStatus>") == kMalformed);
}

}  // namespace cloudemu::test
