#include "net/tls.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>

#include <algorithm>
#include <utility>

#include "core/strings.h"

namespace cloudemu::net {

namespace {

/// What clients agree on before they speak; there is no other protocol here.
constexpr unsigned char kHttp11[] = {8, 'h', 't', 't', 'p', '/', '1', '.', '1'};

std::string last_failure() {
  unsigned long code = ERR_get_error();
  const char* reason = code != 0 ? ERR_reason_error_string(code) : nullptr;
  return reason ? reason : "the connection ended";
}

int choose_protocol(SSL*, const unsigned char** chosen, unsigned char* size, const unsigned char* offered, unsigned offered_size, void*) {
  unsigned char* found = nullptr;
  if (SSL_select_next_proto(&found, size, kHttp11, sizeof kHttp11, offered, offered_size) != OPENSSL_NPN_NEGOTIATED)
    return SSL_TLSEXT_ERR_NOACK;
  *chosen = found;
  return SSL_TLSEXT_ERR_OK;
}

}  // namespace

/// Between OpenSSL and a session's bytes, without a copy in between.
struct TlsBytes {
  static TlsSession& of(BIO* bio) { return *static_cast<TlsSession*>(BIO_get_data(bio)); }

  static int read(BIO* bio, char* into, int size) {
    TlsSession& session = of(bio);
    BIO_clear_retry_flags(bio);
    std::string_view from = session.held_.empty() ? session.incoming_ : std::string_view(session.held_);
    size_t count = std::min(from.size(), static_cast<size_t>(size));
    if (count == 0) {
      BIO_set_retry_read(bio);
      return -1;
    }
    from.copy(into, count);
    if (session.held_.empty()) session.incoming_.remove_prefix(count);
    else session.held_.erase(0, count);
    return static_cast<int>(count);
  }
  static int write(BIO* bio, const char* from, int size) {
    of(bio).outgoing_.append(from, static_cast<size_t>(size));
    return size;
  }
  static long control(BIO*, int command, long, void*) { return command == BIO_CTRL_FLUSH ? 1 : 0; }

  static BIO* make(TlsSession& session) {
    static BIO_METHOD* const method = [] {
      BIO_METHOD* made = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "session");
      BIO_meth_set_read(made, read);
      BIO_meth_set_write(made, write);
      BIO_meth_set_ctrl(made, control);
      return made;
    }();
    BIO* bio = BIO_new(method);
    BIO_set_data(bio, &session);
    BIO_set_init(bio, 1);
    return bio;
  }
};

struct TlsServer::Context {
  SSL_CTX* ssl = SSL_CTX_new(TLS_server_method());
  ~Context() { SSL_CTX_free(ssl); }

  bool show(const Identity& identity) {
    std::unique_ptr<BIO, decltype(&BIO_free_all)> chain(BIO_new_mem_buf(identity.chain.data(), static_cast<int>(identity.chain.size())),
                                                        BIO_free_all);
    std::unique_ptr<BIO, decltype(&BIO_free_all)> key_text(BIO_new_mem_buf(identity.key.data(), static_cast<int>(identity.key.size())),
                                                           BIO_free_all);
    std::unique_ptr<X509, decltype(&X509_free)> certificate(PEM_read_bio_X509(chain.get(), nullptr, nullptr, nullptr), X509_free);
    std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key(PEM_read_bio_PrivateKey(key_text.get(), nullptr, nullptr, nullptr),
                                                            EVP_PKEY_free);
    if (!certificate || !key) return false;
    if (SSL_CTX_use_certificate(ssl, certificate.get()) != 1 || SSL_CTX_use_PrivateKey(ssl, key.get()) != 1) return false;
    while (X509* next = PEM_read_bio_X509(chain.get(), nullptr, nullptr, nullptr)) SSL_CTX_add0_chain_cert(ssl, next);
    ERR_clear_error();  // the last one that is not there
    return true;
  }
};

TlsServer::TlsServer(std::function<Result<Identity>()> identity) : identity_(std::move(identity)) {}
TlsServer::~TlsServer() = default;

TlsServer::Context* TlsServer::context(std::string& why) {
  std::lock_guard lock(mutex_);
  if (context_) return context_.get();
  auto identity = identity_();
  if (!identity) {
    why = identity.error().context;
    return nullptr;
  }
  auto made = std::make_unique<Context>();
  SSL_CTX_set_min_proto_version(made->ssl, TLS1_2_VERSION);
  SSL_CTX_set_options(made->ssl, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_IGNORE_UNEXPECTED_EOF);
  SSL_CTX_set_mode(made->ssl, SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_session_cache_mode(made->ssl, SSL_SESS_CACHE_OFF);  // clients keep their tickets, we nothing
  SSL_CTX_set_num_tickets(made->ssl, 1);
  SSL_CTX_set_alpn_select_cb(made->ssl, choose_protocol, nullptr);
  if (!made->show(*identity)) {
    why = concat("the certificate cannot be used: ", last_failure());
    return nullptr;
  }
  context_ = std::move(made);
  return context_.get();
}

struct TlsSession::State {
  explicit State(SSL_CTX* context) : ssl(SSL_new(context)) {}
  ~State() { SSL_free(ssl); }
  SSL* ssl;
};

TlsSession::TlsSession(TlsServer& server) : server_(server) {}
TlsSession::~TlsSession() = default;

bool TlsSession::open() {
  if (state_) return true;
  TlsServer::Context* context = server_.context(failure_);
  if (!context) return false;
  state_ = std::make_unique<State>(context->ssl);
  BIO* bio = TlsBytes::make(*this);
  BIO_up_ref(bio);
  SSL_set0_rbio(state_->ssl, bio);
  SSL_set0_wbio(state_->ssl, bio);
  SSL_set_accept_state(state_->ssl);
  return true;
}

TlsSession::Step TlsSession::step_of(int result) {
  switch (SSL_get_error(state_->ssl, result)) {
    case SSL_ERROR_NONE: return Step::done;
    case SSL_ERROR_WANT_READ: return Step::need_more;
    case SSL_ERROR_ZERO_RETURN: return Step::ended;
    default: failure_ = last_failure(); return Step::failed;
  }
}

TlsSession::Step TlsSession::shake_hands(std::string_view bytes) {
  if (!open()) return Step::failed;
  held_.append(bytes);
  ERR_clear_error();
  return step_of(SSL_do_handshake(state_->ssl));
}

TlsSession::Step TlsSession::read(std::span<char> into, size_t& size) {
  ERR_clear_error();
  size = 0;
  int result = SSL_read_ex(state_->ssl, into.data(), into.size(), &size);
  return step_of(result);
}

bool TlsSession::write(std::string_view plain) {
  ERR_clear_error();
  size_t written = 0;
  return plain.empty() || (SSL_write_ex(state_->ssl, plain.data(), plain.size(), &written) == 1 && written == plain.size());
}

void TlsSession::end() {
  ERR_clear_error();
  if (state_) SSL_shutdown(state_->ssl);
}

}  // namespace cloudemu::net
