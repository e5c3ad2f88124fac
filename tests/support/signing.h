#pragma once
#include <string>
#include <string_view>

#include "support/world.h"

namespace cloudemu::test {

/// Signs a request in its header as an SDK would, with Signature Version 4, by the clock of a World.
struct Signer {
  std::string service, access_key = "test", secret = "test", region = "us-east-1";
  std::string date = "20261123T040000Z";
  std::string signed_headers = "host;x-amz-date;x-amz-target";
  /// The value that is signed of Host, if it is not the one that is sent.
  std::string host = {};

  void sign(Request& request) const;
};

}  // namespace cloudemu::test
