#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "core/result.h"
#include "protocol/headers.h"

/// HTTP messages as values: no sockets here.
namespace cloudemu::http {

struct Header {
  std::string_view name;  ///< lower case
  std::string_view value;
};

/// One request. The views point into `head`, so a Request is neither copied nor moved once it is filled.
struct Request {
  std::string head;  ///< the bytes that the views below point into
  std::string_view method;
  std::string_view target;  ///< as sent
  std::string_view path;    ///< the target up to '?', still percent-encoded
  std::string_view query;   ///< the target after '?', still percent-encoded
  std::vector<Header> headers;
  std::string body;  ///< empty where the body went to a BodySink
  std::string peer;  ///< address of the client
  std::optional<uint64_t> content_length;
  bool chunked = false;

  Request() = default;
  Request(const Request&) = delete;
  Request& operator=(const Request&) = delete;

  /// First header of that (lower-case) name.
  std::optional<std::string_view> find(std::string_view name) const {
    for (const Header& header : headers) {
      if (header.name == name) return header.value;
    }
    return std::nullopt;
  }
  /// Its value, or nothing-like empty text.
  std::string_view header(std::string_view name) const { return find(name).value_or(std::string_view{}); }

  void clear();
};

/// A request lives as long as anybody needs it: the connection that it came on may be gone long before its call has ended.
using SharedRequest = std::shared_ptr<Request>;

/// A reply body that is fetched piece by piece, for what is too large to hold.
class BodySource {
 public:
  virtual ~BodySource() = default;
  /// Fills the front of `into` and returns the number of bytes; 0 at the end. Called on a worker thread,
  /// never twice at once.
  virtual Result<size_t> read(std::span<char> into) = 0;
};

/// A reply as a value: the body is there, or comes from a source. Owned by whoever is to send it.
struct Response {
  int status = 200;
  Headers headers;
  std::string body;
  std::unique_ptr<BodySource> source;       ///< instead of `body`; then `content_length` must be set
  std::shared_ptr<Response> if_unreadable;  ///< sent instead, if `source` fails before its first byte
  std::optional<uint64_t> content_length;   ///< unset: the size of `body`. HEAD replies announce without sending.
  bool close = false;                       ///< close the connection afterwards

  Response& set(std::string_view name, std::string_view value) {
    headers.set(name, value);
    return *this;
  }
};

std::string_view reason_phrase(int status);

}  // namespace cloudemu::http
