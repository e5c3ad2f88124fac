#pragma once
#include <functional>
#include <string>

#include "places.h"
#include "projections/state.h"
#include "selection.h"

/// What there is in a state, thing by thing, so that two states can be compared.
namespace cloudemu::tool {

inline constexpr std::string_view kSetting = "setting";

struct Thing {
  std::string kind;       ///< "bucket", "object", "item" ..., or kSetting
  std::string name;       ///< "photos/cat.jpg"
  std::string container;  ///< the bucket, table or queue that it is, or is in: "bucket photos"
  std::string content;    ///< what can be different about it: a JSON object; of a setting its value, as JSON
};

/// Shows what was selected, of the accounts and regions that `only` leaves.
void visit_things(State& state, const Selection& wanted, const Place& only, const std::function<void(Thing)>& visit);

}  // namespace cloudemu::tool
