// cloudemu-log: reads a data directory, in use or not. Only `repair`, `compact` and `rebuild` without --check write.
#include <sys/stat.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <csignal>
#include <cstdio>

#include "commands.h"
#include "core/strings.h"
#include "examples.h"
#include "history/data_dir.h"
#include "history/version.h"
#include "output.h"
#include "text.h"

namespace cloudemu::tool {

namespace {

/// CLI11 takes "-1" for the largest number there is.
CLI::Validator count() {
  return {[](std::string& text) { return parse_integer<uint64_t>(text) ? std::string() : text + " is no number from 0 on"; }, ""};
}

/// The words of --color.
CLI::Validator color_mode() {
  return {[](std::string& text) {
            constexpr std::string_view kWords[] = {"auto", "always", "never"};
            const auto* found = std::find(std::begin(kWords), std::end(kWords), text);
            if (found == std::end(kWords)) return text + " is none of auto, always, never";
            text = std::to_string(found - std::begin(kWords));
            return std::string();
          },
          ""};
}

void add_log(CLI::App& app, LogOptions& o) {
  CLI::App* log = app.add_subcommand("log", "What happened, oldest first");
  log->add_option("address", o.address, "Only of this object, item (dynamodb://TABLE/KEY) or message (sqs://QUEUE/ID)")
      ->type_name("s3://BUCKET/KEY");
  log->add_option("--since", o.since, "First event shown, or the time after which")->type_name("COORDINATE");
  log->add_option("--until", o.until, "Last event shown")->type_name("COORDINATE");
  log->add_option("-n,--last", o.last, "Only the last N that match; also -N")->type_name("N")->check(count());
  auto* reverse = log->add_flag("--reverse", o.reverse, "Newest first");
  log->add_flag("-f,--follow", o.follow, "Go on as events come")->excludes(reverse);
  auto add_list = [&](const char* name, std::vector<std::string>& list, const char* description) {
    return log->add_option(name, list, description)->delimiter(',')->allow_extra_args(false)->type_name("NAME,...");
  };
  add_list("--service", o.services, "s3, dynamodb (or ddb), sqs, sts, job or sys")
      ->check(CLI::IsMember({"s3", "dynamodb", "ddb", "sqs", "sts", "job", "sys"}, CLI::ignore_case).description(""));
  add_list("--type", o.types, "Event type, e.g. ObjectPut, ddb.ItemPut or ddb.*");
  add_list("--op", o.operations, "Operation, e.g. PutItem");
  log->add_option("--bucket", o.bucket, "Only of this bucket");
  log->add_option("--table", o.table, "Only of this table");
  log->add_option("--queue", o.queue, "Only of this queue");
  log->add_option("--key", o.key, "Only where the object's or item's key contains this");
  log->add_option("--job", o.job, "Only of this job, by the number of its start")->type_name("N")->check(count());
  log->add_option("--account", o.account, "Only by this account, or of what is its own");
  log->add_option("--region", o.region, "Only in this region");
  log->add_option("--request", o.request, "Only of this request, by (the beginning of) its id");
  log->add_option("--grep", o.text, "Only lines that contain this text");
}

/// "bucket photos 2026/", or "s3://photos/2026/".
void add_selection(CLI::App* verb, std::string& kind, std::string& name, std::string& part) {
  verb->add_option("kind", kind, "bucket, table or queue, or an address such as s3://BUCKET/KEY; without it everything")->type_name("KIND");
  verb->add_option("name", name, "Which; without it all of the kind")->type_name("NAME");
  verb->add_option("part", part, "The beginning of object keys, the key of an item, the id of a message")->type_name("PART");
}

/// Where names can be the same.
void add_place(CLI::App* verb, std::string& account, std::string& region) {
  verb->add_option("--account", account, "Only of this account")->type_name("ID");
  verb->add_option("--region", region, "Only in this region")->type_name("NAME");
}

void add_state(CLI::App& app, StateOptions& o) {
  CLI::App* state = app.add_subcommand("state", "What there was at some point");
  state->add_option("--at", o.at, "When")->type_name("COORDINATE")->capture_default_str();
  add_selection(state, o.kind, o.name, o.part);
  auto* versions = state->add_flag("--versions", o.versions, "Of a bucket's objects all versions, and delete markers");
  state->add_flag("--settings,--schema,--attributes", o.settings, "What the bucket, table or queue is like, not what is in it")
      ->excludes(versions);
  add_place(state, o.account, o.region);
  state->add_option("--limit", o.limit, "At most so many rows; 0: all")->capture_default_str()->type_name("N")->check(count());
}

void add_cat(CLI::App& app, CatOptions& o) {
  CLI::App* cat = app.add_subcommand("cat", "An object's bytes, an item or a message's body, as they were at some point");
  cat->add_option("address", o.address, "Which; or dynamodb://TABLE/KEY, sqs://QUEUE/ID")->required()->type_name("s3://BUCKET/KEY");
  cat->add_option("--at", o.at, "When")->type_name("COORDINATE")->capture_default_str();
  cat->add_option("--version-id", o.version, "That version, not the current one")->type_name("ID");
  add_place(cat, o.account, o.region);
}

void add_diff(CLI::App& app, DiffOptions& o) {
  CLI::App* diff = app.add_subcommand("diff", "What is different between two points");
  diff->add_option("from", o.from, "The earlier one")->required()->type_name("COORDINATE");
  diff->add_option("to", o.to, "The later one; without it HEAD")->type_name("COORDINATE");
  add_selection(diff, o.kind, o.name, o.part);
  add_place(diff, o.account, o.region);
  diff->add_flag("--stat", o.stat, "Only how much came, went and changed, and where");
}

void add_fork(CLI::App& app, ForkOptions& o) {
  CLI::App* fork = app.add_subcommand("fork", "Make another data directory that goes on from an event of this one, and shares its blobs");
  fork->add_option("event", o.at, "Where it begins")->required()->type_name("COORDINATE");
  fork->add_option("directory", o.directory, "A new directory")->required()->type_name("DIR");
}

void add_compact(CLI::App& app, CompactOptions& o) {
  CLI::App* compact =
      app.add_subcommand("compact", "Give up the history before an event, and the blobs that only it names (the daemon must not run)");
  compact->add_option("--keep", o.keep, "The first event that stays")->type_name("COORDINATE")->capture_default_str();
  compact->add_flag("--dry-run", o.dry_run, "Only say what would go");
}

/// Whether the word is an option whose value is the next one.
bool waits_for_value(const CLI::App& app, std::string_view word) {
  if (!word.starts_with('-') || word.find('=') != std::string_view::npos) return false;
  for (const CLI::Option* option : app.get_options()) {
    bool is_it = option->check_name(std::string(word)) && option->get_items_expected_min() > 0;
    if (is_it) return true;
  }
  return false;
}

/// What was typed, in the order that CLI11 wants, the last first. "log -5" is "log --last=5", as git has it.
std::vector<std::string> arguments(const CLI::App& app, int argc, char** argv) {
  std::vector<std::string> all(argv + 1, argv + argc);
  const CLI::App& log = *app.get_subcommand("log");
  bool is_log = false, is_value = false;
  for (std::string& word : all) {
    bool is_count = is_log && !is_value && word.starts_with('-') && parse_integer<uint64_t>(std::string_view(word).substr(1));
    if (is_count) word = concat("--last=", std::string_view(word).substr(1));
    if (!is_value && word == "log") is_log = true;
    is_value = !is_value && (waits_for_value(app, word) || (is_log && waits_for_value(log, word)));
  }
  std::reverse(all.begin(), all.end());
  return all;
}

int refuse_verb(CLI::App& app, std::string_view word) {
  std::string verbs;
  for (const CLI::App* verb : app.get_subcommands({})) append(verbs, verbs.empty() ? "" : ", ", verb->get_name());
  note(concat("there is no verb ", word, ". There are: ", verbs));
  return kUsage;
}

/// "help" alone says what there is, "help VERB" how to use it.
int print_help(CLI::App& app, const std::string& verb) {
  if (verb.empty()) {
    // app.help() would be that of the verb that was parsed, "help".
    print(app.get_formatter()->make_help(&app, app.get_name(), CLI::AppFormatMode::Normal));
    return kOk;
  }
  for (CLI::App* known : app.get_subcommands({})) {
    if (known->get_name() != verb) continue;
    print(known->help("cloudemu-log"));
    return kOk;
  }
  return refuse_verb(app, verb);
}

/// What CLI11 says, but that a word which is no verb gets the list of those that are, and words too many stand as they were typed.
int refuse(CLI::App& app, const CLI::ParseError& error) {
  std::vector<std::string> words = app.remaining(true);
  bool is_verb_missing = app.get_subcommands().empty() && !words.empty() && !words.front().starts_with('-');
  if (error.get_exit_code() == 0) return app.exit(error) == 0 ? kOk : kUsage;
  if (is_verb_missing) return refuse_verb(app, words.front());
  bool is_too_much = error.get_exit_code() == static_cast<int>(CLI::ExitCodes::ExtrasError) && !words.empty();
  if (!is_too_much) return app.exit(error), kUsage;
  note(concat("not expected: ", join(words, " "), ". Run with --help for more information"));
  return kUsage;
}

Result<void> find_data_directory(Context& context) {
  if (context.data_dir.empty()) context.data_dir = history::default_data_dir();
  for (const std::string& path : {history::log_directory(context.data_dir), history::state_path(context.data_dir)}) {
    if (context.files.exists(path)) return {};
  }
  // What may not be looked at need not be absent.
  for (const std::string& directory : {context.data_dir, history::log_directory(context.data_dir)}) TRY(context.files.list(directory));
  return fail(Errc::io, context.data_dir + " is no data directory of CloudEmu; name one with --data-dir");
}

/// What was typed.
struct Arguments {
  Context context;
  ColorMode color = ColorMode::automatic;
  bool no_color = false, no_pager = false;
  LogOptions log;
  StateOptions state;
  CatOptions cat;
  DiffOptions diff;
  ForkOptions fork;
  RebuildOptions rebuild;
  RepairOptions repair;
  CompactOptions compact;
  std::string shown = "HEAD";
  std::string helped;
};

void add_flags(CLI::App& app, Arguments& a) {
  app.set_version_flag("--version", history::version_text("cloudemu-log"));
  app.add_option("-d,--data-dir", a.context.data_dir, "The data directory; without it the daemon's default")
      ->envname("CLOUDEMU_DATA_DIR")
      ->type_name("DIR");
  app.add_flag("--json", a.context.json, "JSON, one object a line");
  app.add_option("--color", a.color, "Colours; auto: on a terminal, unless NO_COLOR is set or TERM is dumb")
      ->transform(color_mode())
      ->type_name("auto|always|never")
      ->default_str("auto");
  app.add_flag("--no-color", a.no_color, "The same as --color=never");
  app.add_flag("--no-pager", a.no_pager, "On a terminal, too, no pager (which is CLOUDEMU_PAGER, PAGER or less)");
}

void add_verbs(CLI::App& app, Arguments& a) {
  app.add_subcommand("info", "What is in the data directory");
  add_log(app, a.log);
  app.add_subcommand("show", "One event, with all that the log says of it: what led to it, and what followed")
      ->add_option("event", a.shown, "Which")
      ->type_name("COORDINATE")
      ->capture_default_str();
  add_state(app, a.state);
  add_cat(app, a.cat);
  add_diff(app, a.diff);
  add_fork(app, a.fork);
  app.add_subcommand("verify", "Read and check everything: frames, chain, events, blobs");
  app.add_subcommand("rebuild", "Make the state anew from the log (the daemon must not run), or check it")
      ->add_flag("--check", a.rebuild.check, "Only compare a state made anew with the present one; the daemon may run");
  app.add_subcommand("repair", "Keep the log up to the damage and move the rest aside (the daemon must not run)")
      ->add_flag("-n,--dry-run", a.repair.dry_run, "Only say what is wrong and what would be done; exit code 3 if anything is");
  add_compact(app, a.compact);
  app.add_subcommand("help", "How to use a verb, with examples")->add_option("verb", a.helped, "Which")->type_name("VERB");
  for (CLI::App* verb : app.get_subcommands({})) verb->footer(examples_of(verb->get_name()));
}

/// Verbs whose output people read, and which end by themselves.
bool wants_pager(const Arguments& a, std::string_view verb) {
  constexpr std::string_view kPaged[] = {"log", "show", "state", "diff", "help"};
  return !a.no_pager && !a.log.follow && std::find(std::begin(kPaged), std::end(kPaged), verb) != std::end(kPaged);
}

int run_verb(Arguments& a, std::string_view verb) {
  Context& context = a.context;
  if (auto found = find_data_directory(context); !found) return report(found.error());
  if (verb == "info") return run_info(context);
  if (verb == "log") return run_log(context, a.log);
  if (verb == "show") return run_show(context, a.shown);
  if (verb == "state") return run_state(context, a.state);
  if (verb == "cat") return run_cat(context, a.cat);
  if (verb == "diff") return run_diff(context, a.diff);
  if (verb == "fork") return run_fork(context, a.fork);
  if (verb == "verify") return run_verify(context);
  if (verb == "rebuild") return run_rebuild(context, a.rebuild);
  if (verb == "compact") return run_compact(context, a.compact);
  return run_repair(context, a.repair);
}

int run(int argc, char** argv) {
  CLI::App app(
      "Reads the history in a CloudEmu data directory. Points in history are written 1234, HEAD, HEAD~10,\n"
      "@2026-11-23T10:00:00Z, @-5m or req:ID. Exit codes: 0 ok, 1 difference or not found, 2 usage, 3 damaged, 4 I/O,\n5 written by a "
      "newer CloudEmu. \"cloudemu-log help VERB\" has examples.",
      "cloudemu-log");
  app.require_subcommand(0, 1);  // that none is wrong is said below, in better words
  app.fallthrough();
  Arguments given;
  given.context.now = SystemClock().now();
  add_flags(app, given);
  add_verbs(app, given);
  try {
    app.parse(arguments(app, argc, argv));
  } catch (const CLI::ParseError& error) {
    return refuse(app, error);
  }
  if (app.get_subcommands().empty()) {
    std::fprintf(stderr, "%s", app.help().c_str());
    return kUsage;
  }
  std::string verb = app.get_subcommands().front()->get_name();
  if (wants_pager(given, verb)) start_pager();
  given.context.color = wants_color(given.no_color ? ColorMode::never : given.color);
  return verb == "help" ? print_help(app, given.helped) : run_verb(given, verb);
}

}  // namespace
}  // namespace cloudemu::tool

int main(int argc, char** argv) {
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);
  ::umask(077);
  int code = cloudemu::tool::run(argc, argv);
  cloudemu::tool::finish_output();
  return code;
}
