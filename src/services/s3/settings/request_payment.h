#pragma once
#include <string>

#include "protocol/xml_shape.h"
#include "services/s3/call.h"

/// Who pays for requests to a bucket: https://docs.aws.amazon.com/AmazonS3/latest/userguide/RequesterPaysBuckets.html
namespace cloudemu::s3 {

inline constexpr std::string_view kPayers[] = {"Requester", "BucketOwner"};

struct RequestPayment {
  static constexpr std::string_view kSetting = "requestPayment";
  std::string payer;

  bool operator==(const RequestPayment&) const = default;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("Payer", self.payer, xml::kRequired, xml::OneOf{kPayers});
  }
};

/// Where the requester pays, all but the owner must say that they know, and be somebody. Error: AccessDenied.
AwsResult<void> check_payer(const Bucket& bucket, const Call& call);

/// Tells one who said so that he was charged.
void set_request_charged(http::Response& response, const Bucket& bucket, const Call& call);

}  // namespace cloudemu::s3
