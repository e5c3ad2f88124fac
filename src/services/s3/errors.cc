#include "services/s3/errors.h"

#include "core/strings.h"

namespace cloudemu::s3 {

AwsError access_denied() { return {"AccessDenied", 403, "Access Denied"}; }

AwsError bad_digest(std::string_view algorithm) {
  return {"BadDigest", 400, concat("The ", algorithm, " you specified did not match the calculated checksum.")};
}

AwsError bucket_already_exists(std::string_view bucket) {
  return AwsError{"BucketAlreadyExists", 409,
                  "The requested bucket name is not available. The bucket namespace is shared by all users of the system. "
                  "Please select a different name and try again."}
      .with("BucketName", std::string(bucket));
}

AwsError entity_too_large(uint64_t size, uint64_t max) {
  return AwsError{"EntityTooLarge", 400, "Your proposed upload exceeds the maximum allowed size"}
      .with("ProposedSize", std::to_string(size))
      .with("MaxSizeAllowed", std::to_string(max));
}

AwsError incomplete_body() {
  return {"IncompleteBody", 400, "You did not provide the number of bytes specified by the Content-Length HTTP header."};
}

AwsError internal_error() { return {"InternalError", 500, "We encountered an internal error. Please try again."}; }

AwsError invalid_argument(std::string message, std::string_view name, std::string_view value) {
  return AwsError{"InvalidArgument", 400, std::move(message)}
      .with("ArgumentName", std::string(name))
      .with("ArgumentValue", std::string(value));
}

AwsError invalid_bucket_name(std::string_view bucket) {
  return AwsError{"InvalidBucketName", 400, "The specified bucket is not valid."}.with("BucketName", std::string(bucket));
}

AwsError invalid_request(std::string message) { return {"InvalidRequest", 400, std::move(message)}; }

AwsError malformed_xml() {
  return {"MalformedXML", 400, "The XML you provided was not well-formed or did not validate against our published schema"};
}

AwsError method_not_allowed(std::string_view method, std::string_view resource_type) {
  return AwsError{"MethodNotAllowed", 405, "The specified method is not allowed against this resource."}
      .with("Method", std::string(method))
      .with("ResourceType", std::string(resource_type));
}

AwsError no_such_bucket(std::string_view bucket) {
  return AwsError{"NoSuchBucket", 404, "The specified bucket does not exist"}.with("BucketName", std::string(bucket));
}

AwsError no_such_key(std::string_view key) {
  return AwsError{"NoSuchKey", 404, "The specified key does not exist."}.with("Key", std::string(key));
}

AwsError not_implemented(std::string_view operation) {
  return {"NotImplemented", 501, concat("CloudEmu does not implement the S3 operation ", operation, " yet.")};
}

AwsError service_unavailable() {
  return {"ServiceUnavailable", 503, "Service is unable to handle request. The disk is full: free some space and try again."};
}

}  // namespace cloudemu::s3
