#pragma once
#include <string>
#include <vector>

#include "projections/dynamodb_read_model.h"
#include "services/dynamodb/errors.h"
#include "services/dynamodb/expression/key_condition.h"
#include "services/dynamodb/key_schema.h"

/// From the key conditions of a Query to a stretch of ordering keys.
namespace cloudemu::dynamodb {

/// The stretch that a query reads.
struct QueryRange {
  std::string partition;     ///< what all ordering keys of the partition begin with
  std::string from, to;      ///< `to` is exclusive
  bool single_item = false;  ///< every attribute of the key is given
};

/// `schema`: of the table, or of the index that is queried. Error: a condition is missing, or the key cannot answer it.
AwsResult<QueryRange> query_range(const KeySchema& schema, const std::vector<expression::KeyPredicate>& predicates);

}  // namespace cloudemu::dynamodb
