#pragma once

#include <algorithm>
#include <string_view>

#include "core/strings.h"

namespace cloudemu {

/// Whether `text` is the id of an AWS account: 12 digits.
/// https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-identifiers.html
inline bool is_account_id(std::string_view text) {
  constexpr size_t kDigits = 12;
  return text.size() == kDigits && std::all_of(text.begin(), text.end(), is_digit);
}

}  // namespace cloudemu
