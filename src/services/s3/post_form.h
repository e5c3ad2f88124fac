#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "services/iam/authenticate.h"
#include "services/s3/call.h"

/// What stands in the form of an upload from a browser.
namespace cloudemu::s3 {

/// Whether a request to a bucket is such a form, which carries its authentication with it.
bool is_post_form(const http::Request& request);

/// A field by its name, in any case; the first of several counts. Null if there is none.
const std::string* find_field(const FormPlan::Fields& fields, std::string_view name);
/// Its value, or empty text.
std::string_view field_text(const FormPlan::Fields& fields, std::string_view name);

/// The form as it came in. Errors: MalformedPOSTRequest, MaxPostPreDataLengthExceeded; InvalidArgument without a key or a file.
AwsResult<void> check_post_form(const UploadedBody& form);

/// Who signed the form's policy; nothing for a form without policy. Errors: InvalidArgument for a signature that lacks a field.
AwsResult<std::optional<FormSignature>> form_signature(const FormPlan::Fields& fields);

/// What to compute of the file.
std::vector<DigestKind> form_digests(const FormPlan::Fields& fields);

/// The fields that are headers of a PutObject, as the headers of one. The views are of the fields and of `request`.
/// Error: InvalidArgument for what cannot stand in a header.
AwsResult<void> fill_headers(const FormPlan::Fields& fields, http::Request& request);

}  // namespace cloudemu::s3
