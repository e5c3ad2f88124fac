#pragma once
#include <string>
#include <vector>

#include "core/result.h"

/// A data directory as a seed of another one. docs/seeding.md
namespace cloudemu {

/// Whether a seed is a data directory of CloudEmu: it has a log.
bool is_history(const std::string& seed);

/// Lets a data directory that has no log yet go on from the last event of the first such seed: a fork of it (history::fork). The seed
/// may be in use. Returns the seed; empty where there is none, or a log already. Error: in a sentence; a daemon without a data directory
/// cannot have such a seed.
Result<std::string> begin_with_history(const std::vector<std::string>& seeds, const std::string& data_dir);

}  // namespace cloudemu
