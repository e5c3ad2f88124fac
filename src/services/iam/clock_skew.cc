#include "services/iam/clock_skew.h"

#include "core/strings.h"
#include "core/time_format.h"

namespace cloudemu {

std::string skew_message(TimeMs signed_at, TimeMs now) {
  bool early = signed_at > now;
  return concat(early ? "Signature not yet current: " : "Signature expired: ", iso8601_basic(signed_at),
                early ? " is still later than " : " is now earlier than ", iso8601_basic(early ? now + kSkewMaxMs : now - kSkewMaxMs), " (",
                iso8601_basic(now), early ? " + 15 min.)" : " - 15 min.)");
}

TimeMs signers_now(TimeMs signed_at, TimeMs now, const ClockHistory* clock) {
  if (!clock) return now;
  TimeMs passed = now - clock->before(signed_at);
  return passed < -kSkewMaxMs ? now : signed_at + passed;
}

std::string day_message(std::string_view day, std::string_view timestamp) {
  return concat("Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '", day, "' != '",
                timestamp.substr(0, 8), "', from '", timestamp, "'.");
}

}  // namespace cloudemu
