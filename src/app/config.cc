#include "app/config.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <cstdlib>
#include <filesystem>

#include "core/strings.h"
#include "history/coordinate.h"
#include "history/data_dir.h"
#include "history/version.h"

namespace cloudemu {

namespace {

constexpr int kPort = 4566;
constexpr int kPortMax = 65535;

std::string environment(const char* name) {
  const char* value = std::getenv(name);
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

/// Appends what one piece of a list says: "0.0.0.0:4566", ":4566", "[::1]:4566", "::1", "localhost".
bool read_endpoint(std::string_view text, PortRule rule, std::vector<net::Endpoint>& endpoints) {
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

/// --host and --port, and GATEWAY_LISTEN, which they go before.
struct ListenOptions {
  explicit ListenOptions(CLI::App& app) {
    host_option = app.add_option("--host", hosts, "IP addresses to listen on, e.g. 0.0.0.0,[::]:4567 (default: localhost)")
                      ->envname("CLOUDEMU_HOST")
                      ->type_name("ADDRESS[:PORT],...");
    port_option = app.add_option("--port", port, "Port to listen on (0: any free one)")
                      ->envname("CLOUDEMU_PORT")
                      ->check(CLI::Range(0, kPortMax).description(""))
                      ->type_name("PORT")
                      ->capture_default_str();
  }

  /// To be called when the flags were parsed. Returns a sentence if what was asked for makes no sense.
  std::string read(std::vector<net::Endpoint>& endpoints) const {
    std::string gateway = environment("GATEWAY_LISTEN");
    if (host_option->count() == 0 && !gateway.empty()) {
      if (read_endpoints(gateway, {.port = port, .wins = port_option->count() > 0}, endpoints)) return {};
      return concat("GATEWAY_LISTEN=", gateway, " is not ADDRESS:PORT, or a list of such");
    }
    if (read_endpoints(hosts, {.port = port, .wins = false}, endpoints)) return {};
    return concat("--host ", hosts, " is not ADDRESS or ADDRESS:PORT, or a list of such");
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

/// What new buckets are like, and how long items outlive their time.
void add_service_options(CLI::App& app, Config& config) {
  app.add_flag("--legacy-acl", config.legacy_acl, "New S3 buckets take ACLs and block no public access, as AWS had it until April 2023")
      ->envname("CLOUDEMU_LEGACY_ACL");
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
  Config config;
  CLI::App app("CloudEmu: Amazon S3, DynamoDB and SQS on one port, on an event log that forgets nothing.");
  app.set_version_flag("--version", history::version_text("cloudemu"));
  bool ephemeral = false;
  auto* data_dir =
      app.add_option("--data-dir", config.data_dir, "Directory for log, state and blobs (Env:CLOUDEMU_DATA_DIR)")->type_name("DIR");
  app.add_flag("--ephemeral", ephemeral, "Keep everything in memory; nothing is left on exit (Env:CLOUDEMU_EPHEMERAL)");
  ListenOptions listen(app);
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
  AccessOptions access(app, config);
  bool log_lines = false;
  auto* log_requests = app.add_flag("--log-requests,!--no-log-requests", log_lines,
                                    "A line per call on standard error; default: if that is a terminal (Env:CLOUDEMU_LOG_REQUESTS)");

  app.add_option("--init-dir", config.init_dir, "Scripts to run: boot.d, start.d, ready.d, shutdown.d in this directory")
      ->envname("CLOUDEMU_INIT_DIR")
      ->type_name("DIR")
      ->default_val("/etc/localstack/init");

  add_door_options(app, config);
  add_service_options(app, config);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    int code = app.exit(error);
    return {std::nullopt, code == 0 ? 0 : 2};
  }
  if (config.domains.empty()) config.domains = {environment("LOCALSTACK_HOST")};
  config.domains = domain_names(config.domains);
  open_to_pages(config);
  config.control_token = environment("CLOUDEMU_CONTROL_TOKEN");  // no flag: arguments can be read by everybody on the machine
  // What the command line says goes before the environment, also where one of the two flags is here and the other there.
  bool has_dir = data_dir->count() > 0;
  if (!ephemeral && !has_dir) {
    ephemeral = is_yes(environment("CLOUDEMU_EPHEMERAL"));
    config.data_dir = environment("CLOUDEMU_DATA_DIR");
    has_dir = !config.data_dir.empty();
  }
  if (ephemeral && has_dir) return usage_error("--ephemeral keeps nothing and --data-dir keeps everything: give one of them");
  if (has_dir && config.data_dir.empty()) return usage_error("--data-dir is empty");
  if (!ephemeral && !has_dir) config.data_dir = history::default_data_dir();
  if (!ephemeral) {
    std::error_code ignored;
    config.data_dir = std::filesystem::absolute(config.data_dir, ignored).lexically_normal().string();
  }
  config.policies = access.policy_mode();
  config.eager_services = is_yes(environment("EAGER_SERVICE_LOADING"));
  config.log_requests = log_requests->count() > 0 ? std::optional(log_lines) : log_requests_wanted();
  if (std::string wrong = listen.read(config.listen); !wrong.empty()) return usage_error(wrong);
  return {config, 0};
}

}  // namespace cloudemu
