#include "services/s3/conditions.h"

#include <algorithm>

#include "core/strings.h"
#include "core/time_format.h"
#include "services/s3/errors.h"
#include "services/s3/reply.h"

namespace cloudemu::s3 {

namespace {

/// The four headers of one family.
struct Conditions {
  std::optional<std::string_view> match, none_match, modified_since, unmodified_since;
};

/// Which of them do not hold.
struct Failed {
  bool if_match = false, if_unmodified_since = false;     // the object is not what the client thinks
  bool if_none_match = false, if_modified_since = false;  // the client has it already
};

bool any_etag(std::string_view list, std::string_view etag) {
  auto entries = split(list, ',');
  return std::any_of(entries.begin(), entries.end(), [&](std::string_view entry) {
    entry = trim(entry);
    return entry == "*" || is_etag(entry, etag);
  });
}

std::optional<TimeMs> date_of(const std::optional<std::string_view>& header) {
  if (!header) return std::nullopt;
  return parse_http_date(*header);
}

/// RFC 9110 section 13.2.2: the ETag conditions come before the dates of the same kind, and decide alone.
Failed evaluate(const Conditions& c, const ObjectVersion& object, TimeMs now) {
  TimeMs modified = object.modified_at - object.modified_at % kSecondMs;
  Failed failed;
  auto unmodified_since = date_of(c.unmodified_since);
  if (c.match) failed.if_match = !any_etag(*c.match, object.etag);
  else if (unmodified_since) failed.if_unmodified_since = modified > *unmodified_since;
  auto modified_since = date_of(c.modified_since);
  if (c.none_match) failed.if_none_match = any_etag(*c.none_match, object.etag);
  else if (modified_since && *modified_since <= now) failed.if_modified_since = modified <= *modified_since;
  return failed;
}

}  // namespace

bool is_etag(std::string_view text, std::string_view etag) {
  text = trim(text);
  if (text.starts_with("W/")) text.remove_prefix(2);
  if (text.size() >= 2 && text.front() == '"' && text.back() == '"') text = text.substr(1, text.size() - 2);
  return text == etag;
}

AwsResult<Verdict> check_read_conditions(const Call& call, const ObjectVersion& object) {
  Conditions conditions{call.find_header("if-match"), call.find_header("if-none-match"), call.find_header("if-modified-since"),
                        call.find_header("if-unmodified-since")};
  Failed failed = evaluate(conditions, object, call.now);
  if (failed.if_match) return fail(precondition_failed("If-Match"));
  if (failed.if_unmodified_since) return fail(precondition_failed("If-Unmodified-Since"));
  return failed.if_none_match || failed.if_modified_since ? Verdict::not_modified : Verdict::go_on;
}

bool is_range_wanted(const Call& call, const ObjectVersion& object) {
  auto header = call.http.find("if-range");
  if (!header) return true;
  if (auto date = parse_http_date(*header)) return *date == object.modified_at - object.modified_at % kSecondMs;
  return !header->starts_with("W/") && is_etag(*header, object.etag);
}

http::Response not_modified(const ObjectVersion& object) {
  http::Response response{.status = 304};
  response.set("ETag", quoted(object.etag)).set("Last-Modified", http_date(object.modified_at));
  return response;
}

AwsResult<void> check_copy_conditions(const Call& call, const ObjectVersion& source) {
  Conditions conditions{call.find_header("x-amz-copy-source-if-match"), call.find_header("x-amz-copy-source-if-none-match"),
                        call.find_header("x-amz-copy-source-if-modified-since"), call.find_header("x-amz-copy-source-if-unmodified-since")};
  Failed failed = evaluate(conditions, source, call.now);
  if (failed.if_match) return fail(precondition_failed("x-amz-copy-source-If-Match"));
  if (failed.if_unmodified_since) return fail(precondition_failed("x-amz-copy-source-If-Unmodified-Since"));
  if (failed.if_none_match) return fail(precondition_failed("x-amz-copy-source-If-None-Match"));
  if (failed.if_modified_since) return fail(precondition_failed("x-amz-copy-source-If-Modified-Since"));
  return {};
}

AwsResult<std::optional<WriteCondition>> write_condition(const Call& call) {
  auto match = call.find_header("if-match"), none_match = call.find_header("if-none-match");
  if (match && none_match) {
    return fail(header_not_supported("If-Match,If-None-Match", "Multiple conditional request headers present in the request"));
  }
  if (none_match && *none_match != "*") {
    return fail(header_not_supported("If-None-Match", "We don't accept the provided value of If-None-Match header for this API"));
  }
  if (match && *match == "*") {
    return fail(header_not_supported("If-Match", "We don't accept the provided value of If-Match header for this API"));
  }
  if (none_match) return WriteCondition{"If-None-Match", {}};
  if (match) return WriteCondition{"If-Match", *match};
  return std::nullopt;
}

AwsResult<void> check_write_condition(const WriteCondition& condition, std::string_view key, const std::optional<ObjectVersion>& current) {
  bool exists = current && !current->marker;
  if (condition.header == "If-None-Match") {
    if (exists) return fail(precondition_failed(condition.header));
    return {};
  }
  if (!exists) return fail(no_such_key(key));
  if (!is_etag(condition.etag, current->etag)) return fail(precondition_failed(condition.header));
  return {};
}

}  // namespace cloudemu::s3
