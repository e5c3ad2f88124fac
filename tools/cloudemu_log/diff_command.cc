// cloudemu-log diff: what is different between two points.
#include <algorithm>
#include <functional>
#include <map>
#include <set>
#include <utility>

#include "commands.h"
#include "core/json_writer.h"
#include "core/strings.h"
#include "history/coordinate.h"
#include "history/past.h"
#include "item_key.h"
#include "output.h"
#include "places.h"
#include "rows.h"
#include "selection.h"
#include "settings.h"
#include "text.h"

namespace cloudemu::tool {

namespace {

using Kind = Selection::Kind;

constexpr std::string_view kDefaultAccount = "000000000000";
constexpr const char* kSetting = "setting";

/// A bucket, object, table, item, queue or message by its name, or a setting, and what can be different about it.
struct Thing {
  const char* kind;
  std::string name;
  std::string content;
};
/// Also gets the bucket, table or queue that it is, or is in.
using Visitor = std::function<void(const std::string& container, Thing)>;

/// "111111111111:orders" where it is not the default account's; with its region where there are several.
std::string name_in(const Place& place, std::string_view name) {
  std::string account = place.account == kDefaultAccount ? "" : concat(place.account, ":");
  std::string region = place.region == "us-east-1" ? "" : concat(place.region, ":");
  return concat(account, region, name);
}

/// Shows what was selected of a state.
class Walk {
 public:
  Walk(State& state, const Selection& wanted, const Visitor& visit) : state_(state), wanted_(wanted), visit_(visit) {}

  void run() {
    std::string owner;
    for (const Place& place : all_places(state_)) {
      bool is_new_owner = place.account != owner;  // places are sorted
      owner = place.account;
      if (is_new_owner) visit_buckets(owner);
      for (const auto& name : state_.dynamodb().table_names(place.account, place.region, "", kAllNames)) {
        if (wanted_.covers(Kind::table, name)) visit_table(place, name);
      }
      for (const auto& name : state_.sqs().queue_names(place.account, place.region, "", "", kAllNames)) {
        if (wanted_.covers(Kind::queue, name)) visit_queue(place, name);
      }
    }
  }

 private:
  /// A bucket, table or queue, unless only something in it is wanted.
  void show_container(const char* kind, const std::string& name, const std::vector<Setting>& settings) {
    container_ = concat(kind, " ", name);
    if (!wanted_.part.empty()) return;
    visit_(container_, {kind, name, ""});
    for (const Setting& setting : settings) visit_(container_, {kSetting, concat(name, " ", setting.name), setting.value});
  }

  void visit_buckets(const std::string& owner) {
    for (const s3::Bucket& listed : state_.s3().buckets(owner, "", "", kAllNames)) {
      if (!wanted_.covers(Kind::bucket, listed.name)) continue;
      show_container("bucket", listed.name, settings_of(state_, listed));
      state_.s3().scan_versions(listed.id, wanted_.part, std::nullopt, [&](const s3::ListedVersion& version) {
        if (!version.key.starts_with(wanted_.part)) return s3::Visit::stop;
        bool is_null = version.version == "null";
        std::string name = concat(listed.name, "/", version.key, is_null ? "" : "  version ", is_null ? "" : version.version);
        visit_(container_, {version.marker ? "delete marker" : "object", std::move(name),
                            concat(human_bytes(version.size), ", ", version.etag, " ", version.modified_at, version.latest ? "" : " old")});
        return s3::Visit::go_on;
      });
    }
  }

