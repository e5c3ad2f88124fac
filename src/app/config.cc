#include "app/config.h"

#include <CLI/CLI.hpp>

#include <cstdlib>

#include "core/strings.h"
#include "history/data_dir.h"

namespace cloudemu {

namespace {

constexpr const char* kVersion = CLOUDEMU_VERSION;

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value ? value : "";
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
  app.set_version_flag("--version", std::string("cloudemu ") + kVersion);
  bool ephemeral = false;
  auto* data_dir =
      app.add_option("--data-dir", config.data_dir, "Directory for log, state and blobs")->envname("CLOUDEMU_DATA_DIR")->type_name("DIR");
  app.add_flag("--ephemeral", ephemeral, "Keep everything in memory; nothing is left on exit")->envname("CLOUDEMU_EPHEMERAL");
  app.add_option("--host", config.host, "Address to listen on")->envname("CLOUDEMU_HOST")->capture_default_str();
  app.add_option("--port", config.port, "Port to listen on (0: any free one)")
      ->envname("CLOUDEMU_PORT")
      ->check(CLI::Range(0, 65535))
      ->capture_default_str();
  std::map<std::string, log::SyncMode> modes{
      {"always", log::SyncMode::always}, {"everysec", log::SyncMode::everysec}, {"no", log::SyncMode::no}};
  app.add_option(
         "--sync", config.sync,
         "When a write counts as safe: on the disk (always), or in the system and on the disk within a second (everysec) or later (no)")
      ->envname("CLOUDEMU_SYNC")
      ->transform(CLI::CheckedTransformer(modes))
      ->type_name("always|everysec|no")
      ->default_str("always");
  std::map<std::string, AuthMode> auth{{"off", AuthMode::off}, {"verify", AuthMode::verify}};
  app.add_option("--auth", config.auth, "Check signatures")
      ->envname("CLOUDEMU_AUTH")
      ->transform(CLI::CheckedTransformer(auth))
      ->type_name("off|verify")
      ->default_str("off");
  app.add_option("--credentials", config.credentials_file, "Access keys, in the form of ~/.aws/credentials, with aws_account_id")
      ->envname("CLOUDEMU_CREDENTIALS")
      ->check(CLI::ExistingFile)
      ->type_name("FILE");

  // LocalStack's: "GATEWAY_LISTEN=0.0.0.0:4566" (the first of a list).
  std::string listen = environment("GATEWAY_LISTEN");
  if (!listen.empty()) {
    auto [host, port] = split_once(split_once(listen, ',').first, ':');
    config.host = host.empty() ? config.host : std::string(host);
    config.port = parse_integer<int>(port).value_or(config.port);
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    int code = app.exit(error);
    return {std::nullopt, code == 0 ? 0 : 2};
  }
  if (ephemeral && data_dir->count() > 0) {
    std::fprintf(stderr, "cloudemu: --ephemeral keeps nothing and --data-dir keeps everything: give one of them\n");
    return {std::nullopt, 2};
  }
  if (ephemeral) config.data_dir.clear();
  else if (config.data_dir.empty()) config.data_dir = history::default_data_dir();
  return {config, 0};
}

}  // namespace cloudemu
