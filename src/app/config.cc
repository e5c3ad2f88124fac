#include "app/config.h"

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdlib>
#include <filesystem>

#include "app/dynamodb_local.h"
#include "app/hints.h"
#include "core/strings.h"
#include "history/coordinate.h"
#include "history/data_dir.h"
#include "history/version.h"

namespace cloudemu {

namespace {

constexpr int kPort = 4566;
constexpr int kPortMax = 65535;

/// The end of --help.
constexpr const char* kExamples =
    "Examples:\n"
    "  cloudemu                                     # on localhost:4566, data in ~/.local/share/cloudemu\n"
    "  cloudemu --ephemeral --port 0                # for a test: in memory, on a free port, which the first line names\n"
    "  cloudemu --data-dir ./data --seed ./seeds    # data of your own, filled once\n"
    "  cloudemu --listen 0.0.0.0:4566               # for other machines and containers, too\n"
    "  cloudemu --auth verify --credentials FILE    # keys are checked, and policies decide\n\n"
    "Exit codes: 0 ended in order, 1 cannot start or go on, 2 the command line makes no sense. A flag goes before its variable (Env).\n";

/// The words of the command line.
struct Flags {
  std::vector<std::string> words;
  /// Whether "--port" is among them, as "--port 80" or "--port=80".
  bool has(std::string_view name) const {
    return std::any_of(words.begin(), words.end(), [&](std::string_view word) { return word.substr(0, word.find('=')) == name; });
  }
};

/// LocalStack takes each of its variables with LOCALSTACK_ before the name, too.
std::string environment(const char* name) {
  const char* value = std::getenv(name);
  if (!value && !std::string_view(name).starts_with("CLOUDEMU_")) value = std::getenv(concat(kLocalStackPrefix, name).c_str());
  return value ? value : "";
}

/// "30d", "12h" as milliseconds.
CLI::Validator milliseconds() {
  return {[](std::string& text) {
            auto duration = history::parse_duration(text);
            if (!duration || *duration <= 0) return concat(text, " is no duration: write 12h, 30d or the like");
            text = std::to_string(*duration);
            return std::string();
          },
          ""};
}

/// One of a few words. CLI11's own transformers print their tables into help and errors.
template <class Enum>
CLI::Validator one_of(std::vector<std::pair<std::string_view, Enum>> words) {
  return {[words = std::move(words)](std::string& text) {
            std::string all;
            for (const auto& [word, value] : words) {
              if (text == word) {
                text = std::to_string(static_cast<int>(value));
                return std::string();
              }
              append(all, all.empty() ? "" : ", ", word);
            }
            return concat(text, " is none of ", all);
          },
          ""};
}

/// The port of an address that names none; with `wins` also of one that does.
struct PortRule {
  int port;
  bool wins;
};

/// Appends what one piece of a list says: "0.0.0.0:4566", ":4566", "[::1]:4566", "::1", "localhost", "unix:/run/cloudemu.sock".
bool read_endpoint(std::string_view text, PortRule rule, std::vector<net::Endpoint>& endpoints) {
  if (text.starts_with(net::kUnixPrefix)) {
    text.remove_prefix(net::kUnixPrefix.size());
    if (!text.empty()) endpoints.push_back({.host = "", .path = std::string(text)});
    return !text.empty();
  }
  int port = rule.port;
  bool bare_v6 = !text.starts_with('[') && std::count(text.begin(), text.end(), ':') > 1;
  size_t colon = text.rfind(':');
  if (!bare_v6 && colon != std::string_view::npos && !text.ends_with(']')) {
    auto number = parse_integer<int>(text.substr(colon + 1));
    if (!number || *number < 0 || *number > kPortMax) return false;
    if (!rule.wins) port = *number;
    text = text.substr(0, colon);
  }
  if (text.starts_with('[') && text.ends_with(']')) text = text.substr(1, text.size() - 2);
  auto add = [&](std::string_view host, bool needed) {
    net::Endpoint endpoint{.host = std::string(host), .port = port, .needed = needed};
    bool known = std::any_of(endpoints.begin(), endpoints.end(), [&](const auto& e) { return e.host == host && e.port == port; });
    if (!known) endpoints.push_back(std::move(endpoint));
  };
  if (!text.empty() && text != "localhost") {
    add(text, true);
    return true;
  }
  // Some resolve "localhost" to the one address first (Node), some to the other: both are listened on.
  add("127.0.0.1", true);
  add("::1", false);
  return true;
}

/// All pieces of a list. False: one of them makes no sense.
bool read_endpoints(std::string_view list, PortRule rule, std::vector<net::Endpoint>& endpoints) {
  for (std::string_view piece : split(list, ',')) {
    if (!read_endpoint(trim(piece), rule, endpoints)) return false;
  }
  return true;
}

/// Without ports, dots at the ends and empty names: LOCALSTACK_HOST is "localhost.localstack.cloud:4566".
std::vector<std::string> domain_names(const std::vector<std::string>& given) {
  std::vector<std::string> names;
  for (std::string_view name : given) {
    name = trim(name.substr(0, name.find(':')));
    while (name.starts_with('.')) name.remove_prefix(1);
    while (name.ends_with('.')) name.remove_suffix(1);
    if (!name.empty()) names.push_back(lower(name));
  }
  return names;
}

bool is_yes(std::string_view text) { return !text.empty() && text != "0" && text != "false" && text != "no" && text != "off"; }

/// LocalStack's two variables add to what --cors-origins says.
void open_to_pages(Config& config) {
  config.any_origin = is_yes(environment("DISABLE_CORS_CHECKS"));
  std::string more = environment("EXTRA_CORS_ALLOWED_ORIGINS");
  for (std::string_view origin : split(more, ',')) config.cors_origins.emplace_back(origin);
  for (std::string& origin : config.cors_origins) {
    origin = trim(origin);
    if (origin.ends_with('/')) origin.pop_back();
  }
  std::erase(config.cors_origins, "");
  if (std::erase(config.cors_origins, "*") > 0) config.any_origin = true;
}

/// --host and --port, and GATEWAY_LISTEN, before which go flags, but not their variables: an image sets CLOUDEMU_HOST for everybody who
/// says nothing. A piece of it without a host takes those of CLOUDEMU_HOST.
struct ListenOptions {
  explicit ListenOptions(CLI::App& app) {
    host_option =
        app.add_option("--host,--listen", hosts, "Where to listen, e.g. 0.0.0.0,[::]:4567,unix:/run/cloudemu.sock (default: localhost)")
            ->envname("CLOUDEMU_HOST")
            ->join(',')
            ->type_name("ADDRESS[:PORT],...");
    port_option = app.add_option("--port", port, "Port to listen on (0: any free one)")
                      ->envname("CLOUDEMU_PORT")
                      ->check(CLI::Range(0, kPortMax).description(""))
                      ->type_name("PORT")
                      ->capture_default_str();
  }

