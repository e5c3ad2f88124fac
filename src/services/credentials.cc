#include "services/credentials.h"

#include <algorithm>

#include "core/strings.h"

namespace cloudemu {

namespace {

constexpr std::string_view kDefaultAccount = "000000000000";

bool is_account(std::string_view text) { return text.size() == 12 && std::all_of(text.begin(), text.end(), is_digit); }

}  // namespace

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
    if (credential.account.empty()) credential.account = is_account(key) ? key : std::string(kDefaultAccount);
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
    else if (name == "aws_account_id" && !is_account(value)) {
      return fail(Errc::bad_input, concat("line ", number, ": aws_account_id must be 12 digits"));
    } else if (name == "aws_account_id") credential.account = value;
  }
  TRY(finish_profile());
  return store;
}

const Credential* CredentialStore::find(std::string_view access_key) const {
  auto found = by_key_.find(std::string(access_key));
  return found == by_key_.end() ? nullptr : &found->second;
}

std::string CredentialStore::account_of(std::string_view access_key) const {
  if (const Credential* known = find(access_key)) return known->account;
  return std::string(is_account(access_key) ? access_key : kDefaultAccount);
}

}  // namespace cloudemu
