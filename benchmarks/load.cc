// Loads one workload onto a server and measures: so many connections, each with one request under way, on one thread.
// usage: load PORT WORKLOAD [--seconds S] [--count N] [--connections N] [--keys N] [--no-setup]
// Prints one line of JSON: requests per second, latencies in microseconds, errors.
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include "workloads.h"

namespace {

using namespace cloudemu::bench;
using Time = std::chrono::steady_clock::time_point;

Time now() { return std::chrono::steady_clock::now(); }
double seconds_since(Time start) { return std::chrono::duration<double>(now() - start).count(); }

struct Options {
  int port = 0;
  std::string workload;
  double seconds = 3;
  size_t connections = 32;
  uint64_t keys = 10'000;
  uint64_t count = UINT64_MAX;
  bool setup = true;
};

int connect_to(int port) {
  int fd = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
    std::perror("connect");
    std::exit(1);
  }
  int one = 1;
  ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  return fd;
}

/// One connection with at most one request under way. Sockets are non-blocking: a server may answer before it has read all.
struct Connection {
  int fd = -1;
  std::string out;
  size_t sent = 0;
  std::string in;       // head, and the body if the workload looks at it
  size_t head_end = 0;  // 0: the head is not complete
  uint64_t body_left = 0;
  int status = 0;
  Time start;

  void begin(std::string request) {
    out = std::move(request);
    sent = 0;
    in.clear();
    head_end = 0;
    start = now();
    flush();
  }
  void flush() {
    while (sent < out.size()) {
      ssize_t n = ::send(fd, out.data() + sent, out.size() - sent, MSG_NOSIGNAL | MSG_DONTWAIT);
      if (n <= 0) return;
      sent += static_cast<size_t>(n);
    }
  }
  /// True when the reply is complete. Exits if the server hangs up.
  bool receive(char* buffer, size_t size) {
    while (true) {
      ssize_t n = ::recv(fd, buffer, size, MSG_DONTWAIT);
      if (n < 0) return false;
      if (n == 0) {
        std::fprintf(stderr, "the server closed the connection\n");
        std::exit(1);
      }
      if (take(buffer, static_cast<size_t>(n))) return true;
    }
  }
  bool take(const char* data, size_t size) {
    constexpr size_t kKeepBytes = 8192;
    if (head_end != 0) {
      if (in.size() < kKeepBytes) in.append(data, size);
      body_left -= std::min<uint64_t>(body_left, size);
      return body_left == 0;
    }
    in.append(data, size);
    size_t end = in.find("\r\n\r\n");
    if (end == std::string::npos) return false;
    head_end = end + 4;
    status = std::atoi(in.c_str() + 9);
    body_left = 0;
    for (const char* name : {"\r\nContent-Length: ", "\r\ncontent-length: "}) {
      size_t at = in.find(name);
      if (at < end) body_left = std::strtoull(in.c_str() + at + 18, nullptr, 10);
    }
    body_left -= std::min<uint64_t>(body_left, in.size() - head_end);
    return body_left == 0;
  }
  /// The server ends the connection after this reply, as Python's do.
  bool closes() const {
    std::string_view head = std::string_view(in).substr(0, head_end);
    constexpr size_t kNone = std::string_view::npos;
    return head.find("\r\nConnection: close") != kNone || head.find("\r\nconnection: close") != kNone;
  }
  std::string_view body() const { return head_end ? std::string_view(in).substr(head_end) : std::string_view(); }
};

class Load {
 public:
  Load(const Options& options, Workload workload)
      : options_(options), workload_(std::move(workload)), epoll_(::epoll_create1(0)), buffer_(1 << 20) {
    connections_.resize(options.connections);
    for (size_t i = 0; i < connections_.size(); ++i) {
      connect(i);
    }
  }

  /// The first setup request alone, then the others over all connections.
  void setup() {
    if (workload_.setup.empty()) return;
    run([this, next = size_t{0}](size_t, std::string_view) mutable { return next < 1 ? workload_.setup[next++] : std::string(); }, 1, 1e9);
    run([this, next = size_t{1}](
            size_t, std::string_view) mutable { return next < workload_.setup.size() ? workload_.setup[next++] : std::string(); },
        connections_.size(), 1e9);
    errors_ = 0;
    latencies_.clear();
  }

  void measure() {
    run([this, number = uint64_t{0}](
            size_t, std::string_view last) mutable { return number < options_.count ? workload_.next(number++, last) : std::string(); },
        connections_.size(), options_.seconds);
  }

