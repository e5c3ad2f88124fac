#include "event_filter.h"

#include <algorithm>

#include "core/strings.h"
#include "events/codec.h"
#include "history/request_id.h"
#include "item_key.h"

namespace cloudemu::tool {

namespace {

bool any_of(const std::vector<std::string>& wanted, std::string_view value) {
  return wanted.empty() || std::any_of(wanted.begin(), wanted.end(), [&](const std::string& w) { return equals_ignoring_case(w, value); });
}

std::string words_of(const LogOptions& o) {
  std::string out;
  auto add = [&](std::string_view name, std::string_view value) {
    if (!value.empty()) append(out, out.empty() ? "" : " ", name, name.empty() ? "" : " ", value);
  };
  add("", o.address);
  add("--service", join(o.services, ","));
  add("--type", join(o.types, ","));
  add("--op", join(o.operations, ","));
  add("--bucket", o.bucket);
  add("--table", o.table);
  add("--queue", o.queue);
  add("--key", o.key);
  if (o.job) add("--job", std::to_string(*o.job));
  add("--account", o.account);
  add("--region", o.region);
  add("--request", o.request);
  add("--grep", o.text);
  return out;
}

}  // namespace

std::string_view service_of(std::string_view type) {
  std::string_view prefix = split_once(type, '.').first;
  return prefix == "ddb" ? "dynamodb" : prefix;
}

Result<EventFilter> EventFilter::of(const LogOptions& options) {
  EventFilter filter(options);
  filter.words_ = words_of(options);
  if (!options.address.empty()) filter.address_ = TRY(parse_address(options.address));
  if (!options.request.empty()) {
    std::string_view id = options.request;
    auto digits = history::request_digits(id.starts_with("req:") ? id.substr(4) : id);
    if (!digits) return fail(Errc::bad_input, concat(options.request, " is no request id: it begins with hexadecimal digits"));
    filter.request_digits_ = std::move(*digits);
  }
  return filter;
}

bool EventFilter::matches(const Line& line, const Subjects::Subject& subject) const {
  const LogOptions& o = options_;
  auto is = [](const std::string& wanted, std::string_view value) { return wanted.empty() || wanted == value; };
  bool is_queue = is(o.queue, subject.queue) || is(o.queue, subject.target);
  bool is_account = is(o.account, line.account) || is(o.account, subject.account);
  return any_of(o.services, service_of(line.type)) && any_of(o.operations, line.operation) && type_matches(line.type) &&
         (!o.job || *o.job == subject.job) && is(o.bucket, subject.bucket) && is(o.table, subject.table) && is_queue && is_account &&
         address_matches(subject) && is(o.region, line.region) && (o.key.empty() || subject.key.find(o.key) != std::string::npos) &&
         line.request.starts_with(request_digits_) && (o.text.empty() || line.text.find(o.text) != std::string_view::npos);
}

bool EventFilter::address_matches(const Subjects::Subject& subject) const {
  const std::string& part = address_.part;
  switch (address_.kind) {
    case Selection::Kind::all: return true;
    case Selection::Kind::bucket: return subject.bucket == address_.name && (part.empty() || subject.key == part);
    case Selection::Kind::table: return subject.table == address_.name && (part.empty() || is_item_name(part, subject.key));
    case Selection::Kind::queue: break;
  }
  if (part.empty()) return subject.queue == address_.name || subject.target == address_.name;
  // A message keeps its id wherever it goes.
  return subject.key == part || std::find(subject.messages.begin(), subject.messages.end(), part) != subject.messages.end();
}

bool EventFilter::type_matches(std::string_view type) const {
  return options_.types.empty() || any_of(options_.types, type) || any_of(options_.types, split_once(type, '.').second);
}

std::string EventFilter::advice() const {
  std::vector<std::string_view> known = codec::type_names();
  std::string out;
  for (const std::string& wanted : options_.types) {
    bool is_known = std::any_of(known.begin(), known.end(), [&](std::string_view name) {
      return equals_ignoring_case(name, wanted) || equals_ignoring_case(split_once(name, '.').second, wanted);
    });
    if (!is_known) append(out, "; no event type is called ", wanted);
  }
  if (out.empty()) return out;
  out += ". There are:";
  for (std::string_view name : known) append(out, " ", name);
  return out;
}

}  // namespace cloudemu::tool
