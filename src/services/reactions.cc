#include "services/reactions.h"

#include "services/dynamodb/backup_jobs.h"
#include "services/dynamodb/replicate.h"
#include "services/s3/notify.h"
#include "services/s3/replicate.h"
#include "services/s3/schedule.h"
#include "services/sqs/deliver.h"

namespace cloudemu {

std::vector<Event> reactions_to(const State& state, const Happened& happened, const Moment& moment) {
  std::vector<Event> events = dynamodb::replicated(state.dynamodb(), happened, moment);
  for (s3::Notice& notice : s3::notices_of(state.s3(), happened, moment.now)) {
    auto sent = sqs::deliver(state.sqs(), notice.queue_arn, std::move(notice.body), s3::kNoticeSender, moment);
    if (sent) events.emplace_back(std::move(*sent));
  }
  for (Event& copy : s3::replicas_of(state.s3(), happened)) events.push_back(std::move(copy));
  if (auto scheduled = s3::schedule_after(state.s3(), happened, moment)) events.emplace_back(std::move(*scheduled));
  if (auto job = dynamodb::job_after(state.dynamodb(), happened, moment.now)) events.push_back(std::move(*job));
  return events;
}

}  // namespace cloudemu