  /// To be called when the flags were parsed. Returns a sentence if what was asked for makes no sense.
  std::string read(const Flags& flags, std::vector<net::Endpoint>& endpoints) {
    std::string gateway = environment("GATEWAY_LISTEN");
    if (!flags.has("--host") && !flags.has("--listen") && !gateway.empty()) {
      PortRule rule{.port = port, .wins = flags.has("--port")};
      for (std::string_view piece : split(gateway, ',')) {
        piece = trim(piece);
        std::string whole =
            piece.starts_with(':') && hosts.find_first_of(":,") == std::string::npos ? concat(hosts, piece) : std::string(piece);
        if (!read_endpoint(whole, rule, endpoints)) return concat("GATEWAY_LISTEN=", gateway, " is not ADDRESS:PORT, or a list of such");
      }
      return {};
    }
    if (std::string edge = environment("EDGE_PORT"); port_option->count() == 0 && !edge.empty()) {
      auto number = parse_integer<int>(edge);
      if (!number || *number < 0 || *number > kPortMax) return concat("EDGE_PORT=", edge, " is no port");
      port = *number;
    }
    if (!read_endpoints(hosts, {.port = port, .wins = false}, endpoints)) {
      return concat("--host ", hosts, " is not ADDRESS or ADDRESS:PORT, or a list of such");
    }
    auto uses_port = [&](const net::Endpoint& endpoint) { return endpoint.path.empty() && endpoint.port == port; };
    if (flags.has("--port") && std::none_of(endpoints.begin(), endpoints.end(), uses_port)) {
      return concat("nothing would listen on --port ", port, ": not --listen ", hosts, "; --listen localhost,", hosts, " would");
    }
    return {};
  }

