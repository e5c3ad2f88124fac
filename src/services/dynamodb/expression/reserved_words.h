#pragma once
#include <string_view>

namespace cloudemu::dynamodb::expression {

/// Words that no attribute name in an expression may be, in any case:
/// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ReservedWords.html
bool is_reserved(std::string_view name);

}  // namespace cloudemu::dynamodb::expression
