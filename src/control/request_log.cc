#include "control/request_log.h"

#include <algorithm>

#include "control/request_subject.h"
#include "core/json_writer.h"
#include "core/stopwatch.h"
#include "core/time_format.h"

namespace cloudemu {

namespace {

/// "s3://photos/cat.jpg" as "photos/cat.jpg", "s3://photos/" as "photos".
std::string_view without_scheme(std::string_view object) {
  constexpr std::string_view kScheme = "s3://";
  if (object.starts_with(kScheme)) object.remove_prefix(kScheme.size());
  return object.find('/') + 1 == object.size() ? object.substr(0, object.size() - 1) : object;
}

/// Takes over a text without giving up the memory that is there for it.
void keep(std::string& into, std::string_view text) { into.assign(text.substr(0, RequestLog::kTextBytesMax)); }

void append_percent(std::string& out, unsigned char byte) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  append(out, '%', kHex[byte >> 4], kHex[byte & 15]);
}

/// What a client sent must not steer a terminal, nor make the line something else than one line of UTF-8.
void append_safe(std::string& out, std::string_view text) {
  bool whole = is_utf8(text);
  unsigned char before = 0;
  for (char c : text) {
    auto byte = static_cast<unsigned char>(c);
    bool control = byte < 0x20 || byte == 0x7F;
    bool c1_control = before == 0xC2 && byte < 0xA0;  // U+0080 to U+009F, some of which are what ESC and '[' are together
    if (c1_control && whole) {
      out.pop_back();
      append_percent(out, before);
    }
    if (control || c1_control || (byte >= 0x80 && !whole)) append_percent(out, byte);
    else out.push_back(c);
    before = byte;
  }
}

std::string_view between(std::string_view text, std::string_view before, char after) {
  size_t start = text.find(before);
  if (start == std::string_view::npos) return {};
  text.remove_prefix(start + before.size());
  size_t end = text.find(after);
  return end == std::string_view::npos ? std::string_view() : text.substr(0, end);
}

/// What the engine set last.
uint64_t sequence_of(const http::Response& response) {
  return parse_integer<uint64_t>(response.headers.find("x-cloudemu-seq").value_or("")).value_or(0);
}

}  // namespace

std::string safe(std::string_view text) {
  std::string out;
  append_safe(out, text);
  return out;
}

void append_ms(std::string& out, uint64_t us) { append(out, us / 1000, ".", us % 1000 / 100); }

std::string_view error_code(std::string_view body) {
  if (!body.starts_with('{')) return between(body, "<Code>", '<');
  std::string_view type = between(body, "\"__type\":\"", '"');
  if (type.empty()) type = between(body, "\"code\":\"", '"');
  return type.substr(type.find('#') + 1);
}

RequestRecord& RequestLog::next() {
  size_t place = count_++ % kRecordsMax;
  if (place == records_.size()) records_.emplace_back();
  return records_[place];
}

void RequestLog::end(const PendingCall& call, const http::Response& response) {
  const http::Request& request = call.request();
  RequestRecord& record = next();
  const CallInfo& info = call.info();
  record.time = clock_.now();
  record.began_us = call.began_us();
  record.duration_us = monotonic_us() - record.began_us;
  record.request_id = call.request_id();
  record.status = response.status;
  record.bytes_in = request.content_length.value_or(request.body.size());
  record.bytes_out = response.content_length.value_or(response.body.size());
  record.sequence = sequence_of(response);
  keep(record.operation, info.operation.empty() ? request.method : std::string_view(info.operation));
  keep(record.service, call.service());
  keep(record.error, response.status < 300 ? std::string_view() : error_code(response.body));
  std::string object = call.resource();
  keep(record.resource, record.service == "s3" ? without_scheme(object) : subject_in_body(request));
  keep(record.account, info.account);
  keep(record.region, info.region);
  keep(record.access_key, info.access_key);
  keep(record.source, info.source);
  keep(record.remark, call.remark());
  if (!has_served(record.service)) served_.push_back(record.service);
  tell(record);
}

void RequestLog::note(RequestRecord record) {
  record.time = clock_.now();
  record.duration_us = monotonic_us() - record.began_us;
  for (std::string* text : {&record.operation, &record.error, &record.resource}) text->resize(std::min(text->size(), kTextBytesMax));
  RequestRecord& kept = next();
  kept = std::move(record);
  tell(kept);
}

void RequestLog::for_last(size_t count, const std::function<void(const RequestRecord&)>& visit) const {
  for (uint64_t back = 1; back <= std::min<uint64_t>({count, count_, records_.size()}); ++back)
    visit(records_[(count_ - back) % kRecordsMax]);
}

bool RequestLog::has_served(std::string_view service) const { return std::find(served_.begin(), served_.end(), service) != served_.end(); }

void RequestLog::tell(const RequestRecord& record) {
  if (!lines_) return;
  line_.clear();
  append_line(line_, record);
  lines_(line_);
}

void append_line(std::string& out, const RequestRecord& record) {
  append_iso8601(out, record.time);
  append(out, record.service.empty() ? " " : " AWS ", safe(record.service), record.service.empty() ? "" : ".", safe(record.operation));
  append(out, " => ", record.status);
  if (!record.error.empty()) append(out, " (", safe(record.error), ")");
  append(out, "  ");
  if (!record.resource.empty()) append(out, safe(record.resource), "  ");
  if (record.bytes_in > 0) append(out, record.bytes_in, " B in  ");
  if (record.bytes_out > 0) append(out, record.bytes_out, " B out  ");
  append_ms(out, record.duration_us);
  append(out, " ms  seq ", record.sequence);
  if (!record.remark.empty()) append(out, "  iam would refuse: ", safe(record.remark));
}

std::string RequestLog::json(size_t last) const {
  size_t shown = std::min({last, records_.size(), kRecordsMax});
  std::string out;
  JsonWriter json(out);
  json.begin_object().field("count", count_).key("requests").begin_array();
  for (uint64_t number = count_ - shown; number < count_; ++number) {
    const RequestRecord& record = records_[number % kRecordsMax];
    json.begin_object().field("time", iso8601(record.time));
    if (!record.service.empty()) json.field("service", record.service);
    json.field("operation", safe(record.operation)).field("status", record.status);
    if (!record.error.empty()) json.field("error", safe(record.error));
    if (!record.resource.empty()) json.field("resource", safe(record.resource));
    json.field("bytes_in", record.bytes_in).field("bytes_out", record.bytes_out);
    std::string ms;
    append_ms(ms, record.duration_us);
    json.key("ms").raw(ms);
    json.field("sequence", record.sequence);
    if (record.request_id != 0) json.field("request", request_id_text(record.request_id));
    for (auto [name, text] : {std::pair("account", &record.account),
                              {"region", &record.region},
                              {"key", &record.access_key},
                              {"source", &record.source},
                              {"iam_would_refuse", &record.remark}}) {
      if (!text->empty()) json.field(name, safe(*text));
    }
    json.end_object();
  }
  json.end_array().end_object();
  return out;
}

}  // namespace cloudemu