  std::string hosts;
  int port = kPort;
  CLI::Option* host_option;
  CLI::Option* port_option;
};

/// By which names it is reached, and from which pages.
void add_door_options(CLI::App& app, Config& config) {
  app.add_option("--domain", config.domains, "Name under which this endpoint is reached: bucket.NAME is a bucket")
      ->envname("CLOUDEMU_DOMAIN")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->type_name("NAME,...");

  app.add_option("--cors-origins", config.cors_origins,
                 "Origins of web pages that may call, besides those of this machine: https://app.example,https://*.example, or * for all")
      ->envname("CLOUDEMU_CORS_ORIGINS")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->type_name("ORIGINS");
}

/// What TLS clients are shown. LocalStack has certificate and key in one file.
void add_tls_options(CLI::App& app, Config& config) {
  auto file = [&](const char* flag, std::string& path, const char* variable, const char* what) {
    app.add_option(flag, path, what)->envname(variable)->type_name("FILE");
  };
  file("--tls-cert", config.tls_cert, "CLOUDEMU_TLS_CERT", "Certificate (PEM) for TLS clients; default: one of its own making");
  file("--tls-key", config.tls_key, "CLOUDEMU_TLS_KEY", "Its private key (PEM); default: in the same file");
}

/// What LocalStack's variables say of where data is kept, where nothing else says it.
void heed_persistence(Config& config, bool& ephemeral) {
  constexpr const char* kVolume = "/var/lib/localstack";
  std::string wanted = environment("PERSISTENCE");
  if (wanted.empty()) return;
  std::error_code absent;
  if (!is_yes(wanted)) ephemeral = true;
  else if (std::filesystem::is_directory(kVolume, absent)) config.data_dir = concat(kVolume, "/cloudemu");
}

/// How the log is kept.
void add_log_options(CLI::App& app, Config& config) {
  app.add_option(
         "--sync", config.sync,
         "When a write counts as safe: on the disk (always), or in the system and on the disk within a second (everysec) or later (no)")
      ->envname("CLOUDEMU_SYNC")
      ->transform(
          one_of<log::SyncMode>({{"always", log::SyncMode::always}, {"everysec", log::SyncMode::everysec}, {"no", log::SyncMode::no}}))
      ->type_name("always|everysec|no")
      ->default_str("always");
  app.add_option("--log-max-bytes", config.retention.log_bytes_max, "Give up the oldest history beyond so much log, e.g. 512MB")
      ->envname("CLOUDEMU_LOG_MAX_BYTES")
      ->transform(CLI::AsSizeValue(false).description(""))
      ->type_name("SIZE")
      ->default_str("");
  app.add_option("--log-max-age", config.retention.age_max_ms, "Give up history older than that, e.g. 30d")
      ->envname("CLOUDEMU_LOG_MAX_AGE")
      ->transform(milliseconds())
      ->type_name("DURATION")
      ->default_str("");
}

/// --data-dir and --ephemeral.
struct PlaceOptions {
  PlaceOptions(CLI::App& app, Config& config) {
    data_dir =
        app.add_option("--data-dir", config.data_dir, "Directory for log, state and blobs (Env:CLOUDEMU_DATA_DIR)")->type_name("DIR");
    app.add_flag("--ephemeral", ephemeral, "Keep everything in memory; nothing is left on exit (Env:CLOUDEMU_EPHEMERAL)");
  }

