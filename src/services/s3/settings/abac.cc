// https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketAbac.html, API_GetBucketAbac.html
//
// Kept and shown: the tags of a bucket are no conditions here. PutBucketTagging goes on working where AWS wants TagResource.
#include "services/s3/settings/settings.h"

namespace cloudemu::s3 {

namespace {

constexpr std::string_view kStatuses[] = {"Enabled", "Disabled"};

struct Abac {
  std::string status;

  bool operator==(const Abac&) const = default;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("Status", self.status, xml::kRequired, xml::OneOf{kStatuses});
  }
};

}  // namespace

const Setting kAbac{.name = "abac",
                    .root = "AbacStatus",
                    .otherwise = R"({"Status":"Disabled"})",
                    .read = read_document<Abac>,
                    .write = write_document<Abac>};

}  // namespace cloudemu::s3
