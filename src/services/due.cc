#include "services/due.h"

#include "services/dynamodb/due.h"
#include "services/jobs.h"
#include "services/s3/due.h"
#include "services/sqs/due.h"
#include "services/sqs/move_task.h"

namespace cloudemu {

namespace {

OwnCall due_in_queue(const State& state, int64_t queue, const Moment& moment, size_t limit) {
  OwnCall work{.info = {.operation = "Timer:Messages"}, .events = sqs::due_messages(state.sqs(), queue, moment, limit)};
  auto task = work.events.empty() ? sqs::task_without_job(state, queue) : std::nullopt;
  if (!task) return work;
  sqs::Queue source;
  source.id = queue;
  OwnCall start{.info = {.operation = "Timer:MessageMoveTask"}, .cause = static_cast<uint64_t>(task->id)};
  start.events.push_back(sqs::move_job(source, moment.now));
  return start;
}

/// Only a job that rests: others are the engine's to run, as it has time.
OwnCall due_of_job(const State& state, int64_t id, const Moment& moment, size_t limit) {
  auto job = state.jobs().find(id);
  if (!job || job->resumes_at == 0 || job->resumes_at > moment.now) return {};
  return jobs::next_slice(state, *job, moment, limit);
}

std::optional<TimeMs> next_in_queue(const State& state, int64_t queue) {
  if (auto task = sqs::task_without_job(state, queue)) return task->started_at;
  return state.sqs().next_due(queue);
}

std::optional<TimeMs> next_of_job(const State& state, int64_t id) {
  auto job = state.jobs().find(id);
  if (!job || job->resumes_at == 0) return std::nullopt;
  return job->resumes_at;
}

}  // namespace

OwnCall due_work(const State& state, Subject subject, const Moment& moment, size_t limit) {
  switch (subject.kind) {
    case Subject::Kind::queue: return due_in_queue(state, subject.id, moment, limit);
    case Subject::Kind::job: return due_of_job(state, subject.id, moment, limit);
    case Subject::Kind::bucket: return s3::due_in_bucket(state.s3(), subject.id, moment, limit);
    case Subject::Kind::table: return dynamodb::due_in_table(state.dynamodb(), subject.id, moment, limit);
    case Subject::Kind::pile: break;
  }
  return {};
}

std::optional<TimeMs> next_due(const State& state, Subject subject, const Moment& moment) {
  switch (subject.kind) {
    case Subject::Kind::queue: return next_in_queue(state, subject.id);
    case Subject::Kind::job: return next_of_job(state, subject.id);
    case Subject::Kind::bucket: return s3::next_in_bucket(state.s3(), subject.id);
    case Subject::Kind::table: return dynamodb::next_in_table(state.dynamodb(), subject.id, moment);
    case Subject::Kind::pile: break;
  }
  return std::nullopt;
}

std::vector<Subject> subjects_with_work(const State& state) {
  std::vector<Subject> subjects;
  for (int64_t queue : state.sqs().queues_with_work()) subjects.push_back(Subject::queue(queue));
  for (int64_t job : state.jobs().resting()) subjects.push_back(Subject::job(job));
  for (int64_t bucket : state.s3().buckets_with_appointments()) subjects.push_back(Subject::bucket(bucket));
  for (int64_t table : dynamodb::tables_with_work(state.dynamodb())) subjects.push_back(Subject::table(table));
  return subjects;
}

}  // namespace cloudemu
