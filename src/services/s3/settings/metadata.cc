// https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucketMetadataConfiguration.html (V2),
// API_CreateBucketMetadataTableConfiguration.html (V1) and their neighbours
//
// The configurations alone: no tables are written, since there are no S3 Tables here. They are told as if they were there, ACTIVE at once.
// A bucket has one of the two. What AWS says where there is one already is not known to the letter.
#include "core/digest.h"
#include "core/encoding.h"
#include "core/strings.h"
#include "services/s3/guards.h"
#include "services/s3/reply.h"
#include "services/s3/settings/settings.h"

namespace cloudemu::s3 {

namespace {

constexpr std::string_view kStates[] = {"ENABLED", "DISABLED"};
constexpr std::string_view kAlgorithms[] = {"aws:kms", "AES256"};
constexpr std::string_view kEnabled = "ENABLED", kDisabled = "DISABLED", kKms = "aws:kms";
constexpr int64_t kExpirationDaysMin = 7;
constexpr std::string_view kNamespaceOfV1 = "aws_s3_metadata";

struct TableEncryption {
  std::string algorithm;
  std::optional<std::string> key;

  bool operator==(const TableEncryption&) const = default;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("SseAlgorithm", self.algorithm, xml::kRequired, xml::OneOf{kAlgorithms});
    fields("KmsKeyArn", self.key);
  }
};

struct RecordExpiration {
  std::string expiration;
  std::optional<int32_t> days;

  bool operator==(const RecordExpiration&) const = default;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("Expiration", self.expiration, xml::kRequired, xml::OneOf{kStates});
    fields("Days", self.days);
  }
};

struct JournalTable {
  RecordExpiration expiration;
  std::optional<TableEncryption> encryption;

  bool operator==(const JournalTable&) const = default;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("RecordExpiration", self.expiration, xml::kRequired);
    fields("EncryptionConfiguration", self.encryption);
  }
};

struct InventoryTable {
  std::string state;
  std::optional<TableEncryption> encryption;

  bool operator==(const InventoryTable&) const = default;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("ConfigurationState", self.state, xml::kRequired, xml::OneOf{kStates});
    fields("EncryptionConfiguration", self.encryption);
  }
};

struct AnnotationTable {
  std::string state;
  std::optional<TableEncryption> encryption;
  std::optional<std::string> role;

  bool operator==(const AnnotationTable&) const = default;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("ConfigurationState", self.state, xml::kRequired, xml::OneOf{kStates});
    fields("EncryptionConfiguration", self.encryption);
    fields("Role", self.role);
  }
};

struct MetadataTables {
  JournalTable journal;
  std::optional<InventoryTable> inventory;
  std::optional<AnnotationTable> annotation;

  bool operator==(const MetadataTables&) const = default;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("JournalTableConfiguration", self.journal, xml::kRequired);
    fields("InventoryTableConfiguration", self.inventory);
    fields("AnnotationTableConfiguration", self.annotation);
  }
};

struct TablesDestination {
  std::string bucket_arn, table;

  bool operator==(const TablesDestination&) const = default;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("TableBucketArn", self.bucket_arn, xml::kRequired);
    fields("TableName", self.table, xml::kRequired);
  }
};

struct MetadataTable {
  TablesDestination destination;

  bool operator==(const MetadataTable&) const = default;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("S3TablesDestination", self.destination, xml::kRequired);
  }
};

AwsResult<void> check_encryption(const std::optional<TableEncryption>& encryption) {
  if (!encryption || (encryption->algorithm == kKms) == encryption->key.has_value()) return {};
  return fail(malformed_xml());
}

AwsResult<void> check_journal(const JournalTable& journal) {
  const RecordExpiration& expiration = journal.expiration;
  // Days are said where records expire, and only there.
  if ((expiration.expiration == kEnabled) != expiration.days.has_value()) return fail(malformed_xml());
  if (expiration.days && *expiration.days < kExpirationDaysMin) {
    return fail(
        invalid_argument("Journal table records must be retained for a minimum of 7 days.", "Days", std::to_string(*expiration.days)));
  }
  return check_encryption(journal.encryption);
}

template <class Table>
AwsResult<void> check_table(const std::optional<Table>& table) {
  if (!table) return {};
  if (table->state == kDisabled && table->encryption) return fail(malformed_xml());
  return check_encryption(table->encryption);
}

AwsResult<void> check(MetadataTables& tables, const SettingCall&) {
  TRY(check_journal(tables.journal));
  TRY(check_table(tables.inventory));
  return check_table(tables.annotation);
}

