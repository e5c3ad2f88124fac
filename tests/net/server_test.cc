// The server on real sockets, with a handler that knows a few paths.
#include <uv.h>

#include <atomic>
#include <catch2/catch.hpp>
#include <map>
#include <thread>

#include "core/clock.h"
#include "core/strings.h"
#include "net/limits.h"
#include "net/server.h"
#include "support/raw_client.h"

namespace cloudemu::test {

namespace {

constexpr size_t kBodyMax = 1000;

/// Takes its time: is full after every piece until the loop comes round again.
class SlowSink final : public net::BodySink {
 public:
  explicit SlowSink(net::WorkQueue& work) : work_(work) {}
  bool write(std::string_view piece) override {
    bytes += piece.size();
    work_.submit([] {},
                 [this, alive = std::weak_ptr<int>(alive_)] {
                   if (!alive.expired() && drained) drained();
                 });
    return false;
  }
  void finish(std::function<void()> done) override {
    work_.submit([] {}, std::move(done));
  }
  size_t bytes = 0;

 private:
  net::WorkQueue& work_;
  std::shared_ptr<int> alive_ = std::make_shared<int>(0);
};

/// Takes all there is, each piece for a while, so that the next ones gather.
class BusySink final : public net::BodySink {
 public:
  explicit BusySink(std::atomic<size_t>& turn_bytes) : turn_bytes_(turn_bytes) {}
  bool write(std::string_view piece) override {
    turn_bytes_ += piece.size();
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
    return true;
  }
  void finish(std::function<void()> done) override { done(); }

 private:
  std::atomic<size_t>& turn_bytes_;
};

class Pattern final : public http::BodySource {
 public:
  explicit Pattern(size_t size, bool breaks = false) : left_(size), breaks_(breaks) {}
  Result<size_t> read(std::span<char> into) override {
    if (breaks_ && left_ < 1'000'000) return fail(Errc::io, "on purpose");
    size_t count = std::min(into.size(), left_);
    for (size_t i = 0; i < count; ++i) into[i] = static_cast<char>('a' + (at_ + i) % 26);
    at_ += count;
    left_ -= count;
    return count;
  }

 private:
  size_t left_, at_ = 0;
  bool breaks_;
};

/// /echo answers what it got, /busy and /sink stream the body in, /stream streams one out, /refuse says 404 at once, /park never answers, /there says
/// whether the last client that parked is there.
class TestHandler final : public net::Handler {
 public:
  net::Admission admit(net::ConnectionId, const http::SharedRequest& request) override {
    net::Admission admission{.body_bytes_max = kBodyMax};
    admission.refused = request->path == "/refuse";
    if (request->path == "/sink") admission.sink = std::make_unique<SlowSink>(*work);
    if (request->path == "/busy") admission.sink = std::make_unique<BusySink>(turn_bytes);
    return admission;
  }
  void serve(net::ConnectionId id, const http::SharedRequest& shared, net::Admission admission) override {
    const http::Request& request = *shared;
    http::Response response;
    if (request.path == "/refuse") return server->respond(id, http::Response{.status = 404, .body = "no"});
    if (request.path == "/park") {
      ++parked;
      last_parked = id;
      return;
    }
    if (request.path == "/there") {
      if (before_asking) before_asking();
      response.body = server->check_client(last_parked) ? "there" : "gone";
      return server->respond(id, std::move(response));
    }
    if (request.path == "/sink") {
      response.body = std::to_string(static_cast<SlowSink&>(*admission.sink).bytes);
    } else if (request.path == "/stream" || request.path == "/broken") {
      response.content_length = 3'000'000;
      response.source = std::make_unique<Pattern>(3'000'000, request.path == "/broken");
    } else if (request.path == "/empty") {
      response.status = 204;
    } else {
      response.body = concat(request.method, " ", request.target, " ", request.body);
    }
    server->respond(id, std::move(response));
  }
  void refuse_body(net::ConnectionId id, net::Admission, net::BodyFault fault) override {
    if (fault == net::BodyFault::overloaded) return server->respond(id, {.status = 503, .body = "overloaded"});
    server->respond(id, {.status = 413, .body = "too large"});
  }
  http::Response malformed(int status, std::string_view reason) override {
    return {.status = status, .body = std::string(reason), .close = true};
  }
  bool client_left(net::ConnectionId) override {
    ++left;
    return false;
  }

