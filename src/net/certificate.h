#pragma once
#include <string>
#include <vector>

#include "core/clock.h"
#include "core/result.h"

/// What a TLS server shows of itself. All in PEM.
namespace cloudemu::net {

struct Identity {
  std::string chain;  ///< the server's certificate, then those that vouch for it
  std::string key;    ///< secret
  std::string ca;     ///< what clients must trust; empty: they are to know themselves
};

/// A new certificate for `names` (host names, "*.localhost", IP addresses) by a new authority, whose key is thrown away: it vouches for this
/// one certificate and can never vouch for another. P-256. `now`: real time.
/// Errors: Errc::bad_input for a name that is none, Errc::io if the library fails.
Result<Identity> make_identity(const std::vector<std::string>& names, TimeMs now);

/// Whether the certificate names all of `names` and is good for some weeks still.
bool is_good_for(const Identity& identity, const std::vector<std::string>& names, TimeMs now);

/// Errc::bad_input: one sentence on why no server can show that: no certificate, no key, or a key of another certificate.
Result<void> check_identity(const Identity& identity);

}  // namespace cloudemu::net
