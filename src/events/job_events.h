#pragma once
#include <cstdint>
#include <string>

#include "core/clock.h"
#include "events/fields.h"

/// The facts of jobs: work that is too long for one call, done in slices. What a slice does to its subject are events of the subject's
/// service, in the same call as the JobAdvanced that says how far the job has come. `job` is the sequence of its JobStarted.
namespace cloudemu::jobs {

struct JobStarted {
  static constexpr std::string_view kType = "job.Started";
  static constexpr int kVersion = 1;
  std::string kind;     ///< of events/job_kinds.h: "ddb.FillIndex"
  int64_t subject = 0;  ///< the number of what it works on: a table, a queue
  int64_t part = 0;     ///< of the subject, e.g. an index; 0: all of it
  std::string account, region;
  TimeMs started_at = 0;
  events::Binary cursor = {};  ///< where the first slice begins, in the kind's own terms

  bool operator==(const JobStarted&) const = default;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("kind", self.kind);
    fields("subject", self.subject);
    fields("part", self.part);
    fields("account", self.account);
    fields("region", self.region);
    fields("started_at", self.started_at);
    fields("cursor", self.cursor);
  }
};

struct JobAdvanced {
  static constexpr std::string_view kType = "job.Advanced";
  static constexpr int kVersion = 1;
  int64_t job = 0;
  events::Binary cursor;  ///< where the next slice goes on, in the kind's own terms
  int64_t done = 0;       ///< units of work so far
  TimeMs resumes_at = 0;  ///< the next slice is not done before this virtual time; 0: at once

  bool operator==(const JobAdvanced&) const = default;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("job", self.job);
    fields("cursor", self.cursor);
    fields("done", self.done);
    fields("resumes_at", self.resumes_at);
  }
};

struct JobEnded {
  static constexpr std::string_view kType = "job.Ended";
  static constexpr int kVersion = 1;
  int64_t job = 0;
  std::string status;  ///< COMPLETED; FAILED; CANCELLED if somebody said so, or its subject went away
  int64_t done = 0;    ///< units of work in all
  TimeMs ended_at = 0;

  bool operator==(const JobEnded&) const = default;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("job", self.job);
    fields("status", self.status);
    fields("done", self.done);
    fields("ended_at", self.ended_at);
  }
};

}  // namespace cloudemu::jobs
