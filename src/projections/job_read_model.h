#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "core/clock.h"
#include "projections/job_projection.h"
#include "projections/sqlite.h"

namespace cloudemu::jobs {

/// A job that runs, as far as it has come.
struct Job {
  int64_t id = 0;
  std::string kind;
  int64_t subject = 0, part = 0;
  std::string account, region;
  TimeMs started_at = 0;
  std::string cursor;  ///< of the last JobAdvanced; empty: no slice was done yet
  int64_t done = 0;
};

class JobReadModel {
 public:
  JobReadModel(sqlite::Database& database, const JobProjection& projection);

  bool any() const { return projection_.running() > 0; }
  /// The job whose turn it is after `job`: they take turns in the order in which they were started. Nothing if none runs.
  std::optional<Job> next(int64_t after) const;
  std::optional<Job> find(int64_t job) const;
  /// Whether a job of that kind runs on a subject.
  bool runs_on(int64_t subject, std::string_view kind) const;

 private:
  const JobProjection& projection_;
  mutable sqlite::Statement next_, find_, runs_on_;
};

}  // namespace cloudemu::jobs