  /// To be called when the flags were parsed. Returns a sentence if what was asked for makes no sense.
  std::string read(Config& config) {
    // What the command line says goes before the environment, also where one of the two flags is here and the other there.
    bool has_dir = data_dir->count() > 0;
    if (!ephemeral && !has_dir) {
      ephemeral = is_yes(environment("CLOUDEMU_EPHEMERAL"));
      config.data_dir = environment("CLOUDEMU_DATA_DIR");
      if (!ephemeral && config.data_dir.empty()) heed_persistence(config, ephemeral);
      has_dir = !config.data_dir.empty();
    }
    if (ephemeral && has_dir) return "--ephemeral keeps nothing and --data-dir keeps everything: give one of them";
    if (has_dir && config.data_dir.empty()) return "--data-dir is empty";
    if (!ephemeral && !has_dir) config.data_dir = history::default_data_dir();
    if (!ephemeral) {
      std::error_code ignored;
      config.data_dir = std::filesystem::absolute(config.data_dir, ignored).lexically_normal().string();
    }
    return {};
  }

  bool ephemeral = false;
  CLI::Option* data_dir;
};

/// What new buckets are like, and how long items outlive their time.
void add_service_options(CLI::App& app, Config& config) {
  app.add_flag("--legacy-acl", config.legacy_acl, "New S3 buckets take ACLs and block no public access, as AWS had it until April 2023")
      ->envname("CLOUDEMU_LEGACY_ACL");
  app.add_flag("--shared-tables", config.shared_tables,
               "All accounts and regions have the same DynamoDB tables, as with DynamoDB Local's -sharedDb")
      ->envname("CLOUDEMU_SHARED_TABLES");
  app.add_flag("--dynamodb-local", config.dynamodb_local,
               "Answer health checks as DynamoDB Local does; its own flags (-sharedDb, -inMemory ...) imply it")
      ->envname("CLOUDEMU_DYNAMODB_LOCAL");
  app.add_option("--lifecycle-day", config.lifecycle_day_seconds,
                 "How long a day is in S3's lifecycle rules, restores and replies about them: test suites shorten it")
      ->envname("CLOUDEMU_LIFECYCLE_DAY")
      ->check(CLI::Range(int64_t{1}, int64_t{kDayMs / kSecondMs}).description(""))
      ->type_name("SECONDS")
      ->default_str("86400");
  app.add_option("--ttl-delay", config.ttl_delay_ms,
                 "How long DynamoDB items outlive their time, e.g. 90 (seconds) or 2d: at AWS up to some days; default: not at all")
      ->envname("CLOUDEMU_TTL_DELAY")
      ->transform(milliseconds())
      ->type_name("DURATION")
      ->default_str("");
}

/// Who comes in, and who may do what.
struct AccessOptions {
  AccessOptions(CLI::App& app, Config& config) {
    app.add_option("--auth", config.auth, "Check signatures")
        ->envname("CLOUDEMU_AUTH")
        ->transform(one_of<AuthMode>({{"off", AuthMode::off}, {"verify", AuthMode::verify}}))
        ->type_name("off|verify")
        ->default_str("off");
    app.add_option("--credentials", config.credentials_file,
                   "Access keys, in the form of ~/.aws/credentials, with aws_account_id and aws_user_name")
        ->envname("CLOUDEMU_CREDENTIALS")
        ->check(CLI::Validator(CLI::ExistingFile).description(""))
        ->type_name("FILE");
    policies_option =
        app.add_option(
               "--iam", policies,
               "Have resource policies decide (enforce), or only tell in the request log (soft); default: enforce with --auth verify")
            ->envname("CLOUDEMU_IAM")
            ->transform(one_of<iam::Mode>({{"off", iam::Mode::off}, {"soft", iam::Mode::soft}, {"enforce", iam::Mode::enforce}}))
            ->type_name("off|soft|enforce");
  }

  /// To be called when the flags were parsed. LocalStack is told by ENFORCE_IAM, and IAM_SOFT_MODE beside it.
  std::optional<iam::Mode> policy_mode() const {
    if (policies_option->count() > 0) return policies;
    if (is_yes(environment("IAM_SOFT_MODE"))) return iam::Mode::soft;
    if (is_yes(environment("ENFORCE_IAM"))) return iam::Mode::enforce;
    return std::nullopt;
  }

