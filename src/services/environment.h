#pragma once
#include <string>
#include <vector>

#include "services/credentials.h"

namespace cloudemu {

enum class AuthMode { off, verify };

/// What the daemon was started with, as far as rules care.
struct Environment {
  AuthMode auth = AuthMode::off;
  /// The name of a deleted queue may not be used again for 60 seconds. Off by default: test suites create their queues anew.
  bool sqs_deleted_recently = false;
  CredentialStore credentials;
  /// Names under which this endpoint is reached, lower case, without a port: `bucket.NAME` is a bucket.
  std::vector<std::string> domains = {};
  /// New buckets take ACLs and block no public access, as AWS had it until April 2023.
  bool legacy_acl = false;
};

}  // namespace cloudemu
