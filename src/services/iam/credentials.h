#pragma once
#include <map>
#include <string>
#include <string_view>

#include "core/result.h"

namespace cloudemu {

struct Credential {
  std::string secret_key;
  std::string account;
  std::string session_token;
  std::string user = {};  ///< the name of an IAM user; empty: the account's root
};

/// "arn:aws:iam::111122223333:user/alice"; empty for the root.
std::string user_arn(const Credential& credential);
/// "AIDA" and 17 characters, the same for the same user at all times.
std::string user_id(std::string_view user_arn);

/// Long-lived access keys: those of a credentials file, or `test`/`test` without one.
class CredentialStore {
 public:
  /// Knows `test` with secret `test` in account 000000000000.
  CredentialStore();
  /// Reads text in the form of ~/.aws/credentials, with `aws_account_id` and `aws_user_name` as further entries of a
  /// profile.
  static Result<CredentialStore> parse(std::string_view text);

  const Credential* find(std::string_view access_key) const;
  /// The account of an access key: as the file says; else the key itself if it is 12 digits; else 000000000000.
  std::string account_of(std::string_view access_key) const;

 private:
  std::map<std::string, Credential, std::less<>> by_key_;
};

}  // namespace cloudemu
