#include "control/admission.h"

#include "core/digest.h"
#include "core/encoding.h"
#include "protocol/sigv4.h"
#include "protocol/uri.h"
#include "services/iam/authenticate.h"

namespace cloudemu::control {

/// The address that a call comes from cannot be made up, as a Host can: without its answers no connection comes to be.
bool Admission::is_trusted(const http::Request& request) const {
  std::string_view peer = request.peer;
  if (peer.starts_with("::ffff:")) peer.remove_prefix(7);
  if (peer == "::1" || peer.starts_with("127.")) return true;
  return !token_.empty() && sigv4::equal_signatures(request.header("x-cloudemu-token"), token_);
}

bool Admission::is_signed(const http::Request& request) const {
  auto scope = sigv4::scope_of(request);
  if (!scope) return false;
  // S3 signs what a header says of the body, and leaves it to the upload to compare.
  bool body_matches = scope->service != "s3" || request.body.empty() || request.header("x-amz-content-sha256") == hex(sha256(request.body));
  if (!body_matches) return false;
  Environment strict{.auth = AuthMode::verify, .policies = iam::Mode::off, .credentials = environment_.credentials};
  QueryParameters query = QueryParameters::parse(request.query);
  AuthInput input{.http = request, .query = query, .service = scope->service, .body = request.body};
  return authenticate(input, strict, engine_.state(), engine_.moment()).has_value();
}

}  // namespace cloudemu::control