  iam::Mode policies = iam::Mode::off;
  CLI::Option* policies_option;
};

/// Whether a line per call was asked for by the environment: by our variable, or by LocalStack's.
std::optional<bool> log_requests_wanted() {
  if (std::string ours = environment("CLOUDEMU_LOG_REQUESTS"); !ours.empty()) return is_yes(ours);
  std::string level = environment("LS_LOG");
  if (is_yes(environment("DEBUG")) || level == "info" || level == "debug" || level.starts_with("trace")) return true;
  if (!level.empty()) return false;  // "warn", "error"
  return std::nullopt;
}

ParsedConfig usage_error(std::string_view sentence) {
  std::fprintf(stderr, "cloudemu: %.*s\n", static_cast<int>(sentence.size()), sentence.data());
  return {std::nullopt, 2};
}

/// Why the first word that nobody took is none; empty: there is no such word.
std::string unexpected_word(const CLI::App& app) {
  std::vector<std::string> rest = app.remaining(), known;
  if (rest.empty()) return {};
  const std::string& word = rest.front();
  if (!word.starts_with('-')) return concat(word, " was not expected: all that cloudemu takes is flags, which --help lists");
  for (const CLI::Option* option : app.get_options()) {
    for (const std::string& name : option->get_lnames()) known.push_back("--" + name);
  }
  std::string_view meant = nearest(word.substr(0, word.find('=')), known);
  return concat("there is no flag ", word, meant.empty() ? std::string("; --help lists them") : concat("; was ", meant, " meant?"));
}

/// What of the environment nobody heeds.
std::vector<std::string> unheeded_variables(const CLI::App& app) {
  std::vector<std::string> known = {"CLOUDEMU_BIN",          "CLOUDEMU_CONTROL_TOKEN", "CLOUDEMU_DATA_DIR", "CLOUDEMU_EPHEMERAL",
                                    "CLOUDEMU_LOG_REQUESTS", "CLOUDEMU_PAGER",         "CLOUDEMU_URL"};
  for (const CLI::Option* option : app.get_options()) {
    if (!option->get_envname().empty()) known.push_back(option->get_envname());
  }
  Variables variables;
  for (char** variable = environ; *variable; ++variable) {
    auto [name, value] = split_once(*variable, '=');
    // Kubernetes gives every container such variables for each service, one that is called cloudemu, too.
    bool is_of_kubernetes = name.starts_with("CLOUDEMU_SERVICE_") || name.starts_with("CLOUDEMU_PORT_");
    if (!is_of_kubernetes) variables.emplace_back(name, value);
  }
  std::vector<std::string> sentences = unknown_variables(variables, known);
  for (std::string& sentence : ignored_localstack_variables(variables)) sentences.push_back(std::move(sentence));
  return sentences;
}

/// LocalStack's words for the URLs of queues. Returns a sentence if it is none of them.
std::string read_queue_urls(QueueUrls& urls) {
  using Form = QueueUrls::Form;
  std::string strategy = environment("SQS_ENDPOINT_STRATEGY");
  constexpr std::pair<std::string_view, Form> kForms[] = {{"", Form::called},           {"dynamic", Form::called}, {"off", Form::called},
                                                          {"standard", Form::standard}, {"domain", Form::domain},  {"path", Form::path}};
  auto form = std::find_if(std::begin(kForms), std::end(kForms), [&](const auto& one) { return one.first == strategy; });
  if (form == std::end(kForms)) return concat("SQS_ENDPOINT_STRATEGY=", strategy, " is none of standard, domain, path, dynamic");
  urls.form = form->second;
  urls.host = environment("LOCALSTACK_HOST");
  if (urls.host.empty()) urls.host = environment("HOSTNAME_EXTERNAL");
  if (urls.host.empty()) urls.host = "localhost.localstack.cloud";
  return {};
}

}  // namespace

std::string_view sync_mode_name(log::SyncMode mode) {
  switch (mode) {
    case log::SyncMode::always: return "always";
    case log::SyncMode::everysec: return "everysec";
    case log::SyncMode::no: return "no";
  }
  return "";
}

ParsedConfig parse_config(int argc, char** argv) {
  Flags flags{{argv + 1, argv + argc}};
  auto dynamodb_local = read_dynamodb_local(flags.words);
  if (dynamodb_local) flags.words = dynamodb_local->arguments;
  if (environment("CLOUDEMU_PORT").starts_with("tcp://")) ::unsetenv("CLOUDEMU_PORT");  // Kubernetes': see unheeded_variables()
  Config config;
  CLI::App app("CloudEmu: Amazon S3, DynamoDB and SQS on one port, on an event log that forgets nothing.", "cloudemu");
  app.allow_extras();
  app.set_version_flag("--version", history::version_text("cloudemu"));
  app.footer(kExamples);
  PlaceOptions place(app, config);
  ListenOptions listen(app);
  add_log_options(app, config);
  AccessOptions access(app, config);
  bool log_lines = false;
  auto* log_requests = app.add_flag("--log-requests,!--no-log-requests", log_lines,
                                    "A line per call on standard error; default: if that is a terminal (Env:CLOUDEMU_LOG_REQUESTS)");

  app.add_option("--init-dir", config.init_dir, "Scripts to run: boot.d, start.d, ready.d, shutdown.d in this directory")
      ->envname("CLOUDEMU_INIT_DIR")
      ->type_name("DIR")
      ->default_val("/etc/localstack/init");

  app.add_option(
         "--seed", config.seeds,
         "Fill it before it is ready, once per data directory: buckets in a directory, DynamoDB JSON, a script, or another data directory")
      ->envname("CLOUDEMU_SEED")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->type_name("DIR|FILE,...");
  app.add_option("--seed-into", config.seed_into, "Fill the daemon at this address with --seed, and end")->type_name("ADDRESS:PORT");

  add_door_options(app, config);
  add_tls_options(app, config);
  add_service_options(app, config);
  try {
    app.parse(std::vector<std::string>(flags.words.rbegin(), flags.words.rend()));
  } catch (const CLI::ParseError& error) {
    int code = app.exit(error);
    return {std::nullopt, code == 0 ? 0 : 2};
  }
  if (std::string wrong = unexpected_word(app); !wrong.empty()) return usage_error(wrong);
  if (config.domains.empty()) config.domains = {environment("LOCALSTACK_HOST"), environment("HOSTNAME_EXTERNAL")};
  config.domains = domain_names(config.domains);
  open_to_pages(config);
  config.control_token = environment("CLOUDEMU_CONTROL_TOKEN");  // no flag: arguments can be read by everybody on the machine
  if (std::string wrong = place.read(config); !wrong.empty()) return usage_error(wrong);
  if (config.tls_cert.empty() && !config.tls_key.empty()) return usage_error("--tls-key goes with --tls-cert");
  if (config.tls_cert.empty()) config.tls_cert = environment("CUSTOM_SSL_CERT_PATH");
  if (config.tls_key.empty()) config.tls_key = config.tls_cert;
  config.policies = access.policy_mode();
  config.eager_services = is_yes(environment("EAGER_SERVICE_LOADING"));
  config.log_requests = log_requests->count() > 0 ? std::optional(log_lines) : log_requests_wanted();
  if (std::string wrong = listen.read(flags, config.listen); !wrong.empty()) return usage_error(wrong);
  if (std::string wrong = read_queue_urls(config.queue_urls); !wrong.empty()) return usage_error(wrong);
  config.shared_tables = config.shared_tables || is_yes(environment("DYNAMODB_SHARE_DB"));
  config.sqs_deleted_recently = is_yes(environment("SQS_DELAY_RECENTLY_DELETED"));
  std::string purge_retry = environment("SQS_DELAY_PURGE_RETRY");
  config.sqs_purged_recently = purge_retry.empty() || is_yes(purge_retry);
  ParsedConfig parsed{config, 0, unheeded_variables(app)};
  if (dynamodb_local) {
    parsed.config->more_greeting = std::move(dynamodb_local->greeting);
    for (std::string& sentence : dynamodb_local->warnings) parsed.warnings.push_back(std::move(sentence));
  }
  return parsed;
}

}  // namespace cloudemu
