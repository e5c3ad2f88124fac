// cloudemu-log state: what there was at some point.
#include <algorithm>
#include <numeric>
#include <variant>

#include "commands.h"
#include "core/json_writer.h"
#include "core/strings.h"
#include "core/time_format.h"
#include "history/coordinate.h"
#include "history/past.h"
#include "output.h"

namespace cloudemu::tool {

namespace {

/// Of the wide column, even where the others leave less.
constexpr size_t kWidthMin = 20;

/// Prints a table with aligned columns, or each row as a JSON object of its own line. So that lines do not wrap on a terminal, its
/// `wide` column is cut, and its `spare` ones are left out where space is short.
class Rows {
 public:
  using Cell = std::variant<std::string, uint64_t>;

  struct Layout {
    size_t wide;
    std::vector<size_t> spare = {};  // the last first
  };

  Rows(bool json, std::vector<std::string> names, Layout layout) : json_(json), names_(std::move(names)), layout_(layout) {}

  void add(std::vector<Cell> cells) {
    if (json_) return print_json(cells);
    std::vector<std::string> row;
    for (const Cell& cell : cells) {
      const auto* number = std::get_if<uint64_t>(&cell);
      row.push_back(number ? std::to_string(*number) : printable(std::get<std::string>(cell)));
    }
    rows_.push_back(std::move(row));
  }

  ~Rows() {
    if (json_ || rows_.empty()) return;
    rows_.insert(rows_.begin(), names_);
    std::vector<size_t> widths(names_.size());
    for (const auto& row : rows_) {
      for (size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], utf8_length(row[i]));
    }
    size_t columns = terminal_columns(), wide = layout_.wide;
    for (size_t spare : layout_.spare) {
      if (columns == 0 || columns >= kWideColumns) break;
      auto at = static_cast<std::ptrdiff_t>(spare);
      for (auto& row : rows_) row.erase(row.begin() + at);
      widths.erase(widths.begin() + at);
      if (wide > spare) --wide;
    }
    size_t others = std::accumulate(widths.begin(), widths.end(), 2 * (widths.size() - 1)) - widths[wide];
    if (columns > 0) widths[wide] = std::min(widths[wide], std::max(columns, others + kWidthMin) - others);
    for (const auto& row : rows_) {
      std::string line;
      for (size_t i = 0; i < row.size(); ++i) {
        std::string cell = fit(row[i], widths[i]);
        if (i + 1 < row.size()) cell.append(widths[i] - utf8_length(cell) + 2, ' ');
        line += cell;
      }
      print(line + "\n");
    }
  }

 private:
  void print_json(const std::vector<Cell>& cells) {
    std::string out;
    JsonWriter writer(out);
    writer.begin_object();
    for (size_t i = 0; i < names_.size(); ++i) {
      std::string name = lower(names_[i]);
      if (const auto* number = std::get_if<uint64_t>(&cells[i])) writer.field(name, *number);
      else writer.field(name, std::get<std::string>(cells[i]));
    }
    writer.end_object();
    print(out + "\n");
  }

  bool json_;
  std::vector<std::string> names_;
  Layout layout_;
  std::vector<std::vector<std::string>> rows_;
};

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

int no_such(std::string_view kind, const std::string& name) {
  return report({Errc::not_found, concat("there was no ", kind, " ", name, " at that point (--account and --region may matter)")});
}

int show_outline(Context& context, const State& state, const StateOptions& o) {
  auto wanted = [&](std::string_view kind) { return o.kind.empty() || o.kind == kind; };
  uint64_t shown = 0;
  {
    Rows rows(context.json, {"KIND", "NAME", "COUNT", "CREATED"}, {.wide = 1});
    auto add = [&](const char* kind, const std::string& name, uint64_t count, TimeMs created_at) {
      ++shown;
      rows.add({kind, name, count, iso8601(created_at)});
    };
    constexpr size_t kAll = 1'000'000;
    if (wanted("bucket")) {
      for (const auto& bucket : state.s3().buckets(o.account, "", "", kAll)) {
        uint64_t objects = 0;
        state.s3().scan_objects(bucket.id, "", [&](const s3::ListedVersion&) {
          ++objects;
          return s3::Visit::go_on;
        });
        add("bucket", bucket.name, objects, bucket.created_at);
      }
    }
    if (wanted("table")) {
      for (const auto& name : state.dynamodb().table_names(o.account, o.region, "", kAll)) {
        const auto* table = state.dynamodb().find_table(o.account, o.region, name);
        add("table", name, state.dynamodb().totals(table->id).items, table->description.created_at);
      }
    }
    if (wanted("queue")) {
      for (const auto& name : state.sqs().queue_names(o.account, o.region, "", "", kAll)) {
        const auto* queue = state.sqs().find_queue(o.account, o.region, name);
        const sqs::QueueCounters& counters = state.sqs().counters(queue->id);
        add("queue", name, counters.visible + counters.in_flight + counters.delayed, queue->created_at);
      }
    }
  }
  if (shown == 0 && terminal_columns() > 0) {
    note(concat("nothing of account ", o.account, " in ", o.region, " at event ", state.applied(), " (see --account and --region)"));
  }
  return kOk;
}

int show_bucket(Context& context, const State& state, const StateOptions& o) {
  const auto* bucket = state.s3().find_bucket(o.name);
  if (!bucket) return no_such("bucket", o.name);
  Limit limit(o.limit);
  Rows rows(context.json, {"KEY", "SIZE", "ETAG", "VERSION", "MODIFIED"}, {.wide = 0, .spare = {3, 2}});
  state.s3().scan_objects(bucket->id, o.key, [&](const s3::ListedVersion& object) {
    if (!object.key.starts_with(o.key) || !limit.take()) return s3::Visit::stop;
    rows.add({std::string(object.key), object.size, std::string(object.etag), std::string(object.version), iso8601(object.modified_at)});
    return s3::Visit::go_on;
  });
  return kOk;
}

int show_table(const State& state, const StateOptions& o) {
  const auto* table = state.dynamodb().find_table(o.account, o.region, o.name);
  if (!table) return no_such("table", o.name);
  Limit limit(o.limit);
  state.dynamodb().walk(table->id, std::nullopt, {}, [&](const dynamodb::DynamoDbReadModel::Visit& visit) {
    if (!limit.take()) return false;
    print(concat(visit.json, "\n"));
    return true;
  });
  return kOk;
}

int show_queue(Context& context, const State& state, const StateOptions& o) {
  const auto* queue = state.sqs().find_queue(o.account, o.region, o.name);
  if (!queue) return no_such("queue", o.name);
  static constexpr const char* kStates[] = {"visible", "in flight", "delayed"};
  Limit limit(o.limit);
  Rows rows(context.json, {"MESSAGE", "STATE", "RECEIVES", "SENT", "BODY"}, {.wide = 4, .spare = {3}});
  state.sqs().visit_messages(queue->id, [&](const sqs::Message& message) {
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
