#include "app/dynamodb_local.h"

#include <algorithm>
#include <string_view>

#include "core/strings.h"

namespace cloudemu {

namespace {

constexpr std::string_view kPort = "8000";
/// Beside whatever else is in the directory that -dbPath names.
constexpr std::string_view kDataFolder = "/cloudemu";

enum class Takes { nothing, value };
struct Flag {
  std::string_view name;
  Takes takes;
};
constexpr Flag kFlags[] = {
    {"-cors", Takes::value},
    {"-dbPath", Takes::value},
    {"-delayTransientStatuses", Takes::nothing},
    {"-disableTelemetry", Takes::nothing},
    {"-help", Takes::nothing},
    {"-inMemory", Takes::nothing},
    {"-jar", Takes::value},
    {"-optimizeDbBeforeStartup", Takes::nothing},
    {"-port", Takes::value},
    {"-sharedDb", Takes::nothing},
    {"-version", Takes::nothing},
};
/// Ours may stand beside theirs, also as "--port=8000".
constexpr Flag kOurPort{"--port", Takes::value};

const Flag* find_flag(std::string_view argument) {
  auto found = std::find_if(std::begin(kFlags), std::end(kFlags), [&](const Flag& flag) { return flag.name == argument; });
  return found == std::end(kFlags) ? nullptr : found;
}

/// Of the virtual machine that runs DynamoDB Local: "-Djava.library.path=./DynamoDBLocal_lib", "-Xmx1g".
bool is_for_java(std::string_view argument) { return argument.starts_with("-D") || argument.starts_with("-X"); }

/// What was asked for.
struct Wishes {
  std::string port = std::string(kPort), path, cors;
  bool in_memory = false, shared = false, delays = false;
};

std::vector<std::string> greeting_of(const Wishes& wishes) {
  auto line = [](std::string_view name, std::string_view value) { return concat(name, ":\t", value); };
  auto yes_no = [](bool value) { return std::string_view(value ? "true" : "false"); };
  auto or_null = [](const std::string& text) { return text.empty() ? std::string_view("null") : std::string_view(text); };
  return {"Initializing DynamoDB Local with the following configuration:",
          line("Port", wishes.port),
          line("InMemory", yes_no(wishes.in_memory)),
          line("DbPath", or_null(wishes.path)),
          line("SharedDb", yes_no(wishes.shared)),
          line("shouldDelayTransientStatuses", yes_no(wishes.delays)),
          line("CorsParams", or_null(wishes.cors))};
}

}  // namespace

std::optional<DynamoDbLocal> read_dynamodb_local(const std::vector<std::string>& arguments) {
  if (std::none_of(arguments.begin(), arguments.end(), [](const std::string& argument) { return find_flag(argument) != nullptr; })) {
    return std::nullopt;
  }
  DynamoDbLocal read{.arguments = {"--dynamodb-local"}, .greeting = {}, .warnings = {}};
  Wishes wishes;
  for (size_t i = 0; i < arguments.size(); ++i) {
    const std::string& argument = arguments[i];
    auto [name, given] = split_once(argument, '=');
    const Flag* flag = name == kOurPort.name ? &kOurPort : find_flag(argument);
    if (!flag) {
      if (!is_for_java(argument)) read.arguments.push_back(argument);
      continue;
    }
    std::string value(given);
    if (flag->takes == Takes::value && name == argument && i + 1 < arguments.size()) value = arguments[++i];
    if (argument == "-port" || flag == &kOurPort) wishes.port = value;
    if (argument == "-dbPath") wishes.path = value;
    if (argument == "-cors") wishes.cors = value;
    if (argument == "-inMemory") wishes.in_memory = true;
    if (argument == "-sharedDb") wishes.shared = true;
    if (argument == "-delayTransientStatuses") wishes.delays = true;
    if (argument == "-help") read.arguments.push_back("--help");
    if (argument == "-version") read.arguments.push_back("--version");
  }
  auto give = [&](std::string_view name, std::string value) {
    read.arguments.emplace_back(name);
    read.arguments.push_back(std::move(value));
  };
  give("--port", wishes.port);
  if (wishes.in_memory) read.arguments.push_back("--ephemeral");
  if (!wishes.path.empty()) give("--data-dir", concat(wishes.path, kDataFolder));
  if (wishes.shared) read.arguments.push_back("--shared-tables");
  if (!wishes.cors.empty()) give("--cors-origins", wishes.cors);
  if (wishes.delays) read.warnings.push_back("-delayTransientStatuses has no effect: tables are usable at once, and say so");
  read.greeting = greeting_of(wishes);
  return read;
}

}  // namespace cloudemu
