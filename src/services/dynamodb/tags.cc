#include <algorithm>

#include "core/json_writer.h"
#include "services/dynamodb/arn.h"
#include "services/dynamodb/operations.h"
#include "services/dynamodb/table_rules.h"

/// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TagResource.html and its relatives. The replies of the two that
/// change tags have no body at all.
namespace cloudemu::dynamodb {

namespace {

Answer tags_changed(const Table& table, events::StringMap tags) {
  TableDescription description = table.description;
  if (description.tags == tags) return {};
  description.tags = std::move(tags);
  return outcome_of(TableUpdated{.table = table.id, .description = std::move(description)}, {});
}

auto find_tag(events::StringMap& tags, std::string_view key) {
  return std::find_if(tags.begin(), tags.end(), [&](const auto& tag) { return tag.first == key; });
}

}  // namespace

AwsResult<Outcome> tag_resource(const DynamoDbReadModel& state, const Call& call) {
  if (call.input["Tags"].size() == 0) return fail(validation("Atleast one Tag needs to be provided as Input."));
  events::StringMap added = TRY(read_tags(call.input["Tags"]));
  const Table& table = *TRY(require_tagged_table(state, call));
  events::StringMap tags = table.description.tags;
  for (auto& [key, value] : added) {
    auto known = find_tag(tags, key);
    if (known != tags.end()) known->second = std::move(value);
    else tags.emplace_back(key, std::move(value));
  }
  TRY(check_tag_count(tags));
  return tags_changed(table, std::move(tags));
}

AwsResult<Outcome> untag_resource(const DynamoDbReadModel& state, const Call& call) {
  if (call.input["TagKeys"].size() == 0) return fail(validation("Atleast one Tag Key needs to be provided as Input."));
  const Table& table = *TRY(require_tagged_table(state, call));
  events::StringMap tags = table.description.tags;
  for (json::Value key : call.input["TagKeys"].elements()) {
    auto known = find_tag(tags, key.string());
    if (known != tags.end()) tags.erase(known);
  }
  return tags_changed(table, std::move(tags));
}

AwsResult<Outcome> list_tags_of_resource(const DynamoDbReadModel& state, const Call& call) {
  const Table& table = *TRY(require_tagged_table(state, call));
  http::Response response;
  JsonWriter json(response.body);
  json.begin_object().key("Tags").begin_array();
  for (const auto& [key, value] : table.description.tags) {
    json.begin_object().field("Key", std::string_view(key)).field("Value", std::string_view(value)).end_object();
  }
  json.end_array().end_object();
  return outcome_of(std::move(response));
}

}  // namespace cloudemu::dynamodb
