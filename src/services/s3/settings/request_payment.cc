// https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketRequestPayment.html, API_GetBucketRequestPayment.html
#include "services/s3/settings/settings.h"

namespace cloudemu::s3 {

namespace {

constexpr std::string_view kPayers[] = {"Requester", "BucketOwner"};

struct RequestPayment {
  std::string payer;

  bool operator==(const RequestPayment&) const = default;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("Payer", self.payer, xml::kRequired, xml::OneOf{kPayers});
  }
};

}  // namespace

const Setting kRequestPayment{.name = "requestPayment",
                              .root = "RequestPaymentConfiguration",
                              .otherwise = R"({"Payer":"BucketOwner"})",
                              .read = read_document<RequestPayment>,
                              .write = write_document<RequestPayment>};

}  // namespace cloudemu::s3
