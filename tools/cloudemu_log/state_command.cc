// cloudemu-log state: what there was at some point.
#include <algorithm>
#include <functional>

#include "commands.h"
#include "core/strings.h"
#include "core/time_format.h"
#include "history/coordinate.h"
#include "history/past.h"
#include "output.h"
#include "places.h"
#include "rows.h"
#include "text.h"

namespace cloudemu::tool {

namespace {

constexpr std::string_view kDefaultAccount = "000000000000";

/// Counts rows up to --limit, and says so where there are more.
class Limit {
 public:
  explicit Limit(uint64_t limit) : limit_(limit) {}
  /// Whether one more row may be shown.
  bool take() {
    if (shown_ < limit_) return ++shown_ > 0;
    cut_ = true;
    return false;
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

/// The places that were asked for.
std::vector<Place> places(State& state, const StateOptions& o) {
  std::vector<Place> all = all_places(state);
  std::erase_if(all, [&](const Place& place) {
    return (!o.account.empty() && place.account != o.account) || (!o.region.empty() && place.region != o.region);
  });
  return all;
}

void add_buckets(State& state, const StateOptions& o, std::vector<Resource>& all) {
  std::vector<std::string> owners;
  for (const Place& place : places(state, o)) owners.push_back(place.account);
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
  for (const Place& place : places(state, o)) {
    for (const auto& name : state.dynamodb().table_names(place.account, place.region, "", kAllNames)) {
      const auto* table = state.dynamodb().find_table(place.account, place.region, name);
      auto items = static_cast<uint64_t>(state.dynamodb().totals(table->id).items);
      all.push_back({"table", name, items, place.account, place.region, table->description.created_at});
    }
  }
}

void add_queues(State& state, const StateOptions& o, std::vector<Resource>& all) {
  for (const Place& place : places(state, o)) {
    for (const auto& name : state.sqs().queue_names(place.account, place.region, "", "", kAllNames)) {
      const auto* queue = state.sqs().find_queue(place.account, place.region, name);
      const sqs::QueueCounters& counters = state.sqs().counters(queue->id);
      auto messages = static_cast<uint64_t>(counters.visible + counters.in_flight + counters.delayed);
      all.push_back({"queue", name, messages, place.account, place.region, queue->created_at});
    }
  }
}

int show_outline(Context& context, State& state, const StateOptions& o) {
  auto wanted = [&](std::string_view kind) { return o.kind.empty() || o.kind == kind; };
  std::vector<Resource> all;
  if (wanted("bucket")) add_buckets(state, o, all);
  if (wanted("table")) add_tables(state, o, all);
  if (wanted("queue")) add_queues(state, o, all);
  if (all.empty()) {
    std::string what = o.kind.empty() ? "nothing" : concat("no ", o.kind);
    if (!o.account.empty()) append(what, " of account ", o.account);
    if (!o.region.empty()) append(what, " in ", o.region);
    append(what, " at event ", state.applied());
    if (!o.account.empty() || !o.region.empty()) return report({Errc::not_found, concat("not found: ", what)});
    if (is_terminal()) note(what);
    return kOk;
  }
  Rows rows(context.json, {"KIND", "NAME", "COUNT", "ACCOUNT", "REGION", "CREATED"}, {.wide = 1, .spare = {5}});
  for (const Resource& r : all) rows.add({r.kind, r.name, r.count, r.account, r.region, iso8601(r.created_at)});
  // What is the same in all rows, and as expected, need not be read.
  bool is_default = std::all_of(all.begin(), all.end(), [](const Resource& r) { return r.account == kDefaultAccount; });
  if (is_default) rows.hide("ACCOUNT");
  bool is_one = std::all_of(all.begin(), all.end(), [&](const Resource& r) { return r.region == all.front().region; });
  if (is_one) rows.hide("REGION");
  return kOk;
}

int show_bucket(Context& context, State& state, const StateOptions& o) {
  const auto* bucket = state.s3().find_bucket(o.name);
  bool is_wanted = bucket && (o.account.empty() || bucket->owner == o.account) && (o.region.empty() || bucket->region == o.region);
  if (!is_wanted) return report({Errc::not_found, concat("there was no bucket ", o.name, " at that point")});
  struct Object {
    std::string key, etag;
    uint64_t size;
    TimeMs modified_at;
  };
  std::vector<Object> objects;
  Limit limit(o.limit);
  state.s3().scan_objects(bucket->id, o.key, [&](const s3::ListedVersion& object) {
    if (!object.key.starts_with(o.key) || !limit.take()) return s3::Visit::stop;
    objects.push_back({std::string(object.key), std::string(object.etag), object.size, object.modified_at});
    return s3::Visit::go_on;
  });
  Rows rows(context.json, {"KEY", "SIZE", "ETAG", "VERSION", "MODIFIED"}, {.wide = 0, .spare = {3, 2}});
  for (Object& object : objects) {
    auto current = state.s3().current(bucket->id, object.key);
    rows.add({object.key, object.size, object.etag, current ? current->version : "", iso8601(object.modified_at)});
  }
  return kOk;
}

/// Where the table or queue of that name is. Error: Errc::not_found; Errc::bad_input if there are several.
Result<Place> find_place(State& state, const StateOptions& o, const std::function<bool(const Place&)>& has) {
  std::vector<Place> found;
  for (const Place& place : places(state, o)) {
    if (has(place)) found.push_back(place);
  }
  if (found.size() == 1) return found.front();
  if (found.empty()) return fail(Errc::not_found, concat("there was no ", o.kind, " ", o.name, " at that point"));
  std::string all;
  for (const Place& place : found) append(all, all.empty() ? "" : ", ", place.account, " in ", place.region);
  return fail(Errc::bad_input, concat("there were several called ", o.name, " (", all, "): choose with --account and --region"));
}

int show_table(State& state, const StateOptions& o) {
  const dynamodb::DynamoDbReadModel& model = state.dynamodb();
  auto place = find_place(state, o, [&](const auto& p) { return model.find_table(p.account, p.region, o.name) != nullptr; });
  if (!place) return report(place.error());
  Limit limit(o.limit);
  model.walk(model.find_table(place->account, place->region, o.name)->id, std::nullopt, {}, dynamodb::DynamoDbReadModel::Load::items,
             [&](const dynamodb::DynamoDbReadModel::Visit& visit) {
               if (!limit.take()) return false;
               print(concat(printable_json(visit.json), "\n"));
               return true;
             });
  return kOk;
}

int show_queue(Context& context, State& state, const StateOptions& o) {
  const sqs::SqsReadModel& model = state.sqs();
  auto place = find_place(state, o, [&](const auto& p) { return model.find_queue(p.account, p.region, o.name) != nullptr; });
  if (!place) return report(place.error());
  static constexpr const char* kStates[] = {"visible", "in flight", "delayed"};
  Limit limit(o.limit);
  Rows rows(context.json, {"MESSAGE", "STATE", "RECEIVES", "SENT", "BODY"}, {.wide = 4, .spare = {3}});
  model.visit_messages(model.find_queue(place->account, place->region, o.name)->id, [&](const sqs::Message& message) {
    if (!limit.take()) return false;
    rows.add({std::string(message.message_id), kStates[static_cast<int>(message.state)], static_cast<uint64_t>(message.receives),
              iso8601(message.sent_at), std::string(message.body)});
    return true;
  });
  return kOk;
}

}  // namespace

int run_state(Context& context, const StateOptions& given) {
  auto usage = [](std::string_view sentence) {
    note(sentence);
    return kUsage;
  };
  StateOptions options = given;
  if (options.kind.ends_with('s')) options.kind.pop_back();
  if (!options.kind.empty() && options.kind != "bucket" && options.kind != "table" && options.kind != "queue") {
    return usage("state shows a bucket, a table or a queue, not a " + given.kind);
  }
  if (!options.key.empty() && options.kind != "bucket") return usage("a prefix is for the keys of a bucket");
  auto sequence = history::resolve(context.files, history::log_directory(context.data_dir), options.at, context.now);
  if (!sequence) return report(sequence.error());
  auto state = history::open_past(context.files, context.data_dir, *sequence);
  if (!state) return report(state.error());
  if (options.name.empty()) return show_outline(context, **state, options);
  if (options.kind == "bucket") return show_bucket(context, **state, options);
  if (options.kind == "table") return show_table(**state, options);
  return show_queue(context, **state, options);
}

}  // namespace cloudemu::tool
