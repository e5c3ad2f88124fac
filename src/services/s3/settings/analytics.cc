// https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketAnalyticsConfiguration.html and its neighbours
//
// The configurations alone: nothing is analysed, which AWS does for days before it says anything.
#include "services/s3/settings/numbered.h"
#include "services/s3/settings/settings.h"

namespace cloudemu::s3 {

namespace {

constexpr std::string_view kSchemas[] = {"V_1"};
constexpr std::string_view kFormats[] = {"CSV"};

struct ExportBucket {
  std::string format;
  std::optional<std::string> account;
  std::string bucket;
  std::optional<std::string> prefix;

  bool operator==(const ExportBucket&) const = default;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("Format", self.format, xml::kRequired, xml::OneOf{kFormats});
    fields("BucketAccountId", self.account);
    fields("Bucket", self.bucket, xml::kRequired);
    fields("Prefix", self.prefix);
  }
};

struct ExportDestination {
  ExportBucket bucket;

  bool operator==(const ExportDestination&) const = default;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("S3BucketDestination", self.bucket, xml::kRequired);
  }
};

struct DataExport {
  std::string schema;
  ExportDestination destination;

  bool operator==(const DataExport&) const = default;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("OutputSchemaVersion", self.schema, xml::kRequired, xml::OneOf{kSchemas});
    fields("Destination", self.destination, xml::kRequired);
  }
};

struct StorageClassAnalysis {
  std::optional<DataExport> data_export;

  bool operator==(const StorageClassAnalysis&) const = default;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("DataExport", self.data_export);
  }
};

struct Analytics {
  std::string id;
  std::optional<ObjectFilter> filter;
  StorageClassAnalysis analysis;

  bool operator==(const Analytics&) const = default;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("Id", self.id, xml::kRequired);
    fields("Filter", self.filter);
    fields("StorageClassAnalysis", self.analysis, xml::kRequired);
  }
};

AwsResult<void> check(Analytics& analytics, const SettingCall& asked) {
  TRY(check_id(analytics.id, asked));
  TRY(check_filter(analytics.filter));
  if (analytics.analysis.data_export) TRY(check_destination(analytics.analysis.data_export->destination.bucket.bucket));
  return {};
}

}  // namespace

const Setting kAnalytics{.name = "analytics",
                         .root = "AnalyticsConfiguration",
                         .read = read_document<Analytics, check>,
                         .write = write_document<Analytics>,
                         .list_root = "ListBucketAnalyticsConfigurationsResult"};

}  // namespace cloudemu::s3
