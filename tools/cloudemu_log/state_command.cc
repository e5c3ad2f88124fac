// cloudemu-log state: what there was at some point.
#include <algorithm>

#include "commands.h"
#include "core/json_writer.h"
#include "core/strings.h"
#include "core/time_format.h"
#include "history/coordinate.h"
#include "history/past.h"
#include "output.h"

namespace cloudemu::tool {

namespace {

/// Prints a table with aligned columns, or each row as a JSON object of its own line.
class Rows {
 public:
  Rows(bool json, std::vector<std::string> names) : json_(json), names_(std::move(names)) {}

  void add(std::vector<std::string> cells) {
    if (!json_) return rows_.push_back(std::move(cells));
    std::string out;
    JsonWriter writer(out);
    writer.begin_object();
    for (size_t i = 0; i < names_.size(); ++i) writer.field(lower(names_[i]), std::string_view(cells[i]));
    writer.end_object();
    print(out + "\n");
  }

  ~Rows() {
    if (json_ || rows_.empty()) return;
    std::vector<size_t> widths;
    rows_.insert(rows_.begin(), names_);
    for (size_t i = 0; i < names_.size(); ++i) {
      size_t width = 0;
      for (const auto& row : rows_) width = std::max(width, utf8_length(row[i]));
      widths.push_back(width);
    }
    for (const auto& row : rows_) {
      std::string line;
      for (size_t i = 0; i < row.size(); ++i) {
        line += row[i];
        if (i + 1 < row.size()) line.append(widths[i] - utf8_length(row[i]) + 2, ' ');
      }
      print(line + "\n");
    }
  }

 private:
  bool json_;
  std::vector<std::string> names_;
  std::vector<std::vector<std::string>> rows_;
};

int no_such(std::string_view kind, const std::string& name) {
  return report({Errc::not_found, concat("there was no ", kind, " ", name, " at that point (--account and --region may matter)")});
}

int show_outline(Context& context, const State& state, const StateOptions& o) {
  Rows rows(context.json, {"KIND", "NAME", "COUNT", "CREATED"});
  constexpr size_t kAll = 1'000'000;
  for (const auto& bucket : state.s3().buckets(o.account, "", "", kAll)) {
    uint64_t objects = 0;
    state.s3().scan_objects(bucket.id, "",
                            [&](const s3::ListedVersion&) { return ++objects > o.limit ? s3::Visit::stop : s3::Visit::go_on; });
    rows.add({"bucket", bucket.name, objects > o.limit ? concat("> ", o.limit) : std::to_string(objects), iso8601(bucket.created_at)});
  }
  for (const auto& name : state.dynamodb().table_names(o.account, o.region, "", kAll)) {
    const auto* table = state.dynamodb().find_table(o.account, o.region, name);
    rows.add({"table", name, std::to_string(state.dynamodb().totals(table->id).items), iso8601(table->description.created_at)});
  }
  for (const auto& name : state.sqs().queue_names(o.account, o.region, "", "", kAll)) {
    const auto* queue = state.sqs().find_queue(o.account, o.region, name);
    const sqs::QueueCounters& counters = state.sqs().counters(queue->id);
    rows.add({"queue", name, std::to_string(counters.visible + counters.in_flight + counters.delayed), iso8601(queue->created_at)});
  }
  return kOk;
}

int show_bucket(Context& context, const State& state, const StateOptions& o) {
  const auto* bucket = state.s3().find_bucket(o.name);
  if (!bucket) return no_such("bucket", o.name);
  Rows rows(context.json, {"KEY", "SIZE", "ETAG", "VERSION", "MODIFIED"});
  uint64_t shown = 0;
  state.s3().scan_objects(bucket->id, o.key, [&](const s3::ListedVersion& object) {
    if (!object.key.starts_with(o.key)) return s3::Visit::stop;
    rows.add({std::string(object.key), std::to_string(object.size), std::string(object.etag), std::string(object.version),
              iso8601(object.modified_at)});
    return ++shown < o.limit ? s3::Visit::go_on : s3::Visit::stop;
  });
  return kOk;
}

int show_table(const State& state, const StateOptions& o) {
  const auto* table = state.dynamodb().find_table(o.account, o.region, o.name);
  if (!table) return no_such("table", o.name);
  uint64_t shown = 0;
  state.dynamodb().walk(table->id, std::nullopt, {}, [&](const dynamodb::DynamoDbReadModel::Visit& visit) {
    print(concat(visit.json, "\n"));
    return ++shown < o.limit;
  });
  return kOk;
}

int show_queue(Context& context, const State& state, const StateOptions& o) {
  const auto* queue = state.sqs().find_queue(o.account, o.region, o.name);
  if (!queue) return no_such("queue", o.name);
  static constexpr const char* kStates[] = {"visible", "in flight", "delayed"};
  Rows rows(context.json, {"MESSAGE", "STATE", "RECEIVES", "SENT", "BODY"});
  uint64_t shown = 0;
  state.sqs().visit_messages(queue->id, [&](const sqs::Message& message) {
    std::string body(message.body);
    rows.add({std::string(message.message_id), kStates[static_cast<int>(message.state)], std::to_string(message.receives),
              iso8601(message.sent_at), context.json ? body : fit(body, 60)});
    return ++shown < o.limit;
  });
  return kOk;
}

}  // namespace

int run_state(Context& context, const StateOptions& options) {
  auto sequence = history::resolve(context.files, history::log_directory(context.data_dir), options.at, context.now);
  if (!sequence) return report(sequence.error());
  auto state = history::open_past(context.files, context.data_dir, *sequence);
  if (!state) return report(state.error());
  if (options.kind.empty()) return show_outline(context, **state, options);
  if (options.kind == "bucket") return show_bucket(context, **state, options);
  if (options.kind == "table") return show_table(**state, options);
  if (options.kind == "queue") return show_queue(context, **state, options);
  std::fprintf(stderr, "cloudemu-log: state shows a bucket, a table or a queue, not a %s\n", options.kind.c_str());
  return kUsage;
}

}  // namespace cloudemu::tool
