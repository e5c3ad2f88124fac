#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "core/clock.h"
#include "core/digest.h"
#include "events/event.h"
#include "events/subject.h"
#include "protocol/http_message.h"

/// What a rule returns: its answer, or what it needs before it can answer.
namespace cloudemu {

/// A stretch of a body: of a blob, or (without a blob) the bytes themselves.
struct BodyExtent {
  std::string blob = {};
  uint64_t offset = 0;
  uint64_t length = 0;
  std::string bytes = {};

  bool operator==(const BodyExtent&) const = default;
};

/// What happens, and the reply.
struct Answer {
  std::vector<Event> events = {};
  http::Response response = {};
  std::vector<BodyExtent> body = {};  ///< the reply's body, instead of response.body
  /// The reply gives away what nobody else will get meanwhile (messages): only a client that is still there may have it.
  bool gives_away = false;
};

/// "Ask again when something comes to this subject, or when the time is over": a long poll, for now. Its events happen all the same.
struct Wait {
  Subject on;
  TimeMs duration_ms;
  bool unfinished = false;  ///< not all was looked at: ask again in a later turn of the loop, whatever comes
  std::vector<Event> events = {};
};

/// Time has not yet done its work on this subject: the engine does it and asks again.
struct Settle {
  Subject subject;
};

/// Digests that a rule cannot do without, of bytes too many to take on the loop: a copy needs the MD5 of what it copies. The engine has
/// them computed on worker threads, gives them to the call and asks again.
/// Without a kind the bytes are only read, which checks them: what is damaged must not be copied.
struct DigestRequest {
  std::vector<BodyExtent> extents;
  std::vector<DigestKind> kinds;
  std::string owner = {};  ///< what the bytes are of, for warnings: "s3://photos/cat.jpg"

  bool operator==(const DigestRequest&) const = default;
};
/// The answer to a DigestRequest.
struct Digests {
  DigestRequest of;
  std::map<DigestKind, std::string> values;  ///< raw bytes
};

/// A part of what happens, where all of it at once would keep others waiting. The engine asks for the next part once the log has kept
/// this one; a failure in between leaves the parts before it done, so this is for what is not atomic anyway.
struct Part {
  std::vector<Event> events;
};

using Outcome = std::variant<Answer, Wait, Settle, DigestRequest, Part>;

/// What is to be written; null for outcomes that write nothing.
std::vector<Event>* events_of(Outcome& outcome);

/// One event and the reply to it.
inline Answer outcome_of(Event event, http::Response response) {
  Answer answer{.response = std::move(response)};
  answer.events.push_back(std::move(event));
  return answer;
}
/// A reply alone: nothing changes.
inline Answer outcome_of(http::Response response) { return Answer{.response = std::move(response)}; }

}  // namespace cloudemu
