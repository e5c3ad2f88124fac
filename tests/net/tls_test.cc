// TLS without sockets: a client of OpenSSL's own on the other side.
#include "net/tls.h"

#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <catch2/catch.hpp>

#include "app/certificates.h"
#include "core/strings.h"
#include "support/temporary_directory.h"

namespace cloudemu::test {

namespace {

using Step = net::TlsSession::Step;

constexpr TimeMs kNow = 1'795'000'000'000;

/// A client that trusts what it is told to, and talks through memory. OpenSSL looks at its own clock: certificates here are of today.
class Client {
 public:
  explicit Client(const std::string& ca_pem, const char* host, int version_max = TLS1_3_VERSION)
      : context_(SSL_CTX_new(TLS_client_method())) {
    BIO* ca = BIO_new_mem_buf(ca_pem.data(), static_cast<int>(ca_pem.size()));
    X509* certificate = PEM_read_bio_X509(ca, nullptr, nullptr, nullptr);
    if (certificate) X509_STORE_add_cert(SSL_CTX_get_cert_store(context_), certificate);
    X509_free(certificate);
    BIO_free(ca);
    SSL_CTX_set_verify(context_, SSL_VERIFY_PEER, nullptr);
    SSL_CTX_set_max_proto_version(context_, version_max);
    ssl = SSL_new(context_);
    SSL_set1_host(ssl, host);
    SSL_set_tlsext_host_name(ssl, host);
    in_ = BIO_new(BIO_s_mem());
    out_ = BIO_new(BIO_s_mem());
    SSL_set_bio(ssl, in_, out_);
    SSL_set_connect_state(ssl);
  }
  ~Client() {
    SSL_free(ssl);
    SSL_CTX_free(context_);
  }
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  void receive(std::string_view bytes) { BIO_write(in_, bytes.data(), static_cast<int>(bytes.size())); }
  std::string output() {
    char* data = nullptr;
    long size = BIO_get_mem_data(out_, &data);
    std::string out(data, static_cast<size_t>(size));
    BIO_reset(out_);
    return out;
  }
  SSL* ssl;

