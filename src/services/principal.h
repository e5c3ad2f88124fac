#pragma once
#include <memory>
#include <string>

#include "events/system_events.h"

namespace cloudemu {

/// Who calls, and where.
struct Principal {
  std::string account = "000000000000";
  std::string region = "us-east-1";
  std::string access_key;  ///< empty: anonymous
  std::string arn;         ///< of an assumed role; empty: the account's root
  std::string user_id;
  std::shared_ptr<const system::SessionScope> session;  ///< of temporary credentials; null: they are none
  bool proven = false;                                  ///< by a signature that was checked
};

}  // namespace cloudemu
