#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "services/dynamodb/errors.h"

/// The words of a PartiQL statement.
/// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ql-reference.html
namespace cloudemu::dynamodb::partiql {

enum class Kind {
  word,    ///< a bare name, a keyword, a function's name
  name,    ///< a name in double quotes
  string,  ///< a text in single quotes
  number,
  parameter,  ///< ?
  sign        ///< one of the signs, as it is written: "(", "<=", "<<"
};

struct Token {
  Kind kind;
  std::string text;  ///< without its quotes
};

/// "Statement wasn't well formed, can't be processed: ..."
AwsError malformed(std::string_view why);

/// All words of a statement. Error: an open quote, or a character that no statement has.
AwsResult<std::vector<Token>> tokenize(std::string_view statement);

}  // namespace cloudemu::dynamodb::partiql