 private:
  SSL_CTX* context_;
  BIO *in_, *out_;
};

TimeMs today() { return SystemClock().now(); }

struct Server {
  net::Identity identity = *net::make_identity({"localhost", "*.localhost.localstack.cloud", "127.0.0.1"}, today());
  net::TlsServer tls{[this] { return Result<net::Identity>(identity); }};
};

/// Shakes hands, the client's bytes in pieces of at most that size. Returns the session's last step.
Step meet(net::TlsSession& session, Client& client, size_t piece = 1 << 20) {
  Step step = Step::need_more;
  for (int turn = 0; turn < 10; ++turn) {
    SSL_do_handshake(client.ssl);
    std::string said = client.output();
    for (size_t at = 0; at < said.size() && step == Step::need_more; at += piece)
      step = session.shake_hands(std::string_view(said).substr(at, piece));
    client.receive(session.take_output());
    if (step == Step::failed || (step == Step::done && SSL_do_handshake(client.ssl) == 1)) return step;
  }
  return step;
}

std::string said_to(net::TlsSession& session) {
  std::vector<char> buffer(1 << 16);
  std::string out;
  for (size_t size = 0; session.read(buffer, size) == Step::done;) out.append(buffer.data(), size);
  return out;
}

}  // namespace

TEST_CASE("Tls: hands are shaken and bytes go both ways, in both versions, however they are cut", "[net][tls]") {
  Server server;
  for (int version : {TLS1_3_VERSION, TLS1_2_VERSION}) {
    for (size_t piece : {size_t{1 << 20}, size_t{1}}) {
      CAPTURE(version, piece);
      Client client(server.identity.ca, "localhost", version);
      net::TlsSession session(server.tls);
      REQUIRE(meet(session, client, piece) == Step::done);
      CHECK(SSL_version(client.ssl) == version);
      std::string request(100'000, 'q');
      SSL_write(client.ssl, request.data(), static_cast<int>(request.size()));
      std::string wire = client.output(), understood;
      for (size_t at = 0; at < wire.size(); at += 777) {
        session.receive(std::string_view(wire).substr(at, 777));
        understood += said_to(session);
      }
      CHECK(understood == request);
      REQUIRE(session.write(std::string(50'000, 'r')));
      client.receive(session.take_output());
      std::string reply(60'000, ' ');
      size_t got = 0;
      for (int count = 0; (count = SSL_read(client.ssl, reply.data() + got, static_cast<int>(reply.size() - got))) > 0;)
        got += static_cast<size_t>(count);
      CHECK(reply.substr(0, got) == std::string(50'000, 'r'));
      session.end();
      client.receive(session.take_output());
      char byte = 0;
      CHECK(SSL_read(client.ssl, &byte, 1) <= 0);
      CHECK(SSL_get_error(client.ssl, 0) == SSL_ERROR_ZERO_RETURN);
    }
  }
}

TEST_CASE("Tls: what a client says with the last bytes of its handshake is not lost", "[net][tls]") {
  Server server;
  Client client(server.identity.ca, "localhost");
  net::TlsSession session(server.tls);
  SSL_do_handshake(client.ssl);
  CHECK(session.shake_hands(client.output()) == Step::need_more);
  client.receive(session.take_output());
  REQUIRE(SSL_do_handshake(client.ssl) == 1);
  SSL_write(client.ssl, "GET /", 5);
  CHECK(session.shake_hands(client.output()) == Step::done);
  CHECK(said_to(session) == "GET /");
}

TEST_CASE("Tls: a client that does not know the authority, or asks for another name, does not take the certificate", "[net][tls]") {
  Server server;
  net::TlsSession first(server.tls), second(server.tls), third(server.tls);
  Client stranger(net::make_identity({"localhost"}, today())->ca, "localhost"), elsewhere(server.identity.ca, "example.com");
  CHECK(meet(first, stranger) != Step::done);
  CHECK_FALSE(first.failure().empty());
  CHECK(meet(second, elsewhere) != Step::done);
  Client bucket(server.identity.ca, "photos.localhost.localstack.cloud");
  CHECK(meet(third, bucket) == Step::done);
}

TEST_CASE("Tls: noise, old versions and hands that are shaken again end a connection, and nothing else", "[net][tls]") {
  Server server;
  for (std::string noise : {std::string("\x16\x03\x01\x00\x05hello", 10), std::string("\x16GET / HTTP/1.1\r\n\r\n"),
                            std::string(5000, '\x16'), std::string("\x16\x03\x01\x40\x01", 5) + std::string(16385, 'x')}) {
    net::TlsSession session(server.tls);
    Step step = Step::need_more;
    for (size_t at = 0; at < noise.size() && step == Step::need_more; ++at) step = session.shake_hands(noise.substr(at, 1));
    CHECK(step == Step::failed);
    CHECK_FALSE(session.failure().empty());
  }
  net::TlsSession old(server.tls);
  Client ancient(server.identity.ca, "localhost", TLS1_1_VERSION);
  CHECK(meet(old, ancient) != Step::done);

  net::TlsSession session(server.tls);
  Client again(server.identity.ca, "localhost", TLS1_2_VERSION);
  REQUIRE(meet(session, again) == Step::done);
  SSL_renegotiate(again.ssl);
  SSL_do_handshake(again.ssl);
  std::string wire = again.output();
  session.receive(wire);
  CHECK(said_to(session).empty());
  again.receive(session.take_output());
  CHECK(SSL_do_handshake(again.ssl) != 1);
}

TEST_CASE("Tls: without a certificate every handshake fails with the reason", "[net][tls]") {
  net::TlsServer none([] { return Result<net::Identity>(fail(Errc::io, "the disk is full")); });
  net::TlsSession session(none);
  CHECK(session.shake_hands("\x16\x03\x01") == Step::failed);
  CHECK(session.failure() == "the disk is full");
  net::TlsServer broken([] { return Result<net::Identity>(net::Identity{.chain = "x", .key = "y", .ca = ""}); });
  net::TlsSession other(broken);
  CHECK(other.shake_hands("\x16\x03\x01") == Step::failed);
}

TEST_CASE("Certificates: a key of another one, no key and no certificate are told apart", "[net][tls]") {
  net::Identity one = *net::make_identity({"localhost"}, kNow), other = *net::make_identity({"localhost"}, kNow);
  auto flaw = [](net::Identity identity) { return net::check_identity(identity).error().context; };
  CHECK(net::check_identity(one));
  CHECK(flaw({.chain = one.chain, .key = other.key, .ca = ""}) == "the key is not that of the certificate");
  CHECK(flaw({.chain = one.key, .key = one.key, .ca = ""}).starts_with("there is no certificate in it"));
  CHECK(flaw({.chain = one.chain, .key = one.chain, .ca = ""}).starts_with("there is no private key in it"));
  CHECK_FALSE(net::make_identity({"local host"}, kNow));
  CHECK_FALSE(net::make_identity({"localhost,IP:8.8.8.8"}, kNow));
}

TEST_CASE("Certificates: good for the names that they bear, until some weeks before their end", "[net][tls]") {
  net::Identity identity = *net::make_identity({"localhost", "*.s3.localhost", "127.0.0.1", "::1"}, kNow);
  CHECK(net::is_good_for(identity, {"localhost", "*.s3.localhost", "127.0.0.1", "::1"}, kNow));
  CHECK_FALSE(net::is_good_for(identity, {"cloudemu.example"}, kNow));
  CHECK_FALSE(net::is_good_for(identity, {"127.0.0.2"}, kNow));
  CHECK(net::is_good_for(identity, {"localhost"}, kNow + 769 * kDayMs));
  CHECK_FALSE(net::is_good_for(identity, {"localhost"}, kNow + 771 * kDayMs));
  CHECK_FALSE(net::is_good_for(identity, {"localhost"}, kNow - 2 * kDayMs));
  CHECK_FALSE(net::is_good_for({.chain = "torn", .key = "torn", .ca = ""}, {}, kNow));
}

TEST_CASE("Certificates: the one that was made is kept, and made anew for a new name or where it is torn", "[net][tls]") {
  TemporaryDirectory directory;
  SystemClock clock;
  auto ask = [&](std::vector<std::string> domains) {
    auto opened = Certificates::open({.cert_file = "", .key_file = "", .data_dir = directory.path(), .domains = std::move(domains)}, clock);
    REQUIRE(opened);
    auto identity = (*opened)->identity();
    REQUIRE(identity);
    CHECK(*(*opened)->ca_pem() == identity->ca);
    return *identity;
  };
  net::Identity first = ask({});
  CHECK(ask({}).ca == first.ca);
  net::Identity second = ask({"cloud.example"});
  CHECK(second.ca != first.ca);
  CHECK(ask({}).ca == second.ca);  // it bears all that is asked for
}

}  // namespace cloudemu::test
