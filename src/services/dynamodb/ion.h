#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "services/dynamodb/value.h"

/// Amazon Ion as text, as far as DynamoDB's exports and imports use it.
/// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/S3DataExport.Output.html#S3DataExport.Output_Data_Ion
namespace cloudemu::dynamodb {

/// A struct: `{Id:103.,Title:"Book"}`.
void append_ion(std::string& out, const Item& item);

/// Reads the struct at the beginning of `text`, and takes it off; an Ion version marker may stand before it. Sets are lists that are
/// annotated as such. Nothing: there is no struct, or it holds what DynamoDB has no type for, or is nested too deeply.
std::optional<Item> take_ion_struct(std::string_view& text);

}  // namespace cloudemu::dynamodb
