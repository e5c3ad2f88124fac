#pragma once
#include <string>
#include <string_view>

namespace cloudemu::test {

/// A blocking socket that says exactly what a test wants said.
class RawClient {
 public:
  explicit RawClient(int port);
  ~RawClient();
  RawClient(const RawClient&) = delete;
  RawClient& operator=(const RawClient&) = delete;

  /// False once the other side has closed.
  bool send(std::string_view bytes);
  /// Reads one reply: head, then Content-Length bytes. Empty if the connection ended (or nothing came for five seconds).
  std::string read_reply();
  /// Reads up to the end of the connection.
  std::string read_to_end();
  /// Ends the sending side.
  void finish_sending();
  /// True if the server has closed.
  bool closed();

 private:
  bool fill();
  int socket_;
  std::string buffer_;
};

/// The body of a reply as RawClient reads it.
std::string body_of(const std::string& reply);

}  // namespace cloudemu::test
