#include "realm/past.h"

#include <atomic>

#include "core/strings.h"
#include "history/compact.h"
#include "history/data_dir.h"
#include "history/past.h"
#include "history/replay.h"
#include "history/state_file.h"

namespace cloudemu {

namespace {

/// The virtual time of an event; if that was compacted away (a snapshot has what it did), of the one after it.
Result<TimeMs> time_of(log::FileSystem& files, const std::string& data_dir, log::Sequence at) {
  TimeMs time = 0;
  auto note = [&](const Envelope& envelope, std::string_view) {
    time = envelope.time;
    return false;
  };
  std::string log_directory = history::log_directory(data_dir);
  auto read = history::for_each_event(files, log_directory, at, note);
  if (!read && read.error().code == Errc::not_found) read = history::for_each_event(files, log_directory, at + 1, note);
  TRY(std::move(read));
  return time;
}

}  // namespace

Result<std::unique_ptr<Past>> Past::open(log::FileSystem& files, const std::string& data_dir, log::Sequence at) {
  // Two of one event may be under way at once.
  static std::atomic<uint64_t> number{0};
  std::string directory = history::past_directory(data_dir);
  TRY(files.make_directories(directory));
  std::unique_ptr<Past> past(new Past(files, concat(directory, "/", at, "-", ++number, ".db")));
  past->time_ = TRY(time_of(files, data_dir, std::max<log::Sequence>(at, 1)));
  TRY(history::build_state(files, data_dir, at, past->path_));
  past->state_ = TRY(State::attach(TRY(sqlite::Database::open_file(past->path_, sqlite::Database::Journal::scratch))));
  past->log_ = TRY(log::Log::open(past->nothing_, "/log", {.keep = log::Log::Keep::none, .after = at}, past->time_, [] {}));
  if (past->state_->applied() == at) return past;
  return fail(Errc::not_found, concat("event ", at, " is not in the log, which ends with event ", past->state_->applied()));
}

Result<std::unique_ptr<Past>> Past::open_at(log::FileSystem& files, const std::string& data_dir, TimeMs at, log::Sequence before) {
  log::Sequence low = TRY(history::first_sequence(files, history::log_directory(data_dir))), high = before;
  if (low >= before || TRY(time_of(files, data_dir, low)) > at) {
    return fail(Errc::not_found, concat("the log begins with event ", low, ", which is later"));
  }
  // low was decided by then, high was not, or is too late an event.
  while (high - low > 1) {
    log::Sequence middle = low + (high - low) / 2;
    (TRY(time_of(files, data_dir, middle)) <= at ? low : high) = middle;
  }
  return open(files, data_dir, low);
}

Past::~Past() {
  state_.reset();
  (void)history::remove_state(files_, path_);
}

}  // namespace cloudemu
