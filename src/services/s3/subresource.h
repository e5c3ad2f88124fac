#pragma once
#include <span>
#include <string_view>

#include "services/s3/operations.h"

/// The query parameters that make a bucket or a key another resource: ?acl, ?tagging, ?uploads.
namespace cloudemu::s3 {

/// What becomes of a bucket's sub-resource at a key, and of a key's at a bucket.
enum class Elsewhere {
  refused,  ///< no such method, or a key must be named
  acts,     ///< its operations answer all the same, of whatever key
  ignored   ///< S3 does not see it there: the key's own operation answers
};

struct Subresource {
  std::string_view name, type;  ///< type: what AWS calls it when it refuses a method
  Elsewhere elsewhere = Elsewhere::refused;
  std::string_view key_type = {};  ///< its type at a key, where that is a resource of its own

  std::string_view type_at(Scope scope) const { return scope == Scope::object && !key_type.empty() ? key_type : type; }
};

/// The part of an upload, which two parameters name together: ?partNumber=&uploadId=.
inline constexpr std::string_view kPart = "partNumber", kUpload = "uploadId";

/// All of them, by name.
std::span<const Subresource> subresources();
/// Null: a parameter of that name names none.
const Subresource* find_subresource(std::string_view name);

}  // namespace cloudemu::s3
