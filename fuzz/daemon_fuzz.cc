// The whole daemon on real sockets: connections that pipeline, break off, close half and go on; uploads into blobs; ids and handles that
// are used after the call that gave them; a clock that is moved and what is due then; bodies that are encoded; control bodies.
// Input: what clients send, byte by byte, but for the bytes from 0xF8 on, which steer (see Script). It need not be valid in any way: the
// daemon must go on serving.
#include <arpa/inet.h>
#include <fcntl.h>
#include <openssl/crypto.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <cstring>
#include <string>
#include <vector>

#include "app/daemon.h"
#include "core/strings.h"
#include "fuzz.h"

namespace {

using namespace cloudemu;

constexpr int kTurns = 4;
constexpr auto kPatience = std::chrono::microseconds(500);
constexpr int kInputsPerReset = 300;

struct Running {
  uv_loop_t loop;
  std::unique_ptr<InitHooks> hooks;
  std::unique_ptr<Daemon> daemon;

  Running() {
    uv_loop_init(&loop);
    Config config;
    config.listen = {{.host = "127.0.0.1"}};
    config.sync = log::SyncMode::no;
    hooks = std::make_unique<InitHooks>(&loop, "/nonexistent");
    auto started = Daemon::start(&loop, config, *hooks);
    fuzz::require(started.has_value());
    daemon = std::move(*started);
  }
  void turn() {
    for (int i = 0; i < kTurns; ++i) uv_run(&loop, UV_RUN_NOWAIT);
  }
};

/// A client's end of a connection.
class Client {
 public:
  explicit Client(Running& server) : server_(server), socket_(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<uint16_t>(server.daemon->port()));
    inet_pton(AF_INET, "127.0.0.1", &address.sin_addr);
    (void)connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address);
    server_.turn();
  }
  ~Client() { close(socket_); }
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  void send(std::string_view bytes) {
    for (int stalls = 0; !bytes.empty() && stalls < 100;) {
      ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent < 0 && errno != EAGAIN) return;
      if (sent > 0) bytes.remove_prefix(static_cast<size_t>(sent));
      else ++stalls;
      server_.turn();
      drain();
    }
  }
  void close_half() { (void)shutdown(socket_, SHUT_WR); }
  /// What has come, after the server had a moment for it.
  const std::string& receive() {
    auto begin = std::chrono::steady_clock::now();
    do server_.turn();
    while (!drain() && std::chrono::steady_clock::now() - begin < kPatience);
    return received_;
  }

 private:
  /// Whether anything was there.
  bool drain() {
    char buffer[16384];
    bool got = false;
    for (ssize_t count; (count = recv(socket_, buffer, sizeof buffer, 0)) > 0; got = true) {
      received_.append(buffer, static_cast<size_t>(count));
    }
    if (received_.size() > 1 << 16) received_.erase(0, received_.size() - (1 << 16));
    return got;
  }

  Running& server_;
  const int socket_;
  std::string received_;
};

std::string last_between(std::string_view text, std::string_view before, char after) {
  size_t at = text.rfind(before);
  if (at == std::string_view::npos) return {};
  text.remove_prefix(at + before.size());
  return std::string(text.substr(0, text.find(after)));
}

/// Runs an input.
class Script {
 public:
  explicit Script(Running& server) : server_(server) { clients_.push_back(std::make_unique<Client>(server)); }

  void run(std::string_view input) {
    while (!input.empty()) {
      size_t steer = 0;
      while (steer < input.size() && static_cast<uint8_t>(input[steer]) < kFirst) ++steer;
      client().send(input.substr(0, steer));
      if (steer == input.size()) break;
      act(static_cast<uint8_t>(input[steer]));
      input.remove_prefix(steer + 1);
    }
    client().receive();
  }

 private:
  enum Steer : uint8_t { kFirst = 0xF8, kFill = kFirst, kLeave, kToken, kHandle, kUpload, kAnother, kHalf, kWait };

  Client& client() { return *clients_.back(); }

  void act(uint8_t what) {
    switch (what) {
      case kFill: return client().send(std::string(20'000, 'x'));  // longer than what is kept without a blob
      case kLeave: clients_.pop_back(); break;
      case kToken: return client().send(last_between(client().receive(), "Token>", '<'));
      case kHandle: return client().send(last_between(client().receive(), "\"ReceiptHandle\":\"", '"'));
      case kUpload: return client().send(last_between(client().receive(), "<UploadId>", '<'));
      case kAnother: break;
      case kHalf: return client().close_half();
      default: client().receive(); return;
    }
    if (clients_.size() < 8 && (what == kAnother || clients_.empty())) clients_.push_back(std::make_unique<Client>(server_));
  }

  Running& server_;
  std::vector<std::unique_ptr<Client>> clients_;
};

void must_serve(Running& server, std::string_view request) {
  Client client(server);
  client.send(request);
  for (int i = 0; i < 20'000; ++i) {
    if (client.receive().starts_with("HTTP/1.1 200")) return;
  }
  fuzz::require(false);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size > 1 << 14) return 0;
  static Running server;
  static int inputs = 0;
  Script(server).run(fuzz::bytes(data, size));
  server.turn();
  if (++inputs % 20 == 0) must_serve(server, "GET /_cloudemu/health HTTP/1.1\r\nHost: localhost\r\n\r\n");
  if (inputs % kInputsPerReset == 0) {
    must_serve(server, "POST /_cloudemu/reset HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n");
  }
  return 0;
}

/// The threads that shake hands end after main(): were OpenSSL cleaned up before, what it keeps for each of them would count as a leak.
extern "C" int LLVMFuzzerInitialize(int*, char***) { return OPENSSL_init_crypto(OPENSSL_INIT_NO_ATEXIT, nullptr) == 1 ? 0 : 1; }
