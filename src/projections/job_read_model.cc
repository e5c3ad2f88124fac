#include "projections/job_read_model.h"

#include "core/strings.h"

namespace cloudemu::jobs {

namespace {

constexpr std::string_view kSelect = "SELECT id, kind, subject, part, account, region, started_at, cursor, done FROM job ";

std::optional<Job> read_job(sqlite::Query row) {
  if (!row.next()) return std::nullopt;
  return Job{.id = row.integer(0),
             .kind = row.text(1),
             .subject = row.integer(2),
             .part = row.integer(3),
             .account = row.text(4),
             .region = row.text(5),
             .started_at = row.integer(6),
             .cursor = std::string(row.bytes(7)),
             .done = row.integer(8)};
}

}  // namespace

JobReadModel::JobReadModel(sqlite::Database& d, const JobProjection& projection)
    : projection_(projection),
      next_(d, concat(kSelect, "WHERE id > ? ORDER BY id LIMIT 1")),
      find_(d, concat(kSelect, "WHERE id = ?")),
      runs_on_(d, "SELECT 1 FROM job WHERE subject = ? AND kind = ?") {}

std::optional<Job> JobReadModel::next(int64_t after) const {
  auto job = read_job(next_.query(after));
  return job || after == 0 ? job : read_job(next_.query(0));
}

std::optional<Job> JobReadModel::find(int64_t job) const { return read_job(find_.query(job)); }

bool JobReadModel::runs_on(int64_t subject, std::string_view kind) const {
  auto row = runs_on_.query(subject, kind);
  return row.next();
}

}  // namespace cloudemu::jobs
