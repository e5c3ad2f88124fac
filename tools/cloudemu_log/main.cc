// cloudemu-log: reads a data directory, in use or not. Only `repair` and `rebuild` without --check write.
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <csignal>
#include <cstdio>

#include "commands.h"
#include "history/data_dir.h"

namespace cloudemu::tool {

int report(const Error& error) {
  std::fflush(stdout);
  std::fprintf(stderr, "cloudemu-log: %s\n", error.context.c_str());
  switch (error.code) {
    case Errc::corrupt:
    case Errc::foreign: return kDamaged;
    case Errc::bad_input: return kUsage;
    case Errc::not_found: return kDifference;
    default: return kIo;
  }
}

namespace {

void add_log(CLI::App& app, LogOptions& o) {
  CLI::App* log = app.add_subcommand("log", "What happened, oldest first");
  log->add_option("--since", o.since, "First event shown, or the time after which")->type_name("COORDINATE");
  log->add_option("--until", o.until, "Last event shown")->type_name("COORDINATE");
  log->add_option("-n,--last", o.last, "Only the last N that match")->type_name("N");
  log->add_flag("--reverse", o.reverse, "Newest first");
  log->add_flag("-f,--follow", o.follow, "Go on as events come");
  log->add_option("--service", o.services, "s3, dynamodb, sqs, sts or sys; may be repeated");
  log->add_option("--type", o.types, "Event type, e.g. ObjectPut; may be repeated");
  log->add_option("--op", o.operations, "Operation, e.g. PutItem; may be repeated");
  log->add_option("--bucket", o.bucket, "Only of this bucket");
  log->add_option("--table", o.table, "Only of this table");
  log->add_option("--queue", o.queue, "Only of this queue");
  log->add_option("--key", o.key, "Only where the object's or item's key contains this");
  log->add_option("--account", o.account, "Only by this account");
  log->add_option("--region", o.region, "Only in this region");
  log->add_option("--request", o.request, "Only of this request");
  log->add_option("--grep", o.text, "Only lines that contain this text");
}

void add_state(CLI::App& app, StateOptions& o) {
  CLI::App* state = app.add_subcommand("state", "What there was at some point");
  state->add_option("--at", o.at, "When")->type_name("COORDINATE")->capture_default_str();
  state->add_option("kind", o.kind, "bucket, table or queue; without it everything in outline");
  state->add_option("name", o.name, "Its name");
  state->add_option("prefix", o.key, "Of object keys in a bucket");
  state->add_option("--account", o.account, "Account")->capture_default_str();
  state->add_option("--region", o.region, "Region of tables and queues")->capture_default_str();
  state->add_option("--limit", o.limit, "At most so many rows")->capture_default_str();
}

int run(int argc, char** argv) {
  CLI::App app(
      "Reads the history in a CloudEmu data directory. Points in history are written 1234, HEAD, HEAD~10,\n"
      "@2026-11-23T10:00:00Z, @-5m or req:ID. Exit codes: 0 ok, 1 difference or not found, 2 usage, 3 damaged log, 4 I/O.");
  app.require_subcommand(1);
  app.fallthrough();
  Context context;
  context.color = ::isatty(STDOUT_FILENO) != 0;
  context.now = SystemClock().now();
  bool no_color = false;
  app.add_option("-d,--data-dir", context.data_dir, "The data directory")->envname("CLOUDEMU_DATA_DIR")->type_name("DIR");
  app.add_flag("--json", context.json, "JSON, one object a line");
  app.add_flag("--no-color", no_color, "No colours on a terminal");
  LogOptions log_options;
  StateOptions state_options;
  RebuildOptions rebuild_options;
  std::string coordinate;
  app.add_subcommand("info", "What is in the data directory");
  add_log(app, log_options);
  app.add_subcommand("show", "One event, with all that the log says of it")
      ->add_option("event", coordinate, "Which")
      ->type_name("COORDINATE")
      ->required();
  add_state(app, state_options);
  app.add_subcommand("verify", "Read and check everything: frames, chain, events, blobs");
  app.add_subcommand("rebuild", "Make the state anew from the log (the daemon must not run), or check it")
      ->add_flag("--check", rebuild_options.check, "Only compare a state made anew with the present one; the daemon may run");
  app.add_subcommand("repair", "Keep the log up to the damage and move the rest aside (the daemon must not run)");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? kOk : kUsage;
  }
  context.color = context.color && !no_color;
  if (context.data_dir.empty()) context.data_dir = history::default_data_dir();
  if (!context.files.exists(history::log_directory(context.data_dir))) {
    return report({Errc::io, context.data_dir + " is no data directory of CloudEmu; name one with --data-dir"});
  }
  std::string verb = app.get_subcommands().front()->get_name();
  if (verb == "info") return run_info(context);
  if (verb == "log") return run_log(context, log_options);
  if (verb == "show") return run_show(context, coordinate);
  if (verb == "state") return run_state(context, state_options);
  if (verb == "verify") return run_verify(context);
  if (verb == "rebuild") return run_rebuild(context, rebuild_options);
  return run_repair(context);
}

}  // namespace
}  // namespace cloudemu::tool

int main(int argc, char** argv) {
  std::signal(SIGPIPE, SIG_IGN);
  int code = cloudemu::tool::run(argc, argv);
  std::fflush(stdout);
  return code;
}
