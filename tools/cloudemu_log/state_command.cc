// cloudemu-log state: what there was at some point.
#include <algorithm>

#include "commands.h"
#include "contents.h"
#include "core/json_writer.h"
#include "core/strings.h"
#include "core/time_format.h"
#include "events/field_json.h"
#include "events/json_cursor.h"
#include "history/coordinate.h"
#include "history/past.h"
#include "item_key.h"
#include "output.h"
#include "places.h"
#include "rows.h"
#include "settings.h"
#include "text.h"

namespace cloudemu::tool {

namespace {

using Kind = Selection::Kind;

constexpr std::string_view kNameOne = "settings are of one bucket, table or queue: name it";

/// Counts rows up to --limit (0: there is none), and says so where there are more.
class Limit {
 public:
  explicit Limit(uint64_t limit) : limit_(limit == 0 ? UINT64_MAX : limit) {}
  /// Whether one more row may be shown.
  bool take() {
    if (shown_ < limit_) return ++shown_ > 0;
    cut_ = true;
    return false;
  }
  /// Error: Errc::not_found, if something was named and nothing shown.
  Result<void> check_found(const State& state, const Selection& wanted) const {
    if (shown_ > 0 || wanted.part.empty()) return {};
    constexpr std::string_view kNothing[] = {"nothing", "no object whose key begins with", "no item", "no message"};
    return fail(Errc::not_found, concat("there was ", kNothing[static_cast<int>(wanted.kind)], " ", wanted.part, " in ", wanted.name,
                                        " at event ", state.applied()));
  }
  ~Limit() {
    if (cut_) note(concat("there is more than --limit ", limit_));
  }

