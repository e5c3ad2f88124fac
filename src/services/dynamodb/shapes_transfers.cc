#include "services/dynamodb/shapes.h"

namespace cloudemu::dynamodb::shapes {

namespace {

constexpr Shape kArn{.kind = Kind::string, .min = 37, .max = 1024};
constexpr Shape kTime{.kind = Kind::long_integer, .min = INT64_MIN};  // seconds, with a fraction
constexpr Shape kBucketName{.kind = Kind::string, .max = 255, .pattern = &patterns::kBucket};
constexpr Shape kBucketOwner{.kind = Kind::string, .pattern = &patterns::kAccount};
constexpr Shape kToken{.kind = Kind::string, .pattern = &patterns::kToken};
constexpr Shape kImportToken{.kind = Kind::string, .min = 112, .max = 1024, .pattern = &patterns::kImportToken};
constexpr Shape kExportPrefix{.kind = Kind::string, .min = 1, .max = 1024};
constexpr Shape kImportPrefix{.kind = Kind::string, .max = 1024};
constexpr Shape kPage{.kind = Kind::integer, .min = 1, .max = 25};
constexpr Shape kKmsKey{.kind = Kind::string, .min = 1, .max = 2048};
constexpr std::string_view kSseAlgorithms[] = {"AES256", "KMS"};
constexpr Shape kSseAlgorithm{.kind = Kind::string, .values = kSseAlgorithms};

constexpr std::string_view kExportFormats[] = {"DYNAMODB_JSON", "ION"};
constexpr Shape kExportFormat{.kind = Kind::string, .values = kExportFormats};
constexpr std::string_view kExportTypes[] = {"FULL_EXPORT", "INCREMENTAL_EXPORT"};
constexpr Shape kExportType{.kind = Kind::string, .values = kExportTypes};
constexpr std::string_view kExportViews[] = {"NEW_IMAGE", "NEW_AND_OLD_IMAGES"};
constexpr Shape kExportView{.kind = Kind::string, .values = kExportViews};
constexpr Member kSpanMembers[] = {{"ExportFromTime", &kTime}, {"ExportToTime", &kTime}, {"ExportViewType", &kExportView}};
constexpr Shape kSpan{.kind = Kind::structure, .name = "IncrementalExportSpecification", .members = kSpanMembers};
constexpr Member kExportTableMembers[] = {{"TableArn", &kArn, true},
                                          {"ExportTime", &kTime},
                                          {"ClientToken", &kToken},
                                          {"S3Bucket", &kBucketName, true},
                                          {"S3BucketOwner", &kBucketOwner},
                                          {"S3Prefix", &kExportPrefix},
                                          {"S3SseAlgorithm", &kSseAlgorithm},
                                          {"S3SseKmsKeyId", &kKmsKey},
                                          {"ExportFormat", &kExportFormat},
                                          {"ExportType", &kExportType},
                                          {"IncrementalExportSpecification", &kSpan}};
constexpr Member kDescribeExportMembers[] = {{"ExportArn", &kArn, true}};
constexpr Member kListExportsMembers[] = {{"TableArn", &kTableRef}, {"MaxResults", &kPage}, {"NextToken", &kString}};

constexpr Member kSourceMembers[] = {{"S3BucketOwner", &kBucketOwner}, {"S3Bucket", &kBucketName, true}, {"S3KeyPrefix", &kImportPrefix}};
constexpr Shape kSource{.kind = Kind::structure, .name = "S3BucketSource", .members = kSourceMembers};
constexpr std::string_view kInputFormats[] = {"DYNAMODB_JSON", "ION", "CSV"};
constexpr Shape kInputFormat{.kind = Kind::string, .values = kInputFormats};
constexpr std::string_view kPackings[] = {"GZIP", "ZSTD", "NONE"};
constexpr Shape kPacking{.kind = Kind::string, .values = kPackings};
constexpr Shape kDelimiter{.kind = Kind::string, .min = 1, .max = 1, .pattern = &patterns::kCsvDelimiter};
constexpr Shape kHeader{.kind = Kind::string, .min = 1, .max = 65536, .pattern = &patterns::kCsvHeader};
constexpr Shape kHeaders{.kind = Kind::list, .of = &kHeader, .min = 1, .max = 255};
constexpr Member kCsvMembers[] = {{"Delimiter", &kDelimiter}, {"HeaderList", &kHeaders}};
constexpr Shape kCsv{.kind = Kind::structure, .name = "CsvOptions", .members = kCsvMembers};
constexpr Member kOptionsMembers[] = {{"Csv", &kCsv}};
constexpr Shape kOptions{.kind = Kind::structure, .name = "InputFormatOptions", .members = kOptionsMembers};
constexpr Member kParametersMembers[] = {{"TableName", &kNewTableName, true},          {"AttributeDefinitions", &kDefinitionList, true},
                                         {"KeySchema", &kTableKeySchema, true},        {"BillingMode", &kBilling},
                                         {"ProvisionedThroughput", &kTableThroughput}, {"OnDemandThroughput", &kOnDemandThroughput},
                                         {"SSESpecification", &kEncryption},           {"GlobalSecondaryIndexes", &kGlobalIndexList}};
constexpr Shape kParameters{.kind = Kind::structure, .name = "TableCreationParameters", .members = kParametersMembers};
constexpr Member kImportTableMembers[] = {{"ClientToken", &kToken, true},       {"S3BucketSource", &kSource, true},
                                          {"InputFormat", &kInputFormat, true}, {"InputFormatOptions", &kOptions},
                                          {"InputCompressionType", &kPacking},  {"TableCreationParameters", &kParameters, true}};
constexpr Member kDescribeImportMembers[] = {{"ImportArn", &kArn, true}};
constexpr Member kListImportsMembers[] = {{"TableArn", &kTableRef}, {"PageSize", &kPage}, {"NextToken", &kImportToken}};

}  // namespace

constinit const Shape kExportTable{.kind = Kind::structure, .name = "ExportTableToPointInTimeInput", .members = kExportTableMembers};
constinit const Shape kDescribeExport{.kind = Kind::structure, .name = "DescribeExportInput", .members = kDescribeExportMembers};
constinit const Shape kListExports{.kind = Kind::structure, .name = "ListExportsInput", .members = kListExportsMembers};
constinit const Shape kImportTable{.kind = Kind::structure, .name = "ImportTableInput", .members = kImportTableMembers};
constinit const Shape kDescribeImport{.kind = Kind::structure, .name = "DescribeImportInput", .members = kDescribeImportMembers};
constinit const Shape kListImports{.kind = Kind::structure, .name = "ListImportsInput", .members = kListImportsMembers};

}  // namespace cloudemu::dynamodb::shapes
