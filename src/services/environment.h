#pragma once
#include <string>

#include "services/credentials.h"

namespace cloudemu {

enum class AuthMode { off, verify };

/// What the daemon was started with, as far as rules care.
struct Environment {
  AuthMode auth = AuthMode::off;
  CredentialStore credentials;
};

}  // namespace cloudemu
