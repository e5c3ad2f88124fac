// https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketMetricsConfiguration.html and its neighbours
//
// The configurations alone: there is no CloudWatch here.
#include "services/s3/settings/numbered.h"
#include "services/s3/settings/settings.h"

namespace cloudemu::s3 {

namespace {

struct Metrics {
  std::string id;
  std::optional<ObjectFilter> filter;

  bool operator==(const Metrics&) const = default;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("Id", self.id, xml::kRequired);
    fields("Filter", self.filter);
  }
};

AwsResult<void> check(Metrics& metrics, const SettingCall& asked) {
  TRY(check_id(metrics.id, asked));
  return check_filter(metrics.filter);
}

}  // namespace

const Setting kMetrics{.name = "metrics",
                       .root = "MetricsConfiguration",
                       .read = read_document<Metrics, check>,
                       .write = write_document<Metrics>,
                       .list_root = "ListMetricsConfigurationsResult"};

}  // namespace cloudemu::s3
