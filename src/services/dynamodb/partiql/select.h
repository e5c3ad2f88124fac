#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "services/dynamodb/call.h"
#include "services/dynamodb/capacity.h"
#include "services/dynamodb/page.h"
#include "services/dynamodb/partiql/statement.h"

/// SELECT in the terms of Query and Scan.
namespace cloudemu::dynamodb::partiql {

/// What a SELECT is asked besides its text.
struct SelectOptions {
  Consistency consistency = Consistency::eventual;
  std::optional<int64_t> limit = {};
  std::string_view next_token = {};   ///< empty: from the beginning
  std::string_view fingerprint = {};  ///< of statement and parameters: a token belongs to them
  bool must_be_single = false;        ///< a whole primary key is mandatory, as in batches and transactions
};

struct Selected {
  Page page;
  std::string next_token;  ///< empty: that was all
  const Table* table = nullptr;
  Consumed consumed = {};
};

AwsResult<Selected> select(const DynamoDbReadModel& state, const Call& call, const Statement& statement, const SelectOptions& options);

}  // namespace cloudemu::dynamodb::partiql
