#include "services/dynamodb/operations.h"

#include <algorithm>

namespace cloudemu::dynamodb {

namespace {

constexpr Operation kOperations[] = {
    {"CreateTable", create_table},
    {"GetItem", get_item},
    {"PutItem", put_item},
};

}  // namespace

std::span<const Operation> operations() { return kOperations; }

const Operation* find_operation(std::string_view name) {
  auto found = std::lower_bound(std::begin(kOperations), std::end(kOperations), name,
                                [](const Operation& operation, std::string_view n) { return operation.name < n; });
  return found != std::end(kOperations) && found->name == name ? found : nullptr;
}

}  // namespace cloudemu::dynamodb
