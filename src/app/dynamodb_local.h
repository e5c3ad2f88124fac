#pragma once
#include <optional>
#include <string>
#include <vector>

namespace cloudemu {

/// The command line of DynamoDB Local, "-sharedDb -inMemory", also behind "-jar DynamoDBLocal.jar" as its image has it.
/// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/DynamoDBLocal.UsageNotes.html
struct DynamoDbLocal {
  std::vector<std::string> arguments;  ///< the same in our words
  std::vector<std::string> greeting;   ///< the lines that DynamoDB Local begins with, on which scripts wait
  std::vector<std::string> warnings;   ///< sentences on what it cannot have
};

/// Nothing unless one of `arguments` (without the program's name) is a flag of DynamoDB Local. A flag that is none of its stays as it is.
std::optional<DynamoDbLocal> read_dynamodb_local(const std::vector<std::string>& arguments);

}  // namespace cloudemu