AwsResult<void> check_v1(MetadataTable& table, const SettingCall&) {
  std::string_view arn = table.destination.bucket_arn;
  bool is_table_bucket =
      arn.starts_with("arn:") && arn.find(":s3tables:") != std::string_view::npos && arn.find(":bucket/") != std::string_view::npos;
  if (is_table_bucket && !table.destination.table.empty()) return {};
  return fail(invalid_argument("The table bucket ARN is not valid.", "TableBucketArn", arn));
}

/// An id that every daemon makes of the same bucket.
std::string table_arn(std::string_view bucket_arn, std::string_view table, const Bucket& bucket) {
  std::string id = hex(sha256(concat(bucket_arn, "/", bucket.name, "/", table))).substr(0, 32);
  for (size_t at : {8, 13, 18, 23}) id.insert(at, 1, '-');
  return concat(bucket_arn, "/table/", id);
}

/// Where AWS keeps the tables of V2.
std::string managed_bucket(const Bucket& bucket) { return concat("arn:aws:s3tables:", bucket.region, ":", bucket.owner, ":bucket/aws-s3"); }

void write_table(xml::Writer& xml, std::string_view bucket_arn, std::string_view table, const Bucket& bucket) {
  xml.element("TableStatus", "ACTIVE").element("TableName", table).element("TableArn", table_arn(bucket_arn, table, bucket));
}

void write_destination(xml::Writer& xml, std::string_view type, std::string_view arn, std::string_view name_space) {
  xml.open("DestinationResult").element("TableBucketType", type).element("TableBucketArn", arn);
  xml.element("TableNamespace", name_space).close();
}

template <class Table>
void write_state(xml::Writer& xml, std::string_view element, std::string_view name, const Table& table, const Bucket& bucket) {
  xml.open(element).element("ConfigurationState", table.state);
  if (table.state == kEnabled) write_table(xml, managed_bucket(bucket), name, bucket);
  if constexpr (requires { table.role; }) {
    if (table.role) xml.element("Role", *table.role);
  }
  xml.close();
}

void write(xml::Writer& xml, std::string_view value, const Bucket& bucket) {
  auto tables = events::from_json<MetadataTables>(value);
  xml.open("MetadataConfigurationResult");
  write_destination(xml, "aws", managed_bucket(bucket), concat("b_", bucket.name));
  xml.open("JournalTableConfigurationResult");
  write_table(xml, managed_bucket(bucket), "journal", bucket);
  xml.open("RecordExpiration");
  xml::write_shape(xml, tables.journal.expiration);
  xml.close().close();
  if (tables.inventory) write_state(xml, "InventoryTableConfigurationResult", "inventory", *tables.inventory, bucket);
  if (tables.annotation) write_state(xml, "AnnotationTableConfigurationResult", "annotation", *tables.annotation, bucket);
  xml.close();
}

/// V1, as the operation of V2 tells it.
void write_v1_as_v2(xml::Writer& xml, std::string_view value, const Bucket& bucket) {
  auto table = events::from_json<MetadataTable>(value).destination;
  xml.open("MetadataConfigurationResult");
  write_destination(xml, "customer", table.bucket_arn, kNamespaceOfV1);
  xml.open("JournalTableConfigurationResult");
  write_table(xml, table.bucket_arn, table.table, bucket);
  xml.open("RecordExpiration").element("Expiration", kDisabled).close().close().close();
}

void write_v1(xml::Writer& xml, std::string_view value, const Bucket& bucket) {
  auto table = events::from_json<MetadataTable>(value).destination;
  xml.open("MetadataTableConfigurationResult").open("S3TablesDestinationResult").element("TableBucketArn", table.bucket_arn);
  xml.element("TableName", table.table).element("TableArn", table_arn(table.bucket_arn, table.table, bucket));
  xml.element("TableNamespace", kNamespaceOfV1).close().close().element("Status", "ACTIVE");
}

constexpr std::string_view kAbsentCode = "MetadataConfigurationNotFound", kAbsentMessage = "The metadata configuration was not found";

/// In place of a bucket's V2 configuration, where it has one of V1.
const Setting kV1AsV2{.name = "metadataTable", .root = "GetBucketMetadataConfigurationResult", .write = write_v1_as_v2};

bool has(const Bucket& bucket, const Setting& setting) { return bucket.settings.value(setting.name) != nullptr; }

