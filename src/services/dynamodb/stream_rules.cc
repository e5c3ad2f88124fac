#include "services/dynamodb/stream_rules.h"

#include "core/time_format.h"

namespace cloudemu::dynamodb {

namespace {

std::string label_of(TimeMs time) {
  std::string label = iso8601(time);
  label.pop_back();
  return label;
}

}  // namespace

std::string new_stream_label(const DynamoDbReadModel& state, std::string_view account, std::string_view region, std::string_view table,
                             TimeMs now) {
  std::string label = label_of(now);
  while (state.streams().find(account, region, table, label)) label = label_of(++now);
  return label;
}

}  // namespace cloudemu::dynamodb
