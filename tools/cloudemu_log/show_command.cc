// cloudemu-log show: one event, with everything the log says of it.
#include <algorithm>

#include "causes.h"
#include "commands.h"
#include "core/json_writer.h"
#include "core/strings.h"
#include "history/coordinate.h"
#include "history/past.h"
#include "line.h"
#include "output.h"
#include "subjects.h"
#include "text.h"

namespace cloudemu::tool {

namespace {

constexpr size_t kFollowersShown = 50;

/// What led to the event, the first of all first, and what followed.
struct Chain {
  std::vector<log::Sequence> causes;
  Followers followers;
};

Result<Chain> chain_of(Context& context, history::LogLines& lines, log::Sequence sequence) {
  Chain chain{.causes = TRY(causes_of(lines, sequence))};
  std::reverse(chain.causes.begin(), chain.causes.end());
  chain.followers = TRY(followers_of(context.files, history::log_directory(context.data_dir), lines, sequence, kFollowersShown));
  return chain;
}

/// An event of the chain.
struct Link {
  log::Sequence sequence;
  std::string type, about;
};

Result<Link> link_to(history::LogLines& lines, Subjects& subjects, log::Sequence sequence) {
  auto stretch = TRY(lines.around(sequence));
  std::string store;
  auto line = Line::parse(without_secrets(stretch->line(sequence), store));
  if (!line) return fail(Errc::corrupt, concat("event ", sequence, " is not JSON"));
  return Link{sequence, line->type, subjects.of(*line).text()};
}

/// "      12  sqs.MessageSent  jobs 0f3a...", indented by how far it is from the event that is shown.
void print_link(const Context& context, const Link& link, size_t depth) {
  print(concat("  ", std::string(2 * (depth - 1), ' '), paint(context.color, Color::yellow, std::to_string(link.sequence)), "  ",
               printable(link.type), link.about.empty() ? "" : "  ", printable(link.about), "\n"));
}

Result<void> show_chain(Context& context, history::LogLines& lines, Subjects& subjects, const Chain& chain) {
  if (!chain.causes.empty()) print(paint(context.color, Color::dim, "\nLed here:\n"));
  for (log::Sequence cause : chain.causes) print_link(context, TRY(link_to(lines, subjects, cause)), 1);
  if (!chain.followers.events.empty()) print(paint(context.color, Color::dim, "\nFollowed:\n"));
  for (const Follower& follower : chain.followers.events) {
    print_link(context, TRY(link_to(lines, subjects, follower.sequence)), follower.depth);
  }
  if (!chain.followers.complete) print("  and perhaps more\n");
  return {};
}

/// The event's line, with what led to it and what followed as further members.
Result<std::string> json_of(std::string_view text, history::LogLines& lines, Subjects& subjects, const Chain& chain) {
  std::string added;
  JsonWriter json(added);
  auto begin_link = [&](const Link& link) {
    json.begin_object().field("seq", link.sequence).field("type", link.type).field("about", link.about);
  };
  json.begin_object().key("led_here").begin_array();
  for (log::Sequence cause : chain.causes) {
    begin_link(TRY(link_to(lines, subjects, cause)));
    json.end_object();
  }
  json.end_array().key("followed").begin_array();
  for (const Follower& follower : chain.followers.events) {
    begin_link(TRY(link_to(lines, subjects, follower.sequence)));
    json.field("depth", static_cast<uint64_t>(follower.depth)).end_object();
  }
  json.end_array().field("followed_all", chain.followers.complete).end_object();
  text.remove_suffix(1);
  return concat(text, ",", std::string_view(added).substr(1));
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
  Subjects subjects(context, lines);
  Chain chain = TRY(chain_of(context, lines, sequence));
  if (context.json) {
    std::string completed;
    if (line) text = with_cause(text, *line, TRY(cause_of(lines, sequence)), completed);
    print(concat(printable_json(TRY(json_of(text, lines, subjects, chain))), "\n"));
    return {};
  }
  auto caller = Line::parse(stretch->line(first_of_call(*stretch, sequence)));
  if (!line || !caller) return fail(Errc::corrupt, concat("event ", sequence, " is not JSON"));
  show(context, *line, *caller, subjects.of(*line).text());
  return show_chain(context, lines, subjects, chain);
}

}  // namespace

int run_show(Context& context, const std::string& coordinate) {
  auto shown = find_and_show(context, coordinate);
  return shown ? kOk : report(shown.error());
}

}  // namespace cloudemu::tool
