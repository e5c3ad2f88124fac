#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "protocol/http_message.h"

namespace cloudemu {

/// Names and addresses of this machine alone: "localhost", "127.0.0.1", "[::1]", "photos.localhost" ..., without a port.
bool is_loopback_name(std::string_view host);

/// Keeps out what a user's browser is tricked into: calls of pages of other sites, and calls by names that only DNS rebinding gives to
/// this endpoint. One look at the head of a request, before anything else does. A page cannot change what its browser says of it (Host,
/// Origin, Referer, Sec-Fetch-Site); programs say nothing but Host. The rules stand in docs/browsers.md.
class Door {
 public:
  struct Policy {
    /// Names of this endpoint besides the usual ones, lower case, without a port. Names below them are known as well.
    std::vector<std::string> domains = {};
    /// Origins of pages that may call, besides this machine's: "https://app.example", "https://*.example", "null".
    std::vector<std::string> origins = {};
    bool any_origin = false;
    int port = 0;  ///< that the daemon listens on; 0: not known
  };
  explicit Door(Policy policy) : policy_(std::move(policy)) {}

  /// What a request is for.
  enum class Path {
    service,
    control,      ///< commands the daemon: not for pages that came out of a bucket
    open_control  ///< says no more than that the daemon is well: for everybody
  };
  struct Verdict {
    std::string refusal = {};          ///< why not, in a sentence; empty: come in
    bool foreign_page = false;         ///< a page's, and refused for that alone
    http::Headers reply_headers = {};  ///< let the page read the reply
  };
  Verdict judge(const http::Request& request, Path path) const;

  /// What browsers ask before they let a page make a call that a form could not make.
  static bool is_preflight(const http::Request& request);
  /// Answers one that judge() let in. `methods`: those that the service knows, "GET, POST". No signature is asked for: browsers sign no
  /// preflight.
  static http::Response answer_preflight(const http::Request& request, std::string_view methods);

 private:
  struct Visitor;

  bool knows_host(std::string_view host_header) const;
  bool knows_name(std::string_view name) const;
  bool is_listed(std::string_view origin) const;
  bool is_own_page(std::string_view origin, std::string_view host_header) const;
  bool lets_in(const Visitor& visitor, Path path) const;

  const Policy policy_;
};

}  // namespace cloudemu
