#include <algorithm>

#include "core/json_writer.h"
#include "core/strings.h"
#include "services/dynamodb/arn.h"
#include "services/dynamodb/operations.h"
#include "services/dynamodb/table_description.h"

/// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateContributorInsights.html and its relatives: settings of a table
/// and of each index. There is no CloudWatch that would show what they find.
namespace cloudemu::dynamodb {

namespace {

constexpr std::string_view kDefaultMode = "ACCESSED_AND_THROTTLED_KEYS";

/// Error: the table has no such index. No name is the table itself.
AwsResult<void> check_index(const TableDescription& table, std::string_view index) {
  auto named = [&](const IndexDescription& known) { return known.global && known.name == index; };
  if (index.empty() || std::any_of(table.indexes.begin(), table.indexes.end(), named)) return {};
  return fail(AwsError{"ResourceNotFoundException", 400, concat("Requested resource not found: Index: ", index, " not found")});
}

const ContributorInsights* find_insights(const TableDescription& table, std::string_view index) {
  auto found = std::find_if(table.insights.begin(), table.insights.end(), [&](const auto& known) { return known.index == index; });
  return found == table.insights.end() ? nullptr : &*found;
}

void write_names(JsonWriter& json, const TableDescription& table, std::string_view index) {
  json.field("TableName", table.name);
  if (!index.empty()) json.field("IndexName", index);
}

/// Names of CloudWatch's rules, as AWS makes them.
void write_rules(JsonWriter& json, const TableDescription& table, const ContributorInsights& insights) {
  bool has_range = table.range.has_value(), has_accessed = insights.mode != "THROTTLED_KEYS";
  std::string of = concat(table.name, insights.index.empty() ? "" : "-", insights.index, '-', std::to_string(insights.changed_at));
  json.key("ContributorInsightsRuleList").begin_array();
  for (std::string_view key : {"PKC", "SKC", "PKT", "SKT"}) {
    if (key.starts_with("SK") && !has_range) continue;
    if (key.ends_with("C") && !has_accessed) continue;
    json.string(concat("DynamoDBContributorInsights-", key, '-', of));
  }
  json.end_array();
}

}  // namespace

AwsResult<Outcome> update_contributor_insights(const DynamoDbReadModel& state, const Call& call) {
  const Table& table = *TRY(require_usable_table(state, call));
  std::string_view index = call.input["IndexName"].string(), mode = call.input["ContributorInsightsMode"].string();
  TRY(check_index(table.description, index));
  bool enable = call.input["ContributorInsightsAction"].string() == "ENABLE";
  TableDescription description = table.description;
  const ContributorInsights* before = find_insights(table.description, index);
  ContributorInsights now{.index = std::string(index), .enabled = enable, .changed_at = call.now};
  now.mode = !mode.empty() ? mode : before ? std::string_view(before->mode) : kDefaultMode;
  std::erase_if(description.insights, [&](const ContributorInsights& known) { return known.index == index; });

  Answer answer;
  JsonWriter json(answer.response.body);
  json.begin_object();
  write_names(json, description, index);
  json.field("ContributorInsightsStatus", enable ? "ENABLING" : "DISABLING").field("ContributorInsightsMode", now.mode).end_object();
  description.insights.push_back(std::move(now));
  answer.events.push_back(TableUpdated{.table = table.id, .description = std::move(description)});
  return answer;
}

AwsResult<Outcome> describe_contributor_insights(const DynamoDbReadModel& state, const Call& call) {
  const Table& table = *TRY(require_named_table(state, call));
  std::string_view index = call.input["IndexName"].string();
  TRY(check_index(table.description, index));
  const ContributorInsights* insights = find_insights(table.description, index);

  http::Response response;
  JsonWriter json(response.body);
  json.begin_object();
  write_names(json, table.description, index);
  if (insights && insights->enabled) write_rules(json, table.description, *insights);
  json.field("ContributorInsightsStatus", insights && insights->enabled ? "ENABLED" : "DISABLED");
  if (insights) {
    json.raw_field("LastUpdateDateTime", epoch_seconds(insights->changed_at));
    json.field("ContributorInsightsMode", insights->mode);
  }
  json.end_object();
  return outcome_of(std::move(response));
}

namespace {

/// "tab/3": go on behind the fourth of table tab.
std::pair<std::string, size_t> place_of(std::string_view token) {
  auto [table, number] = split_once(token, '/');
  return {std::string(table), parse_integer<size_t>(number).value_or(0)};
}

}  // namespace

AwsResult<Outcome> list_contributor_insights(const DynamoDbReadModel& state, const Call& call) {
  constexpr size_t kResultsMax = 100, kTablesAtOnce = 100;
  json::Value wanted = call.input["MaxResults"];
  size_t limit = wanted.is_number() && wanted.integer() > 0 ? static_cast<size_t>(wanted.integer()) : kResultsMax;
  std::pair<std::string, size_t> begin = place_of(call.input["NextToken"].string());
  std::string next;
  size_t count = 0;

  http::Response response;
  JsonWriter json(response.body);
  json.begin_object().key("ContributorInsightsSummaries").begin_array();
  auto list = [&](const TableDescription& table) {
    for (size_t i = table.name == begin.first ? begin.second : 0; i < table.insights.size(); ++i) {
      if (count == limit) {
        next = concat(table.name, '/', i);
        return;
      }
      json.begin_object();
      write_names(json, table, table.insights[i].index);
      json.field("ContributorInsightsStatus", table.insights[i].enabled ? "ENABLED" : "DISABLED");
      json.field("ContributorInsightsMode", table.insights[i].mode).end_object();
      ++count;
    }
  };
  if (call.input["TableName"].is_string()) {
    list((*TRY(require_named_table(state, call))).description);
  } else {
    const Principal& of = call.principal;
    const Table* first = begin.first.empty() ? nullptr : state.find_table(of.account, of.region, begin.first);
    if (first) list(first->description);
    for (std::string after = begin.first; next.empty();) {
      auto names = state.table_names(of.account, of.region, after, kTablesAtOnce);
      if (names.empty()) break;
      for (const std::string& name : names) {
        if (const Table* table = state.find_table(of.account, of.region, name); table && next.empty()) list(table->description);
      }
      after = names.back();
    }
  }
  json.end_array();
  if (!next.empty()) json.field("NextToken", next);
  json.end_object();
  return outcome_of(std::move(response));
}

}  // namespace cloudemu::dynamodb
