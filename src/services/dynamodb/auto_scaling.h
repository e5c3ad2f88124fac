#pragma once
#include <string_view>

#include "core/json_writer.h"
#include "protocol/json.h"

/// Auto scaling, which scales nothing here: settings.
/// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateTableReplicaAutoScaling.html
namespace cloudemu::dynamodb {

/// Writes an AutoScalingSettingsUpdate as the member `name`, an AutoScalingSettingsDescription; nothing if it was never given.
void write_scaling(JsonWriter& json, std::string_view name, json::Value update);

}  // namespace cloudemu::dynamodb
