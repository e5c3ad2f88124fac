#pragma once
#include <string>
#include <utility>
#include <vector>

#include "core/result.h"
#include "protocol/headers.h"

namespace cloudemu {

/// The client is wrong: an error as AWS words it. Built by the named factories of each service, rendered once at the edge in
/// the shape of the protocol that the request came in.
struct AwsError {
  std::string code;     ///< e.g. "NoSuchBucket"
  int status = 400;     ///< HTTP status
  std::string message;  ///< to AWS's letter
  /// Further members of the error body, in order: {"BucketName", "photos"}. JSON values where the protocol is JSON.
  std::vector<std::pair<std::string, std::string>> members = {};
  /// Further reply headers.
  http::Headers headers = {};

  AwsError&& with(std::string name, std::string value) && {
    members.emplace_back(std::move(name), std::move(value));
    return std::move(*this);
  }
};

/// The result of a rule: a value, or AWS's refusal.
template <class T>
using AwsResult = Result<T, AwsError>;

}  // namespace cloudemu
