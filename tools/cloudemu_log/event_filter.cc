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

/// Whether "ItemPut", "ddb.ItemPut" or "ddb.*" means that type.
bool is_type(std::string_view wanted, std::string_view type) {
  auto [service, name] = split_once(type, '.');
  if (!wanted.ends_with(".*")) return equals_ignoring_case(wanted, type) || equals_ignoring_case(wanted, name);
  wanted.remove_suffix(2);
  return equals_ignoring_case(wanted, service) || equals_ignoring_case(wanted, service_of(type));
}

std::string words_of(const LogOptions& o) {
  std::string out;
  auto add = [&](std::string_view name, std::string_view value) {
    if (!value.empty()) append(out, out.empty() ? "" : " ", name, name.empty() ? "" : " ", value);
  };
  add("", o.address);
  add("--since", o.since);
  add("--until", o.until);
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

std::string_view service_named(std::string_view name) { return equals_ignoring_case(name, "ddb") ? "dynamodb" : name; }
std::string_view service_of(std::string_view type) { return service_named(split_once(type, '.').first); }

Result<EventFilter> EventFilter::of(const LogOptions& options) {
  EventFilter filter(options);
  filter.words_ = words_of(options);
  for (std::string& service : filter.options_.services) service = service_named(service);
  if (!options.address.empty()) filter.address_ = TRY(parse_address(options.address));
  if (!options.request.empty()) {
    std::string_view id = options.request;
    auto digits = history::request_digits(id.starts_with("req:") ? id.substr(4) : id);
    if (!digits) return fail(Errc::bad_input, concat(options.request, " is no request id: it begins with hexadecimal digits"));
    filter.request_digits_ = std::move(*digits);
  }
  return filter;
}

bool EventFilter::matches(const Line& line, const Subject& subject) const {
  const LogOptions& o = options_;
  auto is = [](const std::string& wanted, std::string_view value) { return wanted.empty() || wanted == value; };
  bool is_queue = is(o.queue, subject.queue) || is(o.queue, subject.target);
  // Timers have no caller: then the account and the region are those of what time did something to.
  bool is_account = is(o.account, line.account) || is(o.account, subject.place.account);
  bool is_region = is(o.region, line.region) || is(o.region, subject.place.region);
  // Messages have ids, and are asked for by address.
  bool is_key = o.key.empty() || (subject.queue.empty() && subject.key.find(o.key) != std::string::npos);
  return any_of(o.services, service_of(line.type)) && any_of(o.operations, line.operation) && type_matches(line.type) &&
         (!o.job || *o.job == subject.job) && is(o.bucket, subject.bucket) && is(o.table, subject.table) && is_queue && is_account &&
         is_region && is_key && address_matches(subject) && line.request.starts_with(request_digits_) &&
         (o.text.empty() || line.text.find(o.text) != std::string_view::npos);
}

bool EventFilter::address_matches(const Subject& subject) const {
  const std::string& part = address_.part;
  switch (address_.kind) {
    case Selection::Kind::all: return true;
    case Selection::Kind::bucket:
      return subject.bucket == address_.name &&
             (part.empty() || subject.key == part || (part.ends_with('/') && subject.key.starts_with(part)));
    case Selection::Kind::table: return subject.table == address_.name && (part.empty() || is_item_name(part, subject.key));
    case Selection::Kind::queue: break;
  }
  if (part.empty()) return subject.queue == address_.name || subject.target == address_.name;
  // A message keeps its id wherever it goes.
  return subject.key == part || std::find(subject.messages.begin(), subject.messages.end(), part) != subject.messages.end();
}

bool EventFilter::type_matches(std::string_view type) const {
  const std::vector<std::string>& wanted = options_.types;
  return wanted.empty() || std::any_of(wanted.begin(), wanted.end(), [&](const std::string& w) { return is_type(w, type); });
}

std::string EventFilter::advice() const {
  std::vector<std::string_view> known = codec::type_names();
  std::string out;
  for (const std::string& wanted : options_.types) {
    bool is_known = std::any_of(known.begin(), known.end(), [&](std::string_view name) { return is_type(wanted, name); });
    if (!is_known) append(out, "; no event type is called ", wanted);
  }
  if (out.empty()) return out;
  out += ". There are:";
  for (std::string_view name : known) append(out, " ", name);
  return out;
}

}  // namespace cloudemu::tool
