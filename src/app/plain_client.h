#pragma once
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "core/result.h"
#include "protocol/http_message.h"

namespace cloudemu {

/// A client of plain HTTP/1.1 for programs that do one thing after the other: it waits for what it asks for. Over one connection, made
/// anew where the server has ended it.
class PlainClient {
 public:
  /// `address`: "127.0.0.1:4566", "[::1]:4566", "localhost:4566", "unix:/run/cloudemu.sock".
  explicit PlainClient(std::string address) : address_(std::move(address)) {}
  ~PlainClient() { close(); }
  PlainClient(const PlainClient&) = delete;
  PlainClient& operator=(const PlainClient&) = delete;

  struct Reply {
    int status = 0;
    std::string body;
  };
  /// Gives the next piece of a body, at most as much as there is room for; 0: there is no more.
  using Source = std::function<Result<size_t>(char* into, size_t room)>;

  /// Errors: Errc::bad_input for an address that is none, Errc::io if there is no connection, or no reply within a minute.
  Result<Reply> call(std::string_view method, std::string_view target, const http::Headers& headers, std::string_view body = {});
  /// The same with a body of `length` bytes that is read while it is sent.
  Result<Reply> upload(std::string_view method, std::string_view target, const http::Headers& headers, uint64_t length, const Source& body);

 private:
  Result<void> connect();
  Result<void> connect_to_file(const std::string& path);
  Result<void> send(std::string_view bytes);
  Result<void> receive();
  Result<Reply> read_reply();
  void close();

  const std::string address_;
  int socket_ = -1;
  std::string received_;
};

}  // namespace cloudemu
