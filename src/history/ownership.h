#pragma once
#include <string>

#include "log/file.h"

namespace cloudemu::history {

/// Refuses a directory that holds something else: a typing error must not fill somebody's home with segments. Ours is a directory whose log
/// has segments; else one in which nothing stands but what a first start makes (it may have been cut short at any point), hidden files and
/// the lost+found of a fresh volume. Changes nothing. Error: Errc::foreign, with the name that is not ours.
Result<void> check_is_ours(log::FileSystem& files, const std::string& data_dir);

}  // namespace cloudemu::history
