#pragma once
#include <string>
#include <string_view>

#include "services/dynamodb/call.h"
#include "services/iam/call_context.h"

/// What DynamoDB tells policies of a request.
/// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/specifying-conditions.html#FGAC_DDB.ConditionKeys
namespace cloudemu::dynamodb {

/// One thing that a call does to one table.
struct TableAccess {
  std::string action;
  std::string table;                ///< name or ARN
  std::string index;                ///< of Query and Scan; empty: the table itself
  json::Value input;                ///< what of the call's input is about it
  std::string_view enclosing = {};  ///< the transaction that it is a part of
};

class PolicyContext final : public iam::CallContext {
 public:
  /// `table`: null if it is not there. All arguments must outlive the context.
  PolicyContext(const Call& call, const iam::Caller& caller, const TableAccess& access, std::string_view owner, const Table* table)
      : CallContext(call.principal, caller, call.http, call.now, owner), access_(access), table_(table) {}

  std::optional<Values> find(std::string_view key) const override;

 private:
  std::optional<Values> find_tag(std::string_view key) const;

  const TableAccess& access_;
  const Table* table_;
};

}  // namespace cloudemu::dynamodb
