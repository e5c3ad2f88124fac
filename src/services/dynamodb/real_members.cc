#include "services/dynamodb/real_members.h"

#include <algorithm>

#include "core/strings.h"
#include "services/find_by_name.h"

namespace cloudemu::dynamodb {

namespace {

struct Structure {
  std::string_view name;
  std::string_view members;  ///< a blank before and after each
};

constexpr Structure kStructures[] = {
#include "services/dynamodb/real_members.inc"
};

}  // namespace

bool is_real_member(std::string_view structure, std::string_view member) {
  const Structure* found = find_by_name(kStructures, structure);
  bool is_word = !member.empty() && member.find(' ') == std::string_view::npos;
  return found && is_word && found->members.find(concat(' ', member, ' ')) != std::string_view::npos;
}

}  // namespace cloudemu::dynamodb
