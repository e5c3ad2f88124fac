// https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketRequestPayment.html, API_GetBucketRequestPayment.html
#include "services/s3/settings/request_payment.h"

#include "services/s3/settings/settings.h"

namespace cloudemu::s3 {

namespace {

constexpr std::string_view kHeader = "x-amz-request-payer", kRequester = "requester";

bool requester_pays(const Bucket& bucket) {
  const RequestPayment* payment = bucket.settings.find<RequestPayment>();
  return payment && payment->payer == kPayers[0];
}

}  // namespace

const Setting kRequestPayment{.name = RequestPayment::kSetting,
                              .root = "RequestPaymentConfiguration",
                              .otherwise = R"({"Payer":"BucketOwner"})",
                              .read = read_document<RequestPayment>,
                              .write = write_document<RequestPayment>};

AwsResult<void> check_payer(const Bucket& bucket, const Call& call) {
  bool is_anonymous = call.judge && call.principal.access_key.empty();
  bool is_owner = call.principal.account == bucket.owner && !is_anonymous;
  if (is_owner || !requester_pays(bucket)) return {};
  bool pays = !is_anonymous && call.header(kHeader) == kRequester;
  return pays ? AwsResult<void>() : fail(access_denied());
}

void set_request_charged(http::Response& response, const Bucket& bucket, const Call& call) {
  if (call.header(kHeader) == kRequester && requester_pays(bucket)) response.set("x-amz-request-charged", kRequester);
}

}  // namespace cloudemu::s3
