// cloudemu-log diff: what is different between two points.
#include <algorithm>
#include <functional>
#include <map>

#include "commands.h"
#include "core/json_writer.h"
#include "core/strings.h"
#include "events/json_cursor.h"
#include "history/coordinate.h"
#include "history/past.h"
#include "output.h"
#include "places.h"
#include "text.h"

namespace cloudemu::tool {

namespace {

constexpr std::string_view kDefaultAccount = "000000000000";

/// A bucket, object, table, item, queue or message by its name, and what can be different about it.
struct Thing {
  const char* kind;
  std::string name;
  std::string content;
};
using Visitor = std::function<void(Thing)>;

/// "111111111111:orders" where it is not the default account's; with its region where there are several.
std::string name_in(const Place& place, std::string_view name) {
  std::string account = place.account == kDefaultAccount ? "" : concat(place.account, ":");
  std::string region = place.region == "us-east-1" ? "" : concat(place.region, ":");
  return concat(account, region, name);
}

void visit_bucket(State& state, const s3::Bucket& bucket, const Visitor& visit) {
  visit({"bucket", bucket.name, concat("versioning ", static_cast<int>(bucket.versioning))});
  state.s3().scan_versions(bucket.id, "", std::nullopt, [&](const s3::ListedVersion& version) {
    bool is_null = version.version == "null";
    std::string name = concat(bucket.name, "/", version.key, is_null ? "" : "  version ", is_null ? "" : version.version);
    visit({version.marker ? "delete marker" : "object", std::move(name),
           concat(human_bytes(version.size), ", ", version.etag, " ", version.modified_at, version.latest ? "" : " old")});
    return s3::Visit::go_on;
  });
}

void visit_table(State& state, const Place& place, const std::string& name, const Visitor& visit) {
  const dynamodb::Table* table = state.dynamodb().find_table(place.account, place.region, name);
  std::string full_name = name_in(place, name);
  visit({"table", full_name, concat(table->description.billing_mode, ", ", table->description.indexes.size(), " indexes")});
  const dynamodb::TableDescription& description = table->description;
  state.dynamodb().walk(table->id, std::nullopt, {}, dynamodb::DynamoDbReadModel::Load::items,
                        [&](const dynamodb::DynamoDbReadModel::Visit& item) {
                          events::JsonMembers members;
                          std::string key;
                          if (members.parse(item.json)) {
                            key = members.find(description.hash.name).value_or("");
                            if (description.range) append(key, " ", members.find(description.range->name).value_or(""));
                          }
                          visit({"item", concat(full_name, " ", key), std::string(item.json)});
                          return true;
                        });
}

void visit_queue(State& state, const Place& place, const std::string& name, const Visitor& visit) {
  static constexpr const char* kStates[] = {"visible", "in flight", "delayed"};
  std::string full_name = name_in(place, name);
  const sqs::Queue* queue = state.sqs().find_queue(place.account, place.region, name);
  visit({"queue", full_name, ""});
  state.sqs().visit_messages(queue->id, [&](const sqs::Message& message) {
    visit({"message", concat(full_name, " ", message.message_id),
           concat(kStates[static_cast<int>(message.state)], ", received ", message.receives, " times")});
    return true;
  });
}

void visit_all(State& state, const Visitor& visit) {
  std::string owner;
  for (const Place& place : all_places(state)) {
    bool is_new_owner = place.account != owner;  // places are sorted
    owner = place.account;
    if (is_new_owner) {
      for (const s3::Bucket& bucket : state.s3().buckets(owner, "", "", kAllNames)) visit_bucket(state, bucket, visit);
    }
    for (const auto& name : state.dynamodb().table_names(place.account, place.region, "", kAllNames)) {
      visit_table(state, place, name, visit);
    }
    for (const auto& name : state.sqs().queue_names(place.account, place.region, "", "", kAllNames)) {
      visit_queue(state, place, name, visit);
    }
  }
}

struct Difference {
  char sign;  // + - ~
  std::string kind, name, before, after;
};

std::vector<Difference> compare(State& before, State& after) {
  // The kinds in the order in which they are shown.
  std::map<std::pair<std::string, std::string>, std::string> old;
  visit_all(before, [&](Thing thing) { old.emplace(std::pair(thing.kind, std::move(thing.name)), std::move(thing.content)); });
  std::vector<Difference> differences;
  visit_all(after, [&](Thing thing) {
    auto same = old.find({thing.kind, thing.name});
    if (same == old.end()) {
      differences.push_back({'+', thing.kind, std::move(thing.name), "", std::move(thing.content)});
      return;
    }
    if (same->second != thing.content) {
      differences.push_back({'~', thing.kind, std::move(thing.name), std::move(same->second), std::move(thing.content)});
    }
    old.erase(same);
  });
  for (auto& [id, content] : old) differences.push_back({'-', id.first, id.second, std::move(content), ""});
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

Result<std::vector<Difference>> find_differences(Context& context, const DiffOptions& options) {
  std::string directory = history::log_directory(context.data_dir);
  auto from = TRY(history::resolve(context.files, directory, options.from, context.now));
  auto to = TRY(history::resolve(context.files, directory, options.to, context.now));
  auto before = TRY(history::open_past(context.files, context.data_dir, from));
  auto after = TRY(history::open_past(context.files, context.data_dir, to));
  return compare(*before, *after);
}

}  // namespace

int run_diff(Context& context, const DiffOptions& options) {
  auto differences = find_differences(context, options);
  if (!differences) return report(differences.error());
  for (const Difference& difference : *differences) print_difference(context, difference);
  return differences->empty() ? kOk : kDifference;
}

}  // namespace cloudemu::tool
