#pragma once
#include <string>

#include "core/result.h"

namespace cloudemu {

/// Whether a seed is a program, which does itself what it wants to: a file that ends with .sh or .py.
bool is_script(const std::string& path);

/// Fills a daemon that runs, as a client of it, with what is in a directory or file:
///   DIR/BUCKET/KEY...   an object; its bucket is made
///   DIR/NAME.json       for DynamoDB: a table's definition (the input of CreateTable, or the output of DescribeTable), the output of Scan,
///                       requests for BatchWriteItem, or lines {"Item": {...}} as exports have them; also *.jsonl, and packed, *.json.gz
/// Items that name no table are put into the one that is called like the file up to its first dot. What is there already is written over.
/// docs/seeding.md
/// `address`: as PlainClient has it. Errors: one sentence with the file that could not be taken.
Result<void> seed(const std::string& address, const std::string& path);

}  // namespace cloudemu
