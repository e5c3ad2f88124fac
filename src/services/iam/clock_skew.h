#pragma once
#include <string>
#include <string_view>

#include "core/clock_history.h"

namespace cloudemu {

/// How far the time of a signature may be from now, before or after.
/// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-troubleshooting.html
constexpr TimeMs kSkewMaxMs = 15 * 60 * kSecondMs;

/// What DynamoDB and the services of the Query protocol say of a signature that is further off. In: its time, and the time now.
std::string skew_message(TimeMs signed_at, TimeMs now);

/// What they say of a scope whose day is not that of `timestamp`, "20261123T040000Z".
std::string day_message(std::string_view day, std::string_view timestamp);

/// The present, by the clock of whoever made a link or a form at `signed_at`: as much later as the virtual clock, which shows `now`, has gone
/// on since. Clients go by real time; who signs ahead of it goes by the virtual clock, too. Without a history time is real.
TimeMs signers_now(TimeMs signed_at, TimeMs now, const ClockHistory* clock);

}  // namespace cloudemu
