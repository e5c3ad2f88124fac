// https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketAccelerateConfiguration.html, API_GetBucketAccelerateConfiguration.html
//
// There is one endpoint here, and it is as near as can be: the setting is kept and shown.
#include "services/s3/settings/settings.h"

namespace cloudemu::s3 {

namespace {

constexpr std::string_view kStatuses[] = {"Enabled", "Suspended"};

struct Accelerate {
  std::string status;

  bool operator==(const Accelerate&) const = default;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("Status", self.status, xml::OneOf{kStatuses});
  }
};

AwsResult<void> check(Accelerate& accelerate, const SettingCall& asked) {
  if (accelerate.status.empty()) return fail(malformed_xml());
  // Its host name is one label below s3-accelerate.amazonaws.com.
  if (asked.call.bucket.find('.') != std::string::npos) {
    return fail(invalid_request("S3 Transfer Acceleration is not supported for buckets with periods (.) in their names"));
  }
  return {};
}

}  // namespace

const Setting kAccelerate{.name = "accelerate",
                          .root = "AccelerateConfiguration",
                          .otherwise = "",
                          .read = read_document<Accelerate, check>,
                          .write = write_document<Accelerate>};

}  // namespace cloudemu::s3
