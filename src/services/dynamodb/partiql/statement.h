#pragma once
#include <optional>
#include <string>
#include <vector>

#include "services/dynamodb/expression/condition.h"
#include "services/dynamodb/expression/update.h"
#include "services/dynamodb/write_request.h"

/// A PartiQL statement as it was understood: in the terms of the other operations, which carry it out.
namespace cloudemu::dynamodb::partiql {

/// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ExecuteStatement.html
inline constexpr size_t kStatementCharactersMax = 8192;
/// Levels of parentheses, NOTs and functions. AWS names no limit; it bounds the recursion of parsers and evaluators.
inline constexpr int kDepthMax = 300;

struct OrderKey {
  std::string attribute;
  bool descending = false;
};

struct Statement {
  enum class Kind { select, insert, update, remove, exists };
  Kind kind = Kind::select;
  std::string table;  ///< name or ARN
  std::string index;  ///< empty: the table itself
  /// Of select: what is wanted of each item; nothing: all.
  std::optional<std::vector<expression::Path>> wanted = {};
  std::optional<expression::Condition> where = {};
  std::vector<OrderKey> order = {};
  Item item = {};                  ///< of insert
  expression::Update update = {};  ///< of update
  ReturnValues returned = ReturnValues::none;

  bool reads() const { return kind == Kind::select; }
  /// "dynamodb:PartiQLSelect", ...: the permission that it needs.
  std::string_view action() const;
};

}  // namespace cloudemu::dynamodb::partiql
