#pragma once
#include <optional>
#include <string>
#include <vector>

#include "log/log.h"
#include "net/server.h"
#include "realm/retention.h"
#include "services/environment.h"

namespace cloudemu {

/// How the daemon was asked to run.
struct Config {
  std::string data_dir;  ///< empty: ephemeral
  std::vector<net::Endpoint> listen;
  log::SyncMode sync = log::SyncMode::always;
  AuthMode auth = AuthMode::off;
  std::optional<iam::Mode> policies;  ///< whether policies are evaluated; unset: with AuthMode::verify
  std::string credentials_file;
  std::vector<std::string> domains;  ///< names under which the endpoint is reached; lower case, no port
  Retention::Limits retention;
  std::vector<std::string> cors_origins;  ///< of pages that may call, besides this machine's
  bool any_origin = false;
  bool legacy_acl = false;                             ///< new buckets have the ACL defaults that AWS had until April 2023
  int64_t lifecycle_day_seconds = kDayMs / kSecondMs;  ///< how long a day is in S3 lifecycle rules and restores
  bool shared_tables = false;                          ///< all accounts and regions have the same DynamoDB tables
  bool dynamodb_local = false;                         ///< answers those who ask how it is as DynamoDB Local does
  bool sqs_purged_recently = true;                     ///< a queue may not be purged again for a minute
  bool sqs_deleted_recently = false;                   ///< the name of a deleted queue may not be used again for a minute
  QueueUrls queue_urls;                                ///< where the host lacks a port: with the daemon's
  std::vector<std::string> more_greeting = {};         ///< lines after the first
  TimeMs ttl_delay_ms = 0;                             ///< how long a DynamoDB item may outlive its time
  std::string tls_cert, tls_key;                       ///< files; empty: a certificate of the daemon's own making
  std::string init_dir;                                ///< holds scripts to run, see InitHooks
  std::vector<std::string> seeds;                      ///< directories, files and scripts to fill it with
  std::string seed_into;                               ///< fill the daemon at this address instead of starting one; empty: no
  std::string control_token;                           ///< empty: none
  std::string boot_id;                                 ///< names this run of the machine; empty: the kernel's
  bool eager_services = false;                         ///< LocalStack's EAGER_SERVICE_LOADING
  std::optional<bool> log_requests;                    ///< a line per call on standard error; unset: if that is a terminal
};

std::string_view sync_mode_name(log::SyncMode mode);

/// Reads flags and environment variables (CLOUDEMU_*, and LocalStack's where they mean the same); flags win. Without a Config the
/// process is to exit with the code: help was asked for, or the message is on standard error already.
struct ParsedConfig {
  std::optional<Config> config;
  int exit_code = 0;
  std::vector<std::string> warnings = {};  ///< sentences on what was said and is not heeded
};
ParsedConfig parse_config(int argc, char** argv);

}  // namespace cloudemu
