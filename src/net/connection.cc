#include "net/connection.h"

#include <poll.h>

#include "core/strings.h"
#include "net/limits.h"
#include "net/response_writer.h"
#include "net/server.h"

namespace cloudemu::net {

namespace {

constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
/// The type of the record that every TLS connection begins with. No HTTP method does.
constexpr char kTlsHandshake = 0x16;
/// Who comes by a Unix socket.
constexpr std::string_view kThisMachine = "127.0.0.1";
/// Up to here copying head and body together is cheaper than a second buffer.
constexpr size_t kJoinBytesMax = 16 * 1024;

/// What uv_write needs until it has written: the bytes, and who to tell.
struct WriteJob {
  uv_write_t request;
  std::string first, second;
  std::function<void(int)> done;
};

uv_buf_t buffer_of(std::string_view bytes) { return uv_buf_init(const_cast<char*>(bytes.data()), static_cast<unsigned>(bytes.size())); }

}  // namespace

Connection::Connection(ConnectionId id, Server& server, uv_loop_t* loop, SocketKind kind) : id_(id), server_(server), kind_(kind) {
  socket_.init(loop, kind);
  socket_.handle.data = this;
}

void Connection::start() {
  request().peer = kThisMachine;
  if (kind_ == SocketKind::tcp) {
    uv_tcp_nodelay(&socket_.tcp, 1);
    sockaddr_storage address;
    int size = sizeof address;
    char text[64] = "";
    if (uv_tcp_getpeername(&socket_.tcp, reinterpret_cast<sockaddr*>(&address), &size) == 0) {
      uv_ip_name(reinterpret_cast<sockaddr*>(&address), text, sizeof text);
    }
    request().peer = text;
  }
  touch();
  set_reading(true);
}

void Connection::turn_away(http::Response response) {
  close_after_reply_ = true;
  refuse(std::move(response));
}

void Connection::touch() { last_activity_ms_ = server_.now_ms(); }

void Connection::set_reading(bool on) {
  if (on == reading_ || input_ended_ || phase_ == Phase::closed) return;
  reading_ = on;
  if (!on) {
    uv_read_stop(uv_stream());
    return;
  }
  uv_read_start(
      uv_stream(),
      [](uv_handle_t* handle, size_t, uv_buf_t* buffer) {
        auto* self = static_cast<Connection*>(handle->data);
        // libuv asks again as long as there is something to read, 32 times; without room it goes on to others.
        size_t bytes = self->phase_ == Phase::greeting ? kHandshakeReadBytes : self->server_.read_share(self->read_turn_);
        *buffer = uv_buf_init(self->server_.read_buffer(), static_cast<unsigned>(bytes));
      },
      [](uv_stream_t* stream, ssize_t size, const uv_buf_t* buffer) {
        static_cast<Connection*>(stream->data)->on_read(size, buffer->base);
      });
}

void Connection::on_read(ssize_t size, const char* data) {
  if (size == 0 || size == UV_ENOBUFS) return;
  if (size == UV_EOF) return on_end_of_input();
  if (size < 0) return close();
  server_.note_read(static_cast<size_t>(size));
  if (phase_ == Phase::lingering) return;
  std::string_view input(data, static_cast<size_t>(size));
  if (std::exchange(fresh_, false) && input.front() == kTlsHandshake && server_.tls()) return shake_hands(input);
  if (!tls_) return on_input(input);
  if (phase_ == Phase::greeting) return shake_hands(input);
  decipher(input);
}

/// Takes what the client means, whether it came enciphered or not.
void Connection::on_input(std::string_view input) {
  // A client that trickles its head gains no time by it: see time_limit_ms().
  if (head_done_ || !parser_.inside_request()) touch();
  if (pending_.empty() && phase_ == Phase::reading && !sink_full_) return take(input);
  pending_.append(input);
  if (pending_.size() > kPipelinedBytesMax) set_reading(false);
}

void Connection::on_end_of_input() {
  set_reading(false);
  input_ended_ = true;
  close_after_reply_ = true;
  if (phase_ == Phase::replying || (reply_owed() && server_.handler().client_left(id_))) return;
  close();
}

void Connection::take_pending() {
  if (taking_) return;
  std::string input = std::move(pending_);
  pending_.clear();
  take(input);
}

void Connection::take(std::string_view input) {
  taking_ = true;
  // Steps may be due without further input: a request's end follows its last byte.
  for (bool more = true; more && phase_ == Phase::reading && !sink_full_;) {
    switch (parser_.next(input)) {
      case RequestParser::Step::need_more: more = false; break;
      case RequestParser::Step::head: on_head(); break;
      case RequestParser::Step::body: on_piece(parser_.piece()); break;
      case RequestParser::Step::complete: on_complete(); break;
      case RequestParser::Step::error:
        input = {};
        if (discarding_) linger();  // this request has had its reply
        else refuse(server_.handler().malformed(parser_.error_status(), parser_.error_reason()));
        break;
    }
  }
  taking_ = false;
  if (phase_ == Phase::closed) return;
  if (phase_ == Phase::lingering) input = {};
  pending_.append(input);
  set_reading(!sink_full_ && pending_.size() <= kPipelinedBytesMax);
}

void Connection::on_head() {
  head_done_ = true;
  discarding_ = false;
  received_bytes_ = 0;
  body_since_ms_ = server_.now_ms();
  close_after_reply_ = !parser_.keep_alive() || server_.stopping();
  admission_ = server_.handler().admit(id_, parser_.request());
  reply_headers_ = std::move(admission_.reply_headers);
  bool expects = !parser_.is_http_1_0() && equals_ignoring_case(request().header("expect"), "100-continue");
  if (admission_.refused) {
    // Instead of the "100 Continue" that the client waits for comes a final status. Whether its body still follows is open then, and
    // botocore takes the status for that of its next request on this connection, body or not. So the connection cannot go on.
    if (expects) close_after_reply_ = true;
    discard();
    return serve();
  }
  if (!admission_.sink && request().content_length.value_or(0) > admission_.body_bytes_max) return refuse_body(BodyFault::too_large);
  if (admission_.sink) {
    admission_.sink->drained = [server = &server_, id = id_] {
      if (Connection* self = server->find(id)) self->resume_body();
    };
  }
  // Also when there is no body to wait for (Content-Length: 0): botocore asks for it with every upload, and counts on it.
  if (expects) write(std::string(kContinue), {}, Part::aside);
}

/// What came of the body is dropped, and so is what is still to come.
void Connection::discard() {
  discarding_ = true;
  discarded_bytes_ = 0;
  std::string().swap(request().body);
  sink_full_ = false;
  count_body();
}

void Connection::refuse_body(BodyFault fault) {
  close_after_reply_ = true;
  Admission admission = std::exchange(admission_, {});
  discard();
  phase_ = Phase::serving;
  server_.handler().refuse_body(id_, std::move(admission), fault);
}

/// Answers what cannot be understood, or does not come.
void Connection::refuse(http::Response response) {
  admission_ = {};
  discard();
  send(std::move(response));
}

void Connection::on_piece(std::string_view piece) {
  if (discarding_) {
    discarded_bytes_ += piece.size();
    if (discarded_bytes_ > kDiscardBytesMax) linger();
    return;
  }
  received_bytes_ += piece.size();
  if (admission_.sink) {
    sink_full_ = !admission_.sink->write(piece);
    count_body();
  } else if (request().body.size() + piece.size() > admission_.body_bytes_max) {
    refuse_body(BodyFault::too_large);
  } else {
    std::string& body = request().body;
    if (body.empty()) body.reserve(request().content_length.value_or(piece.size()));
    body.append(piece);
    count_body();
  }
}

/// Keeps the server's sum right; may give up this body, or another, if that has become too much.
void Connection::count_body() {
  size_t bytes = request().body.size() + (admission_.sink ? admission_.sink->held_bytes() : 0);
  if (bytes <= kBodyFreeBytes) bytes = 0;
  if (bytes != counted_bytes_) server_.count_body(std::exchange(counted_bytes_, bytes), bytes);
}

double Connection::body_rate() const {
  return static_cast<double>(received_bytes_) * 1000 / static_cast<double>(server_.now_ms() - body_since_ms_ + 1);
}

void Connection::give_up_body() { refuse_body(BodyFault::overloaded); }

void Connection::resume_body() {
  if (!sink_full_) return;
  sink_full_ = false;
  touch();
  take_pending();
  if (phase_ != Phase::closed) set_reading(!sink_full_ && pending_.size() <= kPipelinedBytesMax);
}

void Connection::on_complete() {
  head_done_ = false;
  if (discarding_) {
    discarding_ = false;
    touch();
    return;
  }
  if (!admission_.sink) return serve();
  phase_ = Phase::finishing;
  admission_.sink->finish([server = &server_, id = id_] {
    if (Connection* self = server->find(id)) self->serve();
  });
}

void Connection::serve() {
  phase_ = Phase::serving;
  Admission admission = std::exchange(admission_, {});
  count_body();
  server_.handler().serve(id_, parser_.request(), std::move(admission));
}

void Connection::respond(http::Response response) {
  if (phase_ != Phase::serving) return;
  send(std::move(response));
}

void Connection::send(http::Response response) {
  phase_ = Phase::replying;
  touch();
  if (response.close || server_.stopping()) close_after_reply_ = true;
  response.headers.append(std::exchange(reply_headers_, {}));
  bool is_head = request().method == "HEAD";
  if (is_head || response.status == 204 || response.status == 304) {
    if (!response.content_length) response.content_length = response.body.size();
    response.body.clear();
    if (!is_head) response.source.reset();
  }
  KeepAlive keep_alive = close_after_reply_ ? KeepAlive::no : parser_.is_http_1_0() ? KeepAlive::stated : KeepAlive::yes;
  std::string head = response_head(response, server_.date(), keep_alive);
  if (response.source) {
    if_unreadable_ = std::move(response.if_unreadable);
    stream_ = std::make_shared<ResponseStream>(std::move(response.source), response.content_length.value_or(0), server_.work());
    auto ready = [server = &server_, id = id_] {
      if (Connection* self = server->find(id)) self->pump_stream();
    };
    is_head ? stream_->probe(ready) : stream_->start(ready);
  } else if (response.body.size() <= kJoinBytesMax) {
    head.append(response.body);
    response.body.clear();
  }
  reply_head_ = std::move(head);
  reply_body_ = std::move(response.body);
  server_.flush_later(id_);
}

void Connection::flush() {
  if (phase_ != Phase::replying || reply_head_.empty()) return;
  // The head of a streamed reply waits for its first piece: it promises what may turn out not to be there.
  if (stream_) return;
  write(std::exchange(reply_head_, {}), std::exchange(reply_body_, {}), Part::reply);
}

void Connection::write(std::string first, std::string second, Part part) {
  if (!tls_) return write_bytes(std::move(first), std::move(second), part);
  if (!tls_->write(first) || !tls_->write(second)) return close();
  write_bytes(tls_->take_output(), {}, part);
}

void Connection::write_bytes(std::string first, std::string second, Part part) {
  uv_buf_t buffers[2] = {buffer_of(first), buffer_of(second)};
  unsigned count = second.empty() ? 1 : 2;
  int sent = uv_try_write(uv_stream(), buffers, count);
  if (sent < 0 && sent != UV_EAGAIN) return on_written(sent, part);
  size_t done = sent > 0 ? static_cast<size_t>(sent) : 0;
  if (done == first.size() + second.size()) return on_written(0, part);

  auto* job = new WriteJob{{}, std::move(first), std::move(second), {}};
  job->request.data = job;
  job->done = [server = &server_, id = id_, part](int status) {
    if (Connection* self = server->find(id)) self->on_written(status, part);
  };
  size_t skip_first = std::min(done, job->first.size());
  buffers[0] = buffer_of(std::string_view(job->first).substr(skip_first));
  buffers[1] = buffer_of(std::string_view(job->second).substr(done - skip_first));
  uv_write(&job->request, uv_stream(), buffers, count, [](uv_write_t* request, int status) {
    std::unique_ptr<WriteJob> written(static_cast<WriteJob*>(request->data));
    written->done(status);
  });
}

void Connection::on_written(int status, Part part) {
  if (status < 0) return close();
  if (part == Part::aside || phase_ != Phase::replying) return;
  touch();
  if (stream_) return pump_stream();
  reply_done();
}

void Connection::pump_stream() {
  if (phase_ != Phase::replying || !stream_) return;
  if (uv_stream_get_write_queue_size(uv_stream()) > 0) return;
  switch (stream_->state()) {
    case ResponseStream::State::waiting: return;
    case ResponseStream::State::failed: return send_instead();
    case ResponseStream::State::end: stream_.reset(); return reply_head_.empty() ? reply_done() : flush();
    case ResponseStream::State::piece: return write_piece();
  }
}

/// The streamed reply cannot go on. Once its head is out, the length is promised: only a cut connection tells the client.
void Connection::send_instead() {
  if (reply_head_.empty() || !if_unreadable_) return close();
  stream_->abandon();
  stream_.reset();
  send(std::move(*std::exchange(if_unreadable_, nullptr)));
}

void Connection::write_piece() {
  if_unreadable_.reset();
  const std::vector<char>& lent = stream_->lend();
  std::string_view piece(lent.data(), lent.size());
  std::string head = std::exchange(reply_head_, {});
  if (tls_) {
    if (!tls_->write(head) || !tls_->write(piece)) return close();
    head = tls_->take_output();
    piece = {};
  }
  auto* job = new WriteJob{{}, std::move(head), {}, {}};
  job->request.data = job;
  job->done = [server = &server_, id = id_, stream = stream_](int status) {
    stream->taken();
    if (Connection* self = server->find(id)) self->on_written(status, Part::reply);
  };
  uv_buf_t buffers[2] = {buffer_of(job->first), buffer_of(piece)};
  unsigned skip = job->first.empty() ? 1 : 0;
  uv_write(&job->request, uv_stream(), buffers + skip, 2 - skip, [](uv_write_t* request, int status) {
    std::unique_ptr<WriteJob> written(static_cast<WriteJob*>(request->data));
    written->done(status);
  });
}

void Connection::reply_done() {
  if (close_after_reply_) return linger();
  phase_ = Phase::reading;
  if (parser_.request().use_count() == 1 && request().body.capacity() > kPipelinedBytesMax) std::string().swap(request().body);
  count_body();
  server_.became_idle(*this);
  if (!taking_) {
    take_pending();
    if (phase_ == Phase::reading) set_reading(!sink_full_);
  }
}

/// Closing a socket with unread input resets it, and the client may lose the reply: so close the write side first.
void Connection::linger() {
  pending_.clear();
  admission_ = {};
  if (parser_.request().use_count() == 1) std::string().swap(request().body);
  count_body();
  phase_ = Phase::lingering;
  if (input_ended_) return close();
  touch();
  if (tls_) {
    tls_->end();
    write_aside(tls_->take_output());
    if (phase_ == Phase::closed) return;
  }
  shutdown_.data = this;
  if (uv_shutdown(&shutdown_, uv_stream(), [](uv_shutdown_t*, int) {}) != 0) return close();
  set_reading(true);
}

uint64_t Connection::time_limit_ms() const {
  switch (phase_) {
    case Phase::greeting: return kHeadMs;
    case Phase::reading: return head_done_ ? kBodyStallMs : parser_.inside_request() ? kHeadMs : kIdleMs;
    case Phase::replying: return kWriteStallMs;
    case Phase::lingering: return kLingerMs;
    default: return UINT64_MAX;
  }
}

void Connection::sweep(uint64_t now_ms) {
  size_t queued = uv_stream_get_write_queue_size(uv_stream());
  if (phase_ == Phase::replying && queued != last_write_queue_bytes_) touch();
  last_write_queue_bytes_ = queued;
  if (sink_full_) touch();  // we are the slow side
  uint64_t limit = time_limit_ms();
  if (limit == UINT64_MAX || now_ms - last_activity_ms_ < limit) return;
  if (phase_ == Phase::reading && (head_done_ || parser_.inside_request()) && !discarding_) {
    close_after_reply_ = true;
    return refuse(server_.handler().malformed(408, "the request did not arrive in time"));
  }
  close();
}

bool Connection::is_idle(uint64_t now_ms) const {
  if (phase_ == Phase::greeting) return now_ms - last_activity_ms_ >= kHeadPatienceMs;
  if (phase_ != Phase::reading || head_done_) return false;
  return !parser_.inside_request() || now_ms - last_activity_ms_ >= kHeadPatienceMs;
}

bool Connection::check_client() {
  pollfd socket{};
  if (phase_ == Phase::closed || uv_fileno(uv_handle(), &socket.fd) != 0) return false;
  socket.events = POLLRDHUP;
  if (::poll(&socket, 1, 0) == 0) return true;
  close();
  return false;
}

void Connection::close_when_idle() {
  close_after_reply_ = true;
  if (phase_ == Phase::greeting || (phase_ == Phase::reading && !head_done_)) close();
}

void Connection::close() {
  if (phase_ == Phase::closed) return;
  if (reply_owed() && !input_ended_) server_.handler().client_left(id_);  // else the handler knows already
  if (tls_ && phase_ != Phase::greeting) say_goodbye();
  phase_ = Phase::closed;
  if (stream_) stream_->abandon();
  stream_.reset();
  server_.count_body(std::exchange(counted_bytes_, 0), 0);
  server_.forget(id_);  // `this` lives on until the close callback
}

}  // namespace cloudemu::net
