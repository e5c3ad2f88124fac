#pragma once
#include <span>
#include <string_view>

#include "services/s3/call.h"

namespace cloudemu::s3 {

enum class Scope { service, bucket, object };

/// How a request body is taken, and what of it is checked before the operation sees it.
enum class Body {
  none,        ///< ignored
  document,    ///< collected; Content-MD5, x-amz-content-sha256 and x-amz-checksum-* are of the document
  parts_list,  ///< collected; x-amz-checksum-* are of the object
  stream       ///< streamed into the blob store
};

/// What a request must have for an operation. `subresource` is the query parameter that makes it another resource (?tagging).
struct Route {
  std::string_view method;
  Scope scope;
  std::string_view subresource = {};
  std::string_view parameter = {};   ///< a further query parameter that must be there
  std::string_view header = {};      ///< a header that must be there
  std::string_view signed_for = {};  ///< the service that the signature must be for, where it is not s3
  std::string_view value = {};       ///< that the parameter must have; empty: any
};

/// What an operation needs the permission for, by the names of the Service Authorization Reference without "s3:".
/// https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html
struct Needs {
  std::string_view action = {};      ///< empty: for nothing as a whole (each key of DeleteObjects is asked for by itself)
  std::string_view on_version = {};  ///< if `?versionId=` names a version; empty: the operation does not take one
};

/// How a streamed body is to be taken in.
using Plan = UploadPlan (*)(const S3ReadModel& state, const Call& call);

/// One row of the table. Without `decide` the operation is real at AWS but not built: it answers NotImplemented by name.
struct Operation {
  std::string_view name;
  Needs needs;
  Route route;
  Decide decide = nullptr;
  Body body = Body::none;
  Admit admit = nullptr;
  Plan plan = nullptr;
};

/// All operations of S3, by name.
std::span<const Operation> operations();

/// Whether `?versionId=` means something to an operation.
bool takes_version_id(const Operation& operation);

AwsResult<Outcome> abort_multipart_upload(const S3ReadModel& state, const Call& call);
AwsResult<Outcome> complete_multipart_upload(const S3ReadModel& state, const Call& call);
AwsResult<Outcome> copy_object(const S3ReadModel& state, const Call& call);
AwsResult<Outcome> create_bucket(const S3ReadModel& state, const Call& call);
AwsResult<Outcome> create_multipart_upload(const S3ReadModel& state, const Call& call);
AwsResult<Outcome> delete_bucket(const S3ReadModel& state, const Call& call);
AwsResult<Outcome> delete_object(const S3ReadModel& state, const Call& call);
AwsResult<Outcome> delete_object_annotation(const S3ReadModel& state, const Call& call);
AwsResult<Outcome> delete_object_tagging(const S3ReadModel& state, const Call& call);
AwsResult<Outcome> delete_objects(const S3ReadModel& state, const Call& call);
AwsResult<Outcome> get_bucket_location(const S3ReadModel& state, const Call& call);
AwsResult<Outcome> get_object(const S3ReadModel& state, const Call& call);
AwsResult<Outcome> get_object_acl(const S3ReadModel& state, const Call& call);
AwsResult<Outcome> get_object_annotation(const S3ReadModel& state, const Call& call);
AwsResult<Outcome> get_object_attributes(const S3ReadModel& state, const Call& call);
AwsResult<Outcome> get_object_legal_hold(const S3ReadModel& state, const Call& call);
AwsResult<Outcome> get_object_retention(const S3ReadModel& state, const Call& call);
AwsResult<Outcome> get_object_tagging(const S3ReadModel& state, const Call& call);
AwsResult<Outcome> head_bucket(const S3ReadModel& state, const Call& call);
AwsResult<Outcome> list_buckets(const S3ReadModel& state, const Call& call);
AwsResult<Outcome> list_multipart_uploads(const S3ReadModel& state, const Call& call);
AwsResult<Outcome> list_object_annotations(const S3ReadModel& state, const Call& call);
AwsResult<Outcome> list_object_versions(const S3ReadModel& state, const Call& call);
AwsResult<Outcome> list_objects(const S3ReadModel& state, const Call& call);
AwsResult<Outcome> list_objects_v2(const S3ReadModel& state, const Call& call);
AwsResult<Outcome> list_parts(const S3ReadModel& state, const Call& call);
AwsResult<Outcome> options_object(const S3ReadModel& state, const Call& call);
AwsResult<Outcome> post_object(const S3ReadModel& state, const Call& call);
/// A form stands for a PutObject of what its fields say.
AwsResult<void> authorise_post_object(const S3ReadModel& state, const Operation& operation, const Call& call,
                                      const std::vector<MultipartFormDecoder::Field>& fields, std::string_view file_name);
AwsResult<void> admit_post_object(const S3ReadModel& state, const Call& call);
UploadPlan plan_post_object(const S3ReadModel& state, const Call& call);
AwsResult<Outcome> put_object(const S3ReadModel& state, const Call& call);
AwsResult<Outcome> put_object_acl(const S3ReadModel& state, const Call& call);
AwsResult<Outcome> put_object_annotation(const S3ReadModel& state, const Call& call);
AwsResult<Outcome> put_object_legal_hold(const S3ReadModel& state, const Call& call);
AwsResult<Outcome> put_object_retention(const S3ReadModel& state, const Call& call);
AwsResult<Outcome> put_object_tagging(const S3ReadModel& state, const Call& call);
AwsResult<Outcome> restore_object(const S3ReadModel& state, const Call& call);
AwsResult<Outcome> update_object_encryption(const S3ReadModel& state, const Call& call);
AwsResult<Outcome> upload_part(const S3ReadModel& state, const Call& call);
AwsResult<Outcome> upload_part_copy(const S3ReadModel& state, const Call& call);

AwsResult<void> admit_put_object_annotation(const S3ReadModel& state, const Call& call);
AwsResult<void> admit_put_object(const S3ReadModel& state, const Call& call);
AwsResult<void> admit_upload_part(const S3ReadModel& state, const Call& call);
UploadPlan plan_put_object_annotation(const S3ReadModel& state, const Call& call);
UploadPlan plan_put_object(const S3ReadModel& state, const Call& call);
UploadPlan plan_upload_part(const S3ReadModel& state, const Call& call);

}  // namespace cloudemu::s3