AwsResult<void> refuse_second(const S3ReadModel& state, const Call& call) {
  const Bucket& bucket = *TRY(require_bucket(state, call));
  if (!has(bucket, kMetadata) && !has(bucket, kMetadataTable)) return {};
  return fail(AwsError{"MetadataConfigurationAlreadyExists", 409, "A metadata configuration already exists on this bucket."});
}

/// The operations of V1 know nothing of V2.
AwsResult<void> refuse_v2(const S3ReadModel& state, const Call& call) {
  const Bucket& bucket = *TRY(require_bucket(state, call));
  if (has(bucket, kMetadata)) return fail(method_not_allowed(call.http.method, "METADATACONFIGURATION"));
  return {};
}

/// One table of a V2 configuration is set anew: `change(tables, its document)`.
template <class Table, class Change>
AwsResult<Outcome> update(const S3ReadModel& state, const Call& call, std::string_view root, const Change& change) {
  const Bucket& bucket = *TRY(require_bucket(state, call));
  if (call.http.body.size() > kSettingBytesMax) return fail(max_message_length_exceeded(kSettingBytesMax));
  const Document& document = *call.document;
  Table table;
  if (!document || document->name != root || !xml::read_shape(*document, table)) return fail(malformed_xml());
  const std::string* value = bucket.settings.value(kMetadata.name);
  if (!value) return fail(no_such_bucket_setting(kAbsentCode, std::string(kAbsentMessage), call.bucket));
  auto tables = events::from_json<MetadataTables>(*value);
  change(tables, std::move(table));
  TRY(check(tables, {kMetadata, state, call, bucket}));
  return outcome_of(
      BucketSettingPut{.bucket = call.bucket, .setting = std::string(kMetadata.name), .id = {}, .value = events::to_json(tables)}, {});
}

}  // namespace

const Setting kMetadata{.name = "metadataConfiguration",
                        .root = "GetBucketMetadataConfigurationResult",
                        .document_root = "MetadataConfiguration",
                        .absent_code = kAbsentCode,
                        .absent_message = kAbsentMessage,
                        .read = read_document<MetadataTables, check>,
                        .write = write};
const Setting kMetadataTable{.name = kV1AsV2.name,
                             .root = "GetBucketMetadataTableConfigurationResult",
                             .document_root = "MetadataTableConfiguration",
                             .absent_code = kAbsentCode,
                             .absent_message = kAbsentMessage,
                             .read = read_document<MetadataTable, check_v1>,
                             .write = write_v1};

AwsResult<Outcome> create_metadata(const S3ReadModel& state, const Call& call) {
  TRY(refuse_second(state, call));
  return put(kMetadata, state, call);
}

AwsResult<Outcome> create_metadata_table(const S3ReadModel& state, const Call& call) {
  TRY(refuse_second(state, call));
  return put(kMetadataTable, state, call);
}

AwsResult<Outcome> get_metadata(const S3ReadModel& state, const Call& call) {
  const Bucket& bucket = *TRY(require_bucket(state, call));
  return get(has(bucket, kMetadataTable) ? kV1AsV2 : kMetadata, state, call);
}

AwsResult<Outcome> get_metadata_table(const S3ReadModel& state, const Call& call) {
  TRY(refuse_v2(state, call));
  return get(kMetadataTable, state, call);
}

AwsResult<Outcome> delete_metadata(const S3ReadModel& state, const Call& call) {
  const Bucket& bucket = *TRY(require_bucket(state, call));
  return remove(has(bucket, kMetadataTable) ? kMetadataTable : kMetadata, state, call);
}

AwsResult<Outcome> delete_metadata_table(const S3ReadModel& state, const Call& call) {
  TRY(refuse_v2(state, call));
  return remove(kMetadataTable, state, call);
}

AwsResult<Outcome> update_journal_table(const S3ReadModel& state, const Call& call) {
  // Its encryption stays: the document has none.
  return update<JournalTable>(state, call, "JournalTableConfiguration",
                              [](MetadataTables& tables, JournalTable table) { tables.journal.expiration = std::move(table.expiration); });
}

AwsResult<Outcome> update_inventory_table(const S3ReadModel& state, const Call& call) {
  return update<InventoryTable>(state, call, "InventoryTableConfiguration",
                                [](MetadataTables& tables, InventoryTable table) { tables.inventory = std::move(table); });
}

AwsResult<Outcome> update_annotation_table(const S3ReadModel& state, const Call& call) {
  return update<AnnotationTable>(state, call, "AnnotationTableConfiguration",
                                 [](MetadataTables& tables, AnnotationTable table) { tables.annotation = std::move(table); });
}

}  // namespace cloudemu::s3
