#pragma once
#include <optional>
#include <string>
#include <vector>

#include "services/iam/credentials.h"
#include "services/iam/mode.h"

namespace cloudemu {

enum class AuthMode { off, verify };

/// What the URLs of queues look like. All forms are understood, whichever is given out.
struct QueueUrls {
  enum class Form {
    called,    ///< http://HOST/ACCOUNT/NAME, HOST being the one that the caller called
    standard,  ///< http://sqs.REGION.HOST/ACCOUNT/NAME
    domain,    ///< http://REGION.queue.HOST/ACCOUNT/NAME; in us-east-1 http://queue.HOST/ACCOUNT/NAME
    path       ///< http://HOST/queue/REGION/ACCOUNT/NAME, HOST being the one that the caller called
  };
  Form form = Form::called;
  std::string host = {};  ///< of the forms that are not by the caller's: "localhost.localstack.cloud:4566"
};

/// What the daemon was started with, as far as rules care.
struct Environment {
  AuthMode auth = AuthMode::off;
  /// Whether policies are evaluated. Unset: where callers prove who they are.
  std::optional<iam::Mode> policies = {};
  /// The name of a deleted queue may not be used again for 60 seconds. Off by default: test suites create their queues anew.
  bool sqs_deleted_recently = false;
  /// A queue may not be purged again for 60 seconds.
  bool sqs_purged_recently = true;
  CredentialStore credentials;
  /// Names under which this endpoint is reached, lower case, without a port: `bucket.NAME` is a bucket.
  std::vector<std::string> domains = {};
  /// New buckets take ACLs and block no public access, as AWS had it until April 2023.
  bool legacy_acl = false;
  QueueUrls queue_urls = {};
  /// All accounts and regions have the same DynamoDB tables.
  bool shared_tables = false;
  /// Who asks how it is, and signs nothing, is answered as DynamoDB Local does.
  bool dynamodb_local = false;

  iam::Mode policy_mode() const { return policies.value_or(auth == AuthMode::verify ? iam::Mode::enforce : iam::Mode::off); }
};

}  // namespace cloudemu
