#pragma once
#include "events/envelope.h"
#include "projections/sqlite.h"

namespace cloudemu::jobs {

/// Folds the events of jobs: one row per job that runs. Nothing is kept of those that ended, the log has it.
class JobProjection {
 public:
  explicit JobProjection(sqlite::Database& database);
  static void create_schema(sqlite::Database& database);

  void apply(const Envelope& envelope, const JobStarted& event);
  void apply(const Envelope& envelope, const JobAdvanced& event);
  void apply(const Envelope& envelope, const JobEnded& event);

  /// How many run.
  int64_t running() const { return running_; }

 private:
  sqlite::Statement start_, advance_, end_;
  int64_t running_ = 0;
};

}  // namespace cloudemu::jobs
