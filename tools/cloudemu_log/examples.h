#pragma once
#include <string>
#include <string_view>

namespace cloudemu::tool {

/// What a verb is good for, in lines to copy: for the end of its help. Empty for one without.
std::string examples_of(std::string_view verb);

}  // namespace cloudemu::tool
