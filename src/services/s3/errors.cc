#include "services/s3/errors.h"

#include "core/strings.h"

namespace cloudemu::s3 {

namespace {

std::string text(std::string_view view) { return std::string(view); }
std::string text(uint64_t number) { return std::to_string(number); }

}  // namespace

AwsError access_control_list_not_supported() { return {"AccessControlListNotSupported", 400, "The bucket does not allow ACLs"}; }

AwsError access_denied(std::string message) { return {"AccessDenied", 403, std::move(message)}; }

AwsError access_forbidden(std::string message, std::string_view method, std::string_view resource_type) {
  return AwsError{"AccessForbidden", 403, std::move(message)}.with("Method", text(method)).with("ResourceType", text(resource_type));
}

AwsError bare_error(int status) { return {"", status, ""}; }

AwsError bad_digest(std::string_view algorithm) {
  return {"BadDigest", 400, concat("The ", algorithm, " you specified did not match the calculated checksum.")};
}

AwsError bad_part_digest(std::string_view algorithm, int part) {
  return {"BadDigest", 400, concat("The ", algorithm, " you specified for part ", part, " did not match what we received.")};
}

AwsError bad_md5(std::string_view expected, std::string calculated) {
  return AwsError{"BadDigest", 400, "The Content-MD5 you specified did not match what we received."}
      .with("CalculatedDigest", std::move(calculated))
      .with("ExpectedDigest", text(expected));
}

AwsError bad_request(std::string message) { return {"BadRequest", 400, std::move(message)}; }

AwsError bucket_acl_with_ownership() {
  return {"InvalidBucketAclWithObjectOwnership", 400, "Bucket cannot have ACLs set with ObjectOwnership's BucketOwnerEnforced setting"};
}

AwsError bucket_acl_with_public_access_block() {
  return {"InvalidBucketAclWithBlockPublicAccessError", 400, "Bucket cannot have public ACLs set with BlockPublicAccess enabled"};
}

AwsError bucket_already_exists(std::string_view bucket) {
  return AwsError{"BucketAlreadyExists", 409,
                  "The requested bucket name is not available. The bucket namespace is shared by all users of the system. "
                  "Please select a different name and try again."}
      .with("BucketName", text(bucket));
}

AwsError bucket_already_owned_by_you(std::string_view bucket) {
  return AwsError{"BucketAlreadyOwnedByYou", 409, "Your previous request to create the named bucket succeeded and you already own it."}
      .with("BucketName", text(bucket));
}

AwsError bucket_not_empty(std::string_view bucket, Leftovers leftovers) {
  std::string_view more = leftovers == Leftovers::objects ? "" : ". You must delete all versions in the bucket.";
  return AwsError{"BucketNotEmpty", 409, concat("The bucket you tried to delete is not empty", more)}.with("BucketName", text(bucket));
}

AwsError conditional_request_conflict(std::string_view condition, std::string_view key) {
  return AwsError{"ConditionalRequestConflict", 409,
                  "The conditional request cannot succeed due to a conflicting operation against this resource."}
      .with("Condition", text(condition))
      .with("Key", text(key));
}

AwsError content_sha256_mismatch(std::string_view client, std::string computed) {
  return AwsError{"XAmzContentSHA256Mismatch", 400, "The provided 'x-amz-content-sha256' header does not match what was computed."}
      .with("ClientComputedContentSHA256", text(client))
      .with("S3ComputedContentSHA256", std::move(computed));
}

AwsError entity_too_large(uint64_t size, uint64_t max) {
  return AwsError{"EntityTooLarge", 400, "Your proposed upload exceeds the maximum allowed size"}
      .with("ProposedSize", text(size))
      .with("MaxSizeAllowed", text(max));
}

AwsError entity_too_small(uint64_t size, uint64_t min) {
  return AwsError{"EntityTooSmall", 400, "Your proposed upload is smaller than the minimum allowed size"}
      .with("ProposedSize", text(size))
      .with("MinSizeAllowed", text(min));
}

AwsError part_too_small(uint64_t size, uint64_t min, int part, std::string_view etag) {
  return entity_too_small(size, min).with("PartNumber", std::to_string(part)).with("ETag", text(etag));
}

AwsError illegal_location_constraint(std::string_view constraint) {
  return {"IllegalLocationConstraintException", 400,
          concat("The ", constraint, " location constraint is incompatible for the region specific endpoint this request was sent to.")};
}

AwsError illegal_versioning_configuration() {
  return {"IllegalVersioningConfigurationException", 400, "The Versioning element must be specified"};
}

AwsError incomplete_body(std::string message) { return {"IncompleteBody", 400, std::move(message)}; }

AwsError internal_error() { return {"InternalError", 500, "We encountered an internal error. Please try again."}; }

AwsError invalid_argument(std::string message) { return {"InvalidArgument", 400, std::move(message)}; }

AwsError invalid_argument(std::string message, std::string_view name) {
  return invalid_argument(std::move(message)).with("ArgumentName", text(name));
}

AwsError invalid_argument(std::string message, std::string_view name, std::string_view value) {
  return invalid_argument(std::move(message), name).with("ArgumentValue", text(value));
}

AwsError invalid_bucket_name(std::string_view bucket) {
  return AwsError{"InvalidBucketName", 400, "The specified bucket is not valid."}.with("BucketName", text(bucket));
}

AwsError invalid_bucket_owner_account(std::string_view value) {
  return {"InvalidBucketOwnerAWSAccountID", 400,
          concat("The value of the expected bucket owner parameter must be an AWS Account ID... [", value, "]")};
}

AwsError invalid_digest(std::string_view md5) {
  return AwsError{"InvalidDigest", 400, "The Content-MD5 you specified was invalid."}.with("Content-MD5", text(md5));
}

AwsError invalid_location_constraint(std::string_view constraint) {
  return AwsError{"InvalidLocationConstraint", 400, "The specified location-constraint is not valid"}.with("LocationConstraint",
                                                                                                           text(constraint));
}

AwsError invalid_bucket_state(std::string message) { return {"InvalidBucketState", 409, std::move(message)}; }

AwsError invalid_object_state(std::string_view storage_class) {
  return AwsError{"InvalidObjectState", 403, "The operation is not valid for the object's storage class"}.with("StorageClass",
                                                                                                               text(storage_class));
}

AwsError invalid_part(std::string_view upload, int64_t part, std::string_view etag) {
  return AwsError{"InvalidPart", 400,
                  "One or more of the specified parts could not be found.  The part may not have been uploaded, or the "
                  "specified entity tag may not match the part's entity tag."}
      .with("UploadId", text(upload))
      .with("PartNumber", std::to_string(part))
      .with("ETag", text(etag));
}

AwsError invalid_part_number(int requested, int actual) {
  return AwsError{"InvalidPartNumber", 416, "The requested partnumber is not satisfiable"}
      .with("PartNumberRequested", std::to_string(requested))
      .with("ActualPartCount", std::to_string(actual));
}

AwsError invalid_chunk_size(uint64_t number, uint64_t bytes) {
  return AwsError{"InvalidChunkSizeError", 403, "Only the last chunk is allowed to have a size less than 8192 bytes"}
      .with("Chunk", text(number))
      .with("BadChunkSize", text(bytes));
}

AwsError invalid_part_order(std::string_view upload) {
  return AwsError{"InvalidPartOrder", 400, "The list of parts was not in ascending order. Parts must be ordered by part number."}.with(
      "UploadId", text(upload));
}

AwsError invalid_range(std::string_view range, uint64_t size) {
  return AwsError{"InvalidRange", 416, "The requested range is not satisfiable"}
      .with("RangeRequested", text(range))
      .with("ActualObjectSize", text(size));
}

AwsError invalid_redirect_location() {
  return {"InvalidRedirectLocation", 400, "The website redirect location must have a prefix of 'http://' or 'https://' or '/'."};
}

AwsError invalid_request(std::string message) { return {"InvalidRequest", 400, std::move(message)}; }

AwsError invalid_storage_class(std::string_view value) {
  return AwsError{"InvalidStorageClass", 400, "The storage class you specified is not valid"}.with("StorageClassRequested", text(value));
}

AwsError invalid_tag(std::string message) { return {"InvalidTag", 400, std::move(message)}; }

AwsError invalid_tag_key(std::string message, std::string_view key) { return invalid_tag(std::move(message)).with("TagKey", text(key)); }

AwsError invalid_tag_value(std::string_view key, std::string_view value) {
  return invalid_tag_key("The TagValue you have provided is invalid", key).with("TagValue", text(value));
}

AwsError invalid_uri(std::string_view uri) {
  return AwsError{"InvalidURI", 400, "Couldn't parse the specified URI."}.with("URI", text(uri));
}

AwsError invalid_version_id(std::string_view value) {
  return invalid_argument(value.empty() ? "Version id cannot be the empty string" : "Invalid version id specified", "versionId", value);
}

AwsError key_too_long(uint64_t size, uint64_t max) {
  return AwsError{"KeyTooLongError", 400, "Your key is too long"}.with("Size", text(size)).with("MaxSizeAllowed", text(max));
}

AwsError malformed_acl() {
  return {"MalformedACLError", 400, "The XML you provided was not well-formed or did not validate against our published schema"};
}

AwsError malformed_policy(std::string message) { return {"MalformedPolicy", 400, std::move(message)}; }

AwsError malformed_trailer() {
  return {"MalformedTrailerError", 400,
          "The request contained trailing data that was not well-formed or did not conform to our published schema."};
}

AwsError malformed_xml() {
  return {"MalformedXML", 400, "The XML you provided was not well-formed or did not validate against our published schema"};
}

AwsError malformed_post_request() {
  return {"MalformedPOSTRequest", 400, "The body of your POST request is not well-formed multipart/form-data."};
}

AwsError missing_form_field(std::string_view field) {
  return invalid_argument(
      concat("Bucket POST must contain a field named '", field, "'.  If it is specified, please check the order of the fields."), field,
      "");
}

AwsError max_post_pre_data_length_exceeded(uint64_t max) {
  return AwsError{"MaxPostPreDataLengthExceeded", 400, "Your POST request fields preceeding the upload file was too large."}.with(
      "MaxPostPreDataLengthBytes", text(max));
}

AwsError max_message_length_exceeded(uint64_t max) {
  return AwsError{"MaxMessageLengthExceeded", 400, "Your request was too big."}.with("MaxMessageLengthBytes", text(max));
}

AwsError metadata_too_large(uint64_t size, uint64_t max) {
  return AwsError{"MetadataTooLarge", 400, "Your metadata headers exceed the maximum allowed metadata size"}
      .with("Size", text(size))
      .with("MaxSizeAllowed", text(max));
}

AwsError method_not_allowed(std::string_view method, std::string_view resource_type) {
  return AwsError{"MethodNotAllowed", 405, "The specified method is not allowed against this resource."}
      .with("Method", text(method))
      .with("ResourceType", text(resource_type));
}

AwsError missing_digest(std::string_view headers) { return invalid_request(concat("Missing required header for this request: ", headers)); }

AwsError missing_content_length() { return {"MissingContentLength", 411, "You must provide the Content-Length HTTP header."}; }

AwsError missing_request_body() { return {"MissingRequestBodyError", 400, "Request Body is empty"}; }

AwsError no_key_named() { return {"UserKeyMustBeSpecified", 400, "User key must be specified."}; }

AwsError no_such_bucket(std::string_view bucket) {
  return no_such_bucket_setting("NoSuchBucket", "The specified bucket does not exist", bucket);
}

AwsError no_such_bucket_setting(std::string_view code, std::string message, std::string_view bucket) {
  return AwsError{text(code), 404, std::move(message)}.with("BucketName", text(bucket));
}

AwsError no_such_configuration() { return {"NoSuchConfiguration", 404, "The specified configuration does not exist."}; }

AwsError no_such_key(std::string_view key) {
  return AwsError{"NoSuchKey", 404, "The specified key does not exist."}.with("Key", text(key));
}

AwsError no_such_upload(std::string_view upload) {
  return AwsError{"NoSuchUpload", 404,
                  "The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or "
                  "completed."}
      .with("UploadId", text(upload));
}

AwsError no_such_version(std::string_view key, std::string_view version) {
  return AwsError{"NoSuchVersion", 404, "The specified version does not exist."}.with("Key", text(key)).with("VersionId", text(version));
}

AwsError not_implemented(std::string_view operation) {
  return {"NotImplemented", 501, concat("CloudEmu does not implement the S3 operation ", operation, " yet.")};
}

AwsError header_not_implemented(std::string_view header) {
  AwsError error = header_not_supported(header);
  append(error.message, ": ", header);
  return error;
}

AwsError header_not_supported(std::string_view header, std::string_view additional) {
  AwsError error =
      AwsError{"NotImplemented", 501, "A header you provided implies functionality that is not implemented"}.with("Header", text(header));
  if (!additional.empty()) error.members.emplace_back("additionalMessage", additional);
  return error;
}

AwsError precondition_failed(std::string_view condition) {
  return AwsError{"PreconditionFailed", 412, "At least one of the pre-conditions you specified did not hold"}.with("Condition",
                                                                                                                   text(condition));
}

AwsError service_unavailable() {
  return {"ServiceUnavailable", 503, "Service is unable to handle request. The disk is full: free some space and try again."};
}

AwsError slow_down() { return {"SlowDown", 503, "Please reduce your request rate."}; }

AwsError unavailable_error(Unavailable why) {
  switch (why) {
    case Unavailable::disk_full: return service_unavailable();
    case Unavailable::overloaded: return slow_down();
    case Unavailable::state_failed:
    case Unavailable::no_descriptors: return {"ServiceUnavailable", 503, std::string(explain(why))};
    case Unavailable::too_large: return {"LimitExceeded", 400, std::string(explain(why))};
    case Unavailable::log_failed: break;
  }
  return internal_error();
}

AwsError too_many_configurations() {
  return {"TooManyConfigurations", 400,
          "You are attempting to create a new configuration but have already reached the 1,000-configuration limit."};
}

AwsError too_many_buckets() { return {"TooManyBuckets", 400, "You have attempted to create more buckets than allowed"}; }

}  // namespace cloudemu::s3
