#include "app/plain_client.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include <memory>

#include "core/strings.h"
#include "net/listener.h"

namespace cloudemu {

namespace {

constexpr int kPatienceSeconds = 60;
constexpr size_t kPieceBytes = 256 * 1024;
/// Our own server's: its replies have no longer heads.
constexpr size_t kReplyHeadBytesMax = 64 * 1024;

std::string head_of(std::string_view method, std::string_view target, const http::Headers& headers, uint64_t length) {
  std::string head = concat(method, ' ', target, " HTTP/1.1\r\nHost: localhost\r\nContent-Length: ", length, "\r\n");
  head.append(headers.text());
  return head + "\r\n";
}

}  // namespace

void PlainClient::close() {
  if (socket_ >= 0) ::close(socket_);
  socket_ = -1;
  received_.clear();
}

Result<void> PlainClient::connect_to_file(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) return fail(Errc::bad_input, concat(path, " is too long for a Unix socket"));
  path.copy(address.sun_path, path.size());
  socket_ = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (::connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0)
    return fail(io_error(concat("cannot reach ", address_)));
  return {};
}

Result<void> PlainClient::connect() {
  if (address_.starts_with(net::kUnixPrefix)) return connect_to_file(address_.substr(net::kUnixPrefix.size()));
  size_t colon = address_.rfind(':');
  auto port = colon == std::string::npos ? std::nullopt : parse_integer<uint16_t>(std::string_view(address_).substr(colon + 1));
  std::string host = address_.substr(0, colon);
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  if (host == "localhost") host = "127.0.0.1";
  sockaddr_in v4{};
  sockaddr_in6 v6{};
  bool is_v4 = ::inet_pton(AF_INET, host.c_str(), &v4.sin_addr) == 1;
  if (!port || (!is_v4 && ::inet_pton(AF_INET6, host.c_str(), &v6.sin6_addr) != 1)) {
    return fail(Errc::bad_input, concat(address_, " is no address of a cloudemu: 127.0.0.1:4566, localhost:4566, unix:FILE"));
  }
  v4.sin_family = AF_INET;
  v6.sin6_family = AF_INET6;
  v4.sin_port = v6.sin6_port = htons(*port);
  socket_ = ::socket(is_v4 ? AF_INET : AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
  timeval patience{kPatienceSeconds, 0};
  for (int which : {SO_RCVTIMEO, SO_SNDTIMEO}) ::setsockopt(socket_, SOL_SOCKET, which, &patience, sizeof patience);
  int connected = is_v4 ? ::connect(socket_, reinterpret_cast<sockaddr*>(&v4), sizeof v4)
                        : ::connect(socket_, reinterpret_cast<sockaddr*>(&v6), sizeof v6);
  if (connected != 0) return fail(io_error(concat("cannot reach ", address_)));
  return {};
}

Result<void> PlainClient::send(std::string_view bytes) {
  while (!bytes.empty()) {
    ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return fail(io_error(concat("cannot send to ", address_)));
    bytes.remove_prefix(static_cast<size_t>(sent));
  }
  return {};
}

Result<void> PlainClient::receive() {
  auto piece = std::make_unique_for_overwrite<char[]>(kPieceBytes);
  ssize_t got = ::recv(socket_, piece.get(), kPieceBytes, 0);
  if (got < 0) return fail(io_error(concat("no reply from ", address_)));
  if (got == 0) return fail(Errc::io, concat(address_, " has ended the connection"));
  received_.append(piece.get(), static_cast<size_t>(got));
  return {};
}

Result<PlainClient::Reply> PlainClient::read_reply() {
  size_t end = 0;
  while ((end = received_.find("\r\n\r\n")) == std::string::npos) {
    if (received_.size() > kReplyHeadBytesMax) return fail(Errc::io, concat(address_, " does not speak HTTP"));
    TRY(receive());
  }
  std::string head = lower(received_.substr(0, end + 2));
  received_.erase(0, end + 4);
  auto number_after = [&](std::string_view name) -> std::optional<uint64_t> {
    size_t at = head.find(name);
    if (at == std::string::npos) return std::nullopt;
    at += name.size();
    return parse_integer<uint64_t>(std::string_view(head).substr(at, head.find_first_of(" \r", at) - at));
  };
  auto status = number_after("http/1.1 "), length = number_after("\r\ncontent-length: ");
  if (!status) return fail(Errc::io, concat(address_, " does not speak HTTP"));
  while (received_.size() < length.value_or(0)) TRY(receive());
  Reply reply{.status = static_cast<int>(*status), .body = received_.substr(0, length.value_or(0))};
  received_.erase(0, length.value_or(0));
  if (head.find("\r\nconnection: close\r\n") != std::string::npos) close();
  return reply;
}

Result<PlainClient::Reply> PlainClient::upload(std::string_view method, std::string_view target, const http::Headers& headers,
                                               uint64_t length, const Source& body) {
  if (socket_ < 0) TRY(connect());
  TRY(send(head_of(method, target, headers, length)));
  auto piece = std::make_unique_for_overwrite<char[]>(kPieceBytes);
  for (uint64_t left = length; left > 0;) {
    size_t got = TRY(body(piece.get(), std::min<uint64_t>(left, kPieceBytes)));
    if (got == 0) {
      close();
      return fail(Errc::io, "it became shorter while it was read");
    }
    TRY(send({piece.get(), got}));
    left -= got;
  }
  return read_reply();
}

Result<PlainClient::Reply> PlainClient::call(std::string_view method, std::string_view target, const http::Headers& headers,
                                             std::string_view body) {
  return upload(method, target, headers, body.size(), [rest = body](char* into, size_t room) mutable -> Result<size_t> {
    size_t count = rest.copy(into, room);
    rest.remove_prefix(count);
    return count;
  });
}

}  // namespace cloudemu
