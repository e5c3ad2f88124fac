// cloudemu-log log: what happened.
#include <algorithm>
#include <deque>

#include "commands.h"
#include "core/strings.h"
#include "event_filter.h"
#include "history/compact.h"
#include "history/coordinate.h"
#include "history/past.h"
#include "line.h"
#include "log/reader.h"
#include "lost_end.h"
#include "output.h"
#include "subjects.h"
#include "text.h"

namespace cloudemu::tool {

namespace {

constexpr int kFollowPauseMs = 100;

Subjects::Ids ids_for(const EventFilter& filter) { return filter.wants_all_messages() ? Subjects::Ids::all : Subjects::Ids::first; }

/// Makes text of the events that were asked for.
class Renderer {
 public:
  Renderer(Context& context, EventFilter filter, history::LogLines& lines)
      : context_(context), filter_(std::move(filter)), subjects_(context, lines, ids_for(filter_)), columns_(terminal_columns()) {}

  /// What to print of an event, if it is wanted. Events are to be given from the first of a call on.
  std::optional<std::string> render(std::string_view raw) {
    std::string store;
    std::string_view text = without_secrets(raw, store);
    auto line = Line::parse(text);
    if (!line) return std::nullopt;
    // Only the first event of a call says who called; the others of the same request follow it.
    log::Sequence cause = line->cause;
    if (!line->begins_call() && line->request == caller_.request) {
      if (cause == 0) cause = caller_.sequence;
      line->operation = caller_.operation;
      line->account = caller_.account;
      line->region = caller_.region;
    } else {
      caller_ = *line;
    }
    Subject subject = subjects_.of(*line);
    // What a job's slice did names the job by its first event.
    if (subject.job == 0 && caller_.operation.starts_with("Job:")) subject.job = caller_.cause;
    if (!filter_.matches(*line, subject)) return std::nullopt;
    ++found_;
    std::string completed;
    return context_.json ? concat(printable_json(with_cause(text, *line, cause, completed)), "\n") : in_words(*line, subject);
  }

  uint64_t found() const { return found_; }

 private:
  std::string in_words(const Line& line, const Subject& subject) const {
    bool on = context_.color;
    std::string_view service = service_of(line.type);
    Color color = service == "s3" ? Color::green : service == "dynamodb" ? Color::blue : service == "sqs" ? Color::magenta : Color::cyan;
    std::string sequence = std::to_string(line.sequence);
    sequence.insert(0, sequence.size() < 8 ? 8 - sequence.size() : 0, ' ');
    // A narrow terminal has room for the time of day, and for what happened rather than for what was asked.
    bool narrow = columns_ > 0 && columns_ < kWideColumns;
    std::string time = printable(line.time);
    if (narrow) time = time.substr(std::min<size_t>(time.size(), 11), 12);
    std::string head = padded(printable(line.type), 22) + "  ";
    if (!narrow) head += padded(printable(line.operation), 18) + "  ";
    size_t taken = sequence.size() + 2 + time.size() + 2 + display_width(head);
    size_t left = columns_ == 0 ? 0 : std::max<size_t>(columns_, taken + 10) - taken;
    std::string about = subject.text();
    bool is_others = !line.account.empty() && line.account != kDefaultAccount && line.account != subject.place.account;
    if (is_others) append(about, about.empty() ? "" : "  ", "by ", line.account);
    return concat(paint(on, Color::yellow, sequence), "  ", paint(on, Color::dim, time), "  ", paint(on, color, head), fit(about, left),
                  "\n");
  }

