#pragma once
#include <string>
#include <vector>

#include "places.h"
#include "projections/state.h"

/// What buckets, tables and queues are like, besides what is in them.
namespace cloudemu::tool {

struct Setting {
  std::string name;
  std::string value;  ///< JSON
};

/// Whether what changes by itself is among them: numbers of items and messages, times of changes.
enum class Figures { with, without };

/// Settings as S3's sub-resources are called: "versioning", "cors"; with an id where a bucket can have several.
std::vector<Setting> settings_of(State& state, const s3::Bucket& bucket);
/// What DescribeTable and its relatives say.
std::vector<Setting> settings_of(State& state, const dynamodb::Table& table, Figures figures);
/// The attributes of GetQueueAttributes, and the tags.
std::vector<Setting> settings_of(State& state, const sqs::Queue& queue, Figures figures);

}  // namespace cloudemu::tool
