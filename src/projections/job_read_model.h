#pragma once
#include <optional>
#include <set>
#include <string>

#include "core/clock.h"
#include "events/job_kinds.h"
#include "projections/job_projection.h"
#include "projections/sqlite.h"

namespace cloudemu::jobs {

/// A job that has not ended, as far as it has come.
struct Job {
  int64_t id = 0;
  std::string kind;
  Subject subject;
  int64_t part = 0;
  std::string account, region;
  TimeMs started_at = 0;
  std::string cursor;  ///< of the last JobAdvanced, or of JobStarted if no slice was done yet
  int64_t done = 0;
  TimeMs resumes_at = 0;  ///< not before this virtual time; 0: at once
};

/// The jobs that have not ended.
class JobReadModel {
 public:
  JobReadModel(sqlite::Database& database, const JobProjection& projection);

  /// Whether a slice of some job may be done at once.
  bool any_running() const { return !projection_.running().empty(); }
  /// The job whose turn it is after `job`: those that do not rest take turns in the order in which they were started. Nothing if none
  /// runs.
  std::optional<Job> next(int64_t after) const;
  std::optional<Job> find(int64_t job) const;
  /// The job of that kind on a subject.
  std::optional<Job> find_on(int64_t subject, const Kind& kind) const;
  /// Whether a later job of the same kind is about the same part, of another subject.
  bool is_overtaken(const Job& job) const;
  /// Numbers of the jobs that rest until some time.
  const std::set<int64_t>& resting() const { return projection_.resting(); }

 private:
  const JobProjection& projection_;
  mutable sqlite::Statement find_, find_on_, later_;
};

}  // namespace cloudemu::jobs