  Context& context_;
  EventFilter filter_;
  Subjects subjects_;
  size_t columns_;
  Line caller_;
  uint64_t found_ = 0;
};

struct Bounds {
  log::Sequence first, last;
};

Result<Bounds> bounds(Context& context, const LogOptions& options) {
  std::string directory = history::log_directory(context.data_dir);
  Bounds b{TRY(history::first_sequence(context.files, directory)), UINT64_MAX};
  // A point in time is the last event before it: what is wanted comes after.
  if (!options.since.empty()) {
    b.first = TRY(history::resolve(context.files, directory, options.since, context.now)) + (history::names_time(options.since) ? 1 : 0);
  }
  if (!options.until.empty()) b.last = TRY(history::resolve(context.files, directory, options.until, context.now));
  return b;
}

/// The newest events within bounds, newest first, as many as are wanted. Reads no more of the log than it must.
Result<void> backward(const LogOptions& options, history::LogLines& lines, Renderer& renderer, const Bounds& within,
                      const std::function<void(std::string)>& take) {
  uint64_t wanted = options.last.value_or(UINT64_MAX);
  log::Sequence first = std::max(within.first, TRY(lines.first()));
  for (log::Sequence last = std::min(within.last, TRY(lines.last())); last >= first && wanted > 0;) {
    auto stretch = TRY(lines.around(last));
    std::vector<std::string> shown;
    for (log::Sequence n = stretch->first; n <= last; ++n) {
      auto text = renderer.render(stretch->line(n));
      if (text && n >= first) shown.push_back(std::move(*text));
    }
    for (auto text = shown.rbegin(); text != shown.rend() && wanted > 0; ++text, --wanted) take(std::move(*text));
    last = stretch->first - 1;
  }
  return {};
}

/// All from an event on; with `follow` also what comes later.
Result<void> forward(Context& context, bool follow, history::LogLines& lines, Renderer& renderer, const Bounds& within) {
  std::string directory = history::log_directory(context.data_dir);
  log::Sequence from = within.first;
  // The event may stand within a call, whose first event says who called.
  if (from > 1 && from <= TRY(lines.last())) from = first_of_call(*TRY(lines.around(from)), from);
  auto reader = TRY(log::LogReader::open(context.files, directory, from));
  log::Sequence next = from;
  while (true) {
    auto batch = TRY(reader.next());
    if (!batch) {
      flush_output();
      if (!follow || next > within.last) return {};
      pause_output(kFollowPauseMs);
      continue;
    }
    std::string_view rest = batch->lines;
    for (next = batch->first_sequence; !rest.empty(); ++next) {
      size_t end = rest.find('\n');
      if (next > within.last) return {};
      auto text = renderer.render(rest.substr(0, end));
      if (text && next >= within.first) print(*text);
      rest.remove_prefix(end + 1);
    }
  }
}

/// As git has it, a number counts from the end: what is there now is read from the end, what comes later as it comes.
Result<void> run(Context& context, const LogOptions& options, history::LogLines& lines, Renderer& renderer) {
  Bounds within = TRY(bounds(context, options));
  if (options.reverse) return backward(options, lines, renderer, within, print);
  if (!options.last) return forward(context, options.follow, lines, renderer, within);
  log::Sequence end = TRY(lines.last());
  std::deque<std::string> kept;
  TRY(backward(options, lines, renderer, {within.first, std::min(within.last, end)},
               [&](std::string text) { kept.push_front(std::move(text)); }));
  for (const std::string& text : kept) print(text);
  if (!options.follow || within.last <= end) return {};
  return forward(context, true, lines, renderer, {end + 1, within.last});
}

}  // namespace

int run_log(Context& context, const LogOptions& options) {
  auto filter = EventFilter::of(options);
  if (!filter) return report(filter.error());
  // What is known of the end is read first: the daemon may be at work.
  auto known = known_end(context);
  history::LogLines lines(context.files, history::log_directory(context.data_dir));
  if (auto lost = known && lines.last() ? lost_end(*known, *lines.last()) : std::nullopt) note(*lost);
  Renderer renderer(context, *filter, lines);
  if (auto done = run(context, options, lines, renderer); !done) return report(done.error());
  bool is_missing = renderer.found() == 0 && !filter->words().empty() && options.last != 0U;
  if (!is_missing) return kOk;
  return report({Errc::not_found, concat("not found: no event matches ", filter->words(), filter->advice())});
}

}  // namespace cloudemu::tool