  void visit_table(const Place& place, const std::string& name) {
    const dynamodb::Table* table = state_.dynamodb().find_table(place.account, place.region, name);
    const dynamodb::TableDescription& description = table->description;
    std::string full_name = name_in(place, name), range_name = description.range ? description.range->name : "";
    show_container("table", full_name, settings_of(state_, *table, Figures::without));
    state_.dynamodb().walk(table->id, std::nullopt, {}, dynamodb::DynamoDbReadModel::Load::items,
                           [&](const dynamodb::DynamoDbReadModel::Visit& item) {
                             std::string key = key_of_item(item.json, description.hash.name, range_name);
                             bool is_wanted = wanted_.part.empty() || is_item_name(wanted_.part, key);
                             if (is_wanted) visit_(container_, {"item", concat(full_name, " ", key), std::string(item.json)});
                             return true;
                           });
  }

  void visit_queue(const Place& place, const std::string& name) {
    static constexpr const char* kStates[] = {"visible", "in flight", "delayed"};
    std::string full_name = name_in(place, name);
    const sqs::Queue* queue = state_.sqs().find_queue(place.account, place.region, name);
    show_container("queue", full_name, settings_of(state_, *queue, Figures::without));
    state_.sqs().visit_messages(queue->id, [&](const sqs::Message& message) {
      if (!wanted_.part.empty() && wanted_.part != message.message_id) return true;
      visit_(container_, {"message", concat(full_name, " ", message.message_id),
                          concat(kStates[static_cast<int>(message.state)], ", received ", message.receives, " times")});
      return true;
    });
  }

  State& state_;
  const Selection& wanted_;
  const Visitor& visit_;
  std::string container_;
};

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
Result<std::vector<Difference>> compare(State& before, State& after, const Selection& wanted) {
  struct Old {
    std::string container, content;
  };
  // The kinds in the order in which they are shown.
  std::map<std::pair<std::string, std::string>, Old> old;
  Visitor remember = [&](const std::string& container, Thing thing) {
    old.emplace(std::pair(thing.kind, std::move(thing.name)), Old{container, std::move(thing.content)});
  };
  Walk(before, wanted, remember).run();
  bool any = !old.empty();
  std::vector<Difference> differences;
  Visitor match = [&](const std::string& container, Thing thing) {
    any = true;
    auto same = old.find({thing.kind, thing.name});
    if (same == old.end()) {
      differences.push_back({'+', container, thing.kind, std::move(thing.name), "", std::move(thing.content)});
      return;
    }
    if (same->second.content != thing.content) {
      std::string was = std::move(same->second.content);
      differences.push_back({'~', container, thing.kind, std::move(thing.name), std::move(was), std::move(thing.content)});
    }
    old.erase(same);
  };
  Walk(after, wanted, match).run();
  if (!any && !wanted.name.empty()) {
    std::string part = wanted.part.empty() ? "" : concat(wanted.part, " in ");
    return fail(Errc::not_found, concat("there was no ", part, kind_name(wanted.kind), " ", wanted.name, " at either point"));
  }
  for (auto& [id, gone] : old) differences.push_back({'-', gone.container, id.first, id.second, std::move(gone.content), ""});
  drop_settings_of_whole(differences);
  return differences;
}

void print_difference(const Context& context, const Difference& d) {
  if (context.json) {
    std::string out;
    JsonWriter(out)
        .begin_object()
        .field("change", d.sign == '+'   ? "added"
                         : d.sign == '-' ? "removed"
                                         : "changed")
        .field("kind", d.kind)
        .field("name", d.name)
        .field("before", d.before)
        .field("after", d.after)
        .end_object();
    return print(printable_json(out) + "\n");
  }
  size_t columns = terminal_columns();
  Color color = d.sign == '+' ? Color::green : d.sign == '-' ? Color::red : Color::yellow;
  std::string head = concat(std::string_view(&d.sign, 1), " ", padded(d.kind, 13), "  ");
  std::string text = d.sign == '~' && !d.after.empty() ? concat(d.name, "  ", d.before, " -> ", d.after) : d.name;
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
  print(concat(counts.size(), counts.size() == 1 ? " place" : " places", " with differences: ", all.added, " added, ", all.removed,
               " removed, ", all.changed, " changed\n"));
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
  return compare(*before, *after, wanted);
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
