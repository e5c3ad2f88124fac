#pragma once
#include <memory>
#include <string_view>

#include "protocol/http_message.h"

namespace cloudemu::net {

/// Reads HTTP/1.1 requests off a byte stream, one step at a time: the head, pieces of the body, the end.
/// The only file that knows llhttp. One per connection.
class RequestParser {
 public:
  enum class Step {
    need_more,  ///< all input is used up
    head,       ///< the request's head is complete
    body,       ///< `piece()` is the next piece of the body
    complete,   ///< the request is complete; the next call begins the next one
    error       ///< malformed or over a limit: `error_status()`, `error_reason()`; final
  };

  RequestParser();
  ~RequestParser();
  RequestParser(const RequestParser&) = delete;
  RequestParser& operator=(const RequestParser&) = delete;

  /// The requests come over TLS. They say so with the header that a proxy would add, "x-forwarded-proto: https".
  void set_tls();
  /// Takes what it can use off the front of `input`.
  Step next(std::string_view& input);

  /// The request that is being read, or was read last. Its parts are there from Step::head on, until the next request begins; that one
  /// is read into a new object (from the same peer) if anybody else has kept this one.
  const http::SharedRequest& request() const;
  std::string_view piece() const;
  int error_status() const;
  std::string_view error_reason() const;
  bool keep_alive() const;
  bool is_http_1_0() const;
  /// True between the first byte of a request and its end.
  bool inside_request() const;

  struct State;  // in request_parser.cc, with llhttp

 private:
  std::unique_ptr<State> state_;
};

}  // namespace cloudemu::net
