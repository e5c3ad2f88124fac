#pragma once
#include <string_view>

#include "services/iam/pattern.h"

/// The actions that policies speak of, without "s3:" before their names, which are compared without case.
/// https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html
namespace cloudemu::s3 {

bool is_action(std::string_view action);
/// Whether its resource is an object, arn:aws:s3:::bucket/key. That of others is the bucket, or nothing that is in one.
bool is_on_objects(std::string_view action);

/// Whether what stands in a policy, "s3:Get*", is an action of S3's, or wildcards that stand for one. `effort`: of the whole policy.
bool names_an_action(const iam::Pattern& pattern, iam::Effort& effort);

}  // namespace cloudemu::s3