 private:
  uint64_t limit_, shown_ = 0;
  bool cut_ = false;
};

struct Resource {
  const char* kind;
  std::string name;
  uint64_t count;
  std::string account, region;
  TimeMs created_at;
};

/// The account and the region that were asked for; empty: any.
Place narrowed(const StateOptions& o) { return {o.account, o.region}; }

void add_buckets(State& state, const StateOptions& o, std::vector<Resource>& all) {
  std::vector<std::string> owners;
  for (const Place& place : all_places(state, narrowed(o))) owners.push_back(place.account);
  owners.erase(std::unique(owners.begin(), owners.end()), owners.end());  // places are sorted
  for (const std::string& owner : owners) {
    for (const auto& bucket : state.s3().buckets(owner, "", "", kAllNames)) {
      if (!o.region.empty() && bucket.region != o.region) continue;
      uint64_t objects = 0;
      state.s3().scan_objects(bucket.id, "", [&](const s3::ListedVersion&) {
        ++objects;
        return s3::Visit::go_on;
      });
      all.push_back({"bucket", bucket.name, objects, bucket.owner, bucket.region, bucket.created_at});
    }
  }
}

void add_tables(State& state, const StateOptions& o, std::vector<Resource>& all) {
  for (const Place& place : all_places(state, narrowed(o))) {
    for (const auto& name : state.dynamodb().table_names(place.account, place.region, "", kAllNames)) {
      const auto* table = state.dynamodb().find_table(place.account, place.region, name);
      auto items = static_cast<uint64_t>(state.dynamodb().totals(table->id).items);
      all.push_back({"table", name, items, place.account, place.region, table->description.created_at});
    }
  }
}

void add_queues(State& state, const StateOptions& o, std::vector<Resource>& all) {
  for (const Place& place : all_places(state, narrowed(o))) {
    for (const auto& name : state.sqs().queue_names(place.account, place.region, "", "", kAllNames)) {
      const auto* queue = state.sqs().find_queue(place.account, place.region, name);
      const sqs::QueueCounters& counters = state.sqs().counters(queue->id);
      auto messages = static_cast<uint64_t>(counters.visible + counters.in_flight + counters.delayed);
      all.push_back({"queue", name, messages, place.account, place.region, queue->created_at});
    }
  }
}

int show_outline(Context& context, State& state, const StateOptions& o, Kind kind) {
  auto wanted = [&](Kind other) { return kind == Kind::all || kind == other; };
  std::vector<Resource> all;
  if (wanted(Kind::bucket)) add_buckets(state, o, all);
  if (wanted(Kind::table)) add_tables(state, o, all);
  if (wanted(Kind::queue)) add_queues(state, o, all);
  if (all.empty()) {
    std::string what = kind == Kind::all ? "nothing" : concat("no ", kind_name(kind));
    if (!o.account.empty()) append(what, " of account ", o.account);
    if (!o.region.empty()) append(what, " in ", o.region);
    append(what, " at event ", state.applied());
    if (!o.account.empty() || !o.region.empty()) return report({Errc::not_found, concat("not found: ", what)});
    if (is_terminal()) note(what);
    return kOk;
  }
  Limit limit(o.limit);
  Rows rows(context.json, {"KIND", "NAME", "COUNT", "ACCOUNT", "REGION", "CREATED"}, {.wide = 1, .spare = {5}});
  for (const Resource& r : all) {
    if (!limit.take()) break;
    rows.add({r.kind, r.name, r.count, r.account, r.region, iso8601(r.created_at)});
  }
  // What is the same in all rows, and as expected, need not be read.
  bool is_default = std::all_of(all.begin(), all.end(), [](const Resource& r) { return r.account == kDefaultAccount; });
  if (is_default) rows.hide("ACCOUNT");
  bool is_one = std::all_of(all.begin(), all.end(), [&](const Resource& r) { return r.region == all.front().region; });
  if (is_one) rows.hide("REGION");
  return kOk;
}

std::string content_type(const s3::ObjectVersion& object) {
  for (const auto& [name, value] : object.attributes.headers) {
    if (name == "content-type") return value;
  }
  return {};
}

Result<void> show_bucket(Context& context, State& state, const StateOptions& o, const Selection& wanted) {
  const s3::Bucket* bucket = TRY(find_bucket(state, wanted, narrowed(o)));
  struct Object {
    std::string key, etag;
    uint64_t size;
    TimeMs modified_at;
  };
  std::vector<Object> objects;
  Limit limit(o.limit);
  state.s3().scan_objects(bucket->id, wanted.part, [&](const s3::ListedVersion& object) {
    if (!object.key.starts_with(wanted.part) || !limit.take()) return s3::Visit::stop;
    objects.push_back({std::string(object.key), std::string(object.etag), object.size, object.modified_at});
    return s3::Visit::go_on;
  });
  Rows rows(context.json, {"KEY", "SIZE", "ETAG", "VERSION", "MODIFIED", "TYPE", "TAGS", "METADATA"},
            {.wide = 0, .spare = {7, 6, 5, 3, 2}});
  for (Object& object : objects) {
    auto current = state.s3().current(bucket->id, object.key).value_or(s3::ObjectVersion{});
    rows.add({object.key, object.size, object.etag, current.version, iso8601(object.modified_at), content_type(current),
              Rows::Json{events::to_json(current.tags)}, Rows::Json{events::to_json(current.attributes.metadata)}});
  }
  for (std::string_view column : {"TYPE", "TAGS", "METADATA"}) rows.hide_if_empty(column);
  return limit.check_found(state, wanted);
}

/// All that a bucket keeps of a key, the newest first.
Result<void> show_versions(Context& context, State& state, const StateOptions& o, const Selection& wanted) {
  const s3::Bucket* bucket = TRY(find_bucket(state, wanted, narrowed(o)));
  Limit limit(o.limit);
  Rows rows(context.json, {"KEY", "VERSION", "WHAT", "SIZE", "ETAG", "MODIFIED"}, {.wide = 0, .spare = {4, 5}});
  state.s3().scan_versions(bucket->id, wanted.part, std::nullopt, [&](const s3::ListedVersion& version) {
    if (!version.key.starts_with(wanted.part) || !limit.take()) return s3::Visit::stop;
    std::string what = concat(version.latest ? "current" : "old", version.marker ? " delete marker" : "");
    rows.add({std::string(version.key), std::string(version.version), what, version.size, std::string(version.etag),
              iso8601(version.modified_at)});
    return s3::Visit::go_on;
  });
  return limit.check_found(state, wanted);
}

Result<void> show_table(State& state, const StateOptions& o, const Selection& wanted) {
  const dynamodb::Table* table = TRY(find_table(state, wanted, narrowed(o)));
  const dynamodb::TableDescription& description = table->description;
  std::string range_name = description.range ? description.range->name : "";
  Limit limit(o.limit);
  state.dynamodb().walk(
      table->id, std::nullopt, {}, dynamodb::DynamoDbReadModel::Load::items, [&](const dynamodb::DynamoDbReadModel::Visit& visit) {
        bool is_wanted = wanted.part.empty() || is_item_name(wanted.part, key_of_item(visit.json, description.hash.name, range_name));
        if (!is_wanted) return true;
        if (!limit.take()) return false;
        print(concat(printable_json(visit.json), "\n"));
        return true;
      });
  return limit.check_found(state, wanted);
}

Result<void> show_queue(Context& context, State& state, const StateOptions& o, const Selection& wanted) {
  const sqs::Queue* queue = TRY(find_queue(state, wanted, narrowed(o)));
  Limit limit(o.limit);
  Rows rows(context.json, {"MESSAGE", "STATE", "RECEIVES", "SENT", "GROUP", "ATTRIBUTES", "BODY"}, {.wide = 6, .spare = {5, 3}});
  state.sqs().visit_messages(queue->id, [&](const sqs::Message& message) {
    if (!wanted.part.empty() && message.message_id != wanted.part) return true;
    if (!limit.take()) return false;
    rows.add({std::string(message.message_id), std::string(word_for(message.state)), static_cast<uint64_t>(message.receives),
              iso8601(message.sent_at), std::string(message.group), Rows::Json{std::string(message.attributes)},
              std::string(message.body)});
    return true;
  });
  for (std::string_view column : {"GROUP", "ATTRIBUTES"}) rows.hide_if_empty(column);
  return limit.check_found(state, wanted);
}

Result<std::vector<Setting>> find_settings(State& state, const StateOptions& o, const Selection& wanted) {
  switch (wanted.kind) {
    case Kind::bucket: return settings_of(state, *TRY(find_bucket(state, wanted, narrowed(o))));
    case Kind::table: return settings_of(state, *TRY(find_table(state, wanted, narrowed(o))), Figures::with);
    case Kind::queue: return settings_of(state, *TRY(find_queue(state, wanted, narrowed(o))), Figures::with);
    case Kind::all: break;
  }
  return fail(Errc::bad_input, std::string(kNameOne));
}

Result<void> show_settings(Context& context, State& state, const StateOptions& o, const Selection& wanted) {
  std::vector<Setting> settings = TRY(find_settings(state, o, wanted));
  size_t width = 0;
  for (const Setting& setting : settings) width = std::max(width, display_width(setting.name));
  for (const Setting& setting : settings) {
    if (context.json) {
      std::string out;
      JsonWriter(out).begin_object().field("name", setting.name).raw_field("value", setting.value).end_object();
      print(printable_json(out) + "\n");
      continue;
    }
    std::string text;
    bool is_text = events::read_json_string(setting.value, text);
    std::string value = is_text ? printable(text) : pretty_json(printable_json(setting.value));
    std::string indent = concat("\n", std::string(width + 2, ' '));
    print(concat(paint(context.color, Color::dim, padded(printable(setting.name), width + 2)), replace_all(value, "\n", indent), "\n"));
  }
  return {};
}

Result<void> show(Context& context, State& state, const StateOptions& o, const Selection& wanted) {
  if (o.settings) return show_settings(context, state, o, wanted);
  if (wanted.kind == Kind::table) return show_table(state, o, wanted);
  if (wanted.kind == Kind::queue) return show_queue(context, state, o, wanted);
  return o.versions ? show_versions(context, state, o, wanted) : show_bucket(context, state, o, wanted);
}

}  // namespace

int run_state(Context& context, const StateOptions& options) {
  auto wanted = parse_selection(options.kind, options.name, options.part);
  if (!wanted) return report(wanted.error());
  if (options.settings && wanted->name.empty()) return report({Errc::bad_input, std::string(kNameOne)});
  if (options.versions && (wanted->kind != Kind::bucket || wanted->name.empty())) {
    return report({Errc::bad_input, "versions are those of the objects in one bucket: name it"});
  }
  auto sequence = history::resolve(context.files, history::log_directory(context.data_dir), options.at, context.now);
  if (!sequence) return report(sequence.error());
  auto state = history::open_past(context.files, context.data_dir, *sequence);
  if (!state) return report(state.error());
  if (wanted->name.empty()) return show_outline(context, **state, options, wanted->kind);
  auto shown = show(context, **state, options, *wanted);
  return shown ? kOk : report(shown.error());
}

}  // namespace cloudemu::tool
