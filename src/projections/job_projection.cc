#include "projections/job_projection.h"

namespace cloudemu::jobs {

using sqlite::Blob;

void JobProjection::create_schema(sqlite::Database& database) {
  database.run(R"sql(
    CREATE TABLE job(
      id INTEGER PRIMARY KEY, kind TEXT NOT NULL, subject INTEGER NOT NULL, part INTEGER NOT NULL, account TEXT NOT NULL,
      region TEXT NOT NULL, started_at INTEGER NOT NULL, cursor BLOB NOT NULL, done INTEGER NOT NULL, resumes_at INTEGER NOT NULL);
    CREATE INDEX job_subject ON job(subject, kind);
    CREATE INDEX job_part ON job(kind, part);
  )sql");
}

JobProjection::JobProjection(sqlite::Database& d)
    : start_(d, "INSERT INTO job VALUES(?, ?, ?, ?, ?, ?, ?, ?, 0, 0)"),
      advance_(d, "UPDATE job SET cursor = ?2, done = ?3, resumes_at = ?4 WHERE id = ?1"),
      end_(d, "DELETE FROM job WHERE id = ?") {
  sqlite::Statement list(d, "SELECT id, resumes_at FROM job");
  for (auto row = list.query(); row.next();) (row.integer(1) > 0 ? resting_ : running_).insert(row.integer(0));
}

void JobProjection::apply(const Envelope& envelope, const JobStarted& e) {
  start_.run(envelope.sequence, e.kind, e.subject, e.part, e.account, e.region, e.started_at, Blob{e.cursor.bytes});
  running_.insert(static_cast<int64_t>(envelope.sequence));
}

void JobProjection::apply(const Envelope&, const JobAdvanced& e) {
  advance_.run(e.job, Blob{e.cursor.bytes}, e.done, e.resumes_at);
  bool rests = e.resumes_at > 0;
  if (rests == resting_.contains(e.job)) return;
  (rests ? running_ : resting_).erase(e.job);
  (rests ? resting_ : running_).insert(e.job);
}

void JobProjection::apply(const Envelope&, const JobEnded& e) {
  end_.run(e.job);
  running_.erase(e.job);
  resting_.erase(e.job);
}

}  // namespace cloudemu::jobs
