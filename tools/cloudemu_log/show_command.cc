// cloudemu-log show: one event, with everything the log says of it.
#include "causes.h"
#include "commands.h"
#include "core/strings.h"
#include "history/coordinate.h"
#include "history/past.h"
#include "line.h"
#include "output.h"
#include "text.h"

namespace cloudemu::tool {

namespace {

constexpr size_t kFollowersShown = 50;

/// "      12  sqs.MessageSent  jobs 0f3a...", indented by how far it is from the event that is shown.
Result<void> print_link(Context& context, history::LogLines& lines, log::Sequence sequence, size_t depth) {
  auto stretch = TRY(lines.around(sequence));
  std::string store;
  auto line = Line::parse(without_secrets(stretch->line(sequence), store));
  if (!line) return fail(Errc::corrupt, concat("event ", sequence, " is not JSON"));
  std::string about = Subjects(lines).of(*line).text();
  print(concat("  ", std::string(2 * (depth - 1), ' '), paint(context.color, Color::yellow, std::to_string(sequence)), "  ",
               printable(line->type), about.empty() ? "" : "  ", printable(about), "\n"));
  return {};
}

/// What led to the event, the first of all first, and what followed.
Result<void> show_causes(Context& context, history::LogLines& lines, log::Sequence sequence) {
  auto causes = TRY(causes_of(lines, sequence));
  if (!causes.empty()) print(paint(context.color, Color::dim, "\nLed here:\n"));
  for (auto cause = causes.rbegin(); cause != causes.rend(); ++cause) TRY(print_link(context, lines, *cause, 1));
  auto followers = TRY(followers_of(context.files, history::log_directory(context.data_dir), lines, sequence, kFollowersShown));
  if (!followers.events.empty()) print(paint(context.color, Color::dim, "\nFollowed:\n"));
  for (const Follower& follower : followers.events) TRY(print_link(context, lines, follower.sequence, follower.depth));
  if (!followers.complete) print("  and perhaps more\n");
  return {};
}

void show(Context& context, const Line& line, const Line& caller, const std::string& subject) {
  bool on = context.color;
  print(concat(paint(on, Color::yellow, concat("event ", line.sequence)), "  ", printable(line.type), "\n"));
  auto row = [&](std::string_view name, std::string_view value) {
    if (!value.empty()) print(concat(paint(on, Color::dim, name), printable(value), "\n"));
  };
  row("Time:     ", line.time);
  row("Virtual:  ", line.virtual_time);
  row("Request:  ", line.request);
  row("Call:     ", caller.operation);
  if (caller.sequence != line.sequence) row("Began:    ", concat("with event ", caller.sequence));
  row("Account:  ", caller.account);
  row("Region:   ", caller.region);
  row("Key:      ", caller.access_key);
  row("Agent:    ", caller.agent);
  row("From:     ", caller.source);
  row("Subject:  ", subject);
  print(concat("\n", pretty_json(printable_json(line.data)), "\n"));
}

Result<void> find_and_show(Context& context, const std::string& coordinate) {
  std::string directory = history::log_directory(context.data_dir);
  log::Sequence sequence = TRY(history::resolve(context.files, directory, coordinate, context.now));
  if (sequence == 0) return fail(Errc::not_found, concat("there is no event at ", coordinate));
  history::LogLines lines(context.files, directory);
  auto stretch = TRY(lines.around(sequence));
  std::string store;
  std::string_view text = without_secrets(stretch->line(sequence), store);
  auto line = Line::parse(text);
  if (context.json) {
    std::string completed;
    if (line) text = with_cause(text, *line, TRY(cause_of(lines, sequence)), completed);
    print(concat(printable_json(text), "\n"));
    return {};
  }
  auto caller = Line::parse(stretch->line(first_of_call(*stretch, sequence)));
  if (!line || !caller) return fail(Errc::corrupt, concat("event ", sequence, " is not JSON"));
  show(context, *line, *caller, Subjects(lines).of(*line).text());
  return show_causes(context, lines, sequence);
}

}  // namespace

int run_show(Context& context, const std::string& coordinate) {
  auto shown = find_and_show(context, coordinate);
  return shown ? kOk : report(shown.error());
}

}  // namespace cloudemu::tool
