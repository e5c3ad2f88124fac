// Flags and environment variables of the daemon.
#include "app/config.h"

#include <catch2/catch.hpp>
#include <cstdlib>

namespace cloudemu::test {

namespace {

/// An environment variable for the time of a test.
class Variable {
 public:
  Variable(const char* name, const char* value) : name_(name) { ::setenv(name, value, 1); }
  ~Variable() { ::unsetenv(name_); }
  Variable(const Variable&) = delete;
  Variable& operator=(const Variable&) = delete;

 private:
  const char* name_;
};

ParsedConfig parse(std::vector<std::string> flags) {
  std::vector<char*> argv{const_cast<char*>("cloudemu")};
  for (std::string& flag : flags) argv.push_back(flag.data());
  return parse_config(static_cast<int>(argv.size()), argv.data());
}

/// "127.0.0.1:4566 [::1]:4566?": a question mark where a machine without that address is fine.
std::string listens(std::vector<std::string> flags) {
  auto parsed = parse(std::move(flags));
  if (!parsed.config) return "refused";
  std::string all;
  for (const net::Endpoint& endpoint : parsed.config->listen) {
    all += (all.empty() ? "" : " ") + net::endpoint_text(endpoint) + (endpoint.needed ? "" : "?");
  }
  return all;
}

int refused(std::vector<std::string> flags) {
  ParsedConfig parsed = parse(std::move(flags));
  return parsed.config ? 0 : parsed.exit_code;
}

}  // namespace

TEST_CASE("Config: flags are read, and what is none is a usage error", "[app][config]") {
  auto parsed = parse({"--data-dir", "/data/x", "--host", "[::1]", "--port", "0", "--sync", "everysec", "--auth", "verify"});
  REQUIRE(parsed.config);
  CHECK(parsed.config->data_dir == "/data/x");
  CHECK(parsed.config->listen == std::vector<net::Endpoint>{{.host = "::1", .port = 0}});
  CHECK(parsed.config->sync == log::SyncMode::everysec);
  CHECK(parsed.config->auth == AuthMode::verify);
  CHECK(parse({"--sync", "no"}).config->sync == log::SyncMode::no);
  CHECK_FALSE(parse({"--sync", "no"}).config->retention.any());
  CHECK(parse({"--log-max-bytes", "512MB"}).config->retention.log_bytes_max == 512 << 20);
  CHECK(parse({"--log-max-age", "30d"}).config->retention.age_max_ms == 30 * kDayMs);
  CHECK(parse({"--data-dir", "data"}).config->data_dir.starts_with('/'));
  for (std::vector<std::string> flags : {std::vector<std::string>{"--port", "65536"},
                                         {"--port", "x"},
                                         {"--sync", "often"},
                                         {"--log-max-bytes", "much"},
                                         {"--log-max-age", "long"},
                                         {"--sync", "1"},
                                         {"--auth", "maybe"},
                                         {"--iam", "sometimes"},
                                         {"--credentials", "/nonexistent"},
                                         {"--data-dir", ""},
                                         {"serve"},
                                         {"--bogus"}}) {
    CAPTURE(flags);
    CHECK(refused(flags) == 2);
  }
}

TEST_CASE("Config: names of the endpoint, from the flag, the environment or LocalStack's variable", "[app][config]") {
  using Names = std::vector<std::string>;
  CHECK(parse({}).config->domains.empty());
  CHECK(parse({"--domain", "Cloud.Test:4566,.other.test."}).config->domains == Names{"cloud.test", "other.test"});
  Variable localstack("LOCALSTACK_HOST", "localhost.localstack.cloud:4566");
  CHECK(parse({}).config->domains == Names{"localhost.localstack.cloud"});
  Variable own("CLOUDEMU_DOMAIN", "a.test,b.test");
  CHECK(parse({}).config->domains == Names{"a.test", "b.test"});
  CHECK(parse({"--domain", "c.test"}).config->domains == Names{"c.test"});
  CHECK(parse({"--domain", "c.test", "--domain", "d.test"}).config->domains == Names{"c.test", "d.test"});
}

TEST_CASE("Config: ephemeral or a data directory, not both; the command line goes before the environment", "[app][config]") {
  CHECK(refused({"--ephemeral", "--data-dir", "/data/x"}) == 2);
  CHECK(parse({"--ephemeral"}).config->data_dir.empty());
  Variable directory("CLOUDEMU_DATA_DIR", "/data/env");
  CHECK(parse({}).config->data_dir == "/data/env");
  CHECK(parse({"--data-dir", "/data/flag"}).config->data_dir == "/data/flag");
  CHECK(parse({"--ephemeral"}).config->data_dir.empty());
  Variable ephemeral("CLOUDEMU_EPHEMERAL", "1");
  CHECK(refused({}) == 2);
  CHECK(parse({"--data-dir", "/data/flag"}).config->data_dir == "/data/flag");
}

TEST_CASE("Config: localhost is both loopback addresses, and the default", "[app][config]") {
  CHECK(listens({}) == "127.0.0.1:4566 [::1]:4566?");
  CHECK(listens({"--port", "0"}) == "127.0.0.1:0 [::1]:0?");
  CHECK(listens({"--host", "localhost"}) == listens({}));
  CHECK(listens({"--host", "localhost:4567"}) == "127.0.0.1:4567 [::1]:4567?");
  CHECK(listens({"--host", "127.0.0.1"}) == "127.0.0.1:4566");
  CHECK(listens({"--host", "::1"}) == "[::1]:4566");
  CHECK(listens({"--host", "0.0.0.0,[::]:4567", "--port", "5000"}) == "0.0.0.0:5000 [::]:4567");
  CHECK(listens({"--host", "localhost,127.0.0.1"}) == listens({}));
  CHECK(listens({"--host", "[::1]:x"}) == "refused");
  Variable host("CLOUDEMU_HOST", "0.0.0.0,localhost:4567");
  CHECK(listens({}) == "0.0.0.0:4566 127.0.0.1:4567 [::1]:4567?");
  CHECK(listens({"--host", "::"}) == "[::]:4566");
}

TEST_CASE("Config: GATEWAY_LISTEN is read as LocalStack reads it, whole, and flags go before it", "[app][config]") {
  auto address = [](const char* text, std::vector<std::string> flags = {}) {
    Variable listen("GATEWAY_LISTEN", text);
    return listens(std::move(flags));
  };
  CHECK(address("0.0.0.0:4567,0.0.0.0:443") == "0.0.0.0:4567 0.0.0.0:443");
  CHECK(address("0.0.0.0:4566, [::]:4566") == "0.0.0.0:4566 [::]:4566");
  CHECK(address(":4567") == "127.0.0.1:4567 [::1]:4567?");
  CHECK(address("0.0.0.0") == "0.0.0.0:4566");
  CHECK(address("[::1]:4567") == "[::1]:4567");
  CHECK(address("0.0.0.0:4567,0.0.0.0:443", {"--port", "5000"}) == "0.0.0.0:5000");
  CHECK(address("0.0.0.0:4567", {"--host", "127.0.0.1"}) == "127.0.0.1:4566");
  CHECK(address("127.0.0.1:99999") == "refused");
  CHECK(address("localhost:http") == "refused");
}

TEST_CASE("Config: which pages may call, by our names and by LocalStack's", "[app][config][cors]") {
  using Origins = std::vector<std::string>;
  CHECK(parse({}).config->cors_origins.empty());
  CHECK_FALSE(parse({}).config->any_origin);
  CHECK(parse({"--cors-origins", "https://app.example/, https://*.example"}).config->cors_origins ==
        Origins{"https://app.example", "https://*.example"});
  Variable extra("EXTRA_CORS_ALLOWED_ORIGINS", "http://a.test,http://b.test");
  CHECK(parse({"--cors-origins", "null"}).config->cors_origins == Origins{"null", "http://a.test", "http://b.test"});
  {
    Variable ours("CLOUDEMU_CORS_ORIGINS", "*");
    CHECK(parse({}).config->any_origin);
    CHECK(parse({}).config->cors_origins == Origins{"http://a.test", "http://b.test"});
  }
  Variable off("DISABLE_CORS_CHECKS", "0");
  CHECK_FALSE(parse({}).config->any_origin);
  Variable on("DISABLE_CORS_CHECKS", "1");
  CHECK(parse({}).config->any_origin);
  Variable token("CLOUDEMU_CONTROL_TOKEN", "open sesame");
  CHECK(parse({}).config->control_token == "open sesame");
}

TEST_CASE("Config: policies are evaluated as the flag says, or the environment, or LocalStack's", "[app][config]") {
  CHECK_FALSE(parse({}).config->policies);
  CHECK(parse({"--iam", "enforce"}).config->policies == iam::Mode::enforce);
  CHECK(parse({"--iam", "soft"}).config->policies == iam::Mode::soft);
  {
    Variable ours("CLOUDEMU_IAM", "soft");
    CHECK(parse({}).config->policies == iam::Mode::soft);
    CHECK(parse({"--iam", "off"}).config->policies == iam::Mode::off);
  }
  Variable enforce("ENFORCE_IAM", "1");
  CHECK(parse({}).config->policies == iam::Mode::enforce);
  Variable soft("IAM_SOFT_MODE", "1");
  CHECK(parse({}).config->policies == iam::Mode::soft);
  CHECK(parse({"--iam", "off"}).config->policies == iam::Mode::off);
  // Unset, it follows from whether callers prove who they are.
  CHECK(Environment{.auth = AuthMode::verify}.policy_mode() == iam::Mode::enforce);
  CHECK(Environment{}.policy_mode() == iam::Mode::off);
  CHECK(Environment{.auth = AuthMode::verify, .policies = iam::Mode::off}.policy_mode() == iam::Mode::off);
}

TEST_CASE("Config: an image's CLOUDEMU_HOST gives way to GATEWAY_LISTEN, and is the host of what names none", "[app][config]") {
  Variable image("CLOUDEMU_HOST", "0.0.0.0");
  Variable gateway("GATEWAY_LISTEN", ":4567,127.0.0.1:443");
  CHECK(listens({}) == "0.0.0.0:4567 127.0.0.1:443");
  CHECK(listens({"--host", "[::1]"}) == "[::1]:4566");
}

TEST_CASE("Config: a port that nothing would listen on is refused", "[app][config]") {
  CHECK(listens({"--listen", "unix:/run/a.sock", "--port", "5000"}) == "refused");
  CHECK(listens({"--listen", "127.0.0.1:4567", "--port", "5000"}) == "refused");
  CHECK(listens({"--listen", "127.0.0.1:4567", "--port", "4567"}) == "127.0.0.1:4567");
  CHECK(listens({"--listen", "unix:/run/a.sock,localhost", "--port", "5000"}) == "unix:/run/a.sock 127.0.0.1:5000 [::1]:5000?");
  Variable everybody("CLOUDEMU_PORT", "5000");
  CHECK(listens({"--listen", "unix:/run/a.sock"}) == "unix:/run/a.sock");
}

TEST_CASE("Config: EDGE_PORT is the port unless one is named, and Unix sockets are listened on", "[app][config]") {
  Variable edge("EDGE_PORT", "4916");
  CHECK(listens({}) == "127.0.0.1:4916 [::1]:4916?");
  CHECK(listens({"--port", "1"}) == "127.0.0.1:1 [::1]:1?");
  CHECK(listens({"--listen", "localhost,unix:/run/cloudemu.sock"}) == "127.0.0.1:4916 [::1]:4916? unix:/run/cloudemu.sock");
  CHECK(listens({"--host", "unix:"}) == "refused");
  CHECK(listens({"--listen", "127.0.0.1:1", "--listen", "unix:/run/a.sock,[::1]:2"}) == "127.0.0.1:1 unix:/run/a.sock [::1]:2");
  Variable wrong("EDGE_PORT", "http");
  CHECK(listens({}) == "refused");
}

TEST_CASE("Config: LocalStack's words for where data is, what queue URLs look like and what tables are shared", "[app][config]") {
  using Form = QueueUrls::Form;
  CHECK(parse({}).config->queue_urls.form == Form::called);
  CHECK_FALSE(parse({}).config->shared_tables);
  {
    Variable persistence("PERSISTENCE", "0");
    CHECK(parse({}).config->data_dir.empty());
    CHECK(parse({"--data-dir", "/data"}).config->data_dir == "/data");
    Variable ours("CLOUDEMU_DATA_DIR", "/ours");
    CHECK(parse({}).config->data_dir == "/ours");
  }
  Variable persistence("PERSISTENCE", "1");
  CHECK_FALSE(parse({}).config->data_dir.empty());
  CHECK(parse({"--ephemeral"}).config->data_dir.empty());
  Variable share("DYNAMODB_SHARE_DB", "1"), recently("SQS_DELAY_RECENTLY_DELETED", "1"), host("LOCALSTACK_HOST", "localstack:4567");
  CHECK(parse({}).config->shared_tables);
  CHECK(parse({}).config->sqs_deleted_recently);
  CHECK(parse({}).config->sqs_purged_recently);
  {
    Variable at_once("SQS_DELAY_PURGE_RETRY", "0"), prefixed("LOCALSTACK_SQS_ENDPOINT_STRATEGY", "path");
    CHECK_FALSE(parse({}).config->sqs_purged_recently);
    CHECK(parse({}).config->queue_urls.form == Form::path);
  }
  for (auto [word, form] :
       {std::pair("standard", Form::standard), {"domain", Form::domain}, {"path", Form::path}, {"dynamic", Form::called}}) {
    Variable strategy("SQS_ENDPOINT_STRATEGY", word);
    CHECK(parse({}).config->queue_urls.form == form);
    CHECK(parse({}).config->queue_urls.host == "localstack:4567");
  }
  Variable strategy("SQS_ENDPOINT_STRATEGY", "sideways");
  CHECK(refused({}) == 2);
}

TEST_CASE("Config: what is not heeded is warned of; what Kubernetes sets for a service of that name is not", "[app][config]") {
  CHECK(parse({}).warnings.empty());
  Variable service("CLOUDEMU_SERVICE_HOST", "10.0.0.7"), link("CLOUDEMU_PORT_4566_TCP_PORT", "4566");
  ::setenv("CLOUDEMU_PORT", "tcp://10.0.0.7:4566", 1);
  CHECK(listens({}) == "127.0.0.1:4566 [::1]:4566?");
  CHECK(parse({}).warnings.empty());
  Variable typo("CLOUDEMU_DATADIR", "/data"), snapshots("SNAPSHOT_LOAD_STRATEGY", "ON_REQUEST");
  CHECK(parse({}).warnings.size() == 2);
}

TEST_CASE("Config: DynamoDB Local's command line", "[app][config]") {
  auto parsed = parse({"-jar", "DynamoDBLocal.jar", "-sharedDb", "-inMemory"});
  REQUIRE(parsed.config);
  CHECK(parsed.config->dynamodb_local);
  CHECK(parsed.config->shared_tables);
  CHECK(parsed.config->data_dir.empty());
  CHECK(parsed.config->listen.front().port == 8000);
  CHECK(parsed.config->more_greeting.front() == "Initializing DynamoDB Local with the following configuration:");
  CHECK(parse({"--port", "8123", "-sharedDb"}).config->listen.front().port == 8123);
  CHECK(parse({"-sharedDb", "--port=8123"}).config->listen.front().port == 8123);
  CHECK(parse({"-sharedDb", "-dbPath", "/data"}).config->data_dir == "/data/cloudemu");
  CHECK(refused({"-inMemory", "-dbPath", "/data"}) == 2);
  CHECK(refused({"-inMemory", "-port", "none"}) == 2);
  CHECK(refused({"-inMemory", "-sharedDB"}) == 2);
}

TEST_CASE("Config: a key goes with a certificate, and LocalStack's file holds both", "[app][config]") {
  CHECK(refused({"--tls-key", "key.pem"}) == 2);
  CHECK(parse({"--tls-cert", "cert.pem", "--tls-key", "key.pem"}).config->tls_key == "key.pem");
  CHECK(parse({"--tls-cert", "both.pem"}).config->tls_key == "both.pem");
  Variable custom("CUSTOM_SSL_CERT_PATH", "theirs.pem");
  CHECK(parse({}).config->tls_cert == "theirs.pem");
  CHECK(parse({"--tls-cert", "ours.pem"}).config->tls_cert == "ours.pem");
}

}  // namespace cloudemu::test
