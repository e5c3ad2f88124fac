// cloudemu-log diff: what is different between two points.
#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "commands.h"
#include "core/json_writer.h"
#include "core/strings.h"
#include "events/json_cursor.h"
#include "history/coordinate.h"
#include "history/past.h"
#include "output.h"
#include "rows.h"
#include "text.h"
#include "things.h"

namespace cloudemu::tool {

namespace {

struct Difference {
  char sign;  // + - ~
  std::string container, kind, name, before, after;
};

/// The settings of what came or went as a whole say nothing new.
void drop_settings_of_whole(std::vector<Difference>& differences) {
  std::set<std::string> whole;
  for (const Difference& d : differences) {
    if (d.container == concat(d.kind, " ", d.name)) whole.insert(d.container);
  }
  std::erase_if(differences, [&](const Difference& d) { return d.kind == kSetting && whole.contains(d.container); });
}

/// Error: Errc::not_found where neither has what was named.
Result<std::vector<Difference>> compare(State& before, State& after, const Selection& wanted, const Place& only) {
  // The kinds in the order in which they are shown.
  std::map<std::pair<std::string, std::string>, Thing> old;
  visit_things(before, wanted, only, [&](Thing thing) {
    std::pair id(thing.kind, thing.name);
    old.emplace(std::move(id), std::move(thing));
  });
  bool any = !old.empty();
  std::vector<Difference> differences;
  auto note = [&](char sign, Thing& thing, std::string was, std::string is) {
    differences.push_back({sign, std::move(thing.container), std::move(thing.kind), std::move(thing.name), std::move(was), std::move(is)});
  };
  visit_things(after, wanted, only, [&](Thing thing) {
    any = true;
    auto same = old.find({thing.kind, thing.name});
    if (same == old.end()) {
      note('+', thing, "", std::move(thing.content));
      return;
    }
    if (same->second.content != thing.content) note('~', thing, std::move(same->second.content), std::move(thing.content));
    old.erase(same);
  });
  if (!any && !wanted.name.empty()) {
    std::string part = wanted.part.empty() ? "" : concat(wanted.part, " in ");
    return fail(Errc::not_found, concat("there was no ", part, kind_name(wanted.kind), " ", wanted.name, " at either point"));
  }
  for (auto& [id, gone] : old) note('-', gone, std::move(gone.content), "");
  drop_settings_of_whole(differences);
  return differences;
}

/// A JSON value as people read it: a string without its quotes.
std::string words(std::optional<std::string_view> json) {
  std::string text;
  if (!json) return "none";
  return events::read_json_string(*json, text) ? text : std::string(*json);
}

std::string change(std::optional<std::string_view> before, std::optional<std::string_view> after) {
  return concat(words(before), " -> ", words(after));
}

/// By a name that may need escapes.
std::optional<std::string_view> value_of(const events::JsonMembers& members, std::string_view quoted_name) {
  for (const events::JsonMembers::Member& member : members.all()) {
    if (member.name == quoted_name) return member.value;
  }
  return std::nullopt;
}

/// "tags: none -> {"a":"1"}, legal hold: ON -> OFF": the members that are different.
std::string changes(std::string_view before, std::string_view after) {
  events::JsonMembers old, present;
  if (!old.parse(before) || !present.parse(after)) return change(before, after);
  std::string out;
  auto add = [&](std::string_view name, std::optional<std::string_view> was, std::optional<std::string_view> is) {
    if (was != is) append(out, out.empty() ? "" : ", ", words(name), ": ", change(was, is));
  };
  for (const auto& member : old.all()) add(member.name, member.value, value_of(present, member.name));
  for (const auto& member : present.all()) {
    if (!value_of(old, member.name)) add(member.name, std::nullopt, member.value);
  }
  return out.empty() ? change(before, after) : out;  // the same in another order
}

void print_difference(const Context& context, const Difference& d) {
  auto or_null = [](const std::string& json) { return json.empty() ? std::string_view("null") : std::string_view(json); };
  if (context.json) {
    std::string out;
    JsonWriter(out)
        .begin_object()
        .field("change", d.sign == '+'   ? "added"
                         : d.sign == '-' ? "removed"
                                         : "changed")
        .field("kind", d.kind)
        .field("name", d.name)
        .raw_field("before", or_null(d.before))
        .raw_field("after", or_null(d.after))
        .end_object();
    return print(printable_json(out) + "\n");
  }
  size_t columns = terminal_columns();
  Color color = d.sign == '+' ? Color::green : d.sign == '-' ? Color::red : Color::yellow;
  std::string head = concat(std::string_view(&d.sign, 1), " ", padded(d.kind, 13), "  ");
  std::string text = d.name;
  if (d.sign == '~') append(text, "  ", d.kind == kSetting ? change(d.before, d.after) : changes(d.before, d.after));
  print(concat(paint(context.color, color, head), fit(text, columns == 0 ? 0 : std::max(columns, head.size() + 10) - head.size()), "\n"));
}

/// A row for each bucket, table and queue in which anything is different.
void print_stat(const Context& context, const std::vector<Difference>& differences) {
  struct Count {
    uint64_t added = 0, removed = 0, changed = 0;
  };
  std::map<std::string, Count> counts;
  Count all;
  for (const Difference& d : differences) {
    for (Count* count : {&counts[d.container], &all}) ++(d.sign == '+' ? count->added : d.sign == '-' ? count->removed : count->changed);
  }
  {
    Rows rows(context.json, {"KIND", "NAME", "ADDED", "REMOVED", "CHANGED"}, {.wide = 1});
    for (const auto& [container, count] : counts) {
      auto [kind, name] = split_once(container, ' ');
      rows.add({std::string(kind), std::string(name), count.added, count.removed, count.changed});
    }
  }
  if (context.json) return;
  print(concat(counted(counts.size(), "place"), " with differences: ", all.added, " added, ", all.removed, " removed, ", all.changed,
               " changed\n"));
}

/// "diff 8 bucket photos": a kind may stand where the second point is left out.
DiffOptions sorted_out(DiffOptions options) {
  bool is_point = options.to.empty() || !parse_selection(options.to, "", "");
  if (!is_point) {
    options.part = options.name;
    options.name = options.kind;
    options.kind = std::exchange(options.to, "");
  }
  if (options.to.empty()) options.to = "HEAD";
  return options;
}

Result<std::vector<Difference>> find_differences(Context& context, const DiffOptions& options) {
  Selection wanted = TRY(parse_selection(options.kind, options.name, options.part));
  std::string directory = history::log_directory(context.data_dir);
  auto from = TRY(history::resolve(context.files, directory, options.from, context.now));
  auto to = TRY(history::resolve(context.files, directory, options.to, context.now));
  auto before = TRY(history::open_past(context.files, context.data_dir, from));
  auto after = TRY(history::open_past(context.files, context.data_dir, to));
  return compare(*before, *after, wanted, {options.account, options.region});
}

}  // namespace

int run_diff(Context& context, const DiffOptions& options) {
  auto differences = find_differences(context, sorted_out(options));
  if (!differences) return report(differences.error());
  if (options.stat && !differences->empty()) print_stat(context, *differences);
  for (const Difference& difference : *differences) {
    if (!options.stat) print_difference(context, difference);
  }
  return differences->empty() ? kOk : kDifference;
}

}  // namespace cloudemu::tool
