// A connection whose client speaks TLS.
#include "net/connection.h"
#include "net/limits.h"
#include "net/server.h"

namespace cloudemu::net {

/// A step of the handshake takes a signature: that is for a worker thread. Nothing is read meanwhile.
void Connection::shake_hands(std::string_view bytes) {
  if (!tls_) {
    tls_ = std::make_shared<TlsSession>(*server_.tls());
    parser_.set_tls();
    phase_ = Phase::greeting;
    touch();
  }
  set_reading(false);
  handshake_bytes_ += bytes.size();
  if (handshake_bytes_ > kHandshakeBytesMax) return on_handshake(TlsSession::Step::failed);
  auto step = std::make_shared<TlsSession::Step>();
  // Who gave up while standing in line is not worth a signature. Later a client may have ended its side in order, with a request before that.
  bool is_first = handshake_bytes_ == bytes.size();
  auto wanted = [server = &server_, id = id_, is_first] { return is_first ? server->check_client(id) : server->find(id) != nullptr; };
  server_.handshakes().submit(
      std::move(wanted), [tls = tls_, said = std::string(bytes), step] { *step = tls->shake_hands(said); },
      [server = &server_, id = id_, step] {
        if (Connection* self = server->find(id)) self->on_handshake(*step);
      });
}

void Connection::on_handshake(TlsSession::Step step) {
  if (std::string output = tls_->take_output(); !output.empty()) write_aside(std::move(output));
  if (phase_ != Phase::greeting) return;
  if (step == TlsSession::Step::need_more) return set_reading(true);
  if (step != TlsSession::Step::done) {
    if (server_.on_tls_failure) server_.on_tls_failure(request().peer, tls_->failure());
    return linger();
  }
  phase_ = Phase::reading;
  touch();
  server_.became_idle(*this);
  set_reading(true);
  decipher({});  // the client may have gone on at once
}

void Connection::decipher(std::string_view bytes) {
  std::shared_ptr<TlsSession> tls = tls_;  // the connection may be closed by what it reads
  tls->receive(bytes);
  std::span<char> plain = server_.plain_buffer();
  for (auto step = TlsSession::Step::done; step == TlsSession::Step::done;) {
    size_t filled = 0, size = 0;
    while (filled < plain.size() && (step = tls->read(plain.subspan(filled), size)) == TlsSession::Step::done) filled += size;
    if (filled > 0 && phase_ != Phase::lingering) on_input({plain.data(), filled});
    if (phase_ == Phase::closed) return;
    // Alerts, and new keys where the client wants them. One that asks for more and more of it and reads nothing has no good intent.
    if (std::string output = tls->take_output(); !output.empty()) write_aside(std::move(output));
    if (phase_ == Phase::closed) return;
    if (step == TlsSession::Step::ended) return on_end_of_input();
    if (step == TlsSession::Step::failed) return close();
  }
}

/// So that the client can tell the end from a cut. Whether it still takes it is its business.
void Connection::say_goodbye() {
  tls_->end();
  std::string output = tls_->take_output();
  uv_buf_t buffer = uv_buf_init(output.data(), static_cast<unsigned>(output.size()));
  if (!output.empty()) uv_try_write(uv_stream(), &buffer, 1);
}

void Connection::write_aside(std::string bytes) {
  if (phase_ == Phase::closed || bytes.empty()) return;
  bool waits = uv_stream_get_write_queue_size(uv_stream()) > 0;
  asides_waiting_bytes_ = waits ? asides_waiting_bytes_ + bytes.size() : 0;
  if (asides_waiting_bytes_ > kAsideBytesMax) return close();
  write_bytes(std::move(bytes), {}, Part::aside);
}

}  // namespace cloudemu::net
