#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "services/s3/call.h"

/// Keys that customers bring with every request (SSE-C). Nothing is encrypted: what is kept is the key's MD5, and who does not bring the same
/// key again does not get the object. https://docs.aws.amazon.com/AmazonS3/latest/userguide/ServerSideEncryptionCustomerKeys.html
namespace cloudemu::s3 {

/// Which of the keys of a request: the one of the object that it names, or the one of the object that it copies.
enum class KeyOf { object, copy_source };

/// MD5 of the key that a request brings, in base64; nothing if it brings none. Errors: InvalidArgument for a header that is missing, a key
/// that is no key, an MD5 that is not the key's; InvalidEncryptionAlgorithmError.
AwsResult<std::optional<std::string>> brought_key(const Call& call, KeyOf of = KeyOf::object);

/// Whether a request may read an object: with the key that it was written with, or without one. Errors: those above, InvalidRequest,
/// AccessDenied for another key.
AwsResult<void> check_brought_key(const Call& call, const Encryption& encryption, KeyOf of = KeyOf::object);

/// A part comes with the key that its upload was begun with. Errors: those of brought_key(), InvalidRequest.
AwsResult<void> check_part_key(const Call& call, const Upload& upload);

/// The headers of a reply that tell of such a key.
void set_customer_key(http::Response& response, std::string_view md5);

}  // namespace cloudemu::s3
