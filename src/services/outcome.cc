#include "services/outcome.h"

namespace cloudemu {

std::vector<Event>* events_of(Outcome& outcome) {
  return std::visit(
      [](auto& kind) -> std::vector<Event>* {
        if constexpr (requires { kind.events; }) return &kind.events;
        else return nullptr;
      },
      outcome);
}

}  // namespace cloudemu
