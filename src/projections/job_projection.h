#pragma once
#include <cstdint>
#include <set>

#include "events/envelope.h"
#include "projections/sqlite.h"

namespace cloudemu::jobs {

/// Folds the events of jobs: one row per job that has not ended. Nothing is kept of those that ended, the log has it.
class JobProjection {
 public:
  explicit JobProjection(sqlite::Database& database);
  static void create_schema(sqlite::Database& database);

  void apply(const Envelope& envelope, const JobStarted& event);
  void apply(const Envelope& envelope, const JobAdvanced& event);
  void apply(const Envelope& envelope, const JobEnded& event);

  /// The jobs whose next slice may be done at once, and those that rest until some time.
  const std::set<int64_t>& running() const { return running_; }
  const std::set<int64_t>& resting() const { return resting_; }

 private:
  sqlite::Statement start_, advance_, end_;
  std::set<int64_t> running_, resting_;
};

}  // namespace cloudemu::jobs
