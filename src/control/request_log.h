#pragma once
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "core/clock.h"
#include "protocol/http_message.h"
#include "services/pending_call.h"

namespace cloudemu {

/// What the log of requests says of one request: who called what, and with which result. No secrets.
struct RequestRecord {
  TimeMs time = 0;                       ///< when the reply was given, by the machine's clock
  uint64_t began_us = 0;                 ///< when the request's head was there, by monotonic_us()
  uint64_t duration_us = 0;              ///< from then to the reply
  uint64_t request_id = 0;               ///< 0: bytes that are no request
  uint64_t sequence = 0;                 ///< the last event that the reply saw
  uint64_t bytes_in = 0, bytes_out = 0;  ///< of the bodies
  int status = 0;
  std::string service;    ///< "s3", "dynamodb", "sqs", "sts" ...; empty: the daemon itself
  std::string operation;  ///< "PutItem"; a method if it is not known; of the daemon itself "POST /_cloudemu/reset"
  std::string error;      ///< AWS's code of it; empty if there was none
  std::string resource;   ///< "photos/cat.jpg", a table, a queue; empty: none
  std::string account, region, access_key;
  std::string source;  ///< the client's address
  std::string remark;  ///< what would have been refused, had policies been enforced; empty: nothing
};

/// The last requests of all services, reads and refusals too, in bounded memory; and a line for each if somebody wants to read along.
class RequestLog {
 public:
  static constexpr size_t kRecordsMax = 1000;
  /// A bucket and the longest key; other texts are cut as well.
  static constexpr size_t kTextBytesMax = 1100;
  using Lines = std::function<void(std::string_view line)>;

  explicit RequestLog(const Clock& clock) : clock_(clock) {}
  /// From now on each request gives a line.
  void set_lines(Lines lines) { lines_ = std::move(lines); }

  /// A call gets its reply.
  void end(const PendingCall& call, const http::Response& response);
  /// A request to the daemon itself, or what is no request at all, gets its reply. Fields that are not given stay empty.
  void note(RequestRecord record);

  /// Hands out the last `count` records, the newest first. They are good until the next one.
  void for_last(size_t count, const std::function<void(const RequestRecord&)>& visit) const;
  /// `last` records, oldest first, as a JSON document.
  std::string json(size_t last) const;
  /// Whether there was a call of that service since the start.
  bool has_served(std::string_view service) const;

 private:
  RequestRecord& next();
  void tell(const RequestRecord& record);

  const Clock& clock_;
  Lines lines_;
  std::string line_;                    // reused
  std::vector<RequestRecord> records_;  // a ring, whose texts are reused as well
  uint64_t count_ = 0;                  // since the start
  std::vector<std::string> served_;     // services, each once
};

/// A text as a client sent it, so that it can be shown: UTF-8 without control characters.
std::string safe(std::string_view text);
/// "1.9"
void append_ms(std::string& out, uint64_t us);

/// "2026-11-23T10:00:02.331Z AWS s3.GetObject => 404 (NoSuchKey)  photos/cat.txt  1.2 ms ...": begins as LocalStack's line does, on
/// which scripts wait. Safe to write to a terminal.
void append_line(std::string& out, const RequestRecord& record);

/// AWS's error code in the body of an error reply, JSON or XML; empty in other replies.
std::string_view error_code(std::string_view body);

}  // namespace cloudemu
