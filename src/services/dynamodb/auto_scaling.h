#pragma once
#include <string_view>

#include "core/json_writer.h"
#include "events/dynamodb_table.h"
#include "protocol/json.h"

/// Auto scaling, which scales nothing here: settings.
/// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateTableReplicaAutoScaling.html
namespace cloudemu::dynamodb {

/// What was said last of a table, as UpdateTableReplicaAutoScaling says it. Each is an AutoScalingSettingsUpdate; none: it was never given.
class AutoScaling {
 public:
  explicit AutoScaling(const TableDescription& table);

  json::Value writes() const { return root()["ProvisionedWriteCapacityAutoScalingUpdate"]; }
  json::Value writes(std::string_view index) const;
  json::Value reads(std::string_view region) const { return replica(region)["ReplicaProvisionedReadCapacityAutoScalingUpdate"]; }
  json::Value reads(std::string_view region, std::string_view index) const;
  /// With what an input says, each of whose members takes the place of the one there was.
  RawJson with(json::Value input) const;

 private:
  json::Value root() const { return document_.root(); }
  json::Value replica(std::string_view region) const;

  json::Document document_;
};

/// The element of a list whose member `name` is that text.
json::Value element_named(json::Value list, std::string_view name, std::string_view text);

/// Writes an AutoScalingSettingsUpdate as the member `name`, an AutoScalingSettingsDescription; nothing if it was never given.
void write_scaling(JsonWriter& json, std::string_view name, json::Value update);

}  // namespace cloudemu::dynamodb