  net::WorkQueue* work = nullptr;
  net::Server* server = nullptr;
  std::atomic<int> parked{0}, left{0};
  std::atomic<size_t> turn_bytes{0}, turn_bytes_most{0};  ///< of /busy, in a turn of the loop
  net::ConnectionId last_parked = 0;
  std::function<void()> before_asking;
};

/// A server on a thread of its own.
class Running {
 public:
  Running() {
    uv_loop_init(&loop_);
    work_ = std::make_unique<net::WorkQueue>(&loop_);
    handler.work = work_.get();
    auto listening = net::Server::listen(&loop_, {{.host = "127.0.0.1"}}, handler, *work_, clock_);
    REQUIRE(listening);
    server_ = std::move(*listening);
    handler.server = server_.get();
    port = server_->port();
    uv_async_init(&loop_, &stop_, [](uv_async_t* async) {
      auto* self = static_cast<Running*>(async->data);
      self->server_->stop([self] { self->stopped = true; });
      uv_close(reinterpret_cast<uv_handle_t*>(async), nullptr);
    });
    stop_.data = this;
    uv_prepare_init(&loop_, &prepare_);
    prepare_.data = this;
    uv_prepare_start(&prepare_, [](uv_prepare_t* prepare) {
      auto* self = static_cast<Running*>(prepare->data);
      self->handler.turn_bytes_most = std::max<size_t>(self->handler.turn_bytes_most, self->handler.turn_bytes.exchange(0));
      self->server_->flush();
    });
    uv_unref(reinterpret_cast<uv_handle_t*>(&prepare_));
    thread_ = std::thread([this] { uv_run(&loop_, UV_RUN_DEFAULT); });
  }
  void stop() {
    if (!thread_.joinable()) return;
    uv_async_send(&stop_);
    thread_.join();
  }
  ~Running() {
    stop();
    uv_close(reinterpret_cast<uv_handle_t*>(&prepare_), nullptr);
    server_.reset();
    uv_run(&loop_, UV_RUN_DEFAULT);
    CHECK(uv_loop_close(&loop_) == 0);
  }

  void set_connections_max(size_t count) { server_->set_connections_max(count); }

  TestHandler handler;
  int port = 0;
  std::atomic<bool> stopped{false};

