// cloudemu-log log: what happened.
#include <unistd.h>

#include <algorithm>
#include <deque>

#include "commands.h"
#include "core/strings.h"
#include "history/coordinate.h"
#include "history/past.h"
#include "line.h"
#include "log/reader.h"
#include "output.h"

namespace cloudemu::tool {

namespace {

bool any_of(const std::vector<std::string>& wanted, std::string_view value) {
  return wanted.empty() || std::any_of(wanted.begin(), wanted.end(), [&](const std::string& w) { return equals_ignoring_case(w, value); });
}

/// "s3" of "s3.ObjectPut"; "dynamodb" of "ddb.ItemPut".
std::string_view service_of(std::string_view type) {
  std::string_view prefix = split_once(type, '.').first;
  return prefix == "ddb" ? "dynamodb" : prefix;
}

class Printer {
 public:
  Printer(Context& context, const LogOptions& options)
      : context_(context),
        options_(options),
        subjects_(context.files, history::log_directory(context.data_dir)),
        columns_(terminal_columns()),
        keeping_(options.last || options.reverse) {}

  /// Shows a line, or keeps it for later where only the last ones or the reverse order is wanted.
  void take(std::string_view text) {
    auto line = Line::parse(text);
    if (!line) return;
    // Only the first event of a call says who called; the others of the same request follow it.
    if (line->operation.empty() && line->request == caller_.request) {
      line->operation = caller_.operation;
      line->account = caller_.account;
      line->region = caller_.region;
    } else {
      caller_ = *line;
    }
    Subjects::Subject subject = subjects_.of(*line);
    if (!matches(*line, subject)) return;
    std::string shown = context_.json ? concat(text, "\n") : render(*line, subject);
    if (!keeping_) return print(shown);
    kept_.push_back(std::move(shown));
    if (options_.last && kept_.size() > *options_.last) kept_.pop_front();
  }

  /// Shows what was kept; what comes later is shown as it comes.
  void flush() {
    if (options_.reverse) std::reverse(kept_.begin(), kept_.end());
    for (const std::string& shown : kept_) print(shown);
    kept_.clear();
    keeping_ = false;
    flush_output();
  }

 private:
  bool matches(const Line& line, const Subjects::Subject& subject) const {
    const LogOptions& o = options_;
    auto is = [](const std::string& wanted, std::string_view value) { return wanted.empty() || wanted == value; };
    return any_of(o.services, service_of(line.type)) && any_of(o.operations, line.operation) && type_matches(line.type) &&
           is(o.bucket, subject.bucket) && is(o.table, subject.table) && is(o.queue, subject.queue) && is(o.account, line.account) &&
           is(o.region, line.region) && (o.key.empty() || subject.key.find(o.key) != std::string::npos) &&
           (o.request.empty() || line.request.starts_with(upper(o.request).substr(0, 16))) &&
           (o.text.empty() || line.text.find(o.text) != std::string_view::npos);
  }

  bool type_matches(std::string_view type) const {
    return options_.types.empty() || any_of(options_.types, type) || any_of(options_.types, split_once(type, '.').second);
  }

  std::string render(const Line& line, const Subjects::Subject& subject) const {
    auto column = [](std::string_view text, size_t width) {
      std::string out(text);
      out.resize(std::max(out.size(), width), ' ');
      return out + "  ";
    };
    bool on = context_.color;
    std::string_view service = service_of(line.type);
    Color color = service == "s3" ? Color::green : service == "dynamodb" ? Color::blue : service == "sqs" ? Color::magenta : Color::cyan;
    std::string sequence = std::to_string(line.sequence);
    sequence.insert(0, sequence.size() < 8 ? 8 - sequence.size() : 0, ' ');
    // A narrow terminal has room for the time of day, and for what happened rather than for what was asked.
    bool narrow = columns_ > 0 && columns_ < kWideColumns;
    std::string_view time = line.time;
    if (narrow) time = time.substr(std::min<size_t>(time.size(), 11), 12);
    std::string head = column(line.type, 22);
    if (!narrow) head += column(line.operation, 18);
    size_t taken = sequence.size() + 2 + time.size() + 2 + head.size();
    size_t left = columns_ == 0 ? 0 : std::max<size_t>(columns_, taken + 10) - taken;
    return concat(paint(on, Color::yellow, sequence), "  ", paint(on, Color::dim, time), "  ", paint(on, color, head),
                  fit(subject.text(), left), "\n");
  }

  Context& context_;
  const LogOptions& options_;
  Subjects subjects_;
  Line caller_;
  size_t columns_;
  bool keeping_;
  std::deque<std::string> kept_;
};

struct Bounds {
  log::Sequence first, last;
};

Result<Bounds> bounds(Context& context, const LogOptions& options) {
  std::string directory = history::log_directory(context.data_dir);
  Bounds b{1, UINT64_MAX};
  // A point in time is the last event before it: what is wanted comes after.
  if (!options.since.empty()) {
    b.first = TRY(history::resolve(context.files, directory, options.since, context.now)) + (options.since[0] == '@' ? 1 : 0);
  }
  if (!options.until.empty()) b.last = TRY(history::resolve(context.files, directory, options.until, context.now));
  return b;
}

}  // namespace

int run_log(Context& context, const LogOptions& options) {
  auto limits = bounds(context, options);
  if (!limits) return report(limits.error());
  auto reader = log::LogReader::open(context.files, history::log_directory(context.data_dir), limits->first);
  if (!reader) return report(reader.error());
  Printer printer(context, options);
  while (true) {
    auto batch = reader->next();
    if (!batch) return report(batch.error());
    if (!*batch) {
      printer.flush();
      if (!options.follow) return kOk;
      ::usleep(100'000);
      continue;
    }
    std::string_view lines = (*batch)->lines;
    for (log::Sequence n = (*batch)->first_sequence; !lines.empty(); ++n) {
      size_t end = lines.find('\n');
      if (n > limits->last) {
        printer.flush();
        return kOk;
      }
      printer.take(lines.substr(0, end));
      lines.remove_prefix(end + 1);
    }
  }
}

}  // namespace cloudemu::tool
