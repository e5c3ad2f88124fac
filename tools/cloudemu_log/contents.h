#pragma once
#include <string>

#include "projections/state.h"

/// What can be different about things, each as a JSON object whose members are named as people call them.
namespace cloudemu::tool {

std::string content_of(const State& state, const s3::ObjectVersion& object, bool is_current);
/// With its parts.
std::string content_of(const State& state, const s3::Upload& upload);
/// Without its body, which never changes.
std::string content_of(const sqs::Queue& queue, const sqs::Message& message);
std::string content_of(const dynamodb::Backup& backup);

/// "visible", "in flight", "delayed"
std::string_view word_for(sqs::MessageState state);

}  // namespace cloudemu::tool