 private:
  uv_loop_t loop_;
  uv_async_t stop_;
  uv_prepare_t prepare_;
  SystemClock clock_;
  std::unique_ptr<net::WorkQueue> work_;
  std::unique_ptr<net::Server> server_;
  std::thread thread_;
};

bool is(const std::string& reply, int status) { return reply.starts_with(concat("HTTP/1.1 ", status, " ")); }

void wait_for(const std::atomic<int>& counter, int value) {
  for (int i = 0; i < 500 && counter < value; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(10));
  REQUIRE(counter == value);
}

}  // namespace

TEST_CASE("Server: one connection serves request after request", "[net][server]") {
  Running server;
  RawClient client(server.port);
  for (int i = 0; i < 3; ++i) {
    client.send("POST /echo HTTP/1.1\r\nContent-Length: 2\r\n\r\nhi");
    std::string reply = client.read_reply();
    CHECK(is(reply, 200));
    CHECK(body_of(reply) == "POST /echo hi");
    CHECK_THAT(reply, Catch::Contains("\r\nDate: ") && Catch::Contains("\r\nServer: "));
  }
}

TEST_CASE("Server: pipelined requests are answered in order", "[net][server]") {
  Running server;
  RawClient client(server.port);
  std::string all;
  for (int i = 0; i < 200; ++i) all += concat("GET /echo?", i, " HTTP/1.1\r\n\r\n");
  client.send(all);
  for (int i = 0; i < 200; ++i) CHECK(body_of(client.read_reply()) == concat("GET /echo?", i, " "));
}

TEST_CASE("Server: HEAD announces the length and sends no body", "[net][server]") {
  Running server;
  RawClient client(server.port);
  client.send("HEAD /echo HTTP/1.1\r\n\r\nGET /empty HTTP/1.1\r\nConnection: close\r\n\r\n");
  std::string all = client.read_to_end();
  CHECK_THAT(all, Catch::Contains("Content-Length: 11\r\n"));
  CHECK_THAT(all, !Catch::Contains("HEAD /echo"));
  CHECK_THAT(all, Catch::Contains("HTTP/1.1 204 No Content"));
  CHECK(all.find("Content-Length", all.find("204")) == std::string::npos);
}

TEST_CASE("Server: Connection: close and HTTP/1.0 end the connection after the reply", "[net][server]") {
  Running server;
  RawClient close(server.port), old(server.port);
  close.send("GET /echo HTTP/1.1\r\nConnection: close\r\n\r\n");
  CHECK_THAT(close.read_to_end(), Catch::Contains("Connection: close"));
  old.send("GET /echo HTTP/1.0\r\n\r\n");
  CHECK(is(old.read_to_end(), 200));
}

TEST_CASE("Server: a client of HTTP/1.0 that asks for it keeps its connection, and is told so", "[net][server]") {
  Running server;
  RawClient client(server.port);
  for (int i = 0; i < 2; ++i) {
    client.send("GET /echo HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    CHECK_THAT(client.read_reply(), Catch::StartsWith("HTTP/1.1 200") && Catch::Contains("Connection: keep-alive\r\n"));
  }
}

TEST_CASE("Server: a client of HTTP/1.0 is sent no 100-continue", "[net][server]") {
  Running server;
  RawClient client(server.port);
  client.send("PUT /echo HTTP/1.0\r\nContent-Length: 1\r\nExpect: 100-continue\r\n\r\nx");
  CHECK(is(client.read_to_end(), 200));
}

TEST_CASE("Server: 100-continue is sent when the body is wanted", "[net][server]") {
  Running server;
  RawClient client(server.port);
  client.send("PUT /echo HTTP/1.1\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n");
  CHECK(client.read_reply() == "HTTP/1.1 100 Continue\r\n\r\n");
  client.send("body");
  CHECK(body_of(client.read_reply()) == "PUT /echo body");
}

TEST_CASE("Server: 100-continue is sent whenever it is asked for, also without a body", "[net][server]") {
  Running server;
  RawClient client(server.port);
  for (std::string length : {"Content-Length: 0\r\n", ""}) {
    client.send("PUT /echo HTTP/1.1\r\n" + length + "Expect: 100-continue\r\n\r\n");
    CHECK(client.read_reply() == "HTTP/1.1 100 Continue\r\n\r\n");
    CHECK(body_of(client.read_reply()) == "PUT /echo ");
  }
}

TEST_CASE("Server: an early error comes instead of 100-continue, and the connection ends", "[net][server]") {
  Running server;
  for (std::string length : {"4000000000", "0"}) {
    RawClient client(server.port);
    client.send("PUT /refuse HTTP/1.1\r\nContent-Length: " + length + "\r\nExpect: 100-continue\r\n\r\n");
    std::string all = client.read_to_end();
    CHECK(is(all, 404));
    CHECK_THAT(all, Catch::Contains("Connection: close"));
    CHECK_THAT(all, !Catch::Contains("100 Continue"));
  }
}

TEST_CASE("Server: without a certificate a TLS handshake is no request; within a plain connection its first byte is any other",
          "[net][server]") {
  Running server;
  RawClient client(server.port);
  client.send(std::string("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 11) + std::string(507, 'r'));
  std::string all = client.read_to_end();
  CHECK(is(all, 400));
  CHECK_THAT(all, Catch::Contains("Connection: close"));
  RawClient late(server.port);
  late.send("GET /echo HTTP/1.1\r\n\r\n");
  CHECK(is(late.read_reply(), 200));
  late.send("POST /echo HTTP/1.1\r\nContent-Length: 3\r\n\r\n");
  late.send("\x16\x03\x01");
  CHECK(is(late.read_reply(), 200));
}

TEST_CASE("Server: an odd Expect is ignored", "[net][server]") {
  Running server;
  RawClient client(server.port);
  client.send("PUT /echo HTTP/1.1\r\nContent-Length: 1\r\nExpect: 200-ok\r\n\r\nx");
  CHECK(is(client.read_reply(), 200));
}

TEST_CASE("Server: a connection outlives an error that was sent before the body was read", "[net][server]") {
  Running server;
  RawClient client(server.port);
  client.send("PUT /refuse HTTP/1.1\r\nContent-Length: 5000\r\n\r\n");
  CHECK(is(client.read_reply(), 404));
  client.send(std::string(5000, 'x') + "GET /echo HTTP/1.1\r\n\r\n");
  CHECK(body_of(client.read_reply()) == "GET /echo ");
}

TEST_CASE("Server: a request that was refused gets no second reply for its malformed body", "[net][server]") {
  Running server;
  RawClient client(server.port);
  client.send("PUT /refuse HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n");
  std::string all = client.read_to_end();
  CHECK(is(all, 404));
  CHECK(all.find("HTTP/1.1 ", 1) == std::string::npos);
}

TEST_CASE("Server: a body over the limit is refused, announced or not; at the limit it is taken", "[net][server][limits]") {
  Running server;
  auto post = [&](size_t size) {
    RawClient client(server.port);
    client.send(concat("POST /echo HTTP/1.1\r\nContent-Length: ", size, "\r\n\r\n"));
    client.send(std::string(size, 'x'));
    return client.read_reply();
  };
  CHECK(is(post(kBodyMax), 200));
  CHECK(is(post(kBodyMax + 1), 413));
  auto post_chunked = [&](size_t size) {
    RawClient client(server.port);
    client.send("POST /echo HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n");
    for (size_t i = 0; i < size; ++i) client.send("1\r\nx\r\n");
    client.send("0\r\n\r\n");
    return client.read_reply();
  };
  CHECK(is(post_chunked(kBodyMax), 200));
  CHECK(is(post_chunked(kBodyMax + 1), 413));
}

TEST_CASE("Server: a slow sink holds the sender back and loses nothing", "[net][server]") {
  Running server;
  RawClient client(server.port);
  constexpr size_t kSize = 8 << 20;
  client.send(concat("PUT /sink HTTP/1.1\r\nContent-Length: ", kSize, "\r\n\r\n"));
  client.send(std::string(kSize, 'x'));
  CHECK(body_of(client.read_reply()) == std::to_string(kSize));
  client.send("GET /echo HTTP/1.1\r\n\r\n");
  CHECK(is(client.read_reply(), 200));
}

TEST_CASE("Server: a large body leaves each turn of the loop to others, too", "[net][server]") {
  Running server;
  RawClient large(server.port), other(server.port);
  constexpr size_t kSize = 64 << 20;
  std::atomic<bool> sent{false};
  std::thread sender([&] {
    large.send(concat("PUT /busy HTTP/1.1\r\nContent-Length: ", kSize, "\r\n\r\n"));
    large.send(std::string(kSize, 'x'));
    sent = true;
  });
  int served = 0;
  for (; !sent; ++served) {
    other.send("PUT /busy HTTP/1.1\r\nContent-Length: 100000\r\n\r\n");
    other.send(std::string(100'000, 'y'));
    if (!is(other.read_reply(), 200)) break;
  }
  sender.join();
  CHECK(is(large.read_reply(), 200));
  CHECK(served > 5);
  CHECK(server.handler.turn_bytes_most <= net::kTurnReadBytesMax + 2 * net::kReadBufferBytes);
}

TEST_CASE("Server: a streamed reply arrives whole", "[net][server]") {
  Running server;
  RawClient client(server.port);
  client.send("GET /stream HTTP/1.1\r\n\r\nGET /echo HTTP/1.1\r\n\r\n");
  std::string body = body_of(client.read_reply());
  REQUIRE(body.size() == 3'000'000);
  for (size_t i = 0; i < body.size(); ++i) {
    if (body[i] != static_cast<char>('a' + i % 26)) FAIL("wrong byte at " << i);
  }
  CHECK(is(client.read_reply(), 200));
}

TEST_CASE("Server: a reply that cannot be finished is cut, never padded", "[net][server]") {
  Running server;
  RawClient client(server.port);
  client.send("GET /broken HTTP/1.1\r\n\r\n");
  std::string all = client.read_to_end();
  CHECK(is(all, 200));
  CHECK(body_of(all).size() < 3'000'000);
}

TEST_CASE("Server: bytes that are no HTTP are answered with 400, then the connection ends", "[net][server]") {
  Running server;
  RawClient client(server.port);
  client.send("GARBAGE\r\n\r\n");
  std::string all = client.read_to_end();
  CHECK(is(all, 400));
  CHECK_THAT(all, Catch::Contains("Connection: close"));
}

TEST_CASE("Server: the handler learns that a client left while it waited", "[net][server]") {
  Running server;
  {
    RawClient client(server.port);
    client.send("GET /park HTTP/1.1\r\n\r\n");
    wait_for(server.handler.parked, 1);
  }
  wait_for(server.handler.left, 1);
}

TEST_CASE("Server: a client that closed its sending side still gets its reply", "[net][server]") {
  Running server;
  RawClient client(server.port);
  client.send("GET /stream HTTP/1.1\r\n\r\n");
  client.finish_sending();
  CHECK(body_of(client.read_to_end()).size() == 3'000'000);
}

namespace {

/// Tries to listen beside `server`, and closes again.
struct Second {
  Second(Running& server, std::vector<net::Endpoint> endpoints) {
    uv_loop_t loop;
    uv_loop_init(&loop);
    {
      SystemClock clock;
      net::WorkQueue work(&loop);
      auto listening = net::Server::listen(&loop, endpoints, server.handler, work, clock);
      if (listening) {
        for (const net::Endpoint& endpoint : (*listening)->endpoints()) where.push_back(net::endpoint_text(endpoint));
        left_out = (*listening)->left_out();
        (*listening)->stop([] {});
      } else {
        error = listening.error();
      }
    }
    uv_run(&loop, UV_RUN_DEFAULT);
    CHECK(uv_loop_close(&loop) == 0);
  }
  std::vector<std::string> where, left_out;
  std::optional<Error> error;
};

}  // namespace

TEST_CASE("Server: a port that is taken is said so", "[net][server]") {
  Running server;
  Second second(server, {{.host = "127.0.0.1", .port = server.port}});
  REQUIRE(second.error);
  CHECK(second.error->code == Errc::busy);
  CHECK_THAT(second.error->context, Catch::Contains("is in use") && Catch::Contains("--port"));
  CHECK(Second(server, {{.host = "127.0.0.2"}, {.host = "127.0.0.1", .port = server.port}}).error);
}

TEST_CASE("Server: several addresses that ask for a free port get the same one", "[net][server]") {
  Running server;
  Second second(server, {{.host = "127.0.0.2"}, {.host = "127.0.0.3"}, {.host = "127.0.0.4"}});
  REQUIRE(second.where.size() == 3);
  std::string port = second.where[0].substr(second.where[0].find(':'));
  CHECK(port != ":0");
  CHECK(second.where == std::vector<std::string>{"127.0.0.2" + port, "127.0.0.3" + port, "127.0.0.4" + port});
}

TEST_CASE("Server: an address that the machine has not is left out, with a word if it was needed", "[net][server]") {
  Running server;
  const std::string elsewhere = "192.0.2.1";  // for documentation: nobody has it
  Second lenient(server, {{.host = "127.0.0.2"}, {.host = elsewhere, .needed = false}});
  CHECK(lenient.where.size() == 1);
  CHECK(lenient.left_out.empty());
  Second strict(server, {{.host = elsewhere}, {.host = "127.0.0.2"}});
  CHECK(strict.where.size() == 1);
  REQUIRE(strict.left_out.size() == 1);
  CHECK_THAT(strict.left_out[0], Catch::Contains(elsewhere));
  CHECK(Second(server, {{.host = elsewhere, .needed = false}}).error);
  CHECK(Second(server, {{.host = "photos.example"}}).error->code == Errc::bad_input);
}

TEST_CASE("Server: stopping closes idle connections and lets replies go out", "[net][server]") {
  Running server;
  RawClient idle(server.port), busy(server.port);
  idle.send("GET /echo HTTP/1.1\r\n\r\n");
  CHECK(is(idle.read_reply(), 200));
  busy.send("GET /stream HTTP/1.1\r\n\r\n");
  std::string body;
  std::thread reader([&] { body = body_of(busy.read_reply()); });
  std::this_thread::sleep_for(std::chrono::milliseconds(20));
  server.stop();
  reader.join();
  CHECK(server.stopped);
  CHECK(idle.closed());
  CHECK(body.size() == 3'000'000);
}

TEST_CASE("Server: when all connections are taken, the one that is idle longest makes room", "[net][server][limits]") {
  Running server;
  server.set_connections_max(4);
  RawClient first(server.port), second(server.port), busy(server.port), fourth(server.port);
  auto ask = [](RawClient& client) {
    client.send("GET /echo HTTP/1.1\r\n\r\n");
    return client.read_reply();
  };
  busy.send("GET /park HTTP/1.1\r\n\r\n");
  wait_for(server.handler.parked, 1);
  for (RawClient* client : {&second, &fourth, &first}) CHECK(is(ask(*client), 200));
  RawClient fifth(server.port);
  CHECK(is(ask(fifth), 200));
  CHECK(second.closed());
  CHECK(is(ask(first), 200));  // is idle again, for the shortest time
  RawClient sixth(server.port);
  CHECK(is(ask(sixth), 200));
  CHECK(fourth.closed());
  CHECK(is(ask(first), 200));
  CHECK(server.handler.left == 0);
}

TEST_CASE("Server: when all connections are busy, a further one is turned away", "[net][server][limits]") {
  Running server;
  server.set_connections_max(2);
  RawClient first(server.port), second(server.port);
  for (RawClient* client : {&first, &second}) client->send("GET /park HTTP/1.1\r\n\r\n");
  wait_for(server.handler.parked, 2);
  RawClient third(server.port);
  CHECK(is(third.read_reply(), 503));
}

TEST_CASE("Server: whether a client is still there is known before the loop has read of it", "[net][server]") {
  Running server;
  auto parked = std::make_unique<RawClient>(server.port);
  parked->send("GET /park HTTP/1.1\r\n\r\n");
  wait_for(server.handler.parked, 1);
  RawClient other(server.port);
  other.send("GET /there HTTP/1.1\r\n\r\n");
  CHECK(body_of(other.read_reply()) == "there");
  // In one turn of the loop: the client closes, and is asked for.
  server.handler.before_asking = [&] { parked.reset(); };
  other.send("GET /there HTTP/1.1\r\n\r\n");
  CHECK(body_of(other.read_reply()) == "gone");
  CHECK(server.handler.left == 1);
}

}  // namespace cloudemu::test
