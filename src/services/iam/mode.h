#pragma once
#include <string_view>

namespace cloudemu::iam {

/// Whether policies are evaluated.
enum class Mode {
  off,     ///< no
  soft,    ///< yes, but nobody is refused: the request log tells who would have been
  enforce  ///< yes
};
std::string_view mode_name(Mode mode);

}  // namespace cloudemu::iam
