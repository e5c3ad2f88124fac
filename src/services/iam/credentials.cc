#include "services/iam/credentials.h"

#include <algorithm>

#include "core/account_id.h"
#include "core/digest.h"
#include "core/strings.h"

namespace cloudemu {

namespace {

constexpr std::string_view kDefaultAccount = "000000000000";

/// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
bool is_user_name(std::string_view text) {
  constexpr size_t kBytesMax = 64;
  auto is_allowed = [](char c) { return is_alnum(c) || std::string_view("+=,.@_-").find(c) != std::string_view::npos; };
  return !text.empty() && text.size() <= kBytesMax && std::all_of(text.begin(), text.end(), is_allowed);
}

}  // namespace

std::string user_arn(const Credential& credential) {
  return credential.user.empty() ? std::string() : concat("arn:aws:iam::", credential.account, ":user/", credential.user);
}

std::string user_id(std::string_view user_arn) {
  constexpr std::string_view kBase32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  std::string id = "AIDA";
  for (char c : sha256(user_arn).substr(0, 17)) id.push_back(kBase32[static_cast<unsigned char>(c) & 31]);
  return id;
}

CredentialStore::CredentialStore() {
  by_key_["test"] = Credential{.secret_key = "test", .account = std::string(kDefaultAccount), .session_token = {}};
}

Result<CredentialStore> CredentialStore::parse(std::string_view text) {
  CredentialStore store;
  store.by_key_.clear();
  std::string profile, key;
  Credential credential;
  auto finish_profile = [&]() -> Result<void> {
    if (profile.empty()) return {};
    if (key.empty() || credential.secret_key.empty()) {
      return fail(Errc::bad_input, concat("profile [", profile, "] lacks aws_access_key_id or aws_secret_access_key"));
    }
    if (credential.account.empty()) credential.account = is_account_id(key) ? key : std::string(kDefaultAccount);
    store.by_key_[key] = std::exchange(credential, {});
    key.clear();
    return {};
  };
  int number = 0;
  for (std::string_view line : split(text, '\n')) {
    ++number;
    line = trim(line);
    if (line.empty() || line.front() == '#' || line.front() == ';') continue;
    if (line.front() == '[' && line.back() == ']') {
      TRY(finish_profile());
      profile = trim(line.substr(1, line.size() - 2));
      continue;
    }
    auto [name, value] = split_once(line, '=');
    name = trim(name);
    value = trim(value);
    if (profile.empty() || name.size() == line.size()) {
      return fail(Errc::bad_input, concat("line ", number, " is neither [profile] nor name = value"));
    }
    if (name == "aws_access_key_id") key = value;
    else if (name == "aws_secret_access_key") credential.secret_key = value;
    else if (name == "aws_session_token") credential.session_token = value;
    else if (name == "aws_account_id" && !is_account_id(value)) {
      return fail(Errc::bad_input, concat("line ", number, ": aws_account_id must be 12 digits"));
    } else if (name == "aws_account_id") credential.account = value;
    else if (name == "aws_user_name" && !is_user_name(value)) {
      return fail(Errc::bad_input, concat("line ", number, ": aws_user_name must be 1 to 64 letters, digits or any of +=,.@_-"));
    } else if (name == "aws_user_name") credential.user = value;
  }
  TRY(finish_profile());
  return store;
}

const Credential* CredentialStore::find(std::string_view access_key) const {
  auto found = by_key_.find(access_key);
  return found == by_key_.end() ? nullptr : &found->second;
}

std::string CredentialStore::account_of(std::string_view access_key) const {
  if (const Credential* known = find(access_key)) return known->account;
  return std::string(is_account_id(access_key) ? access_key : kDefaultAccount);
}

}  // namespace cloudemu
