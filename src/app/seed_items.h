#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"

namespace cloudemu {

/// A call of DynamoDB that puts a part of a file there.
struct SeedRequest {
  std::string operation;
  std::string body;
};

/// What makes the tables that a file defines: the input of CreateTable, or the output of DescribeTable. Errors: Errc::bad_input with the
/// file, for what is no JSON.
Result<std::vector<SeedRequest>> read_definitions(const std::string& file);
/// What puts its items: the output of Scan or Query, the input of BatchWriteItem, or lines {"Item": {...}}.
/// Errors: Errc::bad_input, for a file that holds neither definitions nor items, too.
Result<std::vector<SeedRequest>> read_items(const std::string& file);

// The same of a text, for tests and fuzzing. `table`: where items go that name none.
Result<std::vector<SeedRequest>> definitions_in(std::string_view text);
Result<std::vector<SeedRequest>> items_in(std::string_view text, const std::string& table);

}  // namespace cloudemu
