#pragma once
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "core/clock.h"
#include "net/certificate.h"

namespace cloudemu {

/// What TLS clients are shown: the user's certificate, or one that the daemon makes when it is first wanted, and keeps in the data
/// directory for as long as it is good. May be asked on any thread.
class Certificates {
 public:
  struct Options {
    std::string cert_file, key_file;   ///< the user's; empty: none
    std::string data_dir;              ///< empty: what is made is kept in memory only
    std::vector<std::string> domains;  ///< names of this endpoint besides the usual ones
  };
  /// Reads the user's files. Errors: one sentence on what is wrong with them.
  static Result<std::unique_ptr<Certificates>> open(Options options, const Clock& real_clock);

  /// Errors: Errc::io if a certificate cannot be made or kept.
  Result<net::Identity> identity();
  /// What clients are to trust, in PEM. Of the user's certificate: itself, and what came with it.
  Result<std::string> ca_pem();
  /// The file that ca_pem() is also in; empty: none.
  std::string ca_file() const;

 private:
  Certificates(Options options, const Clock& real_clock) : options_(std::move(options)), clock_(real_clock) {}
  Result<void> read_users();
  Result<net::Identity> make();

  const Options options_;
  const Clock& clock_;
  std::mutex mutex_;
  std::optional<net::Identity> identity_;
};

/// The names that a certificate of the daemon bears: localhost in all its forms, this machine's name, and `domains`, each also with the
/// names of services and buckets before it.
std::vector<std::string> certificate_names(const std::vector<std::string>& domains, std::string_view host);

}  // namespace cloudemu
