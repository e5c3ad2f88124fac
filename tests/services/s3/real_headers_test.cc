#include <catch2/catch.hpp>

#include "support/s3.h"

/// What a request asks for with a header that is real at AWS must not be ignored.
namespace cloudemu::test {

TEST_CASE("Headers: what is real at AWS and not built is refused by name", "[s3][members]") {
  S3 s3;
  s3.bucket("photos");
  Reply reply = s3.put("/photos/cat", "meow", {{"x-amz-object-lock-event-hold", "ON"}});
  CHECK(reply.status == 501);
  CHECK(reply.body.find("<Code>NotImplemented</Code>") != std::string::npos);
  CHECK(reply.body.find("x-amz-object-lock-event-hold") != std::string::npos);
  CHECK(s3.put("/namespaced", "", {{"x-amz-bucket-namespace", "account-regional"}}).status == 501);
  // Not a header of this operation, or of any: AWS does not look at it.
  CHECK(s3.put("/photos/cat", "meow", {{"x-amz-bucket-namespace", "account-regional"}, {"x-amz-unheard-of", "1"}}).status == 200);
  CHECK(s3.get("/photos/cat", {{"x-amz-request-payer", "requester"}}).status == 200);
}

}  // namespace cloudemu::test
