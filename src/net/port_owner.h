#pragma once
#include <string>

namespace cloudemu::net {

/// Who listens on a TCP port of this machine, as far as one may know: "cloudemu (process 1234)". Empty: that cannot be told.
std::string port_owner(int port);

}  // namespace cloudemu::net
