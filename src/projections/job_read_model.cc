#include "projections/job_read_model.h"

#include "core/strings.h"

namespace cloudemu::jobs {

namespace {

constexpr std::string_view kSelect = "SELECT id, kind, subject, part, account, region, started_at, cursor, done, resumes_at FROM job ";

std::optional<Job> read_job(sqlite::Query row) {
  if (!row.next()) return std::nullopt;
  std::string kind = row.text(1);
  Subject subject = subject_of(kind, row.integer(2)).value_or(Subject{});
  return Job{.id = row.integer(0),
             .kind = std::move(kind),
             .subject = subject,
             .part = row.integer(3),
             .account = row.text(4),
             .region = row.text(5),
             .started_at = row.integer(6),
             .cursor = std::string(row.bytes(7)),
             .done = row.integer(8),
             .resumes_at = row.integer(9)};
}

}  // namespace

JobReadModel::JobReadModel(sqlite::Database& d, const JobProjection& projection)
    : projection_(projection),
      find_(d, concat(kSelect, "WHERE id = ?")),
      find_on_(d, concat(kSelect, "INDEXED BY job_subject WHERE subject = ? AND kind = ? ORDER BY id LIMIT 1")),
      later_(d, "SELECT 1 FROM job INDEXED BY job_part WHERE kind = ? AND part = ? AND id > ? AND subject <> ? LIMIT 1") {}

std::optional<Job> JobReadModel::next(int64_t after) const {
  const std::set<int64_t>& running = projection_.running();
  if (running.empty()) return std::nullopt;
  auto next = running.upper_bound(after);
  return find(next == running.end() ? *running.begin() : *next);
}

std::optional<Job> JobReadModel::find(int64_t job) const { return read_job(find_.query(job)); }

std::optional<Job> JobReadModel::find_on(int64_t subject, const Kind& kind) const { return read_job(find_on_.query(subject, kind.name)); }

bool JobReadModel::is_overtaken(const Job& job) const { return later_.query(job.kind, job.part, job.id, job.subject.id).next(); }

}  // namespace cloudemu::jobs
