#pragma once
#include <optional>

#include "projections/sqs_read_model.h"
#include "services/job_slice.h"

/// What a purged or deleted queue left behind goes in slices, if it is much. Nobody can see it meanwhile: numbers of piles never come back.
namespace cloudemu::sqs {

/// Rows that go with the event that leaves them behind: one or two milliseconds of work.
inline constexpr size_t kClearedAtOnceMax = 500;

/// jobs::kClearLeftovers.
jobs::Slice clear_slice(const State& state, const jobs::Job& job, const Moment& moment, size_t limit);

/// The job that is to clear away what lies in a queue; none if it is little.
std::optional<jobs::JobStarted> clear_job(const SqsReadModel& state, const Queue& queue, TimeMs now);

}  // namespace cloudemu::sqs
