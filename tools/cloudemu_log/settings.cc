#include "settings.h"

#include "core/json_writer.h"
#include "core/strings.h"
#include "core/time_format.h"
#include "events/field_json.h"
#include "events/json_cursor.h"
#include "services/dynamodb/table_description.h"
#include "services/sqs/attributes.h"

namespace cloudemu::tool {

namespace {

std::string quoted(std::string_view text) {
  std::string out;
  append_json_string(out, text);
  return out;
}

/// A value that is a JSON document as it stands, any other as a string.
std::string as_json(std::string_view value) {
  events::JsonMembers members;
  std::vector<std::string_view> elements;
  bool is_json = members.parse(value) || (value.starts_with('[') && events::split_json_array(value, elements));
  return is_json ? std::string(value) : quoted(value);
}

std::string unquoted(std::string_view name) {
  std::string out;
  return events::read_json_string(name, out) ? out : std::string(name);
}

}  // namespace

std::vector<Setting> settings_of(State& state, const s3::Bucket& bucket) {
  std::vector<Setting> all;
  all.push_back({"region", quoted(bucket.region)});
  all.push_back({"owner", quoted(bucket.owner)});
  all.push_back({"created", quoted(iso8601(bucket.created_at))});
  // Of all kinds, those that a later version adds, too: so not by their names.
  sqlite::Statement list(state.database(),
                         "SELECT setting, id, value FROM s3_setting WHERE bucket = ? AND value IS NOT NULL ORDER BY 1, 2");
  for (auto row = list.query(bucket.id); row.next();) {
    std::string id = row.text(1);
    all.push_back({concat(row.bytes(0), id.empty() ? "" : " ", id), as_json(row.bytes(2))});
  }
  return all;
}

std::vector<Setting> settings_of(State& state, const dynamodb::Table& table, Figures figures) {
  std::string text;
  JsonWriter json(text);
  dynamodb::write_table(json, {.table = table, .state = figures == Figures::with ? &state.dynamodb() : nullptr});
  events::JsonMembers members;
  std::vector<Setting> all;
  if (!members.parse(text)) return all;
  for (const events::JsonMembers::Member& member : members.all()) all.push_back({unquoted(member.name), std::string(member.value)});
  const dynamodb::TableDescription& description = table.description;
  if (!description.ttl_attribute.empty()) all.push_back({"TimeToLive", quoted(description.ttl_attribute)});
  if (description.point_in_time_recovery) {
    all.push_back({"PointInTimeRecovery", concat("{\"RecoveryPeriodInDays\":", description.recovery_days, "}")});
  }
  if (!description.tags.empty()) all.push_back({"Tags", events::to_json(description.tags)});
  if (!description.resource_policy.empty()) all.push_back({"ResourcePolicy", as_json(description.resource_policy)});
  return all;
}

std::vector<Setting> settings_of(State& state, const sqs::Queue& queue, Figures figures) {
  std::vector<Setting> all;
  const sqs::QueueCounters& counters = state.sqs().counters(queue.id);
  for (std::string_view name : sqs::attribute_names()) {
    bool changes = name.starts_with("ApproximateNumber") || name == "LastModifiedTimestamp";
    if (changes && figures == Figures::without) continue;
    if (auto value = sqs::attribute_value(queue, counters, name)) all.push_back({std::string(name), as_json(*value)});
  }
  if (!queue.tags.empty()) all.push_back({"Tags", events::to_json(queue.tags)});
  return all;
}

}  // namespace cloudemu::tool