  void report() {
    std::sort(latencies_.begin(), latencies_.end());
    auto percentile = [&](double p) {
      return latencies_.empty() ? 0.0 : latencies_[static_cast<size_t>(p * static_cast<double>(latencies_.size() - 1))];
    };
    double rate = static_cast<double>(latencies_.size()) / elapsed_;
    std::printf("{\"workload\":\"%s\",\"rate\":%.0f,\"p50_us\":%.0f,\"p99_us\":%.0f,\"errors\":%zu,\"gb_per_s\":%.2f}\n",
                workload_.name.c_str(), rate, percentile(0.5), percentile(0.99), errors_,
                rate * static_cast<double>(workload_.body_bytes) / 1e9);
  }

 private:
  void connect(size_t index) {
    connections_[index].fd = connect_to(options_.port);
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.u64 = index;
    ::epoll_ctl(epoll_, EPOLL_CTL_ADD, connections_[index].fd, &event);
    writing_[index] = false;
  }

  /// Keeps `count` connections busy until the supply is empty or time is over.
  template <class Supply>
  void run(Supply supply, size_t count, double seconds) {
    Time start = now();
    size_t busy = 0;
    bool over = false;
    auto begin = [&](size_t index) {
      std::string request = over ? std::string() : supply(index, connections_[index].body());
      if (request.empty()) return false;
      connections_[index].begin(std::move(request));
      watch(index);
      return true;
    };
    for (size_t i = 0; i < count; ++i) busy += begin(i) ? 1 : 0;
    epoll_event events[64];
    while (busy > 0) {
      int n = ::epoll_wait(epoll_, events, 64, 10'000);
      if (n <= 0) {
        std::fprintf(stderr, "no reply for ten seconds\n");
        std::exit(1);
      }
      over = over || seconds_since(start) >= seconds;
      for (int i = 0; i < n; ++i) {
        size_t index = events[i].data.u64;
        Connection& connection = connections_[index];
        if (events[i].events & EPOLLOUT) {
          connection.flush();
          watch(index);
        }
        if (!(events[i].events & EPOLLIN) || !connection.receive(buffer_.data(), buffer_.size())) continue;
        latencies_.push_back(static_cast<float>(seconds_since(connection.start) * 1e6));
        if (connection.status >= 300) note_error(connection);
        if (connection.closes()) {
          ::close(connection.fd);
          connect(index);
        }
        busy -= begin(index) ? 0 : 1;
      }
    }
    elapsed_ = seconds_since(start);
  }

  void watch(size_t index) {
    Connection& connection = connections_[index];
    bool writes = connection.sent < connection.out.size();
    if (writes == writing_[index]) return;
    writing_[index] = writes;
    epoll_event event{};
    event.events = writes ? EPOLLIN | EPOLLOUT : static_cast<uint32_t>(EPOLLIN);
    event.data.u64 = index;
    ::epoll_ctl(epoll_, EPOLL_CTL_MOD, connection.fd, &event);
  }

  void note_error(const Connection& connection) {
    if (errors_++ == 0) std::fprintf(stderr, "first error: %.300s\n", connection.in.c_str());
  }

  Options options_;
  Workload workload_;
  int epoll_;
  std::vector<char> buffer_;
  std::vector<Connection> connections_;
  std::vector<bool> writing_ = std::vector<bool>(4096);
  std::vector<float> latencies_;
  size_t errors_ = 0;
  double elapsed_ = 1;
};

}  // namespace

int main(int argc, char** argv) {
  Options options;
  std::vector<std::string> names;
  for (int i = 1; i < argc; ++i) {
    std::string argument = argv[i];
    auto value = [&] { return i + 1 < argc ? argv[++i] : ""; };
    if (argument == "--seconds") options.seconds = std::atof(value());
    else if (argument == "--connections") options.connections = std::strtoull(value(), nullptr, 10);
    else if (argument == "--keys") options.keys = std::strtoull(value(), nullptr, 10);
    else if (argument == "--count") options.count = std::strtoull(value(), nullptr, 10);
    else if (argument == "--no-setup") options.setup = false;
    else names.push_back(argument);
  }
  if (names.size() != 2) {
    std::fprintf(stderr, "usage: load PORT WORKLOAD [--seconds S] [--count N] [--connections N] [--keys N] [--no-setup]\nworkloads:");
    for (const std::string& name : workload_names()) std::fprintf(stderr, " %s", name.c_str());
    std::fprintf(stderr, "\n");
    return 2;
  }
  options.port = std::atoi(names[0].c_str());
  Load load(options, make_workload(names[1], options.keys));
  if (options.setup) load.setup();
  load.measure();
  load.report();
  return 0;
}
