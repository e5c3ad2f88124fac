#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "protocol/aws_error.h"
#include "services/pending_call.h"

/// S3's errors, to the letter of what AWS was seen to answer:
/// https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
namespace cloudemu::s3 {

AwsError access_control_list_not_supported();
AwsError access_denied(std::string message = "Access Denied");
AwsError access_forbidden(std::string message, std::string_view method, std::string_view resource_type);
/// Without a code: S3 answers with nothing but the status and headers.
AwsError bare_error(int status);
AwsError bad_digest(std::string_view algorithm);
/// `algorithm` in lower case.
AwsError bad_part_digest(std::string_view algorithm, int part);
/// The expected digest as the client sent it, the calculated one in base64.
AwsError bad_md5(std::string_view expected, std::string calculated);
AwsError bad_request(std::string message);
AwsError bucket_acl_with_ownership();
AwsError bucket_acl_with_public_access_block();
AwsError bucket_already_exists(std::string_view bucket);
AwsError bucket_already_owned_by_you(std::string_view bucket);
enum class Leftovers { objects, only_versions };
AwsError bucket_not_empty(std::string_view bucket, Leftovers leftovers);
AwsError conditional_request_conflict(std::string_view condition, std::string_view key);
AwsError content_sha256_mismatch(std::string_view client, std::string computed);
AwsError entity_too_large(uint64_t size, uint64_t max);
AwsError entity_too_small(uint64_t size, uint64_t min);
AwsError part_too_small(uint64_t size, uint64_t min, int part, std::string_view etag);
AwsError illegal_location_constraint(std::string_view constraint);
AwsError illegal_versioning_configuration();
AwsError incomplete_body(std::string message = "The request body terminated unexpectedly");
AwsError internal_error();
AwsError invalid_argument(std::string message);
AwsError invalid_argument(std::string message, std::string_view name);
AwsError invalid_argument(std::string message, std::string_view name, std::string_view value);
AwsError invalid_bucket_name(std::string_view bucket);
AwsError invalid_bucket_owner_account(std::string_view value);
AwsError invalid_bucket_state(std::string message);
AwsError invalid_digest(std::string_view md5);
AwsError invalid_location_constraint(std::string_view constraint);
AwsError invalid_object_state(std::string_view storage_class);
AwsError invalid_part(std::string_view upload, int64_t part, std::string_view etag);
AwsError invalid_part_number(int requested, int actual);
/// `bytes`: of the chunk before the one of this number, which says that it was not the last one.
AwsError invalid_chunk_size(uint64_t number, uint64_t bytes);
AwsError invalid_part_order(std::string_view upload);
AwsError invalid_range(std::string_view range, uint64_t size);
AwsError invalid_redirect_location();
AwsError invalid_request(std::string message);
AwsError invalid_storage_class(std::string_view value);
AwsError invalid_tag(std::string message);
AwsError invalid_tag_key(std::string message, std::string_view key);
AwsError invalid_tag_value(std::string_view key, std::string_view value);
AwsError invalid_uri(std::string_view uri);
AwsError invalid_version_id(std::string_view value);
AwsError key_too_long(uint64_t size, uint64_t max);
AwsError malformed_acl();
AwsError malformed_policy(std::string message);
AwsError malformed_trailer();
AwsError malformed_xml();
AwsError malformed_post_request();
/// `field`: of a form, as AWS spells it.
AwsError missing_form_field(std::string_view field);
AwsError max_post_pre_data_length_exceeded(uint64_t max);
AwsError max_message_length_exceeded(uint64_t max);
AwsError metadata_too_large(uint64_t size, uint64_t max);
AwsError method_not_allowed(std::string_view method, std::string_view resource_type);
/// The headers that a digest of a document may stand in.
inline constexpr std::string_view kAnyDigest = "Content-MD5 OR x-amz-checksum-*";
/// `headers`: those that a digest of the body could have stood in.
AwsError missing_digest(std::string_view headers);
AwsError missing_content_length();
/// Of a document that must be there.
AwsError missing_request_body();
/// Where a key must be named, and is not.
AwsError no_key_named();
AwsError no_such_bucket(std::string_view bucket);
/// Of a sub-resource that is not there: NoSuchTagSet, NoSuchCORSConfiguration ...
AwsError no_such_bucket_setting(std::string_view code, std::string message, std::string_view bucket);
AwsError no_such_configuration();
AwsError no_such_key(std::string_view key);
AwsError no_such_upload(std::string_view upload);
AwsError no_such_version(std::string_view key, std::string_view version);
AwsError not_implemented(std::string_view operation);
/// A header that is real at AWS and not built here. Its name stands in the message, which is all that SDKs show.
AwsError header_not_implemented(std::string_view header);
/// A header, or a value of it, that AWS itself does not support: in AWS's words, to the letter.
AwsError header_not_supported(std::string_view header, std::string_view additional = {});
AwsError precondition_failed(std::string_view condition);
AwsError service_unavailable();
AwsError slow_down();
/// What the daemon itself could not do.
AwsError unavailable_error(Unavailable why);
AwsError too_many_buckets();
AwsError too_many_configurations();

}  // namespace cloudemu::s3
